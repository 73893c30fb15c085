"""A session as a file: what went in and what came out, line by line.

JSON lines, compressed when the name ends in ``.gz``. The first line says with which plan,
day and language the session ran; ``{"in": ...}`` are observations, ``{"out": ...}`` events,
``{"finish": ...}`` says that nothing more was to be observed. Lines are written as they
happen, so that a power cut loses the last one at most.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

from aicoach.adapters.session_head import SessionHead, read_enrolment
from aicoach.errors import CoachError
from aicoach.screening import clearance
from aicoach.session import Session
from aicoach.wire import WireError, event_line, observation_line, read_observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.observations import Observation
    from aicoach.session import SessionEvent, SessionUpdate

SCHEMA: Final = 1


class SessionLogError(CoachError):
    """A session log cannot be read or written."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        where = f"{path}" if line is None else f"{path}: line {line}"
        super().__init__(f"{where}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class Listener(Protocol):
    """Whatever is told all that goes into a session and comes out of it."""

    def observed(self, observation: Observation) -> None:
        """What the session is about to be told."""

    def happened(self, event: SessionEvent) -> None:
        """What the session said."""

    def finished(self, t_s: float, why: str) -> None:
        """Nothing more is to be observed."""


class LoggedSession(Session):
    """A session that writes down what it is told before it acts on it."""

    def __init__(
        self,
        head: SessionHead,
        catalog: Mapping[str, ExerciseSpec],
        log: Listener | None = None,
    ) -> None:
        enrolled = None if head.enrolment is None else read_enrolment(head.enrolment)
        super().__init__(
            head.prescription(),
            catalog,
            head.today,
            language=head.language,
            clearance=None if enrolled is None else clearance(enrolled, head.today),
            session_number=head.session_number,
            session_of_week=head.session_of_week,
            strap_expected=head.strap_expected,
            demonstration=head.demonstration,
            view=head.view,
            staff_present=head.staff_present,
            controls=head.controls,
        )
        self._log = log

    @property
    def now_s(self) -> float:
        """Time of the newest observation; 0 before the first."""
        return max(0.0, self._now_s)

    def step(self, observation: Observation) -> SessionUpdate:
        """Write the observation, take it, and write what happened."""
        if self._log is not None:
            self._log.observed(observation)
        return self._written(super().step(observation))

    def finish(self, t_s: float, why: str = "picture_ended") -> SessionUpdate:
        """Write that it is finished, finish, and write what happened."""
        if self._log is not None:
            self._log.finished(t_s, why)
        return self._written(super().finish(t_s, why))

    def _written(self, update: SessionUpdate) -> SessionUpdate:
        if self._log is not None:
            for event in update.events:
                self._log.happened(event)
        return update


class SessionLogWriter:
    """Appends to a log; a context manager.

    Raises
    ------
    SessionLogError
        On entering, if the file cannot be made, or exists already.
    """

    def __init__(self, path: Path, head: SessionHead) -> None:
        self.path, self._head = path, head
        self._file: IO[str] | None = None

    def __enter__(self) -> SessionLogWriter:
        try:
            if self.path.suffix == ".gz":
                self._file = gzip.open(self.path, "xt", encoding="utf-8", newline="\n")
            else:
                self._file = self.path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError as problem:
            raise SessionLogError(
                self.path, None, "exists already; choose another name"
            ) from problem
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise SessionLogError(self.path, None, f"cannot be written ({reason})") from problem
        head = {**asdict(self._head), "today": self._head.today.isoformat()}
        self._write(json.dumps({"schema": SCHEMA, "session": head}, ensure_ascii=False))
        return self

    def observed(self, observation: Observation) -> None:
        """Write down what the session is about to be told."""
        self._put("in", observation_line(observation))

    def happened(self, event: SessionEvent) -> None:
        """Write down what the session said."""
        self._put("out", event_line(event.t_s, event.cause, event.event))

    def finished(self, t_s: float, why: str) -> None:
        """Write down that nothing more is to be observed."""
        self._put("finish", json.dumps({"t_s": t_s, "why": why}, ensure_ascii=False))

    def _put(self, key: str, line: str) -> None:
        if self._file is None:
            raise RuntimeError("use the log in a with block")
        self._write(f'{{"{key}": {line}}}')

    def _write(self, line: str) -> None:
        assert self._file is not None  # asked before
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise SessionLogError(self.path, None, f"cannot be written ({reason})") from problem

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line after the head: an observation, an event as it was written, or the finish."""

    number: int
    observation: Observation | None = None
    event: str | None = None
    finish: tuple[float, str] | None = None
    """When nothing more was observed, and why."""


def read_head(path: Path) -> SessionHead:
    """With what the session ran.

    Raises
    ------
    SessionLogError
        If the file cannot be read or is no session log.
    """
    with _opened(path) as file:
        first = _read_line(path, file)
    try:
        body = json.loads(first)
        if body["schema"] != SCHEMA:
            problem = f"schema {body['schema']}; this program reads {SCHEMA}"
            raise SessionLogError(path, 1, problem)
        head = body["session"]
        return SessionHead(**{**head, "today": date.fromisoformat(head["today"])})
    except (KeyError, TypeError, ValueError) as problem:
        raise SessionLogError(path, 1, "is not the head of a session log") from problem


def read_lines(path: Path) -> Iterator[LogLine]:
    """Everything after the head, in order; a last line cut off by a power cut is left out.

    Raises
    ------
    SessionLogError
        If a line is neither an observation nor an event.
    """
    with _opened(path) as file:
        _read_line(path, file)
        number = 1
        while line := _read_line(path, file):
            number += 1
            if not line.endswith("\n"):
                return
            try:
                yield _read(number, line[:-1])
            except (WireError, KeyError, TypeError, ValueError) as problem:
                said = str(problem) or type(problem).__name__
                raise SessionLogError(path, number, said) from problem


def _read(number: int, line: str) -> LogLine:
    key, colon, rest = line.partition(": ")
    body = rest[:-1] if colon and rest.endswith("}") else ""
    if key == '{"out"' and body:
        return LogLine(number, event=body)
    if key == '{"in"' and body:
        return LogLine(number, observation=read_observation(body))
    if key == '{"finish"' and body:
        told = json.loads(body)
        return LogLine(number, finish=(float(told["t_s"]), str(told["why"])))
    raise ValueError("is neither an observation nor an event")


def _opened(path: Path) -> IO[str]:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8", newline="\n")
        return path.open(encoding="utf-8", newline="\n")
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise SessionLogError(path, None, f"cannot be read ({reason})") from problem


def _read_line(path: Path, file: IO[str]) -> str:
    try:
        return file.readline()
    except EOFError:  # compressed, and cut off
        return ""
    except (OSError, UnicodeDecodeError) as problem:
        raise SessionLogError(path, None, "is not a session log") from problem
