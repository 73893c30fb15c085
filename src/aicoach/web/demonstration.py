"""The public demonstration: a first page that says what it is, a drawn resident, the clip page.

For whoever has no camera, the browser's camera is replaced by drawn footage of a made-up person,
sent as single pictures; everything behind it is what watches people. It says so all the time.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from aicoach.catalog import load_catalog
from aicoach.figure import film
from aicoach.synth import perform
from aicoach.web.cache_control import KEEP
from aicoach.web.small_page import small_page

if TYPE_CHECKING:
    from aicoach.web.premises import Premises

EXERCISE: Final = "squat"
REPETITIONS: Final = 5
FPS: Final = 12.0
_CYCLE_S: Final = 3.6
_STILL_S: Final = 4.0
_SIZE_PX: Final = (480, 360)
_QUALITY: Final = 70


def demonstration_router(premises: Premises) -> APIRouter:
    """The pages. The first one shows with what the demonstration is entered."""
    router = APIRouter()

    @router.get("/", response_class=HTMLResponse)
    def first(request: Request) -> Response:
        return _page(request, premises, "first", {"keys": dict(premises.conduct.shown_keys)})

    @router.get("/drawn", response_class=HTMLResponse)
    def drawn(request: Request) -> Response:
        given = {"fps": FPS, "exercise": EXERCISE, "repetitions": REPETITIONS}
        return _page(request, premises, "drawn", given)

    @router.get("/clip", response_class=HTMLResponse)
    def clip(request: Request) -> Response:
        return _page(request, premises, "clip", {})

    @router.get("/favicon.ico")
    def icon() -> Response:
        """Browsers ask for one; elsewhere the page of Gradio at ``/`` has it."""
        return Response(status_code=204)

    @router.get("/figures/{_version}/drawn.pack")
    def footage(_version: str) -> Response:
        """Pictures one after the other, each behind its length (uint32, little endian)."""
        content = drawn_footage()
        headers = {"Cache-Control": KEEP}
        return Response(content, media_type="application/octet-stream", headers=headers)

    return router


@lru_cache(maxsize=1)
def drawn_footage() -> bytes:
    """A made-up person who stands still for a while and then does squats."""
    shown = perform(
        load_catalog()[EXERCISE], reps=REPETITIONS, cycle_s=_CYCLE_S, lead_in_s=_STILL_S, fps=FPS
    )
    parts = []
    for frame in film(shown, size_px=_SIZE_PX):
        jpeg = cv2.imencode(".jpg", frame.bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        parts += [struct.pack("<I", len(jpeg)), jpeg]
    return b"".join(parts)


def _page(request: Request, premises: Premises, script: str, given: dict[str, Any]) -> Response:
    return small_page(
        request, premises, title="demo.title", style="demo/demo.css", script=f"demo/{script}.mjs",
        element="demo", given=given,
    )  # fmt: skip
