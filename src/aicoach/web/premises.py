"""What all pages and routes of one server share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Literal

from aicoach.adapters.store.accounts import sign_in_holds
from aicoach.catalog import load_catalog
from aicoach.web.clips import Clips
from aicoach.web.live.rooms import LiveRooms
from aicoach.web.live.tickets import Tickets
from aicoach.web.live.watchers import PoseWatcher, Watcher, Watchers, cores
from aicoach.web.settings import WebSettings, web_settings
from aicoach.web.visitors import Visitors

if TYPE_CHECKING:
    from aicoach.access import Actor
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.catalog.loader import Catalog
    from aicoach.pipeline import Clock
    from aicoach.web.visitors import Visitor

Mode = Literal["cabin", "home", "centre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a server was started."""

    mode: Mode
    cabin: str | None = None
    """Which cabin this computer is; in mode ``cabin``."""
    https: bool = False
    """Whether browsers reach it encrypted: cookies are then sent no other way."""
    demonstration: bool = False
    """The public demonstration: made-up residents, and it says so. All its pages are here."""
    shown_keys: Mapping[str, str] = field(default_factory=dict)
    """With what the demonstration is entered, as its first page shows it."""
    sync: bool = False
    """Whether cabins hand over here."""
    names: tuple[str, ...] = ()
    """What this computer is called in the address bar; empty: anything. A name of somebody
    else's that leads here is how a foreign page would get at it."""


@dataclass(frozen=True, slots=True)
class Premises:
    """The parts of one server."""

    store: Store
    conduct: Conduct
    settings: WebSettings
    catalog: Catalog
    rooms: LiveRooms
    tickets: Tickets
    visitors: Visitors
    clips: Clips
    clock: Clock
    """Seconds, never going back."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(timezone.utc))

    def today(self) -> date:
        """The day at this computer."""
        return self.now().astimezone().date()

    def gate(self, visitor: Visitor | None) -> Gate:
        """What a visitor may see and do.

        Raises
        ------
        PermissionError
            If nobody is signed in.
        """
        if visitor is None or visitor.actor is None:
            raise PermissionError("sign in first")
        return self.store.gate(visitor.actor)

    def close(self) -> None:
        """End every session and keep what it did."""
        self.clips.close()
        self.rooms.close()


def open_premises(
    store: Store,
    conduct: Conduct,
    *,
    settings: WebSettings | None = None,
    make_watcher: Callable[[], Watcher] = PoseWatcher,
    live_sessions: int | None = None,
    clock: Clock = time.monotonic,
) -> Premises:
    """The parts of a server on this store.

    Parameters
    ----------
    make_watcher
        Makes what looks at frames; a test hands in recorded poses.
    live_sessions
        So many at once; None: what this computer's cores hold.
    """
    settings = settings or web_settings()
    most = live_sessions or int(settings.live.sessions_per_core * cores())
    rooms = LiveRooms(Watchers(most, make_watcher), settings.live, clock)

    def busy(visitor: str) -> bool:
        """A session is on, or ended so short ago that its summary is read."""
        return any(
            room.ended_s is None or clock() - room.ended_s < settings.visitors.cabin_s
            for room in rooms.of_owner(visitor)
        )

    def holds(actor: Actor, credential: str | None) -> bool:
        return sign_in_holds(store, actor, credential)

    return Premises(
        store=store,
        conduct=conduct,
        settings=settings,
        catalog=load_catalog(),
        rooms=rooms,
        tickets=Tickets(settings.live.ticket_s, clock),
        visitors=Visitors(settings.visitors, clock, busy, holds),
        clips=Clips(settings.clips, clock),
        clock=clock,
    )
