"""From a file to resources that can be named: by id, by full address, or contained."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.ledger import Ledger, Node
from aicoach.errors import FhirError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES: Final = 64_000_000
MOST_ENTRIES: Final = 100_000
_PLANS: Final = ("CarePlan", "ServiceRequest")


@dataclass(slots=True)
class Resources:
    """All resources of one document."""

    name: str
    """Of the file, for errors."""
    all: list[Ledger] = field(default_factory=list)
    _by_name: dict[str, Ledger] = field(default_factory=dict)
    _inside: dict[tuple[int, str], Ledger] = field(default_factory=dict)

    def add(self, document: dict[str, Any], full_url: str | None) -> None:
        """Take a resource in, with what it contains."""
        kind = document["resourceType"]
        number = sum(1 for one in self.all if one.document["resourceType"] == kind) + 1
        name = kind if number == 1 else f"{kind}[{number}]"
        ledger = Ledger(name, document)
        self.all.append(ledger)
        if full_url:
            self._by_name[full_url] = ledger
        if isinstance(document.get("id"), str):
            self._by_name.setdefault(f"{kind}/{document['id']}", ledger)
        contained = document.get("contained")
        for inner in contained if isinstance(contained, list) else ():
            if isinstance(inner, dict) and isinstance(inner.get("id"), str):
                one = Ledger(f"{name}.contained({inner['id']})", inner)
                self._inside[(id(ledger), inner["id"])] = one
                self.all.append(one)
        if isinstance(contained, list):
            ledger.strike(("contained",))

    def of(self, kind: str) -> list[Ledger]:
        """Every resource of a kind."""
        return [one for one in self.all if one.document.get("resourceType") == kind]

    def find(self, reference: Node) -> Ledger | None:
        """The resource that a Reference names; None where it is not in the document."""
        address = reference.text("reference")
        if address is None:
            return None
        if address.startswith("#"):
            return self._inside.get((id(reference.ledger), address[1:]))
        address = address.split("/_history/")[0]
        found = self._by_name.get(address)
        if found is None and "/" in address:
            found = self._by_name.get("/".join(address.split("/")[-2:]))
        return found

    def require(self, reference: Node) -> Ledger:
        """The resource that a Reference names.

        Raises
        ------
        FhirError
            If it is not in the document: a plan without it would be another plan.
        """
        found = self.find(reference)
        if found is None:
            said = reference.text("reference") or "nothing"
            problem = f"names {said}, which is not in the file; export it together with the plan"
            raise FhirError(self.name, reference.place, problem)
        return found


def read_document(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    FhirError
        If it cannot be read, or is larger than any plan.
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST_BYTES:
            raise FhirError(path, "file", f"is larger than {LARGEST_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as problem:
        raise FhirError(path, "file", str(problem.strerror or problem)) from problem


def parse_document(content: bytes | str, name: str) -> Resources:
    """The resources of a Bundle, or of a CarePlan or ServiceRequest that stands alone.

    Raises
    ------
    FhirError
        If it is no JSON, no FHIR, or has no plan in it.
    """
    document = _json(content, name)
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise FhirError(name, "resourceType", "is missing; this is no FHIR document")
    kind = document["resourceType"]
    found = Resources(name)
    if kind == "Bundle":
        _unpack(document, found)
    elif kind in _PLANS:
        found.add(document, None)
    else:
        raise FhirError(name, "resourceType", f"is {kind}; give a Bundle, {' or '.join(_PLANS)}")
    if not any(found.of(one) for one in _PLANS):
        raise FhirError(name, "Bundle", f"has no {' and no '.join(_PLANS)}")
    return found


def _json(content: bytes | str, name: str) -> Any:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        if text.lstrip().startswith("<"):
            raise FhirError(name, "file", "is XML; export it as JSON (application/fhir+json)")
        return json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError as problem:
        raise FhirError(name, "file", "is not UTF-8 text") from problem
    except RecursionError as problem:
        raise FhirError(name, "file", "is nested too deeply") from problem
    except ValueError as problem:
        raise FhirError(name, "JSON", str(problem)) from problem


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no number")


def _unpack(bundle: dict[str, Any], found: Resources) -> None:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise FhirError(found.name, "Bundle.entry", "must be a list")
    if len(entries) > MOST_ENTRIES:
        raise FhirError(found.name, "Bundle.entry", f"has more than {MOST_ENTRIES:,} entries")
    for number, entry in enumerate(entries, start=1):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is None and isinstance(entry, dict):
            continue  # a deletion, or the answer of a server
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise FhirError(found.name, f"Bundle.entry[{number}]", "holds no resource")
        url = entry.get("fullUrl")
        found.add(resource, url if isinstance(url, str) else None)
