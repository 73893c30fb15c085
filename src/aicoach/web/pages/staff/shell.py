"""What stands around every view: where one can go, who one is, language, light or dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.adapters.store.gate import SYSTEM
from aicoach.web.pages.staff.asking import Answer

if TYPE_CHECKING:
    from aicoach.web.pages.staff.desk import Desk


@dataclass(frozen=True, slots=True)
class Way:
    """A view that can be gone to."""

    page: str
    text: str
    here: bool


def ways(desk: Desk, here: str) -> tuple[Way, ...]:
    """Views that this person may open."""
    actor = desk.visitor.actor
    site = desk.gate.of_site(None if actor is None else actor.site)
    open_to = (
        ("triage", desk.may("triage.view", site)),
        ("site", bool(desk.sites("site.view"))),
        ("accounts", desk.may("account.manage", site) or desk.may("card.issue", site)),
        ("audit", desk.may("audit.view", site) or desk.may("audit.view", SYSTEM)),
    )
    return tuple(Way(page, desk.text(f"nav.{page}"), page == here) for page, may in open_to if may)


def framed(desk: Desk, html: str, page: str, title: str, *, again_s: int | None = None) -> Answer:
    """A view with its frame.

    again_s : the page asks for itself again after so many seconds, quietly.
    """
    actor = desk.visitor.actor
    role = "" if actor is None else desk.words.phrases.text(f"access.role.{actor.role.value}")
    frame = desk.draw(
        "frame.html", ways=ways(desk, page), name=desk.visitor.name, role=role,
        demonstration=desk.premises.conduct.demonstration, page=page,
    )  # fmt: skip
    answer: Answer = {
        "frame": frame, "html": html, "title": title, "language": desk.language,
        "page": page, "left_s": round(desk.premises.visitors.left_s(desk.visitor)),
        "words": script_words(desk),
    }  # fmt: skip
    if again_s is not None:
        answer["again_s"] = again_s
    return answer


def script_words(desk: Desk) -> dict[str, str]:
    """What the script itself says."""
    begin = "desk.script."
    return {
        key.removeprefix(begin): text
        for key, text in desk.words.phrases.by_key.items()
        if key.startswith(begin)
    }
