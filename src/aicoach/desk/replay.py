"""Kept skeletons for a screen: fewer frames, whole numbers, nothing that a canvas cannot draw."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.pose import PoseTrack

FPS: Final = 15.0
"""A replay for the eye needs no more."""
SCALE: Final = 10_000
"""Of the picture's side, for x; y is in the same unit, so that a body keeps its shape."""
UNSEEN: Final = -32768
LEAST_SCORE: Final = 0.3
HEAD: Final = struct.Struct("<IHH")
"""Number of frames, and the size of the picture that was not kept, in pixels."""


def packed(track: PoseTrack) -> bytes:
    """The head; seconds of every frame as float32; x, y of 33 joints as int16.

    A joint that was not seen is ``UNSEEN`` twice.
    """
    rows = _thinned(track.t_s)
    width, height = track.frame_size_px
    xyzs = track.image_xyzs[rows]
    seen = np.isfinite(xyzs[..., :2]).all(axis=-1) & (np.nan_to_num(xyzs[..., 3]) >= LEAST_SCORE)
    points = np.nan_to_num(xyzs[..., :2]) * SCALE
    points[..., 1] *= height / width
    whole = np.clip(np.round(points), -32767, 32767).astype("<i2")
    whole[~seen] = UNSEEN
    times = track.t_s[rows].astype("<f4")
    head: bytes = HEAD.pack(len(rows), width, height)
    return head + times.tobytes() + whole.tobytes()


def _thinned(t_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows at most :data:`FPS` a second."""
    chosen, last = [], -np.inf
    for i, t in enumerate(t_s.tolist()):
        if t - last >= 1.0 / FPS - 1e-3:
            chosen.append(i)
            last = t
    return np.array(chosen, dtype=np.int64)
