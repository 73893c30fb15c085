"""Joints at a time, out of a track of them: for the stick figures of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from aicoach.follow_up import PoseAt
    from aicoach.follow_up.stick_figures import Points
    from aicoach.pose import PoseTrack

NEAR_S: Final = 0.25
"""Joints of another moment than this show another pose."""
_LEAST_SCORE: Final = 0.3
"""A joint that the model hardly saw is not drawn."""


def joints_of(track: PoseTrack) -> PoseAt:
    """A function from a time to the joints, in pixels of the picture that was not kept."""
    width, height = track.frame_size_px

    def at(t_s: float) -> Points | None:
        row = int(np.argmin(np.abs(track.t_s - t_s)))
        if abs(float(track.t_s[row]) - t_s) > NEAR_S:
            return None
        xyzs = track.image_xyzs[row]
        seen = np.isfinite(xyzs[:, :2]).all(axis=1) & (np.nan_to_num(xyzs[:, 3]) >= _LEAST_SCORE)
        found = {
            int(i): (float(xyzs[i, 0]) * width, float(xyzs[i, 1]) * height)
            for i in np.flatnonzero(seen)
        }
        return found or None

    return at
