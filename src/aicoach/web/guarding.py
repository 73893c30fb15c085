"""What every request passes: a cookie for new browsers, Origin, rates, headers of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from aicoach.web.cookies import cookie_name, from_here, set_cookie, token_of
from aicoach.web.rates import Rates

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Place

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SYNC: Final = "/sync/"
"""Cabins have a token of their own and no cookie."""
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
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), bluetooth=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ENCRYPTED: Final = {"Strict-Transport-Security": "max-age=31536000"}


class Guarding:
    """The middleware. Sockets check their Origin themselves, where they can say so."""

    def __init__(self, app: ASGIApp, premises: Premises) -> None:
        self._app, self._premises = app, premises
        requests = premises.settings.requests
        self._rates = Rates(requests.per_min, requests.at_once, premises.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = self._refusal(scope, connection)
        if refusal is not None:
            await refusal(scope, receive, self._dressed(send, None))
            return
        token = self._new_token(scope, connection)
        await self._app(scope, receive, self._dressed(send, token))

    def _refusal(self, scope: Scope, connection: HTTPConnection) -> Response | None:
        if scope["path"].startswith(_SYNC):
            return None
        address = connection.client.host if connection.client else ""
        wait_s = self._rates.take(address)
        if wait_s > 0.0:
            headers = {"Retry-After": str(max(1, round(wait_s)))}
            return JSONResponse({"problem": "too many requests"}, 429, headers)
        if scope["method"] not in _SAFE and not from_here(connection):
            return JSONResponse({"problem": "asked by another site"}, 403)
        return None

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

    def _dressed(self, send: Send, token: str | None) -> Send:
        conduct = self._premises.conduct
        added = HEADERS | _ENCRYPTED if conduct.https else HEADERS
        cookie = Response()
        if token is not None:
            set_cookie(cookie, token, conduct)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
                if token is not None:
                    headers.append("set-cookie", cookie.headers["set-cookie"])
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return dressed
