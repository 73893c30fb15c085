"""Effort, pain, breath and symptoms: what the resident says outweighs what is measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal, Protocol

from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of, over
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.intensity.settings import GuardSettings
    from aicoach.limits import EffortLimits, ExerciseLimits, Limit
    from aicoach.observations import Answer, AnswerValue

EFFORT_NEAR, EFFORT_HIGH, EFFORT_STOP = "EFFORT-1", "EFFORT-2", "EFFORT-STOP"
TALK_HARD, TALK_NONE = "TALK-1", "TALK-2"
PAIN_STOP: Final = "STOP-13"
UNCLEAR: Final = "ANSWER-UNCLEAR"
UNKNOWN_SYMPTOM: Final = "STOP-2"
"""An unknown complaint is taken for the gravest that the resident can still report."""

_TALK: Final = {"sing": 0, "talk": 1, "words": 2, "none": 3}
"""The talk test in order: sings, talks, a few words, cannot speak."""
_TALK_ALLOWED: Final = {"light": 0, "moderate": 1, "vigorous": 2}


class Symptom(Protocol):
    """A complaint and what follows; ``screening.symptoms`` has them."""

    @property
    def rule(self) -> str: ...  # noqa: D102 the class says it

    @property
    def level(self) -> AlertLevel: ...  # noqa: D102

    @property
    def ends(self) -> Literal["session", "exercise"]: ...  # noqa: D102

    @property
    def notify_staff(self) -> bool: ...  # noqa: D102

    @property
    def say(self) -> str: ...  # noqa: D102


class EffortWatch:
    """Answers of the resident against the limits of effort and pain.

    Attributes
    ----------
    symptoms
        Ids of the complaints of this session.
    """

    def __init__(
        self, limits: EffortLimits, settings: GuardSettings, symptoms: Mapping[str, Symptom]
    ) -> None:
        self._limits = limits
        self._rules = settings.effort
        self._known = symptoms
        self._exercise: ExerciseLimits | None = None
        self.effort: float | None = None
        self.pain: float | None = None
        self.symptoms: list[str] = []
        self._left_for: set[str] = set()
        """Rules of complaints that ended an exercise, and only that."""

    def begin_exercise(self, t_s: float, exercise: ExerciseLimits) -> Alerts:
        """Another exercise: the pain of the one before, or a cramp, ended that one."""
        self._exercise = exercise
        left, self._left_for = sorted(self._left_for | {PAIN_STOP}), set()
        return (*(over(t_s, rule) for rule in left), *self.begin_set(t_s))

    def begin_set(self, t_s: float) -> Alerts:
        """A new set begins rested."""
        rules = (EFFORT_NEAR, EFFORT_HIGH, EFFORT_STOP, TALK_HARD, TALK_NONE)
        return tuple(over(t_s, rule) for rule in rules)

    def answered(self, t_s: float, answer: Answer) -> Alerts:
        """Judge an answer; what is not about effort gives nothing."""
        topic = answer.question.partition(".")[0]
        if topic == "effort":
            return self._take_effort(t_s, answer.value)
        if topic == "pain":
            return self._take_pain(t_s, answer.value)
        if topic == "talk":
            return self._take_talk(t_s, answer.value)
        if topic == "symptom":
            return self._take_symptom(t_s, answer.value)
        return NOTHING

    def _take_effort(self, t_s: float, value: AnswerValue) -> Alerts:
        effort = self._on_scale(value)
        if effort is None:
            return (self._unclear(t_s, "effort", value),)
        self.effort = effort
        upper = _stricter(
            self._limits.rpe_upper, self._exercise.rpe_upper if self._exercise else None
        )
        stop = self._limits.rpe_stop
        found = [over(t_s, UNCLEAR)]
        high = math.inf if upper is None else upper.value + self._rules.slow_above_upper
        for rule, bound, limit, level in (
            (EFFORT_NEAR, math.inf if upper is None else upper.value, upper, AlertLevel.WARN),
            (EFFORT_HIGH, high, upper, AlertLevel.SLOW),
            (EFFORT_STOP, stop.value, stop, AlertLevel.REST),
        ):
            if limit is None or effort < bound:
                found.append(over(t_s, rule))
            else:
                found.append(self._alert(t_s, rule, level, "effort", effort, limit, bound))
        return _gravest_begins(found)

    def _take_pain(self, t_s: float, value: AnswerValue) -> Alerts:
        pain = self._on_scale(value)
        if pain is None:
            return (self._unclear(t_s, "pain", value),)
        self.pain = pain
        limit = _stricter(
            self._limits.pain_stop, self._exercise.pain_stop if self._exercise else None
        )
        if limit is None or pain <= limit.value:
            return over(t_s, UNCLEAR), over(t_s, PAIN_STOP)
        alert = self._alert(t_s, PAIN_STOP, AlertLevel.REST, "pain", pain, limit, limit.value)
        return over(t_s, UNCLEAR), alert

    def _take_talk(self, t_s: float, value: AnswerValue) -> Alerts:
        said = _TALK.get(value) if isinstance(value, str) else None
        if said is None:
            return (self._unclear(t_s, "talk", value),)
        allowed = self._limits.talk
        beyond = 0 if allowed is None else said - _TALK_ALLOWED[allowed]
        speechless = said == _TALK["none"]
        found = [over(t_s, UNCLEAR)]
        for rule, broken, level in (
            (TALK_HARD, beyond >= 1, AlertLevel.SLOW),
            (TALK_NONE, beyond >= 2 or speechless, AlertLevel.REST),
        ):
            if not broken:
                found.append(over(t_s, rule))
                continue
            found.append(
                IntensityAlert(
                    t_s=t_s, rule=rule, level=level, cue=cue_of(rule), quantity="talk",
                    value=str(value), limit=None, unit="", author="resident plan",
                    inputs=(Input(name="allowed", value=allowed),),
                    ends="set" if level is AlertLevel.REST else "nothing",
                )
            )  # fmt: skip
        return _gravest_begins(found)

    def _take_symptom(self, t_s: float, value: AnswerValue) -> Alerts:
        """Whatever the resident feels stops at once; asking comes afterwards."""
        if value in {None, False, "", "none", "no"}:
            return NOTHING
        name = value if isinstance(value, str) else "unnamed"
        self.symptoms.append(name)
        known = self._known.get(name)
        rule = UNKNOWN_SYMPTOM if known is None else known.rule
        ends = "session" if known is None else known.ends
        if ends == "exercise":
            self._left_for.add(rule)
        return (
            IntensityAlert(
                t_s=t_s,
                rule=rule,
                level=AlertLevel.STOP if known is None else known.level,
                cue=cue_of("STOP-SYMPTOM") if known is None else known.say,
                quantity="symptom",
                value=name,
                limit=None,
                unit="",
                author=DEFAULT,
                inputs=(Input(name="symptom", value=name),),
                notify_staff=True if known is None else known.notify_staff,
                ends=ends,
            ),
        )

    def _on_scale(self, value: AnswerValue) -> float | None:
        """0 to 10; beyond the top is the top, so that a slip is never taken for little."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return min(float(value), self._rules.scale_top) if value >= 0 else None

    def _alert(
        self,
        t_s: float,
        rule: str,
        level: AlertLevel,
        quantity: str,
        value: float,
        limit: Limit,
        bound: float,
    ) -> IntensityAlert:
        ends: Literal["nothing", "set", "exercise"] = "nothing"
        if level is AlertLevel.REST:
            ends = "exercise" if rule == PAIN_STOP else "set"
        return IntensityAlert(
            t_s=t_s,
            rule=rule,
            level=level,
            cue=cue_of(rule),
            quantity=quantity,
            value=value,
            limit=bound,
            unit="0-10",
            author=limit.author,
            inputs=(
                Input(name=quantity, value=value, unit="0-10"),
                Input(name="limit_from", value=limit.source),
            ),
            notify_staff=rule == PAIN_STOP,
            ends=ends,
        )

    def _unclear(self, t_s: float, question: str, value: AnswerValue) -> IntensityAlert:
        return IntensityAlert(
            t_s=t_s,
            rule=UNCLEAR,
            level=AlertLevel.NONE,
            cue=cue_of(UNCLEAR),
            quantity=question,
            value=None if value is None else str(value)[:40],
            limit=None,
            unit="",
            author=DEFAULT,
        )


def _stricter(one: Limit | None, other: Limit | None) -> Limit | None:
    """The lower of two upper limits; a missing one does not count."""
    if one is None or other is None:
        return one or other
    return one if one.value <= other.value else other


def _gravest_begins(alerts: list[IntensityAlert]) -> Alerts:
    """Of several rungs of one answer only the gravest is said; the others end."""
    begun = [alert for alert in alerts if not alert.cleared]
    kept = begun[-1:]
    ended = [alert for alert in alerts if alert.cleared]
    ended += [over(alert.t_s, alert.rule) for alert in begun[:-1]]
    return (*ended, *kept)
