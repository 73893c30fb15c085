"""A session as a file: what went in and what came out, line by line.

JSON lines, compressed when the name ends in ``.gz``. The first line says with which plan,
day and language the session ran; ``{"in": ...}`` are observations, ``{"out": ...}`` events.
Lines are written as they happen, so that a power cut loses the last one at most.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from aicoach.errors import CoachError
from aicoach.wire import WireError, event_line, observation_line, read_observation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from aicoach.observations import Observation
    from aicoach.session import SessionEvent

SCHEMA: Final = 1


class SessionLogError(CoachError):
    """A session log cannot be read or written."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        where = f"{path}" if line is None else f"{path}: line {line}"
        super().__init__(f"{where}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHead:
    """With what the session ran."""

    plan: dict[str, Any]
    """The prescription as JSON."""
    plan_name: str
    today: date
    language: str
    session_number: int | None
    session_of_week: int | None
    strap_expected: bool
    demonstration: bool
    enrolment: dict[str, Any] | None
    """What the enrolment said, as JSON; None: never enrolled."""
    version: str


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
        head = {**{name: getattr(self._head, name) for name in self._head.__slots__}}
        head["today"] = self._head.today.isoformat()
        self._write({"schema": SCHEMA, "session": head})
        return self

    def observed(self, observation: Observation) -> None:
        """Write down what the session is about to be told."""
        self._put("in", observation_line(observation))

    def happened(self, event: SessionEvent) -> None:
        """Write down what the session said."""
        self._put("out", event_line(event.t_s, event.cause, event.event))

    def _put(self, key: str, line: str) -> None:
        if self._file is None:
            raise RuntimeError("use the log in a with block")
        try:
            self._file.write(f'{{"{key}": {line}}}\n')
            self._file.flush()
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise SessionLogError(self.path, None, f"cannot be written ({reason})") from problem

    def _write(self, body: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(body, ensure_ascii=False) + "\n")
            self._file.flush()

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
    """One line after the head: an observation, or an event as it was written."""

    number: int
    observation: Observation | None
    event: str | None


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
            if line.startswith('{"out": '):
                yield LogLine(number, None, line[len('{"out": ') : -2])
            elif line.startswith('{"in": '):
                try:
                    yield LogLine(number, read_observation(line[len('{"in": ') : -2]), None)
                except WireError as problem:
                    raise SessionLogError(path, number, str(problem)) from problem
            else:
                raise SessionLogError(path, number, "is neither an observation nor an event")


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
