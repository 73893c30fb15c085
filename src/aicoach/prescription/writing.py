"""Writes plans: JSON for machines, TOML with comments for people."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from aicoach.prescription.items import Item
from aicoach.prescription.parts import (
    Author,
    EffortAim,
    HeartRateAim,
    Intensity,
    Medications,
    MetAim,
    PlanModel,
    Progression,
    Resident,
    Volume,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.model import Prescription

_TABLES: Final[tuple[tuple[str, type[PlanModel]], ...]] = (
    ("author", Author),
    ("resident", Resident),
    ("medications", Medications),
    ("intensity", Intensity),
    ("intensity.heart_rate", HeartRateAim),
    ("intensity.effort", EffortAim),
    ("intensity.met", MetAim),
    ("session", Volume),
    ("progression", Progression),
)
_LISTS: Final = ("warm_up", "items", "cool_down")
_RECORDS: Final = ("overrides", "start_limits")
_WIDTH: Final = 100


def to_json(plan: Prescription) -> str:
    """The plan as JSON, without what was not given."""
    document = plan.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_toml(
    plan: Prescription,
    *,
    guide: bool = False,
    heading: str = "",
    specs: Mapping[str, ExerciseSpec] | None = None,
) -> str:
    """The plan as TOML.

    guide : every key is explained, and what was not given stands there as a comment.
    heading : comment lines above everything.
    specs : names of the exercises, for comments above the items.
    """
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines += [""] if lines else []
    skipped = {name for name, _ in _TABLES} | {*_LISTS, *_RECORDS, "substitutes", "scheme"}
    lines += _fields(plan, type(plan), skipped, guide)
    if plan.scheme != type(plan.scheme)():
        lines.append(f"scheme = {_inline(plan.scheme)}")
    for name, model in _TABLES:
        value: Any = plan
        for step in name.split("."):
            value = getattr(value, step)
        nested = {n.rpartition(".")[2] for n, _ in _TABLES if n.startswith(f"{name}.")}
        body = _fields(value, model, nested, guide)
        if value is None and guide:
            lines += ["", f"# [{name}]", *body]
        elif body and value is not None:
            lines += ["", f"[{name}]", *body]
    if plan.substitutes:
        lines += ["", "[substitutes]"] + ([_SUBSTITUTES] if guide else [])
        lines += [f"{key} = {_inline(other)}" for key, other in plan.substitutes.items()]
    for name in (*_RECORDS, *_LISTS):
        for one in getattr(plan, name):
            lines += ["", f"[[{name}]]" + _named(one, specs)]
            lines += _fields(one, type(one), set(), guide=False)
    return "\n".join(lines) + "\n"


_SUBSTITUTES: Final = "# Exercise to the one that stands in for it."


def _named(item: PlanModel, specs: Mapping[str, ExerciseSpec] | None) -> str:
    if specs is None or not isinstance(item, Item) or item.exercise not in specs:
        return ""
    names = specs[item.exercise].names
    return f" # {names.zh}, {names.en}"


def _fields(
    value: PlanModel | None, model: type[PlanModel], skipped: set[str], guide: bool
) -> list[str]:
    return list(_each(value, model, skipped, guide))


def _each(
    value: PlanModel | None, model: type[PlanModel], skipped: set[str], guide: bool
) -> Iterator[str]:
    """One line per field: what was given, and with ``guide`` what could be."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        if name in skipped:
            continue
        given = None if value is None else getattr(value, name)
        usual = given == info.get_default(call_default_factory=True)
        text = " ".join((info.description or "").split())
        comment = f" # {text}" if guide and text else ""
        if value is None or given is None:
            if guide:
                yield f"# {key} ={comment}"
        elif guide or not usual or info.is_required():
            line = f"{key} = {_inline(given)}"
            if comment and len(line + comment) > _WIDTH:
                yield comment.strip()
                comment = ""
            yield line + comment


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, PlanModel):
        pairs = (
            f"{info.alias or name} = {_inline(getattr(value, name))}"
            for name, info in type(value).model_fields.items()
            if getattr(value, name) is not None
            and (info.is_required() or getattr(value, name) != info.get_default())
        )
        return f"{{ {', '.join(pairs)} }}"
    return repr(value)
