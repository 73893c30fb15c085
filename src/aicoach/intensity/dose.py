"""What a session amounted to: time in the zone, coverage, metabolic minutes as a band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicoach.intensity.heart import Zone
    from aicoach.intensity.settings import DoseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class MetMinutes:
    """Energy cost times minutes: an estimate, so a band."""

    low: float
    middle: float
    high: float


class DoseMeter:
    """Adds up seconds.

    Attributes
    ----------
    main_s, measured_s
        Length of the main part, and how much of it had a heart rate.
    in_zone_s, above_s
        Of the measured time.
    active_s
        Time in sets.
    """

    def __init__(self, settings: DoseSettings) -> None:
        self._settings = settings
        self.main_s = self.measured_s = self.in_zone_s = self.above_s = self.active_s = 0.0
        self._met_s = 0.0

    def step(
        self,
        elapsed_s: float,
        *,
        main: bool,
        measured: bool,
        zone: Zone | None,
        met: float | None,
    ) -> None:
        """``elapsed_s`` passed like this; ``met`` is None outside a set."""
        if met is not None:
            self.active_s += elapsed_s
            self._met_s += elapsed_s * met
        if not main:
            return
        self.main_s += elapsed_s
        if measured:
            self.measured_s += elapsed_s
            self.in_zone_s += elapsed_s * (zone == "in")
            self.above_s += elapsed_s * (zone == "above")

    @property
    def coverage(self) -> float | None:
        """Share of the main part that had a heart rate; None before it began."""
        return self.measured_s / self.main_s if self.main_s > 0.0 else None

    @property
    def met_minutes(self) -> MetMinutes:
        """Estimate for the sets done so far."""
        middle, share = self._met_s / 60.0, self._settings.met_uncertainty
        return MetMinutes(low=middle * (1 - share), middle=middle, high=middle * (1 + share))
