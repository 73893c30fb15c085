"""A heart rate that goes where it is sent, beat noise included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from aicoach.observations import HeartRateLink, HeartRateSample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.observations import HeartRateSensor, LinkState

Strap = Literal["worn", "silent", "no_contact", "zero", "noise"]
_MIDDLE_BPM: Final = 140.0
_WILD_BPM: Final = 110.0


class PulseCourse:
    """A heart-rate source whose rate follows straight lines between given points.

    Parameters
    ----------
    bpm
        The rate from the beginning; None: nothing comes until ``follow`` is called.
    noise_bpm
        Half the width of the noise, evenly spread.
    every_s
        Seconds between two packets.
    seed
        Of the noise.

    Attributes
    ----------
    strap
        How it sits: ``worn``; ``silent`` sends nothing; ``no_contact`` says so; ``zero``
        sends noughts; ``noise`` sends what no heart does.
    noise_bpm
        May be changed at any time.
    """

    def __init__(
        self,
        bpm: float | None = None,
        *,
        noise_bpm: float = 0.0,
        every_s: float = 1.0,
        seed: int = 0,
        sensor: HeartRateSensor = "chest_strap",
    ) -> None:
        self.noise_bpm = noise_bpm
        self.strap: Strap = "worn"
        self._every_s, self._sensor = every_s, sensor
        self._random = np.random.default_rng(seed)
        self._points: tuple[tuple[float, float], ...] = () if bpm is None else ((0.0, bpm),)
        self._next_s = 0.0
        self._links: list[LinkState] = []

    def __enter__(self) -> PulseCourse:
        """Nothing is opened."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is closed."""

    def describe(self) -> str:
        """One line for a person."""
        return "heart rate of a rehearsal"

    def follow(self, t_s: float, points: Sequence[tuple[float, float]]) -> None:
        """From ``t_s`` on go through ``points`` (seconds after ``t_s``, bpm); the last stays."""
        now = self._bpm(t_s)
        start = ((t_s, now),) if now is not None and (not points or points[0][0] > 0.0) else ()
        self._points = (*start, *((t_s + after_s, bpm) for after_s, bpm in points))
        self._next_s = max(self._next_s, t_s)

    def link(self, state: LinkState) -> None:
        """The connection changes, told with the next poll."""
        self._links.append(state)

    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]:
        """What arrived since the last call."""
        found: list[HeartRateSample | HeartRateLink] = [
            HeartRateLink(t_s=t_s, state=state) for state in self._links
        ]
        self._links.clear()
        while self._next_s <= t_s:
            sample = self._sample(self._next_s)
            if sample is not None:
                found.append(sample)
            self._next_s += self._every_s
        return tuple(found)

    def _bpm(self, t_s: float) -> float | None:
        if not self._points:
            return None
        times, rates = zip(*self._points, strict=True)
        return float(np.interp(t_s, times, rates))

    def _sample(self, t_s: float) -> HeartRateSample | None:
        bpm = self._bpm(t_s)
        noise = float(self._random.uniform(-1.0, 1.0))
        if bpm is None or self.strap == "silent":
            return None
        shown: float | None = float(round(bpm + self.noise_bpm * noise))
        contact = self.strap != "no_contact"
        if self.strap == "zero":
            shown = 0.0
        elif self.strap == "noise":
            shown = float(round(_MIDDLE_BPM + _WILD_BPM * noise))
        return HeartRateSample(
            t_s=t_s, bpm=shown if contact else None, contact=contact, sensor=self._sensor
        )
