"""What every request passes: its host, Origin, rates, size; a cookie; headers of the answer.

Nothing here knows who may do what: the routes ask the gate for that.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from aicoach.web.cookies import cookie_name, from_here, set_cookie, token_of
from aicoach.web.error_answers import fell_over
from aicoach.web.rates import Rates

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Place

_SAFE: Final = frozenset({"GET", "HEAD"})
_METHODS: Final = _SAFE | {"POST"}
"""No page asks with another one, and nobody else's page may ask beforehand whether it may."""
_SYNC: Final = "/sync/"
"""Cabins have a token of their own and no cookie."""
_CLIPS: Final = "/clips"
"""Takes what it is sent piece by piece, and counts for itself."""
_ENTRANCE: Final = "/entry/sign-in"
_LEAVING: Final = "/entry/sign-out"
ABOUT_NOBODY: Final = re.compile(
    r"/((staff|home|cabin)/)?(assets|static|svelte|words|exercises|figures?|voice)/.*"
    r"|(/(staff|home|cabin))?/theme\.css"
    r"|/favicon\.ico|/robots\.txt"
)
"""The same for everybody: may be kept by the browser, and does not count as asking."""
_HOST: Final = re.compile(r"([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?", re.IGNORECASE)
POLICY: Final = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's page has both
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ENCRYPTED: Final = {"Strict-Transport-Security": "max-age=31536000"}
_CROSS: Final = "access-control-"
"""Gradio lets any page of another site read its answers; no page of ours needs that."""


class Guarding:
    """The middleware. The live socket checks its Origin itself, where it can say so."""

    def __init__(self, app: ASGIApp, premises: Premises) -> None:
        self._app, self._premises = app, premises
        requests = premises.settings.requests
        self._requests = requests
        self._rates = Rates(requests.per_min, requests.at_once, premises.clock)
        self._entrances = Rates(
            requests.sign_ins_per_min, requests.sign_ins_at_once, premises.clock
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = self._refusal(scope, connection)
        if scope["type"] == "websocket":
            if refusal is not None:
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        dressed = self._dressed(scope, send, None)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        taken = await self._taken(scope, receive, connection)
        if isinstance(taken, Response):
            await taken(scope, receive, dressed)
            return
        receive = taken
        token = self._new_token(scope, connection)
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await dressed(message)

        dressed = self._dressed(scope, send, token)
        try:
            await self._app(scope, receive, sending)
        except Exception as problem:
            if began:  # half an answer is out: the connection is broken off
                raise
            await fell_over(connection, problem)(scope, receive, dressed)

    async def _taken(
        self, scope: Scope, receive: Receive, connection: HTTPConnection
    ) -> Receive | Response:
        """What was sent, to be read again; or the refusal of it."""
        most = None if scope["method"] in _SAFE else self._most(scope["path"])
        if most is None:
            return receive
        try:
            body = await _body(receive, connection, most, self._requests.body_s)
        except _TooMuchError:
            return _said(413, "too_large")
        except asyncio.TimeoutError:
            return _said(408, "too_slow")
        return _again(body, receive)

    def _refusal(self, scope: Scope, connection: HTTPConnection) -> Response | None:
        path: str = scope["path"]
        if path.startswith(_SYNC):
            return None
        if not self._is_called(connection.headers.getlist("host")):
            return _said(421, "this is not the address of this server")
        if scope["type"] == "http" and scope["method"] not in _METHODS:
            return _said(405, "not this way")
        if scope["type"] == "http" and _from_elsewhere(scope["method"], connection):
            return _said(403, "asked by another site")
        if not ABOUT_NOBODY.fullmatch(path):
            address = connection.client.host if connection.client else ""
            rates = (self._rates, self._entrances) if path == _ENTRANCE else (self._rates,)
            wait_s = max(rate.take(address) for rate in rates)
            if wait_s > 0.0:
                headers = {"Retry-After": str(max(1, round(wait_s)))}
                body = {"problem": "too_often", "wait_s": round(wait_s, 1)}
                return JSONResponse(body, 429, headers)
        return None

    def _is_called(self, hosts: list[str]) -> bool:
        """Whether a request is addressed to this computer, by a name that it has."""
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        names = self._premises.conduct.names
        return found is not None and (not names or found[1].casefold() in names)

    def _most(self, path: str) -> float | None:
        """Bytes that a path takes; None: it counts for itself."""
        if path.startswith((_SYNC, _CLIPS)):
            return None
        if path == "/entry/card-picture":
            return self._premises.settings.live.frame_bytes
        return self._requests.page_bytes if "/gradio_api/" in path else self._requests.body_bytes

    def _new_token(self, scope: Scope, connection: HTTPConnection) -> str | None:
        """A cookie for a browser that opens a page and is not known, or not any more."""
        wants_page = "text/html" in connection.headers.get("accept", "")
        if scope["method"] != "GET" or not wants_page:
            return None
        premises = self._premises
        if premises.visitors.of(token_of(connection, premises.conduct)) is not None:
            return None
        place: Place = "cabin" if premises.conduct.mode == "cabin" else "home"
        token, _visitor = premises.visitors.begin(place)
        headers = MutableHeaders(scope=scope)  # the page itself is made for this browser already
        known = headers.get("cookie")
        mine = f"{cookie_name(premises.conduct)}={token}"
        headers["cookie"] = mine if not known else f"{known}; {mine}"
        return token

    def _dressed(self, scope: Scope, send: Send, token: str | None) -> Send:
        conduct = self._premises.conduct
        added = HEADERS | _ENCRYPTED if conduct.https else HEADERS
        cookie = Response()
        if token is not None:
            set_cookie(cookie, token, conduct)
        kept = ABOUT_NOBODY.fullmatch(scope["path"]) is not None

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
                for name in [one for one in headers if one.startswith(_CROSS)]:
                    del headers[name]
                if token is not None:
                    headers.append("set-cookie", cookie.headers["set-cookie"])
                if not kept or message["status"] >= 400:
                    headers["Cache-Control"] = "no-store"
                if scope["path"] == _LEAVING and conduct.mode == "cabin":
                    headers["Clear-Site-Data"] = '"storage"'
            await send(message)

        return dressed


class _TooMuchError(Exception):
    """More was sent than is taken."""


def _from_elsewhere(method: str, connection: HTTPConnection) -> bool:
    """Whether another site's page asks: to change something, or to get at what it may not read."""
    if method not in _SAFE:
        return not from_here(connection)
    asked = connection.headers
    return asked.get("sec-fetch-site") in ("cross-site", "same-site") and (
        asked.get("sec-fetch-mode") != "navigate" or asked.get("sec-fetch-dest") != "document"
    )


async def _body(
    receive: Receive, connection: HTTPConnection, most: float, within_s: float
) -> bytes:
    announced = connection.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:20]) > most:
        raise _TooMuchError

    async def whole() -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _TooMuchError
            if not message.get("more_body"):
                break
        return b"".join(parts)

    return await asyncio.wait_for(whole(), within_s)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _said(status: int, problem: str) -> JSONResponse:
    return JSONResponse({"problem": problem}, status)
