"""A change of the plan that the data speak for. It is nothing until somebody signs it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aicoach.prescription import Prescription
    from aicoach.prescription.items import Item

What = Literal["load.kg", "load.band_colour", "reps", "hold_s", "duration_s", "sets"]
ProposalRule = Literal["2for2", "weekly_pct", "pain", "effort", "safety_stop"]
Value = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One measurement or answer that a proposal rests on."""

    session: str
    day: date
    what: str
    """``extra_reps``, ``volume``, ``pain``, ``effort``, or the rule of a stop."""
    value: float | None
    limit: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One variable of one item, before and after."""

    what: What
    before: Value
    after: Value
    unit: str
    item: Item
    """The item as it would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One change of one variable, why, and the plan as it would be."""

    direction: Literal["more", "less"]
    rule: ProposalRule
    plan_id: str
    base_version: int
    """The version it was reckoned from; of another one it says nothing."""
    field: str
    """Where the item stands in the plan, e.g. ``items.2``."""
    exercise: str
    what: What
    before: Value
    after: Value
    unit: str
    evidence: tuple[Evidence, ...]
    draft: Prescription
    """A draft of the next version, signed by nobody."""

    @property
    def key(self) -> str:
        """Phrase of ``phrases/staff.*.toml`` that says it."""
        return f"staff.proposal.{self.direction}"

    @property
    def because(self) -> str:
        """Phrase that says why."""
        return f"staff.proposal.because_{self.rule}".replace("2for2", "two_for_two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why nothing is proposed for an item yet: staff may decide without it."""

    field: str
    exercise: str
    key: str
    """Phrase of ``phrases/staff.*.toml``."""
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What the data speak for; each proposal stands alone, one is signed at a time."""

    proposals: tuple[Proposal, ...]
    waiting: tuple[Waiting, ...]


def drafted(plan: Prescription, index: int, item: Item) -> Prescription:
    """The next version of ``plan`` with one item changed: a draft that nobody has signed."""
    items = (*plan.items[:index], item, *plan.items[index + 1 :])
    return plan.model_copy(
        update={
            "version": plan.version + 1,
            "status": "draft",
            "signed_at": None,
            "valid_from": None,
            "author": None,
            "items": items,
        }
    )


def proposal(
    plan: Prescription,
    index: int,
    change: ItemChange,
    *,
    direction: Literal["more", "less"],
    rule: ProposalRule,
    evidence: tuple[Evidence, ...],
) -> Proposal:
    """The proposal of a change of the item at ``index``, 0 is the first."""
    return Proposal(
        direction=direction,
        rule=rule,
        plan_id=plan.id,
        base_version=plan.version,
        field=f"items.{index + 1}",
        exercise=plan.items[index].exercise,
        what=change.what,
        before=change.before,
        after=change.after,
        unit=change.unit,
        evidence=evidence,
        draft=drafted(plan, index, change.item),
    )
