"""Parts of sessions as they were sent, checked before anything of them is kept.

What is wrong with one session is no reason to refuse the others: it is said of that session
alone, and it waits in its cabin.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from aicoach.adapters.store.arriving import Piece
from aicoach.adapters.store.entries import Entry
from aicoach.adapters.store.plain_records import from_plain
from aicoach.observations import HeartRateSample
from aicoach.records import PlannedSession, SessionRecord
from aicoach.session_records import UnknownEventError, read_event
from aicoach.wire import WireError, observation_line, read_observation

if TYPE_CHECKING:
    from aicoach.adapters.sync.messages import SessionPart

Record = TypeVar("Record")
_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {
    SessionRecord: TypeAdapter(SessionRecord),
    PlannedSession: TypeAdapter(PlannedSession),
}
_LONGEST_CODE: Final = 64
_LARGEST_HEAD: Final = 400_000
# JSON may say them and no database keeps them; nothing that aicoach writes has them.
_UNKEEPABLE: Final = re.compile(
    r"\\u0000|\\ud[89a-f][0-9a-f]{2}|[\x00-\x1f\x7f\ud800-\udfff]", re.IGNORECASE
)


class PartError(ValueError):
    """A part of a session is not what it should be."""


def piece_of(part: SessionPart) -> Piece:
    """The part as the store takes it.

    Raises
    ------
    PartError
        If the beginning of the session, or a line, is none.
    """
    head = None if part.head is None else _record(SessionRecord, part.head, "head")
    planned = None if part.planned is None else _record(PlannedSession, part.planned, "planned")
    if head is not None:
        _check_head(head, part.id)
    return Piece(
        session_id=part.id,
        head=head,
        planned=planned,
        entries=tuple(_entry(number, kind, line) for number, kind, line in part.lines),
        close=part.close,
    )


def _record(kind: type[Record], body: dict[str, Any], name: str) -> Record:
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        from_plain(kind, body)  # refuses what it does not know
        record: Record = _ADAPTERS[kind].validate_python(body)
    except ValidationError as problems:
        first = problems.errors()[0]
        where = ".".join((name, *map(str, first["loc"])))
        raise PartError(f"{where}: {first['msg']}") from problems
    except (AttributeError, TypeError, ValueError) as problem:
        raise PartError(f"{name}: {problem}") from problem
    if len(text) > _LARGEST_HEAD or _UNKEEPABLE.search(text):
        raise PartError(f"{name}: holds what cannot be kept")
    return record


def _check_head(head: SessionRecord, session_id: str) -> None:
    if head.id != session_id:
        raise PartError("head.id: is another session")
    if head.started_at.tzinfo is None:
        raise PartError("head.started_at: needs its zone")
    if not math.isfinite(head.start_s):
        raise PartError("head.start_s: must be a number of seconds")
    for name in ("resident", "plan_id", "time_zone"):
        if not 0 < len(getattr(head, name)) <= _LONGEST_CODE:
            raise PartError(f"head.{name}: must have 1 to {_LONGEST_CODE} letters")


def _entry(number: int, kind: str, line: str) -> Entry:
    try:
        if _UNKEEPABLE.search(line):
            raise PartError(f"line {number}: holds what cannot be kept")
        if kind == "heart_rate":
            return _heart_rate(number, line)
        name, t_s = _event(line)
    except WireError as problem:
        raise PartError(f"line {number}: {problem}") from problem
    if not math.isfinite(t_s):
        raise PartError(f"line {number}: t_s must be a number of seconds")
    return Entry(sequence=number, kind="event", type=name, t_s=t_s, line=line)


def _event(line: str) -> tuple[str, float]:
    """Type and time of an event; one of a newer program is kept for the day it is understood."""
    try:
        happened = read_event(line)
    except UnknownEventError as unknown:
        t_s = json.loads(line).get("t_s")
        if isinstance(t_s, bool) or not isinstance(t_s, int | float):
            raise WireError("t_s", "must be a number of seconds") from unknown
        if len(unknown.kind) > _LONGEST_CODE:
            raise WireError("type", "is too long") from unknown
        return unknown.kind, float(t_s)
    return type(happened.event).__name__, float(happened.t_s)


def _heart_rate(number: int, line: str) -> Entry:
    sample = read_observation(line)
    if not isinstance(sample, HeartRateSample):
        raise WireError("type", "is no heart rate")
    # It is kept as numbers, and must come back as it was sent.
    if observation_line(sample) != line or not math.isfinite(sample.t_s):
        raise WireError("line", "is not as aicoach writes it")
    return Entry(
        sequence=number, kind="heart_rate", type="HeartRateSample", t_s=sample.t_s, line=line
    )
