"""Brings the list up to date behind the page: one thread, a few residents at a time."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.adapters.store import Store

_LOG: Final = logging.getLogger(__name__)
AT_ONCE: Final = 25
_BREATH_S: Final = 0.1
"""Sessions that are on come first: the thread rests between its batches."""


class Freshening:
    """Runs as long as something is out of date, and then no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, threading.Thread] = {}

    def begin(self, store: Store, first: Iterable[str] = ()) -> None:
        """Start, if it does not run yet; ``first``: those whom somebody looks at."""
        with self._lock:
            running = self._running.get(id(store))
            if running is not None and running.is_alive():
                return
            thread = threading.Thread(
                target=self._work, args=(store, tuple(first)), name="standings", daemon=True
            )
            self._running[id(store)] = thread
            thread.start()

    def wait(self, store: Store, timeout_s: float | None = None) -> None:
        """Until it is done; for tests and for closing."""
        with self._lock:
            running = self._running.get(id(store))
        if running is not None:
            running.join(timeout_s)

    @staticmethod
    def _work(store: Store, first: tuple[str, ...]) -> None:
        try:
            if first:
                store.refresh_standings(first)
            failed: set[str] = set()
            while True:
                done = store.refresh_standings(at_most=AT_ONCE)
                now_failed = {resident for resident, _ in done.failed}
                if done.residents == 0 or (now_failed and now_failed <= failed):
                    return
                failed |= now_failed
                time.sleep(_BREATH_S)
        except Exception:  # the list says itself what is out of date
            _LOG.warning("standings were not brought up to date", exc_info=True)


FRESHENING: Final = Freshening()
