"""``/clips``: a visitor sends a clip, asks how far it is, and takes it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from aicoach.catalog.cues import read_cues
from aicoach.web.cache_control import KEEP
from aicoach.web.clip_worker import AUTO
from aicoach.web.clips import TooManyClipsError
from aicoach.web.cookies import visitor_of

if TYPE_CHECKING:
    from aicoach.web.clips import Receiving
    from aicoach.web.premises import Premises

_STATUS: Final = {"too_large": 413, "no_video": 415, "too_slow": 408}
_PIECE_S: Final = 15.0
"""A piece of a clip is here by then."""
_WHOLE_S: Final = 300.0
_WAIT_S: Final = 30.0
Exercise = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,64}$")]


class ClipAsked(BaseModel):
    """A clip by its id."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    clip: Annotated[str, Field(pattern=r"^[\w-]{8,64}$")]


def clips_router(premises: Premises) -> APIRouter:
    """The routes."""
    router, clips = APIRouter(prefix="/clips"), premises.clips

    @router.post("")
    async def send(request: Request, exercise: Exercise = AUTO) -> Response:
        """The clip itself is the body, whatever it is called."""
        return await _sent(request, premises, exercise)

    @router.get("/one")
    async def ask(request: Request, clip: Annotated[str, Query(max_length=64)]) -> Response:
        visitor = visitor_of(request, premises)
        told: dict[str, Any] | None = None
        if visitor is not None:
            told = clips.told(clip, visitor.id)
        return _said(404, "no_clip") if told is None else JSONResponse(told)

    @router.post("/drop")
    async def drop(request: Request, asked: ClipAsked) -> Response:
        visitor = visitor_of(request, premises)
        if visitor is not None:
            await run_in_threadpool(clips.drop, asked.clip, visitor.id)
        return JSONResponse({})

    return router


def cue_words_router() -> APIRouter:
    """The wording of corrections, for the table of a clip."""
    router = APIRouter()

    @router.get("/words/{_version}/cues/{language}.json")
    def cues(_version: str, language: Literal["zh", "en"]) -> Response:
        return JSONResponse(dict(read_cues(language)), headers={"Cache-Control": KEEP})

    return router


async def _sent(request: Request, premises: Premises, exercise: str) -> Response:
    clips = premises.clips
    visitor = visitor_of(request, premises)
    if visitor is None:
        return _said(401, "sign_in")
    if exercise != AUTO and exercise not in premises.catalog:
        return _said(409, "no_exercise")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:20]) > clips.settings.bytes:
        return _said(413, "too_large")
    try:
        receiving = clips.begin(visitor.id)
    except TooManyClipsError:
        return JSONResponse({"problem": "busy", "wait_s": _WAIT_S}, 503)
    with receiving:
        problem = await _received(request, receiving)
        clip = None if problem else await run_in_threadpool(receiving.whole, exercise)
    if clip is None:
        return _said(_STATUS[problem or "no_video"], problem or "no_video")
    return JSONResponse({"clip": clip.id})


async def _received(request: Request, receiving: Receiving) -> str | None:
    """Take what comes; the code of what is wrong with it."""

    async def pieces() -> str | None:
        stream = request.stream().__aiter__()
        while True:
            try:
                piece = await asyncio.wait_for(stream.__anext__(), _PIECE_S)
            except StopAsyncIteration:
                return None
            if piece and (problem := await run_in_threadpool(receiving.add, piece)):
                return problem

    try:
        return await asyncio.wait_for(pieces(), _WHOLE_S)
    except asyncio.TimeoutError:
        return "too_slow"
    except ClientDisconnect:
        return "no_video"


def _said(status: int, problem: str) -> Response:
    return JSONResponse({"problem": problem}, status)
