"""A wire that is cut: carries TCP between a program and a server, and resets it now and then.

A cut falls on a byte, in the middle of what is asked or of what is answered, and both sides
see what they see when a cable is pulled: the connection is reset.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import random
    from types import TracebackType

Direction = Literal["up", "down"]
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for no time at all: closing then resets."""
_CHUNK: Final = 4096


class CuttingProxy:
    """Listens on a port of this computer as long as its ``with`` block lasts.

    Parameters
    ----------
    host, port
        The server behind it.
    cuts
        How many cuts to make; after them it only carries.
    most_up, most_down
        Bytes that pass at most, in that direction, until the next cut falls.
    dice
        Chooses direction and byte.
    """

    def __init__(
        self,
        server: tuple[str, int],
        *,
        cuts: int,
        most_up: int,
        most_down: int,
        dice: random.Random,
    ) -> None:
        self._server, self._dice = server, dice
        self._most: dict[Direction, int] = {"up": most_up, "down": most_down}
        self._to_make = cuts
        self.cuts: dict[Direction, int] = {"up": 0, "down": 0}
        """Cuts that were made."""
        self.connections = 0
        self._lock = threading.Lock()
        self._plan_next()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> CuttingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.close()

    @property
    def made(self) -> int:
        """How many cuts were made."""
        return sum(self.cuts.values())

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._server, timeout=10.0)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self.connections += 1
            for source, target, way in ((near, far, "up"), (far, near, "down")):
                carry = threading.Thread(
                    target=self._carry, args=(source, target, way), daemon=True
                )
                carry.start()

    def _carry(self, source: socket.socket, target: socket.socket, way: Direction) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(_CHUNK):
                until = self._cut_after(way, len(chunk))
                target.sendall(chunk[:until])
                if until is not None:
                    for one in (source, target):
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
            else:
                target.shutdown(socket.SHUT_WR)
                return
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _cut_after(self, way: Direction, length: int) -> int | None:
        """After how many of these bytes the cut falls; None: not among them."""
        with self._lock:
            if self.made >= self._to_make or way != self._way:
                return None
            if length < self._left:
                self._left -= length
                return None
            until = self._left
            self.cuts[way] += 1
            self._plan_next()
            return until

    def _plan_next(self) -> None:
        self._way: Direction = self._dice.choice(("up", "down"))
        self._left = self._dice.randint(1, self._most[self._way])
