"""Names by which resources, codes and extensions are known outside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from aicoach.errors import FhirError

DEFAULT_SYSTEM: Final = "urn:aicoach:id"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
ACTIVITY_IG: Final = "http://hl7.org/fhir/us/physical-activity/CodeSystem/pa-temporary-codes"
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
STRUCTURE: Final = "http://hl7.org/fhir/StructureDefinition"

# Ours; docs/fhir.md lists every one of them.
CODES: Final = "urn:aicoach:codes"
EXERCISES: Final = "urn:aicoach:exercises"
CONDITIONS: Final = "urn:aicoach:conditions"
RULES: Final = "urn:aicoach:rules"
QUESTIONS: Final = "urn:aicoach:questions"
PLAN_EXTENSION: Final = "urn:aicoach:extension:exercise-plan"
ITEM_EXTENSION: Final = "urn:aicoach:extension:exercise-item"

_NAMESPACE: Final = uuid.UUID("6f0d3c1a-5a0e-5f0e-9a55-0c1b6a7d2e41")
"""Of every resource's id; changing it would make every resource another one."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Identifiers of one installation.

    ``system`` is a URI of the installation's own (``https://hospital.example/aicoach``):
    codes of residents are unique only within it.
    """

    system: str = DEFAULT_SYSTEM

    def __post_init__(self) -> None:
        parts = urlsplit(self.system)
        web = parts.scheme in ("http", "https") and bool(parts.netloc)
        if not web and not (parts.scheme == "urn" and ":" in parts.path):
            raise FhirError(self.system, "system", "must be a URI, https://... or urn:...")
        if any(c.isspace() or c in '|"<>' for c in self.system):
            raise FhirError(self.system, "system", "must be a URI, without blanks and | < >")

    def of(self, kind: str) -> str:
        """System of the identifiers of one kind: ``resident``, ``plan``, ``session`` ..."""
        between = ":" if self.system.startswith("urn:") else "/"
        return f"{self.system.rstrip('/:')}{between}{kind}"

    def full_url(self, kind: str, key: str) -> str:
        """The same ``urn:uuid`` for the same thing, today and in a year."""
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self.of(kind)}|{key}')}"

    def condition(self, kind: str, key: str, parameter: str = "identifier") -> str:
        """The search by which a server knows whether it has the resource already."""
        return f"{parameter}={quote(f'{self.of(kind)}|{key}', safe='')}"
