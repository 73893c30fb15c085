"""The demonstrating coach as numbers for a browser: the body once, an exercise as moving bones.

A ball of the body is fixed to a bone; a bone has a place and a turn. So a frame is sixteen
bones, not a hundred and sixty balls, and what the browser draws between two frames keeps the
length of every limb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from aicoach.figure.demonstration import HZ, demonstration
from aicoach.figure.mannequin import FAR_BY_M, POINTS_AT_CAMERA_M, WORKS, Palette
from aicoach.figure.parts import FACE_PARTS, SOLIDS
from aicoach.synth.angles import angle_row
from aicoach.synth.body import body_of
from aicoach.synth.camera import VIEW_YAW_DEG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.figure.canvas import Colour
    from aicoach.figure.demonstration import Demonstration
    from aicoach.figure.props import Solid
    from aicoach.pose import FloatArray

Table = dict[str, Any]
BONES: Final[dict[str, str]] = {
    "pelvis": "mid_hip", "lumbar": "waist", "chest": "waist", "head": "head",
    **{
        f"{side}_{bone}": f"{side}_{joint}"
        for side in ("left", "right")
        for bone, joint in (
            ("thigh", "hip"), ("shank", "knee"), ("foot", "ankle"),
            ("upper_arm", "shoulder"), ("forearm", "elbow"), ("hand", "wrist"),
        )
    },
}  # fmt: skip
"""Bone -> the joint it hangs on."""
UNIT_M: Final = 1e-4
"""Places and turns are whole numbers of this: a tenth of a millimetre."""
_EVERY: Final = 2
"""Of the demonstration's moments: 15 frames a second; the browser draws between them."""
_NOT_DRAWN: Final = frozenset({*FACE_PARTS, "left_sleeve", "right_sleeve"})


def mannequin_table() -> Table:
    """The body and how it is painted: the same for all exercises.

    A ball is bone, place in the bone (left, up, forward, metres), radius.
    """
    body = body_of(angle_row({})[None])
    names = list(BONES)
    parts = {}
    for key, (name, limb, balls) in SOLIDS.items():
        if key in _NOT_DRAWN:
            continue
        placed = []
        for where, local, radius in balls:
            frame, joint = where.split("@")
            place = body.joints[joint][0] + body.frames[frame][0] @ np.asarray(local)
            inside = body.frames[frame][0].T @ (place - body.joints[BONES[frame]][0])
            placed.append([names.index(frame), *(round(float(x), 4) for x in inside), radius])
        parts[key] = {"name": name, "limb": limb, "works": WORKS.get(name), "balls": placed}
    palette = Palette()
    return {
        "bones": names,
        "parts": parts,
        "views": VIEW_YAW_DEG,
        "far_by_m": FAR_BY_M,
        "points_at_camera_m": POINTS_AT_CAMERA_M,
        "tones": {"far": palette.far, "contour": palette.contour},
        "colours": {
            "body": _hex(palette.body), "accent": _hex(palette.accent), "hair": _hex(palette.hair),
        },
    }  # fmt: skip


def figure_table(spec: ExerciseSpec) -> Table:
    """One loop of an exercise, seen from the front; the browser turns it.

    A row of ``bones`` has seven numbers per bone: place, then turn as a quaternion. The first
    row is as it is, every further one is the change since the row before it.
    """
    shown = demonstration(spec, view="front")
    rows = np.arange(0, len(shown.t_s), _EVERY)
    return {
        "exercise": spec.id,
        "kind": spec.kind,
        "hz": HZ / _EVERY,
        "frames": len(rows),
        "loop_s": round(shown.duration_s, 3),
        "target_s": round(shown.target_s, 3),
        "phases": [[name, round(start, 3), round(end, 3)] for name, start, end in shown.phases],
        "view": spec.motion.view,
        "working": list(spec.motion.working),
        "unit_m": UNIT_M,
        "bones": _steps(_bone_rows(shown, rows)),
        "solids": [
            _solid_table([shown.props[row][i] for row in rows]) for i in range(len(shown.props[0]))
        ],
    }


def _bone_rows(shown: Demonstration, rows: NDArray[np.integer]) -> FloatArray:
    body = shown.body
    columns = []
    for bone, joint in BONES.items():
        frame = np.broadcast_to(body.frames[bone], (len(body), 3, 3))
        place = np.broadcast_to(body.joints[joint], (len(body), 3))
        columns += [place[rows], _quaternions(frame[rows])]
    return np.concatenate(columns, axis=1)


def _solid_table(moments: list[Solid]) -> Table:
    """A prop's piece over time; one row if it stays where it is."""
    first = moments[0]
    if first.corners is not None:
        radii = None
        points = np.stack([np.asarray(m.corners) for m in moments])
    else:
        assert first.balls is not None  # a piece has corners or balls
        radii = [round(float(r), 4) for r in first.balls.radii]
        points = np.stack([m.balls.centres for m in moments if m.balls is not None])
    rows = points.reshape(len(moments), -1)
    if np.ptp(rows, axis=0).max() < UNIT_M:
        rows = rows[:1]
    return {"colour": _hex(first.colour), "radii": radii, "points": _steps(rows)}


def _steps(rows: FloatArray) -> list[list[int]]:
    whole = np.round(rows / UNIT_M).astype(int)
    return np.concatenate([whole[:1], np.diff(whole, axis=0)]).tolist()  # type: ignore[no-any-return]


def _quaternions(turns: FloatArray) -> FloatArray:
    """Turns (T, 3, 3) as w, x, y, z, without a jump of sign; shape (T, 4).

    The row of the 4x4 matrix of products with the largest diagonal is the one that no
    rounding spoils.
    """
    m = turns
    trace = np.trace(m, axis1=1, axis2=2)
    products = np.empty((len(m), 4, 4))
    products[:, 0, 0] = 1.0 + trace
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        products[:, 0, i + 1] = products[:, i + 1, 0] = m[:, k, j] - m[:, j, k]
        products[:, i + 1, i + 1] = 1.0 + 2.0 * m[:, i, i] - trace
        products[:, i + 1, j + 1] = products[:, j + 1, i + 1] = m[:, i, j] + m[:, j, i]
    largest = np.argmax(np.diagonal(products, axis1=1, axis2=2), axis=1)
    found = products[np.arange(len(m)), largest]
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    turned = np.sign(np.sum(found[1:] * found[:-1], axis=1))
    found[1:] *= np.cumprod(np.where(turned < 0.0, -1.0, 1.0))[:, None]
    return np.asarray(found)


def _hex(colour: Colour) -> str:
    blue, green, red = colour
    return f"#{red:02x}{green:02x}{blue:02x}"
