"""The pose runtime: its parts on figures whose answer is known, the whole on real clips."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.adapters.onnx_pose.detector import anchor_centres, suppress
from aicoach.adapters.onnx_pose.landmarks import refine
from aicoach.adapters.onnx_pose.roi import Roi, sigmoid, to_network
from aicoach.bench.pose import read_frames
from aicoach.ports import PoseEstimator
from aicoach.pose import Frame
from aicoach.tracking.station import Outcome, Reason, Station

GRID = np.stack(np.meshgrid(np.arange(200), np.arange(160)), axis=-1)


@pytest.fixture(scope="module")
def estimator() -> OnnxPoseEstimator:
    return OnnxPoseEstimator()


@pytest.fixture
def clip(data_dir: Path):
    """Frames of a clip of the evaluation data, by name."""

    def read(name: str, n: int, first: int = 0) -> list[Frame]:
        return list(islice(read_frames(data_dir / "clips" / f"{name}.mp4"), first, first + n))

    return read


def hip_px(pose):
    return (pose.keypoint_px("left_hip") + pose.keypoint_px("right_hip")) / 2.0


# --- region of interest


@pytest.mark.parametrize(
    ("rim", "rotation_deg"), [((0, -10), 0.0), ((10, 0), 90.0), ((0, 10), 180.0), ((-10, 0), -90)]
)
def test_a_region_turns_so_that_the_head_is_up(rim, rotation_deg):
    roi = Roi.around(np.array([50.0, 50.0]), np.array([50.0, 50.0]) + rim)
    assert math.degrees(roi.rotation_rad) == pytest.approx(rotation_deg)
    assert roi.size_px == pytest.approx(25.0)
    assert roi.to_frame(np.array([0.5, 0.1])) - 50.0 == pytest.approx(np.array(rim), abs=1e-9)


def test_a_cut_shows_the_frame_where_the_region_lies():
    frame = np.dstack([GRID[..., 0], GRID[..., 1], np.zeros((160, 200))]).astype(np.uint8)
    roi = Roi((100.0, 80.0), 64.0, 0.3)
    cut = roi.cut(frame, 32, border=cv2.BORDER_REPLICATE).astype(float)
    at = np.stack(np.meshgrid(np.arange(32), np.arange(32)), axis=-1) / 32.0
    assert np.abs(cut[..., :2] - roi.to_frame(at)).max() <= 0.6


def test_a_letterbox_of_a_portrait_frame_is_black_at_both_sides():
    frame = np.full((200, 100, 3), 255, np.uint8)
    cut = Roi.whole((100, 200)).cut(frame, 64, border=cv2.BORDER_CONSTANT)
    assert cut[:, :15].max() == 0
    assert cut[:, 49:].max() == 0
    assert cut[2:62, 18:46].min() == 255


def test_the_nets_get_rgb_in_their_range():
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[..., 0] = 255  # blue
    for low in (0.0, -1.0):
        blob = to_network(picture, low, 1.0)
        assert blob.shape == (1, 3, 4, 4)
        assert blob[0, :, 0, 0] == pytest.approx([low, low, 1.0])


def test_a_region_without_size_or_place_is_not_looked_at():
    point = np.array([5.0, 5.0])
    assert not Roi.around(point, point).usable
    assert not Roi.around(np.array([np.nan, 0.0]), point).usable
    assert not Roi((1e6, 0.0), 100.0, 0.0).usable


# --- detector and heatmap


def test_there_are_as_many_anchors_as_the_net_has_boxes():
    anchors = anchor_centres()
    assert anchors.shape == (2254, 2)
    assert (anchors > 0.0).all()
    assert (anchors < 1.0).all()
    assert anchors[0] == pytest.approx([4 / 224, 4 / 224])
    assert anchors[2] == pytest.approx([12 / 224, 4 / 224])


def test_candidates_that_overlap_melt_by_their_scores_and_others_stay():
    def box(x):
        return [[x, 0.0], [x + 1.0, 1.0], [x + 0.5, 0.5]]

    score = np.array([0.6, 0.9, 0.8])
    (best, melted), (other, alone) = suppress(score, np.array([box(0.1), box(0.0), box(5.0)]))
    assert (best, other) == (0.9, 0.8)
    assert melted[0, 0] == pytest.approx(0.1 * 0.6 / 1.5)
    assert alone == pytest.approx(np.array(box(5.0)))


def test_nothing_found_melts_to_nothing():
    assert suppress(np.empty(0), np.empty((0, 6, 2))) == []


def test_a_sure_heatmap_draws_a_landmark_to_its_centre_of_mass():
    heatmap = np.full((1, 64, 64), -50.0, dtype=np.float32)
    heatmap[0, 31, 33] = heatmap[0, 31, 34] = 5.0
    found = refine(np.array([[0.5, 0.5]]), heatmap)
    assert found[0] == pytest.approx([33.5 / 64, 31 / 64], abs=1e-6)


@pytest.mark.parametrize(
    ("logit", "cell", "at"),
    [(-1.0, (31, 33), 0.5), (5.0, (31, 40), 0.5), (5.0, (31, 33), -0.2), (5.0, (31, 33), 1.2)],
)
def test_an_unsure_or_distant_heatmap_leaves_a_landmark_alone(logit, cell, at):
    heatmap = np.full((1, 64, 64), -50.0, dtype=np.float32)
    heatmap[0][cell] = logit
    assert refine(np.array([[at, 0.5]]), heatmap)[0] == pytest.approx([at, 0.5])


def test_a_heatmap_at_the_rim_counts_only_its_own_cells():
    heatmap = np.full((1, 64, 64), -50.0, dtype=np.float32)
    heatmap[0, 0, 0] = 5.0
    assert refine(np.array([[0.01, 0.01]]), heatmap)[0] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_extreme_logits_are_probabilities():
    assert sigmoid(np.array([-1e6, 0.0, 1e6])) == pytest.approx([0.0, 0.5, 1.0])


# --- the whole


def test_it_is_a_pose_estimator(estimator):
    assert isinstance(estimator, PoseEstimator)


@pytest.mark.model
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (2160, 3840), (640, 360)])
def test_a_black_frame_of_any_size_holds_nobody(estimator, size):
    estimator.reset()
    assert estimator.estimate(Frame(0.0, np.zeros((*size, 3), np.uint8))) is None


def test_a_frame_beyond_all_measure_is_refused(estimator):
    estimator.reset()
    with pytest.raises(ValueError, match="16384"):
        estimator.estimate(Frame(0.0, np.zeros((1, 20_000, 3), np.uint8)))
    with pytest.raises(ValueError, match="0 x 5"):
        estimator.estimate(Frame(0.0, np.zeros((5, 0, 3), np.uint8)))


@pytest.mark.model
def test_a_standing_man_is_found_where_he_is(estimator, clip):
    estimator.reset()
    for frame in clip("squat_18", 5):
        pose = estimator.estimate(frame)
        assert pose is not None
        assert pose.t_s == frame.t_s
    assert hip_px(pose) == pytest.approx((325.0, 195.0), abs=25.0)
    assert pose.keypoint_px("nose")[1] < pose.keypoint_px("left_knee")[1]
    assert pose.world.xyz_m[[23, 24]].mean(axis=0) == pytest.approx(np.zeros(3), abs=0.05)
    assert pose.score.min() >= 0.0
    assert pose.score[[11, 12, 23, 24]].min() > 0.9


@pytest.mark.model
@pytest.mark.parametrize("factor", [0.35, 2.0, 6.0])
def test_the_size_of_the_frame_hardly_matters(estimator, clip, factor):
    def run(frames):
        estimator.reset()
        return [estimator.estimate(frame) for frame in frames][-1]

    frames = clip("squat_18", 5)
    scaled = [Frame(f.t_s, cv2.resize(f.bgr, None, fx=factor, fy=factor)) for f in frames]
    gap = run(scaled).image.xyz[11:29, :2] - run(frames).image.xyz[11:29, :2]
    assert np.abs(gap).max() < 0.02


@pytest.mark.model
def test_the_same_frames_give_the_same_poses(estimator, clip):
    frames = clip("jumping_jack_05", 20)
    runs = []
    for _ in range(2):
        estimator.reset()
        runs.append([estimator.estimate(frame).image.xyz for frame in frames])
    assert np.array_equal(runs[0], runs[1])


@pytest.mark.model
def test_a_clock_that_runs_backwards_starts_another_recording(estimator, clip):
    frames = clip("squat_18", 6)
    estimator.reset()
    fresh = estimator.estimate(frames[0]).image.xyz
    for frame in frames[1:]:
        estimator.estimate(frame)
    assert np.array_equal(estimator.estimate(frames[0]).image.xyz, fresh)


@pytest.mark.model
def test_a_closed_estimator_forgot_the_person(clip):
    estimator = OnnxPoseEstimator()
    estimator.estimate(clip("squat_18", 1)[0])
    estimator.close()
    assert estimator.estimate(Frame(0.0, np.zeros((360, 640, 3), np.uint8))) is None


# --- the station


@pytest.mark.one_in(2)
@pytest.mark.model
@pytest.mark.parametrize("name", ["squat_18", "push_up_03"])
def test_a_station_changes_nothing_for_somebody_alone(estimator, clip, name):
    estimator.reset()
    follower = OnnxPoseEstimator(station=Station())
    for frame in clip(name, 30):
        assert np.array_equal(
            follower.estimate(frame).image.xyz, estimator.estimate(frame).image.xyz
        )


@pytest.mark.model
def test_a_table_that_looks_like_a_person_is_not_measured(estimator, clip):
    estimator.reset()
    follower = OnnxPoseEstimator(station=Station())
    fooled = 0
    for i, frame in enumerate(clip("none_05", 62)):  # 10 frames per second, empty until 6.2 s
        at = Frame(i / 10.0, frame.bgr)
        fooled += estimator.estimate(at) is not None
        seen = follower.see(at)
        assert seen.outcome is not Outcome.MEASURED
        assert seen.reason in (Reason.NOBODY, Reason.UNCONFIRMED)
    assert fooled > 20


@pytest.mark.model
@pytest.mark.slow
def test_a_passer_by_does_not_take_the_track_along(estimator, clip):
    """A picture of another person is pulled across the frame, in front of the resident."""
    resident = clip("squat_18", 220)[::2]
    other = [cv2.resize(f.bgr[:, 60:300], (135, 360)) for f in clip("baduanjin_03", 55)]
    estimator.reset()
    alone, plain, follower = estimator, OnnxPoseEstimator(), OnnxPoseEstimator(station=Station())
    wrong = {"plain": 0, "station": 0}
    for i, frame in enumerate(resident):
        bgr = frame.bgr.copy()
        left = -135 + 775 * (i - 30) // 55
        first, last = max(left, 0), min(left + 135, 640)
        if last > first:
            bgr[:, first:last] = other[i % 55][:, first - left : last - left]
        where = hip_px(alone.estimate(frame))
        for name, pose in (
            ("plain", plain.estimate(Frame(frame.t_s, bgr))),
            ("station", follower.estimate(Frame(frame.t_s, bgr))),
        ):
            wrong[name] += pose is not None and math.dist(hip_px(pose), where) > 35.0
    assert wrong["station"] <= 10  # the resident is hidden for about as long
    assert wrong["plain"] >= 2 * wrong["station"]
    assert pose is not None
