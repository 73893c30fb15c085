"""A simulated strap on a simulated person: a heart that follows the work it is told of.

Deterministic: the same seed, person, loads and troubles give the same samples, however
often they are polled.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from aicoach.adapters.heart_rate.heart import RULES, Heart, SimulatedPerson
from aicoach.catalog.thresholds import load_settings
from aicoach.observations import HeartRateLink, HeartRateSample

TroubleKind = Literal["link_lost", "silent", "no_contact", "spikes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSettings:
    """How a simulated strap sends."""

    interval_s: float
    noise_bpm: float
    noise_memory: float
    spike_share: float
    spike_least_bpm: float
    spike_most_bpm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong with the strap from ``start_s`` until before ``end_s``.

    ``link_lost``: disconnected, and says so. ``silent``: nothing comes, and nothing is
    said. ``no_contact``: the last rate is repeated, without skin contact. ``spikes``: every
    now and then a rate that is far off.
    """

    kind: TroubleKind
    start_s: float
    end_s: float = math.inf

    def __post_init__(self) -> None:
        if not self.start_s < self.end_s:
            raise ValueError(f"{self.kind}: must end after {self.start_s:g} s")

    def is_on(self, t_s: float) -> bool:
        """Whether it is so at ``t_s``."""
        return self.start_s <= t_s < self.end_s


class SimulatedHeartRate:
    """A strap that sends once a second, from ``start_s`` on.

    Parameters
    ----------
    person
        Whose heart it is.
    troubles
        What goes wrong, and when.
    seed
        Of the noise of the beats and the spikes.
    start_s
        Time of the session at which the strap is there.
    met
        The work before :meth:`load` says another; 1 is rest.
    """

    def __init__(
        self,
        person: SimulatedPerson | None = None,
        *,
        troubles: Iterable[Trouble] = (),
        seed: int = 0,
        start_s: float = 0.0,
        met: float = 1.0,
    ) -> None:
        self.person = person or SimulatedPerson()
        self._troubles = tuple(troubles)
        self._sensor = load_settings(SensorSettings, RULES, "sensor")
        self._start_s = start_s
        self._seed = seed
        # One stream of dice each, so that spikes do not change the beats around them.
        self._beat_dice = random.Random(f"beats {seed}")
        self._spike_dice = random.Random(f"spikes {seed}")
        self._heart = Heart(self.person, t_s=start_s)
        self._sent = 0
        self._noise_bpm = 0.0
        self._since_beat = 0.0
        self._held_bpm = 0.0
        self._linked: bool | None = None
        self.load(start_s, met)

    def __enter__(self) -> SimulatedHeartRate:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held open."""

    def load(self, t_s: float, met: float) -> None:
        """Say that from ``t_s`` on the work is ``met`` times that of rest.

        Say it before polling beyond ``t_s``: samples that were handed over do not change.

        Raises
        ------
        ValueError
            If ``met`` is no metabolic rate.
        """
        self._heart.load(t_s, met)

    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]:
        """What the strap has sent up to ``t_s``."""
        return tuple(self._sent_until(t_s))

    def describe(self) -> str:
        """One line: that it is simulated, and whom."""
        medicated = ", with a beta-blocker" if self.person.beta_blocker else ""
        return (
            f"simulated strap, {self.person.age_years:g} years, at rest "
            f"{self._heart.rest_bpm:.0f} bpm, at most {self._heart.peak_bpm:.0f} bpm{medicated}"
        )

    def _sent_until(self, t_s: float) -> Iterator[HeartRateSample | HeartRateLink]:
        # The n-th packet has its own time: adding up intervals would add up rounding.
        while (at_s := self._start_s + self._sent * self._sensor.interval_s) <= t_s:
            self._sent += 1
            yield from self._packet(at_s)

    def _packet(self, t_s: float) -> Iterator[HeartRateSample | HeartRateLink]:
        bpm = self._beating_bpm(t_s)
        rr_ms = tuple(self._beats(bpm))
        spike_bpm = self._spike_bpm()
        linked = not self._is("link_lost", t_s)
        if linked != self._linked:
            self._linked = linked
            state: Literal["connected", "lost"] = "connected" if linked else "lost"
            yield HeartRateLink(t_s=t_s, state=state, detail="simulated strap")
        if not linked or self._is("silent", t_s):
            return
        contact = not self._is("no_contact", t_s)
        if contact:
            self._held_bpm = float(round(bpm))
            if self._is("spikes", t_s):
                self._held_bpm = max(0.0, self._held_bpm + spike_bpm)
        yield HeartRateSample(
            t_s=t_s,
            bpm=self._held_bpm or None,
            contact=contact,
            rr_ms=rr_ms if contact else (),
            sensor="simulated",
        )

    def _beating_bpm(self, t_s: float) -> float:
        sensor = self._sensor
        fresh = math.sqrt(1.0 - sensor.noise_memory**2) * sensor.noise_bpm
        self._noise_bpm = sensor.noise_memory * self._noise_bpm
        self._noise_bpm += self._beat_dice.gauss(0.0, fresh)
        return self._heart.bpm_at(t_s) + self._noise_bpm

    def _beats(self, bpm: float) -> Iterator[float]:
        """Intervals of the beats that fell into the last interval of sending."""
        self._since_beat += self._sensor.interval_s * bpm / 60.0
        while self._since_beat >= 1.0:
            self._since_beat -= 1.0
            yield round(60000.0 / bpm, 1)

    def _spike_bpm(self) -> float:
        """How far off the next rate would be if spikes were on; mostly 0."""
        dice, sensor = self._spike_dice, self._sensor
        falls, size = dice.random(), dice.uniform(sensor.spike_least_bpm, sensor.spike_most_bpm)
        return math.copysign(round(size), dice.random() - 0.5) * (falls < sensor.spike_share)

    def _is(self, kind: TroubleKind, t_s: float) -> bool:
        return any(trouble.kind == kind and trouble.is_on(t_s) for trouble in self._troubles)
