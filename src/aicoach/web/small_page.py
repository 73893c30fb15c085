"""A page without Gradio: a head, one element, and the script that fills it."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import HTMLResponse

from aicoach.phrases import load_phrases
from aicoach.web.assets_routes import version
from aicoach.web.cookies import visitor_of
from aicoach.web.language import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import HTTPConnection

    from aicoach.web.premises import Premises

_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{address}/{style}">
{given}<script type="module" src="{address}/{script}" data-version="{version}"></script>
</head>
<body><main id="{element}"></main></body>
</html>
"""
_GIVEN: Final = '<script type="application/json" id="given">{told}</script>\n'


def small_page(
    connection: HTTPConnection,
    premises: Premises,
    *,
    title: str,
    style: str,
    script: str,
    element: str,
    given: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """The page, in the language of whoever asks.

    Parameters
    ----------
    title
        Key of a phrase.
    style, script
        Below the assets.
    element
        Id of the element that the script fills.
    given
        What the script is told, beside version and language; None: nothing.
    """
    language = language_of(connection, visitor_of(connection, premises, touch=False))
    told = ""
    if given is not None:
        about = json.dumps({**given, "version": version(), "language": language})
        told = _GIVEN.format(told=about.replace("<", "\\u003c"))
    return HTMLResponse(
        _PAGE.format(
            language=language, title=escape(load_phrases(language).text(title)), style=style,
            script=script, element=element, given=told, address=f"/assets/{version()}",
            version=version(),
        )
    )  # fmt: skip
