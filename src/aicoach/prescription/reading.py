"""Reads plans, TOML or JSON; every problem names the file and the field."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any, Final, Union, get_args, get_origin

from pydantic import ValidationError

from aicoach.catalog.loader import as_tuples
from aicoach.errors import PrescriptionError
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.check_exercises import nearest
from aicoach.prescription.checks import refuse
from aicoach.prescription.model import SCHEMA, Prescription
from aicoach.prescription.parts import PlanModel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST_BYTES: Final = 1_000_000
"""No plan is so large; something else was handed over."""


def read_prescription(path: Path) -> Prescription:
    """Read a plan from ``.toml`` or ``.json``.

    Raises
    ------
    PrescriptionError
        If the file is missing, malformed, or holds what a plan does not have. Whether the
        plan may be carried out is asked by ``require_runnable`` and ``session_limits``.
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST_BYTES:
            raise PrescriptionError(path, "file", f"is larger than {LARGEST_BYTES:,} bytes")
        content = path.read_bytes()
    except OSError as problem:
        raise PrescriptionError(path, "file", str(problem.strerror or problem)) from problem
    return parse_prescription(content, str(path))


def parse_prescription(content: str | bytes, name: str) -> Prescription:
    """Read a plan from text; ``name`` ends in ``.toml`` or ``.json`` and stands in errors.

    Raises
    ------
    PrescriptionError
        If the text is no plan.
    """
    document = _parsed(content, name)
    if not isinstance(document, dict):
        raise PrescriptionError(name, "file", "must be a table of fields")
    version = document.get("schema")
    if isinstance(version, int) and version != SCHEMA:
        raise PrescriptionError(name, "schema", f"is {version}; this aicoach reads {SCHEMA}")
    try:
        if name.lower().endswith(".json"):
            return Prescription.model_validate_json(json.dumps(document))
        return Prescription.model_validate(as_tuples(document))
    except ValidationError as problems:
        # A list of which every entry is wrong is not too short besides.
        said = [dict(p) for p in problems.errors() if p["type"] != "too_short" or p["input"] == ()]
        refuse(tuple(map(_in_words, said)), name)
        raise


def _parsed(content: str | bytes, name: str) -> Any:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        if name.lower().endswith(".json"):
            return json.loads(text, object_pairs_hook=_each_key_once)
        if name.lower().endswith(".toml"):
            return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as problem:
        raise PrescriptionError(name, "TOML", str(problem)) from problem
    except UnicodeDecodeError as problem:
        raise PrescriptionError(name, "file", "is not UTF-8 text") from problem
    except RecursionError as problem:
        raise PrescriptionError(name, "file", "is nested too deeply") from problem
    except ValueError as problem:
        raise PrescriptionError(name, "JSON", str(problem)) from problem
    raise PrescriptionError(name, "file", "must end in .toml or .json")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"'{key}' stands twice")
        found[key] = value
    return found


def _in_words(problem: dict[str, Any]) -> PlanProblem:
    """One error of the model, with the nearest known key for a misspelt one."""
    place, kind = tuple(problem["loc"]), problem["type"]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    if kind == "extra_forbidden":
        known = _known_keys(place[:-1])
        return PlanProblem(field, f"is not a key of a plan{nearest(str(place[-1]), known)}")
    if kind == "missing":
        return PlanProblem(field, "is missing")
    given = problem["input"]
    shown = f" (is {given!r})" if isinstance(given, str | int | float) else ""
    said = str(problem["msg"]).removeprefix("Value error, ").replace("Input should", "must")
    return PlanProblem(field or "file", f"{said}{shown}")


def _known_keys(place: tuple[str | int, ...]) -> list[str]:
    """Keys that the model knows at a place."""
    model: Any = Prescription
    for part in place:
        if isinstance(part, int):
            continue
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        if part not in fields:
            return []
        inner = _model_in(fields[part].annotation)
        if inner is None:
            return []
        model = inner
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_in(annotation: Any) -> type[PlanModel] | None:
    """The model inside ``Model | None`` or ``tuple[Model, ...]``."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, PlanModel) else None
    if get_origin(annotation) in (tuple, Union, types.UnionType):
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None
