"""Collects the joints of a session while it runs, for a resident who agreed to keep them.

They stay in memory until the session is over: half an hour at fifteen frames a second is 25 MB.
A session that is cut off loses them, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aicoach.errors import CoachError
from aicoach.pose import PoseTrack
from aicoach.skeleton import N_KEYPOINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.adapters.store import Store
    from aicoach.observations import PoseSeen


class KeptJoints:
    """The joints of one session so far. No picture ever comes here: a pose holds none."""

    def __init__(self) -> None:
        self._t_s: list[float] = []
        self._rows: list[NDArray[np.float32]] = []
        self._size_px: tuple[int, int] | None = None

    def seen(self, observation: PoseSeen) -> None:
        """Take one analysed frame; one in which nobody was found is a gap."""
        if self._t_s and observation.t_s <= self._t_s[-1]:
            return
        row = np.full((N_KEYPOINTS, 7), np.nan, dtype=np.float32)
        pose = observation.pose
        if pose is not None:
            row[:, :3], row[:, 3], row[:, 4:] = pose.image.xyz, pose.score, pose.world.xyz_m
            self._size_px = self._size_px or pose.image.frame_size_px
        self._t_s.append(observation.t_s)
        self._rows.append(row)

    def track(self) -> PoseTrack | None:
        """All of them; None where nobody was ever found."""
        if self._size_px is None:
            return None
        rows = np.stack(self._rows).astype(np.float64)
        return PoseTrack(np.asarray(self._t_s), rows[:, :, :4], rows[:, :, 4:], self._size_px)


def joints_to_keep(store: Store, resident: str) -> KeptJoints | None:
    """Somewhere for the joints of a resident who agreed to it; None: nothing is collected."""
    try:
        return KeptJoints() if store.holds_consent(resident, "keypoints") else None
    except CoachError:  # a database that cannot be asked has not said yes
        return None


def keep_joints(store: Store, session_id: str, joints: KeptJoints | None) -> str | None:
    """Keep what was collected; what went wrong, in one line."""
    track = None if joints is None else joints.track()
    if track is None:
        return None
    try:
        store.keep_keypoints(session_id, track)
    except CoachError as problem:
        return str(problem)
    return None
