"""What is answered when something is wrong: never what was sent, and nothing of the inside."""

from __future__ import annotations

import logging
from html import escape
from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from aicoach.catalog.cues import LANGUAGES
from aicoach.phrases import load_phrases

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import Response

    from aicoach.catalog.cues import Language

_LOG: Final = logging.getLogger("uvicorn.error")
_PAGE: Final = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>aicoach</title>
<style>body{{font:1.25rem/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",
sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1c2430;background:#fff}}
h1{{font-size:1.6rem;margin:0 0 .4rem}}p{{margin:0 0 2rem}}a{{display:inline-block;
padding:.8rem 1.6rem;border-radius:.6rem;background:#0b5d4e;color:#fff;text-decoration:none}}
@media(prefers-color-scheme:dark){{body{{color:#eef2f6;background:#12171d}}}}</style>
<main>{said}<a href="{where}">{back}</a></main></html>"""


def add_error_answers(app: FastAPI) -> None:
    """For what is malformed or not there; what fell over is answered by ``fell_over``."""

    @app.exception_handler(HTTPException)
    async def not_there(request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        return error_answer(request, status, "no_page")

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, problems: RequestValidationError) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return error_answer(request, 422, "no_page")
        first = problems.errors()[0]
        kind = str(first.get("type", ""))
        return JSONResponse({"problem": "malformed", "why": kind}, 422)


def fell_over(connection: HTTPConnection, problem: Exception) -> Response:
    """The answer to a request that no code was prepared for; the log has the rest."""
    _LOG.error("%s fell over", connection.url.path, exc_info=problem)
    return error_answer(connection, 500, "fell_over")


def error_answer(connection: HTTPConnection, status: int, problem: str) -> Response:
    """As a page for people, as a code for scripts."""
    if "text/html" not in connection.headers.get("accept", ""):
        return JSONResponse({"problem": problem}, status)
    said = "".join(
        f'<h1 lang="{one}">{load_phrases(one).text(f"web.{problem}.title")}</h1>'
        f'<p lang="{one}">{load_phrases(one).text(f"web.{problem}.text")}</p>'
        for one in LANGUAGES
    )
    back = " · ".join(load_phrases(one).text("web.back") for one in LANGUAGES)
    return HTMLResponse(_PAGE.format(lang="zh", said=said, where="/", back=back), status)


def refused_page(title: str, text: str, status: int, language: Language) -> Response:
    """Why staff cannot be given a file, in the language of their pages, with the way back."""
    said = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
    back = load_phrases(language).text("web.back_to_staff")
    page = _PAGE.format(lang=language, said=said, where="/staff/", back=back)
    return HTMLResponse(page, status)
