"""Whether a bundle is what it claims: by the published R4B models, and by its own references.

R4B is the release of R4 that ``fhir.resources`` still has; the resources used here are the
same in both. The library is wanted for checking only, never for making a bundle.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from aicoach.errors import FhirError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST: int = 20
"""Faults that are named; a bundle with more has one cause."""


def can_check() -> bool:
    """Whether the models are installed (extra ``fhir``)."""
    return find_spec("fhir") is not None and find_spec("fhir.resources") is not None


def find_faults(bundle: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything by which a bundle is not valid R4; empty: it is.

    Raises
    ------
    FhirError
        If the models are not installed.
    """
    if not can_check():
        raise FhirError("--check", "fhir.resources", "is missing; pip install 'aicoach[fhir]'")
    found = [*_against_models(bundle), *_dangling(bundle), *_doubled(bundle)]
    more = len(found) - _MOST
    return (*found[:_MOST], *((f"and {more} more",) if more > 0 else ()))


def _against_models(bundle: Mapping[str, Any]) -> Iterator[str]:
    models: dict[str, Any] = {}
    shell = {**bundle, "entry": None}
    shell.pop("entry")
    for place, document in [
        ("Bundle", shell),
        *((f"entry {i}", one.get("resource", {})) for i, one in enumerate(bundle.get("entry", ()))),
    ]:
        name = document.get("resourceType")
        if name not in models:
            try:
                module = import_module(f"fhir.resources.R4B.{str(name).lower()}")
            except ModuleNotFoundError:
                yield f"{place}: {name} is no resource of R4"
                continue
            models[name] = getattr(module, name)
        try:
            models[name].model_validate(document)
        except ValidationError as problems:
            for problem in problems.errors():
                where = ".".join(str(part) for part in problem["loc"])
                yield f"{place}, {name}.{where}: {problem['msg']}"


def references(value: Any) -> Iterator[str]:
    """Every literal reference inside a resource."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def _dangling(bundle: Mapping[str, Any]) -> Iterator[str]:
    known = {one.get("fullUrl") for one in bundle.get("entry", ())}
    for place, one in enumerate(bundle.get("entry", ())):
        for reference in references(one.get("resource")):
            if reference.startswith("urn:uuid:") and reference not in known:
                yield f"entry {place}: {reference} is not in the bundle"


def _doubled(bundle: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for place, one in enumerate(bundle.get("entry", ())):
        url = one.get("fullUrl")
        if url in seen:
            yield f"entry {place}: {url} stands twice"
        seen.add(url)
