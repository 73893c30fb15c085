"""The picture of a guided session: made to be read from three metres.

Left the mirror, right the numbers, below the one thing that is being said. Nothing covers
the resident. Words are handed in; colours never stand alone, each has its shape or word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from aicoach.adapters.drawing import AMBER, BLUE, DARK, GREEN, GREY, RED, WHITE, Colour
from aicoach.adapters.drawing import draw_skeleton as _draw_skeleton
from aicoach.adapters.lettering import fitted, width, write
from aicoach.pose import ByteImage, Pose

SIZE_PX: Final = (1280, 720)
_MIRROR: Final = (740, 555)
_CAPTION_TOP: Final = 555
_HINT_TOP: Final = 676
_PANEL_LEFT: Final = 740
_MARGIN: Final = 28
_BACK: Final[Colour] = (38, 32, 27)
_BAND: Final[Colour] = (26, 21, 17)
_ROOM: Final[Colour] = (58, 50, 43)
_STOP_RED: Final[Colour] = (38, 38, 186)
"""White letters on it read from afar."""
_COUNT_PX: Final = 190
_CAPTION_PX: Final = 58
_FEW: Final = 5
"""Answers that have room beside the mirror."""
_GAP: Final = 44

Tone = Literal["plain", "good", "correct", "safety"]
Zone = Literal["below", "in", "above", "unknown"]
_TONES: Final[dict[Tone, Colour]] = {"plain": BLUE, "good": GREEN, "correct": AMBER, "safety": RED}
_ZONES: Final[dict[Zone, Colour]] = {"below": BLUE, "in": GREEN, "above": AMBER, "unknown": GREY}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBox:
    """What is asked, and what was typed so far."""

    text: str
    choices: tuple[str, ...] = ()
    typed: str = ""
    keys: str = ""
    """How to answer, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachView:
    """Everything that one picture shows, in words and numbers."""

    mirror: ByteImage | None
    """What the camera sees, mirrored; None: a dark room."""
    room_px: tuple[int, int] = (640, 480)
    """Size of the dark room."""
    pose: Pose | None = None
    """On the mirror, mirrored too."""
    seen: bool = False
    seen_word: str = ""
    title: str = ""
    subtitle: str = ""
    count: str = ""
    of: str = ""
    phase: float = math.nan
    """0 at the start pose, 1 at the target; NaN: nothing measured."""
    measure: str = ""
    """Range and score of the newest repetition."""
    heart: str = ""
    zone: Zone = "unknown"
    zone_word: str = ""
    caption: str = ""
    tone: Tone = "plain"
    banner: str = ""
    """Paused, stopped: over the mirror."""
    alarm: int = 0
    """0 to 5 as the ladder of alerts; from 2 on the frame has a colour."""
    demonstration: ByteImage | None = None
    question: QuestionBox | None = None
    stop_hint: str = ""
    hints: str = ""


def draw_coach(view: CoachView) -> ByteImage:
    """The whole picture, 1280 x 720."""
    picture = np.full((SIZE_PX[1], SIZE_PX[0], 3), _BACK, np.uint8)
    _mirror(picture, view)
    if view.question is not None:
        _question(picture, view.question)
    elif view.demonstration is not None:
        _demonstration(picture, view, view.demonstration)
    else:
        _numbers(picture, view)
    _heart(picture, view)
    _caption(picture, view)
    if view.alarm >= 2:
        colour = RED if view.alarm >= 4 else AMBER
        cv2.rectangle(picture, (3, 3), (SIZE_PX[0] - 4, SIZE_PX[1] - 4), colour, 8)
    return picture


def _mirror(picture: ByteImage, view: CoachView) -> None:
    if view.mirror is not None:
        height, wide = view.mirror.shape[:2]
    else:
        wide, height = view.room_px
    scale = min(_MIRROR[0] / wide, _MIRROR[1] / height)
    size = (max(1, round(wide * scale)), max(1, round(height * scale)))
    if view.mirror is not None:
        shown = np.asarray(cv2.resize(view.mirror, size, interpolation=cv2.INTER_AREA), np.uint8)
    else:
        shown = np.full((size[1], size[0], 3), _ROOM, np.uint8)
    if view.pose is not None:
        _draw_skeleton(shown, view.pose, min(size) / 400.0)
    left, top = (_MIRROR[0] - size[0]) // 2, (_MIRROR[1] - size[1]) // 2
    picture[top : top + size[1], left : left + size[0]] = shown
    _seen(picture, view)
    if view.banner:
        part = picture[: _MIRROR[1], : _MIRROR[0]]
        part[:] = cv2.addWeighted(part, 0.35, np.full_like(part, DARK), 0.65, 0.0)
        broken, size_px = fitted(view.banner, 92, _MIRROR[0] - 60, 2, bold=True)
        baseline = _MIRROR[1] // 2 + round(size_px * 0.3)
        for line in broken:
            at = (_MIRROR[0] - width(line, size_px, bold=True)) // 2
            write(picture, line, at, baseline, size_px, WHITE, bold=True)
            baseline += round(size_px * 1.2)


def _seen(picture: ByteImage, view: CoachView) -> None:
    """A chip in the corner: a full dot is seen, a ring is not."""
    if not view.seen_word:
        return
    wide = width(view.seen_word, 28) + 66
    chip = picture[14:60, 14 : 14 + wide]
    chip[:] = cv2.addWeighted(chip, 0.25, np.full_like(chip, DARK), 0.75, 0.0)
    colour = GREEN if view.seen else AMBER
    cv2.circle(picture, (38, 37), 11, colour, -1 if view.seen else 4, cv2.LINE_AA)
    write(picture, view.seen_word, 60, 47, 28, WHITE)


def _numbers(picture: ByteImage, view: CoachView) -> None:
    top = _heading(picture, view)
    left = _PANEL_LEFT + _MARGIN
    if view.count:
        baseline = max(310, top + 170)
        size_px = _COUNT_PX if len(view.count) < 5 else _COUNT_PX * 0.72
        write(picture, view.count, left, baseline, size_px, WHITE, bold=True)
        after = left + width(view.count, size_px, bold=True) + 18
        if view.of and after + width(view.of, 56) < SIZE_PX[0] - 100:
            write(picture, view.of, after, baseline, 56, GREY)
        _phase(picture, view.phase, baseline - 160, baseline)
        if view.measure:
            broken, size_px = fitted(view.measure, 34, SIZE_PX[0] - left - _MARGIN, 1)
            write(picture, broken[0], left, baseline + 60, size_px, WHITE)


def _heading(picture: ByteImage, view: CoachView) -> int:
    """Name of the exercise and number of the set; the baseline of the last line."""
    left, baseline = _PANEL_LEFT + _MARGIN, 58
    wide = SIZE_PX[0] - left - _MARGIN
    if view.title:
        broken, size_px = fitted(view.title, 46, wide, 2, bold=True)
        for line in broken:
            write(picture, line, left, baseline, size_px, WHITE, bold=True)
            baseline += round(size_px * 1.15)
    if view.subtitle:
        broken, size_px = fitted(view.subtitle, 34, wide, 1)
        write(picture, broken[0], left, baseline, size_px, GREY)
        baseline += 44
    return baseline - 44


def _phase(picture: ByteImage, phase: float, top: int, bottom: int) -> None:
    """An upright bar, full at the target pose, hollow while nothing is measured."""
    left, right = SIZE_PX[0] - _MARGIN - 44, SIZE_PX[0] - _MARGIN
    cv2.rectangle(picture, (left, top), (right, bottom), GREY, 2, cv2.LINE_AA)
    if math.isfinite(phase):
        level = round((bottom - top - 6) * min(max(phase, 0.0), 1.0))
        cv2.rectangle(picture, (left + 4, bottom - 3 - level), (right - 4, bottom - 3), GREEN, -1)


def _heart(picture: ByteImage, view: CoachView) -> None:
    """Heart, rate, and its zone as colour, shape and word."""
    if not view.heart or view.question is not None:
        return
    left, baseline = _PANEL_LEFT + _MARGIN, _CAPTION_TOP - 30
    colour = _ZONES[view.zone]
    _draw_heart(picture, left + 22, baseline - 22, colour)
    write(picture, view.heart, left + 62, baseline, 66, WHITE, bold=True)
    after = left + 62 + width(view.heart, 66, bold=True) + 26
    _shape(picture, view.zone, after + 14, baseline - 22, colour)
    room = SIZE_PX[0] - after - 40 - _MARGIN
    broken, size_px = fitted(view.zone_word, 34, room, 1)
    if broken:
        write(picture, broken[0], after + 40, baseline - 8, size_px, colour)


def _draw_heart(picture: ByteImage, x: int, y: int, colour: Colour) -> None:
    angle = np.linspace(0.0, 2 * np.pi, 60)
    across = 16 * np.sin(angle) ** 3
    down = -(13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle))
    points = np.stack([x + 1.4 * across, y + 1.4 * down], axis=1).round().astype(np.int32)
    cv2.fillPoly(picture, [points], colour, cv2.LINE_AA)


def _shape(picture: ByteImage, zone: Zone, x: int, y: int, colour: Colour) -> None:
    """Down, in, up, unknown: triangle, disc, triangle, ring."""
    if zone in ("below", "above"):
        tip = 14 if zone == "below" else -14
        points = np.array([[x - 14, y - tip], [x + 14, y - tip], [x, y + tip]], np.int32)
        cv2.fillPoly(picture, [points], colour, cv2.LINE_AA)
    else:
        cv2.circle(picture, (x, y), 12, colour, -1 if zone == "in" else 3, cv2.LINE_AA)


def _demonstration(picture: ByteImage, view: CoachView, shown: ByteImage) -> None:
    top = _heading(picture, view) + 20
    left, right = _PANEL_LEFT + _MARGIN, SIZE_PX[0] - _MARGIN
    bottom = _CAPTION_TOP - (94 if view.heart else 16)
    height, wide = shown.shape[:2]
    scale = min((right - left) / wide, (bottom - top) / height)
    size = (round(wide * scale), round(height * scale))
    small = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), np.uint8)
    at = left + (right - left - size[0]) // 2
    picture[top : top + size[1], at : at + size[0]] = small


def _question(picture: ByteImage, box: QuestionBox) -> None:
    """The question, its answers numbered, what was typed large; many answers take all the room."""
    many = len(box.choices) > _FEW
    left, right = (_MARGIN + 12 if many else _PANEL_LEFT + _MARGIN), SIZE_PX[0] - _MARGIN
    corner = (12 if many else _PANEL_LEFT + 10, 12)
    cv2.rectangle(picture, corner, (SIZE_PX[0] - 12, _CAPTION_TOP - 12), (64, 54, 44), -1)
    baseline = 70
    broken, size_px = fitted(box.text, 44, right - left, 5, bold=True)
    for line in broken:
        write(picture, line, left, baseline, size_px, WHITE, bold=True)
        baseline += round(size_px * 1.25)
    room = (left, baseline, right - left, _CAPTION_TOP - 110 - baseline)
    _choices(picture, box.choices, room, 2 if many else 1)
    keys = box.keys.splitlines()
    for row, line in enumerate(keys):
        at = _CAPTION_TOP - 32 - 36 * (len(keys) - 1 - row)
        small = fitted(line, 30, right - left - 130, 1)[1]
        write(picture, line, left, at, small, AMBER)
    if box.typed:
        at = right - 10 - width(box.typed, 80, bold=True)
        write(picture, box.typed, at, _CAPTION_TOP - 34, 80, WHITE, bold=True)


def _choices(
    picture: ByteImage, choices: Sequence[str], room: tuple[int, int, int, int], columns: int
) -> None:
    """Answers below each other, in columns as wide as they need; none smaller than another."""
    if not choices:
        return
    left, top, wide, high = room
    rows = -(-len(choices) // columns)
    parts = [choices[i : i + rows] for i in range(0, len(choices), rows)]
    step = min(56, high // rows)
    size_px = min(34.0, step * 0.75)
    while True:
        widths = [max(width(one, size_px) for one in part) for part in parts]
        if sum(widths) + _GAP * (len(parts) - 1) <= wide or size_px < 14:
            break
        size_px *= 0.96
    for part, needs in zip(parts, widths, strict=True):
        for row, choice in enumerate(part):
            write(picture, choice, left, top + row * step + 12, size_px, WHITE)
        left += needs + _GAP


def _caption(picture: ByteImage, view: CoachView) -> None:
    cv2.rectangle(picture, (0, _CAPTION_TOP), (SIZE_PX[0], SIZE_PX[1]), _BAND, -1)
    if view.caption:
        colour = _TONES[view.tone]
        back = _STOP_RED if view.tone == "safety" else _BAND
        cv2.rectangle(picture, (0, _CAPTION_TOP), (SIZE_PX[0], _HINT_TOP), back, -1)
        cv2.rectangle(picture, (0, _CAPTION_TOP), (14, _HINT_TOP), colour, -1)
        broken, size_px = fitted(view.caption, _CAPTION_PX, SIZE_PX[0] - 90, 2, bold=True)
        if len(broken) == 2:
            broken, size_px = fitted(view.caption, 48, SIZE_PX[0] - 90, 2, bold=True)
        step = round(size_px * 1.12)
        middle = (_CAPTION_TOP + _HINT_TOP) // 2
        baseline = middle + round(size_px * 0.36) - (len(broken) - 1) * step // 2
        for line in broken:
            write(picture, line, 44, baseline, size_px, WHITE, bold=True)
            baseline += step
    if view.stop_hint:
        wide = width(view.stop_hint, 28, bold=True) + 36
        cv2.rectangle(picture, (0, _HINT_TOP), (wide, SIZE_PX[1]), _STOP_RED, -1)
        write(picture, view.stop_hint, 18, SIZE_PX[1] - 13, 28, WHITE, bold=True)
        broken, size_px = fitted(view.hints, 24, SIZE_PX[0] - wide - 50, 1)
        if broken:
            write(picture, broken[0], wide + 28, SIZE_PX[1] - 14, size_px, GREY)
