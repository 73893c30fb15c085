"""Where cabins hand over what they measured, and are given what they need to work alone.

``create_ingest`` makes an app to be mounted at ``/``; its paths begin with ``/sync/v1``.
"""

from __future__ import annotations

import gzip
import math
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from aicoach import __version__
from aicoach.adapters.store import arriving, arriving_rows, identity, site_rows
from aicoach.adapters.store.schema import newest_revision
from aicoach.adapters.sync import CentreSettings
from aicoach.adapters.sync.messages import (
    HEADER,
    PREFIX,
    PROTOCOL,
    Hello,
    Manifest,
    Refusal,
    RowListed,
    RowSent,
    RowsSent,
    RowsTaken,
    RowsWanted,
    RowTaken,
    SessionPart,
    SessionsSent,
    SessionsTaken,
    SessionTaken,
)
from aicoach.errors import StoreError, StoreProblem
from aicoach.web.bodies import TooLargeError, UnreadableError, read_body
from aicoach.web.door import Door, TurnedAwayError
from aicoach.web.session_parts import PartError, piece_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.arriving import Taken
    from aicoach.adapters.store.cabin_tokens import CabinPass

Sent = TypeVar("Sent", bound=BaseModel)
Made = TypeVar("Made")
BUSY_S: Final = 5.0
"""What a cabin is asked to wait while the database cannot be used."""
_WORTH_PACKING: Final = 1000
_ANSWER_BYTES: Final = 4_000_000
"""Of rows in one answer; the cabin asks for the rest."""


class Desk:
    """What is done for a cabin that was let in; every method is one request.

    Parameters
    ----------
    store
        The centre's.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def hello(self, cabin: CabinPass) -> Hello:
        """Say who is here, and whom the cabin is taken for."""
        return Hello(
            centre=identity.identity_of(self._store),
            cabin=cabin.cabin,
            site=cabin.site,
            may_sign=cabin.may_sign,
            sessions=identity.closed_sessions(self._store, cabin),
            tables=newest_revision(),
            program=__version__,
            at=datetime.now(timezone.utc),
        )

    def sessions(self, cabin: CabinPass, sent: SessionsSent) -> SessionsTaken:
        """Take parts of sessions, each in a transaction of its own."""
        return SessionsTaken(sessions=[self._session(cabin, part) for part in sent.sessions])

    def rows(self, cabin: CabinPass, sent: RowsSent) -> RowsTaken:
        """Take what residents and staff did in the cabin."""
        taken = [
            arriving_rows.take_row(self._store, cabin, one.kind, one.body) for one in sent.rows
        ]
        return RowsTaken(
            rows=[
                RowTaken(kind=one.kind, id=one.id, outcome=one.outcome, text=one.text)
                for one in taken
            ]
        )

    def manifest(self, cabin: CabinPass) -> Manifest:
        """List what the cabin may have."""
        rows = site_rows.manifest(self._store, cabin)
        return Manifest(
            rows=[RowListed(kind=kind, id=row, digest=digest) for kind, row, digest in rows],
            erased=list(site_rows.erased_of(self._store)),
        )

    def wanted(self, cabin: CabinPass, wanted: RowsWanted) -> RowsSent:
        """Give rows of that list, as many as fit."""
        names = [(one.kind, one.id) for one in wanted.rows]
        given: list[RowSent] = []
        size = 0
        for kind, body in site_rows.read_rows(self._store, cabin, names):
            row = RowSent(kind=kind, body=body)
            size += len(row.model_dump_json())
            if given and size > _ANSWER_BYTES:
                break
            given.append(row)
        return RowsSent(rows=given)

    def _session(self, cabin: CabinPass, part: SessionPart) -> SessionTaken:
        try:
            taken = arriving.take(self._store, cabin, piece_of(part))
        except PartError as problem:
            text = str(problem)[:300]
            taken = arriving.refuse(self._store, cabin, part.id, arriving.UNUSABLE, text)
        return _answer(taken)


def create_ingest(
    store: Store,
    settings: CentreSettings | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The app that takes what cabins hand over.

    Parameters
    ----------
    store
        The centre's.
    settings
        Sizes and rates; None: those of ``rules/sync.toml``.
    clock
        Seconds, for the rates.
    """
    settings = settings or CentreSettings.load()
    app = FastAPI(title="aicoach sync", docs_url=None, redoc_url=None, openapi_url=None)
    desk, counter = Desk(store), _Counter(Door(store, settings, clock), settings)

    @app.get(f"{PREFIX}/hello")
    async def hello(request: Request) -> Response:
        return await counter.serve(request, desk.hello)

    @app.get(f"{PREFIX}/manifest")
    async def manifest(request: Request) -> Response:
        return await counter.serve(request, desk.manifest)

    @app.post(f"{PREFIX}/sessions")
    async def sessions(request: Request) -> Response:
        return await counter.serve_sent(request, SessionsSent, desk.sessions)

    @app.post(f"{PREFIX}/rows")
    async def rows(request: Request) -> Response:
        return await counter.serve_sent(request, RowsSent, desk.rows)

    @app.post(f"{PREFIX}/wanted")
    async def wanted(request: Request) -> Response:
        return await counter.serve_sent(request, RowsWanted, desk.wanted)

    return app


class _Counter:
    """What all requests have in common: the door, the body, threads, and how failures are said."""

    def __init__(self, door: Door, settings: CentreSettings) -> None:
        self._door, self._settings = door, settings
        self._places = anyio.CapacityLimiter(int(settings.work_at_once))

    async def serve(self, request: Request, work: Callable[[CabinPass], BaseModel]) -> Response:
        """Answer a request that brings nothing."""
        try:
            cabin = await self._admit(request)
            return await self._in_thread(lambda: _packed(work(cabin), request))
        except TurnedAwayError as away:
            return _refusal(away)
        except StoreError as problem:
            return _refusal(_of_store(problem))

    async def serve_sent(
        self, request: Request, kind: type[Sent], work: Callable[[CabinPass, Sent], BaseModel]
    ) -> Response:
        """Answer a request that brings something; nobody's body is read before the token."""
        try:
            cabin = await self._admit(request)
            content = await self._body(request)
            return await self._in_thread(
                lambda: _packed(work(cabin, _message(kind, content)), request)
            )
        except TurnedAwayError as away:
            return _refusal(away)
        except StoreError as problem:
            return _refusal(_of_store(problem))
        except ClientDisconnect:  # nobody is there to hear it
            return Response(status_code=400)

    async def _admit(self, request: Request) -> CabinPass:
        address = request.client.host if request.client else ""
        return await self._in_thread(lambda: self._door.admit(request.headers, address))

    async def _body(self, request: Request) -> bytes:
        try:
            return await read_body(request, self._settings)
        except TooLargeError as problem:
            raise TurnedAwayError(413, _said("too_large", str(problem))) from problem
        except UnreadableError as problem:
            text = f"the body {problem}"
            raise TurnedAwayError(400, _said("malformed", text)) from problem

    async def _in_thread(self, work: Callable[[], Made]) -> Made:
        return await to_thread.run_sync(work, limiter=self._places)


def _message(kind: type[Sent], content: bytes) -> Sent:
    try:
        return kind.model_validate_json(content)
    except ValidationError as problems:
        first = problems.errors()[0]
        text = f"{'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']}"
        raise TurnedAwayError(400, _said("malformed", text[:300])) from problems


def _packed(answer: BaseModel, request: Request) -> Response:
    content = answer.model_dump_json().encode()
    headers = {HEADER: str(PROTOCOL), "Cache-Control": "no-store"}
    if len(content) > _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, compresslevel=5)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/json", headers=headers)


def _refusal(away: TurnedAwayError) -> Response:
    headers = {HEADER: str(PROTOCOL), "Cache-Control": "no-store"}
    if away.wait_s > 0.0:
        headers["Retry-After"] = str(math.ceil(away.wait_s))
    if away.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        away.refusal.model_dump_json(),
        status_code=away.status,
        media_type="application/json",
        headers=headers,
    )


def _of_store(problem: StoreError) -> TurnedAwayError:
    """What a cabin is told of the centre's database: the reason, never its address."""
    if problem.reason is StoreProblem.FULL:
        return TurnedAwayError(507, _said("full", "the disk of the centre is full"))
    return TurnedAwayError(503, _said("busy", f"the database: {problem.reason.value}"), BUSY_S)


def _said(problem: str, text: str) -> Refusal:
    return Refusal.model_validate({"problem": problem, "text": text})


def _answer(taken: Taken) -> SessionTaken:
    return SessionTaken(
        id=taken.session_id,
        kept=list(taken.kept),
        closed=taken.closed,
        problem=taken.problem,
        text=taken.text,
    )
