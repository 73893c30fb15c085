"""The demonstrating coach: a clean vector figure whose working limbs carry the accent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.figure.canvas import Colour, add_shadow, fill, outline_px, shaded
from aicoach.figure.parts import Part, parts_of
from aicoach.pose import ByteImage
from aicoach.synth.body import Body
from aicoach.synth.camera import Camera

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of the mannequin, blue-green-red."""

    body: Colour = (184, 166, 150)
    accent: Colour = (72, 128, 240)
    hair: Colour = (128, 108, 92)
    far: float = 0.84
    """Tone of limbs on the far side."""
    contour: float = 0.62


WORKS: Final[dict[str, str]] = {
    "thigh": "thighs", "shank": "shanks", "shoe": "feet", "upper_arm": "arms",
    "forearm": "forearms", "hand": "forearms", "thumb": "forearms",
    "belly": "trunk", "chest": "trunk", "pelvis": "trunk", "trapezius": "trunk",
}  # fmt: skip
"""What an exercise names as working, for each part that then carries the accent."""
FAR_BY_M: Final = 0.08
POINTS_AT_CAMERA_M: Final = 0.32
"""A thigh whose knee is nearer than its hip by this covers the trunk, else the trunk the thigh."""


def draw_mannequin(
    image: ByteImage,
    body: Body,
    row: int,
    camera: Camera,
    *,
    working: Collection[str] = (),
    palette: Palette | None = None,
    scale: float = 1.0,
) -> None:
    """Draw the body at one of its moments onto a picture, in place.

    ``working`` : limbs in the accent colour, as an exercise's motion names them;
    ``scale`` : pixels per point of the contour's width.
    """
    palette = palette or Palette()
    parts = parts_of(body, row)
    solid = [part for key, part in parts.items() if part.limb != "head" and key != "torso"]
    add_shadow(image, solid, camera, strength=0.33)
    pen = _Pen(image, camera, palette, frozenset(working), 1.5 * scale)
    torso_depth = float(camera.depth_m(parts["chest"].middle))
    queue: list[tuple[float, list[Part], float]] = []
    for limb in ("left_arm", "right_arm", "left_leg", "right_leg"):
        queue.append(_limb(limb, parts, body, row, camera, palette))
    queue.append((1.0, [parts["neck"]], 0.96))
    queue.append((2.0, _torso(parts), 1.0))
    head_low = float(camera.depth_m(parts["skull"].middle)) > torso_depth + 0.12
    queue.append((0.8 if head_low else 4.0, [], 1.0))
    for _, pieces, tone in sorted(queue, key=lambda entry: entry[0]):
        if pieces:
            pen.limb(pieces, tone)
        else:
            pen.head(parts)


def _limb(
    limb: str, parts: dict[str, Part], body: Body, row: int, camera: Camera, palette: Palette
) -> tuple[float, list[Part], float]:
    """Its place in the painter's order, its pieces, its tone."""
    side, kind = limb.split("_")
    other = "right" if side == "left" else "left"
    if kind == "arm":
        names: tuple[str, ...] = ("hand", "thumb", "forearm", "upper_arm")
        root, middle, end = ("shoulder", "elbow", "wrist")
    else:
        names = ("shoe", "shank", "thigh")
        root, middle, end = ("hip", "knee", "ankle")
    depth = {
        joint: float(camera.depth_m(body.joints[f"{side}_{joint}"][row]))
        for joint in (root, middle, end)
    }
    across = depth[root] - float(camera.depth_m(body.joints[f"{other}_{root}"][row]))
    pieces = [parts[f"{side}_{name}"] for name in names]
    chest = float(camera.depth_m(parts["chest"].middle))
    nearness = chest - (depth[middle] + depth[end]) / 2
    tone = palette.far if across > FAR_BY_M else 1.0
    tiny = 0.1 * np.tanh(-across)
    if kind == "arm":
        behind = across > FAR_BY_M or (nearness < -0.1 and across > -FAR_BY_M)
        return (0.2 if behind else 5.0) + tiny, pieces, tone
    points_at_camera = depth[root] - depth[middle] > POINTS_AT_CAMERA_M
    if across > FAR_BY_M and not points_at_camera:
        return 0.5 + tiny, pieces, tone
    return (3.0 if points_at_camera else 1.5) + tiny, pieces, tone


def _torso(parts: dict[str, Part]) -> list[Part]:
    pieces = []
    for one, other in (("pelvis", "belly"), ("belly", "chest"), ("chest", "trapezius")):
        a, b = parts[one], parts[other]
        pieces.append(
            Part(
                other,
                "trunk",
                np.concatenate((a.centres, b.centres)),
                np.concatenate((a.radii, b.radii)),
            )
        )
    return pieces


@dataclass(frozen=True, slots=True)
class _Pen:
    image: ByteImage
    camera: Camera
    palette: Palette
    working: frozenset[str]
    width_px: float

    def limb(self, pieces: list[Part], tone: float) -> None:
        """One contour around all pieces, no seams inside."""
        for piece in pieces:
            dark = shaded(self.colour(piece), tone * self.palette.contour)
            fill(self.image, outline_px(piece, self.camera, grow_px=self.width_px), dark)
        for piece in pieces:
            fill(self.image, outline_px(piece, self.camera), shaded(self.colour(piece), tone))

    def colour(self, piece: Part) -> Colour:
        works = WORKS.get(piece.name) in self.working
        return self.palette.accent if works else self.palette.body

    def head(self, parts: dict[str, Part]) -> None:
        """An egg with an ear and a cap of hair; no face."""
        skull, hair = parts["skull"], parts["hair"]
        egg = Part(
            "skull",
            "head",
            np.concatenate((skull.centres, parts["jaw"].centres)),
            np.concatenate((skull.radii, parts["jaw"].radii)),
        )
        depth = float(self.camera.depth_m(skull.middle))
        behind = float(self.camera.depth_m(hair.middle)) > depth + 0.025
        cap = [parts["crown"]] if behind else [hair, parts["crown"]]
        body, dark = self.palette.body, self.palette.hair
        for piece, colour in ((egg, body), *((piece, dark) for piece in cap)):
            contour = outline_px(piece, self.camera, grow_px=self.width_px)
            fill(self.image, contour, shaded(colour, self.palette.contour))
        if behind:
            fill(self.image, outline_px(hair, self.camera), dark)
        fill(self.image, outline_px(egg, self.camera), body)
        for piece in cap:
            fill(self.image, outline_px(piece, self.camera), dark)
        for side in ("left", "right"):
            ear = parts[f"{side}_ear"]
            if float(self.camera.depth_m(ear.middle)) < depth - 0.03:
                fill(self.image, outline_px(ear, self.camera), shaded(body, 0.9))
