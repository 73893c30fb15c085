"""Signs without a word: raised crossed forearms are "stop", a hand on the head is "pause".

Raised is before the face or above it: on the chest, arms are crossed in sit-to-stand and
in forms of baduanjin. Forearms that cross like an X are told from hands that meet, as in a
clap or overhead, by where the crossing lies on both of them and by their angle.

A hand on the head, while the other one hangs or rests in the lap, is within reach of a stiff
shoulder, and no exercise keeps it there: an arm that is raised passes the head or is stretched
above it, and a telephone is held lower. Whoever scratches the head for long pauses: that harms
nobody, and the same sign goes on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.features import FEATURE_INDEX
from aicoach.skeleton import INDEX, Side

if TYPE_CHECKING:
    from aicoach.intensity.settings import GestureSettings, HandOnHeadSettings
    from aicoach.kinematics import Features
    from aicoach.pose import Pose

Place = tuple[float, float]
"""Half metres."""
_SIDES: Final[tuple[Side, Side]] = ("left", "right")
_EARS: Final = (INDEX["left_ear"], INDEX["right_ear"])
_LITTLE: Final = (INDEX["left_pinky"], INDEX["right_pinky"])
_SCALE: Final = FEATURE_INDEX["log_scale"]
_ELBOWS: Final = (INDEX["left_elbow"], INDEX["right_elbow"])
_WRISTS: Final = (INDEX["left_wrist"], INDEX["right_wrist"])
_HANDS: Final = (INDEX["left_index"], INDEX["right_index"])
_HIPS: Final = (INDEX["left_hip"], INDEX["right_hip"])
_SHOULDERS: Final = (INDEX["left_shoulder"], INDEX["right_shoulder"])


def unit_px_of(features: Features | None) -> float:
    """Half a metre in the picture of these features; NaN: not known."""
    scale = math.nan if features is None else features.values.item(_SCALE)
    return math.exp(scale) if math.isfinite(scale) else math.nan


class HeldSign:
    """A sign counts once when it has been held for long enough, however it flickers.

    Attributes
    ----------
    shown
        The sign was made and has not been given up since.
    """

    def __init__(self, hold_s: float, forgive_s: float) -> None:
        self._hold_s, self._forgive_s = hold_s, forgive_s
        self._since_s = self._last_s = math.nan
        self.shown = False

    def step(self, t_s: float, *, made: bool) -> bool:
        """True in the moment in which the sign has lasted."""
        if made:
            if math.isnan(self._since_s):
                self._since_s = t_s
            self._last_s = t_s
            if not self.shown and t_s - self._since_s >= self._hold_s:
                self.shown = True
                return True
            return False
        if not t_s - self._last_s <= self._forgive_s:
            self._since_s = math.nan
            self.shown = False
        return False

    def begin_anew(self) -> None:
        """What was held so far does not count."""
        if not self.shown:
            self._since_s = math.nan


class CrossedArms:
    """Follows the forearms."""

    def __init__(self, settings: GestureSettings) -> None:
        self._rules = settings
        self._sign = HeldSign(settings.hold_s, settings.forgive_s)

    @property
    def shown(self) -> bool:
        """The gesture was made and the arms have not been lowered since."""
        return self._sign.shown

    def step(self, t_s: float, pose: Pose | None, unit_px: float) -> bool:
        """True in the moment in which the gesture has lasted; ``unit_px``: half a metre."""
        return self._sign.step(t_s, made=pose is not None and crosses(pose, unit_px, self._rules))


class HandOnHead:
    """Follows both hands: one lies still on the head, the other hangs or rests."""

    def __init__(self, settings: HandOnHeadSettings) -> None:
        self._rules = settings
        self._sign = HeldSign(settings.hold_s, settings.forgive_s)
        self._first: Place | None = None
        self._side: Side | None = None

    @property
    def shown(self) -> bool:
        """The gesture was made and the hand has not been taken down since."""
        return self._sign.shown

    def step(self, t_s: float, pose: Pose | None, unit_px: float) -> bool:
        """True in the moment in which the gesture has lasted; ``unit_px``: half a metre."""
        found = None if pose is None else hand_on_head(pose, unit_px, self._rules)
        if found is not None:
            side, place = found
            moved = self._first is None or math.dist(place, self._first) > self._rules.still
            if moved or side != self._side:
                self._first, self._side = place, side
                self._sign.begin_anew()
        return self._sign.step(t_s, made=found is not None)


def hand_on_head(
    pose: Pose, unit_px: float, rules: HandOnHeadSettings
) -> tuple[Side, Place] | None:
    """Which hand lies on the head of an upright person, and where from its middle; None: none."""
    if not unit_px > 0.0:
        return None
    width, height = pose.image.frame_size_px
    xyz, score = pose.image.xyz, pose.score

    def at(i: int) -> Place:
        return xyz.item(i, 0) * width / unit_px, xyz.item(i, 1) * height / unit_px

    level = (at(_SHOULDERS[0])[1] + at(_SHOULDERS[1])[1]) / 2.0
    if not min(at(hip)[1] for hip in _HIPS) >= level + rules.trunk_upright:
        return None
    head = _middle([at(ear) for ear in _EARS])
    for i, side in enumerate(_SIDES):
        other = 1 - i
        if not score.item(_WRISTS[i]) >= rules.score:
            continue
        if not score.item(_WRISTS[other]) >= rules.other_score:
            continue
        hand = _middle([at(j) for j in (_WRISTS[i], _HANDS[i], _LITTLE[i])])
        x, y = hand[0] - head[0], head[1] - hand[1]
        if not (abs(x) <= rules.beside and rules.above_from <= y <= rules.above_to):
            continue
        if at(_WRISTS[other])[1] >= level + rules.other_below:
            return side, (x, y)
    return None


def _middle(places: list[Place]) -> Place:
    """Mean of the places that are known; NaN where none is."""
    known = [place for place in places if math.isfinite(place[0] + place[1])]
    if not known:
        return math.nan, math.nan
    return sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)


def crosses(pose: Pose, unit_px: float, rules: GestureSettings) -> bool:
    """Whether the raised forearms cross, seen from the front, of an upright person."""
    if not unit_px > 0.0:
        return False
    if not all(pose.score.item(i) >= rules.score for i in _WRISTS):
        return False
    width, height = pose.image.frame_size_px
    xyz = pose.image.xyz

    def at(i: int) -> tuple[float, float]:
        return xyz.item(i, 0) * width / unit_px, xyz.item(i, 1) * height / unit_px

    left_shoulder, right_shoulder = map(at, _SHOULDERS)
    if not abs(left_shoulder[0] - right_shoulder[0]) >= rules.shoulders_apart:
        return False
    level = (left_shoulder[1] + right_shoulder[1]) / 2.0
    if not min(at(hip)[1] for hip in _HIPS) >= level + rules.trunk_upright:
        return False
    (left_elbow, right_elbow), (left, right) = map(at, _ELBOWS), map(at, _WRISTS)
    if not max(left[1], right[1]) <= level - rules.above_shoulders:
        return False
    # To the knuckles: wrists that lie on each other cross there, palms that meet do not.
    left, right = (
        at(hand) if pose.score.item(hand) >= rules.score and math.isfinite(sum(at(hand))) else end
        for hand, end in zip(_HANDS, (left, right), strict=True)
    )
    one = (left[0] - left_elbow[0], left[1] - left_elbow[1])
    other = (right[0] - right_elbow[0], right[1] - right_elbow[1])
    between = (right_elbow[0] - left_elbow[0], right_elbow[1] - left_elbow[1])
    turn = one[0] * other[1] - one[1] * other[0]
    angle = math.degrees(math.atan2(abs(turn), one[0] * other[0] + one[1] * other[1]))
    if turn == 0.0 or not angle >= rules.angle_deg:
        return False
    along_one = (between[0] * other[1] - between[1] * other[0]) / turn
    along_other = (between[0] * one[1] - between[1] * one[0]) / turn
    low, high = rules.crossing_from, rules.crossing_to
    return low <= along_one <= high and low <= along_other <= high
