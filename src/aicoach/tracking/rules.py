"""One form rule looked at over a whole repetition: broken, kept, or not to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from aicoach.events import FormFault
from aicoach.tracking.measures import MIN_SEEN_SHARE, statistic_of
from aicoach.tracking.parts import PartName, Parts
from aicoach.tracking.ranks import mean_of, median_of, share_of
from aicoach.tracking.reference import START_S
from aicoach.tracking.sides import concerns, readers_of
from aicoach.tracking.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.catalog.spec import FormRule
    from aicoach.events import Severity, Side, View
    from aicoach.pose import FloatArray
    from aicoach.tracking.history import Window

RULE_CONFIDENCE: Final = {"high": 0.9, "medium": 0.7, "low": 0.4}
"""What the words of an exercise file mean as a number; a design default."""
OBLIQUE_CONFIDENCE: Final = 0.8
"""Factor for what is seen obliquely, where joint angles err more (docs/form.md)."""
MIN_MOMENTS: Final = 2
"""A single moment is no phase: a way back that the repetition does not hold is not good."""
_EVERY_VIEW: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule gave: its faults, and why it could not be judged, if so."""

    faults: tuple[FormFault, ...] = ()
    judged: bool = False
    """At least one side could be judged."""
    missed: Literal["view", "visibility"] | None = None
    """Set when a side that matters could not be judged and no fault was found."""


def view_allows(rule: FormRule, view: View) -> bool:
    """Whether a rule may be judged from a view; one for every view needs to know none."""
    return view in rule.views or len(rule.views) == _EVERY_VIEW


def confidence_of(rule: FormRule, view: View, score: float) -> float:
    """How far to trust a verdict, [0, 1]: the rule's own, the view's and the joints'."""
    seen_from = OBLIQUE_CONFIDENCE if view == "oblique" else 1.0
    return round(RULE_CONFIDENCE[rule.confidence] * seen_from * min(max(score, 0.0), 1.0), 3)


def severity_of(rule: FormRule, *, marked: bool) -> Severity:
    """The severity of a breach; beyond the limit's ``major`` a lighter one is 'major'."""
    return "major" if marked and rule.severity in {"info", "minor"} else rule.severity


def must_not_wait(rule: FormRule) -> bool:
    """Whether a rule over the whole repetition can and should be followed frame by frame."""
    return rule.severity == "safety" and (
        (rule.statistic == "maximum" and rule.limit.at_most is not None)
        or (rule.statistic == "minimum" and rule.limit.at_least is not None)
    )


def fault_of(rule: FormRule, watch: Watch, side: Side, confidence: float) -> FormFault:
    """The fault that a watch has found."""
    return FormFault(
        rule=rule.id,
        severity=severity_of(rule, marked=watch.major),
        start_s=watch.start_s,
        end_s=watch.end_s,
        value=watch.value,
        limit=watch.bound,
        cue=rule.cue,
        side=side,
        confidence=confidence,
    )


class RepetitionRule:
    """A form rule with its readers, ready to look at finished repetitions."""

    def __init__(self, rule: FormRule, parts: Iterable[PartName] | None) -> None:
        self.rule = rule
        self._parts = None if parts is None else tuple(parts)
        self._readers = readers_of(rule)

    def look(
        self, window: Window, parts: Parts, side: Side, view: View, baseline: dict[Side, float]
    ) -> Finding:
        """Look at one repetition of ``side``; ``baseline`` gives the person's own at rest."""
        if not view_allows(self.rule, view):
            return Finding(missed="view")
        faults: list[FormFault] = []
        verdicts: list[bool] = []
        for watched, reader in self._readers:
            if not concerns(watched, side):
                continue
            values, scores = reader.read_rows(window.values, window.scores)
            values = values - self._reference(window, values, baseline.get(watched, np.nan))
            if self.rule.statistic is None:
                found = self._follow(window, parts, values, scores, watched, view)
            else:
                found = self._measure(window, parts, values, scores, watched, view)
            verdicts.append(found is not None)
            if found:
                faults.append(found[0])
        complete = bool(verdicts) and all(verdicts)
        return Finding(
            faults=tuple(faults),
            judged=any(verdicts),
            missed=None if complete or faults else "visibility",
        )

    def _reference(self, window: Window, values: FloatArray, baseline: float) -> float:
        if self.rule.relative_to == "none":
            return 0.0
        if self.rule.relative_to == "baseline":
            return baseline
        start = values[window.t_s <= window.t_s[0] + START_S]
        start = start[np.isfinite(start)]
        return median_of(start) if len(start) else float("nan")

    def _follow(
        self, window: Window, parts: Parts, values: FloatArray, scores: FloatArray,
        side: Side, view: View,
    ) -> tuple[FormFault, ...] | None:  # fmt: skip
        """Faults of a rule over phases; None when too little of them was seen."""
        wanted = np.ones(len(window), dtype=bool)
        if self._parts is not None:
            wanted = np.logical_or.reduce([parts.during(p, window.t_s) for p in self._parts])
        times, wanted_values = window.t_s[wanted], values[wanted]
        seen = np.isfinite(wanted_values)
        if int(seen.sum()) < MIN_MOMENTS:
            return None
        watch = Watch(self.rule.limit)
        if watch.may_fire(wanted_values):
            for t_s, value in zip(times.tolist(), wanted_values.tolist(), strict=True):
                watch.step(t_s, value)
        if watch.fired:
            score = mean_of(scores[wanted][seen])
            return (fault_of(self.rule, watch, side, confidence_of(self.rule, view, score)),)
        return () if share_of(seen) >= MIN_SEEN_SHARE else None

    def _measure(
        self, window: Window, parts: Parts, values: FloatArray, scores: FloatArray,
        side: Side, view: View,
    ) -> tuple[FormFault, ...] | None:  # fmt: skip
        """Fault of a rule over the whole repetition; None when it could not be measured."""
        assert self.rule.statistic is not None
        middle_s = (parts.arrive_s + parts.return_s) / 2.0
        value = statistic_of(self.rule.statistic, window.t_s, values, middle_s)
        if value is None:
            return None
        limit = self.rule.limit
        sign = 1.0 if limit.at_most is not None else -1.0
        bound = float(limit.at_most if limit.at_most is not None else limit.at_least or 0.0)
        if sign * (value - bound) <= 0.0:
            return ()
        marked = limit.major is not None and sign * (value - limit.major) > 0.0
        score = mean_of(scores[np.isfinite(values)])
        fault = FormFault(
            rule=self.rule.id,
            severity=severity_of(self.rule, marked=marked),
            start_s=parts.start_s,
            end_s=parts.end_s,
            value=value,
            limit=bound,
            cue=self.rule.cue,
            side=side,
            confidence=confidence_of(self.rule, view, score),
        )
        return (fault,)
