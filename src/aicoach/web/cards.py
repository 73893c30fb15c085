"""A resident's card, found in one picture of the cabin's camera. The picture is never kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2

from aicoach.adapters.store.accounts.cards import BEGINNING
from aicoach.adapters.store.people import Cabin, Resident
from aicoach.web.live.feed import PictureError, decoded

if TYPE_CHECKING:
    from aicoach.adapters.store import Store

LONGEST_SIDE_PX: Final = 1280
_CODE: Final = re.compile(r"^(\D*?)(\d+)$")
_MOST_DIGITS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeShape:
    """How the codes of a cabin's residents are built, so that few keys are needed.

    It says nothing of which codes there are.
    """

    prefix: str
    """What all begin with; empty: nothing in common, or codes with letters."""
    digits: int | None
    """So many digits follow; None: letters are needed."""


def code_in(jpeg: bytes) -> str | None:
    """The code of a card in a picture; None: no card is to be seen."""
    try:
        pixels = decoded(jpeg, LONGEST_SIDE_PX)
    except PictureError:
        return None
    try:
        text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(pixels)
    except cv2.error:  # a square that is none can make it give up
        return None
    return text if text.startswith(BEGINNING) else None


def code_shape(store: Store, cabin: str | None) -> CodeShape:
    """The shape of the codes of everybody at the site of this cabin."""
    unlike = CodeShape(prefix="", digits=None)
    there = None if cabin is None else store.shelf(Cabin).get(cabin)
    if there is None:
        return unlike
    shapes = set()
    for one in store.shelf(Resident).find(site=there.site):
        found = _CODE.match(one.id)
        if found is None:
            return unlike
        shapes.add((found[1], len(found[2])))
    if len(shapes) != 1:
        return unlike
    prefix, digits = shapes.pop()
    return CodeShape(prefix=prefix, digits=digits) if digits <= _MOST_DIGITS else unlike
