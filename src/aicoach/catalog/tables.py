"""The catalogue as Markdown: docs/exercises.md is what ``exercises_page`` gives."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.catalog.spec import ExerciseSpec

_COLUMNS: Final = ("id", "name", "kind", "views", "MET", "range", "form rules", "tags")
_KINDS: Final = {"repetition": "repetitions", "alternating": "per side", "hold": "hold"}


_PAGE: Final = """# Exercises

{count} exercises, one file each in [exercises/](../exercises/README.md). This page is generated
from them by `aicoach.catalog.tables`.

*kind*: counted in repetitions, per side, or held for a time. *views*: where the camera may stand.
*MET*: energy cost by the 2011 Compendium of Physical Activities, the nearest code. *range*: the
angle a prescription speaks of, from the start pose to the default target. *form rules*: declared
checks, tempo included. *tags*: what a prescription or a condition may forbid. The values are
engineering defaults with their sources in the files, not medical advice.

{table}"""


def exercises_page(specs: Iterable[ExerciseSpec]) -> str:
    """The whole page docs/exercises.md."""
    specs = list(specs)
    return _PAGE.format(count=len(specs), table=exercise_table(specs))


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
