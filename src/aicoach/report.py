"""A set's summary as plain values for JSON: the report that integrators read.

The schema is documented in docs/report.md; a field is never renamed or removed without a
new ``SCHEMA``, while new fields may appear.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from aicoach import __version__
from aicoach.events import FormFault, Hold, NotAssessed

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec
    from aicoach.tracking.tracker import SetSummary

SCHEMA: Final = "aicoach.report/1"
_DECIMALS: Final = 4
"""A tenth of a millisecond, a ten-thousandth of a degree: far below what is measured."""

Source = Literal["video", "recording", "camera"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """What was analysed, and what happened to the input on the way."""

    name: str
    """The input as the caller named it."""
    source: Source
    frame_size_px: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    """What the reader had to repair, skip or give up, in words."""
    auto_confidence: float | None = None
    """With ``--exercise auto``: how sure the recognition is, [0, 1]."""
    target_rom_deg: float | None = None
    """The range of motion that was asked for; None: the exercise's own."""


def plain(value: object) -> Any:
    """``value`` as JSON knows it: no enum, no tuple, no dataclass, no NaN.

    A float that is not finite becomes None; a dataclass becomes a dictionary of its
    fields, in order.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(float(value), _DECIMALS) if math.isfinite(value) else None
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _not_assessed(items: Iterable[NotAssessed], spec: ExerciseSpec | None) -> list[dict[str, Any]]:
    """Each rule once per reason, however often it could not be judged, with its cue."""
    cues: dict[str, str] = {}
    if spec is not None:
        cues = {rule.id: rule.cue for rule in spec.form_rules}
        cues |= {rule.id: rule.cue for rule in spec.tempo_rules}
    return [{**plain(item), "cue": cues.get(item.rule)} for item in dict.fromkeys(items)]


def _hold(hold: Hold) -> dict[str, Any]:
    return {**plain(hold), "duration_s": plain(hold.duration_s)}


def _fault_counts(faults: Iterable[FormFault]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fault in faults:
        counts[fault.rule] = counts.get(fault.rule, 0) + 1
    return counts


def report_document(
    summary: SetSummary, analysed: Analysed, spec: ExerciseSpec | None = None
) -> dict[str, Any]:
    """The report of one input, ready for ``json.dumps``.

    spec : the exercise, or None when it is unknown (``auto`` that recognised nothing).
    """
    quality = plain(summary.quality)
    quality["notes"] = [*quality.get("notes", ()), *analysed.notes]
    return {
        "schema": SCHEMA,
        "aicoach": __version__,
        "input": {
            "name": analysed.name,
            "source": analysed.source,
            "frame_size_px": plain(analysed.frame_size_px),
        },
        "exercise": summary.exercise,
        "names": plain(spec.names.model_dump()) if spec else None,
        "kind": plain(summary.kind),
        "auto_confidence": plain(analysed.auto_confidence),
        "target_rom_deg": plain(analysed.target_rom_deg),
        "view": summary.view,
        "count": summary.count,
        "repetitions": plain(summary.repetitions),
        "rejected": plain(summary.rejected),
        "holds": [_hold(hold) for hold in summary.holds],
        "held_s": plain(math.fsum(h.duration_s for h in summary.holds if h.accepted)),
        "faults": plain(summary.faults),
        "fault_counts": _fault_counts(summary.faults),
        "not_assessed": _not_assessed(summary.not_assessed, spec),
        "quality": quality,
    }


def failure_document(name: str, problem: str) -> dict[str, Any]:
    """What stands in a folder's list for an input that could not be analysed."""
    return {
        "schema": SCHEMA,
        "aicoach": __version__,
        "input": {"name": name, "source": None, "frame_size_px": None},
        "error": problem,
    }
