"""A fall, or somebody on the floor who should stand or sit.

Posture decides, not speed: a person sinks down slowly as well as suddenly. What the
exercise explains is no fall; see ``postures``. Nobody is taken for fallen who was not seen
upright since the exercise began, so that getting up from the mat raises no alarm.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final, Literal

from aicoach.features import FEATURE_INDEX
from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of
from aicoach.intensity.postures import Expected
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.settings import FallSettings
    from aicoach.kinematics import Features

FALL: Final = "STOP-9"
SILENT: Final = "STOP-9-SILENT"
Down = Literal["lying", "on_the_floor", "gone_low"]

_TRUNK: Final = FEATURE_INDEX["trunk_inclination_deg"]
_HIP: Final = FEATURE_INDEX["hip_height"]
_SHOULDER: Final = FEATURE_INDEX["shoulder_height"]
_RISE: Final = FEATURE_INDEX["shoulder_rise"]
_SCALE: Final = FEATURE_INDEX["log_scale"]
_FEET: Final = FEATURE_INDEX["feet_distance"]


class FallWatch:
    """Looks at one frame after the other.

    Attributes
    ----------
    awaiting_answer
        The resident was asked whether all is well and has not answered.
    """

    def __init__(self, settings: FallSettings) -> None:
        self._rules = settings
        self._expected = Expected.ANY
        self.awaiting_answer = False
        self._asked_s = math.nan
        self._scale_px = 1.0
        self.expect(Expected.ANY)

    def expect(self, expected: Expected, *, anew: bool = True) -> None:
        """What the exercise explains from now on; ``anew``: wait until the person is up."""
        if not anew and expected is self._expected:
            return
        self._expected = expected
        self._down_s = self._last_down_s = self._other_s = math.nan
        self._down_seen_s = 0.0
        self._seen_s = math.nan
        self._kind: Down = "lying"
        if anew:
            self._upright_s = 0.0
            self._was_up = False
            self._shoulders: deque[tuple[float, float]] = deque()  # time, picture y in px

    def step(self, t_s: float, features: Features | None) -> Alerts:
        """Take one frame; None: nobody."""
        if not math.isnan(self._asked_s):  # it has been said; what follows is help
            return self.tick(t_s)
        if self._expected is Expected.FLOOR:
            return NOTHING
        if features is not None and self._sees(features):
            self._look(t_s, features)
        else:
            self._look_at_nobody(t_s)
        return self._fallen(t_s, features)

    def answered(self, t_s: float, *, well: bool | None) -> Alerts:
        """The answer to "are you OK?"; no is as urgent as silence."""
        if not self.awaiting_answer:
            return NOTHING
        self.awaiting_answer = False
        return NOTHING if well else self._notify(t_s)

    def _sees(self, features: Features) -> bool:
        """Whether trunk and hips were really seen."""
        if features.scores.item(_TRUNK) < self._rules.score:
            return False
        return math.isfinite(features.values.item(_TRUNK) + features.values.item(_HIP))

    def _look(self, t_s: float, features: Features) -> None:
        values, rules = features.values, self._rules
        trunk, shoulder = values.item(_TRUNK), values.item(_SHOULDER)
        elapsed_s = t_s - self._seen_s if t_s - self._seen_s < rules.gap_s else 0.0
        self._seen_s = t_s
        kind = self._posture(features)
        if kind is None:
            if trunk < rules.upright_trunk_deg and shoulder >= rules.upright_shoulder:
                self._upright_s += elapsed_s
                self._was_up |= self._upright_s >= rules.upright_s
            if math.isnan(self._other_s):
                self._other_s = t_s
            if t_s - self._other_s >= rules.forgive_s:
                self._down_s = self._last_down_s = math.nan
                self._down_seen_s = 0.0
        else:
            self._kind = kind
            self._other_s = math.nan
            if math.isnan(self._down_s):
                self._down_s = t_s
            elif not math.isnan(self._last_down_s):
                self._down_seen_s += min(t_s - self._last_down_s, elapsed_s)
            self._last_down_s = t_s
        y_px = -values.item(_RISE) * math.exp(values.item(_SCALE))
        if math.isfinite(y_px):
            self._shoulders.append((t_s, y_px))
            self._scale_px = math.exp(values.item(_SCALE))
        while self._shoulders and self._shoulders[0][0] < t_s - rules.drop_s:
            self._shoulders.popleft()

    def _posture(self, features: Features) -> Down | None:
        """How the person is down, or None; NaN is never down."""
        values, rules = features.values, self._rules
        trunk, hip = values.item(_TRUNK), values.item(_HIP)
        if self._expected is Expected.UPRIGHT:
            if trunk >= rules.trunk_deg and hip <= rules.hip_upright:
                return "lying"
            seated = hip <= rules.hip_floor and features.scores.item(_FEET) >= rules.score
            return "on_the_floor" if seated else None
        low = hip <= rules.hip_any and values.item(_SHOULDER) <= rules.shoulder_any
        return "lying" if trunk >= rules.trunk_deg and low else None

    def _look_at_nobody(self, t_s: float) -> None:
        """Gone right after sinking fast: the person may lie below the picture."""
        if not self._shoulders or not math.isnan(self._down_s):
            return
        last_s, last_px = self._shoulders[-1]
        if t_s - last_s > self._rules.gap_s:
            return
        dropped = (last_px - min(y for _, y in self._shoulders)) / self._scale_px
        if dropped >= self._rules.drop:
            self._down_s = self._last_down_s = last_s
            self._other_s = math.nan
            self._down_seen_s = self._rules.seen_s
            self._kind = "gone_low"

    def _fallen(self, t_s: float, features: Features | None) -> Alerts:
        rules = self._rules
        if math.isnan(self._down_s) or not self._was_up or self._down_seen_s < rules.seen_s:
            return NOTHING
        if t_s - self._down_s < rules.hold_s or not math.isnan(self._other_s):
            return NOTHING
        self.awaiting_answer, self._asked_s = True, t_s
        inputs: list[Input] = [
            Input(name="posture", value=self._kind),
            Input(name="for", value=round(t_s - self._down_s, 2), unit="s"),
            Input(name="expected", value=self._expected.value),
        ]
        if features is not None:
            trunk, hip = features.values.item(_TRUNK), features.values.item(_HIP)
            inputs.append(Input(name="trunk_inclination", value=_known(trunk), unit="deg"))
            inputs.append(Input(name="hip_height", value=_known(hip), unit="half metres"))
        return (
            IntensityAlert(
                t_s=t_s, rule=FALL, level=AlertLevel.STOP, cue=cue_of(FALL), quantity="posture",
                value=self._kind, limit=rules.hold_s, unit="s", author=DEFAULT,
                inputs=tuple(inputs), ends="session",
            ),
        )  # fmt: skip

    def tick(self, t_s: float) -> Alerts:
        """Time passed: silence after the question is an answer too."""
        if not self.awaiting_answer or t_s - self._asked_s < self._rules.answer_s:
            return NOTHING
        self.awaiting_answer = False
        return self._notify(t_s)

    def _notify(self, t_s: float) -> Alerts:
        return (
            IntensityAlert(
                t_s=t_s, rule=SILENT, level=AlertLevel.STOP, cue=cue_of(SILENT),
                quantity="answer", value=None, limit=self._rules.answer_s, unit="s",
                author=DEFAULT, notify_staff=True, ends="session",
            ),
        )  # fmt: skip


def _known(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
