"""Somebody lays a hand on the head: the sign for a pause, made in the ways that people have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.synth.acting import Script
from aicoach.synth.imperfections import Imperfections

if TYPE_CHECKING:
    from aicoach.pose import PoseTrack
    from aicoach.skeleton import Side

_SEATED: Final = {"hip_flexion": 82.0, "knee_flexion": 85.0}
_LAP: Final = {"shoulder_flexion": 28.0, "shoulder_abduction": 10.0, "elbow_flexion": 45.0}
HANDS_ON_HEAD: Final = {
    "crown": (41.0, 148.0, 45.0, 115.0),
    "forehead": (21.0, 143.0, 46.0, 122.0),
    "crown, elbow before the body": (115.0, 12.0, -33.0, 112.0),
    "side of the crown, stiff shoulder": (105.0, 14.0, -28.0, 120.0),
}
"""Shoulder flexion, abduction and rotation, elbow flexion in degrees; the last two ways need no
more than 115 degrees of the shoulder."""
_BEFORE_S: Final = 2.0
_UP_S: Final = 1.0


def hand_on_head(  # noqa: PLR0913 - people differ in many ways; all have defaults
    way: str,
    *,
    side: Side = "right",
    yaw_deg: float = 0.0,
    seated: bool = False,
    hold_s: float = 2.5,
    fps: float = 15.0,
    noise: float = 0.012,
    seed: int = 0,
) -> PoseTrack:
    """Stand or sit, lay a hand on the head for ``hold_s`` from the third second, take it down.

    Raises
    ------
    KeyError
        If ``way`` is none of ``HANDS_ON_HEAD``.
    """
    rng = np.random.default_rng(seed)
    script = Script(rng, facing_deg=yaw_deg)
    if seated:
        script.begin({**_SEATED, **_LAP})
    names = ("shoulder_flexion", "shoulder_abduction", "shoulder_rotation", "elbow_flexion")
    up = {
        name: angle + script.chance(-5.0, 5.0)
        for name, angle in zip(names, HANDS_ON_HEAD[way], strict=True)
    }
    script.wait(_BEFORE_S)
    script.go(_UP_S, left=up if side == "left" else None, right=up if side == "right" else None)
    script.wait(hold_s)
    script.relax(1.0)
    script.wait(1.0)
    return script.play(
        duration_s=script.now_s, fps=fps, imperfections=Imperfections(noise=noise, drop_out=0.01)
    )
