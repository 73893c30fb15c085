"""Browsers that nobody of staff signed in at go to the sign-in page and come back after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse

from aicoach.web.cookies import visitor_of
from aicoach.web.entry import STAFF_ROLES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from aicoach.web.premises import Premises

PATH: Final = "/staff"


class StaffDoor:
    """The middleware: everything below ``/staff`` is for staff, pages and files alike."""

    def __init__(self, app: ASGIApp, premises: Premises) -> None:
        self._app, self._premises = app, premises

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not (path == PATH or path.startswith(PATH + "/")):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visitor = visitor_of(connection, self._premises, touch=False)
        actor = None if visitor is None else visitor.actor
        if actor is not None and actor.role.value in STAFF_ROLES:
            if path == PATH:  # a mounted page lies below its path, and so do its scripts
                query = scope.get("query_string", b"").decode("latin-1")
                there = RedirectResponse(PATH + "/" + (f"?{query}" if query else ""))
                await there(scope, receive, send)
                return
            await self._app(scope, receive, send)
        elif scope["method"] == "GET" and "text/html" in connection.headers.get("accept", ""):
            query = scope.get("query_string", b"").decode("latin-1")
            back = PATH + (f"?{query}" if query and path in (PATH, PATH + "/") else "")
            answer = RedirectResponse(f"/sign-in?next={quote(back, safe='')}", status_code=303)
            await answer(scope, receive, send)
        else:
            status = 401 if actor is None else 403
            problem = "sign_in" if actor is None else "not_yours"
            await JSONResponse({"problem": problem}, status)(scope, receive, send)
