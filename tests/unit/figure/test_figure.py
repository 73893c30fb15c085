from __future__ import annotations

import cv2
import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.errors import VideoError
from aicoach.figure import (
    Palette,
    contact_sheet,
    demonstration,
    draw_mannequin,
    film,
    render_demonstration,
    write_demonstration_video,
)
from aicoach.figure.room import room
from aicoach.synth import perform

CATALOG = load_catalog()
SIZE = (320, 240)


def near(image, colour, tolerance=12):
    return (np.abs(image.astype(int) - np.array(colour)) <= tolerance).all(-1)


def test_film_gives_one_frame_per_row_at_the_times_of_the_track():
    performance = perform(CATALOG["squat"], reps=1, fps=5.0)
    frames = list(film(performance, size_px=SIZE))
    assert [frame.t_s for frame in frames] == pytest.approx(list(performance.track.t_s))
    assert all(frame.size_px == SIZE for frame in frames)


def test_film_draws_the_person_where_the_truth_says():
    performance = perform(CATALOG["squat"], reps=1, view="front", fps=2.0)
    camera = performance.camera
    frame = next(film(performance))
    changed = (np.abs(frame.bgr.astype(int) - room(camera)).sum(-1) > 30).nonzero()
    points = camera.project_px(performance.body.keypoints[0])
    assert changed[1].min() == pytest.approx(points[:, 0].min(), abs=20)
    assert changed[0].min() == pytest.approx(points[:, 1].min(), abs=35)
    assert changed[1].max() == pytest.approx(points[:, 0].max(), abs=20)


def test_film_is_the_same_for_the_same_seed():
    performance = perform(CATALOG["squat"], reps=1, fps=1.0)
    one, same = (next(film(performance, grain=8.0, seed=5)).bgr for _ in range(2))
    assert np.array_equal(one, same)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("exercise", sorted(CATALOG))
def test_every_exercise_is_drawn_whole(exercise):
    loop = demonstration(CATALOG[exercise])
    palette = Palette()
    for t_s in (0.0, loop.target_s, loop.duration_s * 0.8):
        image = loop.render(t_s, SIZE)
        assert image.shape == (*SIZE[::-1], 3)
        drawn = near(image, palette.body) | near(image, palette.accent)
        assert drawn.sum() > 400
        edge = np.concatenate((drawn[:2].ravel(), drawn[-2:].ravel()))
        edge = np.concatenate((edge, drawn[:, :2].ravel(), drawn[:, -2:].ravel()))
        assert not edge.any()


def test_working_limbs_carry_the_accent_and_the_others_do_not():
    palette = Palette()
    squat = demonstration(CATALOG["squat"]).render(0.0, SIZE)
    assert near(squat, palette.accent).sum() > 200
    body = perform(CATALOG["squat"], reps=1, fps=1.0)
    plain = np.full((240, 320, 3), 255, np.uint8)
    draw_mannequin(plain, body.body, 0, body.camera.sized(SIZE))
    assert near(plain, palette.accent).sum() == 0


def test_the_demonstration_repeats_and_moves():
    loop = demonstration(CATALOG["squat"])
    start, target, again = (loop.render(t, SIZE) for t in (0.0, loop.target_s, loop.duration_s))
    assert np.abs(start.astype(int) - target).mean() > 1.0
    assert np.abs(start.astype(int) - again).mean() < 0.5


def test_another_view_may_be_asked_for():
    side, front = (
        render_demonstration(CATALOG["squat"], 0.0, SIZE, view=v) for v in ("side", "front")
    )
    assert np.abs(side.astype(int) - front).mean() > 0.5


def test_the_video_holds_the_loop(tmp_path):
    path = tmp_path / "squat.mp4"
    write_demonstration_video(CATALOG["squat"], path, size_px=SIZE, fps=5.0, loops=1)
    video = cv2.VideoCapture(str(path))
    frames = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    video.release()
    assert frames == pytest.approx(demonstration(CATALOG["squat"]).duration_s * 5.0, abs=1)


def test_a_video_that_cannot_be_written_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(VideoError, match=r"squat\.mp4"):
        write_demonstration_video(CATALOG["squat"], tmp_path / "missing" / "squat.mp4")


def test_the_contact_sheet_has_a_cell_for_every_exercise(tmp_path):
    path = tmp_path / "sheet.png"
    contact_sheet({k: CATALOG[k] for k in ("squat", "plank", "pull_up")}, path, columns=2)
    sheet = cv2.imread(str(path))
    assert sheet.shape[0] % 2 == 0
    assert sheet.shape[1] % 2 == 0
