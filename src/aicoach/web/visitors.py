"""Who sits behind a browser: a random cookie here, a person only after they signed in.

Kept in memory: when the server starts anew everybody signs in again. The cookie changes at
every sign-in and sign-out, so one that was planted before is worth nothing after. Who signed in
is let in no longer than their account and the secret by which they came hold: both are looked at
again every few seconds, as another program may have closed or changed them.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from aicoach.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.access import Actor
    from aicoach.catalog.cues import Language
    from aicoach.pipeline import Clock
    from aicoach.web.settings import VisitorSettings

Place = Literal["cabin", "home", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One browser."""

    id: str
    """Unguessable, stays the same over sign-ins of one browser; never leaves the server."""
    place: Place
    actor: Actor | None = None
    """None: nobody signed in; nothing is stored of what they do."""
    name: str = ""
    """How they are greeted; empty: not known."""
    language: Language | None = None
    """Chosen on the page; None: what the browser asks for."""
    credential: str | None = None
    """Id of the secret by which they came in; None: not known, only the account counts."""
    signed_in_s: float = 0.0
    seen_s: float = 0.0
    checked_s: float = 0.0
    """When their account was last looked at."""

    @property
    def resident(self) -> str | None:
        """The resident who they are; None for others and for nobody."""
        actor = self.actor
        return actor.resident if actor is not None and actor.role.value == "resident" else None


class Visitors:
    """Everybody who is here.

    Parameters
    ----------
    settings
        How long they stay signed in.
    clock
        Seconds, never going back.
    busy
        Whether a visitor (by id) has a session that is on: nobody is signed out of one for being
        still, or for a new password or PIN.
    holds
        Whether an account is still what it was, and the secret of that id not void.
    """

    def __init__(
        self,
        settings: VisitorSettings,
        clock: Clock,
        busy: Callable[[str], bool],
        holds: Callable[[Actor, str | None], bool],
    ) -> None:
        self._settings, self._clock, self._busy, self._holds = settings, clock, busy, holds
        self._lock = threading.Lock()
        self._by_token: dict[str, Visitor] = {}

    def begin(self, place: Place) -> tuple[str, Visitor]:
        """A new browser: its token for the cookie."""
        now_s = self._clock()
        visitor = Visitor(id=secrets.token_urlsafe(16), place=place, seen_s=now_s)
        token = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._by_token) >= self._settings.at_once:
                self._make_room()
            self._by_token[_hashed(token)] = visitor
        return token, visitor

    def of(self, token: str | None, *, touch: bool = True) -> Visitor | None:
        """Whose cookie it is; None: nobody's.

        Who was still too long, or whose account or secret holds no more, is nobody again.
        """
        if not token:
            return None
        key, now_s = _hashed(token), self._clock()
        void = self._is_void(key, now_s)
        with self._lock:
            visitor = self._by_token.get(key)
            if visitor is None:
                return None
            if visitor.actor is not None and (void or self._over(visitor, now_s)):
                visitor = replace(
                    visitor, actor=None, name="", credential=None, id=secrets.token_urlsafe(16)
                )
            if touch:
                visitor = replace(visitor, seen_s=now_s)
            self._by_token[key] = visitor
            return visitor

    def sign_in(
        self, token: str, actor: Actor, name: str, place: Place, credential: str | None = None
    ) -> str:
        """Somebody proved who they are: their new token."""
        now_s = self._clock()
        with self._lock:
            before = self._by_token.pop(_hashed(token), None)
            new = secrets.token_urlsafe(32)
            self._by_token[_hashed(new)] = Visitor(
                id=f"{actor.account}:{secrets.token_urlsafe(8)}", place=place, actor=actor,
                name=name, language=None if before is None else before.language,
                credential=credential, signed_in_s=now_s, seen_s=now_s, checked_s=now_s,
            )  # fmt: skip
        return new

    def renew(self, visitor: str, credential: str) -> None:
        """Keep a browser (by id of its visitor) signed in with the secret that it just gave."""
        with self._lock:
            for key, one in self._by_token.items():
                if one.id == visitor:
                    self._by_token[key] = replace(one, credential=credential)

    def sign_out(self, token: str) -> None:
        """The token is nobody's from now on."""
        with self._lock:
            self._by_token.pop(_hashed(token), None)

    def choose(self, token: str, language: Language) -> None:
        """Read everything in this language from now on."""
        with self._lock:
            visitor = self._by_token.get(_hashed(token))
            if visitor is not None:
                self._by_token[_hashed(token)] = replace(visitor, language=language)

    def left_s(self, visitor: Visitor) -> float:
        """Seconds until somebody who does nothing is signed out."""
        if self._busy(visitor.id):
            return self._longest_s(visitor)
        return max(0.0, self._idle_s(visitor) - (self._clock() - visitor.seen_s))

    def _is_void(self, key: str, now_s: float) -> bool:
        """Whether somebody's account or secret holds no more; asked of the store now and then."""
        with self._lock:
            visitor = self._by_token.get(key)
            due = visitor is not None and now_s - visitor.checked_s >= self._settings.account_s
            if visitor is None or visitor.actor is None or not due:
                return False
            self._by_token[key] = replace(visitor, checked_s=now_s)
        secret = None if self._busy(visitor.id) else visitor.credential
        try:
            return not self._holds(visitor.actor, secret)
        except StoreError:  # nothing can be read of anybody now; asked again in a moment
            return False

    def _over(self, visitor: Visitor, now_s: float) -> bool:
        if self._busy(visitor.id):
            return False
        idle = now_s - visitor.seen_s > self._idle_s(visitor)
        return idle or now_s - visitor.signed_in_s > self._longest_s(visitor)

    def _idle_s(self, visitor: Visitor) -> float:
        settings = self._settings
        return {
            "cabin": settings.cabin_s, "home": settings.home_s, "staff": settings.staff_idle_s,
        }[visitor.place]  # fmt: skip

    def _longest_s(self, visitor: Visitor) -> float:
        settings = self._settings
        return settings.staff_s if visitor.place == "staff" else settings.home_s

    def _make_room(self) -> None:
        """Forget a tenth of those who are nobody and were seen longest ago, then of others."""
        known = sorted(
            self._by_token.items(), key=lambda one: (one[1].actor is not None, one[1].seen_s)
        )
        for key, _visitor in known[: max(1, len(known) // 10)]:
            del self._by_token[key]


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
