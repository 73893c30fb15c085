"""Typed model of the decision tables; what does not fit is refused when they are read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from aicoach.catalog.spec import Key, Source, SpecModel

OutcomeName = Literal["proceed", "limited", "refer", "block"]
Allowed = Literal["none", "light_moderate", "any"]
Ceiling = Literal["light", "moderate"]
LiftName = Literal["staff", "clinician", "never"]
Evidence = Literal["S", "K", "D"]
RowId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$", max_length=32)]
BoundKey = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$", max_length=64)]
"""``section.key`` of screening.toml."""
Operator = Literal["at_least", "above", "at_most", "below"]
OPERATORS: tuple[Operator, ...] = ("at_least", "above", "at_most", "below")


class Test(SpecModel):
    """One comparison of a fact or an answer."""

    input: Key
    equals: Annotated[bool | str | None, Field(alias="is")] = None
    at_least: BoundKey | None = None
    above: BoundKey | None = None
    at_most: BoundKey | None = None
    below: BoundKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Test:
        if (self.equals is not None) + len(self.bounds) != 1:
            raise ValueError("give exactly one of is, at_least, above, at_most, below")
        return self

    @property
    def bounds(self) -> tuple[tuple[Operator, str], ...]:
        """The comparison with a threshold, or nothing."""
        keys = ((operator, getattr(self, operator)) for operator in OPERATORS)
        return tuple((operator, key) for operator, key in keys if key is not None)


class LimitTable(SpecModel):
    """Limits that a row or a condition brings; numbers are keys of screening.toml."""

    ceiling: Ceiling | None = None
    rpe_upper: BoundKey | None = None
    pain_stop: BoundKey | None = None
    hr_reserve_upper_pct: BoundKey | None = None
    met_below: BoundKey | None = None
    longest_hold_s: BoundKey | None = None
    cool_down_min: BoundKey | None = None
    forbid: tuple[Key, ...] = ()
    conditions: tuple[Key, ...] = ()
    effort_guided: bool = False
    staff_present: bool = False
    advice: tuple[Key, ...] = ()


class ConditionLimits(LimitTable):
    """What a condition asks for in every session."""

    disease: bool = False
    source: Source
    evidence: Evidence


class Row(SpecModel):
    """One rule: when it holds, and what follows."""

    id: RowId
    when: tuple[Test, ...] = ()
    conditions: tuple[Key, ...] = ()
    """Any of them; empty: everybody."""
    outcome: OutcomeName
    phrase: Key
    lift: LiftName = "staff"
    notify_staff: bool = False
    limits: LimitTable = LimitTable()
    if_unknown: Literal["hold", "skip"] = "hold"
    source: Source
    evidence: Evidence

    @model_validator(mode="after")
    def _somebody(self) -> Row:
        if not self.when and not self.conditions:
            raise ValueError("give 'when' or 'conditions'")
        return self


class Verdict(SpecModel):
    """What a clearance row says."""

    outcome: OutcomeName
    allowed: Allowed


class ClearanceRow(SpecModel):
    """One row of the enrolment algorithm; a missing answer does not matter."""

    id: RowId
    active: bool | None = None
    disease: bool | None = None
    symptoms: bool | None = None
    without: Verdict
    """As long as no clearance is recorded."""
    cleared: Verdict
    phrase: Key
    source: Source
    evidence: Evidence

    def fits(self, *, active: bool, disease: bool, symptoms: bool) -> bool:
        """Whether the row speaks of this combination."""
        return (
            self.active in (None, active)
            and self.disease in (None, disease)
            and self.symptoms in (None, symptoms)
        )


class Settable(SpecModel):
    """A bound that a clinician may set for one person."""

    limit: BoundKey
    stricter: Literal["lower", "higher"]
    looser: Literal["never", "with_author"]


class Release(SpecModel):
    """Roles that may lift."""

    staff: Annotated[tuple[Key, ...], Field(min_length=1)]
    clinician: Annotated[tuple[Key, ...], Field(min_length=1)]


class TablesFile(SpecModel):
    """The whole file screening_tables.toml."""

    version: Annotated[str, Field(min_length=1, max_length=16)]
    light_moderate: LimitTable
    """What "light to moderate" means, at enrolment and after staff lifted something."""
    release: Release
    settable: tuple[Settable, ...]
    clearance: tuple[ClearanceRow, ...]
    enrolment: tuple[Row, ...]
    day: tuple[Row, ...]

    @model_validator(mode="after")
    def _once(self) -> TablesFile:
        ids = [row.id for row in self.clearance]
        ids += [row.id for row in (*self.enrolment, *self.day)]
        for row_id in ids:
            if ids.count(row_id) > 1:
                raise ValueError(f"row '{row_id}' stands twice")
        return self
