"""Raised crossed forearms, held for a second: "stop", without a word.

Raised is before the face or above it: on the chest, arms are crossed in sit-to-stand and
in forms of baduanjin. Forearms that cross like an X are told from hands that meet, as in a
clap or overhead, by where the crossing lies on both of them and by their angle.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.skeleton import INDEX

if TYPE_CHECKING:
    from aicoach.intensity.settings import GestureSettings
    from aicoach.pose import Pose

_ELBOWS: Final = (INDEX["left_elbow"], INDEX["right_elbow"])
_WRISTS: Final = (INDEX["left_wrist"], INDEX["right_wrist"])
_HANDS: Final = (INDEX["left_index"], INDEX["right_index"])
_HIPS: Final = (INDEX["left_hip"], INDEX["right_hip"])
_SHOULDERS: Final = (INDEX["left_shoulder"], INDEX["right_shoulder"])


class CrossedArms:
    """Follows the forearms.

    Attributes
    ----------
    shown
        The gesture was made and the arms have not been lowered since.
    """

    def __init__(self, settings: GestureSettings) -> None:
        self._rules = settings
        self._since_s = self._last_s = math.nan
        self.shown = False

    def step(self, t_s: float, pose: Pose | None, unit_px: float) -> bool:
        """True in the moment in which the gesture has lasted; ``unit_px``: half a metre."""
        if pose is not None and crosses(pose, unit_px, self._rules):
            if math.isnan(self._since_s):
                self._since_s = t_s
            self._last_s = t_s
            if not self.shown and t_s - self._since_s >= self._rules.hold_s:
                self.shown = True
                return True
            return False
        if not t_s - self._last_s <= self._rules.forgive_s:
            self._since_s = math.nan
            self.shown = False
        return False


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
