"""Draws on a picture what the tracker sees: skeleton, count, phase, readiness, last faults.

Texts on the picture are English, as OpenCV draws no Chinese; the report speaks both.
Every size follows the shorter side of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from aicoach.adapters.drawing import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    RED,
    WHITE,
    Colour,
    draw_skeleton,
    veil,
)
from aicoach.events import Repetition
from aicoach.pose import ByteImage, Frame, Pose, PoseTrack

if TYPE_CHECKING:
    from aicoach.tracking.tracker import TrackerUpdate

_READINESS: Final[Mapping[str, tuple[str, Colour]]] = {
    "not_seen": ("I can't see you", RED),
    "not_ready": ("Get ready", AMBER),
    "ready": ("Ready", BLUE),
    "in_set": ("Counting", GREEN),
}
_PHASES: Final[Mapping[str, str]] = {
    "eccentric": "lower",
    "bottom_hold": "hold",
    "concentric": "lift",
    "top_hold": "top",
}
_DARK_SIDE_PX: Final = 1280


class Overlay:
    """Draws one set; remembers the faults of the last repetition.

    title : name of the exercise, in English.
    words : wording of each cue, in English; a cue without words is shown by its key.
    holds : True shows seconds held in place of a count.
    """

    def __init__(self, title: str, words: Mapping[str, str], *, holds: bool = False) -> None:
        self.title, self._words, self._holds = title, words, holds
        self._last: Repetition | None = None

    def draw(
        self,
        bgr: ByteImage,
        pose: Pose | None,
        update: TrackerUpdate,
        *,
        corner: Sequence[str] = (),
    ) -> ByteImage:
        """A copy of the picture with everything on it; ``corner``: small lines below right."""
        for event in update.events:
            if isinstance(event, Repetition):
                self._last = event
        picture = bgr.copy()
        scale = min(picture.shape[0], picture.shape[1]) / 480.0
        if pose is not None:
            draw_skeleton(picture, pose, scale)
        self._draw_count(picture, update, scale)
        _draw_phase_bar(picture, update, scale)
        self._draw_message(picture, update, scale)
        _draw_corner(picture, (*corner, f"view: {update.view}"), scale)
        return picture

    def _draw_count(self, picture: ByteImage, update: TrackerUpdate, scale: float) -> None:
        count = f"{update.held_s:.0f} s" if self._holds else str(update.count)
        word, colour = _READINESS[update.readiness]
        left, radius = round(30 * scale), round(6 * scale)
        wide = max(
            _width(count, 3.0, scale, 5),
            _width(self.title, 0.62, scale),
            _width(word, 0.62, scale) + 3 * radius,
        )
        panel = (wide + round(36 * scale), round(172 * scale))
        veil(picture, round(12 * scale), round(12 * scale), *panel)
        _text(picture, count, left, round(96 * scale), 3.0, WHITE, scale, thickness=5)
        _text(picture, self.title, left, round(132 * scale), 0.62, WHITE, scale)
        cv2.circle(picture, (left + radius, round(156 * scale)), radius, colour, -1, cv2.LINE_AA)
        _text(picture, word, left + 3 * radius, round(162 * scale), 0.62, colour, scale)

    def _draw_message(self, picture: ByteImage, update: TrackerUpdate, scale: float) -> None:
        if self._last is None or update.readiness == "not_seen":
            return
        head = f"Rep {self._last.index}"
        if self._last.score is not None:
            head += f": {self._last.score}/100"
        cues = list(dict.fromkeys(self._words.get(f.cue, f.cue) for f in self._last.faults))
        lines = [head, *cues[:2]]
        wide = max(_width(line, 0.6, scale) for line in lines) + round(28 * scale)
        line_height = round(27 * scale)
        high = line_height * len(lines) + round(14 * scale)
        top = picture.shape[0] - high - round(12 * scale)
        left = round(12 * scale)
        veil(picture, left, top, wide, high)
        for row, line in enumerate(lines):
            colour = WHITE if row == 0 else AMBER
            baseline = top + round(25 * scale) + row * line_height
            _text(picture, line, left + round(14 * scale), baseline, 0.6, colour, scale)


class DarkRoom:
    """A recording as dark frames and as the estimator that knows the poses on them.

    So a recording, which has no picture, becomes a video of its skeleton.
    """

    def __init__(self, track: PoseTrack) -> None:
        self._track = track
        self._row = -1
        shrink = min(1.0, _DARK_SIDE_PX / max(track.frame_size_px))
        self._size = [max(16, round(side * shrink)) for side in track.frame_size_px]

    def __iter__(self) -> Iterator[Frame]:
        width, height = self._size
        dark = np.full((height, width, 3), (46, 40, 34), dtype=np.uint8)
        for row, t_s in enumerate(self._track.t_s):
            self._row = row
            yield Frame(float(t_s), dark)

    def estimate(self, _frame: Frame) -> Pose | None:
        """The pose of the frame that was given last."""
        return self._track.pose(self._row)

    def reset(self) -> None:
        """Nothing is remembered."""

    def close(self) -> None:
        """Nothing is open."""


def _draw_phase_bar(picture: ByteImage, update: TrackerUpdate, scale: float) -> None:
    """Upright bar on the right: full at the target pose; hollow when nothing is measured."""
    height, width = picture.shape[:2]
    wide, high = round(22 * scale), round(230 * scale)
    left, top = width - wide - round(30 * scale), round(44 * scale)
    veil(
        picture,
        left - round(18 * scale),
        round(12 * scale),
        wide + round(36 * scale),
        min(high + round(48 * scale), height - round(24 * scale)),
    )
    word = _PHASES.get(update.phase or "", "")
    centre = left + wide // 2 - _width(word, 0.5, scale) // 2
    _text(picture, word, centre, round(34 * scale), 0.5, WHITE, scale)
    cv2.rectangle(picture, (left, top), (left + wide, top + high), GREY, max(1, round(scale)))
    if math.isfinite(update.phase_value):
        level = round(high * min(max(update.phase_value, 0.0), 1.0))
        corner = (left + wide, top + high)
        cv2.rectangle(picture, (left, top + high - level), corner, GREEN, -1)


def _draw_corner(picture: ByteImage, lines: Sequence[str], scale: float) -> None:
    size, step = 0.45, round(20 * scale)
    wide = max(_width(line, size, scale) for line in lines) + round(20 * scale)
    high = step * len(lines) + round(10 * scale)
    top = picture.shape[0] - high - round(12 * scale)
    left = picture.shape[1] - wide - round(12 * scale)
    veil(picture, left, top, wide, high)
    for row, line in enumerate(lines):
        baseline = top + round(18 * scale) + row * step
        _text(picture, line, left + round(10 * scale), baseline, size, WHITE, scale)


def _thickness(thickness: float, scale: float) -> int:
    return max(1, round(thickness * scale))


def _width(text: str, size: float, scale: float, thickness: float = 1.3) -> int:
    strong = _thickness(thickness, scale)
    return cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size * scale, strong)[0][0]


def _text(  # noqa: PLR0913 - a text has a place, a size and a colour
    picture: ByteImage,
    text: str,
    left: int,
    baseline: int,
    size: float,
    colour: Colour,
    scale: float,
    *,
    thickness: float = 1.3,
) -> None:
    strong = _thickness(thickness, scale)
    font = cv2.FONT_HERSHEY_DUPLEX
    cv2.putText(picture, text, (left, baseline), font, size * scale, colour, strong, cv2.LINE_AA)
