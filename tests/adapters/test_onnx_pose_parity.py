"""The pose runtime sees what MediaPipe 0.10.21 sees, on the same frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.bench import reference as module
from aicoach.bench.pose import (
    ANGLE_BAR_DEG,
    PRESENCE_BAR,
    ClipAgreement,
    PoseAgreement,
    agreement_table,
    compare_clip,
    joint_angles_deg,
    read_frames,
)
from aicoach.bench.reference import Reference, ReferenceMissingError, find_interpreter
from aicoach.errors import VideoError
from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints

FRAMES_PER_CLIP = 25


@pytest.fixture(scope="module")
def reference():
    try:
        interpreter = find_interpreter()
    except ReferenceMissingError as missing:
        pytest.skip(str(missing))
    with Reference(interpreter) as running:
        yield running


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.thorough)])
def test_angles_and_presence_agree_with_mediapipe_on_the_clips(
    reference, data_dir: Path, every: int
):
    ours = OnnxPoseEstimator()
    paths = sorted((data_dir / "clips").glob("*.mp4"))[::every]
    clips = [compare_clip(path, ours, reference, FRAMES_PER_CLIP) for path in paths]
    agreement = PoseAgreement(tuple(clips))
    assert agreement.failures == ()
    assert agreement.angle_median_deg <= ANGLE_BAR_DEG
    assert agreement.same_presence >= PRESENCE_BAR
    assert agreement_table(agreement).row_count == len(paths) + 2


@pytest.mark.model
def test_a_single_frame_agrees_to_a_fraction_of_a_pixel(reference, data_dir: Path):
    frame = next(read_frames(data_dir / "clips" / "squat_18.mp4"))
    reference.reset()
    found, wanted = OnnxPoseEstimator().estimate(frame), reference.estimate(frame)
    assert np.abs(found.image.xy_px() - wanted.image.xy_px()).max() < 0.05
    assert np.abs(found.world.xyz_m - wanted.world.xyz_m).max() < 0.001
    assert np.abs(found.score - wanted.score).max() < 0.001


@pytest.mark.model
def test_the_reference_sees_nobody_in_a_black_frame_and_tells_its_cost(reference):
    reference.reset()
    before_s = reference.cpu_s
    assert reference.estimate(Frame(0.0, np.zeros((120, 160, 3), np.uint8))) is None
    assert reference.cpu_s > before_s


def test_an_interpreter_without_mediapipe_is_named(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(module.INTERPRETER_VARIABLE, str(tmp_path / "no-python"))
    with pytest.raises(ReferenceMissingError, match="no-python"):
        find_interpreter()
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv(module.INTERPRETER_VARIABLE, str(broken))
    with Reference() as stopped, pytest.raises(ReferenceMissingError, match="stopped"):
        stopped.estimate(Frame(0.0, np.zeros((400, 400, 3), np.uint8)))


def test_without_any_reference_the_error_tells_how_to_make_one(tmp_path: Path, monkeypatch):
    monkeypatch.delenv(module.INTERPRETER_VARIABLE, raising=False)
    monkeypatch.setattr(module, "_VENV_PYTHON", tmp_path / "python")
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ReferenceMissingError, match="make reference"):
        find_interpreter()


def test_joint_angles_are_those_of_a_figure_with_right_angles():
    image = np.zeros((33, 3))
    for side, (shoulder, elbow, wrist, hip, knee, ankle) in enumerate(
        [(11, 13, 15, 23, 25, 27), (12, 14, 16, 24, 26, 28)]
    ):
        image[shoulder, :2], image[elbow, :2], image[wrist, :2] = (0, 0), (0, 0.1), (0.1, 0.1)
        image[hip, :2], image[knee, :2] = (0, 0.5), (0.1 * (-1) ** side, 0.5)
        image[ankle, :2] = image[knee, :2] + (0, 0.1)
    pose = Pose(
        0.0, ImageKeypoints(image, (100, 100)), WorldKeypoints(np.zeros((33, 3))), np.ones(33)
    )
    assert joint_angles_deg(pose) == pytest.approx(np.full(6, 90.0))


def test_what_misses_its_bar_is_listed():
    bad = ClipAgreement("clip", np.array([1.0, 0.0]), np.full((1, 6), 3.0), np.zeros((1, 33)))
    assert len(PoseAgreement((bad,)).failures) == 2
    unseen = ClipAgreement("clip", np.ones(2), np.empty((0, 6)), np.empty((0, 33)))
    assert len(PoseAgreement((unseen,)).failures) == 1


def test_a_file_without_pictures_is_refused(tmp_path: Path):
    with pytest.raises(VideoError, match="holds no picture"):
        list(read_frames(tmp_path / "no.mp4"))
