"""Pose recordings on disk: the unit of replay, bug reports and evaluation.

The format is documented in docs/recording.md. A file is data from elsewhere: sizes are
checked against the archive's own directory before anything is allocated, and nothing in
it is ever executed (no pickles).
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from aicoach.adapters.files import whole_file
from aicoach.errors import RecordingError
from aicoach.pose import Pose, PoseTrack
from aicoach.skeleton import N_KEYPOINTS

SUFFIX: Final = ".npz"
MAX_BYTES: Final = 768 * 2**20
"""Largest unpacked recording that is read: over five hours at 30 frames per second."""
_LARGEST_SIDE_PX: Final = 32768
_PIXELS_BEYOND: Final = 20.0
"""A picture coordinate is a fraction; a typical one beyond this was written in pixels."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError)
"""What a truncated, altered, encrypted or oddly packed archive raises on reading."""


def read_recording(path: Path | str) -> PoseTrack:
    """Read and check a recording.

    Raises
    ------
    RecordingError
        If the file is missing, is no recording, or its arrays contradict each other;
        names the field and the problem.
    """
    path = Path(path)
    arrays = _read_arrays(path)
    t_s = arrays["t_s"]
    _check_times(path, t_s)
    for name, per_row in (
        ("image_xyzs", (N_KEYPOINTS, 4)),
        ("world_xyz", (N_KEYPOINTS, 3)),
    ):
        found, wanted = arrays[name].shape, (len(t_s), *per_row)
        if found != wanted:
            raise RecordingError(path, name, f"must have shape {wanted}, has {found}")
        if np.isinf(arrays[name]).any():
            raise RecordingError(path, name, "holds infinite values; NaN marks what is not seen")
    seen = np.abs(arrays["image_xyzs"][:, :, :2])
    seen = seen[np.isfinite(seen)]
    if seen.size and float(np.median(seen)) > _PIXELS_BEYOND:
        raise RecordingError(
            path, "image_xyzs", "x and y look like pixels, not fractions of the frame"
        )
    return PoseTrack(t_s, arrays["image_xyzs"], arrays["world_xyz"], _frame_size(path, arrays))


def read_recording_meta(path: Path | str) -> dict[str, Any]:
    """The recording's ``meta`` as a dictionary; empty where there is none or it is not JSON.

    Raises
    ------
    RecordingError
        If the file is missing or is no archive.
    """
    path = Path(path)
    with _open_archive(path) as archive:
        if "meta.npy" not in archive.namelist():
            return {}
        try:
            meta = json.loads(str(_read_member(path, archive, "meta", kinds="US").item()))
        except ValueError:
            return {}
    return meta if isinstance(meta, dict) else {}


def _open_archive(path: Path) -> zipfile.ZipFile:
    if not path.exists():
        raise RecordingError(path, "file", "there is no such file")
    if not path.is_file():
        raise RecordingError(path, "file", "is not a file")
    try:
        if path.stat().st_size == 0:
            raise RecordingError(path, "file", "is empty")
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        problem = "is not a recording (.npz), or it is truncated"
        raise RecordingError(path, "file", problem) from None
    except OSError as problem:
        raise RecordingError(path, "file", str(problem.strerror or problem)) from problem


def _read_arrays(path: Path) -> dict[str, NDArray[np.float64]]:
    names = ("t_s", "image_xyzs", "world_xyz", "frame_size")
    with _open_archive(path) as archive:
        present = {Path(name).stem for name in archive.namelist()}
        missing = [name for name in names if name not in present]
        if missing:
            raise RecordingError(path, missing[0], "is missing")
        unpacked = sum(archive.getinfo(f"{name}.npy").file_size for name in names)
        if unpacked > MAX_BYTES:
            limit = f"{MAX_BYTES // 2**20} MiB"
            raise RecordingError(path, "file", f"unpacks to more than {limit}")
        return {
            name: np.asarray(_read_member(path, archive, name, kinds="fiu"), dtype=np.float64)
            for name in names
        }


def _read_member(path: Path, archive: zipfile.ZipFile, name: str, kinds: str) -> NDArray[Any]:
    """One array, after its header agrees with the size that the archive states."""
    try:
        with archive.open(f"{name}.npy") as member:
            shape, _, dtype = _read_header(member)
        if dtype.kind not in kinds:
            raise RecordingError(path, name, f"must hold numbers, holds {dtype}")
        stated = archive.getinfo(f"{name}.npy").file_size
        if any(n < 0 for n in shape) or math.prod(shape) * dtype.itemsize > stated:
            raise RecordingError(path, name, f"is truncated: shape {shape} needs more data")
        with archive.open(f"{name}.npy") as member:
            array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
    except KeyError:
        raise RecordingError(path, name, "is missing") from None
    except _BROKEN as problem:
        raise RecordingError(path, name, f"cannot be read ({problem})") from problem
    return array


def _read_header(member: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(member)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(member)
    raise ValueError(f"unknown array format {version}")


def _check_times(path: Path, t_s: NDArray[np.float64]) -> None:
    if t_s.ndim != 1:
        raise RecordingError(path, "t_s", f"must have shape (T,), has {t_s.shape}")
    if not len(t_s):
        raise RecordingError(path, "t_s", "holds no frame")
    if not np.isfinite(t_s).all():
        row = int(np.flatnonzero(~np.isfinite(t_s))[0])
        raise RecordingError(path, "t_s", f"is not finite at row {row}")
    falls = np.flatnonzero(np.diff(t_s) <= 0)
    if falls.size:
        row = int(falls[0]) + 1
        problem = f"does not increase at row {row} ({t_s[row - 1]:.3f} s, then {t_s[row]:.3f} s)"
        raise RecordingError(path, "t_s", problem)


def _frame_size(path: Path, arrays: Mapping[str, NDArray[np.float64]]) -> tuple[int, int]:
    size = arrays["frame_size"]
    if size.shape != (2,):
        raise RecordingError(path, "frame_size", f"must have shape (2,), has {size.shape}")
    width, height = float(size[0]), float(size[1])
    if not (1 <= width <= _LARGEST_SIDE_PX and 1 <= height <= _LARGEST_SIDE_PX):
        raise RecordingError(path, "frame_size", f"is not a picture's size: {width} x {height}")
    return int(width), int(height)


class RecordingWriter:
    """Writes a recording pose by pose, in flat memory; the file appears when it is complete.

    A context manager. Leaving the block in an error, or by Ctrl-C, leaves no file; a
    recording without a single frame is not written either.
    """

    def __init__(
        self,
        path: Path | str,
        meta: Mapping[str, object],
        frame_size_px: tuple[int, int] | None = None,
    ) -> None:
        self.path = Path(path)
        self._meta = dict(meta)
        self._size = frame_size_px
        self._t_s: list[float] = []
        self._image: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._world: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__

    def __enter__(self) -> RecordingWriter:
        if not self.path.parent.is_dir():
            raise RecordingError(self.path, "file", "its folder does not exist")
        return self

    def append(self, t_s: float, pose: Pose | None, frame_size_px: tuple[int, int]) -> None:
        """Add one frame; None is a frame in which nobody was found.

        Raises
        ------
        RecordingError
            If ``t_s`` is not after the frame before.
        """
        if self._t_s and t_s <= self._t_s[-1]:
            raise RecordingError(
                self.path, "t_s", f"{t_s:.3f} s is not after {self._t_s[-1]:.3f} s"
            )
        image = np.full((N_KEYPOINTS, 4), np.nan, dtype=np.float32)
        world = np.full((N_KEYPOINTS, 3), np.nan, dtype=np.float32)
        if pose is not None:
            image[:, :3], image[:, 3], world[:] = pose.image.xyz, pose.score, pose.world.xyz_m
        self._image.write(image.tobytes())
        self._world.write(world.tobytes())
        self._t_s.append(t_s)
        self._size = self._size or frame_size_px

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._image, self._world:
            if kind is None and self._t_s and self._size:
                try:
                    self._complete()
                except OSError as full:
                    reason = f"cannot be written ({full.strerror or full})"
                    raise RecordingError(self.path, "file", reason) from full

    def _complete(self) -> None:
        n = len(self._t_s)
        with (
            whole_file(self.path) as part,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name, array in (
                ("t_s", np.asarray(self._t_s, dtype=np.float64)),
                ("frame_size", np.asarray(self._size, dtype=np.int32)),
                ("meta", np.asarray(json.dumps(self._meta, ensure_ascii=False))),
            ):
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)
            for name, spool, columns in (
                ("image_xyzs", self._image, 4),
                ("world_xyz", self._world, 3),
            ):
                header = {
                    "descr": "<f4",
                    "fortran_order": False,
                    "shape": (n, N_KEYPOINTS, columns),
                }
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array_header_1_0(member, header)
                    spool.seek(0)
                    shutil.copyfileobj(spool, member, 2**20)


def write_recording(path: Path | str, track: PoseTrack, meta: Mapping[str, object]) -> None:
    """Write a whole track; the counterpart of :func:`read_recording`.

    Raises
    ------
    RecordingError
        If the folder does not exist or the disk is full; no file is left then.
    """
    with RecordingWriter(path, meta, track.frame_size_px) as writer:
        for t_s, pose in track.poses():
            writer.append(t_s, pose, track.frame_size_px)
