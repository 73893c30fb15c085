"""Which fault is worth a word at the end of a repetition.

Bandwidth: only what happened in several of the last repetitions. Fading: with the sessions
the coach says less, and more again when the quality drops. Safety does not come here.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.coaching.requests import CueRequest
from aicoach.phrases import EXERCISE_CUES
from aicoach.session_events import CuePriority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from aicoach.coaching.settings import CorrectionSettings
    from aicoach.events import FormFault, Repetition, Side

CORRECTION: Final = "correction"
"""Subject of all corrections: of two that wait, the newer is about what just happened."""
PRIORITY_OF: Final[Mapping[str, CuePriority]] = {
    "minor": CuePriority.MINOR,
    "major": CuePriority.MAJOR,
}
"""Faults of other severities are not corrected here: info never, safety at once."""
ASKS_FOR_MORE_RANGE: Final = frozenset(
    f"{EXERCISE_CUES}.{cue}"
    for cue in (
        "a_little_further",
        "arms_up",
        "feet_wider",
        "hips_down",
        "longer_step",
        "look_further_back",
        "reach_higher",
        "sit_back",
        "step_wider",
    )
)
"""Cues that ask to go further; never said where a limit of the range is near."""


@dataclass(slots=True)
class _Seen:
    """One rule on one side, over the last repetitions of that side."""

    recent: deque[bool]
    fault: FormFault
    total: int = 0
    """Repetitions of this set that had it."""


class Corrections:
    """Follows the faults of a set; at most one correction per repetition comes out."""

    def __init__(
        self,
        settings: CorrectionSettings,
        session_number: int | None,
        usual_score: float | None = None,
    ) -> None:
        self._settings = settings
        self._session = 1 if session_number is None else session_number
        self._usual = usual_score
        self._first: list[int] = []
        self._scores: deque[int] = deque(maxlen=int(settings.quality_repetitions))
        self._seen: dict[tuple[str, Side], _Seen] = {}
        self._since_last: float = math.inf

    @property
    def every_repetitions(self) -> float:
        """At most one correction in so many repetitions; infinite when only the summary speaks."""
        settings = self._settings
        often, seldom = settings.often_repetitions, settings.seldom_repetitions
        if self._session <= settings.often_until_session:
            return often
        if self._session <= settings.seldom_until_session:
            return often if self.quality_dropped else seldom
        return seldom if self.quality_dropped else math.inf

    @property
    def quality_dropped(self) -> bool:
        """Whether the newest repetitions score clearly below the usual.

        Where no usual score is known, the first repetitions of the set are it. Too few
        scores are no drop: there is nothing to compare.
        """
        needed = int(self._settings.quality_repetitions)
        usual = self._usual
        if usual is None and len(self._first) == needed:
            usual = sum(self._first) / needed
        if usual is None or len(self._scores) < needed:
            return False
        return sum(self._scores) / needed < usual * (1.0 - self._settings.quality_drop)

    def observe(self, repetition: Repetition) -> None:
        """Take a repetition's score and faults."""
        self._since_last += 1
        if repetition.score is not None:
            self._scores.append(repetition.score)
            if len(self._first) < self._settings.quality_repetitions:
                self._first.append(repetition.score)
        faults = {
            (fault.rule, fault.side): fault
            for fault in repetition.faults
            if fault.severity == "safety"
            or (fault.severity in PRIORITY_OF and fault.confidence >= self._settings.confidence)
        }
        for key, fault in faults.items():
            if key not in self._seen:
                window: deque[bool] = deque(maxlen=int(self._settings.of_last))
                self._seen[key] = _Seen(window, fault)
        for (rule, side), seen in self._seen.items():
            if not _same_side(side, repetition.side):
                continue
            fault_now = faults.get((rule, side))
            seen.recent.append(fault_now is not None)
            if fault_now is not None:
                seen.fault, seen.total = fault_now, seen.total + 1

    def propose(
        self,
        t_s: float,
        repetition: Repetition,
        *,
        valid_for_s: float,
        may_say: Callable[[CueRequest], bool],
        major_only: bool = False,
        range_limited: bool = False,
    ) -> CueRequest | None:
        """The one correction worth saying after ``repetition``, if the voice may say it."""
        every = self.every_repetitions
        if not math.isfinite(every) or self._since_last < every:
            return None
        current = {(fault.rule, fault.side) for fault in repetition.faults}
        candidates = [
            seen
            for key, seen in self._seen.items()
            if key in current
            and seen.fault.severity in PRIORITY_OF
            and sum(seen.recent) >= self._settings.at_least
        ]
        candidates.sort(
            key=lambda seen: (-PRIORITY_OF[seen.fault.severity], -sum(seen.recent), -seen.total)
        )
        for seen in candidates:
            request = self.request_for(t_s, seen.fault, valid_for_s, self._both(seen.fault))
            if major_only and request.priority is not CuePriority.MAJOR:
                continue
            if range_limited and request.key in ASKS_FOR_MORE_RANGE:
                continue
            if may_say(request):
                return request
        return None

    def spoken(self) -> None:
        """A correction was said."""
        self._since_last = 0

    def totals(self) -> Iterable[tuple[FormFault, int]]:
        """The faults of this set, safety too, each with how many repetitions had it."""
        return tuple((seen.fault, seen.total) for seen in self._seen.values())

    @staticmethod
    def request_for(
        t_s: float, fault: FormFault, valid_for_s: float, side: Side | None = None
    ) -> CueRequest:
        """The request that corrects ``fault``; ``side`` overrides the fault's own."""
        return CueRequest(
            t_s=t_s,
            key=f"{EXERCISE_CUES}.{fault.cue}",
            priority=PRIORITY_OF[fault.severity],
            rule=fault.rule,
            side=fault.side if side is None else side,
            valid_for_s=valid_for_s,
            cause=fault.rule,
            subject=CORRECTION,
        )

    def _both(self, fault: FormFault) -> Side:
        """The side to name: none when the other side has the same fault as often."""
        if fault.side == "both":
            return "both"
        other = self._seen.get((fault.rule, "left" if fault.side == "right" else "right"))
        if other is not None and sum(other.recent) >= self._settings.at_least:
            return "both"
        return fault.side


def _same_side(one: Side, other: Side) -> bool:
    """Whether a repetition of side ``other`` says anything about side ``one``."""
    return "both" in {one, other} or one == other
