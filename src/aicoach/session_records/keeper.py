"""Takes the events of one session in order; what is to be kept can be asked for at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aicoach.adherence.settings import adherence_settings
from aicoach.events import FormFault, Hold, RejectedRepetition, Repetition
from aicoach.records import (
    AlertRecord,
    AnswerRecord,
    EffortRecord,
    InputRecord,
    KeptSession,
    LimitRecord,
    NoticeRecord,
    ReplacementRecord,
    ScreeningRecord,
)
from aicoach.session_events import (
    AnswerTaken,
    CommandGiven,
    Cue,
    ExerciseReplaced,
    IntensityAlert,
    LimitInForce,
    Noticed,
    Paused,
    Resumed,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)
from aicoach.session_records.event_lines import UnknownEventError, read_event
from aicoach.session_records.heart import heart_rate_record
from aicoach.session_records.open_set import OpenSet, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.observations import HeartRateSample
    from aicoach.records import PlannedExercise, PlannedSession, SessionRecord
    from aicoach.session import SessionEvent
    from aicoach.session_records.open_set import KeptSet

_SCALES: Final = {"effort": ("effort_upper", "effort_stop"), "pain": ("pain_stop",)}
"""Questions on a 0 to 10 scale, and the limits that bound them, the first one that holds."""
_HEARD_S: Final = 10.0
"""A cue with the alert's rule that comes within this belongs to the alert."""


class SessionKeeper:
    """Makes the records of one session from its events.

    Parameters
    ----------
    head
        The session as it began: ``ended_at`` and ``why_ended`` are None.
    planned
        What the plan prescribes for it.
    """

    def __init__(self, head: SessionRecord, planned: PlannedSession) -> None:
        self._head, self._planned = head, planned
        self._packet_s = adherence_settings().counting.packet_s
        self._bridge_s = adherence_settings().counting.bridge_s
        self._limits: list[LimitRecord] = []
        self._screening: ScreeningRecord | None = None
        self._replacements: list[ReplacementRecord] = []
        self._sets: list[KeptSet] = []
        self._open: OpenSet | None = None
        self._exercise: str | None = None
        self._planned_at: PlannedExercise | None = None
        self._samples: list[HeartRateSample] = []
        self._efforts: list[EffortRecord] = []
        self._answers: list[AnswerRecord] = []
        self._alerts: list[AlertRecord] = []
        self._notices: list[NoticeRecord] = []
        self._ended: SessionEnded | None = None
        self._last_s = head.start_s

    def take_line(self, line: str) -> None:
        """One more event, as ``wire.event_line`` wrote it; an unknown kind is noticed.

        Raises
        ------
        WireError
            If the line is no event.
        """
        try:
            self.take(read_event(line))
        except UnknownEventError as unknown:
            self._notices.append(
                NoticeRecord(t_s=self._last_s, what="unknown_event", detail=unknown.kind)
            )

    def take(self, happened: SessionEvent) -> None:  # noqa: C901, PLR0912 - one case per kind of event
        """One more event."""
        t_s, event = happened.t_s, happened.event
        self._last_s = max(self._last_s, t_s)
        match event:
            case SetBegan():
                self._begin_set(t_s, event)
            case Repetition() | RejectedRepetition() | Hold() | FormFault():
                self._seen(event)
            case SetEnded():
                if self._open is not None:
                    self._sets.append(self._open.kept(t_s, event))
                self._open = None
            case IntensityAlert():
                self._alert(t_s, event)
            case Cue():
                self._heard(event)
            case AnswerTaken():
                self._answered(t_s, event)
            case Screened():
                self._screening = ScreeningRecord(
                    t_s=t_s, outcome=event.outcome, rules=event.rules, unanswered=event.unanswered,
                    question_version=event.question_version, rule_version=event.rule_version,
                )  # fmt: skip
            case LimitInForce():
                self._limits.append(
                    LimitRecord(
                        what=event.what, exercise=event.exercise, value=event.value,
                        unit=event.unit, author=event.author, source=event.source,
                    )
                )  # fmt: skip
            case ExerciseReplaced():
                self._replacements.append(
                    ReplacementRecord(
                        t_s=t_s, planned=event.planned, instead=event.instead, why=event.why
                    )
                )
            case Noticed():
                self._note(t_s, event.what, event.detail)
            case StaffNotified():
                self._note(t_s, "staff_notified", event.why, urgent=True)
            case Paused():
                self._note(t_s, "paused", event.by)
            case Resumed():
                self._note(t_s, "resumed", event.by)
            case CommandGiven():
                self._note(t_s, f"asked_to_{event.name}", event.by)
            case SessionEnded():
                self._ended = event
            case _:
                pass

    def heart_rate(self, sample: HeartRateSample) -> None:
        """One more packet of the sensor; the series is an observation, not an event."""
        self._samples.append(sample)
        self._last_s = max(self._last_s, sample.t_s)

    def kept(self) -> KeptSession:
        """Everything so far; a session that goes on has an open end."""
        sets = list(self._sets)
        if self._open is not None:
            sets.append(self._open.kept(self._last_s))
        whole = {one.what: one.value for one in self._limits if one.exercise is None}
        return KeptSession(
            session=self._session(),
            planned=self._planned,
            limits=tuple(self._limits),
            screening=self._screening,
            replacements=tuple(self._replacements),
            sets=tuple(one.set for one in sets),
            repetitions=tuple(rep for one in sets for rep in one.repetitions),
            rejected=tuple(rejected for one in sets for rejected in one.rejected),
            holds=tuple(hold for one in sets for hold in one.holds),
            faults=tuple(fault for one in sets for fault in one.faults),
            heart_rate=heart_rate_record(
                self._samples,
                whole,
                main=_main_part(sets, self._last_s),
                ended=self._ended,
                packet_s=self._packet_s,
            ),
            efforts=tuple(self._efforts),
            answers=tuple(self._answers),
            alerts=tuple(self._alerts),
            notices=tuple(self._notices),
        )

    def _session(self) -> SessionRecord:
        ended = self._ended
        if ended is None:
            return self._head
        return replace(
            self._head,
            ended_at=self._head.at(self._last_s),
            why_ended=ended.why,
            lasted_s=ended.lasted_s,
            completed=ended.completed,
            met_minutes_low=ended.met_minutes_low,
            met_minutes_high=ended.met_minutes_high,
            notes=ended.notes,
        )

    # -- sets --------------------------------------------------------------------------------

    def _begin_set(self, t_s: float, began: SetBegan) -> None:
        if self._open is not None:  # its end was lost
            self._sets.append(self._open.kept(t_s))
        planned, replaces = self._prescribed(began)
        self._planned_at, self._exercise = planned or self._planned_at, began.exercise
        self._open = OpenSet(
            ordinal=len(self._sets) + 1,
            start_s=t_s,
            began=began,
            planned=planned,
            replaces=replaces,
            bridge_s=self._bridge_s,
        )

    def _prescribed(self, began: SetBegan) -> tuple[PlannedExercise | None, str | None]:
        """The planned exercise that a set belongs to, and what it was done in place of."""
        fitting = [one for one in self._planned.exercises if one.part == began.part]
        mine = [one for one in fitting if one.exercise == began.exercise]
        if mine:
            return self._next_of(mine, began), None
        stood_for = [one.planned for one in self._replacements if one.instead == began.exercise]
        mine = [one for one in fitting if one.exercise in stood_for]
        if not mine:
            return None, None
        planned = self._next_of(mine, began)
        return planned, planned.exercise

    def _next_of(self, mine: list[PlannedExercise], began: SetBegan) -> PlannedExercise:
        """The same exercise may stand in the plan twice: a first set begins the next one."""
        at, again = self._planned_at, False
        if self._sets:
            again = self._sets[-1].set.why_ended == "repeat"
        if at is not None and at in mine and (began.number > 1 or again):
            return at
        reached = 0 if at is None else at.ordinal
        return next((one for one in mine if one.ordinal > reached), mine[-1])

    def _seen(self, event: Repetition | RejectedRepetition | Hold | FormFault) -> None:
        current = self._open
        if current is None:
            return
        if isinstance(event, Repetition):
            current.repetitions.append(event)
        elif isinstance(event, RejectedRepetition):
            current.rejected.append(event)
        elif isinstance(event, Hold):
            current.holds.append(event)
        elif event.repetition is None:  # the others come with their repetition
            current.faults.append(event)

    # -- what was said -----------------------------------------------------------------------

    def _alert(self, t_s: float, alert: IntensityAlert) -> None:
        if alert.cleared:
            for i in reversed(range(len(self._alerts))):
                if self._alerts[i].rule == alert.rule and self._alerts[i].cleared_s is None:
                    self._alerts[i] = replace(self._alerts[i], cleared_s=t_s)
                    return
            return
        value = alert.value if isinstance(alert.value, str) else number(alert.value)
        self._alerts.append(
            AlertRecord(
                t_s=t_s,
                rule=alert.rule,
                level=alert.level.name.lower(),
                cue=alert.cue,
                quantity=alert.quantity,
                value=value,
                limit=number(alert.limit),
                unit=alert.unit,
                author=alert.author,
                inputs=tuple(
                    InputRecord(name=one.name, value=_plain(one.value), unit=one.unit)
                    for one in alert.inputs
                ),
                ends=alert.ends,
                notify_staff=alert.notify_staff,
                cleared_s=None,
                exercise=self._exercise,
                set=None if self._open is None else self._open.ordinal,
            )
        )

    def _heard(self, cue: Cue) -> None:
        for i in reversed(range(len(self._alerts))):
            alert = self._alerts[i]
            if cue.t_s - alert.t_s > _HEARD_S:
                return
            if alert.rule == cue.cause and alert.said is None:
                self._alerts[i] = replace(alert, said=cue.text)
                return

    def _answered(self, t_s: float, answer: AnswerTaken) -> None:
        value = answer.value
        on_scale = value is None or (isinstance(value, (int, float)) and value is not True)
        if answer.question in _SCALES and on_scale and value is not False:
            limit = self._bound(answer.question)
            number_of_set = len(self._sets) + (self._open is not None)
            self._efforts.append(
                EffortRecord(
                    t_s=t_s,
                    question=answer.question,
                    value=None if value is None else number(float(value)),
                    limit=None if limit is None else limit.value,
                    limit_author=None if limit is None else limit.author,
                    by=answer.by,
                    exercise=self._exercise,
                    set=number_of_set or None,
                )
            )
            return
        self._answers.append(
            AnswerRecord(
                t_s=t_s, question=answer.question, value=_plain(value), by=answer.by,
                exercise=self._exercise,
            )
        )  # fmt: skip

    def _bound(self, question: str) -> LimitRecord | None:
        for what in _SCALES[question]:
            for limit in self._limits:
                if limit.what == what and limit.exercise in (None, self._exercise):
                    return limit
        return None

    def _note(self, t_s: float, what: str, detail: str, *, urgent: bool = False) -> None:
        self._notices.append(NoticeRecord(t_s=t_s, what=what, detail=detail, urgent=urgent))


def _plain(value: bool | float | str | None) -> bool | float | str | None:
    return number(value) if isinstance(value, float) else value


def _main_part(sets: Iterable[KeptSet], last_s: float) -> tuple[float, float] | None:
    main = [one.set for one in sets if one.set.part == "main"]
    if not main:
        return None
    ends = [last_s if one.end_s is None else one.end_s for one in main]
    return main[0].start_s, max(ends)
