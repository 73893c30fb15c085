"""Weeks and sessions of one resident as values that the script draws and explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.adherence import SessionSummary
    from aicoach.follow_up import StaffPage
    from aicoach.web.pages.staff.desk import Desk

Chart = dict[str, Any]


def series(
    name: str, values: Sequence[float | None], style: str, digits: int = 0
) -> dict[str, Any]:
    """One line or one part of the bars; None stays a gap."""
    return {
        "name": name, "style": style,
        "values": [None if one is None else round(one, digits) for one in values],
    }  # fmt: skip


def of_weeks(desk: Desk, page: StaffPage) -> dict[str, Chart]:
    """Sessions, minutes by heart rate, and shares, week by week."""
    words, text, weeks = desk.words, desk.text, page.weeks
    x = [f"{one.first.month}/{one.first.day}" for one in weeks]
    long = [words.days(one.first, one.last) for one in weeks]
    base: Chart = {"x": x, "long": long}
    sessions: Chart = base | {
        "kind": "bars", "unit": "",
        "series": [
            series(text("chart.completed"), [one.completed for one in weeks], "good"),
            series(text("chart.partial"), [one.partial for one in weeks], "part"),
        ],
        "steps": series(text("chart.asked"), [one.asked for one in weeks], "asked", 1),
    }  # fmt: skip
    minutes: Chart = base | {
        "kind": "bars", "unit": text("chart.min"),
        "series": [
            series(text("chart.in_zone"), [one.in_zone_s / 60 for one in weeks], "good"),
            series(text("chart.above"), [one.above_s / 60 for one in weeks], "high"),
            series(text("chart.below"), [one.below_s / 60 for one in weeks], "low"),
            series(text("chart.unmeasured"), [one.unmeasured_s / 60 for one in weeks], "open"),
        ],
    }  # fmt: skip
    done = [
        None if not one.asked else min(100.0, 100.0 * one.completed / one.asked) for one in weeks
    ]
    shares: Chart = base | {
        "kind": "lines", "unit": "%", "low": 0, "high": 100,
        "series": [
            series(text("chart.done_share"), done, "good"),
            series(text("chart.as_asked"), [_percent(one.as_asked) for one in weeks], "effort"),
            series(text("chart.tempo"), [_percent(one.tempo_kept) for one in weeks], "part"),
        ],
    }  # fmt: skip
    found = {"sessions": sessions, "minutes": minutes, "shares": shares}
    ranges = [
        series(words.exercise(one.exercise), list(one.weeks), f"s{i % 6}")
        for i, one in enumerate(page.ranges)
    ]
    if ranges:
        found["ranges"] = base | {"kind": "lines", "unit": "°", "series": ranges}
    return found


def of_sessions(
    desk: Desk, page: StaffPage, summaries: Sequence[SessionSummary]
) -> dict[str, Chart]:
    """What the resident told, and the heart rate, session by session."""
    words, text = desk.words, desk.text
    x = [f"{one.day.month}/{one.day.day}" for one in summaries]
    base: Chart = {
        "kind": "lines", "x": x, "long": [words.day(one.day, year=True) for one in summaries],
        "go": [f"?at=session&id={one.session}" for one in summaries],
    }  # fmt: skip
    stops = [
        {"name": text(f"chart.{name}_stop"), "value": value, "style": name}
        for name, value in (("effort", page.effort_stop), ("pain", page.pain_stop))
        if value is not None
    ]
    tells: Chart = base | {
        "unit": "", "low": 0, "high": 10, "limits": stops,
        "series": [
            series(text("chart.effort"), [one.highest_effort for one in summaries], "effort"),
            series(text("chart.pain"), [one.highest_pain for one in summaries], "pain"),
        ],
    }  # fmt: skip
    heart: Chart = base | {
        "unit": "bpm",
        "series": [series(text("chart.highest"), [one.highest_bpm for one in summaries], "high")],
    }
    return {"tells": tells, "heart": heart}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share
