"""A window on this computer's screen."""

from __future__ import annotations

import os
import sys
from typing import Final, Literal

# Qt, inside OpenCV, speaks of fonts and themes on stderr; it reads this when it starts.
os.environ.setdefault("QT_LOGGING_RULES", "*=false")

import cv2

from aicoach.errors import CoachError
from aicoach.pose import ByteImage

Command = Literal["quit", "pause", "reset"]
CLOSED: Final = -2
"""In place of a key: the window was closed by its frame."""

_KEYS: Final[dict[int, Command]] = {
    ord("q"): "quit",
    ord("Q"): "quit",
    27: "quit",
    ord(" "): "pause",
    ord("r"): "reset",
    ord("R"): "reset",
}
_OPENS_AT_PX: Final = 960


class Window:
    """Shows pictures and reads keys: q or Esc quit, space pauses, r begins a new set.

    A context manager. Closing the window by its frame is quitting.

    Raises
    ------
    CoachError
        On entering, if there is no screen, or this OpenCV was built without windows.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._sized = False

    def __enter__(self) -> Window:
        if sys.platform == "linux" and not (
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        ):
            raise CoachError(
                "there is no screen (DISPLAY is not set); run this at the computer itself, "
                "or record elsewhere and use: aicoach analyse"
            )
        try:
            cv2.namedWindow(self._title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)
        except cv2.error as problem:
            raise CoachError(
                "this OpenCV cannot open a window; pip install opencv-python "
                "(and remove opencv-python-headless)"
            ) from problem
        return self

    def __exit__(self, *exc: object) -> None:
        cv2.destroyAllWindows()

    def show(self, picture: ByteImage) -> Command | None:
        """Show a picture; what was asked for by key since the last one."""
        key = self.press(picture)
        return "quit" if key == CLOSED else _KEYS.get(key)

    def press(self, picture: ByteImage) -> int:
        """Show a picture; the key pressed since the last one, -1 for none, or ``CLOSED``."""
        if not self._sized:
            height, width = picture.shape[:2]
            enlarge = _OPENS_AT_PX / max(width, height)
            cv2.resizeWindow(self._title, round(width * enlarge), round(height * enlarge))
            self._sized = True
        cv2.imshow(self._title, picture)
        key = cv2.waitKey(1)
        if cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) < 1:
            return CLOSED
        return key if key < 0 else key & 0xFF
