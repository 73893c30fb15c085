"""A set under way: gathers what is seen of it, and becomes its records."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aicoach.records import (
    FaultRecord,
    HoldRecord,
    RejectedRecord,
    RepetitionRecord,
    SetRecord,
)
from aicoach.session_records.judging import covered_s, valid_of_set, valid_repetition

if TYPE_CHECKING:
    from aicoach.events import FormFault, Hold, RejectedRepetition, Repetition
    from aicoach.records import PlannedExercise
    from aicoach.session_events import SetBegan, SetEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSet:
    """The records of one set."""

    set: SetRecord
    repetitions: tuple[RepetitionRecord, ...]
    rejected: tuple[RejectedRecord, ...]
    holds: tuple[HoldRecord, ...]
    faults: tuple[FaultRecord, ...]


@dataclass(slots=True, kw_only=True)
class OpenSet:
    """What happened in a set so far."""

    ordinal: int
    start_s: float
    began: SetBegan
    planned: PlannedExercise | None
    replaces: str | None
    bridge_s: float
    repetitions: list[Repetition] = field(default_factory=list)
    rejected: list[RejectedRepetition] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    faults: list[FormFault] = field(default_factory=list)

    @property
    def target_deg(self) -> float | None:
        """Range that was asked for; a stand-in has not the range of what it stands for."""
        if self.planned is None or self.replaces is not None:
            return None
        return self.planned.target_deg

    def kept(self, last_s: float, ended: SetEnded | None = None) -> KeptSet:
        """The set as records; without ``ended`` it is still open at ``last_s``."""
        unjudged = True if ended is None else bool(ended.not_assessed)
        form_asked = unjudged or any(one.score is not None for one in self.repetitions)
        repetitions = tuple(self._repetition(one, form_asked) for one in self.repetitions)
        holds = tuple(self._hold(one) for one in self.holds)
        every = [*self.faults, *(f for one in self.repetitions for f in one.faults)]
        lasted_s = ended.lasted_s if ended is not None else last_s - self.start_s
        seen = bool(repetitions or holds) if ended is None else ended.seen_share > 0.0
        moved = [(one.start_s, one.end_s) for one in self.repetitions]
        moved += [(one.start_s, one.end_s) for one in self.rejected]
        moved += [(one.start_s, one.end_s) for one in self.holds]
        valid = valid_of_set(
            self.began.mode,
            repetitions,
            holds,
            every,
            lasted_s=lasted_s,
            seen=seen,
            bridge_s=self.bridge_s,
        )
        longest_s = max((one.duration_s for one in self.holds), default=0.0)
        record = SetRecord(
            ordinal=self.ordinal,
            part=self.began.part,
            exercise=self.began.exercise,
            number=self.began.number,
            of=self.began.of,
            mode=self.began.mode,
            start_s=self.start_s,
            end_s=None if ended is None else last_s,
            planned=self.began.planned,
            done=ended.done if ended is not None else self._done(longest_s, lasted_s),
            valid=valid,
            counted=ended.counted if ended is not None else len(repetitions),
            rejected=ended.rejected if ended is not None else len(self.rejected),
            held_s=ended.held_s if ended is not None else longest_s,
            active_s=min(lasted_s, covered_s(moved, self.bridge_s)) if seen else None,
            why_ended=None if ended is None else ended.why,
            mean_score=self._mean_score() if ended is None else ended.mean_score,
            view="unknown" if ended is None else ended.view,
            seen_share=None if ended is None else number(ended.seen_share),
            not_assessed=() if ended is None else ended.not_assessed,
            planned_ordinal=None if self.planned is None else self.planned.ordinal,
            replaces=self.replaces,
        )
        return KeptSet(
            set=record,
            repetitions=repetitions,
            rejected=tuple(self._rejected(one) for one in self.rejected),
            holds=holds,
            faults=tuple(self._fault(one) for one in sorted(every, key=lambda f: f.start_s)),
        )

    def _done(self, longest_s: float, lasted_s: float) -> float:
        return {"reps": float(len(self.repetitions)), "hold": longest_s}.get(
            self.began.mode, lasted_s
        )

    def _mean_score(self) -> float | None:
        scores = [one.score for one in self.repetitions if one.score is not None]
        return round(sum(scores) / len(scores), 1) if scores else None

    def _repetition(self, one: Repetition, form_asked: bool) -> RepetitionRecord:
        plan = None if self.replaces is not None else self.planned
        range_asked = self.target_deg is not None or any(
            other.target_reached is not None for other in self.repetitions
        )
        phases = one.phases
        return RepetitionRecord(
            set=self.ordinal,
            index=one.index,
            side=one.side,
            start_s=one.start_s,
            peak_s=one.peak_s,
            end_s=one.end_s,
            eccentric_s=phases.eccentric_s,
            bottom_s=phases.bottom_hold_s,
            concentric_s=phases.concentric_s,
            top_s=phases.top_hold_s,
            target_eccentric_s=None if plan is None else plan.eccentric_s,
            target_bottom_s=None if plan is None else plan.bottom_s,
            target_concentric_s=None if plan is None else plan.concentric_s,
            target_top_s=None if plan is None else plan.top_s,
            range_deg=number(one.range_deg),
            range_left_deg=number(one.range_left_deg),
            range_right_deg=number(one.range_right_deg),
            target_deg=self.target_deg,
            target_reached=one.target_reached,
            asymmetry=number(one.asymmetry),
            peak_speed_deg_s=number(one.peak_speed_deg_s),
            score=one.score,
            valid=valid_repetition(one, range_asked=range_asked, form_asked=form_asked),
        )

    def _rejected(self, one: RejectedRepetition) -> RejectedRecord:
        return RejectedRecord(
            set=self.ordinal,
            side=one.side,
            start_s=one.start_s,
            end_s=one.end_s,
            reason=one.reason.value,
            detail=one.detail,
            range_deg=number(one.range_deg),
            target_deg=self.target_deg,
        )

    def _hold(self, one: Hold) -> HoldRecord:
        return HoldRecord(
            set=self.ordinal,
            start_s=one.start_s,
            end_s=one.end_s,
            target_s=self.began.planned if self.began.mode == "hold" else None,
            ended_by=one.ended_by,
            accepted=one.accepted,
            reason=one.reason,
        )

    def _fault(self, one: FormFault) -> FaultRecord:
        return FaultRecord(
            set=self.ordinal,
            repetition=one.repetition,
            rule=one.rule,
            severity=one.severity,
            cue=one.cue,
            start_s=one.start_s,
            end_s=one.end_s,
            value=number(one.value),
            limit=number(one.limit),
            side=one.side,
            confidence=number(one.confidence),
        )


def number(value: float | None) -> float | None:
    """``value``, or None where it is none: not measured."""
    return None if value is None or not math.isfinite(value) else value
