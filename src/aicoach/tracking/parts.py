"""The parts of a repetition: out, at the target, back, rest; looked back on, and live.

What the parts are called, eccentric or concentric, is the exercise's matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from aicoach.events import PhaseDurations, PhaseName

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.pose import FloatArray
    from aicoach.tracking.history import Window

BAND: Final = 0.15
"""Share of the swing that counts as being at an end pose."""
TURN_SHARE: Final = 0.45
"""Of the time between the two bands: what turning round takes inside one band. A cosine
needs 0.51 of it, steady motion 0.21; without this share a movement without any pause
would be said to hold a quarter of its time."""

BoolArray = NDArray[np.bool_]
PartName = Literal["rest", "out", "target", "back"]

TURN: Final = 0.08
"""Change of the phase that shows a direction: about two thirds of the smallest swing that
any exercise file calls a movement would be two such steps."""
STILL_S: Final = 0.5
"""Without ``PROGRESS`` for so long, the body rests."""
PROGRESS: Final = 0.03
"""Change of the phase that still counts as moving on."""
FORGET_S: Final = 0.6
"""After so long without a phase nothing is known about the direction."""
_MIDDLE: Final = 0.5
"""Half of the swing: nearer to the one end pose, or to the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The times at which the parts of a repetition follow each other.

    Rest until ``leave_s``, out until ``arrive_s``, at the target until ``return_s``, back
    until ``home_s``, rest until ``end_s``. A turn without a pause has no length, yet there
    is something to see: the moments near an end pose lie between the ``near_`` times.
    """

    start_s: float
    near_start_until_s: float
    leave_s: float
    near_target_from_s: float
    arrive_s: float
    return_s: float
    near_target_until_s: float
    home_s: float
    near_start_from_s: float
    end_s: float

    def during(self, part: PartName, t_s: FloatArray) -> BoolArray:
        """Which of the times belong to a part; near a turn a moment belongs to two."""
        if part == "out":
            return (t_s >= self.leave_s) & (t_s <= self.arrive_s)
        if part == "target":
            return (t_s >= self.near_target_from_s) & (t_s <= self.near_target_until_s)
        if part == "back":
            return (t_s >= self.return_s) & (t_s <= self.home_s)
        return (t_s <= self.near_start_until_s) | (t_s >= self.near_start_from_s)


def phase_names(outward: Literal["eccentric", "concentric"]) -> dict[PartName, PhaseName]:
    """What the parts of a repetition are called when its way out is ``outward``."""
    if outward == "eccentric":
        return {
            "out": "eccentric",
            "target": "bottom_hold",
            "back": "concentric",
            "rest": "top_hold",
        }
    return {"out": "concentric", "target": "top_hold", "back": "eccentric", "rest": "bottom_hold"}


def parts_of(window: Window, start_s: float, peak_s: float, end_s: float) -> Parts:
    """Divide a repetition by its phase, measured against its own swing.

    An end pose is held while the phase lies within ``BAND`` of it, less the time that
    turning round takes. A repetition that is believed before it came home is extended at
    the pace of its way back, if half of that was seen; ``home_s`` is then after ``end_s``.
    """
    inside = (window.t_s >= start_s) & (window.t_s <= end_s) & np.isfinite(window.phase)
    times, phase = window.t_s[inside], window.phase[inside]
    whole = Parts(
        start_s=start_s, near_start_until_s=start_s, leave_s=start_s,
        near_target_from_s=peak_s, arrive_s=peak_s, return_s=peak_s, near_target_until_s=peak_s,
        home_s=end_s, near_start_from_s=end_s, end_s=end_s,
    )  # fmt: skip
    if len(times) < 3:
        return whole
    top = int(phase.argmax())
    low, high = float(phase[: top + 1].min()), float(phase[top])
    if high - low <= 0.0:
        return whole
    share = (phase - low) / (high - low)
    left = _crossing(times[: top + 1], share[: top + 1], BAND, last=True)
    reached = _crossing(times[: top + 1], share[: top + 1], 1.0 - BAND, last=False)
    turned = _crossing(times[top:], 1.0 - share[top:], BAND, last=True)
    home = _crossing(times[top:], 1.0 - share[top:], 1.0 - BAND, last=False)
    seen = float(share[-1])
    if BAND < seen <= _MIDDLE:
        home = turned + (home - turned) * (1.0 - 2.0 * BAND) / (1.0 - BAND - seen)
    out_turn = TURN_SHARE * max(reached - left, 0.0)
    back_turn = TURN_SHARE * max(home - turned, 0.0)
    arrive, back = reached + out_turn, turned - back_turn
    if arrive > back:
        weight = out_turn / (out_turn + back_turn) if out_turn + back_turn > 0.0 else 0.5
        arrive = back = reached + weight * (turned - reached)
    return Parts(
        start_s=start_s,
        near_start_until_s=left,
        leave_s=max(left - out_turn, start_s),
        near_target_from_s=reached,
        arrive_s=arrive,
        return_s=back,
        near_target_until_s=turned,
        home_s=home + back_turn if BAND < seen <= _MIDDLE else min(home + back_turn, end_s),
        near_start_from_s=home,
        end_s=end_s,
    )


def durations_of(parts: Parts, outward: Literal["eccentric", "concentric"]) -> PhaseDurations:
    """Seconds per phase of a divided repetition."""
    out, target = parts.arrive_s - parts.leave_s, parts.return_s - parts.arrive_s
    back = parts.home_s - parts.return_s
    rest = (parts.leave_s - parts.start_s) + max(parts.end_s - parts.home_s, 0.0)
    if outward == "eccentric":
        return PhaseDurations(
            eccentric_s=out, bottom_hold_s=target, concentric_s=back, top_hold_s=rest
        )
    return PhaseDurations(eccentric_s=back, bottom_hold_s=rest, concentric_s=out, top_hold_s=target)


def whole_ways(
    measured: PhaseDurations, seen: tuple[float, float], longest_s: float
) -> PhaseDurations:
    """The phases with the ends of both ways, which look like holds.

    seen : how much of the eccentric and of the concentric way shows as movement.
    longest_s : how long both ways together can have lasted.
    """
    more_out = measured.eccentric_s * (1.0 / seen[0] - 1.0)
    more_back = measured.concentric_s * (1.0 / seen[1] - 1.0)
    more = more_out + more_back
    room = longest_s - measured.eccentric_s - measured.concentric_s
    if not more > 0.0:
        return measured
    part = min(max(room / more, 0.0), 1.0)
    return PhaseDurations(
        eccentric_s=measured.eccentric_s + part * more_out,
        bottom_hold_s=max(measured.bottom_hold_s - part * more / 2.0, 0.0),
        concentric_s=measured.concentric_s + part * more_back,
        top_hold_s=max(measured.top_hold_s - part * more / 2.0, 0.0),
    )


def _crossing(t_s: FloatArray, share: FloatArray, level: float, *, last: bool) -> float:
    """When a rising series passes ``level``, between the rows; its end where it never does."""
    above = share >= level
    ups = (~above[:-1] & above[1:]).nonzero()[0]
    if len(ups) == 0:
        return float(t_s[0] if above.all() else t_s[-1])
    k = int(ups[-1] if last else ups[0])
    step = (level - share[k]) / (share[k + 1] - share[k])
    return float(t_s[k] + step * (t_s[k + 1] - t_s[k]))


class PhaseLabeler:
    """Names the phase by direction; a reversal or a rest must show before the name changes."""

    def __init__(self, spec: ExerciseSpec) -> None:
        self._names = phase_names(spec.tempo.outward)
        self.reset()

    def reset(self) -> None:
        """Forget the movement."""
        self._part: PartName | None = None
        self._extreme = math.nan
        self._seen_s = -math.inf
        self._progress = math.nan
        self._progress_s = -math.inf
        self._low, self._high = 0.0, 1.0

    def step(self, t_s: float, phase: float) -> PhaseName | None:
        """Take the phase (NaN is not seen); give its name, None while it is not known."""
        if math.isnan(phase):
            if t_s - self._seen_s > FORGET_S:
                self.reset()
        else:
            if t_s - self._seen_s > FORGET_S:
                self.reset()
            self._seen_s = t_s
            self._follow(t_s, phase)
        return None if self._part is None else self._names[self._part]

    def _follow(self, t_s: float, phase: float) -> None:
        if self._part is None:
            self._part = self._end_near(phase)
            self._extreme = self._progress = phase
            self._progress_s = t_s
            return
        rising, falling = self._part == "out", self._part == "back"
        if rising or falling:
            sign = 1.0 if rising else -1.0
            if sign * (phase - self._extreme) >= 0.0:
                self._extreme = phase
            if sign * (phase - self._progress) >= PROGRESS:
                self._progress, self._progress_s = phase, t_s
            if sign * (self._extreme - phase) >= TURN:
                self._go("back" if rising else "out", t_s, phase)
            elif t_s - self._progress_s >= STILL_S:
                self._rest(t_s, phase)
            return
        # At rest the reference follows slowly drifting poses, so only motion leaves it.
        if phase - self._extreme >= TURN:
            self._go("out", t_s, phase)
        elif self._extreme - phase >= TURN:
            self._go("back", t_s, phase)
        elif t_s - self._progress_s >= STILL_S:
            self._extreme, self._progress_s = phase, t_s

    def _go(self, part: PartName, t_s: float, phase: float) -> None:
        if part == "out" and self._part in ("back", "rest"):
            self._low = min(self._extreme, phase)
        if part == "back" and self._part in ("out", "target"):
            self._high = max(self._extreme, phase)
        self._part = part
        self._extreme = self._progress = phase
        self._progress_s = t_s

    def _rest(self, t_s: float, phase: float) -> None:
        self._part = self._end_near(phase)
        self._extreme = self._progress = phase
        self._progress_s = t_s

    def _end_near(self, phase: float) -> PartName:
        middle = self._low + _MIDDLE * (self._high - self._low)
        return "target" if phase >= middle else "rest"
