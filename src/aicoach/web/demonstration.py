"""The public demonstration: a first page that says what it is, a drawn resident, the clip page.

For whoever has no camera, the browser's camera is replaced by drawn footage of a made-up person,
sent as single pictures; everything behind it is what watches people. It says so all the time.
"""

from __future__ import annotations

import json
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from aicoach.catalog import load_catalog
from aicoach.figure import film
from aicoach.phrases import load_phrases
from aicoach.synth import perform
from aicoach.web.assets_routes import version

if TYPE_CHECKING:
    from collections.abc import Mapping

EXERCISE: Final = "squat"
REPETITIONS: Final = 5
FPS: Final = 12.0
_CYCLE_S: Final = 3.6
_STILL_S: Final = 4.0
_SIZE_PX: Final = (480, 360)
_QUALITY: Final = 70
_KEEP: Final = "public, max-age=31536000, immutable"
_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{address}/demo/demo.css">
<script type="application/json" id="given">{given}</script>
<script type="module" src="{address}/demo/{script}.mjs"></script>
</head>
<body><main id="demo"></main></body>
</html>
"""


def demonstration_router(keys: Mapping[str, str]) -> APIRouter:
    """The pages.

    Parameters
    ----------
    keys
        With what the demonstration is entered, shown on its first page.
    """
    router = APIRouter()

    @router.get("/", response_class=HTMLResponse)
    def first(request: Request) -> Response:
        return _page(request, "first", {"keys": dict(keys)})

    @router.get("/drawn", response_class=HTMLResponse)
    def drawn(request: Request) -> Response:
        given = {"fps": FPS, "exercise": EXERCISE, "repetitions": REPETITIONS}
        return _page(request, "drawn", given)

    @router.get("/clip", response_class=HTMLResponse)
    def clip(request: Request) -> Response:
        return _page(request, "clip", {})

    @router.get("/favicon.ico")
    def icon() -> Response:
        """Browsers ask for one; elsewhere the page of Gradio at ``/`` has it."""
        return Response(status_code=204)

    @router.get("/figures/{_version}/drawn.pack")
    def footage(_version: str) -> Response:
        """Pictures one after the other, each behind its length (uint32, little endian)."""
        content = drawn_footage()
        headers = {"Cache-Control": _KEEP}
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


def _page(request: Request, script: str, given: dict[str, Any]) -> Response:
    asked = request.headers.get("accept-language", "").casefold()
    language = "zh" if asked.startswith("zh") else "en"
    title = load_phrases("zh" if language == "zh" else "en").text("demo.title")
    told = json.dumps({**given, "version": version(), "language": language})
    shown = _PAGE.format(
        language=language, title=title, address=f"/assets/{version()}", script=script,
        given=told.replace("<", "\\u003c"),
    )  # fmt: skip
    return HTMLResponse(shown)
