"""Tables 1, 2, 4 to 7 and 9: real recordings through the counter."""

from __future__ import annotations

import random
from typing import Final, get_args

from aicoach.bench.counting.altered import ALTERATIONS, Shape, joined, rebuilt
from aicoach.bench.counting.machine import (
    WORKERS,
    as_idle,
    count_as_all,
    count_features,
    counted_exercises,
    in_parallel,
    trial,
)
from aicoach.bench.counting.material import (
    NEAREST_EXERCISE,
    Label,
    Material,
    random_runs,
    reps_range,
)
from aicoach.bench.counting.trials import (
    Figure,
    Section,
    Trial,
    false_counts,
    missing_counts,
    share_in_range,
    share_within_one,
)
from aicoach.kinematics import features_of_track

SESSION_IDLE: Final = ("none_07.npz", "none_08.npz", "none_10.npz", "none_11.npz")
SESSION_SETS: Final = 12
_SESSION_SEED: Final = 7
_GAP_S: Final = 1.0
_OTHERS: Final = 5
_OTHERS_SEED: Final = 3
_RUNS: Final = 400
_RUNS_SEED: Final = 11
REBUILT_EXERCISES: Final = (
    "squat", "push_up", "pull_up", "jumping_jack", "sit_up", "lateral_raise", "overhead_press",
    "shoulder_abduction", "bench_press",
)  # fmt: skip
"""Exercises of the published data sets whose poses are normalised like that."""


def recordings(material: Material) -> Section:
    """Every certain recording of a set, as its exercise."""
    trials = _counted(material, "recordings", _certain(material, "recordings"))
    far = [t for t in trials if abs(t.off) > 1]
    off = Figure(what="off by more than one", value=len(far), trials=len(trials), at_most=0)
    return Section(
        key="recordings",
        title="Recordings",
        figures=(share_in_range(trials, 0.93), off),
        trials=trials,
    )


def rep_events(material: Material) -> Section:
    """Web clips whose events mean n - 1 to n + 1 repetitions."""
    trials = _counted(material, "rep-events", material.sets("rep-events"))
    return Section(
        key="rep-events",
        title="Web clips with event times",
        figures=(share_in_range(trials, 0.95, "within one"),),
        trials=trials,
    )


def idle(material: Material, workers: int = WORKERS) -> Section:
    """People who do not exercise, asked for every exercise."""
    exercises = counted_exercises(material.catalog.values())
    clips = [(p, allowed) for p, allowed in material.idle() if material.wants("idle", p.stem)]
    jobs = [(material.features(path), exercises) for path, _ in clips]
    trials: list[Trial] = []
    for (path, allowed), counts in zip(
        clips, in_parallel(count_as_all, jobs, workers), strict=True
    ):
        trials += as_idle(path.stem, allowed, counts)
    return Section(
        key="idle",
        title="Idle people, as every exercise",
        figures=(false_counts(trials, 5),),
        trials=tuple(trials),
    )


def sessions(material: Material) -> Section:
    """Idle clip, nobody, a set, nobody, the same idle clip."""
    trials = []
    for row in _session_sets(material):
        spec, set_path = material.catalog[row["exercise"]], material.path("recordings", row)
        for clip in SESSION_IDLE:
            idle_path = material.folder / "recordings" / clip
            name = f"{idle_path.stem} + {set_path.stem}"
            if material.wants("sessions", name):
                parts = [material.features(p) for p in (idle_path, set_path, idle_path)]
                count = count_features(spec, joined(tuple(parts), _GAP_S))
                trials.append(trial(name, spec.id, reps_range(row), count))
    return Section(
        key="sessions",
        title="Sessions: idle clip, set, idle clip",
        figures=(
            share_in_range(trials, 0.93),
            false_counts(trials, 3, "extra"),
            missing_counts(trials, None),
        ),
        trials=tuple(trials),
    )


def _session_sets(material: Material) -> list[Label]:
    """Sets of twelve different exercises, one of each by lot."""
    chance = random.Random(_SESSION_SEED)
    rows: dict[str, list[Label]] = {}
    for row in _certain(material, "recordings"):
        rows.setdefault(row["exercise"], []).append(row)
    exercises = sorted(rows)
    chance.shuffle(exercises)
    return [chance.choice(rows[exercise]) for exercise in exercises][:SESSION_SETS]


def other_exercise(material: Material) -> Section:
    """Every recording, asked for five exercises of other movement families."""
    chance = random.Random(_OTHERS_SEED)
    exercises = counted_exercises(material.catalog.values())
    trials, n = [], 0
    for row in material.labels("recordings"):
        if row["exercise"] not in material.catalog:
            continue
        pattern = material.catalog[row["exercise"]].pattern
        others = chance.sample([s for s in exercises if s.pattern != pattern], _OTHERS)
        path = material.path("recordings", row)
        if material.wants("other", path.stem):
            n += 1
            trials += [
                trial(path.stem, spec.id, (0, 0), count_features(spec, material.features(path)))
                for spec in others
            ]
    false = sum(t.counted for t in trials)
    per_recording = Figure(
        what="false per recording", value=false / max(n, 1), trials=n, at_most=0.1
    )
    return Section(
        key="other",
        title="Asked for another exercise",
        figures=(per_recording, false_counts(trials, None)),
        trials=tuple(trials),
    )


def ui_prmd(material: Material) -> tuple[Section, ...]:
    """Random runs of 2 to 10 repetitions of rehabilitation movements."""
    bars = {True: (0.93, 1.0), False: (0.75, 0.97)}
    sections = []
    for correct, runs in random_runs(material.takes, _RUNS, _RUNS_SEED).items():
        word = "correct" if correct else "incorrect"
        trials = []
        for take, first, n in runs:
            exercise = NEAREST_EXERCISE[take.movement]
            name = f"s{take.subject:02d} {first + 1}-{first + n}"
            if material.wants("ui-prmd", exercise):
                count = count_features(material.catalog[exercise], take.repetitions(first, n))
                trials.append(trial(name, exercise, (n, n), count))
        exact, near = bars[correct]
        sections.append(
            Section(
                key="ui-prmd",
                title=f"UI-PRMD, done {word}ly",
                figures=(share_in_range(trials, exact, "exact"), share_within_one(trials, near)),
                trials=tuple(trials),
                by_exercise=True,
            )
        )
    return tuple(sections)


def robustness(material: Material) -> Section:
    """The recordings again, made worse in several ways."""
    rows = [r for r in _certain(material, "recordings") if _wanted(material, "robustness", r)]
    trials, figures = [], []
    for words, alter in ALTERATIONS.items():
        altered = []
        for row in rows:
            path = material.path("recordings", row)
            features = features_of_track(alter(material.track(path)))
            count = count_features(material.catalog[row["exercise"]], features)
            altered.append(trial(f"{path.stem}, {words}", row["exercise"], reps_range(row), count))
        figures.append(share_in_range(altered, None, words))
        trials += altered
    return Section(
        key="robustness",
        title="The recordings made worse",
        figures=tuple(figures),
        trials=tuple(trials),
    )


def rebuilt_poses(material: Material) -> Section:
    """Recordings and web clips, normalised per frame and drawn anew; off by one is near."""
    trials, figures = [], []
    for shape in get_args(Shape):
        remade = []
        for folder in ("recordings", "rep-events"):
            for row in _certain(material, folder):
                path = material.path(folder, row)
                if row["exercise"] in REBUILT_EXERCISES and _wanted(material, "rebuilt", row):
                    features = features_of_track(rebuilt(material.track(path), shape))
                    count = count_features(material.catalog[row["exercise"]], features)
                    low, high = reps_range(row)
                    spare = 1 if folder == "recordings" else 0
                    wanted = (max(low - spare, 0), high + spare)
                    name = f"{path.stem}, {shape}"
                    remade.append(trial(name, row["exercise"], wanted, count))
        figures.append(share_in_range(remade, None, f"within one, {shape}"))
        trials += remade
    return Section(
        key="rebuilt",
        title="Rebuilt poses",
        figures=tuple(figures),
        trials=tuple(trials),
    )


def _certain(material: Material, folder: str) -> list[Label]:
    return [row for row in material.sets(folder) if row["certain"] == "y"]


def _wanted(material: Material, section: str, row: Label) -> bool:
    return material.wants(section, row["recording"].removesuffix(".npz"))


def _counted(material: Material, folder: str, rows: list[Label]) -> tuple[Trial, ...]:
    trials = []
    for row in rows:
        if _wanted(material, folder, row):
            path, spec = material.path(folder, row), material.catalog[row["exercise"]]
            count = count_features(spec, material.features(path))
            trials.append(trial(path.stem, spec.id, reps_range(row), count))
    return tuple(trials)
