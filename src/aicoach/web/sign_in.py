"""``/sign-in``: a small page of its own, which works without Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from aicoach.phrases import load_phrases
from aicoach.web.assets_routes import version

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language

_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{address}/entry/sign_in.css">
<script type="module" src="{address}/entry/sign_in.mjs" data-version="{version}"></script>
</head>
<body><main id="entry"></main></body>
</html>
"""


def sign_in_router() -> APIRouter:
    """The page; what it says is put there by its script, in the language of the browser."""
    router = APIRouter()

    @router.get("/sign-in", response_class=HTMLResponse)
    def page(request: Request) -> Response:
        """Nobody needs to be signed in for it."""
        asked = request.headers.get("accept-language", "")
        language: Language = "zh" if asked.casefold().startswith("zh") else "en"
        title = load_phrases(language).text("home.entry.title")
        address = f"/assets/{version()}"
        return HTMLResponse(
            _PAGE.format(language=language, title=title, address=address, version=version())
        )

    return router
