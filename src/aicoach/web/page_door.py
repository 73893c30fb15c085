"""Stands before every mounted page of Gradio: what our pages need passes, the rest is not there.

Gradio brings some sixty routes: descriptions of the interface, uploads, files of its folder,
proxies, sign-in of its own, run histories. Our pages use two of them and what is drawn with.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from aicoach.web.cookies import visitor_of
from aicoach.web.error_answers import error_answer
from aicoach.web.page_head import script_first

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aicoach.web.premises import Premises

DRAWN_WITH: Final = re.compile(r"/(assets|static|svelte)/[^?]*|/theme\.css|/favicon\.ico")
"""Of Gradio's own wheel, about nobody."""
EVENTS: Final = {
    "/gradio_api/queue/join": "POST",
    "/gradio_api/queue/data": "GET",
    "/gradio_api/cancel": "POST",
    "/gradio_api/reset": "POST",
}
_BEAT: Final = re.compile(r"/gradio_api/heartbeat/([\w-]{1,64})")
"""Asked for by pages that want to know when they are left."""
_HELD: Final = 10_000
"""Pages whose browser is known at once."""


class PageDoor:
    """The app of Gradio, with everything closed that is not in this file.

    A page's events may be sent and heard by the browser alone that sent the first one: who
    guesses the name of somebody's page hears nothing.

    Parameters
    ----------
    app
        Of Gradio.
    paths
        Of its pages, below where it is mounted; the first one is ``/``.
    first
        Address of a script of ours that runs before Gradio does; None: there is none.
    """

    def __init__(
        self, app: ASGIApp, premises: Premises, paths: frozenset[str], first: str | None = None
    ) -> None:
        self.app, self._premises, self._paths, self._first = app, premises, paths, first
        self._browsers: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # Gradio has no socket that we use: the connection is refused
        path = _below(scope)
        if self._is_open(path, scope["method"]):
            scope["query_string"] = _asked(scope["query_string"])
            if self._first is not None and path in self._paths and scope["method"] == "GET":
                send = script_first(send, self._first)
            await self.app(scope, receive, send)
            return
        beat = _BEAT.fullmatch(path)
        if EVENTS.get(path) != scope["method"] and not (beat and scope["method"] == "GET"):
            answer = error_answer(HTTPConnection(scope), 404, "no_page")
            await answer(scope, receive, send)
            return
        visitor = visitor_of(HTTPConnection(scope), self._premises)
        if visitor is None:
            await _said(401, "sign_in")(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        page = beat[1] if beat else query.get("session_hash")
        if scope["method"] == "POST":
            body = await _body(receive)
            page, receive = _page_of(body), _again(body, receive)
        if page is None or not self._knows(page, visitor.id):
            await _said(403, "not_yours")(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_open(self, path: str, method: str) -> bool:
        if method not in {"GET", "HEAD"}:
            return False
        return path in self._paths or DRAWN_WITH.fullmatch(path) is not None

    def _knows(self, page: str, browser: str) -> bool:
        """Whether a page is this browser's; who comes first has it."""
        if len(page) > 64:
            return False
        held = self._browsers.setdefault(page, browser)
        self._browsers.move_to_end(page)
        if len(self._browsers) > _HELD:
            self._browsers.popitem(last=False)
        return held == browser


def _below(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    below = path[len(root) :] if path.startswith(root) else path
    return below or "/"


async def _body(receive: Receive) -> bytes:
    """What was sent; its size was bounded before."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _asked(query: bytes) -> bytes:
    """What was asked, without the name of a saved page: nobody saves one here."""
    left = [(key, value) for key, value in parse_qsl(query.decode("latin-1"))
            if key != "deep_link"]  # fmt: skip
    return urlencode(left).encode()


def _page_of(body: bytes) -> str | None:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    page = said.get("session_hash") if isinstance(said, dict) else None
    return page if isinstance(page, str) and page else None


def _said(status: int, problem: str) -> JSONResponse:
    return JSONResponse({"problem": problem}, status)
