"""Videos as people have them: rotated, uneven, broken, not videos at all."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from aicoach.adapters.video import VideoReader, VideoWriter
from aicoach.errors import VideoError
from aicoach.pose import Frame


def write_video(path: Path, n_frames: int, fps: float, size_px: tuple[int, int] = (64, 48)) -> Path:
    codec = "MJPG" if path.suffix == ".avi" else "mp4v"
    video = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, size_px)
    assert video.isOpened()
    for i in range(n_frames):
        video.write(np.full((size_px[1], size_px[0], 3), i % 250, np.uint8))
    video.release()
    return path


def read(path: Path) -> tuple[list[Frame], list[str]]:
    with VideoReader(path, most_fps=0.0) as video:
        return list(video), video.notes


def red_quarter(frame: Frame) -> tuple[str, str]:
    height, width = frame.bgr.shape[:2]
    for row, y in (("top", height // 5), ("bottom", height - height // 5)):
        for column, x in (("left", width // 5), ("right", width - width // 5)):
            blue, _, red = frame.bgr[y, x].astype(int)
            if red - blue > 100:
                return row, column
    return "no", "red"


def test_a_plain_video_gives_every_frame_at_its_time(plain_video: Path) -> None:
    frames, notes = read(plain_video)
    assert len(frames) == 40
    assert np.allclose([frame.t_s for frame in frames], np.arange(40) / 30.0, atol=1e-3)
    assert notes == []


@pytest.mark.parametrize(
    ("degrees", "size_px", "quarter"),
    [
        (90, (240, 320), ("top", "right")),
        (180, (320, 240), ("bottom", "right")),
        (270, (240, 320), ("bottom", "left")),
    ],
)
def test_a_phone_video_is_turned_upright(
    rotated: Callable[[int], Path],
    degrees: int,
    size_px: tuple[int, int],
    quarter: tuple[str, str],
) -> None:
    frames, _ = read(rotated(degrees))
    assert frames[0].size_px == size_px
    assert red_quarter(frames[0]) == quarter


def test_a_variable_frame_rate_keeps_the_times_of_the_file(
    with_times: Callable[[list[tuple[int, int]]], Path],
) -> None:
    frames, _ = read(with_times([(20, 256), (20, 768)]))
    times = [frame.t_s for frame in frames]
    assert times[10] == pytest.approx(10 / 60, abs=2e-3)
    assert times[39] - times[30] == pytest.approx(9 / 20, abs=2e-3)


def test_frames_without_times_get_thirty_a_second(
    with_times: Callable[[list[tuple[int, int]]], Path],
) -> None:
    frames, notes = read(with_times([(40, 0)]))
    times = np.array([frame.t_s for frame in frames])
    assert (np.diff(times) > 0).all()
    assert notes


def test_an_absurd_frame_rate_is_replaced_and_told(
    with_times: Callable[[list[tuple[int, int]]], Path],
) -> None:
    frames, notes = read(with_times([(40, 15)]))
    assert frames[-1].t_s == pytest.approx(39 / 30, abs=1e-6)
    assert "1024 frames per second; 30 were assumed" in notes[0]


@pytest.mark.parametrize(("fps", "kept"), [(60.0, 16.0), (30.0, 16.0), (25.0, 16.0), (15.0, 15.0)])
def test_fast_video_is_thinned_to_what_counting_needs(
    tmp_path: Path, fps: float, kept: float
) -> None:
    path = write_video(tmp_path / "fast.mp4", 2 * round(fps), fps)
    with VideoReader(path) as video:
        assert video.kept_fps == pytest.approx(kept)
        times = np.array([frame.t_s for frame in video])
    assert (len(times) - 1) / (times[-1] - times[0]) == pytest.approx(kept, rel=0.06)
    assert np.diff(times).max() <= 1.0 / kept + 1.0 / fps


def test_a_hole_in_the_times_does_not_make_the_frames_after_it_come_faster(
    with_times: Callable[[list[tuple[int, int]]], Path],
) -> None:
    path = with_times([(30, 512), (1, 20 * 512), (30, 512)])
    with VideoReader(path) as video:
        times = np.array([frame.t_s for frame in video])
    assert (np.diff(times) > 0.03).all()


def test_a_truncated_video_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.avi", 40, 30.0)
    part = tmp_path / "part.avi"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    frames, notes = read(part)
    assert 5 < len(frames) < 35
    assert "damaged or truncated" in notes[0]


def no_file(folder: Path) -> Path:
    return folder / "absent.mp4"


def empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def text(folder: Path) -> Path:
    (folder / "text.mp4").write_text("not a video\n" * 500)
    return folder / "text.mp4"


def folder_with_a_videos_name(folder: Path) -> Path:
    (folder / "folder.mp4").mkdir()
    return folder / "folder.mp4"


def sound(folder: Path) -> Path:
    with wave.open(str(folder / "sound.mp4"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0" * 16000)
    return folder / "sound.mp4"


def without_index(folder: Path) -> Path:
    whole = write_video(folder / "whole.mp4", 40, 30.0, (320, 240))
    part = folder / "part.mp4"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return part


def picture(folder: Path) -> Path:
    cv2.imwrite(str(folder / "picture.jpg"), np.zeros((48, 64, 3), np.uint8))
    return folder / "picture.jpg"


def one_frame(folder: Path) -> Path:
    return write_video(folder / "one.mp4", 1, 30.0)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (no_file, "no such file"),
        (empty, "is empty"),
        (text, "is not a video"),
        (folder_with_a_videos_name, "is not a file"),
        (sound, "holds sound only"),
        (without_index, "is truncated"),
        (picture, "single picture"),
        (one_frame, "single picture"),
    ],
)
def test_what_is_no_video_is_refused_with_the_reason(
    tmp_path: Path, make: Callable[[Path], Path], problem: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(VideoError, match=problem) as raised:
        read(path)
    assert raised.value.path == path


def test_the_decoder_does_not_speak_on_stderr(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from aicoach.adapters.video import VideoReader\n"
        "from aicoach.errors import VideoError\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        with VideoReader(name) as video: list(video)\n"
        "    except VideoError: pass\n"
    )
    paths = [str(make(tmp_path)) for make in (text, sound, without_index)]
    done = subprocess.run(
        [sys.executable, "-c", script, *paths], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_a_written_video_keeps_the_times_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    times = [0.0, 0.1, 0.2, 0.6, 0.7]
    with VideoWriter(path, 10.0) as video:
        for i, t_s in enumerate(times):
            video.write(t_s, np.full((48, 64, 3), 40 * i + 20, np.uint8))
    frames, _ = read(path)
    assert len(frames) == 8
    brightness = [round((int(frame.bgr.mean()) - 20) / 40) for frame in frames]
    assert brightness == [0, 1, 2, 2, 2, 2, 3, 4]


def test_odd_sides_are_written(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    with VideoWriter(path, 10.0) as video:
        for i in range(5):
            video.write(i / 10, np.zeros((47, 63, 3), np.uint8))
    frames, _ = read(path)
    assert frames[0].size_px == (64, 48)


def test_a_hole_in_the_times_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "hole.avi"
    with VideoWriter(path, 10.0) as video:
        for t_s in (0.0, 36_000.0, 36_000.1):
            video.write(t_s, np.zeros((48, 64, 3), np.uint8))
    assert len(read(path)[0]) < 150


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_video_leaves_no_file_and_the_old_one_alone(
    tmp_path: Path, stop: type[BaseException]
) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with VideoWriter(path, 10.0) as video:
            video.write(0.0, np.zeros((48, 64, 3), np.uint8))
            raise stop

    with pytest.raises(stop):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
@pytest.mark.parametrize("name", ["out.mp4", "out.avi"])
def test_a_full_disk_is_an_error_and_leaves_no_file(tmp_path: Path, name: str) -> None:
    script = (
        "import resource, sys, numpy as np\n"
        "from aicoach.adapters.video import VideoWriter\n"
        "from aicoach.errors import VideoError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)\n"
        "try:\n"
        "    with VideoWriter(sys.argv[1], 10.0) as video:\n"
        "        for i in range(60): video.write(i / 10, np.roll(noise, 7 * i))\n"
        "except VideoError as problem: print(problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "check the free space" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.gif", "nowhere/out.mp4"])
def test_a_video_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(VideoError, match="cannot be written"), VideoWriter(tmp_path / name, 10.0):
        pytest.fail("was accepted")
