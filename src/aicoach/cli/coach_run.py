"""Runs one session: rehearsed on a file, or live in front of the camera; then its report."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from aicoach.adapters.heart_rate.opening import open_heart_rate
from aicoach.adapters.heart_rate.simulator import SimulatedHeartRate
from aicoach.adapters.session_head import SessionHead
from aicoach.adapters.session_log import LoggedSession, SessionLogWriter
from aicoach.cli.coach_inputs import Footage, read_footage
from aicoach.cli.coach_printed import console, print_opening, print_session_report
from aicoach.cli.coach_timeline import Timeline
from aicoach.cli.coach_words import COACH_WORDS
from aicoach.errors import CoachError
from aicoach.observations import PoseSeen
from aicoach.rehearsal import SILENT, Rehearsal, Responder, TapedPerformer, well
from aicoach.session_events import Screen
from aicoach.session_report import SessionReport
from aicoach.visit.keeping import BothLogs, KeptLog, keep_session
from aicoach.visit.questions import question_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from aicoach.adapters.session_log import Listener
    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.coach_lifting import Lifting
    from aicoach.cli.coach_view import Viewer
    from aicoach.observations import AnswerValue, Observation
    from aicoach.ports import HeartRateSource
    from aicoach.session import SessionUpdate
    from aicoach.visit.keeping import Keeping
    from aicoach.visit.preparing import Visit

_REST_MET = 1.3
_FPS = (8.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was asked for on the command line."""

    visit: Visit
    heart_rate: str | None = None
    events: Path | None = None
    window: bool = False
    voice: bool = True
    quiet: bool = False
    """Nothing but JSON may be printed."""
    speed: float | None = None
    keeping: Keeping | None = None
    """Where the session is kept beside its log; None: nowhere."""
    lifting: Lifting | None = None
    """Staff who lift what the pre-check holds back; None: nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What came of it; ``problem`` is raised once everything is kept."""

    document: dict[str, Any]
    problem: BaseException | None = None


@dataclass(slots=True)
class Chronicle:
    """Follows a session for the terminal and for the report."""

    head: SessionHead
    lang: Any
    catalog: Mapping[str, ExerciseSpec]
    quiet: bool = False
    report: SessionReport = field(init=False)
    timeline: Timeline = field(init=False)

    def __post_init__(self) -> None:
        self.report = SessionReport(self.catalog)
        self.timeline = Timeline(console(), self.lang, self.catalog)

    def take(self, update: SessionUpdate) -> None:
        """One step of the session."""
        for event in update.events:
            self.report.take(event)
        if not self.quiet:
            self.timeline.take(update.events)

    def close(self, notes: Sequence[str] = ()) -> dict[str, Any]:
        """Print the report; its document."""
        document = self.report.document(about(self.head))
        document["not_measured"] += [{"what": "note", "detail": note} for note in notes]
        if not self.quiet:
            print_session_report(document, self.lang, self.timeline.console)
        return document


def about(head: SessionHead) -> dict[str, Any]:
    """What ran, for the report."""
    plan = head.prescription()
    return {
        "plan": {
            "id": plan.id, "version": plan.version, "kind": plan.kind, "status": plan.status,
            "title": {"zh": plan.title.text("zh"), "en": plan.title.text("en")},
            "author": plan.author.id if plan.author else None,
            "file": head.plan_name,
        },
        "today": head.today.isoformat(),
        "language": head.language,
        "source": head.source,
        "answered_by": head.answers,
        "demonstration": head.demonstration,
    }  # fmt: skip


def run_rehearsal(run: Run, path: Path) -> Finished:
    """Rehearse on a file: its poses play whenever a set is on, time passes by itself."""
    if (run.heart_rate or "").casefold().partition(":")[0] == "ble":
        raise typer.BadParameter(
            "--heart-rate ble: a strap beats in front of a camera; a file takes a trace or sim"
        )
    heart_rate = _heart_rate(run, time.monotonic)
    _must_be_new(run.events)
    footage, visit = read_footage(path), run.visit
    chronicle = Chronicle(visit.head, visit.lang, visit.catalog, run.quiet)
    problem: BaseException | None = None
    kept: list[str] = []
    with ExitStack() as stack:
        log = _log(run, stack, kept)
        viewer = _viewer(run, stack, footage)
        if heart_rate is not None:
            stack.enter_context(heart_rate)
        session = LoggedSession(visit.head, visit.catalog, log)
        if not run.quiet:
            strap = heart_rate.describe() if heart_rate is not None else ""
            notes = (*footage.notes, COACH_WORDS[visit.lang]["rehearsed"])
            print_opening(chronicle.timeline.console, visit, strap, notes)
        rehearsal = Rehearsal(
            performer=TapedPerformer(footage.tape),
            respond=_responder(run, viewer is not None),
            heart_rate=heart_rate,
            interrupt=partial(_acted, run, viewer),
            fps=_rate(footage),
        )
        speed = run.speed or (1.0 if viewer is not None else None)
        steps = _exerted(rehearsal.run(session), heart_rate, visit.catalog)
        pose = None
        try:
            for seen, update in steps if speed is None else _paced(steps, speed):
                chronicle.take(update)
                _hear(run, update)
                pose = seen.pose if isinstance(seen, PoseSeen) else pose
                if viewer is not None:
                    viewer.show(pose, update)
        except KeyboardInterrupt as stopped:  # also when the window is closed
            chronicle.take(session.finish(session.now_s, "interrupted"))
            problem = None if viewer is not None and viewer.closed else stopped
    return Finished(document=chronicle.close((*footage.notes, *kept)), problem=problem)


def run_live(run: Run, camera: int) -> Finished:
    """Guide a resident in front of the camera."""
    from aicoach.adapters.camera import Camera  # noqa: PLC0415
    from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415
    from aicoach.cli.coach_view import open_viewer  # noqa: PLC0415
    from aicoach.live_session import CameraFeed, LiveSession, spare_what_is_there  # noqa: PLC0415
    from aicoach.tracking.station import Station  # noqa: PLC0415
    from aicoach.visit.watching import watching  # noqa: PLC0415

    began_s = time.monotonic()

    def clock() -> float:
        return time.monotonic() - began_s

    visit = run.visit
    heart_rate = _heart_rate(run, clock)
    _must_be_new(run.events)
    chronicle = Chronicle(visit.head, visit.lang, visit.catalog, run.quiet)
    problem: BaseException | None = None
    kept: list[str] = []
    with ExitStack() as stack:
        viewer = stack.enter_context(open_viewer(visit, voice=run.voice))
        estimator = OnnxPoseEstimator(station=Station(wait_for_ready=True))
        stack.callback(estimator.close)
        source = Camera(camera)
        if heart_rate is not None:
            stack.enter_context(heart_rate)
        log = _log(run, stack, kept)
        session = LoggedSession(visit.head, visit.catalog, log)
        if not run.quiet:
            strap = heart_rate.describe() if heart_rate is not None else ""
            print_opening(chronicle.timeline.console, visit, strap, ())
        live = LiveSession(
            feed=CameraFeed(source, clock), look=watching(estimator), session=session, clock=clock,
            heart_rate=heart_rate, listen=partial(_acted, run, viewer),
        )  # fmt: skip
        spare_what_is_there()
        try:
            for moment in live:
                chronicle.take(moment.update)
                _hear(run, moment.update)
                _exert(heart_rate, moment.update, visit.catalog)
                viewer.show(moment.pose, moment.update, moment.frame)
        except KeyboardInterrupt as stopped:
            chronicle.take(session.finish(session.now_s, "interrupted"))
            problem = None if viewer.closed else stopped
        except CoachError as lost:  # the camera; the session was closed in order
            problem = lost
    document = chronicle.close(kept) if live.n_steps else {}
    return Finished(document=document, problem=problem)


def _acted(
    run: Run, viewer: Viewer | None, t_s: float, update: SessionUpdate | None
) -> Sequence[Observation]:
    """What was pressed in the window, and what staff lift."""
    pressed = () if viewer is None else viewer.pressed(t_s, update)
    return (*pressed, *(() if run.lifting is None else run.lifting(t_s)))


def _hear(run: Run, update: SessionUpdate) -> None:
    if run.lifting is not None:
        run.lifting.take(update)


def _heart_rate(run: Run, clock: Any) -> HeartRateSource | None:
    return None if run.heart_rate is None else open_heart_rate(run.heart_rate, clock=clock)


def _must_be_new(events: Path | None) -> None:
    """Refuse before the poses of an hour are estimated."""
    if events is not None and events.exists():
        raise CoachError(f"{events}: exists already; choose another name")


def _log(run: Run, stack: ExitStack, notes: list[str]) -> Listener | None:
    """The log and the store; what the store has to say stands in ``notes`` after the block."""
    logs: list[Listener] = []
    if run.events is not None:
        logs.append(stack.enter_context(SessionLogWriter(run.events, run.visit.head)))
    if run.keeping is not None:
        kept = keep_session(
            run.keeping.database, run.visit.head, run.visit.catalog,
            began_at=run.keeping.began_at, keeping=run.keeping,
        )  # fmt: skip
        log: KeptLog
        stack.callback(lambda: notes.extend(log.notes))  # called after the store was closed
        log = stack.enter_context(kept)
        logs.append(log)
    return BothLogs(tuple(logs)) if logs else None


def _viewer(run: Run, stack: ExitStack, footage: Footage) -> Viewer | None:
    if not run.window:
        return None
    from aicoach.cli.coach_view import open_viewer  # noqa: PLC0415

    voice = run.voice and run.speed in (None, 1.0)
    return stack.enter_context(
        open_viewer(run.visit, voice=voice, dark_room_px=footage.frame_size_px)
    )


def _rate(footage: Footage) -> float:
    """Frames per second of the tape, within what a camera gives."""
    if footage.duration_s <= 0:
        return _FPS[0]
    return min(_FPS[1], max(_FPS[0], (len(footage.tape) - 1) / footage.duration_s))


def _responder(run: Run, keys: bool) -> Responder:
    """Who answers: a file or a well resident by themselves, keys or the terminal when asked."""
    answers = run.visit.answers
    if answers.how != "asked":
        return well(answers.given)
    if keys:
        return lambda _question: SILENT
    return partial(_asked_at_terminal, run)


def _asked_at_terminal(run: Run, question: str) -> AnswerValue:
    sheet = question_sheet(question, run.visit.lang)
    for number, (_value, label) in enumerate(sheet.choices, start=1):
        typer.echo(f"    {number}  {label}", err=True)
    while True:
        typed = typer.prompt(f"  {sheet.text} [{sheet.allowed}]", err=True)
        try:
            return sheet.read(typed)
        except ValueError as problem:
            typer.echo(f"    {problem}", err=True)


def _exerted(
    steps: Iterator[tuple[Observation, SessionUpdate]],
    heart_rate: HeartRateSource | None,
    catalog: Mapping[str, ExerciseSpec],
) -> Iterator[tuple[Observation, SessionUpdate]]:
    """The same steps; a simulated heart is told how hard each moment is."""
    for observation, update in steps:
        _exert(heart_rate, update, catalog)
        yield observation, update


def _exert(
    heart_rate: HeartRateSource | None,
    update: SessionUpdate,
    catalog: Mapping[str, ExerciseSpec],
) -> None:
    if not isinstance(heart_rate, SimulatedHeartRate):
        return
    busy = update.screen is Screen.EXERCISE_SET and update.exercise is not None
    met = catalog[update.exercise].met.value if busy and update.exercise else _REST_MET
    heart_rate.load(update.t_s, met)


def _paced(
    steps: Iterator[tuple[Observation, SessionUpdate]], speed: float
) -> Iterator[tuple[Observation, SessionUpdate]]:
    """The same steps, each not before its time."""
    began_s = time.monotonic()
    for observation, update in steps:
        early_s = update.t_s / speed - (time.monotonic() - began_s)
        if early_s > 0:
            time.sleep(early_s)
        yield observation, update
