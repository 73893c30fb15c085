"""How a heart follows work: first-order rise and fall, slower with age, and drift.

Between two changes of the load everything is solved in closed form, so the rate at a time
does not depend on how often it was asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from aicoach.catalog.thresholds import load_settings

RULES = "heart_rate_simulator"
REST_MET = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """What is assumed of a person of whom only the age is known."""

    peak_at_birth_bpm: float
    peak_at_birth_beta_blocker_bpm: float
    peak_loss_bpm_per_year: float
    capacity_at_birth_met: float
    capacity_loss_met_per_year: float
    least_capacity_met: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KineticsSettings:
    """How fast a heart follows."""

    young_years: float
    old_years: float
    young_on_tau_s: float
    old_on_tau_s: float
    off_over_on: float
    off_delay_s: float
    drift_bpm: float
    drift_tau_s: float
    drift_from_fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPerson:
    """Whose heart is simulated. None: as usual for the age."""

    age_years: float = 65.0
    rest_bpm: float = 70.0
    """As measured at rest, with whatever is taken."""
    peak_bpm: float | None = None
    capacity_met: float | None = None
    """Largest metabolic rate this person can reach."""
    beta_blocker: bool = False

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("age_years", self.age_years, 5.0, 110.0),
            ("rest_bpm", self.rest_bpm, 30.0, 120.0),
            ("peak_bpm", self.peak_bpm, 60.0, 230.0),
            ("capacity_met", self.capacity_met, 1.5, 25.0),
        ):
            if value is not None and not least <= value <= most:
                raise ValueError(f"{name}: must lie between {least:g} and {most:g}, is {value:g}")
        if self.peak_bpm is not None and self.peak_bpm <= self.rest_bpm:
            raise ValueError(f"peak_bpm: must lie above rest_bpm, {self.rest_bpm:g}")


class Heart:
    """The heart rate of one person, told what work is done."""

    def __init__(self, person: SimulatedPerson, *, t_s: float = 0.0) -> None:
        settings = load_settings(PersonSettings, RULES, "person")
        kinetics = load_settings(KineticsSettings, RULES, "kinetics")
        lost_bpm = settings.peak_loss_bpm_per_year * person.age_years
        at_birth_bpm = (
            settings.peak_at_birth_beta_blocker_bpm
            if person.beta_blocker
            else settings.peak_at_birth_bpm
        )
        lost_met = settings.capacity_loss_met_per_year * person.age_years
        usual_met = max(settings.least_capacity_met, settings.capacity_at_birth_met - lost_met)
        self.rest_bpm = person.rest_bpm
        self.peak_bpm = max(self.rest_bpm + 1.0, person.peak_bpm or at_birth_bpm - lost_bpm)
        self.capacity_met = person.capacity_met or usual_met
        self.on_tau_s = _on_tau_s(kinetics, person.age_years)
        self.off_tau_s = self.on_tau_s * kinetics.off_over_on
        self._kinetics = kinetics
        self._t_s = t_s
        self._met = REST_MET
        self._followed_met = REST_MET
        self._falls_at_s = -math.inf
        self._fast_bpm = self.rest_bpm
        self._drift_bpm = 0.0

    def load(self, t_s: float, met: float) -> None:
        """From ``t_s`` on the work is ``met``; 1 is rest.

        A heavier load is followed at once, a lighter one after a delay.

        Raises
        ------
        ValueError
            If ``met`` is no metabolic rate.
        """
        if not (math.isfinite(met) and met >= 0.0):
            raise ValueError(f"met: must be a number of 0 or more, is {met}")
        if met == self._met:
            return
        t_s = max(t_s, self._t_s)
        self._advance(t_s)
        self._met = met
        if met >= self._followed_met:
            self._followed_met, self._falls_at_s = met, -math.inf
        elif self._falls_at_s < t_s:  # a fall that is already under way is not put off
            self._falls_at_s = t_s + self._kinetics.off_delay_s

    def bpm_at(self, t_s: float) -> float:
        """The rate at ``t_s``, in beats per minute; time never goes back."""
        self._advance(t_s)
        return min(self._fast_bpm + self._drift_bpm, self.peak_bpm)

    def _advance(self, t_s: float) -> None:
        if self._t_s < self._falls_at_s <= t_s:
            self._follow_until(self._falls_at_s)
            self._followed_met = self._met
        self._follow_until(t_s)

    def _follow_until(self, t_s: float) -> None:
        span_s = t_s - self._t_s
        if span_s <= 0.0:
            return
        fraction = self._reserve_fraction()
        target_bpm = self.rest_bpm + fraction * (self.peak_bpm - self.rest_bpm)
        tau_s = self.on_tau_s if target_bpm > self._fast_bpm else self.off_tau_s
        self._fast_bpm = target_bpm + (self._fast_bpm - target_bpm) * math.exp(-span_s / tau_s)
        kinetics = self._kinetics
        works = fraction >= kinetics.drift_from_fraction
        drift_bpm, drift_tau_s = (
            (kinetics.drift_bpm, kinetics.drift_tau_s) if works else (0.0, self.off_tau_s)
        )
        self._drift_bpm = drift_bpm + (self._drift_bpm - drift_bpm) * math.exp(
            -span_s / drift_tau_s
        )
        self._t_s = t_s

    def _reserve_fraction(self) -> float:
        """Share of the heart-rate reserve, which follows that of the oxygen reserve."""
        reserve_met = self.capacity_met - REST_MET
        return min(1.0, max(0.0, (self._followed_met - REST_MET) / reserve_met))


def _on_tau_s(kinetics: KineticsSettings, age_years: float) -> float:
    """Time constant of the rise, in seconds, by age."""
    span = kinetics.old_years - kinetics.young_years
    share = min(1.0, max(0.0, (age_years - kinetics.young_years) / span))
    return kinetics.young_on_tau_s + share * (kinetics.old_on_tau_s - kinetics.young_on_tau_s)
