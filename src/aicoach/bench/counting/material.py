"""What the bench measures on: recordings with their labels, read once and reduced once."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from aicoach.adapters.recording import read_recording
from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.pose import PoseTrack
from aicoach.skeleton import N_KEYPOINTS

Label = dict[str, str]

NEAREST_EXERCISE: Final = {
    1: "squat",
    2: "hurdle_step",
    3: "forward_lunge",
    4: "side_lunge",
    5: "sit_to_stand",
    6: "straight_leg_raise",
    7: "shoulder_abduction",
    8: "shoulder_extension",
    9: "shoulder_internal_external_rotation",
    10: "shoulder_scaption",
}
"""Movement of UI-PRMD -> the exercise of the catalogue that it is counted as."""
REPETITIONS_PER_TAKE: Final = 10
_KINECT_HZ: Final = 30.0
_KINECT_FRAME: Final = (640, 480)
_KINECT_HEIGHT_M: Final = 2.6
"""Height of the orthographic picture that the skeletons are drawn into."""
_FLOOR_M: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """Ten repetitions of one UI-PRMD movement by one person, end to end."""

    movement: int
    subject: int
    correct: bool
    first_rows: tuple[int, ...]
    """Row at which each repetition begins."""
    features: FeatureTrack

    def repetitions(self, first: int, n: int) -> FeatureTrack:
        """``n`` repetitions from number ``first`` (0 is the first) on."""
        start = self.first_rows[first]
        last = first + n
        end = self.first_rows[last] if last < REPETITIONS_PER_TAKE else len(self.features)
        part = slice(start, end)
        return FeatureTrack(
            self.features.t_s[part] - self.features.t_s[start],
            self.features.values[part],
            self.features.scores[part],
        )


@dataclass(eq=False)
class Material:
    """A folder of evaluation data; ``only`` takes inputs whose name begins so."""

    folder: Path
    only: tuple[str, ...] = ()
    catalog: Catalog = field(default_factory=load_catalog)
    _tracks: dict[Path, PoseTrack] = field(default_factory=dict)
    _features: dict[Path, FeatureTrack] = field(default_factory=dict)

    def wants(self, section: str, name: str = "") -> bool:
        """Whether an input is asked for, by its name or by its table's."""
        return not self.only or any(
            section.startswith(prefix) or (name and name.startswith(prefix)) for prefix in self.only
        )

    def labels(self, folder: str) -> list[Label]:
        """The rows of a folder's ``labels.csv``."""
        with (self.folder / folder / "labels.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def sets(self, folder: str) -> list[Label]:
        """Rows whose exercise has repetitions."""
        return [
            row
            for row in self.labels(folder)
            if row["exercise"] in self.catalog and self.catalog[row["exercise"]].kind != "hold"
        ]

    def idle(self) -> list[tuple[Path, dict[str, int]]]:
        """Recordings of people who do not exercise, and what may fairly be counted there."""
        rows = [("recordings", row) for row in self.labels("recordings")]
        rows += [("idle", row) for row in self.labels("idle")]
        return [
            (self.path(folder, row), _allowed(row.get("allowed", "")))
            for folder, row in rows
            if row["exercise"] == "none" and row["certain"] == "y"
        ]

    def path(self, folder: str, row: Label) -> Path:
        """Where a labelled recording is."""
        return self.folder / folder / row["recording"]

    def track(self, path: Path) -> PoseTrack:
        """A recording, kept for the next who asks."""
        if path not in self._tracks:
            self._tracks[path] = read_recording(path)
        return self._tracks[path]

    def features(self, path: Path) -> FeatureTrack:
        """Its features, kept for the next who asks."""
        if path not in self._features:
            self._features[path] = features_of_track(self.track(path))
        return self._features[path]

    @cached_property
    def takes(self) -> tuple[Take, ...]:
        """UI-PRMD: Kinect skeletons drawn orthographically from the front."""
        return tuple(_takes(self.folder / "ui-prmd"))


def reps_range(row: Label) -> tuple[int, int]:
    """The accepted range of a labelled recording."""
    return int(row["reps_min"]), int(row["reps_max"])


def _allowed(cell: str) -> dict[str, int]:
    """``sit_to_stand:2;squat:1`` as a dictionary."""
    pairs = (item.split(":") for item in cell.split(";") if item)
    return {exercise: int(times) for exercise, times in pairs}


def _takes(folder: Path) -> Iterator[Take]:
    with np.load(folder / "kinect.npz", allow_pickle=False) as archive:
        skeletons = np.asarray(archive["xyz"], dtype=float)
        joints = [str(joint) for joint in archive["joints"]]
    mapped = json.loads((folder / "blazepose_map.json").read_text(encoding="utf-8"))
    rows = {int(row): joints.index(joint.replace("~", "")) for row, joint in mapped.items()}
    with (folder / "continuous_recordings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start, n = int(row["kinect_start"]), int(row["frames_kinect"])
            points = np.full((n, N_KEYPOINTS, 3), np.nan)
            for keypoint, joint in rows.items():
                points[:, keypoint] = skeletons[start : start + n, joint] * (1.0, -1.0, -1.0)
            yield Take(
                int(row["movement"]),
                int(row["subject"]),
                row["correct"] == "1",
                tuple(map(int, row["rep_first_frames"].split())),
                features_of_track(_drawn(points)),
            )


def _drawn(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> PoseTrack:
    """Points in metres, y down, z away, as a camera far in front would see them."""
    middle = (points[:, 23] + points[:, 24]) / 2.0
    aspect = _KINECT_FRAME[0] / _KINECT_FRAME[1]
    image = np.full((len(points), N_KEYPOINTS, 4), np.nan)
    x, floor = np.nanmedian(points[..., 0]), np.nanmax(points[..., 1]) + _FLOOR_M
    image[..., 0] = (points[..., 0] - x) / (_KINECT_HEIGHT_M * aspect) + 0.5
    image[..., 1] = 1.0 - (floor - points[..., 1]) / _KINECT_HEIGHT_M
    image[..., 2] = points[..., 2] / _KINECT_HEIGHT_M
    image[..., 3] = np.isfinite(points[..., 0])
    times = np.arange(len(points)) / _KINECT_HZ
    return PoseTrack(times, image, points - middle[:, None], _KINECT_FRAME)


def random_runs(
    takes: tuple[Take, ...], n: int, seed: int
) -> dict[bool, list[tuple[Take, int, int]]]:
    """``n`` runs of 2 to 10 repetitions of correct and of incorrect takes.

    Each as (take, first repetition, repetitions).
    """
    chance = random.Random(seed)
    runs: dict[bool, list[tuple[Take, int, int]]] = {}
    for correct in (True, False):
        kind = [take for take in takes if take.correct == correct]
        runs[correct] = []
        for _ in range(n):
            take, length = chance.choice(kind), chance.randint(2, REPETITIONS_PER_TAKE)
            runs[correct].append((take, chance.randint(0, REPETITIONS_PER_TAKE - length), length))
    return runs
