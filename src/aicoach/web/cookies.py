"""The cookie of a browser, and where a request came from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from aicoach.web.premises import Conduct, Premises
    from aicoach.web.visitors import Visitor


def cookie_name(conduct: Conduct) -> str:
    """With ``__Host-`` a browser takes it only encrypted, for this host and the whole of it."""
    return "__Host-aicoach" if conduct.https else "aicoach"


def token_of(connection: HTTPConnection, conduct: Conduct) -> str | None:
    """The token in a request's cookie."""
    return connection.cookies.get(cookie_name(conduct))


def visitor_of(
    connection: HTTPConnection, premises: Premises, *, touch: bool = True
) -> Visitor | None:
    """Who asks; None: a browser that was never here."""
    return premises.visitors.of(token_of(connection, premises.conduct), touch=touch)


def set_cookie(response: Response, token: str, conduct: Conduct) -> None:
    """Give a browser its token: no script reads it, no other site sends it along."""
    response.set_cookie(
        cookie_name(conduct), token, path="/", secure=conduct.https, httponly=True,
        samesite="strict",
    )  # fmt: skip


def drop_cookie(response: Response, conduct: Conduct) -> None:
    """Take it back."""
    response.delete_cookie(
        cookie_name(conduct), path="/", secure=conduct.https, httponly=True, samesite="strict"
    )


def from_here(connection: HTTPConnection) -> bool:
    """Whether a page of this very server asks: for what changes something, and for sockets."""
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    if not origin or not host:
        return False
    return urlsplit(origin).netloc.casefold() == host.casefold()
