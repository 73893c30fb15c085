"""Pages as self-contained HTML: styles and pictures inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from aicoach import __version__
from aicoach.adapters.report.calendar_chart import calendar_chart, tick, triage_sign
from aicoach.adapters.report.document import Document
from aicoach.adapters.report.session_charts import (
    heart_chart,
    stick_figure,
    tempo_chart,
)
from aicoach.adapters.report.session_charts import (
    range_chart as repetition_chart,
)
from aicoach.adapters.report.svg import FAMILY, Picture
from aicoach.adapters.report.week_charts import (
    intensity_chart,
    quality_chart,
    range_chart,
    sessions_chart,
    tells_chart,
)
from aicoach.follow_up import ResidentPage, SessionPage, StaffPage

if TYPE_CHECKING:
    from aicoach.follow_up import Words

_TEMPLATES: Final = Path(__file__).with_name("templates")
_ARROWS: Final = {"better": "▼", "worse": "▲", "same": "▬", "": "–"}
_LEVELS: Final = {"stop": "■", "rest": "◆", "slow": "▲", "warn": "△", "inform": "○", "none": "·"}
Page = ResidentPage | StaffPage | SessionPage


def html_of(page: Page, words: Words) -> str:
    """The page as one HTML document with everything in it."""
    return _document(page, words, Inside()).html


def document_for_paper(page: Page, words: Words) -> Document:
    """The same page with its pictures beside it: a page of paper is made of it much faster."""
    beside = Beside()
    return Document(_document(page, words, beside).html, beside.pictures)


class Inside:
    """Puts pictures into the page."""

    def __call__(self, picture: Picture) -> Markup:
        """The element that shows a picture."""
        return Markup(picture.markup())


class Beside(Inside):
    """Keeps pictures aside, under an address."""

    def __init__(self) -> None:
        self.pictures: dict[str, str] = {}

    def __call__(self, picture: Picture) -> Markup:
        """The element that shows a picture."""
        address = f"picture:{picture.name}"
        self.pictures[address] = picture.markup()
        return Markup('<img src="{}" alt="{}"/>').format(address, picture.alt)


def _document(page: Page, words: Words, place: Inside) -> Document:
    if isinstance(page, ResidentPage):
        return _filled("resident.html", page, words, _of_resident(page, words, place))
    if isinstance(page, StaffPage):
        return _filled("staff.html", page, words, _of_staff(page, words, place))
    return _filled("session.html", page, words, _of_session(page, words, place))


def _of_resident(page: ResidentPage, words: Words, place: Inside) -> dict[str, Any]:
    return {
        "calendar": place(calendar_chart(page, words)),
        "ticks": [place(tick(i, words)) for i in range(len(page.went_well))],
    }


def _of_staff(page: StaffPage, words: Words, place: Inside) -> dict[str, Any]:
    charts = {
        "sessions": place(sessions_chart(page, words)),
        "intensity": place(intensity_chart(page, words)),
        "tells": place(tells_chart(page, words)),
        "quality": place(quality_chart(page, words)),
        "ranges": [place(range_chart(one, i, words)) for i, one in enumerate(page.ranges)],
    }
    sign = place(triage_sign(page.level, page.level_text))
    return {"charts": charts, "sign": sign, "arrows": _ARROWS}


def _of_session(page: SessionPage, words: Words, place: Inside) -> dict[str, Any]:
    numbered = list(enumerate(page.exercises))
    snapshots = [one for pair in page.snapshots for one in pair.snapshots]
    return {
        "charts": {
            "heart": place(heart_chart(page, words)),
            "ranges": [place(repetition_chart(one, i, words)) for i, one in numbered],
            "tempos": [place(tempo_chart(one, i, words)) for i, one in numbered],
        },
        "figures": iter([place(stick_figure(one, i, words)) for i, one in enumerate(snapshots)]),
        "levels": _LEVELS,
        "clock": _clock,
    }


def _filled(template: str, page: Page, words: Words, more: Mapping[str, Any]) -> Document:
    html = _environment().get_template(template).render(
        page=page,
        words=words,
        version=__version__,
        style=_style(),
        sep=words.phrases.text("plan.what.extra"),
        **more,
    )  # fmt: skip
    return Document(html, {})


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["next_picture"] = next
    return environment


@cache
def _style() -> Markup:
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    return Markup(style.replace("FAMILY", FAMILY))


def _clock(t_s: float) -> str:
    minutes, seconds = divmod(round(t_s), 60)
    return f"{minutes}:{seconds:02d}"
