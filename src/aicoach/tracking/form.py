"""Form: the declared rules of an exercise, watched live and judged per repetition.

A rule that this view or this visibility cannot judge is reported as not assessed; the
absence of a fault means "good" only for a rule that was judged. See docs/form.md.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.events import FormFault, NotAssessed
from aicoach.tracking.parts import parts_of, phase_names
from aicoach.tracking.reference import Reference
from aicoach.tracking.rules import (
    Finding,
    RepetitionRule,
    confidence_of,
    fault_of,
    must_not_wait,
    view_allows,
)
from aicoach.tracking.sides import SideReader, concerns, readers_of
from aicoach.tracking.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.catalog.spec import ExerciseSpec, FormRule, TempoRule
    from aicoach.events import PhaseDurations, PhaseName, Severity, Side, View
    from aicoach.kinematics import Features
    from aicoach.tracking.history import Window
    from aicoach.tracking.parts import PartName

SCORE_WEIGHTS: Final[dict[Severity, int]] = {"info": 0, "minor": 10, "major": 25, "safety": 50}
"""What a fault takes from the 100 of a repetition; a design default, not a clinical scale."""
_REMEMBERED: Final = 64
"""Live faults kept for repetitions that are confirmed late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be said of one repetition."""

    faults: tuple[FormFault, ...]
    not_assessed: tuple[NotAssessed, ...]
    score: int | None
    """100 less the weights of the faults, a rule counted once; None when no rule was judged."""


class _Live:
    """One rule on one side, followed frame by frame."""

    __slots__ = ("during", "followed", "reader", "reference", "rule", "side", "watch")

    def __init__(self, rule: FormRule, side: Side, reader: SideReader) -> None:
        self.rule, self.side, self.reader = rule, side, reader
        self.during = frozenset(rule.during)
        self.followed = bool(rule.during) or must_not_wait(rule)
        self.watch = Watch(rule.limit)
        self.reference = Reference(rule.relative_to)


class FormJudge:
    """Watches the form rules of one exercise and judges each repetition.

    A rule over phases is followed in every frame. A rule over the whole repetition is
    judged at its end; one of severity 'safety' on a greatest or smallest value is followed
    as well, because it must not wait.
    """

    def __init__(self, spec: ExerciseSpec) -> None:
        self._hold = spec.kind == "hold"
        names = phase_names(spec.tempo.outward)
        self._part_of: dict[PhaseName, PartName] = {name: part for part, name in names.items()}
        live = [
            _Live(rule, side, reader)
            for rule in spec.form_rules
            for side, reader in readers_of(rule)
        ]
        self._live = [one for one in live if one.followed or one.rule.relative_to == "baseline"]
        self._rules = [
            RepetitionRule(
                rule,
                None
                if self._hold or not rule.during
                else (self._part_of[name] for name in rule.during),
            )
            for rule in spec.form_rules
        ]
        self._tempo_rules = spec.tempo_rules
        self._part: PartName | None = None
        self._raised: deque[FormFault] = deque(maxlen=_REMEMBERED)

    def step(
        self,
        features: Features,
        phase: PhaseName | None,
        side: Side,
        view: View,
        in_repetition: bool,
    ) -> tuple[FormFault, ...]:
        """Take a frame; give the faults that became certain with it, once per repetition.

        ``phase`` is the live name of the phase, ``side`` the side that moves. In a hold
        every moment of ``in_repetition`` is watched, whatever the phase.
        """
        part = self._part_of[phase] if phase is not None else None
        self._begin(part, in_repetition=in_repetition)
        values, scores, t_s = features.values, features.scores, features.t_s
        raised: list[FormFault] = []
        for live in self._live:
            value, score = live.reader.read(values, scores)
            live.reference.step(t_s, value, part)
            if (
                not (in_repetition and live.followed)
                or (live.during and phase not in live.during and not self._hold)
                or not concerns(live.side, side)
                or not view_allows(live.rule, view)
            ):
                continue
            if live.watch.step(t_s, value - live.reference.value):
                confidence = confidence_of(live.rule, view, score)
                raised.append(fault_of(live.rule, live.watch, live.side, confidence))
        self._raised.extend(raised)
        return tuple(raised)

    def judge(
        self, window: Window, index: int, side: Side, view: View, durations: PhaseDurations
    ) -> Judgement:
        """Judge repetition ``index`` of ``side``; ``window`` is that repetition and no more.

        Faults that were raised live within it are part of the judgement.
        """
        findings = self._look(window, side, view)
        faults = [fault for finding in findings for fault in finding.faults]
        missed = [
            NotAssessed(rule=rule.rule.id, reason=finding.missed, needs=rule.rule.views)
            for rule, finding in zip(self._rules, findings, strict=True)
            if finding.missed is not None
        ]
        if len(window):
            span_s = (float(window.t_s[0]), float(window.t_s[-1]))
            for tempo_rule in self._tempo_rules:
                seconds = _seconds_of(tempo_rule, durations)
                if seconds is None:
                    missed.append(NotAssessed(rule=tempo_rule.id, reason="visibility"))
                elif seconds < tempo_rule.at_least_s:
                    faults.append(_tempo_fault(tempo_rule, seconds, side, span_s))
        return Judgement(
            faults=tuple(replace(fault, repetition=index) for fault in faults),
            not_assessed=tuple(missed),
            score=score_of(faults) if any(finding.judged for finding in findings) else None,
        )

    def _begin(self, part: PartName | None, *, in_repetition: bool) -> None:
        if self._hold:
            begins = not in_repetition
        else:
            begins = part == "out" and self._part not in ("out", "target")
        self._part = part
        for live in self._live:
            if begins or (self._hold and live.watch.fired and live.watch.settled):
                live.watch.reset()

    def _look(self, window: Window, side: Side, view: View) -> list[Finding]:
        if len(window) == 0:
            return [Finding(missed="visibility") for _ in self._rules]
        first, last = float(window.t_s[0]), float(window.t_s[-1])
        known = np.isfinite(window.phase)
        highest = int(np.where(known, window.phase, -np.inf).argmax())
        peak_s = float(window.t_s[highest]) if known[highest] else last
        parts = parts_of(window, first, peak_s, last)
        raised = [f for f in self._raised if first < f.end_s <= last and concerns(f.side, side)]
        findings = []
        for rule in self._rules:
            baseline = {
                live.side: live.reference.value for live in self._live if live.rule is rule.rule
            }
            finding = rule.look(window, parts, side, view, baseline)
            known_sides = {fault.side for fault in finding.faults}
            extra = [f for f in raised if f.rule == rule.rule.id and f.side not in known_sides]
            if extra:
                unique = tuple({fault.side: fault for fault in extra}.values())
                finding = Finding(faults=finding.faults + unique, judged=True)
            findings.append(finding)
        return findings


def score_of(faults: Iterable[FormFault]) -> int:
    """100 less the weights of the faults, the heaviest of each rule, never below 0."""
    heaviest: dict[str, int] = {}
    for fault in faults:
        weight = SCORE_WEIGHTS[fault.severity]
        heaviest[fault.rule] = max(weight, heaviest.get(fault.rule, 0))
    return max(100 - sum(heaviest.values()), 0)


def _seconds_of(rule: TempoRule, durations: PhaseDurations) -> float | None:
    """Seconds of the phase that a rule speaks of; None when a movement was not observed."""
    by_name = {
        "eccentric": durations.eccentric_s,
        "bottom_hold": durations.bottom_hold_s,
        "concentric": durations.concentric_s,
        "top_hold": durations.top_hold_s,
    }
    moved = ("eccentric", "concentric")
    asked = moved if rule.phase == "cycle" else tuple(n for n in moved if n == rule.phase)
    if any(by_name[name] <= 0.0 or math.isnan(by_name[name]) for name in asked):
        return None
    return sum(by_name.values()) if rule.phase == "cycle" else by_name[rule.phase]


def _tempo_fault(
    rule: TempoRule, seconds: float, side: Side, span_s: tuple[float, float]
) -> FormFault:
    return FormFault(
        rule=rule.id,
        severity=rule.severity,
        start_s=span_s[0],
        end_s=span_s[1],
        value=seconds,
        limit=rule.at_least_s,
        cue=rule.cue,
        side=side,
        confidence=0.9,
    )
