"""A synthetic resident: does what the session asks for, in the manner that is wished."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aicoach.observations import PoseSeen
from aicoach.pose import ImageKeypoints, Pose
from aicoach.rehearsal.tapes import Tape, acted_tape, played_tape
from aicoach.session_events import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec, OneSide, View
    from aicoach.rehearsal.tapes import Act
    from aicoach.session import SessionUpdate

_LONGEST: Final = 400
"""Repetitions at most on one tape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an exercise is done."""

    view: View | None = None
    """How the resident stands; None: the view in which the exercise is judged best."""
    depth: float | tuple[float, ...] = 1.0
    """How much of the way to the target pose, for all or for one repetition after the other;
    the last one goes on."""
    cycle_s: float | None = None
    """Seconds per repetition; None: as the exercise's file says."""
    speeds: tuple[float, ...] = (1.0,)
    """How fast each repetition is done, 1 is ``cycle_s``; the last one goes on."""
    repetitions: int | None = None
    """As many, and then stand still; None: as many as the plan asks for."""
    pause_s: float = 0.0
    side: OneSide | None = None
    """With this side alone, whatever is asked for; None: as it is asked for."""
    astray: tuple[tuple[str, float], ...] = ()
    """Angles of ``synth`` that go wrong by so many degrees at the target pose, e.g.
    ``pitch`` or ``hip_rotation``."""
    noise: float = 0.008
    """Jitter of the pose model, in half metres."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Where and how large the resident stands in the picture."""

    zoom: float = 1.0
    """Above 1: too near."""
    right: float = 0.0
    """Moved by so much of the picture's width."""
    down: float = 0.0


@dataclass(slots=True)
class SyntheticResident:
    """Performs each exercise of a session; everything about it may be changed on the way.

    The same wishes give the same poses: whatever is random has a seed.

    Attributes
    ----------
    first
        The exercise in whose start pose the resident waits before the first one.
    manner, manners
        How all exercises are done, and those of which something else is said.
    away
        Out of the picture.
    camera_on
        Whether the camera gives pictures at all.
    still
        Stands in the start pose, whatever is asked for.
    people, brightness
        What else the camera tells; None: nothing.
    picture
        Place and size in the picture.
    followed
        The pose model follows somebody who passes by instead.
    """

    catalog: Mapping[str, ExerciseSpec]
    first: str
    manner: Manner = field(default_factory=Manner)
    manners: dict[str, Manner] = field(default_factory=dict)
    away: bool = False
    camera_on: bool = True
    still: bool = False
    people: int | None = 1
    brightness: float | None = 0.5
    picture: Picture = field(default_factory=Picture)
    followed: bool = False
    _act: Act | None = None
    _act_s: float = 0.0
    _newest: str = ""
    _set: tuple[str, int] | None = None
    _tape: Tape | None = None
    _tape_s: float = 0.0

    def act(self, t_s: float, act: Act | None) -> None:
        """Do something else from ``t_s`` on, and stay in its last pose; None: as before."""
        self._act, self._act_s = act, t_s

    def seen(self, t_s: float, moment: SessionUpdate | None) -> PoseSeen | None:
        """What the camera sees."""
        if not self.camera_on:
            return None
        pose = None if self.away else self._pose(t_s, moment)
        if pose is not None and self.picture != Picture():
            pose = _moved(pose, self.picture)
        people = 0 if self.away and self.people == 1 else self.people
        return PoseSeen(t_s=t_s, pose=pose, people=people, brightness=self.brightness)

    def _pose(self, t_s: float, moment: SessionUpdate | None) -> Pose | None:
        if moment is not None and moment.exercise is not None:
            self._newest = moment.exercise
        exercise = self._newest or self.first
        manner = self.manners.get(exercise, self.manner)
        view = manner.view or self.catalog[exercise].views[0]
        if self.followed:
            return acted_tape("passes_by", view, manner.seed).at(t_s % 5.0, t_s)
        if self._act is not None:
            return acted_tape(self._act, view, manner.seed).at(t_s - self._act_s, t_s)
        if moment is None or moment.screen is not Screen.EXERCISE_SET or self.still:
            self._set = None
            return self._tape_of(exercise, manner, 1, "", 0.0).at(0.0, t_s)
        on = (exercise, moment.set_number)
        if self._set != on or self._tape is None:
            left = math.ceil(moment.planned - moment.done) if moment.mode == "reps" else 0
            n = manner.repetitions if manner.repetitions is not None else max(left, 1)
            mode, planned = moment.mode, moment.planned
            self._tape = self._tape_of(exercise, manner, n, mode, planned, moment.side)
            self._set, self._tape_s = on, t_s
        return self._tape.at(t_s - self._tape_s, t_s)

    def again(self) -> None:
        """Begin the set anew with the next picture, in the manner of then."""
        self._set = None

    def _tape_of(
        self,
        exercise: str,
        manner: Manner,
        n: int,
        mode: str,
        planned: float,
        side: OneSide | None = None,
    ) -> Tape:
        spec = self.catalog[exercise]
        hold_s = planned + 3.0 if mode == "hold" else 3.0
        if mode == "duration" and manner.repetitions is None:
            cycle_s = manner.cycle_s or max(spec.tempo.cycle_s, 2.0)
            n = math.ceil(planned / (cycle_s + manner.pause_s)) + 2
        side = manner.side or side
        return played_tape(spec, manner, min(n, _LONGEST), hold_s, side)


def _moved(pose: Pose, how: Picture) -> Pose:
    xyz = pose.image.xyz.copy()
    xyz[:, 0] = 0.5 + how.zoom * (xyz[:, 0] - 0.5) + how.right
    xyz[:, 1] = 0.5 + how.zoom * (xyz[:, 1] - 0.5) + how.down
    xyz[:, 2] *= how.zoom
    return Pose(pose.t_s, ImageKeypoints(xyz, pose.image.frame_size_px), pose.world, pose.score)
