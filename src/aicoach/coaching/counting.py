"""Counting aloud: every repetition, milestones, the last three; and the seconds of a hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.coaching.requests import CueRequest, Place, Spelled
from aicoach.session_events import CuePriority

if TYPE_CHECKING:
    from aicoach.coaching.settings import CountingSettings
    from aicoach.events import Side

_LAST = {3: "three_more", 2: "two_more", 1: "last_one"}


class Counting:
    """Counts one set; ``planned`` repetitions are per side when sides alternate."""

    def __init__(
        self, settings: CountingSettings, planned: int | None, *, alternating: bool, aloud: bool
    ) -> None:
        self._settings = settings
        self._planned = planned
        self._alternating = alternating
        self._aloud = aloud
        self._by_side: dict[Side, int] = {}
        self._last_s: float | None = None
        self.total = 0

    @property
    def remaining(self) -> int | None:
        """Repetitions still planned, of both sides; None without a number."""
        if self._planned is None:
            return None
        return self._planned * (2 if self._alternating else 1) - self.total

    @property
    def at_the_peak(self) -> bool:
        """Whether the last few are on: the hardest, when only what matters is said."""
        left = self.remaining
        return left is not None and left < self._settings.encourage_last and self._second_half

    def count(self, t_s: float, side: Side, ended_s: float) -> CueRequest:
        """What is said at ``t_s`` of one more repetition, which ended at ``ended_s``."""
        self.total += 1
        number = self._by_side[side] = self._by_side.get(side, 0) + 1
        quick = self._last_s is not None and ended_s - self._last_s < self._settings.quick_s
        self._last_s = ended_s
        key, places = self._words(number, side)
        milestone = number % int(self._settings.milestone) == 0
        pair_done = not self._alternating or self._by_side.get(_other(side), 0) >= number
        finished = self.remaining == 0
        silent = not self._aloud or (quick and not finished and not (milestone and pair_done))
        # Nothing but the number fits between quick repetitions.
        if quick and not finished and not silent:
            key, places = "coaching.count", (("n", Spelled(number)),)
        return CueRequest(
            t_s=t_s,
            key=key,
            priority=CuePriority.COUNT,
            places=places,
            side=side,
            cause="repetition",
            show_only=silent,
        )

    @property
    def _second_half(self) -> bool:
        left = self.remaining
        return left is not None and self.total > left

    def _words(self, number: int, side: Side) -> tuple[str, tuple[tuple[str, Place], ...]]:
        settings, left = self._settings, self.remaining
        spelled: tuple[tuple[str, Place], ...] = (("n", Spelled(number)),)
        if left == 0:
            return "coaching.count_last", spelled
        if left in _LAST and left <= settings.encourage_last and self._second_half:
            return f"coaching.encouragement.{_LAST[left]}", ()
        if self._alternating and side in {"left", "right"}:
            return f"coaching.count_side.{side}", spelled
        half = self._planned is not None and number * 2 == self._planned
        if half and self._planned is not None and self._planned >= settings.half_way_from:
            return "coaching.milestone.half_way", spelled
        if number % int(settings.milestone) == 0:
            return "coaching.milestone.every_five", spelled
        return "coaching.count", spelled


class HoldCounting:
    """Says the seconds of one hold; breathing in between, so that nobody holds the breath."""

    def __init__(self, settings: CountingSettings, planned_s: float | None) -> None:
        self._settings = settings
        self._planned_s = planned_s
        self._half_said = self._last_said = False
        self._marks = 0
        self.longest_s = 0.0

    def held(self, t_s: float, held_s: float) -> CueRequest | None:
        """What is said when the hold has lasted ``held_s``; a new hold begins from zero."""
        mark_s, planned_s = self._settings.hold_mark_s, self._planned_s
        self.longest_s = max(self.longest_s, held_s)
        # Half a mark is also where breathing is spoken of.
        halves = int(held_s / (mark_s / 2.0))
        if halves < self._marks:
            self._marks, self._half_said, self._last_said = halves, False, False
        fresh, self._marks = halves > self._marks, halves
        if planned_s is not None and planned_s >= 2 * mark_s:
            left_s = planned_s - held_s
            if 0.0 < left_s <= self._settings.hold_last_s and not self._last_said:
                self._last_said = True
                return _hold(t_s, "more", ("n", Spelled(round(left_s))))
            if held_s >= planned_s / 2.0 and not self._half_said:
                self._half_said = True
                return _hold(t_s, "half_way")
        if not fresh:
            return None
        if halves % 2:
            return _hold(t_s, "breathe")
        return _hold(t_s, "seconds", ("n", Spelled(round(halves * mark_s / 2.0))))


def _hold(t_s: float, key: str, *places: tuple[str, Place]) -> CueRequest:
    return CueRequest(
        t_s=t_s,
        key=f"coaching.hold.{key}",
        priority=CuePriority.COUNT,
        places=places,
        cause="hold",
    )


def _other(side: Side) -> Side:
    return {"left": "right", "right": "left"}.get(side, "both")  # type: ignore[return-value]
