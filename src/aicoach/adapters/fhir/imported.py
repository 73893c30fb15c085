"""What an import came to: a draft, and an account of everything that was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from aicoach.adapters.fhir.ledger import Node
    from aicoach.adapters.fhir.wording import Words
    from aicoach.prescription import Prescription

FindingKind = Literal["understood", "not_understood", "left_out", "to_complete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was read, or is missing."""

    kind: FindingKind
    place: str
    """In the file (``CarePlan.activity[1].detail``), or in the draft (``items.1.sets``)."""
    text: str
    """For people, in the language of the import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPlan:
    """A draft for one resident, signed by nobody."""

    draft: Prescription
    """May lack what it needs; then ``complete`` is False."""
    complete: bool
    """Whether the draft can be read as a plan; a clinician must sign it in any case."""
    findings: tuple[Finding, ...]
    exported: Prescription | None = None
    """The plan as it was, where aicoach had written the bundle."""

    def of(self, kind: FindingKind) -> tuple[Finding, ...]:
        """Findings of one kind, in the order of the file."""
        return tuple(one for one in self.findings if one.kind == kind)


@dataclass(slots=True)
class Account:
    """Findings in the making."""

    words: Words
    findings: list[Finding] = field(default_factory=list)

    def note(self, kind: FindingKind, place: Node | str, key: str, /, **places: Any) -> None:
        """Add a finding, with a phrase of ``exchange.import``."""
        where = place if isinstance(place, str) else place.place
        text = self.words.say(f"import.{key}", **places)
        one = Finding(kind=kind, place=where, text=text)
        if one not in self.findings:
            self.findings.append(one)
