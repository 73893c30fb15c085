"""How long to wait after a failure: twice as long each time, and never quite alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class BackOff:
    """The waits between attempts.

    Parameters
    ----------
    first_s, longest_s
        The first wait, and the bound for all of them.
    jitter
        Share of a wait, [0, 1], that is left to chance.
    chance
        Gives numbers in [0, 1).
    """

    def __init__(
        self, first_s: float, longest_s: float, jitter: float, chance: Callable[[], float]
    ) -> None:
        self._first_s, self._longest_s, self._jitter = first_s, longest_s, jitter
        self._chance = chance
        self.failures = 0
        """In a row."""

    def succeeded(self) -> None:
        """Begin anew with the first wait."""
        self.failures = 0

    def failed(self, at_least_s: float = 0.0) -> float:
        """Seconds to wait now; the other side may have asked for a while."""
        wait_s = min(self._longest_s, self._first_s * 2.0 ** min(self.failures, 30))
        self.failures += 1
        wait_s *= 1.0 - self._jitter * self._chance()
        return max(wait_s, at_least_s)
