"""Who lives at the site: which plan each resident has, how they keep to it, what befalls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from aicoach.demo_site.chance import chance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from aicoach.prescription import Prescription

Pattern = Literal[
    "steady", "weekend_only", "improving", "dropping_out", "starting_late", "over_doing",
    "illness", "strap_often_lost", "plateau", "pain_episode",
]  # fmt: skip
PATTERNS: Final[tuple[Pattern, ...]] = (
    "steady", "weekend_only", "improving", "dropping_out", "starting_late", "over_doing",
    "illness", "strap_often_lost", "plateau", "pain_episode",
)  # fmt: skip

Finale = Literal[
    "fall", "heart_rate_cap", "heart_rate_cap_unseen", "safety_stop", "symptom", "not_recovered",
    "pain", "pain_stop", "effort", "asked_to_stop", "monitoring_lost", "turned_away",
    "few_sessions", "coverage", "fault_trend", "range_loss", "review_due", "dropout",
]  # fmt: skip
FINALES: Final[tuple[Finale, ...]] = (
    "fall", "heart_rate_cap", "heart_rate_cap_unseen", "safety_stop", "symptom", "not_recovered",
    "pain", "pain_stop", "effort", "asked_to_stop", "monitoring_lost", "turned_away",
    "few_sessions", "coverage", "fault_trend", "range_loss", "review_due", "dropout",
)  # fmt: skip
"""What the last days bring, one for every reason of the triage."""

_HEART: Final = frozenset(
    {"heart_rate_cap", "heart_rate_cap_unseen", "monitoring_lost", "coverage", "not_recovered"}
)
_QUIET: Final[frozenset[Pattern]] = frozenset(
    {"steady", "improving", "plateau", "pain_episode", "illness", "starting_late"}
)
"""Patterns that leave the last weeks to the finale."""
_SHARE: Final = 0.3
"""Of the residents have something in their last days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One resident in a few words."""

    number: int
    """1 is the first of the site data; the code is made of it."""
    plan: str
    """Name of the ready plan."""
    pattern: Pattern
    finale: Finale | None
    place: int
    """Which of the sites."""
    answered: bool = False
    """Staff have seen to the finale already."""

    @property
    def code(self) -> str:
        """As staff call the resident: no name, a number."""
        return f"R-{self.number:04d}"


def stories(
    seed: int, residents: int, plans: Mapping[str, Prescription], places: int, *, after: int = 0
) -> tuple[Story, ...]:
    """One story each; every plan, pattern and finale occurs when there are enough residents.

    after : the last number that is taken.
    """
    names = sorted(plans)
    slots = [
        (names[i % len(names)], PATTERNS[(i + i // len(names)) % len(PATTERNS)])
        for i in range(residents)
    ]
    draws = chance(seed, "stories")
    draws.shuffle(slots)
    finales = _finales(slots, plans, draws)
    firsts = set(list(finales)[: len(FINALES)])
    return tuple(
        Story(
            number=after + i + 1,
            plan=plan,
            pattern=pattern,
            finale=finales.get(i),
            place=i % places,
            answered=i in finales and i not in firsts and i % 3 == 0,
        )
        for i, (plan, pattern) in enumerate(slots)
    )


def _finales(
    slots: Sequence[tuple[str, Pattern]], plans: Mapping[str, Prescription], draws: Random
) -> dict[int, Finale]:
    found: dict[int, Finale] = {}
    order = list(range(len(slots)))
    draws.shuffle(order)
    wanted = max(len(FINALES), round(_SHARE * len(slots)))
    for k in range(wanted):
        finale = FINALES[k % len(FINALES)]
        free = (
            i for i in order if i not in found and _fits(finale, plans[slots[i][0]], slots[i][1])
        )
        at = next(free, None)
        if at is not None:
            found[at] = finale
    return found


def _fits(finale: Finale, plan: Prescription, pattern: Pattern) -> bool:
    if finale == "dropout":
        return pattern == "dropping_out"
    if pattern not in _QUIET:
        return False
    if finale in _HEART:
        return plan.intensity.heart_rate.method != "none"
    if finale == "pain_stop":  # a pain that ends an exercise without being high
        return plan.intensity.pain_stop is not None and plan.intensity.pain_stop < 5.0
    return True
