"""What a plan says and R4 has no element for, as an extension that can be read back.

FHIR R4 knows no sets, tempo or range of motion. So every field of the plan stands in one
extension under its own name, with a unit where it has one; docs/fhir.md lists the names by
pointing to docs/prescription.md. The model of the plan says how each is read back.
"""

from __future__ import annotations

import types
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from aicoach.adapters.fhir.addresses import UCUM
from aicoach.prescription.parts import PlanModel
from aicoach.prescription.quantities import quantity_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.elements import Json

_UCUM: Final = {
    "bpm": "/min",
    "1/min": "/min",
    "1/week": "/wk",
    "days": "d",
    "s": "s",
    "min": "min",
    "deg": "deg",
    "cm": "cm",
    "kg": "kg",
    "%": "%",
}
"""Units of a plan's numbers; counts and points of a scale are bare numbers."""
_FIRST, _SECOND, _CELL = "exercise", "by", "cell"


class ExtensionError(ValueError):
    """An extension is none of ours; ``field`` is where."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def extension_of(url: str, model: PlanModel, *but: str) -> Json:
    """The extension that holds what was given of a model, without the fields ``but``."""
    return {"url": url, "extension": list(_parts(model, but))}


def _parts(model: PlanModel, but: tuple[str, ...] = ()) -> Iterator[Json]:
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        given = name in model.model_fields_set and value is not None
        if name not in but and given:
            mark = quantity_of(info)
            unit = _UCUM.get(mark.range()[2]) if mark is not None else None
            yield from _written(info.alias or name, value, unit)


def _written(name: str, value: Any, unit: str | None = None) -> Iterator[Json]:
    if isinstance(value, PlanModel):
        yield {"url": name, "extension": list(_parts(value))}
    elif isinstance(value, dict):
        for key, other in value.items():
            pair = [{"url": _FIRST, "valueString": key}, {"url": _SECOND, "valueString": other}]
            yield {"url": name, "extension": pair}
    elif isinstance(value, tuple):
        for one in value:
            if isinstance(one, tuple):
                yield {"url": name, "extension": [c for v in one for c in _written(_CELL, v)]}
            else:
                yield from _written(name, one)
    else:
        yield {"url": name, **_value(value, unit)}


def _value(value: Any, unit: str | None) -> Json:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, date):
        return {"valueDate": value.isoformat()}
    if isinstance(value, str):
        return {"valueString": value}
    if unit is not None:
        return {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}
    return {"valueInteger": value} if isinstance(value, int) else {"valueDecimal": value}


def document_of(extension: Json, model: type[PlanModel], field: str) -> dict[str, Any]:
    """A model's document, as :func:`extension_of` wrote it; the model judges it afterwards.

    Raises
    ------
    ExtensionError
        If there is a name or a value in it that the model does not have.
    """
    hints = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
    found: dict[str, Any] = {}
    parts = extension.get("extension")
    if not isinstance(parts, list):
        raise ExtensionError(field, "holds nothing")
    for part in parts:
        name = part.get("url") if isinstance(part, dict) else None
        if name not in hints:
            raise ExtensionError(field, f"{name!r} is no field of a plan")
        _read_into(found, part, name, hints[name], f"{field}.{name}")
    return found


def _read_into(found: dict[str, Any], part: Json, name: str, hint: Any, field: str) -> None:
    kind = _plain(hint)
    origin = get_origin(kind)
    if origin is dict:
        pair = {p.get("url"): p.get("valueString") for p in part.get("extension", [])}
        if set(pair) != {_FIRST, _SECOND}:
            raise ExtensionError(field, "must hold two exercises")
        found.setdefault(name, {})[pair[_FIRST]] = pair[_SECOND]
    elif origin is tuple:
        inner = _plain(get_args(kind)[0])
        if get_origin(inner) is tuple:
            one: Any = [_scalar(p, field, str) for p in part.get("extension", [])]
        else:
            one = _one(part, inner, field)
        found.setdefault(name, []).append(one)
    elif name in found:
        raise ExtensionError(field, "stands twice")
    else:
        found[name] = _one(part, kind, field)


def _one(part: Json, kind: Any, field: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, PlanModel):
        return document_of(part, kind, field)
    return _scalar(part, field, kind)


def _scalar(part: Json, field: str, kind: Any) -> Any:
    values = [value for key, value in part.items() if key.startswith("value")]
    if len(values) != 1:
        raise ExtensionError(field, "must have one value")
    value = values[0].get("value") if isinstance(values[0], dict) else values[0]
    if isinstance(value, (dict, list)) or value is None:
        raise ExtensionError(field, "must have one value")
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)  # a server may write 3 as 3.0
    return value


def _plain(hint: Any) -> Any:
    """The type behind ``Annotated[...]`` and ``... | None``."""
    if get_origin(hint) is Annotated:
        return _plain(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return _plain(next(one for one in get_args(hint) if one is not type(None)))
    return hint
