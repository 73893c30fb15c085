"""From a confirmed cycle to a repetition: measured, judged, numbered.

Cycles that wait for their set are measured and judged while they wait: the frame that
confirms a set has only to number them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aicoach.events import FormFault, RejectedRepetition, Rejection, Repetition
from aicoach.tracking.measures import measure_repetition
from aicoach.tracking.parts import BAND, TURN_SHARE, whole_ways

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.events import NotAssessed, PhaseDurations, View
    from aicoach.tracking.evidence import Evidence
    from aicoach.tracking.form import FormJudge, Judgement
    from aicoach.tracking.measures import RepetitionMeasures
    from aicoach.tracking.repetitions import RepetitionCounter

_LONGEST_BACK_S: Final = 10.0
"""How far the way back may lie in the past."""
_WAITING: Final = 16
"""Cycles that are remembered while they wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A repetition, or why it is none after all, with the rules that could not be judged."""

    event: Repetition | RejectedRepetition
    not_assessed: tuple[NotAssessed, ...] = ()


class RepetitionJudge:
    """Measures and judges the cycles of one set."""

    def __init__(
        self,
        spec: ExerciseSpec,
        counter: RepetitionCounter,
        form: FormJudge,
        target_deg: float | None,
    ) -> None:
        self._spec, self._counter, self._form = spec, counter, form
        self._target_deg = target_deg
        # On arrival at the target the way back is not known yet: nothing to look at early.
        self._early = spec.repetition is not None and spec.repetition.count_at == "return"
        self._looked: dict[int, tuple[Evidence, RepetitionMeasures, Judgement]] = {}

    def look(self, evidence: Evidence, view: View) -> None:
        """Measure and judge a cycle that waits to be confirmed."""
        if not self._early or id(evidence) in self._looked:
            return
        while len(self._looked) >= _WAITING:
            del self._looked[next(iter(self._looked))]
        measured = self._measured(evidence)
        # The evidence is kept beside what was found: its id stays its own as long.
        self._looked[id(evidence)] = (evidence, measured, self._judged(evidence, measured, view))

    def judge(
        self, t_s: float, evidence: Evidence, view: View, index: int, last_counted_s: float
    ) -> Judged:
        """The repetition number ``index`` that was counted at ``t_s``."""
        cycle, side = evidence.cycle, evidence.side
        looked = self._looked.pop(id(evidence), None)
        if looked is not None:
            _, measured, judgement = looked
        else:
            measured = self._measured(evidence)
            if not self._early:
                durations = self._with_way_back(measured, last_counted_s, cycle.start_s)
                measured = replace(measured, durations=durations)
            judgement = self._judged(evidence, measured, view)
        reached = self._reached(measured)
        if self._target_deg is not None and reached is False:
            partial = RejectedRepetition(
                side=side,
                start_s=cycle.start_s,
                end_s=cycle.end_s,
                reason=Rejection.PARTIAL,
                detail=f"{measured.range_deg:.0f} of {self._target_deg:g} deg",
                range_deg=measured.range_deg,
            )
            return Judged(event=partial)
        seen = self._spec.tempo.seen
        longest_s = cycle.end_s - last_counted_s
        if not longest_s < _LONGEST_BACK_S:  # began at rest: seen from its very start
            longest_s = (cycle.end_s - cycle.start_s) / max(seen)
        repetition = Repetition(
            index=index,
            side=side,
            start_s=cycle.start_s,
            peak_s=cycle.peak_s,
            end_s=cycle.end_s,
            counted_s=t_s,
            phases=whole_ways(measured.durations, seen, longest_s),
            range_left_deg=measured.range_left_deg,
            range_right_deg=measured.range_right_deg,
            range_deg=measured.range_deg,
            target_reached=reached,
            asymmetry=measured.asymmetry,
            peak_speed_deg_s=measured.peak_speed_deg_s,
            score=judgement.score,
            faults=tuple(_numbered(fault, index) for fault in judgement.faults),
        )
        return Judged(event=repetition, not_assessed=judgement.not_assessed)

    def _measured(self, evidence: Evidence) -> RepetitionMeasures:
        cycle = evidence.cycle
        window = self._counter.history.between(cycle.start_s, cycle.end_s)
        return measure_repetition(
            self._spec, window, cycle.start_s, cycle.peak_s, cycle.end_s, evidence.side
        )

    def _judged(self, evidence: Evidence, measured: RepetitionMeasures, view: View) -> Judgement:
        cycle = evidence.cycle
        window = self._counter.history.between(cycle.start_s, cycle.end_s)
        return self._form.judge(window, 0, evidence.side, view, measured.durations)

    def _reached(self, measured: RepetitionMeasures) -> bool | None:
        rom = self._spec.range_of_motion
        if rom is None or measured.range_deg is None:
            return None
        target = rom.target_deg if self._target_deg is None else self._target_deg
        sign = 1.0 if rom.target_deg >= rom.rest_deg else -1.0
        return sign * (measured.range_deg - target) >= -rom.tolerance_deg

    def _with_way_back(
        self, measured: RepetitionMeasures, last_s: float, start_s: float
    ) -> PhaseDurations:
        """Counted on arrival, a repetition has no way back: the one before it belongs to it."""
        way_s = way_back_s(self._counter, last_s, start_s)
        if self._spec.tempo.outward == "concentric":
            return replace(measured.durations, eccentric_s=way_s)
        return replace(measured.durations, concentric_s=way_s)


def way_back_s(counter: RepetitionCounter, last_s: float, start_s: float) -> float:
    """Seconds from leaving the target pose to the start pose before ``start_s``; 0 unseen."""
    first_s = max(last_s, start_s - _LONGEST_BACK_S)
    if math.isinf(first_s):
        first_s = start_s - _LONGEST_BACK_S
    window = counter.history.between(first_s, start_s)
    high = window.t_s[window.phase >= 1.0 - BAND]
    if not high.size:
        return 0.0
    low = window.t_s[(window.phase <= BAND) & (window.t_s > high[-1])]
    return float(low[0] - high[-1]) * (1.0 + 2.0 * TURN_SHARE) if low.size else 0.0


def _numbered(fault: FormFault, index: int) -> FormFault:
    return replace(fault, repetition=index)
