"""Plays every exercise to its own counter and keeps the poses it passes through.

``python -m aicoach.bench.key_poses`` writes ``exercises/key_poses.toml``, with which
recognition compares. To be run again after a change of an exercise's motion or signals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.recognition_settings import recognition_settings
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import ExerciseSpec, View
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.pose import FloatArray
from aicoach.resources import resource_dir
from aicoach.synth import Truth, perform
from aicoach.tracking.comparison import Comparer, CyclePoses, Describer
from aicoach.tracking.cycles import Cycle
from aicoach.tracking.evidence import Evidence
from aicoach.tracking.history import History
from aicoach.tracking.repetitions import RepetitionCounter

VIEWS: Final[tuple[View, ...]] = ("side", "oblique", "front")
_FPS: Final = 15.0
_NOISE: Final = 0.012
_SEED: Final = 5
_HEADER: Final = """\
# Poses at the start and at the target of every exercise, as the synthetic person plays them
# and the exercise's own counter finds them, mean over all views. Made by
# `python -m aicoach.bench.key_poses`; not to be edited by hand.
"""


def key_poses_of(spec: ExerciseSpec) -> CyclePoses:
    """Mean poses over the counted cycles of all views.

    An exercise that is counted in no view is taken where it was played.
    """
    views = [list(_counted(spec, view)) for view in VIEWS]
    if not any(views):
        views = [list(_performed(spec, view)) for view in VIEWS]
    return _aligned_mean([_aligned_mean(cycles) for cycles in views if cycles])


def _counted(spec: ExerciseSpec, view: View) -> Iterator[CyclePoses]:
    """The cycles that the exercise's own counter finds."""
    _, features = _play(spec, view)
    counter = RepetitionCounter(spec, counting_settings())
    describer = Describer(recognition_settings())
    accepted: list[Evidence] = []
    for i, t_s in enumerate(features.t_s):
        accepted += counter.step(float(t_s), features.row(i)).accepted
    accepted += counter.finish(float(features.t_s[-1])).accepted
    for evidence in accepted:
        yield describer.describe(evidence.cycle, counter.history)


def _performed(spec: ExerciseSpec, view: View) -> Iterator[CyclePoses]:
    """The cycles that were played, there and back."""
    truth, features = _play(spec, view)
    describer, history = Describer(recognition_settings()), History()
    for i, t_s in enumerate(features.t_s):
        history.append(float(t_s), features.values[i], features.scores[i], 0.0)
    for start_s, end_s in truth.times:
        half_s = (end_s - start_s) / 2.0
        cycle = Cycle(
            trough_s=start_s,
            start_s=start_s,
            left_s=start_s,
            peak_s=start_s + half_s,
            end_s=end_s,
            trough=0.0,
            peak=1.0,
            low=0.0,
        )
        yield describer.describe(cycle, history)


def _play(spec: ExerciseSpec, view: View) -> tuple[Truth, FeatureTrack]:
    reps = 6 if spec.kind == "alternating" else 5
    played = perform(spec, reps=reps, view=view, fps=_FPS, noise=_NOISE, seed=_SEED)
    return played.truth, features_of_track(played.track)


def _aligned_mean(many: list[CyclePoses]) -> CyclePoses:
    comparer = Comparer(recognition_settings())
    return _mean([_aligned(one, many[0], comparer) for one in many])


def _aligned(poses: CyclePoses, like: CyclePoses, comparer: Comparer) -> CyclePoses:
    """The poses or their mirror image, whichever moves more like the other ones."""
    mirrored = comparer.mirrored(poses)
    weight = np.ones(len(poses.start))
    direct = comparer.of_motion(poses, like, weight)
    return mirrored if comparer.of_motion(mirrored, like, weight) < direct else poses


def _mean(many: list[CyclePoses]) -> CyclePoses:
    return CyclePoses(
        _mean_known([poses.start for poses in many]), _mean_known([poses.peak for poses in many])
    )


def _mean_known(rows: list[FloatArray]) -> FloatArray:
    values = np.array(rows)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, math.nan))


def written(poses: Mapping[str, CyclePoses]) -> str:
    """The text of ``key_poses.toml``."""
    columns = ",\n    ".join(f'"{name}"' for name in recognition_settings().columns)
    lines = [_HEADER, f"columns = [\n    {columns},\n]", ""]
    for exercise, own in poses.items():
        lines += [f"[exercises.{exercise}]", _row("start", own.start), _row("target", own.peak), ""]
    return "\n".join(lines)


def _row(name: str, values: FloatArray) -> str:
    numbers = ", ".join(f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" for value in values)
    return f"{name} = [{numbers}]".replace("-0.00", "0.00")


def main() -> None:
    """Play all exercises and write the file."""
    specs = [spec for spec in load_catalog().values() if spec.kind != "hold"]
    path: Path = resource_dir("exercises") / "key_poses.toml"
    path.write_text(written({spec.id: key_poses_of(spec) for spec in specs}), encoding="utf-8")


if __name__ == "__main__":
    main()
