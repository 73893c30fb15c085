"""Pictures that a browser sends: the newest wins, and is decoded only when somebody looks."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from aicoach.pipeline import Mailbox
from aicoach.pose import Frame

if TYPE_CHECKING:
    from aicoach.pipeline import Clock

HEAD: Final = struct.Struct("<Id")
"""Number of the picture (uint32) and its capture time in milliseconds of the browser (float64)."""
_LEAK: Final = 0.001
"""Seconds a second: a clock of a browser that runs slower is followed so fast."""
_BEGINS: Final = b"\xff\xd8"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers after which a JPEG says how large it is."""
_SIZE: Final = struct.Struct(">HH")
_OLDEST_S: Final = 10.0
"""No picture is on its way for longer: a time that says so is of another clock."""


class PictureError(Exception):
    """What came is no picture that is taken; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture as it came."""

    number: int
    t_s: float
    """Of its capture, on the session's clock."""
    came_s: float
    jpeg: bytes


class CaptureClock:
    """Moves capture times of a browser to the session's clock.

    The two differ by an unknown amount, seen through the time that each picture took on its
    way: the shortest way so far is the best estimate, and no picture is captured in the future.
    """

    def __init__(self) -> None:
        self._later_s = math.inf
        self._last_s = 0.0

    def at(self, captured_s: float, arrived_s: float) -> float:
        """When a picture was captured, in seconds of the session."""
        self._later_s += _LEAK * max(0.0, arrived_s - self._last_s)
        self._last_s = arrived_s
        self._later_s = min(self._later_s, arrived_s - captured_s)
        at_s = captured_s + self._later_s
        if not arrived_s - at_s <= _OLDEST_S:
            self._later_s, at_s = arrived_s - captured_s, arrived_s
        return at_s


class BrowserFeed:
    """Where pictures of one browser wait for the session that looks at them.

    Satisfies ``live_session.FrameFeed``. ``put`` may be called from any thread.
    """

    def __init__(self, clock: Clock, longest_side_px: int) -> None:
        self._mailbox: Mailbox[Picture] = Mailbox()
        self._clock, self._longest_side_px = clock, longest_side_px
        self._captures = CaptureClock()
        self.taken = -1
        """Number of the picture that was looked at last."""
        self.taken_at_s = 0.0
        """When it was taken out to be looked at."""
        self.waited_s = 0.0
        """How long it had waited here by then."""
        self.refused = 0
        """Pictures that could not be used."""

    @property
    def dropped(self) -> int:
        """Pictures that came while another one was looked at."""
        return self._mailbox.dropped

    @property
    def closed(self) -> bool:
        """Whether no picture will come any more."""
        return self._mailbox.closed

    def put(self, message: bytes) -> None:
        """Leave a picture as it came.

        Raises
        ------
        PictureError
            If the message has no head.
        """
        if len(message) <= HEAD.size:
            raise PictureError("shorter than its head")
        number, captured_ms = HEAD.unpack_from(message)
        if not math.isfinite(captured_ms):
            raise PictureError("without a time")
        came_s = self._clock()
        t_s = self._captures.at(captured_ms / 1000.0, came_s)
        self._mailbox.put(Picture(number, t_s, came_s, message[HEAD.size :]))

    def begin_anew(self) -> None:
        """Another page sends from now on: its clock is another one."""
        self._captures = CaptureClock()

    def take(self, timeout_s: float) -> Frame | None:
        """The newest picture, decoded; None when none came in time or it is no picture."""
        picture = self._mailbox.take(timeout_s)
        if picture is None:
            return None
        self.taken, self.taken_at_s = picture.number, self._clock()
        self.waited_s = self.taken_at_s - picture.came_s
        try:
            return Frame(picture.t_s, decoded(picture.jpeg, self._longest_side_px))
        except PictureError:
            self.refused += 1
            return None

    def close(self) -> None:
        """No picture will come any more."""
        self._mailbox.close()

    def __enter__(self) -> BrowserFeed:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height, from the head of a JPEG.

    Raises
    ------
    PictureError
        If it is none.
    """
    at = 2
    while jpeg[:2] == _BEGINS and at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        kind = jpeg[at + 1]
        if kind == 0xFF:  # filling
            at += 1
            continue
        if kind in _FRAMES:
            height, width = _SIZE.unpack_from(jpeg, at + 5)
            return width, height
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    raise PictureError("no JPEG")


def decoded(jpeg: bytes, longest_side_px: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The pixels, blue-green-red; its size is read before anything is unpacked.

    Raises
    ------
    PictureError
        If it is no JPEG, or larger than is taken.
    """
    size = size_of(jpeg)
    if max(size) > longest_side_px or min(size) < 1:
        raise PictureError(f"{size[0]} x {size[1]} pixels")
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise PictureError("a broken JPEG")
    return np.asarray(pixels, np.uint8)
