"""The station: the resident who took the ready pose is measured, nobody else.

The pose model follows one person and swaps silently: to a passer-by, to a coach who
stands beside, to a chair that looks like a person. Here every pose is judged by where
its hips are and how large the body appears, against an anchor that the ready pose set.

Lengths are metres at the resident's distance: pixels divided by the pixels per metre at
which the body appears. That scale comes from all main joints at once, picture against
space, so it does not change when the resident squats, bends, or lies down.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from aicoach.pose import FloatArray, Pose
from aicoach.skeleton import INDEX

_TORSO: Final = [INDEX[f"{s}_{j}"] for j in ("shoulder", "hip") for s in ("left", "right")]
_HIPS: Final = _TORSO[2:]
_BODY: Final = [
    INDEX[f"{side}_{joint}"]
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
]


class Outcome(str, Enum):
    """What a frame says about the resident."""

    MEASURED = "measured"
    UNCERTAIN = "uncertain"
    NOT_SEEN = "not_seen"


class Reason(str, Enum):
    """Why a frame is not measured."""

    NONE = "none"
    NOBODY = "nobody"
    ELSEWHERE = "elsewhere"  # somebody, but not at the station
    OTHER_SIZE = "other_size"  # much nearer or farther than the resident
    JUMPED = "jumped"  # the track leapt to another body
    HIDDEN = "hidden"  # too little of the torso is visible
    NO_BODY = "no_body"  # picture and space do not belong to one body
    UNCONFIRMED = "unconfirmed"  # the detector has never been sure of a person there
    WAITING = "waiting"  # nobody has taken the ready pose yet


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One frame, judged."""

    outcome: Outcome
    reason: Reason
    pose: Pose | None
    """Whoever was found, for the screen: count and judge ``measured`` only."""

    @property
    def measured(self) -> Pose | None:
        """The resident's pose where it may be measured."""
        return self.pose if self.outcome is Outcome.MEASURED else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body is in the picture, and how large it appears."""

    hip_px: tuple[float, float]
    """Middle between the hips."""
    px_per_m: float

    def distance_m(self, other: Place) -> float:
        """Distance of the hips, in metres at this place."""
        return math.dist(self.hip_px, other.hip_px) / self.px_per_m

    def size_ratio(self, other: Place) -> float:
        """How many times larger or smaller the other appears, >= 1."""
        ratio = other.px_per_m / self.px_per_m
        return max(ratio, 1.0 / ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSpec:
    """What "at the station" means.

    Calibrated on 136 recorded sets of the evaluation data: in the widest (side lunges) 99 % of
    the frames lie within 0.73 m of the anchor, in all within a factor of 1.24 of its size, and
    picture and space fit within 0.20 m. See docs/pose.md.
    """

    ready_s: float = 1.0
    """How long the ready pose is held still."""
    ready_travel_m: float = 0.08
    """How far shoulders and hips may stray while still."""
    ready_score: float = 0.6
    """Lowest score of shoulders and hips in the ready pose."""
    reach_m: float = 1.0
    """Largest distance of the hips from the anchor."""
    size_ratio: float = 1.5
    """Largest ratio of apparent size to the anchor's."""
    follow_s: float = 8.0
    """Time constant with which the anchor follows the resident."""
    vacant_s: float = 5.0
    """A ready pose elsewhere moves the station once nobody was at it for so long."""
    jump_m: float = 0.35
    """Hips that move so far at once belong to somebody else ..."""
    jump_speed_m_s: float = 3.5
    """... on top of what hips can travel in the time between (a jump: 3 m/s)."""
    jump_s: float = 2.0
    """After a leap the newcomer is not measured for so long, unless the track leaps back."""
    expect_s: float = 3.0
    """How long the resident is expected back after the last measured frame."""
    hidden_score: float = 0.3
    """A shoulder or hip below this score is not visible; two must be."""
    misfit_m: float = 0.3
    """Largest mean distance between the joints in the picture and those in space."""


def find_place(pose: Pose) -> tuple[Place, float] | None:
    """Where the body is, and how well picture and space fit together (metres, root mean square).

    None where the hips are NaN or the body has no size.
    """
    xy_px, space_m = pose.image.xy_px(), pose.world.xyz_m[:, :2]
    hip = xy_px[_HIPS].mean(axis=0)
    seen = [i for i in _BODY if np.isfinite(xy_px[i]).all() and np.isfinite(space_m[i]).all()]
    if not np.isfinite(hip).all() or len(seen) < len(_TORSO):
        return None
    picture = xy_px[seen] - xy_px[seen].mean(axis=0)
    space = space_m[seen] - space_m[seen].mean(axis=0)
    spread = float(np.sum(space * space))
    px_per_m = float(np.sum(picture * space)) / spread if spread > 0.0 else 0.0
    if px_per_m <= 0.0:
        return None
    misfit = picture / px_per_m - space
    misfit_m = math.sqrt(float(np.sum(misfit * misfit)) / len(seen))
    return Place((float(hip[0]), float(hip[1])), px_per_m), misfit_m


class Station:
    """Knows the resident's place; judges every pose against it.

    Parameters
    ----------
    spec
        What "at the station" means.
    wait_for_ready
        Measure nothing before a ready pose. Off, whoever is seen counts until then,
        which is right for a recording that starts in the middle of an exercise.
    """

    def __init__(self, spec: StationSpec | None = None, *, wait_for_ready: bool = False) -> None:
        self._spec = spec or StationSpec()
        self._wait_for_ready = wait_for_ready
        self.reset()

    def reset(self) -> None:
        """Forget the resident."""
        self._anchor: Place | None = None
        self._stillness: deque[tuple[float, FloatArray]] = deque()
        self._last: Place | None = None
        self._last_s = -math.inf
        self._stray_since_s: float | None = None

    @property
    def anchor(self) -> Place | None:
        """The resident's place; None before a ready pose."""
        return self._anchor

    def is_here(self, place: Place) -> bool:
        """Whether somebody at ``place`` may be the resident; True for anybody without an anchor."""
        return self._anchor is None or self._objection(place) is None

    def choose(self, places: Sequence[Place]) -> int | None:
        """Index of the candidate that is the resident; None where nobody is at the station.

        Nearest to the anchor, and half as much to where the resident was last: a passer-by
        who drew the track along loses to the resident at the anchor, and a coach who stands
        on the anchor loses to the resident who stepped aside. Without an anchor the first
        wins, which is the detector's best.
        """
        if self._anchor is None:
            return 0 if places else None
        anchor, last = self._anchor, self._last or self._anchor
        here = [i for i, place in enumerate(places) if self.is_here(place)]
        return min(
            here,
            key=lambda i: anchor.distance_m(places[i]) + 0.5 * last.distance_m(places[i]),
            default=None,
        )

    def expects(self, t_s: float) -> bool:
        """Whether the resident was here a moment ago, so that a faint sight of them will do."""
        return self._anchor is not None and t_s - self._last_s <= self._spec.expect_s

    def judge(self, t_s: float, pose: Pose | None, *, confirmed: bool = True) -> Sighting:
        """Say whether ``pose`` is the resident's, and learn from it where the resident is.

        confirmed : whether a detector was ever sure that this is a person and no chair.
        """
        if pose is None:
            self._stillness.clear()
            return Sighting(Outcome.NOT_SEEN, Reason.NOBODY, None)
        found = find_place(pose)
        if found is None or found[1] > self._spec.misfit_m:
            return Sighting(Outcome.UNCERTAIN, Reason.NO_BODY, pose)
        place = found[0]
        if int(np.sum(pose.score[_TORSO] >= self._spec.hidden_score)) < 2:
            return Sighting(Outcome.UNCERTAIN, Reason.HIDDEN, pose)
        if not confirmed:
            return Sighting(Outcome.UNCERTAIN, Reason.UNCONFIRMED, pose)
        self._watch_for_ready(t_s, pose, place)
        if self._anchor is None:
            return self._without_anchor(pose)
        objection = self._objection(place)
        if objection is not None:
            return Sighting(Outcome.NOT_SEEN, objection, pose)
        if self._leapt(t_s, place):
            return Sighting(Outcome.UNCERTAIN, Reason.JUMPED, pose)
        self._follow(t_s, place)
        return Sighting(Outcome.MEASURED, Reason.NONE, pose)

    def _without_anchor(self, pose: Pose) -> Sighting:
        if self._wait_for_ready:
            return Sighting(Outcome.UNCERTAIN, Reason.WAITING, pose)
        return Sighting(Outcome.MEASURED, Reason.NONE, pose)

    def _objection(self, place: Place) -> Reason | None:
        """Why somebody at ``place`` is not the resident; None where it may be."""
        if self._anchor is None:
            return None
        if self._anchor.size_ratio(place) > self._spec.size_ratio:
            return Reason.OTHER_SIZE
        if self._anchor.distance_m(place) > self._spec.reach_m:
            return Reason.ELSEWHERE
        return None

    def _watch_for_ready(self, t_s: float, pose: Pose, place: Place) -> None:
        """Set the anchor at a ready pose: still for a while, torso well visible."""
        torso_px = pose.image.xy_px()[_TORSO]
        if not np.all(pose.score[_TORSO] >= self._spec.ready_score):
            self._stillness.clear()
            return
        self._stillness.append((t_s, torso_px))
        while t_s - self._stillness[0][0] > self._spec.ready_s and (
            t_s - self._stillness[1][0] >= self._spec.ready_s
        ):
            self._stillness.popleft()
        if t_s - self._stillness[0][0] < self._spec.ready_s:
            return
        travel_px = np.ptp(np.array([torso for _, torso in self._stillness]), axis=0)
        if np.linalg.norm(travel_px, axis=-1).max() > self._spec.ready_travel_m * place.px_per_m:
            return
        vacant = t_s - self._last_s >= self._spec.vacant_s
        if self._anchor is None or (vacant and self._objection(place) is not None):
            self._anchor = self._last = place
            self._last_s, self._stray_since_s = t_s, None

    def _leapt(self, t_s: float, place: Place) -> bool:
        """Whether the hips moved from where the resident was faster than hips can.

        A leap back to the anchor is the resident again, after somebody drew the track along.
        """
        if self._anchor is None or self._last is None:
            return False
        limit_m = self._spec.jump_m
        if self._stray_since_s is None:
            limit_m += self._spec.jump_speed_m_s * max(t_s - self._last_s, 0.0)
        at_home = self._anchor.distance_m(place) <= self._spec.jump_m
        if at_home or self._last.distance_m(place) <= limit_m:
            self._stray_since_s = None
            return False
        if self._stray_since_s is None:
            self._stray_since_s = t_s
        return t_s - self._stray_since_s < self._spec.jump_s

    def _follow(self, t_s: float, place: Place) -> None:
        """Move the anchor a little towards the resident."""
        if self._anchor is None:
            return
        elapsed_s = min(max(t_s - self._last_s, 0.0), self._spec.follow_s)
        weight = 1.0 - math.exp(-elapsed_s / self._spec.follow_s)
        before = self._anchor
        x, y = (
            old + weight * (new - old) for old, new in zip(before.hip_px, place.hip_px, strict=True)
        )
        scale = before.px_per_m + weight * (place.px_per_m - before.px_per_m)
        self._anchor = Place((x, y), scale)
        self._last, self._last_s, self._stray_since_s = place, t_s, None
