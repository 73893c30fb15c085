"""What only the shared screen of a cabin asks: a card before the camera, the keys, a touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from aicoach.web.cards import code_in, code_shape
from aicoach.web.cookies import visitor_of
from aicoach.web.entry import Card, address_of, admitted
from aicoach.web.rates import Rates
from aicoach.web.refusals import refusal, refused

if TYPE_CHECKING:
    from aicoach.web.premises import Premises

_LOOKS_PER_MIN: Final = 150.0
_LOOKS_AT_ONCE: Final = 20.0
"""Pictures in which a card is looked for, from one address."""
_LONGEST_CODE: Final = 256


def cabin_router(premises: Premises) -> APIRouter:
    """Further ``/entry/...``."""
    router, conduct = APIRouter(prefix="/entry"), premises.conduct
    looks = Rates(_LOOKS_PER_MIN, _LOOKS_AT_ONCE, premises.clock)

    @router.post("/card-picture")
    async def show_card(request: Request) -> Response:
        """Sign in by a card in a picture: JPEG, looked at once and never kept."""
        wait_s = looks.take(address_of(request))
        if wait_s > 0.0:
            return refused("wait", wait_s=wait_s)
        if conduct.cabin is None:
            return refused("refused", wait_s=0.0)
        most = int(premises.settings.live.frame_bytes)
        picture = bytearray()
        async for part in request.stream():
            picture += part
            if len(picture) > most:
                return refused("too_large")
        code = await run_in_threadpool(code_in, bytes(picture))
        if code is None or len(code) > _LONGEST_CODE:
            return JSONResponse(refusal("no_code"))  # nothing is wrong: it is asked again
        return await admitted(request, premises, Card(by="card", code=code))

    @router.get("/codes")
    async def codes(_request: Request) -> Response:
        """How the codes of this cabin's residents are built: for its keys."""
        shape = await run_in_threadpool(code_shape, premises.store, conduct.cabin)
        return JSONResponse({"prefix": shape.prefix, "digits": shape.digits})

    @router.post("/here")
    async def here(request: Request) -> Response:
        """Somebody touched the screen: they are not signed out yet."""
        visitor = visitor_of(request, premises)
        if visitor is None or visitor.actor is None:
            return JSONResponse({"left_s": None})
        return JSONResponse({"left_s": round(premises.visitors.left_s(visitor))})

    return router
