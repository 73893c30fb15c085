"""Recordings: a round trip, and everything that can be wrong with a file from elsewhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aicoach.adapters import recording
from aicoach.adapters.recording import (
    RecordingWriter,
    read_recording,
    read_recording_meta,
    write_recording,
)
from aicoach.errors import RecordingError
from aicoach.pose import PoseTrack

Arrays = dict[str, Any]


def arrays(n: int = 12) -> Arrays:
    rng = np.random.default_rng(7)
    image = rng.random((n, 33, 4)).astype(np.float32)
    world = rng.normal(0.0, 0.5, (n, 33, 3)).astype(np.float32)
    image[3], world[3] = np.nan, np.nan
    return {
        "t_s": np.arange(n) / 30.0,
        "image_xyzs": image,
        "world_xyz": world,
        "frame_size": np.array([640, 480]),
        "meta": json.dumps({"who": "nobody"}),
    }


def save(path: Path, changes: Callable[[Arrays], object] = lambda _: None) -> Path:
    content = arrays()
    changes(content)
    np.savez(path, **content)
    return path


def test_a_recording_survives_the_round_trip(tmp_path: Path) -> None:
    content = arrays()
    track = PoseTrack(content["t_s"], content["image_xyzs"], content["world_xyz"], (640, 480))
    write_recording(tmp_path / "a.npz", track, {"who": "没有人"})
    back = read_recording(tmp_path / "a.npz")
    assert np.array_equal(back.t_s, track.t_s)
    assert np.array_equal(back.image_xyzs, track.image_xyzs, equal_nan=True)
    assert np.array_equal(back.world_xyz, track.world_xyz, equal_nan=True)
    assert back.frame_size_px == (640, 480)
    assert read_recording_meta(tmp_path / "a.npz") == {"who": "没有人"}
    assert back.pose(3) is None


def test_what_we_write_numpy_reads(tmp_path: Path) -> None:
    track = read_recording(save(tmp_path / "a.npz"))
    write_recording(tmp_path / "b.npz", track, {})
    with np.load(tmp_path / "b.npz", allow_pickle=False) as file:
        assert file["image_xyzs"].dtype == np.float32
        assert file["world_xyz"].shape == (12, 33, 3)


def test_nobody_anywhere_is_a_recording(tmp_path: Path) -> None:
    def nobody(content: Arrays) -> None:
        content["image_xyzs"][:] = np.nan
        content["world_xyz"][:] = np.nan

    track = read_recording(save(tmp_path / "a.npz", nobody))
    assert all(pose is None for _, pose in track.poses())


def test_a_recording_without_meta_is_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", lambda content: content.pop("meta"))
    assert len(read_recording(path)) == 12
    assert read_recording_meta(path) == {}


def replaced(name: str, value: object) -> Callable[[Arrays], object]:
    return lambda content: content.update({name: value})


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        (lambda content: content.pop("world_xyz"), "world_xyz", "is missing"),
        (lambda content: content.pop("t_s"), "t_s", "is missing"),
        (replaced("image_xyzs", np.zeros((12, 33, 3))), "image_xyzs", "must have shape"),
        (replaced("world_xyz", np.zeros((11, 33, 3))), "world_xyz", "must have shape"),
        (replaced("t_s", np.zeros((12, 1))), "t_s", "must have shape"),
        (replaced("t_s", np.zeros(0)), "t_s", "holds no frame"),
        (replaced("t_s", np.r_[0, 1, 2, 2, np.arange(4, 12)]), "t_s", "not increase at row 3"),
        (replaced("t_s", np.r_[np.nan, np.arange(1, 12)]), "t_s", "is not finite at row 0"),
        (replaced("t_s", np.array(["a"] * 12)), "t_s", "must hold numbers"),
        (replaced("t_s", np.array([None] * 12)), "t_s", "must hold numbers"),
        (replaced("frame_size", np.array([640])), "frame_size", "must have shape"),
        (replaced("frame_size", np.array([0, 480])), "frame_size", "is not a picture's size"),
        (replaced("frame_size", np.array([np.nan, 480])), "frame_size", "is not a picture's size"),
        (replaced("world_xyz", np.full((12, 33, 3), np.inf)), "world_xyz", "infinite"),
        (replaced("image_xyzs", np.full((12, 33, 4), 300.0)), "image_xyzs", "look like pixels"),
    ],
)
def test_arrays_that_contradict_each_other_are_named(
    tmp_path: Path, change: Callable[[Arrays], object], field: str, problem: str
) -> None:
    path = save(tmp_path / "a.npz", change)
    with pytest.raises(RecordingError, match=problem) as raised:
        read_recording(path)
    assert raised.value.field == field


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_truncated_recording_is_refused(tmp_path: Path, share: float) -> None:
    whole = save(tmp_path / "whole.npz").read_bytes()
    path = tmp_path / "part.npz"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RecordingError, match=r"empty|truncated"):
        read_recording(path)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_an_altered_recording_is_refused(tmp_path: Path, at: float) -> None:
    content = arrays()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **content)
    data = bytearray(buffer.getvalue())
    start = int(len(data) * at)
    data[start : start + 40] = b"\xff" * 40
    path = tmp_path / "altered.npz"
    path.write_bytes(data)
    with pytest.raises(RecordingError):
        read_recording(path)


def test_a_file_that_unpacks_to_far_too_much_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MAX_BYTES", 2**22)
    path = save(tmp_path / "bomb.npz", lambda content: content.pop("world_xyz"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("world_xyz.npy", bytes(2**22 + 1))
    with pytest.raises(RecordingError, match="unpacks to more than"):
        read_recording(path)


def test_a_header_that_promises_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "lie.npz", lambda content: content.pop("world_xyz"))
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**12, 33, 3)}
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("world_xyz.npy", header.getvalue() + bytes(400))
    with pytest.raises(RecordingError, match="is truncated"):
        read_recording(path)


@pytest.mark.parametrize("make", ["absent", "folder", "text"])
def test_what_is_no_recording_is_refused(tmp_path: Path, make: str) -> None:
    path = tmp_path / "a.npz"
    if make == "folder":
        path.mkdir()
    if make == "text":
        path.write_text("hello")
    with pytest.raises(RecordingError) as raised:
        read_recording(path)
    assert raised.value.field == "file"


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_recording_leaves_nothing(tmp_path: Path, stop: type[BaseException]) -> None:
    def interrupted() -> None:
        with RecordingWriter(tmp_path / "a.npz", {}) as writer:
            writer.append(0.0, None, (640, 480))
            raise stop

    with pytest.raises(stop):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_times_that_do_not_increase_are_not_written(tmp_path: Path) -> None:
    def twice() -> None:
        with RecordingWriter(tmp_path / "a.npz", {}) as writer:
            writer.append(1.0, None, (640, 480))
            writer.append(1.0, None, (640, 480))

    with pytest.raises(RecordingError, match="is not after"):
        twice()
    assert list(tmp_path.iterdir()) == []


def test_every_real_recording_is_read(data_dir: Path) -> None:
    paths = sorted((data_dir / "recordings").glob("*.npz"))[:20]
    assert paths
    for path in paths:
        assert len(read_recording(path)) > 10
