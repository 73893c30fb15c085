"""The form of a plan, made from the plan's own model: kinds, choices and ranges are not repeated.

Only which fields stand where is written here; their names are in ``phrases/desk.*.toml``.
"""

from __future__ import annotations

import types
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin

from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.prescription import Prescription
from aicoach.prescription.items import Item
from aicoach.prescription.parts import PlanModel
from aicoach.prescription.quantities import quantity_of
from aicoach.prescription.rules import table

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from aicoach.web.pages.staff.desk import Desk

SECTIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("about", ("title.zh", "title.en", "kind", "conditions", "forbidden_tags")),
    ("person", (
        "resident.birth_year", "resident.trained", "medications.beta_blocker",
        "medications.insulin", "medications.sulfonylurea_glinide", "medications.anticoagulant",
        "medications.nitrate",
    )),
    ("intensity", (
        "intensity.talk", "intensity.effort.lower", "intensity.effort.upper",
        "intensity.effort.stop_at", "intensity.pain_stop", "intensity.heart_rate.method",
        "intensity.heart_rate.lower_pct", "intensity.heart_rate.upper_pct",
        "intensity.heart_rate.lower_bpm", "intensity.heart_rate.upper_bpm",
        "intensity.heart_rate.rest_bpm", "intensity.heart_rate.max_source",
        "intensity.heart_rate.max_bpm", "intensity.heart_rate.hard_cap_bpm",
        "intensity.heart_rate.required",
    )),
    ("session", (
        "session.frequency_per_week", "session.min_rest_days_between_strength",
        "session.warm_up_min", "session.main_min", "session.cool_down_min",
        "session.total_min_max",
    )),
    ("progression", (
        "progression.type", "progression.pct", "progression.min_sessions_ok", "progression.cap",
    )),
)  # fmt: skip
ITEM_FIELDS: Final = (
    "exercise", "type", "mode", "sets", "reps_min", "reps_max", "hold_s", "duration_s", "side",
    "support", "tempo", "rest_between_sets_s", "rest_after_s", "per_week", "load.type", "load.kg",
    "load.band_colour", "rom.1.joint", "rom.1.target_deg", "rom.1.never_above_deg",
    "rom.1.never_below_deg", "cadence.max_per_min", "effort_upper", "pain_max",
    "allowance.role", "allowance.reason",
)  # fmt: skip
PARTS: Final = ("warm_up", "items", "cool_down")
LIMIT_FIELDS: Final = ("joint", "never_above_deg", "never_below_deg")
WHEN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "reps_min": ("mode", ("reps",)),
    "reps_max": ("mode", ("reps",)),
    "hold_s": ("mode", ("hold",)),
    "duration_s": ("mode", ("duration",)),
    "load.kg": ("load.type", ("dumbbell", "ankle_weight")),
    "load.band_colour": ("load.type", ("band",)),
    "intensity.heart_rate.lower_pct": ("intensity.heart_rate.method", ("hrr", "pct_hrmax")),
    "intensity.heart_rate.upper_pct": ("intensity.heart_rate.method", ("hrr", "pct_hrmax")),
    "intensity.heart_rate.lower_bpm": ("intensity.heart_rate.method", ("absolute",)),
    "intensity.heart_rate.upper_bpm": ("intensity.heart_rate.method", ("absolute",)),
    "intensity.heart_rate.max_bpm": ("intensity.heart_rate.max_source", ("measured", "clinician")),
    "progression.pct": ("progression.type", ("2for2", "weekly_pct")),
    "progression.min_sessions_ok": ("progression.type", ("2for2", "weekly_pct")),
    "progression.cap": ("progression.type", ("2for2", "weekly_pct")),
}
"""Fields that only make sense with others; a field that is filled is shown in any case."""


def form_of(desk: Desk) -> dict[str, Any]:
    """The form in the language of this browser, for the script that builds it."""
    return {
        "sections": [
            {
                "name": name,
                "title": desk.text(f"edit.section.{name}"),
                "fields": [_field(desk, Prescription, path) for path in paths],
            }
            for name, paths in SECTIONS
        ],
        "item": [_field(desk, Item, path) for path in ITEM_FIELDS],
        "limit": [_limit_field(desk, path) for path in LIMIT_FIELDS],
        "parts": {name: desk.text(f"edit.part.{name}") for name in PARTS},
        "modes": {one.id: _mode_of(one.kind) for one in desk.words.catalog.values()},
    }  # fmt: skip


def _mode_of(kind: str) -> str:
    """How an exercise of this kind is asked for, if nothing else is said."""
    return "hold" if kind == "hold" else "reps"


def _field(desk: Desk, model: type[PlanModel], path: str) -> dict[str, Any]:
    field = {"path": path, "label": desk.text(f"edit.field.{path.replace('.1.', '.')}")}
    if path in WHEN:
        field |= {"when": WHEN[path]}  # type: ignore[dict-item]
    return field | _kind(desk, path, *_shape(model, path))


def _limit_field(desk: Desk, path: str) -> dict[str, Any]:
    field: dict[str, Any] = {"path": path, "label": desk.text(f"edit.field.rom.{path}")}
    if path == "joint":
        return field | {"kind": "choice", "choices": _joints(desk)}
    return field | {"kind": "number", "unit": desk.text("edit.unit.deg")}


def _kind(  # noqa: PLR0911 - one answer for each kind of field
    desk: Desk, path: str, info: FieldInfo, annotation: Any
) -> dict[str, Any]:
    if path == "conditions":
        named = [[code, one.name(desk.language)] for code, one in conditions().items()]
        return {"kind": "many", "choices": named}
    if path == "forbidden_tags":
        named = [[code, one.name(desk.language)] for code, one in movement_tags().items()]
        return {"kind": "many", "choices": named}
    if path == "exercise":
        every = sorted(
            ([one.id, desk.words.exercise(one.id)] for one in desk.words.catalog.values()),
            key=lambda one: one[1],
        )
        return {"kind": "choice", "choices": every, "needed": True}
    if path.endswith(".joint"):
        return {"kind": "choice", "choices": _joints(desk)}
    if path.endswith(".reason"):
        return {"kind": "long"}
    options = _options(annotation)
    if options:
        chosen = [
            [one, desk.text(f"edit.choice.{path.rpartition('.')[2]}.{_key(one)}")]
            for one in options
        ]
        return {"kind": "choice", "choices": chosen, "needed": info.is_required()}
    quantity = quantity_of(info)
    if quantity is not None:
        low, high, unit = quantity.range()
        whole = int in _types(annotation)
        return {
            "kind": "whole" if whole else "number",
            "low": low,
            "high": high,
            "unit": desk.known(f"edit.unit.{unit}", ""),
        }
    found = _types(annotation)
    if bool in found:
        return {"kind": "yes"}
    if date in found:
        return {"kind": "date"}
    return {"kind": "number"} if found & {int, float} else {"kind": "text"}


def _joints(desk: Desk) -> list[list[str]]:
    return [[one, desk.words.joint(one)] for one in table("joint_lowest")]


def _key(option: str) -> str:
    return option.replace(":", "_")


@cache
def _shape(model: type[PlanModel], path: str) -> tuple[FieldInfo, Any]:
    """The field of the model at a path, and its type without ``Annotated``."""
    here: Any = model
    *steps, last = [step for step in path.split(".") if not step.isdigit()]
    for step in steps:
        here = _model_in(here.model_fields[step].annotation)
    info = here.model_fields[last]
    return info, info.annotation


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, PlanModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _options(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(one) for one in get_args(annotation))
    for part in get_args(annotation):
        found = _options(part)
        if found:
            return found
    return ()


def _types(annotation: Any) -> set[type]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return {annotation}
    if get_origin(annotation) in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        return set().union(*(_types(part) for part in get_args(annotation) if part is not None))
    return set()
