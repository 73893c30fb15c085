"""How much of each way shows as movement: what ``[tempo] seen`` of an exercise file holds.

Every exercise is played at its own tempo from its first view and measured without the
correction; the median over the repetitions, as a share of the time that was asked for. Needs
no recording.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from aicoach.catalog import load_catalog
from aicoach.events import Repetition
from aicoach.rehearsal.resident import Manner
from aicoach.rehearsal.tapes import played_tape
from aicoach.tracking.tracker import ExerciseTracker

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec

REPETITIONS: Final = 8
SEEDS: Final = (3, 4)
TOLERANCE: Final = 0.1
"""A file's value may be off by this share of itself: what a change of the counting may move."""
RHYTHM_S: Final = 1.0
"""Ways that are asked to be shorter are rhythm: nobody is told their seconds."""
_FPS: Final = 30.0
_REST_S: Final = 6.0


def seen_shares(spec: ExerciseSpec) -> tuple[float, float] | None:
    """Eccentric and concentric time measured, over the time asked for; None: nothing counted."""
    bare = spec.model_copy(update={"tempo": spec.tempo.model_copy(update={"seen": (1.0, 1.0)})})
    tempo = spec.tempo
    found: list[Repetition] = []
    for seed in SEEDS:
        tape = played_tape(spec, Manner(seed=seed), REPETITIONS, 0.0)
        tracker = ExerciseTracker(bare, view=spec.views[0])
        mine: list[Repetition] = []
        for i in range(int(_FPS * (tempo.cycle_s * REPETITIONS + _REST_S))):
            events = tracker.step(i / _FPS, tape.at(i / _FPS, i / _FPS)).events
            mine += [event for event in events if isinstance(event, Repetition)]
        found += mine[1:]  # the first one begins at rest
    shares = []
    for asked_s, taken in (
        (tempo.eccentric_s, [one.phases.eccentric_s for one in found]),
        (tempo.concentric_s, [one.phases.concentric_s for one in found]),
    ):
        seen = [one for one in taken if one > 0.0]
        if asked_s and not seen:
            return None
        shares.append(median(seen) / asked_s if asked_s else 1.0)
    return shares[0], shares[1]


def run(*, only: str | None = None) -> bool:
    """Measure, print, and say whether every exercise file still holds what is measured."""
    table = Table("exercise", "in the file", "measured", "held")
    held = True
    for spec in load_catalog().values():
        rhythm = min(spec.tempo.eccentric_s, spec.tempo.concentric_s) < RHYTHM_S
        if spec.kind == "hold" or rhythm or not spec.id.startswith(only or ""):
            continue
        shares = seen_shares(spec)
        fits = shares is not None and all(
            abs(min(now, 1.0) - kept) <= TOLERANCE * kept
            for now, kept in zip(shares, spec.tempo.seen, strict=True)
        )
        held = held and fits
        now = "none counted" if shares is None else f"{shares[0]:.2f}, {shares[1]:.2f}"
        kept = "{:.2f}, {:.2f}".format(*spec.tempo.seen)
        table.add_row(spec.id, kept, now, "yes" if fits else "NO")
    Console().print(table)
    return held
