"""The centre as a cabin sees it: requests over HTTPS, and every failure in plain words."""

from __future__ import annotations

import gzip
import ssl
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from aicoach.adapters.sync.messages import (
    HEADER,
    PREFIX,
    PROTOCOL,
    Hello,
    Manifest,
    Refusal,
    RowsSent,
    RowsTaken,
    RowsWanted,
    SessionsSent,
    SessionsTaken,
)
from aicoach.errors import SyncError, SyncProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from aicoach.adapters.sync.settings import CabinSettings

Answer = TypeVar("Answer", bound=BaseModel)
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
REMEDIES: Final[dict[SyncProblem, str]] = {
    SyncProblem.NO_NETWORK: "nothing is lost; it goes on when the network is back",
    SyncProblem.CUT: "nothing is lost; it goes on from there",
    SyncProblem.TLS: "check address and clock, or give --ca FILE for a certificate of your own",
    SyncProblem.PLAIN: "use https://, or --plain-http inside a network that is protected otherwise",
    SyncProblem.REFUSED: "check the token, or make one at the centre: aicoach cabin token",
    SyncProblem.EXPIRED: "make a new one at the centre: aicoach cabin token",
    SyncProblem.REVOKED: "ask the staff of the centre; what was measured stays here",
    SyncProblem.CENTRE_NEWER: "update aicoach on this computer; what was measured waits here",
    SyncProblem.CENTRE_OLDER: "update aicoach at the centre; what was measured waits here",
    SyncProblem.FULL: "free some space there; what was measured waits here",
    SyncProblem.BUSY: "nothing is lost; it is tried again",
    SyncProblem.LIMITED: "it is tried again later",
    SyncProblem.TOO_LARGE: "tell the staff of the centre; what was measured waits here",
    SyncProblem.NO_CENTRE: "check the address",
    SyncProblem.WRONG: "tell the staff of the centre; what was measured waits here",
}
WORTH_ANOTHER: Final = frozenset(
    {SyncProblem.NO_NETWORK, SyncProblem.CUT, SyncProblem.BUSY, SyncProblem.LIMITED}
)
"""Failures that may be over in a moment."""
_REFUSALS: Final = {
    "refused": SyncProblem.REFUSED,
    "expired": SyncProblem.EXPIRED,
    "revoked": SyncProblem.REVOKED,
    "limited": SyncProblem.LIMITED,
    "too_large": SyncProblem.TOO_LARGE,
    "malformed": SyncProblem.WRONG,
    "full": SyncProblem.FULL,
    "busy": SyncProblem.BUSY,
}
_GATEWAYS: Final = (500, 502, 503, 504)
"""What a server says that fails, or one between while the centre starts anew."""


class Centre:
    """One centre, asked with the token of one cabin.

    Parameters
    ----------
    address
        ``https://HOST[:PORT]``, perhaps with a path.
    token
        Gives the token; asked anew for every request, so that a new one is found.
    authority
        File with the certificates to trust instead of the system's.
    plain_http
        Send the token over http to another computer too.

    Raises
    ------
    SyncError
        If the address is none, or would carry the token in clear.
    """

    def __init__(
        self,
        address: str,
        token: Callable[[], str],
        settings: CabinSettings,
        *,
        authority: Path | None = None,
        plain_http: bool = False,
    ) -> None:
        self.address = address.rstrip("/")
        self._token = token
        local = self._check_address(plain_http=plain_http)
        waits = httpx.Timeout(settings.answer_s, connect=settings.connect_s)
        self._client = httpx.Client(
            base_url=self.address + PREFIX,
            timeout=waits,
            verify=self._trusted(authority),
            trust_env=not local,  # no proxy stands between this computer and itself
            headers={HEADER: str(PROTOCOL), "Accept": "application/json"},
        )

    def __enter__(self) -> Centre:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def hello(self) -> Hello:
        """Who the centre is, and whom it takes this cabin for."""
        return self._ask("GET", "/hello", Hello)

    def sessions(self, sent: SessionsSent) -> SessionsTaken:
        """Hand over parts of sessions."""
        return self._ask("POST", "/sessions", SessionsTaken, sent)

    def rows(self, sent: RowsSent) -> RowsTaken:
        """Hand over rows."""
        return self._ask("POST", "/rows", RowsTaken, sent)

    def manifest(self) -> Manifest:
        """Everything this cabin may have."""
        return self._ask("GET", "/manifest", Manifest)

    def wanted(self, wanted: RowsWanted) -> RowsSent:
        """Rows of that list."""
        return self._ask("POST", "/wanted", RowsSent, wanted)

    def _ask(
        self, method: str, path: str, answer: type[Answer], sent: BaseModel | None = None
    ) -> Answer:
        """One question and its answer.

        Raises
        ------
        SyncError
            With the reason.
        """
        headers = {"Authorization": f"Bearer {self._token()}"}
        content = None
        if sent is not None:
            content = gzip.compress(sent.model_dump_json().encode(), compresslevel=5)
            headers |= {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        try:
            response = self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as problem:
            raise self._error(_why(problem), _said(problem)) from problem
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response)
        if response.headers.get(HEADER) != str(PROTOCOL):
            raise self._error(SyncProblem.NO_CENTRE, "the answer is not of this protocol")
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise self._error(SyncProblem.WRONG, f"its answer: {where}: {first['msg']}") from None

    def _refusal(self, response: httpx.Response) -> SyncError:
        try:
            refusal = Refusal.model_validate_json(response.content)
        except ValidationError:
            if response.status_code in _GATEWAYS:
                return self._error(SyncProblem.BUSY, f"HTTP {response.status_code}")
            return self._error(SyncProblem.NO_CENTRE, f"HTTP {response.status_code}")
        if refusal.problem == "protocol":
            newer = refusal.protocol > PROTOCOL
            reason = SyncProblem.CENTRE_NEWER if newer else SyncProblem.CENTRE_OLDER
            return self._error(reason, f"protocol {refusal.protocol}, here {PROTOCOL}")
        found = self._error(_REFUSALS[refusal.problem], refusal.text)
        after = response.headers.get("Retry-After", "")
        found.wait_s = float(after) if after.isdigit() else 0.0
        return found

    def _error(self, reason: SyncProblem, detail: str = "") -> SyncError:
        return SyncError(self.address, reason, REMEDIES[reason], detail)

    def _check_address(self, *, plain_http: bool) -> bool:
        """Whether the centre is on this computer."""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self._error(SyncProblem.NO_CENTRE, "an address begins with https://")
        local = parts.hostname in LOOPBACK
        if parts.scheme == "http" and not (local or plain_http):
            raise self._error(SyncProblem.PLAIN)
        return local

    def _trusted(self, authority: Path | None) -> ssl.SSLContext | bool:
        if authority is None:
            return True
        try:
            return ssl.create_default_context(cafile=str(authority))
        except OSError as problem:  # ssl.SSLError is one
            detail = f"{authority}: {problem.strerror or problem}"
            raise self._error(SyncProblem.TLS, detail) from problem


def _why(problem: httpx.HTTPError) -> SyncProblem:
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SyncProblem.TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        if "ssl" in str(problem).lower():
            return SyncProblem.TLS
        return SyncProblem.NO_NETWORK
    return SyncProblem.CUT


def _said(problem: httpx.HTTPError) -> str:
    return " ".join(str(problem).split())[:120] or type(problem).__name__
