"""A session as plain values for JSON: what was planned, done, limited, said and not measured.

Made from the events alone, so that a session and its replay give the same report. The
schema is documented in docs/coach.md; a field is never renamed or removed without a new
``SCHEMA``, while new fields may appear.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aicoach import __version__
from aicoach.events import FormFault, Repetition
from aicoach.report import plain
from aicoach.session_events import (
    AnswerTaken,
    Cue,
    ExerciseReplaced,
    IntensityAlert,
    LimitInForce,
    Noticed,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.session import SessionEvent

SCHEMA: Final = "aicoach.session/1"
_HEARD_S: Final = 10.0
"""A cue with the alert's rule that comes within this belongs to the alert."""
_ASKED: Final = ("effort", "pain")


@dataclass(slots=True)
class SessionReport:
    """Takes the events of one session in order; ``document`` is the report so far."""

    catalog: Mapping[str, ExerciseSpec]
    _exercises: list[dict[str, Any]] = field(default_factory=list)
    _alerts: list[dict[str, Any]] = field(default_factory=list)
    _unheard: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    _limits: list[dict[str, Any]] = field(default_factory=list)
    _replaced: list[dict[str, Any]] = field(default_factory=list)
    _staff: list[dict[str, Any]] = field(default_factory=list)
    _notices: list[dict[str, Any]] = field(default_factory=list)
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _screened: Screened | None = None
    _ended: SessionEnded | None = None
    _exercise: str | None = None
    _repetitions: list[Repetition] = field(default_factory=list)
    _faults: list[FormFault] = field(default_factory=list)
    _last_s: float = 0.0

    def take(self, happened: SessionEvent) -> None:  # noqa: C901, PLR0912 - one case per kind of event
        """One more event."""
        t_s, event = happened.t_s, happened.event
        self._last_s = t_s
        match event:
            case SetBegan():
                self._exercise = event.exercise
                self._repetitions, self._faults = [], []
            case Repetition():
                self._repetitions.append(event)
            case FormFault():
                if event.repetition is None:
                    self._faults.append(event)
            case SetEnded():
                self._close_set(t_s, event)
            case IntensityAlert():
                self._alert(t_s, event)
            case Cue():
                self._heard(event)
            case AnswerTaken():
                told = {"t_s": t_s, "question": event.question, "value": event.value}
                about = self._exercise if event.question in _ASKED else None
                self._answers.append({**told, "by": event.by, "exercise": about})
            case Screened():
                self._screened = event
            case LimitInForce():
                self._limits.append(plain(event))
            case ExerciseReplaced():
                self._replaced.append({"t_s": t_s, **plain(event)})
            case StaffNotified():
                self._staff.append({"t_s": t_s, "why": event.why})
            case Noticed():
                self._notices.append({"t_s": t_s, **plain(event)})
            case SessionEnded():
                self._ended = event
            case _:
                pass

    def _close_set(self, t_s: float, ended: SetEnded) -> None:
        faults = [*self._faults, *(f for one in self._repetitions for f in one.faults)]
        times = Counter((f.rule, f.cue, f.severity) for f in faults)
        ranges = [one.range_deg for one in self._repetitions if one.range_deg is not None]
        told = plain(ended)
        part, exercise = told.pop("part"), told.pop("exercise")
        told["ended_s"] = round(t_s, 3)
        told["range_deg"] = {"least": min(ranges), "most": max(ranges)} if ranges else None
        told["faults"] = [
            {"rule": rule, "cue": cue, "severity": severity, "times": n}
            for (rule, cue, severity), n in times.most_common()
        ]
        last = self._exercises[-1] if self._exercises else None
        if last is None or (last["part"], last["exercise"]) != (part, exercise):
            spec = self.catalog.get(exercise)
            names = {"zh": spec.names.zh, "en": spec.names.en} if spec else None
            alternating = spec is not None and spec.kind == "alternating"
            last = {"part": part, "exercise": exercise, "names": names, "planned_sets": ended.of}
            self._exercises.append({**last, "alternating": alternating, "sets": []})
        self._exercises[-1]["sets"].append(told)
        self._repetitions, self._faults = [], []

    def _alert(self, t_s: float, alert: IntensityAlert) -> None:
        if alert.cleared:
            for told in reversed(self._alerts):
                if told["rule"] == alert.rule and told["cleared_s"] is None:
                    told["cleared_s"] = round(t_s, 3)
                    break
            return
        body = plain(alert)
        body.pop("cleared")
        told = {**body, "level": alert.level.name.lower(), "cleared_s": None}
        told |= {"said": None, "said_s": None, "exercise": self._exercise}
        self._alerts.append(told)
        self._unheard.append((t_s, told))

    def _heard(self, cue: Cue) -> None:
        self._unheard = [one for one in self._unheard if cue.t_s - one[0] <= _HEARD_S]
        for waiting in self._unheard:
            if waiting[1]["rule"] == cue.cause:
                waiting[1]["said"], waiting[1]["said_s"] = cue.text, round(cue.t_s, 3)
                self._unheard.remove(waiting)
                return

    def document(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """The report; ``about`` says what ran: plan, day, language, source, who answered."""
        ended = self._ended
        return {
            "schema": SCHEMA,
            "aicoach": __version__,
            **plain(about),
            "outcome": {
                "ended": ended is not None,
                "why": ended.why if ended else "cut_off",
                "completed": ended.completed if ended else None,
                "lasted_s": ended.lasted_s if ended else round(self._last_s, 3),
            },
            "screening": None if self._screened is None else plain(self._screened),
            "replaced": self._replaced,
            "exercises": self._exercises,
            "heart_rate": self._heart_rate(),
            "met_minutes": None
            if ended is None
            else {"low": round(ended.met_minutes_low, 1), "high": round(ended.met_minutes_high, 1)},
            "effort": self._asked("effort"),
            "pain": self._asked("pain"),
            "alerts": self._alerts,
            "staff": self._staff,
            "limits": self._limits,
            "answers": self._answers,
            "notices": self._notices,
            "not_measured": self._not_measured(),
        }

    def _asked(self, question: str) -> list[dict[str, Any]]:
        """Answers given in the rests; those of the pre-check stand under ``answers`` only."""
        return [
            {"t_s": one["t_s"], "exercise": one["exercise"], "value": one["value"]}
            for one in self._answers
            if one["question"] == question and one["exercise"] is not None
        ]

    def _heart_rate(self) -> dict[str, Any]:
        ended = self._ended
        bounds = {one["what"]: one["value"] for one in self._limits}
        return {
            "lower_bpm": bounds.get("heart_rate_lower"),
            "upper_bpm": bounds.get("heart_rate_upper"),
            "hard_cap_bpm": bounds.get("heart_rate_hard_cap"),
            "coverage": None if ended is None else plain(ended.coverage),
            "in_zone_s": ended.in_zone_s if ended else None,
            "above_zone_s": ended.above_zone_s if ended else None,
            "highest_bpm": None if ended is None else plain(ended.highest_bpm),
        }

    def _cues(self, exercise: str, rules: list[str]) -> list[str]:
        """Keys of what would be said about these rules."""
        spec = self.catalog.get(exercise)
        cues = {rule.id: rule.cue for rule in spec.form_rules} if spec else {}
        return [cues[rule] for rule in rules if rule in cues]

    def _not_measured(self) -> list[dict[str, Any]]:
        """What the session could not see, hear or judge, in the order of its weight."""
        found: list[dict[str, Any]] = []
        if self._exercises and not self._heart_rate()["coverage"]:
            found.append({"what": "heart_rate", "detail": None})
        for one in self._exercises:
            views = {s["view"] for s in one["sets"]}
            rules = sorted({rule for s in one["sets"] for rule in s["not_assessed"]})
            where = {"exercise": one["exercise"], "names": one["names"]}
            if any(s["seen_share"] is not None and s["seen_share"] < 1.0 for s in one["sets"]):
                least = min(s["seen_share"] for s in one["sets"] if s["seen_share"] is not None)
                found.append({"what": "not_seen", "detail": round(1.0 - least, 3), **where})
            if rules:
                told = {"rules": rules, "cues": self._cues(one["exercise"], rules)}
                told["views"] = sorted(views)
                found.append({"what": "not_assessed", "detail": told, **where})
        open_questions = sorted({a["question"] for a in self._answers if a["value"] is None})
        if open_questions:
            found.append({"what": "not_known", "detail": open_questions})
        if self._ended is not None:
            found += [{"what": "note", "detail": note} for note in self._ended.notes]
        return found
