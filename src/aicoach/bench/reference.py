"""MediaPipe in an interpreter of its own, fed frame by frame.

MediaPipe 0.10.21 needs another NumPy and other Python versions than the product, so the
reference runs in a subprocess. Both sides get the very same pixels: OpenCV's wheels do
not decode every video alike, and that alone moves joint angles by half a degree.
"""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import numpy as np

from aicoach.errors import CoachError
from aicoach.pose import Frame, ImageKeypoints, Pose, WorldKeypoints
from aicoach.skeleton import N_KEYPOINTS

INTERPRETER_VARIABLE: Final = "AICOACH_MEDIAPIPE_PYTHON"
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_VENV_PYTHON: Final = _PACKAGE.parents[1] / ".venv-mediapipe" / "bin" / "python"
_REQUEST: Final = struct.Struct("<dII")  # t_s, width, height; then the pixels
_ANSWER: Final = struct.Struct("<?d")  # somebody found, CPU seconds spent; then the keypoints
_KEYPOINTS_SHAPE: Final = (N_KEYPOINTS, 7)  # image x, y, z, score; world x, y, z

# Only this package is lent to the other interpreter, not the libraries beside it.
_START: Final = """
import importlib.util, sys
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "aicoach", folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules["aicoach"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from aicoach.bench.reference import serve
serve()
"""


class ReferenceMissingError(CoachError):
    """No interpreter with mediapipe 0.10.21 is at hand."""

    def __init__(self, looked_at: str) -> None:
        super().__init__(
            f"no MediaPipe reference: {looked_at}; make one with `make reference`, "
            f"or name an interpreter that has mediapipe in {INTERPRETER_VARIABLE}"
        )
        self.looked_at = looked_at


def find_interpreter() -> Path:
    """Python that can run the reference: the one named by the environment, else the checkout's.

    Raises
    ------
    ReferenceMissingError
        If there is none.
    """
    named = os.environ.get(INTERPRETER_VARIABLE)
    if named:
        if Path(named).is_file():
            return Path(named)
        raise ReferenceMissingError(f"{INTERPRETER_VARIABLE} names {named}, which is not a file")
    if _VENV_PYTHON.is_file():
        return _VENV_PYTHON
    if importlib.util.find_spec("mediapipe") is not None:
        return Path(sys.executable)
    raise ReferenceMissingError(f"{_VENV_PYTHON} does not exist and mediapipe is not installed")


class Reference:
    """MediaPipe behind the PoseEstimator protocol, in another process; a context manager."""

    def __init__(self, interpreter: Path | None = None) -> None:
        self._command = [str(interpreter or find_interpreter()), "-c", _START, str(_PACKAGE)]
        self._process: subprocess.Popen[bytes] | None = None
        self.cpu_s = 0.0
        """CPU time spent inside ``estimate`` so far, user and system, all threads."""

    def __enter__(self) -> Reference:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def reset(self) -> None:
        """Forget the person: the next frame is the first of another recording."""
        self.close()

    def close(self) -> None:
        """End the other process."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # it may have ended by itself
                        pipe.close()
            self._process.wait()
            self._process = None

    def estimate(self, frame: Frame) -> Pose | None:
        """The person in ``frame`` as MediaPipe sees it; None where nobody is seen.

        Raises
        ------
        ReferenceMissingError
            If the other interpreter stopped, for want of mediapipe or another reason.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the reference has no pipes")
        width, height = frame.size_px
        try:
            process.stdin.write(_REQUEST.pack(frame.t_s, width, height))
            process.stdin.write(np.ascontiguousarray(frame.bgr).tobytes())
            process.stdin.flush()
            found, cpu_s = _ANSWER.unpack(_read_exactly(process.stdout, _ANSWER.size))
        except (BrokenPipeError, EOFError):
            raise ReferenceMissingError(f"{self._command[0]} stopped") from None
        self.cpu_s += cpu_s
        if not found:
            return None
        size = int(np.prod(_KEYPOINTS_SHAPE)) * 8
        keypoints = np.frombuffer(_read_exactly(process.stdout, size)).reshape(_KEYPOINTS_SHAPE)
        return Pose(
            frame.t_s,
            ImageKeypoints(keypoints[:, :3].copy(), frame.size_px),
            WorldKeypoints(keypoints[:, 4:].copy()),
            keypoints[:, 3].copy(),
        )


def serve() -> None:
    """Answer frames on standard input with poses on standard output, until it closes."""
    # The answers keep the pipe to themselves: whatever MediaPipe prints goes to stderr.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    import cv2  # noqa: PLC0415 - only this side runs it

    from aicoach.adapters.mediapipe_pose import MediaPipePoseEstimator  # noqa: PLC0415

    cv2.setNumThreads(1)
    estimator = MediaPipePoseEstimator()
    while True:
        try:
            t_s, width, height = _REQUEST.unpack(_read_exactly(requests, _REQUEST.size))
        except EOFError:
            break
        pixels = np.frombuffer(_read_exactly(requests, width * height * 3), dtype=np.uint8)
        frame = Frame(t_s, pixels.reshape(height, width, 3))
        started = time.process_time()
        pose = estimator.estimate(frame)
        cpu_s = time.process_time() - started
        answers.write(_ANSWER.pack(pose is not None, cpu_s))
        if pose is not None:
            columns = (pose.image.xyz, pose.score[:, None], pose.world.xyz_m)
            answers.write(np.hstack(columns).astype("<f8").tobytes())
        answers.flush()
    estimator.close()


def _read_exactly(pipe: IO[bytes], n_bytes: int) -> bytes:
    content = pipe.read(n_bytes)
    if len(content) < n_bytes:
        raise EOFError
    return content
