"""A resident's own weeks as rows for charts and a table, in their language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store.people import Resident
from aicoach.adherence import SessionSummary, iso_weeks
from aicoach.phrases import load_phrases
from aicoach.web.today import about
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.catalog.cues import Language
    from aicoach.web.premises import Premises
    from aicoach.web.visitors import Visitor

WEEKS: Final = (4, 12, 26)
CHARTS: Final = ("sessions", "minutes", "done", "heart", "effort", "pain")
_UP: Final = {
    "sessions": "count", "minutes": "minutes_axis", "done": "percent", "heart": "bpm",
    "effort": "scale", "pain": "scale",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart, a bar a week: a week in which nothing was measured has none."""

    title: str
    across: str
    """What runs from left to right."""
    up: str
    points: tuple[tuple[date, float], ...]
    """The Monday, and what came together in the week from it."""
    weeks: tuple[date, ...] = ()
    """All Mondays, the same in every chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a resident reads of their weeks."""

    charts: tuple[Chart, ...]
    """In the order of ``CHARTS``."""
    words: str
    """The same in a sentence, as HTML."""
    table: str
    """Every session, as HTML; empty: there is none."""


def history_of(premises: Premises, visitor: Visitor, weeks: int, language: Language) -> History:
    """The last weeks.

    Raises
    ------
    PermissionError, AccessError, NotNowError
        If nobody who may see this is signed in.
    """
    resident = about(visitor)
    found = premises.gate(visitor).summaries(resident)
    row = premises.store.shelf(Resident).get(resident)
    today = day_in("UTC" if row is None else row.time_zone, premises.now())
    return history_from(found, today, weeks, language)


def history_from(
    summaries: Sequence[SessionSummary], today: date, weeks: int, language: Language
) -> History:
    """The same of summaries that were read."""
    span = weeks if weeks in WEEKS else WEEKS[1]
    monday = today - timedelta(days=today.weekday() + 7 * (span - 1))
    mine = sorted(
        (one for one in summaries if not one.demonstration and monday <= one.day <= today),
        key=lambda one: one.started_at,
    )
    weekly = [
        (week.first, [one for one in mine if one.day in week])
        for week in iso_weeks(monday, today)
        if mine
    ]
    say = load_phrases(language).text
    charts = tuple(
        Chart(
            title=say(f"home.history.{name}"),
            across=say("home.history.week"),
            up=say(f"home.history.{_UP[name]}"),
            points=tuple(
                (first, value)
                for first, together in weekly
                if (value := _IN_A_WEEK[name](together)) is not None
            ),
            weeks=tuple(first for first, _ in weekly),
        )
        for name in CHARTS
    )
    return History(charts=charts, words=_words(mine, span, language), table=_table(mine, language))


def _words(mine: Sequence[SessionSummary], weeks: int, language: Language) -> str:
    say = load_phrases(language).text
    if not mine:
        return f"<p>{escape(say('home.history.none'))}</p>"
    minutes = round(sum(one.lasted_s or 0.0 for one in mine) / 60.0)
    sentence = say("home.history.summary", sessions=len(mine), weeks=weeks, minutes=minutes)
    return f"<p>{escape(sentence)}</p>"


def _table(mine: Sequence[SessionSummary], language: Language) -> str:
    if not mine:
        return ""
    say = load_phrases(language).text
    columns = ("day", "length", "done", "heart", "effort", "pain")
    head = "".join(f"<th scope='col'>{escape(say(f'home.history.{one}'))}</th>" for one in columns)
    rows = "".join(
        f"<tr><th scope='row'>{one.day.isoformat()}</th>"
        + "".join(f"<td>{_said(value)}</td>" for value in _values(one))
        + "</tr>"
        for one in reversed(mine)
    )
    title = escape(say("home.history.table"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<h2>{title}</h2><div class='history-table' tabindex='0'>{table}</div>"


def _values(one: SessionSummary) -> tuple[float | None, ...]:
    return (
        _rounded(one.lasted_s, 1 / 60.0), _done_percent(one), _rounded(one.highest_bpm),
        one.highest_effort, one.highest_pain,
    )  # fmt: skip


def _said(value: float | None) -> str:
    """A number as it is read; not measured is a dash, never a zero."""
    return "\N{EN DASH}" if value is None else f"{value:g}"


def _highest(
    value: Callable[[SessionSummary], float | None],
) -> Callable[[list[SessionSummary]], float | None]:
    """The highest of a week; None: it was never measured."""

    def highest(together: list[SessionSummary]) -> float | None:
        return max((found for one in together if (found := value(one)) is not None), default=None)

    return highest


def _percent_of(together: list[SessionSummary]) -> float | None:
    found = [share for one in together if (share := _done_percent(one)) is not None]
    return float(round(sum(found) / len(found))) if found else None


def _done_percent(one: SessionSummary) -> float | None:
    """Sets done of those planned, at most all."""
    if one.planned_share <= 0.0:
        return None
    return float(round(100.0 * min(1.0, one.done_share / one.planned_share)))


def _rounded(value: float | None, times: float = 1.0) -> float | None:
    return None if value is None else float(round(value * times))


_IN_A_WEEK: Final[dict[str, Callable[[list[SessionSummary]], float | None]]] = {
    "sessions": lambda together: float(len(together)),
    "minutes": lambda together: _rounded(sum(one.lasted_s or 0.0 for one in together), 1 / 60.0),
    "done": _percent_of,
    "heart": _highest(lambda one: _rounded(one.highest_bpm)),
    "effort": _highest(lambda one: one.highest_effort),
    "pain": _highest(lambda one: one.highest_pain),
}
"""What the sessions of a week come to, by chart."""
