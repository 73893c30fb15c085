"""Whether ``--exercise auto`` names the exercise, and keeps silent where there is none.

Sources: recordings of people who exercise (of two collections) and of people who do not,
and the synthetic person in every exercise and view, and idle in every kind. ``family left
out`` takes the exercise and its whole family out of the catalogue: what is left should not
be named, and be counted.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.recording import read_recording
from aicoach.bench.key_poses import VIEWS
from aicoach.bench.pose import default_data_dir
from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.synth import IDLE_KINDS, idle, perform
from aicoach.tracking.decision import UNKNOWN
from aicoach.tracking.recognition import AutoTracker

WRONG_BAR: Final = 0.05
"""Share of the recordings that may be given the name of another family."""
RIGHT_BAR: Final = 0.85
"""Share that must be given the right name, or one of its family."""
IDLE_BAR: Final = 0.05
"""Share of the recordings without exercise in which something may be counted."""

NOBODY_EXERCISES: Final = "none"
_SYNTH_FPS: Final = 15.0
_SYNTH_NOISE: Final = 0.012
_SYNTH_SEED: Final = 77  # another person than the one whose key poses were taken

Kind = Literal["right", "family", "unknown", "wrong"]
KINDS: Final[tuple[Kind, ...]] = ("right", "family", "unknown", "wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was made of one input."""

    source: str
    name: str
    exercise: str
    """What it is."""
    recognised: str
    kind: Kind
    confidence: float
    count: int
    expected: tuple[int, int]
    """Fewest and most repetitions that a person would count."""

    @property
    def counted(self) -> bool:
        """Whether the count is one that a person would give."""
        return self.expected[0] <= self.count <= self.expected[1]

    @property
    def line(self) -> str:
        """The outcome in words."""
        return (
            f"{self.source}/{self.name} ({self.exercise}): {self.recognised} "
            f"{self.confidence:.2f}, counted {self.count} of {self.expected}"
        )


@dataclass(frozen=True, slots=True)
class Recognition:
    """All outcomes."""

    outcomes: tuple[Outcome, ...]

    def of(self, source: str) -> tuple[Outcome, ...]:
        """The outcomes of one source."""
        return tuple(outcome for outcome in self.outcomes if outcome.source == source)

    def share(self, source: str, *kinds: Kind) -> float:
        """Share of a source's inputs that ended so; NaN without any."""
        kept = self.of(source)
        return sum(o.kind in kinds for o in kept) / len(kept) if kept else float("nan")

    @property
    def failures(self) -> tuple[str, ...]:
        """Bars that are missed."""
        missed = []
        if self.share("recordings", "wrong") > WRONG_BAR:
            missed.append(f"recordings: {self.share('recordings', 'wrong'):.0%} named wrongly")
        if self.share("recordings", "right", "family") < RIGHT_BAR:
            named = self.share("recordings", "right", "family")
            missed.append(f"recordings: {named:.0%} named rightly or within the family")
        idle = self.of("idle")
        if idle and sum(o.count > 0 for o in idle) / len(idle) > IDLE_BAR:
            missed.append(f"idle: counted in {sum(o.count > 0 for o in idle)} of {len(idle)}")
        return tuple(missed)


def run(
    data_dir: Path | None = None, *, only: str | None = None, console: Console | None = None
) -> Recognition:
    """Measure everything and print the tables; ``only`` takes inputs whose name begins so."""
    folder, catalog = data_dir or default_data_dir(), load_catalog()
    out = console or Console()
    outcomes = [
        *_recorded(folder / "recordings", catalog, only),
        *_recorded(folder / "idle", catalog, only),
        *_recorded(folder / "rep-events", catalog, only),
        *_without_family(folder / "recordings", catalog, only),
        *_played(catalog, only),
        *_idling(catalog, only),
    ]
    recognition = Recognition(tuple(outcomes))
    out.print(sources_table(recognition))
    out.print(exercises_table(recognition))
    for outcome in recognition.outcomes:
        nobody_exercises = outcome.exercise == NOBODY_EXERCISES
        if outcome.kind == "wrong" or (nobody_exercises and outcome.count):
            out.print(f"[yellow]wrong:[/] {outcome.line}")
    for failure in recognition.failures:
        out.print(f"[red]missed:[/] {failure}")
    return recognition


def recognise(features: FeatureTrack, catalog: Catalog) -> AutoTracker:
    """A tracker that has seen everything."""
    tracker = AutoTracker(catalog)
    seen = np.asarray(np.isfinite(features.values).any(axis=1))
    for i, t_s in enumerate(features.t_s):
        tracker.step_features(float(t_s), features.row(i) if seen[i] else None)
    tracker.finish()
    return tracker


def sources_table(recognition: Recognition) -> Table:
    """How often each source was named, and counted."""
    table = Table("source", *(["inputs", *KINDS, "count in range"]), title="Recognition")
    for source in dict.fromkeys(outcome.source for outcome in recognition.outcomes):
        kept = recognition.of(source)
        kinds = Counter(outcome.kind for outcome in kept)
        cells = [str(len(kept)), *(str(kinds[kind]) for kind in KINDS)]
        table.add_row(source, *cells, f"{sum(o.counted for o in kept)}")
    return table


def exercises_table(recognition: Recognition) -> Table:
    """How often each exercise was named, in recordings and played."""
    table = Table("exercise", "recordings", "right", "family", "synth", "right", "family")
    outcomes = recognition.outcomes
    for exercise in sorted({o.exercise for o in outcomes} - {NOBODY_EXERCISES}):
        cells = []
        for source in ("recordings", "synth"):
            kinds = Counter(o.kind for o in recognition.of(source) if o.exercise == exercise)
            cells += [str(kinds.total()), str(kinds["right"]), str(kinds["family"])]
        table.add_row(exercise, *(cell if cell != "0" else "" for cell in cells))
    return table


def _recorded(folder: Path, catalog: Catalog, only: str | None) -> Iterator[Outcome]:
    for row in _rows(folder, only):
        features = features_of_track(read_recording(folder / row["recording"]))
        source = "idle" if row["exercise"] == NOBODY_EXERCISES else folder.name
        yield _outcome(source, row, recognise(features, catalog), catalog)


def _without_family(folder: Path, catalog: Catalog, only: str | None) -> Iterator[Outcome]:
    for row in _rows(folder, only):
        if row["exercise"] not in catalog or catalog[row["exercise"]].kind == "hold":
            continue
        family = catalog[row["exercise"]].pattern
        rest = {spec.id: spec for spec in catalog.values() if spec.pattern != family}
        features = features_of_track(read_recording(folder / row["recording"]))
        tracker = recognise(features, Catalog(MappingProxyType(rest)))
        yield _outcome("family left out", row, tracker, catalog)


def _rows(folder: Path, only: str | None) -> Iterator[dict[str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["certain"] == "y" and row["recording"].startswith(only or ""):
                yield row


def _played(catalog: Catalog, only: str | None) -> Iterator[Outcome]:
    for spec in catalog.values():
        for view in VIEWS:
            name = f"{spec.id}_{view}"
            if not name.startswith(only or ""):
                continue
            played = perform(
                spec,
                reps=6 if spec.kind == "alternating" else 5,
                view=view,
                fps=_SYNTH_FPS,
                noise=_SYNTH_NOISE,
                seed=_SYNTH_SEED,
            )
            reps = str(0 if spec.kind == "hold" else played.truth.reps)
            row = {"recording": name, "exercise": spec.id, "reps_min": reps, "reps_max": reps}
            tracker = recognise(features_of_track(played.track), catalog)
            yield _outcome("synth", row, tracker, catalog)


def _idling(catalog: Catalog, only: str | None) -> Iterator[Outcome]:
    for kind in IDLE_KINDS:
        if kind.startswith(only or ""):
            track = idle(kind, fps=_SYNTH_FPS, seed=_SYNTH_SEED)
            none = {"exercise": NOBODY_EXERCISES, "reps_min": "0", "reps_max": "0"}
            tracker = recognise(features_of_track(track), catalog)
            yield _outcome("idle, synth", {"recording": kind, **none}, tracker, catalog)


def _outcome(source: str, row: dict[str, str], tracker: AutoTracker, catalog: Catalog) -> Outcome:
    return Outcome(
        source=source,
        name=row["recording"].removesuffix(".npz"),
        exercise=row["exercise"],
        recognised=tracker.recognised,
        kind=_kind(row["exercise"], tracker.recognised, catalog),
        confidence=tracker.confidence,
        count=tracker.summary().count,
        expected=(int(row["reps_min"]), int(row["reps_max"])),
    )


def _kind(exercise: str, recognised: str, catalog: Catalog) -> Kind:
    if recognised == UNKNOWN:
        return "right" if exercise == NOBODY_EXERCISES else "unknown"
    if recognised == exercise:
        return "right"
    if exercise in catalog and catalog[recognised].pattern == catalog[exercise].pattern:
        return "family"
    return "wrong"
