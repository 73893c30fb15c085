"""A drawn person in street clothes: flat shapes that a pose model follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from aicoach.figure.canvas import Colour, add_shadow, fill, outline_px
from aicoach.figure.parts import FACE_PARTS, Part, parts_of
from aicoach.pose import ByteImage, FloatArray
from aicoach.synth.body import Body
from aicoach.synth.camera import Camera


@dataclass(frozen=True, slots=True, kw_only=True)
class Clothes:
    """Colours of a person, blue-green-red."""

    skin: Colour = (150, 180, 225)
    hair: Colour = (35, 45, 60)
    shirt: Colour = (150, 90, 45)
    trousers: Colour = (75, 62, 58)
    shoes: Colour = (235, 235, 235)
    eye: Colour = (30, 30, 35)
    mouth: Colour = (95, 95, 185)


_WEARS: Final[dict[str, str]] = {
    "thigh": "trousers", "shank": "trousers", "shoe": "shoes", "pelvis": "trousers",
    "belly": "shirt", "chest": "shirt", "trapezius": "shirt", "sleeve": "shirt",
    "upper_arm": "skin", "forearm": "skin", "hand": "skin", "thumb": "skin", "neck": "skin",
    "skull": "skin", "jaw": "skin", "ear": "skin", "nose": "skin", "hair": "hair",
    "crown": "hair", "brow": "hair", "eye": "eye", "mouth": "mouth",
}  # fmt: skip
_TONE: Final[dict[str, float]] = {
    "thumb": 0.93, "nose": 0.88, "ear": 0.9, "jaw": 0.98, "neck": 0.86, "pelvis": 0.96,
    "shank": 0.94, "forearm": 0.98, "sleeve": 0.92, "trapezius": 0.97, "belly": 0.97,
}  # fmt: skip
_WHITE: Final[Colour] = (245, 245, 245)
_LAYER: Final[dict[str, float]] = {"neck": 0.05, "trapezius": 0.0, "sleeve": -0.03}
"""Metres added to the depth for the painter's order: the neck lies under the collar."""
_TORSO: Final = ("pelvis", "belly", "chest", "trapezius", "neck")
_HEAD_ORDER: Final = (
    "left_ear", "right_ear", "skull", "jaw", "hair", "crown", *FACE_PARTS,
)  # fmt: skip


def draw_person(
    image: ByteImage,
    body: Body,
    row: int,
    camera: Camera,
    *,
    clothes: Clothes | None = None,
    shadow: float = 0.45,
) -> None:
    """Draw the body at one of its moments onto a picture, in place."""
    clothes = clothes or Clothes()
    parts = parts_of(body, row)
    limbs = [part for key, part in parts.items() if part.limb != "head" and key != "torso"]
    add_shadow(image, limbs, camera, strength=shadow)
    head = [parts[name] for name in _HEAD_ORDER]
    pieces = [part for part in limbs if part.name != "upper_arm" or part.limb.endswith("arm")]
    depth_of_limb = {
        limb: float(np.mean([camera.depth_m(p.middle) for p in pieces if p.limb == limb]))
        for limb in {part.limb for part in pieces}
    }

    def depth(part: Part) -> float:
        own = float(camera.depth_m(part.middle)) + _LAYER.get(part.name, 0.0)
        return 0.6 * depth_of_limb[part.limb] + 0.4 * own

    queue = [(depth(part), [part]) for part in pieces]
    queue.append((float(camera.depth_m(parts["skull"].middle)), head))
    facing = body.frames["head"][row][:, 2]
    for _, group in sorted(queue, key=lambda entry: -entry[0]):
        for part in _head_sorted(group, parts, camera):
            if part.name in _FACE_NAMES and not _looks_at(part, parts, facing, camera):
                continue
            fill(image, outline_px(part, camera), _colour(part, clothes))


_FACE_NAMES: Final = frozenset({"eye_white", "eye", "brow", "nose", "mouth"})


def _head_sorted(group: list[Part], parts: dict[str, Part], camera: Camera) -> list[Part]:
    """The back of the hair hides the skull only where it is nearer; the crown always does."""
    if len(group) == 1:
        return group
    skull = float(camera.depth_m(parts["skull"].middle))
    behind = float(camera.depth_m(parts["hair"].middle)) > skull + 0.025
    order = {"skull": 1.0, "jaw": 2.0, "hair": 0.5 if behind else 3.0, "crown": 3.5}

    def rank(part: Part) -> float:
        if part.name == "ear":
            return 0.6 if float(camera.depth_m(part.middle)) > skull + 0.02 else 4.0
        return order.get(part.name, 5.0)

    return sorted(group, key=rank)


def _looks_at(part: Part, parts: dict[str, Part], facing: FloatArray, camera: Camera) -> bool:
    outward = part.middle - parts["skull"].middle
    outward = outward + 0.02 * facing
    eye = np.array([0.0, camera.height_m, camera.distance_m]) - part.middle
    return float(outward @ eye) > 0.25 * float(np.linalg.norm(outward) * np.linalg.norm(eye))


def _colour(part: Part, clothes: Clothes) -> Colour:
    if part.name == "eye_white":
        return _WHITE
    base: Colour = getattr(clothes, _WEARS[part.name])
    tone = _TONE.get(part.name, 1.0)
    blue, green, red = (round(channel * tone) for channel in base)
    return blue, green, red
