"""Inputs for the commands: a played recording, a drawn video, an empty room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from aicoach.adapters.recording import write_recording
from aicoach.adapters.video import VideoWriter
from aicoach.catalog import ExerciseSpec, load_catalog
from aicoach.cli import run
from aicoach.figure import film
from aicoach.synth import perform

SQUATS = 4
_SQUAT_PLAN = """
schema = 1
id = "squats"
status = "{status}"
kind = "fitness"
title = {{ zh = "深蹲计划", en = "Squat plan" }}
{signature}
[resident]
id = "R-0001"
birth_year = 1980

[medications]
beta_blocker = "no"
insulin = "no"
sulfonylurea_glinide = "no"

[intensity]
talk = "vigorous"
pain_stop = 4.0

[intensity.heart_rate]
method = "absolute"
lower_bpm = 90.0
upper_bpm = 130.0
hard_cap_bpm = 150.0

[intensity.effort]
lower = 3.0
upper = 6.0
stop_at = 8.0

[session]
frequency_per_week = 3
warm_up_min = 0.0
cool_down_min = 0.0

[[items]]
exercise = "squat"
type = "strength"
mode = "reps"
sets = 2
reps_min = 3
reps_max = 4
rest_between_sets_s = 30.0
rest_after_s = 30.0
"""
_SIGNATURE = """
valid_from = 2026-01-05
valid_until = 2026-12-31

[author]
id = "coach-1"
role = "coach"
"""


def squat_plan(*, signed: bool) -> str:
    """Two sets of squats for R-0001; ``signed``: in force by a coach, otherwise a draft."""
    return _SQUAT_PLAN.format(
        status="active" if signed else "draft", signature=_SIGNATURE if signed else ""
    )


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Aicoach = Callable[..., Ran]


@pytest.fixture
def aicoach(capsys: pytest.CaptureFixture[str]) -> Aicoach:
    """Run a command line in this process."""

    def call(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def squat() -> ExerciseSpec:
    return load_catalog()["squat"]


@pytest.fixture(scope="session")
def squats(squat: ExerciseSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of four squats from the side."""
    path = tmp_path_factory.mktemp("recordings") / "squats.npz"
    write_recording(path, perform(squat, reps=SQUATS, view="side").track, {})
    return path


@pytest.fixture(scope="session")
def nobody(squat: ExerciseSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of an empty room."""
    track = perform(squat, reps=1).track
    track.image_xyzs[:] = np.nan
    track.world_xyz[:] = np.nan
    path = tmp_path_factory.mktemp("recordings") / "nobody.npz"
    write_recording(path, track, {})
    return path


def write_pictures(path: Path, pictures: Sequence[np.ndarray], fps: float) -> Path:  # type: ignore[type-arg]
    with VideoWriter(path, fps) as video:
        for i, picture in enumerate(pictures):
            video.write(i / fps, picture)
    return path


@pytest.fixture(scope="session")
def drawn_video(squat: ExerciseSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn video of two squats from the side, 15 frames per second."""
    resident = perform(squat, reps=2, view="side", fps=15.0)
    pictures = [frame.bgr for frame in film(resident, size_px=(320, 240))]
    return write_pictures(tmp_path_factory.mktemp("videos") / "drawn.mp4", pictures, 15.0)


@pytest.fixture(scope="session")
def empty_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a grey wall."""
    pictures = [np.full((240, 320, 3), 90 + i % 3, np.uint8) for i in range(15)]
    return write_pictures(tmp_path_factory.mktemp("videos") / "empty.mp4", pictures, 15.0)
