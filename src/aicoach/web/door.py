"""Who comes in: the token of a cabin, its rate, and the version of the protocol."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store import cabin_tokens
from aicoach.adapters.sync.messages import HEADER, PROTOCOL, Refusal
from aicoach.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.cabin_tokens import CabinPass
    from aicoach.adapters.sync import CentreSettings

_BEARER: Final = "bearer "
_SAID: Final = {
    "refused": "this token is not known here",
    "expired": "this token has run out",
    "revoked": "the access of this cabin was revoked",
}


class TurnedAwayError(Exception):
    """A request that is not taken, with what is said."""

    def __init__(self, status: int, refusal: Refusal, wait_s: float = 0.0) -> None:
        super().__init__(refusal.text)
        self.status, self.refusal, self.wait_s = status, refusal, wait_s


class Door:
    """Lets cabins in.

    Parameters
    ----------
    store
        Where the hashes of the tokens are.
    clock
        Seconds for the rates.
    now
        The time, for tokens that run out.
    """

    def __init__(
        self,
        store: Store,
        settings: CentreSettings,
        clock: Callable[[], float],
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._store, self._now = store, now
        self._cabins = Rates(settings.requests_per_min, settings.requests_at_once, clock)
        self._strangers = Rates(settings.refusals_per_min, settings.refusals_at_once, clock)

    def admit(self, headers: Mapping[str, str], address: str) -> CabinPass:
        """The cabin that asks.

        Raises
        ------
        TurnedAwayError
            If it is none, or asks too often, or speaks otherwise.
        """
        spoken = headers.get(HEADER, "")
        if spoken != str(PROTOCOL):
            text = f"the protocol here is {PROTOCOL}, not '{spoken[:8]}'"
            raise TurnedAwayError(426, Refusal(problem="protocol", text=text))
        given = headers.get("authorization", "")
        token = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
        found = cabin_tokens.check(self._store, token, self._now())
        if isinstance(found, cabin_tokens.CabinPass):
            self._not_too_often(self._cabins.take(found.cabin))
            return found
        self._not_too_often(self._strangers.take(address))
        status = 403 if found == "revoked" else 401
        raise TurnedAwayError(status, Refusal(problem=found, text=_SAID[found]))

    def _not_too_often(self, wait_s: float) -> None:
        if wait_s > 0.0:
            text = "too many requests"
            raise TurnedAwayError(429, Refusal(problem="limited", text=text), wait_s)
