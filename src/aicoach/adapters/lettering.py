"""Letters on a picture, Chinese ones too where this OpenCV brings them.

OpenCV 5 writes with outline fonts and has a Chinese one inside, so no font need be found on
the computer or brought along. Older ones know Latin letters only.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

import cv2

from aicoach.adapters.drawing import Colour
from aicoach.pose import ByteImage

_REGULAR: Final = 400
_BOLD: Final = 700
_HERSHEY_PX: Final = 30.0
"""Size at which OpenCV's own line font has scale 1."""
_CLOSING: Final = frozenset("，。！？；：、）」』”’,.!?;:)")
"""Never the first of a line."""


@cache
def _face() -> Any:
    outline = getattr(cv2, "FontFace", None)
    return None if outline is None else outline("sans")


def writes_chinese() -> bool:
    """Whether Chinese can be written on pictures here."""
    return _face() is not None


def width(text: str, size_px: float, *, bold: bool = False) -> int:
    """Width of a line in pixels."""
    if _face() is None:
        return cv2.getTextSize(text, *_hershey(size_px, bold))[0][0]
    weight = _BOLD if bold else _REGULAR
    box: Any = cv2.getTextSize((0, 0), text, (0, 0), _face(), round(size_px), weight)
    return int(box[0] + box[2])


def write(
    picture: ByteImage,
    text: str,
    left: int,
    baseline: int,
    size_px: float,
    colour: Colour,
    *,
    bold: bool = False,
) -> None:
    """Write a line on the picture; ``size_px`` is about the height from foot to head."""
    if _face() is None:
        font, scale, strong = _hershey(size_px, bold)
        cv2.putText(picture, text, (left, baseline), font, scale, colour, strong, cv2.LINE_AA)
        return
    weight = _BOLD if bold else _REGULAR
    # The Chinese letters have one weight; written twice, a little apart, they look bold.
    apart = max(1, round(size_px / 36)) if bold and not all(map(_is_latin, text)) else 0
    for right in range(apart + 1):
        place = (left + right, baseline)
        cv2.putText(picture, text, place, colour, _face(), round(size_px), weight)


def lines(text: str, size_px: float, wide_px: int, *, bold: bool = False) -> list[str]:
    """The text broken into lines no wider than ``wide_px``: at spaces, Chinese anywhere."""
    found, line = [], ""
    for piece in _pieces(text):
        longer = line + piece
        if line.strip() and width(longer.rstrip(), size_px, bold=bold) > wide_px:
            found.append(line.rstrip())
            longer = piece.lstrip()
        line = longer
    return [*found, line.rstrip()] if line.strip() else found


@lru_cache(maxsize=256)
def fitted(
    text: str, size_px: float, wide_px: int, most: int, *, bold: bool = False
) -> tuple[tuple[str, ...], float]:
    """The text in at most ``most`` lines, smaller where it must be; with the size it has."""
    while len(broken := lines(text, size_px, wide_px, bold=bold)) > most and size_px > 12:
        size_px *= 0.92
    return tuple(broken[:most]), size_px


def _pieces(text: str) -> list[str]:
    """What stays together: words with the space after them, single Chinese characters."""
    found: list[str] = []
    for letter in text:
        joins = bool(found) and (
            letter in _CLOSING
            or (_is_latin(letter) and _is_latin(found[-1][-1]) and found[-1][-1] != " ")
        )
        if joins:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _is_latin(letter: str) -> bool:
    return ord(letter) < 0x2E80


def _hershey(size_px: float, bold: bool) -> tuple[int, float, int]:
    scale = size_px / _HERSHEY_PX
    return cv2.FONT_HERSHEY_DUPLEX, scale, max(1, round(scale * (2.2 if bold else 1.3)))
