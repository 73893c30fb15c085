"""``aicoach doctor``: can this computer do it, how fast, and what is missing."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import typer

from aicoach import __version__
from aicoach.errors import BluetoothError, CameraError, CameraProblem, CoachError

UNUSABLE: Final = 1
LIBRARIES: Final = ("numpy", "opencv-python", "onnxruntime", "pydantic", "typer", "rich")
REAL_TIME_MS: Final = 33.3
N_TIMED_FRAMES: Final = 40

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    """'fail' makes ``aicoach analyse`` impossible, 'warn' something less."""
    what: str
    found: str
    remedy: str = ""


def doctor(
    camera: Annotated[int, typer.Option(min=0, metavar="N", help="Camera to try.")] = 0,
) -> None:
    """Look at libraries, models, devices, speed. Exit code 1: nothing can be analysed."""
    unusable = False
    marks = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
    typer.echo(f"aicoach {__version__}")
    for finding in examine(camera):
        unusable |= finding.level == "fail"
        typer.echo(f"[{marks[finding.level]}] {finding.what}: {finding.found}")
        if finding.remedy:
            typer.echo(f"       -> {finding.remedy}")
    if unusable:
        raise typer.Exit(UNUSABLE)


def examine(camera: int) -> Iterator[Finding]:
    """Every finding in turn, as it is made."""
    yield Finding(
        "ok",
        "computer",
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} CPU cores",
    )
    for library in LIBRARIES:
        yield _library(library)
    yield _opencv_twice()
    yield _catalogue()
    yield from _pose()
    yield _mediapipe()
    yield _camera(camera)
    yield _bluetooth()
    yield _screen()
    yield _speech()
    yield _chinese_letters()


def _library(name: str) -> Finding:
    from importlib import metadata  # noqa: PLC0415 - slow to load, and every command loads this

    try:
        return Finding("ok", name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding("fail", name, "not installed", f"pip install {name}")


def _opencv_twice() -> Finding:
    """All OpenCV wheels unpack into one folder: two of them break each other."""
    from importlib import metadata  # noqa: PLC0415

    wheels = ("opencv-python", "opencv-contrib-python", "opencv-python-headless")
    found = [name for name in wheels if _is_installed(name)]
    versions = {metadata.version(name) for name in found}
    if len(versions) > 1:
        return Finding(
            "warn", "OpenCV wheels", ", ".join(found), "keep one, or make their versions equal"
        )
    try:
        import cv2  # noqa: PLC0415
    except ImportError as problem:
        packages = "libgl1 libglib2.0-0 libsm6 libxext6"
        return Finding("fail", "OpenCV", str(problem), f"Debian: sudo apt-get install {packages}")
    return Finding("ok", "OpenCV", f"loads ({cv2.__version__})")


def _is_installed(name: str) -> bool:
    from importlib import metadata  # noqa: PLC0415

    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _catalogue() -> Finding:
    from aicoach.catalog import load_catalog  # noqa: PLC0415

    try:
        return Finding("ok", "exercises", f"{len(load_catalog())} files")
    except (CoachError, OSError) as problem:
        return Finding("fail", "exercises", str(problem), "reinstall aicoach")


def _pose() -> Iterator[Finding]:
    """The models by their checksums, then the speed on a drawn frame."""
    try:
        import numpy as np  # noqa: PLC0415

        from aicoach.adapters.onnx_pose import OnnxPoseEstimator  # noqa: PLC0415
        from aicoach.pose import Frame  # noqa: PLC0415

        estimator = OnnxPoseEstimator()
    except (CoachError, OSError, ImportError) as problem:
        yield Finding("fail", "pose models", str(problem), "reinstall aicoach")
        return
    yield Finding("ok", "pose models", "complete, checksums agree")
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    frames = [Frame(i / 30.0, noise) for i in range(N_TIMED_FRAMES)]
    spent_ms = _timed_ms(lambda i: estimator.estimate(frames[i]), len(frames))
    estimator.close()
    yield _speed("detector on 640x480", spent_ms)


def _timed_ms(work: Callable[[int], object], times: int) -> float:
    """Median wall time of one piece of work, in milliseconds."""
    spent = []
    for i in range(times):
        began = time.perf_counter()
        work(i)
        spent.append(time.perf_counter() - began)
    return 1000.0 * sorted(spent)[times // 2]


def _speed(what: str, spent_ms: float) -> Finding:
    found = f"{spent_ms:.1f} ms per frame, {1000.0 / spent_ms:.0f} frames per second"
    if spent_ms <= REAL_TIME_MS:
        return Finding("ok", what, found)
    return Finding(
        "warn", what, found, "live counting works from 8 frames per second; close other programs"
    )


def _mediapipe() -> Finding:
    from importlib import metadata  # noqa: PLC0415

    if _is_installed("mediapipe"):
        return Finding("ok", "mediapipe (optional)", metadata.version("mediapipe"))
    return Finding("ok", "mediapipe (optional)", "not installed; only --backend mediapipe needs it")


def _camera(number: int) -> Finding:
    from aicoach.adapters.camera import Camera  # noqa: PLC0415

    what = f"camera {number}"
    try:
        with Camera(number) as camera:
            frame = next(iter(camera))
    except CameraError as problem:
        only_analyse = "; only 'aicoach live' needs it"
        absent = problem.reason is CameraProblem.ABSENT
        return Finding(
            "warn", what, problem.reason.value + (only_analyse if absent else ""), problem.remedy
        )
    width, height = frame.size_px
    return Finding("ok", what, f"gives {width} x {height}")


def _bluetooth() -> Finding:
    from aicoach.adapters.heart_rate.ble import check_bluetooth  # noqa: PLC0415

    what, only = "Bluetooth (optional)", "only a heart-rate strap needs it"
    if not _is_installed("bleak"):
        return Finding("ok", what, f"library not installed; {only}: pip install 'aicoach[ble]'")
    try:
        check_bluetooth()
    except BluetoothError as problem:
        detail = f" ({problem.detail})" if problem.detail else ""
        return Finding("warn", what, f"{problem.reason.value}{detail}; {only}", problem.remedy)
    return Finding("ok", what, "works")


def _screen() -> Finding:
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return Finding("ok", "screen", "there is one")
    return Finding("warn", "screen", "none; only a window needs it", "run it at the computer")


def _speech() -> Finding:
    """Whether the coach can speak here, in either language."""
    from aicoach.adapters.voice import find_speech  # noqa: PLC0415

    what = "speech (optional)"
    found = {"Chinese": find_speech("zh"), "English": find_speech("en")}
    missing = [name for name, speech in found.items() if speech is None]
    speaks = [f"{name} with {speech.name}" for name, speech in found.items() if speech is not None]
    if not missing:
        return Finding("ok", what, ", ".join(speaks))
    without = f"none for {' and '.join(missing)}; there are captions and a beep"
    remedy = {"linux": "Debian: sudo apt-get install espeak-ng"}.get(
        sys.platform, "add the language's voice in the system settings"
    )
    return Finding("ok", what, "; ".join([*speaks, without]), remedy)


def _chinese_letters() -> Finding:
    try:
        from aicoach.adapters.lettering import writes_chinese  # noqa: PLC0415

        can = writes_chinese()
    except ImportError as problem:
        return Finding("warn", "Chinese captions", str(problem))
    if can:
        return Finding("ok", "Chinese captions", "can be written in the window")
    remedy = "pip install 'opencv-python>=5'"
    return Finding("ok", "Chinese captions", "this OpenCV has none; captions are English", remedy)
