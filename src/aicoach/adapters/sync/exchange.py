"""One visit of a cabin at its centre: everything that waits goes up, what changed comes down.

It may be cut off anywhere. The centre says with every answer what it has now, and that is
what the cabin remembers; so the next visit goes on where this one ended, and what travels
twice changes nothing.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Final

from aicoach.adapters.sync.messages import (
    LARGEST_LINE,
    Hello,
    RowName,
    RowSent,
    RowsSent,
    RowsWanted,
    SessionPart,
    SessionsSent,
    SessionTaken,
)
from aicoach.errors import SyncError, SyncProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aicoach.adapters.sync.centre import Centre
    from aicoach.adapters.sync.ports import Body, Incoming, Kind, Line, Outgoing, Span, Waiting
    from aicoach.adapters.sync.settings import CabinSettings

_CLOCKS_APART_S: Final = 300.0
_PAST: Final = "past"
"""What the centre says of a session that ended before those it keeps."""
_TRIES: Final = 3
"""A session that the centre takes without getting further is left for later."""


@dataclass(slots=True)
class Exchanged:
    """What one visit came to, so far."""

    lines: int = 0
    sessions: int = 0
    """Handed over to their end."""
    running: int = 0
    """Handed over as far as they have got."""
    past: int = 0
    """Not kept at the centre any more: they ended too long ago."""
    rows_up: int = 0
    rows_down: int = 0
    notes: list[str] = field(default_factory=list)
    """What somebody should know, one line each."""

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(slots=True)
class _Known:
    """What was learnt about sessions in this visit."""

    kept: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    heads: set[str] = field(default_factory=set)
    """Sessions whose beginning the centre asked for."""
    tries: dict[str, int] = field(default_factory=dict)
    """Parts in a row that brought nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinSide:
    """The cabin's store, as far as one centre is concerned."""

    outgoing: Outgoing
    incoming: Incoming
    tables: str
    """State of its tables."""
    notes: tuple[str, ...] = ()
    """What somebody should know of it, one line each."""


class Exchange:
    """A cabin visits its centre.

    Parameters
    ----------
    centre
        The centre.
    cabin_side
        Opens the cabin's store once it is known which centre answers.
    settings
        How much at once.
    compare
        Begin by forgetting what was confirmed: everything is compared anew.
    """

    def __init__(
        self,
        centre: Centre,
        cabin_side: Callable[[Hello], CabinSide],
        settings: CabinSettings,
        *,
        compare: bool = False,
    ) -> None:
        self._centre, self._open, self._settings = centre, cabin_side, settings
        self._compare = compare
        self._ask_first = False
        """What the centre has is asked of each session before its lines are sent."""
        self.progress: Callable[[], None] = lambda: None
        """Called whenever the centre confirmed something."""

    def visit(self, done: Exchanged) -> None:
        """Hand over, and take; ``done`` says how far it came, also where it was cut off.

        Raises
        ------
        SyncError
            If the centre cannot be reached, or does not want this cabin.
        """
        hello = self._centre.hello()
        side = self._open(hello)
        for note in side.notes:
            done.note(note)
        apart_s = abs((datetime.now(timezone.utc) - hello.at).total_seconds())
        if apart_s > _CLOCKS_APART_S:
            done.note(f"the clocks of cabin and centre are {apart_s / 60.0:.0f} minutes apart")
        if self._compare or self._was_put_back(side.outgoing, hello.sessions, done):
            side.outgoing.forget()
            self._compare, self._ask_first = False, True
        alike = hello.tables == side.tables
        if not alike:
            done.note(
                "plans, residents and accounts were not exchanged: "
                f"tables are {hello.tables} at the centre, {side.tables} here; update the older one"
            )
        if alike:
            self._rows_up(side, done, before_sessions=True)
        self._sessions_up(side, done)
        if alike:
            self._rows_up(side, done, before_sessions=False)
            self._rows_down(side, done)

    def _was_put_back(self, outgoing: Outgoing, there: int, done: Exchanged) -> bool:
        """Whether a centre with fewer sessions than it confirmed was put back to an older copy.

        The clock of retention also removes sessions, the oldest first: so it is asked about as
        many of the oldest as are missing. If all of them are past their time, there is no more
        to it, and they are not offered again.
        """
        while (missing := outgoing.closed() - there) > 0:
            at_most = min(missing, int(self._settings.sessions_per_batch))
            pieces = [
                outgoing.piece(session, (), at_most=0, with_head=True)
                for session in outgoing.oldest_closed(at_most)
            ]
            parts = [_part(piece, 0.0) for piece in pieces if piece is not None]
            if not parts:
                return True
            answers = self._centre.sessions(SessionsSent(sessions=parts)).sessions
            self.progress()
            past = [one.id for one in answers if one.problem == _PAST]
            outgoing.settle(past)
            done.past += len(past)
            if len(past) < len(parts):
                return True
        return False

    def _sessions_up(self, side: CabinSide, done: Exchanged) -> None:
        outgoing = side.outgoing
        queue = deque(outgoing.sessions())
        known = _Known()
        while queue:
            parts = {part.id: part for part in self._batch(outgoing, queue, known, done)}
            if not parts:
                continue
            answers = self._centre.sessions(SessionsSent(sessions=list(parts.values()))).sessions
            if [one.id for one in answers] != list(parts):
                detail = "it answers for other sessions than it was sent"
                raise SyncError(self._centre.address, SyncProblem.WRONG, detail=detail)
            self.progress()
            good = [one for one in answers if one.problem is None]
            outgoing.confirm([(one.id, one.kept, one.closed) for one in good])
            back = [
                one.id
                for one in answers
                if not self._over(outgoing, parts[one.id], one, done)
                and self._gets_further(outgoing, one, known, done)
            ]
            queue.extendleft(reversed(back))

    def _gets_further(
        self, outgoing: Outgoing, answer: SessionTaken, known: _Known, done: Exchanged
    ) -> bool:
        """Whether the next part of a session is to be sent; a few tries without are enough."""
        session = answer.id
        if answer.problem == "unknown":
            known.heads.add(session)
        grew = sorted(answer.kept) != sorted(known.kept.get(session, ()))
        known.tries[session] = 0 if grew else known.tries.get(session, 0) + 1
        known.kept[session] = tuple(answer.kept)
        if known.tries[session] < _TRIES:
            return True
        outgoing.refuse(session, "the centre does not get further with it")
        done.note(f"session {session}: the centre does not get further with it")
        return False

    def _over(
        self, outgoing: Outgoing, part: SessionPart, answer: SessionTaken, done: Exchanged
    ) -> bool:
        """Whether nothing is left to hand over of this session, for now."""
        if answer.problem == _PAST:
            outgoing.settle([part.id])
            done.past += 1
            return True
        if answer.problem is not None and answer.problem != "unknown":
            outgoing.refuse(part.id, answer.text or answer.problem)
            done.note(f"session {part.id} is not taken: {answer.text or answer.problem}")
            return True
        if answer.problem is None:
            done.lines += len(part.lines)
        if answer.closed and part.close is not None:
            done.sessions += 1
            return True
        return part.close is None and not part.lines

    def _batch(
        self,
        outgoing: Outgoing,
        queue: deque[str],
        known: _Known,
        done: Exchanged,
    ) -> Iterator[SessionPart]:
        """Parts of as many sessions as fit, one of each."""
        lines, size = int(self._settings.lines_per_batch), self._settings.bytes_per_batch
        for _ in range(int(self._settings.sessions_per_batch)):
            if not queue or lines <= 0 or size <= 0:
                return
            session = queue.popleft()
            if session not in known.kept:
                known.kept[session] = outgoing.confirmed(session)
            kept = known.kept[session]
            with_head = not kept or session in known.heads
            ask = self._ask_first and session not in known.tries
            wanted = 0 if ask else lines
            piece = outgoing.piece(session, kept, at_most=wanted, with_head=with_head)
            if piece is None:
                continue
            if not (piece.entries or with_head) and piece.close is None:
                done.running += 1
                continue
            long = [one.sequence for one in piece.entries if len(one.line) > LARGEST_LINE]
            if long:
                outgoing.refuse(session, f"line {long[0]} is too long to be an event")
                done.note(f"session {session} is not handed over: line {long[0]} is no event")
                continue
            part = _part(piece, size)
            lines -= len(part.lines)
            size -= sum(len(line) for _, _, line in part.lines)
            yield part

    def _rows_up(self, side: CabinSide, done: Exchanged, *, before_sessions: bool) -> None:
        waiting = list(side.outgoing.rows(before_sessions))
        for rows in self._pages(waiting):
            sent = RowsSent(rows=[RowSent(kind=kind, body=body) for kind, body in rows])
            answers = self._centre.rows(sent).rows
            self.progress()
            pairs = list(zip(rows, answers, strict=True))
            side.outgoing.confirm_rows(
                (kind, body, answer.text or "refused" if answer.outcome == "refused" else None)
                for (kind, body), answer in pairs
            )
            for (kind, body), answer in pairs:
                done.rows_up += answer.outcome == "kept"
                if answer.outcome == "refused":
                    done.note(f"{kind} {body['id']} is not taken: {answer.text}")
                if answer.outcome == "set_aside":
                    done.note(
                        f"plan {body['plan']} version {body['version']} of {body['resident']}: "
                        "the centre keeps it aside, another one stands there or staff must sign it"
                    )

    def _rows_down(self, side: CabinSide, done: Exchanged) -> None:
        manifest = self._centre.manifest()
        listed = [(one.kind, one.id, one.digest) for one in manifest.rows]
        wanted = deque(RowName(kind=kind, id=row) for kind, row in side.incoming.wanted(listed))
        while wanted:
            names = list(islice(wanted, int(self._settings.rows_per_batch)))
            rows = [
                (one.kind, one.body) for one in self._centre.wanted(RowsWanted(rows=names)).rows
            ]
            self.progress()
            problems = side.incoming.take(rows)
            done.rows_down += len(rows) - len(problems)
            for problem in problems:
                done.note(f"from the centre, not taken: {problem}")
            # The centre gives as many as fit into an answer; what it gives none of, is gone.
            for _ in range(len(rows) or len(names)):
                wanted.popleft()
        for text in side.incoming.finish(listed, manifest.erased):
            done.note(text)

    def _pages(self, rows: list[tuple[str, Body]]) -> Iterator[list[tuple[str, Body]]]:
        """Rows by as many as fit into a request."""
        page: list[tuple[str, Body]] = []
        size = 0
        for row in rows:
            length = len(json.dumps(row[1]))
            full = size + length > self._settings.bytes_per_batch
            if page and (full or len(page) >= self._settings.rows_per_batch):
                yield page
                page, size = [], 0
            page.append(row)
            size += length
        if page:
            yield page


def _part(piece: Waiting, size: float) -> SessionPart:
    """As many lines as fit; one always does."""
    taken = 0
    for taken, one in enumerate(piece.entries):
        size -= len(one.line)
        if size < 0 and taken:
            break
    else:
        taken = len(piece.entries)
    return SessionPart(
        id=piece.session_id,
        head=piece.head,
        planned=piece.planned,
        lines=list(map(_line, piece.entries[:taken])),
        close=piece.close,
    )


def _line(one: Line) -> tuple[int, Kind, str]:
    return one.sequence, one.kind, one.line
