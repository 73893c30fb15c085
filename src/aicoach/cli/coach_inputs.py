"""What a session is made of, read and checked before anything starts."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from aicoach.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aicoach.adapters.session_head import SessionHead
    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.words import Lang
    from aicoach.events import View
    from aicoach.observations import AnswerValue
    from aicoach.pose import Pose
    from aicoach.prescription import Prescription
    from aicoach.screening import EnrolmentAnswers

ASK: Final = "ask"
WELL: Final = "well"
_UNKNOWN: Final = "unknown"
_SCALES: Final = ("effort", "pain")
_IN_SESSION: Final = (*_SCALES, "talk", "symptom")


@dataclass(frozen=True, slots=True)
class Answers:
    """Who answers: the resident when asked, somebody assumed to be well, or a file."""

    how: str
    """``asked``, ``assumed`` or ``file``."""
    given: Mapping[str, AnswerValue]
    enrolment: Mapping[str, Any]


def read_answers(option: str) -> Answers:
    """The answers that ``--answers`` names.

    Raises
    ------
    CoachError
        If the file cannot be read, or an answer in it is not to a question or out of range.
    """
    if option in (ASK, WELL):
        return Answers("asked" if option == ASK else "assumed", {}, {})
    path = Path(option)
    if path.suffix.lower() != ".toml":
        raise typer.BadParameter(f"--answers {option}: use ask, well, or a file in .toml")
    from aicoach.catalog.loader import read_toml  # noqa: PLC0415

    document = read_toml(path)
    enrolment = document.pop("enrolment", {})
    if not isinstance(enrolment, dict):
        raise CoachError(f"{path}: enrolment: must be a table")
    given = {key: _checked(path, key, value) for key, value in document.items()}
    return Answers("file", given, enrolment)


def _checked(path: Path, question: str, value: Any) -> AnswerValue:
    from aicoach.screening import ScreeningInputError, check_answer, load_screening  # noqa: PLC0415

    answer: AnswerValue = None if value == _UNKNOWN else value
    known = (*load_screening().questions, *_IN_SESSION)
    if question not in known:
        near = difflib.get_close_matches(question, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; allowed: {', '.join(known)}"
        raise CoachError(f"{path}: {question}: there is no such question{hint}")
    if question in _SCALES and answer is not None:
        if isinstance(answer, (bool, str)) or not 0 <= answer <= 10:
            raise CoachError(f"{path}: {question}: is {answer!r}; allowed: 0 to 10, or 'unknown'")
        return float(answer)
    if question in _IN_SESSION:
        return answer
    try:
        return check_answer(question, answer)
    except ScreeningInputError as problem:
        raise CoachError(f"{path}: {problem}") from problem


def enrolment_of(plan: Prescription, answers: Answers, today: date) -> EnrolmentAnswers:
    """What is known from the enrolment: the plan, a signature, and what was answered.

    A signature under a medical plan is a clearance for what the plan asks. What nobody
    answered stays unknown, except where answers are assumed.
    """
    from aicoach.prescription.resident import age_on, conditions_of  # noqa: PLC0415
    from aicoach.screening import ClearanceRecord, EnrolmentAnswers  # noqa: PLC0415

    record = None
    if plan.kind == "medical" and plan.author is not None and plan.signed_at is not None:
        record = ClearanceRecord(by=plan.author.id, on=plan.signed_at, until=plan.valid_until)
    known: dict[str, Any] = dict(answers.enrolment)
    if answers.how == "assumed":
        known = {"active": True, "disease": False, "symptoms": False, "answered_on": today}
    return EnrolmentAnswers(
        active=_yes_no(known, "active"),
        disease=_yes_no(known, "disease"),
        symptoms=_yes_no(known, "symptoms"),
        age_years=age_on(plan, today),
        answered_on=_day(known) if known else None,
        conditions=conditions_of(plan),
        clearance=record,
    )


def _yes_no(known: dict[str, Any], key: str) -> bool | None:
    value = known.get(key)
    if value is None or value == _UNKNOWN:
        return None
    if not isinstance(value, bool):
        raise CoachError(f"answers: enrolment.{key}: is {value!r}; allowed: true, false, 'unknown'")
    return value


def _day(known: dict[str, Any]) -> date | None:
    unknown = sorted(known.keys() - {"active", "disease", "symptoms", "answered_on"})
    if unknown:
        allowed = "active, disease, symptoms, answered_on"
        raise CoachError(f"answers: enrolment.{unknown[0]}: is no key; allowed: {allowed}")
    day = known.get("answered_on")
    if day is not None and type(day) is not date:
        raise CoachError(f"answers: enrolment.answered_on: is {day!r}; allowed: a date, 2026-01-31")
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything that a session needs, sound and ready."""

    head: SessionHead
    plan: Prescription
    catalog: Mapping[str, ExerciseSpec]
    answers: Answers
    lang: Lang


def prepare(  # noqa: PLR0913 - each is one option of the command
    file: Path | None,
    *,
    plan: Prescription | None = None,
    today: date,
    lang: Lang,
    answers: Answers,
    demonstration: bool,
    strap_expected: bool,
    source: str,
    view: View | None = None,
    session_number: int | None = None,
    session_of_week: int | None = None,
    staff_present: bool = False,
) -> Visit:
    """Read the plan and everything beside it; refuse what must not be carried out.

    ``plan`` was read elsewhere; without it ``file`` is read.

    ``demonstration`` lets an example plan through; it changes nothing for another one.

    Raises
    ------
    CoachError
        With the first reason why there can be no session.
    """
    from aicoach.adapters.session_head import (  # noqa: PLC0415
        SessionHead,
        enrolment_as_json,
        plan_as_json,
    )
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import read_prescription, require_runnable  # noqa: PLC0415

    if plan is None:
        assert file is not None  # the command asks for one of both
        plan = read_prescription(file)
    name = f"{plan.id} version {plan.version}" if file is None else str(file)
    catalog = load_catalog()
    shown = demonstration and plan.status == "example"
    require_runnable(plan, catalog, today, demonstration=shown, name=name)
    enrolled = enrolment_of(plan, answers, today)
    head = SessionHead(
        plan=plan_as_json(plan),
        plan_name=name if file is None else file.name,
        today=today,
        language=lang,
        session_number=session_number,
        session_of_week=session_of_week,
        strap_expected=strap_expected,
        demonstration=shown,
        enrolment=enrolment_as_json(enrolled),
        view=view,
        staff_present=staff_present,
        answers=answers.how,
        source=source,
    )
    return Visit(head=head, plan=plan, catalog=catalog, answers=answers, lang=lang)


@dataclass(frozen=True, slots=True)
class Footage:
    """Poses of a file, with the size of its pictures and what was repaired on the way."""

    tape: Sequence[tuple[float, Pose | None]]
    frame_size_px: tuple[int, int]
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the tape."""
        return self.tape[-1][0] - self.tape[0][0]


def read_footage(path: Path) -> Footage:
    """The poses of a recording, or of a video after looking at every frame of it.

    Raises
    ------
    CoachError
        If the file is missing, or is neither.
    """
    from aicoach.adapters.media_kind import is_recording  # noqa: PLC0415

    if path.is_dir():
        raise CoachError(f"{path}: is a folder; give one video or one recording (.npz)")
    if is_recording(path):
        from aicoach.adapters.recording import read_recording  # noqa: PLC0415

        track = read_recording(path)
        return Footage(list(track.poses()), track.frame_size_px)
    from aicoach.adapters.video import VideoReader  # noqa: PLC0415
    from aicoach.cli.compose import Backend, make_estimator  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415

    tape: list[tuple[float, Pose | None]] = []
    with VideoReader(path) as video, progress_bar(path.name, video.duration_s) as progress:
        estimator = make_estimator(Backend.ONNX)
        for frame in video:
            tape.append((frame.t_s, estimator.estimate(frame)))
            progress(frame.t_s)
        size_px = video.frame_size_px
    assert size_px is not None  # a video without a frame is an error
    return Footage(tape, size_px, tuple(video.notes))
