"""The catalogue as a Markdown table, for docs/exercises.md."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.catalog.spec import ExerciseSpec

_COLUMNS: Final = ("id", "name", "kind", "views", "MET", "range", "form rules", "tags")
_KINDS: Final = {"repetition": "repetitions", "alternating": "per side", "hold": "hold"}


def exercise_table(specs: Iterable[ExerciseSpec]) -> str:
    """Markdown: one table per movement family, exercises by id."""
    ordered = sorted(specs, key=lambda spec: (spec.pattern, spec.id))
    parts = []
    for pattern, family in groupby(ordered, key=lambda spec: spec.pattern):
        rows = [_row(_COLUMNS), _row(["---"] * len(_COLUMNS)), *(_row(_cells(s)) for s in family)]
        parts.append("\n".join((f"### {pattern}", "", *rows)))
    return "\n\n".join(parts) + "\n"


def _cells(spec: ExerciseSpec) -> tuple[str, ...]:
    wanted = spec.range_of_motion
    reach = "" if wanted is None else f"{wanted.rest_deg:g} → {wanted.target_deg:g}°"
    rules = len(spec.form_rules) + len(spec.tempo_rules)
    return (
        f"`{spec.id}`",
        f"{spec.names.zh} · {spec.names.en}",
        _KINDS[spec.kind],
        ", ".join(spec.views),
        f"{spec.met.value:g}",
        reach,
        str(rules),
        ", ".join(tag.replace("_", " ") for tag in spec.tags),
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
