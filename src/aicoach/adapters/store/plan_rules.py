"""Two plan versions with one number: which of them stands. Pure, and alike on both sides.

The newest signed version wins. What loses is set aside whole, never thrown away; a session
names the version it ran with and keeps its own limits, so nothing that was done changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_FROM_LOOSE_TO_STRICT: Final = ("active", "paused", "completed", "revoked")
SIGNED_LATER: Final = "signed_later"
CENTRE_FIRST: Final = "same_day_centre_first"
SIGNED_OVER_DRAFT: Final = "signed_over_draft"
MAY_NOT_SIGN: Final = "cabin_may_not_sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which version stands, and by which rule."""

    centre_stands: bool
    why: str


def is_signed(plan: dict[str, Any]) -> bool:
    """Whether somebody signed it, and it is no draft or example."""
    return plan["signed_at"] is not None and plan["status"] not in ("draft", "example")


def same_version(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows say the same; how far the plan has come since does not matter."""
    return all(one[name] == other[name] for name in ("kind", "author", "signed_at", "document"))


def which_stands(
    centre: dict[str, Any], cabin: dict[str, Any], *, cabin_may_sign: bool = True
) -> Verdict:
    """Decide between two different rows of the same resident, plan and version.

    A signed one before a draft; of two signed ones the one signed later, if plans may be
    signed in that cabin at all; on the same day, and of two drafts, the centre's, which the
    other cabins see.
    """
    if is_signed(centre) != is_signed(cabin):
        return Verdict(centre_stands=is_signed(centre), why=SIGNED_OVER_DRAFT)
    if is_signed(centre) and not cabin_may_sign:
        return Verdict(centre_stands=True, why=MAY_NOT_SIGN)
    if is_signed(centre) and centre["signed_at"] != cabin["signed_at"]:
        return Verdict(
            centre_stands=_day(centre["signed_at"]) > _day(cabin["signed_at"]), why=SIGNED_LATER
        )
    return Verdict(centre_stands=True, why=CENTRE_FIRST)


def stricter_status(one: str, other: str) -> str:
    """Of two states of the same signed version the one that lets less be done."""
    known = _FROM_LOOSE_TO_STRICT
    if one not in known or other not in known:
        return one
    return max(one, other, key=known.index)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
