"""One made-up session as a stream of events, in the order in which a live one tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aicoach.demo_site.form import Form, hold, repetition, seconds_each
from aicoach.demo_site.heart import Heart
from aicoach.demo_site.incidents import INCIDENTS
from aicoach.events import Repetition
from aicoach.phrases import load_phrases
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    Asked,
    Cue,
    CuePriority,
    ExerciseReplaced,
    Input,
    IntensityAlert,
    LimitInForce,
    Paused,
    Resumed,
    Screen,
    ScreenChanged,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from aicoach.catalog.cues import Language
    from aicoach.demo_site.plans import Standing
    from aicoach.limits import Limit
    from aicoach.observations import AnswerValue, HeartRateSample
    from aicoach.prescription import Block

_BREATH_S: Final = 0.6
_REST_S: Final = 30.0
_TALK_S: Final = 5.0
_LOW, _HIGH = 0.85, 1.15
"""The band around an estimated energy cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a session is made of."""

    standing: Standing
    session_of_week: int
    language: Language
    form: Form
    effort: float = 4.0
    pain: float = 0.0
    shift_bpm: float = 0.0
    lost_share: float = 0.0
    """Share of the sets without a reading of the strap."""
    strap: bool = True
    """Whether there is one at all."""
    incident: str | None = None
    """What befalls the resident; see :mod:`aicoach.demo_site.incidents`."""
    answers: Mapping[str, AnswerValue] = field(default_factory=dict)
    """Of the pre-check, where they differ from those of somebody who feels well."""
    until_share: float = 1.0
    """Share of the main part after which the program was cut off; 1: it never was."""


class Visit:
    """Tells a session from the greeting to its end.

    Attributes
    ----------
    told
        Time, cause and event, in order.
    samples
        Packets of the strap.
    """

    def __init__(self, day: Day, draws: Random) -> None:
        self.day, self.draws = day, draws
        self.told: list[tuple[float, str, object]] = []
        self.heart = Heart(limits=day.standing.limits, draws=draws, shift_bpm=day.shift_bpm)
        if day.until_share < 1.0:
            self.heart.packet_s = 1.0  # in a session that was cut off a packet stands for no more
        self.t_s = 0.0
        self.blocks, self._replaced = day.standing.today_s(day.session_of_week)
        self.why = ""
        """What ended the session; empty: it goes on."""
        self.cut = False
        self._skip: str | None = None
        self._sets_done = self._sets = 0
        self._met_minutes = self._main_s = 0.0
        self._main_at: tuple[float, float] | None = None
        self._phrases = load_phrases(day.language)

    @property
    def samples(self) -> Sequence[HeartRateSample]:
        """Packets of the strap; none where there was no strap."""
        return self.heart.samples if self.day.strap else ()

    def run(self) -> None:
        """From the greeting to the end."""
        self.note("program", ScreenChanged(screen=Screen.CHECK_IN))
        self.cue("session.greeting", "session.greeting")
        self.wait(9.0)
        if not self._pre_check():
            self._end()
            return
        self._sets = sum(block.sets for block in self.blocks)
        main = [block for block in self.blocks if block.part == "main"]
        total = sum(block.sets for block in main)
        done = 0
        for block in self.blocks:
            for number in range(1, block.sets + 1):
                if self.why or self.cut or self._skip == block.field:
                    break
                in_main = block.part == "main"
                hit = in_main and self.day.incident is not None and done == total // 2
                if in_main and self.day.until_share < 1.0 and done >= total * self.day.until_share:
                    self.cut = True
                self._set(block, number, hit=hit)
                done += in_main
        if not self.cut:
            self._end()

    # -- what is told ------------------------------------------------------------------------

    def note(self, cause: str, event: object) -> None:
        """Tell something that happens now."""
        self.told.append((self.t_s, cause, event))

    def wait(self, seconds: float, work: str = "rest", *, main: bool = False) -> None:
        """Time passes, and the heart with it."""
        self.t_s = round(self.t_s + seconds, 3)
        self.heart.until(self.t_s, self.heart.goal(work), main=main)

    def ask(self, question: str, value: AnswerValue) -> None:
        """A question and its answer."""
        self.note("session", Asked(question=question))
        self.wait(_TALK_S)
        self.note("answer", AnswerTaken(question=question, value=value, by="resident"))

    def cue(self, key: str, cause: str, *, safety: bool = False) -> None:
        """A sentence of the coach."""
        if key not in self._phrases.by_key or self._phrases.places(key):
            return
        text = self._phrases.text(key)
        level = CuePriority.SAFETY if safety else CuePriority.GUIDE
        until_s = round(self.t_s + 2.5, 3)
        self.note(cause, Cue(t_s=self.t_s, key=key, text=text, language=self.day.language,
                             priority=level, until_s=until_s, cause=cause))  # fmt: skip

    def alert(  # noqa: PLR0913 - an alert is all of these
        self, rule: str, level: AlertLevel, quantity: str, value: float | str | None,
        limit: Limit | None = None, *, unit: str = "", author: str = "default rule",
        bound: float | None = None, cue: str = "", notify: bool = False, pauses: bool = False,
    ) -> None:  # fmt: skip
        """A limit was reached; what it ends follows from its level."""
        ends = {AlertLevel.STOP: "session", AlertLevel.REST: "set"}.get(level, "nothing")
        if rule in {"STOP-13", "STOP-6"}:
            ends = "exercise"
        key = cue or f"alerts.{rule.lower().replace('-', '_')}"
        self.note(
            rule,
            IntensityAlert(
                t_s=self.t_s, rule=rule, level=level, cue=key, quantity=quantity, value=value,
                limit=bound if limit is None else limit.value,
                unit=unit, author=author if limit is None else limit.author,
                inputs=(Input(name=quantity, value=value, unit=unit),),
                notify_staff=notify, ends="nothing" if pauses else ends,  # type: ignore[arg-type]
                pauses=pauses,
            ),
        )  # fmt: skip
        self.cue(key, rule, safety=level >= AlertLevel.SLOW)
        if notify:
            self.note(rule, StaffNotified(why=rule))
        if ends == "session" and not pauses:
            self.why = rule

    def over(self, rule: str) -> None:
        """An alert is over."""
        self.note(
            rule,
            IntensityAlert(
                t_s=self.t_s, rule=rule, level=AlertLevel.NONE, cue="", quantity="", value=None,
                limit=None, unit="", author="", cleared=True,
            ),
        )  # fmt: skip

    def leave(self, block: Block) -> None:
        """Nothing more of this exercise today."""
        self._skip = block.field

    def pause(self, seconds: float) -> None:
        """Everything waits."""
        self.note("guard", Paused(by="guard"))
        self.wait(seconds)
        self.note("guard", Resumed(by="guard"))

    # -- the stages --------------------------------------------------------------------------

    def _pre_check(self) -> bool:
        standing, given = self.day.standing, dict(self.day.standing.answers)
        self.note("program", ScreenChanged(screen=Screen.PRE_CHECK))
        given["pain"] = self.day.pain
        given.update(self.day.answers)
        if isinstance(given.get("systolic_mmhg"), float) and not self.day.answers:
            given["systolic_mmhg"] = float(self.draws.randint(118, 138))
        for question, value in given.items():
            self.ask(question, value)
        screened = standing.screen(self.day.answers) if self.day.answers else standing.screened
        outcome = screened.outcome.name.lower()
        self.note(
            "pre-check",
            Screened(
                outcome=outcome,
                rules=tuple(reason.rule for reason in screened.reasons),
                unanswered=screened.unanswered,
                question_version=screened.question_version,
                rule_version=screened.rule_version,
            ),
        )
        if screened.notify_staff:
            self.note("pre-check", StaffNotified(why=screened.reasons[0].rule))
        if outcome in ("refer", "block"):
            self.why = outcome
            return False
        self._tell_limits()
        for one in self._replaced:
            why = tuple(hindrance.name for hindrance in one.planned.why)
            event = ExerciseReplaced(planned=one.exercise, instead=one.by, why=why)
            self.note("screening", event)
        return True

    def _tell_limits(self) -> None:
        limits = self.day.standing.limits
        heart, effort = limits.heart_rate, limits.effort
        told: list[tuple[str, str | None, Limit | None]] = [
            ("heart_rate_lower", None, heart.lower),
            ("heart_rate_upper", None, heart.upper),
            ("heart_rate_hard_cap", None, heart.hard_cap),
            ("effort_lower", None, effort.rpe_lower),
            ("effort_upper", None, effort.rpe_upper),
            ("effort_stop", None, effort.rpe_stop),
            ("pain_stop", None, effort.pain_stop),
            ("session_longest", None, limits.longest_s),
        ]
        mine = {one.exercise: one for one in limits.exercises}
        for exercise in dict.fromkeys(block.exercise for block in self.blocks):
            bounds = mine[exercise]
            told.append(("cadence", exercise, bounds.cadence_per_min))
            told += [
                (joint.feature, exercise, joint.hard_limit)
                for joint in (bounds.joint, *bounds.more_joints)
                if joint is not None
            ]
        for what, of, limit in told:
            if limit is not None:
                event = LimitInForce(
                    what=what, exercise=of, value=round(limit.value, 2), unit=limit.unit,
                    author=limit.author, source=limit.source,
                )  # fmt: skip
                self.note("prescription", event)

    def _set(self, block: Block, number: int, *, hit: bool) -> None:
        main = block.part == "main"
        self.heart.strap = self.draws.random() >= self.day.lost_share
        self.note("program", ScreenChanged(screen=Screen.EXERCISE_SET, exercise=block.exercise))
        planned = {"reps": block.reps_max or block.reps_min, "hold": block.hold_s}.get(
            block.mode, block.duration_s
        )
        began_s = self.t_s
        if main and self._main_at is None:
            self._main_at = (began_s, began_s)
        began = SetBegan(
            part=block.part, exercise=block.exercise, number=number, of=block.sets,
            mode=block.mode, planned=float(planned or 0),
        )  # fmt: skip
        self.note("program", began)
        if not self.heart.strap and self.day.strap and main:
            self.alert("HR-LOST", AlertLevel.INFORM, "heart_rate_age", 12.0, bound=10.0, unit="s")
        counted, refused, held_s, scores = self._work(block, float(planned or 0), cut=hit)
        why = "complete"
        if hit:
            why = INCIDENTS[self.day.incident or ""](self, block) or why
        if self.cut:
            return
        spec = self.day.standing.catalog[block.exercise]
        lasted_s = round(self.t_s - began_s, 3)
        done = {"reps": float(counted), "hold": held_s}.get(block.mode, lasted_s)
        self.note(
            why,
            SetEnded(
                part=block.part, exercise=block.exercise, number=number, of=block.sets,
                mode=block.mode, planned=float(planned or 0), done=done, counted=counted,
                rejected=refused, held_s=held_s, lasted_s=lasted_s, why=why,
                mean_score=round(sum(scores) / len(scores), 1) if scores else None,
                view=spec.views[0], seen_share=round(self.draws.uniform(0.94, 1.0), 3),
                not_assessed=tuple(
                    rule.id for rule in spec.form_rules if spec.views[0] not in rule.views
                ),
            ),
        )  # fmt: skip
        self._sets_done += why == "complete"
        self._met_minutes += spec.met.value * lasted_s / 60.0
        if main:
            begin_s = began_s if self._main_at is None else self._main_at[0]
            self._main_at = (begin_s, self.t_s)
        if not self.why:
            self._rest(block, number, main=main, asked=not hit)

    def _work(
        self, block: Block, planned: float, *, cut: bool
    ) -> tuple[int, int, float, list[int]]:
        spec, form, draws = self.day.standing.catalog[block.exercise], self.day.form, self.draws
        work = "easy" if block.part != "main" else "aerobic" if block.aerobic else "strength"
        main = block.part == "main"
        if block.mode == "hold":
            kept = hold(planned, form, draws, self.t_s + 1.0)
            self.wait(kept.end_s - self.t_s, work, main=main)
            self.note("set", kept)
            return 0, 0, round(kept.duration_s, 3), []
        wanted = int(planned) + form.more_reps
        if block.mode == "duration":
            wanted = max(1, int(planned / (seconds_each(block, spec) * form.pace + _BREATH_S)))
        if cut:
            wanted = max(1, wanted // 2)
        counted, refused, scores = 0, 0, list[int]()
        for _ in range(wanted):
            made = repetition(
                block, spec, form, draws, index=counted + 1, of=wanted, t_s=self.t_s + 0.3
            )
            self.wait(made.end_s - self.t_s + _BREATH_S - 0.3, work, main=main)
            self.note("set", made)
            if isinstance(made, Repetition):
                counted += 1
                scores += [] if made.score is None else [made.score]
            else:
                refused += 1
        return counted, refused, 0.0, scores

    def _rest(self, block: Block, number: int, *, main: bool, asked: bool) -> None:
        last = number == block.sets
        self.note("program", ScreenChanged(screen=Screen.REST, exercise=block.exercise))
        self._watch_upper()
        rest_s = block.rest_after_s if last else block.rest_between_sets_s
        if main and last and asked:
            effort = self.day.effort + self.draws.choice((-1.0, 0.0, 0.0, 0.0, 1.0))
            upper = self.day.standing.limits.effort.rpe_stop.value
            self.ask("effort", min(max(effort, 1.0), upper - 1.0))
            self.ask("pain", self.day.pain)
        self.wait(max(_REST_S, rest_s - 2.0 * _TALK_S), main=main)

    def _watch_upper(self) -> None:
        """Say that the rate went above the window, and that it is back."""
        upper = self.day.standing.limits.heart_rate.upper
        if upper is None or not self.heart.strap or not self.day.strap:
            return
        if self.heart.bpm > upper.value + 1.0:
            self.alert("HR-HIGH-1", AlertLevel.WARN, "heart_rate", round(self.heart.bpm, 1), upper,
                       unit="bpm")  # fmt: skip
            self.wait(20.0)
            self.over("HR-HIGH-1")

    def _end(self) -> None:
        self.heart.strap = True
        self.note("program", ScreenChanged(screen=Screen.SUMMARY))
        self.wait(10.0)
        main_s = 0.0 if self._main_at is None else self._main_at[1] - self._main_at[0]
        heard = self.day.strap and self._main_at is not None
        measured_s = min(self.heart.measured_s, main_s)
        completed = self._sets_done / self._sets if self._sets else 0.0
        self.note(
            "program",
            SessionEnded(
                why=self.why or "complete",
                completed=round(min(1.0, completed), 3),
                lasted_s=round(self.t_s, 3),
                coverage=None if main_s == 0.0 else round(measured_s / main_s if heard else 0.0, 4),
                met_minutes_low=round(_LOW * self._met_minutes, 2),
                met_minutes_high=round(_HIGH * self._met_minutes, 2),
                highest_bpm=self.heart.highest_bpm if self.day.strap else None,
                notes=(),
                in_zone_s=round(min(self.heart.in_zone_s, measured_s), 1) if heard else 0.0,
                above_zone_s=round(min(self.heart.above_zone_s, measured_s), 1) if heard else 0.0,
                main_s=round(main_s, 3),
            ),
        )
