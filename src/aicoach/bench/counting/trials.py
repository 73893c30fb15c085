"""The words of the counting bench: trials, figures with their bars, tables of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One input, asked for one exercise."""

    name: str
    exercise: str
    low: int
    """Smallest count that is right ..."""
    high: int
    """... and the largest."""
    counted: int
    story: str = ""
    """What was counted and refused, and when; of trials that failed only."""

    @property
    def off(self) -> int:
        """How far the count lies outside of what is right; below 0 is too few."""
        return min(self.counted - self.low, 0) + max(self.counted - self.high, 0)

    @property
    def wanted(self) -> str:
        """What is right, for a person."""
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number and the bar it is held against."""

    what: str
    value: float
    trials: int
    at_least: float | None = None
    at_most: float | None = None
    is_share: bool = False
    """A share of the trials, not a number of things."""

    @property
    def held(self) -> bool:
        """Whether the bar is met; a figure without a bar always holds."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    @property
    def bar(self) -> str:
        """The bar, for a person; empty where there is none."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def shown(self) -> str:
        """The number, for a person: counts whole, everything else with three places."""
        whole = not self.is_share and float(self.value).is_integer()
        return f"{self.value:.0f}" if whole else f"{self.value:.3f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the bench."""

    key: str
    """Its name, as ``only`` takes it."""
    title: str
    figures: tuple[Figure, ...]
    trials: tuple[Trial, ...]
    by_exercise: bool = False
    """Whether the figures are also shown per exercise."""

    @property
    def failures(self) -> tuple[Trial, ...]:
        """Trials that were miscounted, whether or not a bar is missed by them."""
        return tuple(trial for trial in self.trials if trial.off)


@dataclass(frozen=True, slots=True)
class CountingReport:
    """All tables."""

    sections: tuple[Section, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Bars that were missed; empty where all is well."""
        return tuple(
            f"{section.title}: {figure.what} {figure.shown}, bar {figure.bar}"
            for section in self.sections
            for figure in section.figures
            if not figure.held
        )


def share_in_range(trials: Sequence[Trial], bar: float | None = None, what: str = "") -> Figure:
    """Share of trials whose count is right."""
    right = sum(trial.off == 0 for trial in trials)
    return Figure(
        what=what or "in range",
        value=right / len(trials) if trials else float("nan"),
        trials=len(trials),
        at_least=bar,
        is_share=True,
    )


def share_within_one(trials: Sequence[Trial], bar: float | None = None, what: str = "") -> Figure:
    """Share of trials whose count is right or off by one."""
    near = sum(abs(trial.off) <= 1 for trial in trials)
    return Figure(
        what=what or "within one",
        value=near / len(trials) if trials else float("nan"),
        trials=len(trials),
        at_least=bar,
        is_share=True,
    )


def false_counts(trials: Sequence[Trial], bar: float | None, what: str = "false counts") -> Figure:
    """How much was counted beyond what is right, all trials together."""
    return Figure(
        what=what,
        value=sum(max(trial.off, 0) for trial in trials),
        trials=len(trials),
        at_most=bar,
    )


def missing_counts(trials: Sequence[Trial], bar: float | None, what: str = "missing") -> Figure:
    """How much was not counted that should have been, all trials together."""
    return Figure(
        what=what,
        value=sum(max(-trial.off, 0) for trial in trials),
        trials=len(trials),
        at_most=bar,
    )
