"""Runs the centre's server, and never with tokens in clear where others can listen."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn

from aicoach.errors import ServeError
from aicoach.web.connections import PatientProtocol

if TYPE_CHECKING:
    from fastapi import FastAPI

_AT_ONCE: Final = 200
"""Connections beyond these are turned away, so that memory is bounded."""
_FORGOTTEN_S: Final = 75
"""A connection on which nothing happens is closed."""
_LARGEST_MESSAGE: Final = 400_000
_PING_S: Final = 5.0
"""A socket that died unseen is noticed within twice this."""
_PATIENCE_S: Final = 20
"""What is being taken when the server stops has this long to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server listens, and how it is protected."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    """Something in front of it, on this computer or in a closed network, speaks https."""

    @property
    def url(self) -> str:
        """As a cabin is given it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"

    def at(self, port: int) -> Address:
        """The same with the port that was given."""
        return replace(self, port=port)

    def check(self) -> None:
        """Refuse what would send tokens and health data in clear.

        Raises
        ------
        ServeError
            If others could listen, or the certificate cannot be used.
        """
        if self.certificate is None:
            if not (is_loopback(self.host) or self.behind_proxy):
                problem = "tokens and health data would travel in clear"
                remedy = "give --https CERT KEY, or --behind-proxy if a proxy in front speaks https"
                raise ServeError(self.url, problem, remedy)
            return
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key)
        except OSError as problem:
            said = f"{self.certificate}, {self.key}: {problem.strerror or problem}"
            raise ServeError(self.url, said, "give the certificate, then its key") from problem


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(address: Address) -> socket.socket:
    """A socket on the address; port 0: any that is free.

    Raises
    ------
    ServeError
        If the address cannot be used, or must not be without encryption.
    """
    address.check()
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=_AT_ONCE)
    except (OSError, OverflowError) as problem:
        said = f"cannot listen there ({getattr(problem, 'strerror', None) or problem})"
        raise ServeError(address.url, said, "another program may use the port") from problem


def serve(app: FastAPI, address: Address, listening: socket.socket) -> None:
    """Serve until the program is stopped; what is being taken then is ended first."""
    uvicorn.Server(serving_config(app, address)).run(sockets=[listening])


def serving_config(app: FastAPI, address: Address) -> uvicorn.Config:
    """With which limits it is served."""
    return uvicorn.Config(
        app,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        proxy_headers=address.behind_proxy,
        server_header=False,
        log_level="warning",
        access_log=False,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_FORGOTTEN_S,
        timeout_graceful_shutdown=_PATIENCE_S,
        http=PatientProtocol,
        ws="websockets-sansio",  # the other one is out of use
        ws_max_size=_LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # pictures are packed already
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
    )
