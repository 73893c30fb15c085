"""All live sessions of a server: opened while there is a place, found again, tidied away."""

from __future__ import annotations

import ipaddress
import math
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.web.live.room import LiveRoom

if TYPE_CHECKING:
    from aicoach.pipeline import Clock
    from aicoach.web.live.room import Opening
    from aicoach.web.live.watchers import Watchers
    from aicoach.web.settings import LiveSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PleaseWait:
    """All places are taken that this visitor may have."""

    wait_s: float
    """Ask again after this."""
    running: int


class LiveRooms:
    """The rooms of one server."""

    def __init__(self, watchers: Watchers, settings: LiveSettings, clock: Clock) -> None:
        self.watchers = watchers
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._rooms: dict[str, LiveRoom] = {}

    def open(self, opening: Opening) -> LiveRoom | PleaseWait:
        """A room for a session; one that its owner has already is ended before."""
        for room in self.of_owner(opening.owner):
            self._end(room)
        with self._opening:  # of two that come at once, each sees the other
            if not self._may_have_a_place(opening):
                self._end_those_left(opening)
            watcher = self.watchers.take() if self._may_have_a_place(opening) else None
            if watcher is None:
                return PleaseWait(wait_s=self._settings.wait_s, running=self.watchers.lent)
            room = LiveRoom(
                secrets.token_urlsafe(16), opening, self.watchers, watcher, self._clock,
                self._settings,
            )  # fmt: skip
            with self._lock:
                self._rooms[room.id] = room
        room.start()
        return room

    def _may_have_a_place(self, opening: Opening) -> bool:
        """Visitors who did not sign in share some of the places, few from one address."""
        if opening.address is None:
            return True
        strangers = self._strangers()
        most = self.watchers.most
        theirs = most - min(math.ceil(self._settings.kept_share * most), most - 1)
        near = sum(_are_near(one, opening) for one in strangers)
        return len(strangers) < theirs and near < self._settings.trials_per_address

    def _end_those_left(self, opening: Opening) -> None:
        """Whoever tried it from this address and has gone makes room: a page that was closed."""
        for room in self._strangers():
            left = room.was_seen and room.alone_s() >= self._settings.left_s
            if left and _are_near(room, opening):
                self._end(room)

    def _strangers(self) -> tuple[LiveRoom, ...]:
        """Sessions that are on, of visitors who did not sign in."""
        return tuple(one for one in self.all() if one.opening.address is not None and not one.ended)

    def _end(self, room: LiveRoom) -> None:
        room.ask_to_end()
        room.join()
        self._forget(room)

    def get(self, identifier: str) -> LiveRoom | None:
        """The room of that id."""
        with self._lock:
            return self._rooms.get(identifier)

    def of_owner(self, owner: str) -> tuple[LiveRoom, ...]:
        """Rooms of one visitor, the newest last."""
        with self._lock:
            return tuple(room for room in self._rooms.values() if room.owner == owner)

    def of_resident(self, resident: str) -> LiveRoom | None:
        """The session of a resident that is on, in whichever browser."""
        with self._lock:
            rooms = tuple(self._rooms.values())
        on = (one for one in rooms if one.opening.resident == resident and not one.ended)
        return next(on, None)

    def all(self) -> tuple[LiveRoom, ...]:
        """Every room, also those that ended."""
        with self._lock:
            return tuple(self._rooms.values())

    def tidy(self) -> None:
        """End what was left alone, forget what ended long ago. Call it every few seconds."""
        now_s = self._clock()
        for room in self.all():
            if room.ended_s is None:
                patience_s = self._settings.alone_s if room.was_seen else self._settings.ticket_s
                if room.alone_s() > patience_s:
                    room.ask_to_end()
            elif now_s - room.ended_s > self._settings.kept_after_end_s:
                self._forget(room)

    def close(self) -> None:
        """End every session, keep what they did, and let go of the pose objects."""
        rooms = self.all()
        for room in rooms:
            room.ask_to_end()
        for room in rooms:
            room.join()
        self.watchers.close()

    def _forget(self, room: LiveRoom) -> None:
        with self._lock:
            self._rooms.pop(room.id, None)


def _are_near(room: LiveRoom, opening: Opening) -> bool:
    """Whether both come from one address; nobody who signed in is asked from where."""
    theirs, mine = room.opening.address, opening.address
    return None not in (theirs, mine) and network_of(str(theirs)) == network_of(str(mine))


def network_of(address: str) -> str:
    """What counts as one address: of version 6 the half that one household has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # a name, or a socket of this computer
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known) >> 64 << 64, 64)))
