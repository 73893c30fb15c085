"""A site in numbers, week by week; nobody's name is among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from aicoach.adapters.store.people import Site
from aicoach.desk.site_weeks import site_numbers
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.desk import NotThereError
from aicoach.web.pages.staff.resident_charts import series
from aicoach.web.pages.staff.shell import framed
from aicoach.zones import day_in, zone_of

if TYPE_CHECKING:
    from aicoach.desk.site_weeks import SiteNumbers
    from aicoach.web.pages.staff.desk import Desk


class SiteAsked(Asked):
    """Which site, and how far back."""

    site: Annotated[str, Field(max_length=64)] = ""
    weeks: Literal["4", "12", "26"] = "12"


def site_view(desk: Desk, asked: SiteAsked) -> Answer:
    """The page."""
    sites = desk.sites("site.view")
    actor = desk.visitor.actor
    code = asked.site or (actor.site if actor and actor.site else "")
    code = code or (sites[0].id if sites else "")
    subject = desk.gate.of_site(code or None)
    desk.see("site.view", subject)
    place = desk.store.shelf(Site).get(code)
    if place is None:
        raise NotThereError(desk.text("problem.no_site"))
    today = day_in(place.time_zone, desk.now)
    found = site_numbers(desk.store, code, today, int(asked.weeks))
    cabins = found.cabins if desk.may("cabin.view", subject) else None
    html = desk.draw(
        "site.html", asked=asked, place=place, sites=sites, found=found, cabins=cabins,
        charts=_charts(desk, found), this_week=found.weeks[-1], zone=zone_of(place.time_zone),
    )  # fmt: skip
    return framed(desk, html, "site", f"{place.name} · {desk.text('nav.site')}")


def _charts(desk: Desk, found: SiteNumbers) -> dict[str, Any]:
    text, weeks = desk.text, found.weeks
    base = {
        "kind": "bars", "unit": "", "x": [f"{one.first.month}/{one.first.day}" for one in weeks],
        "long": [desk.words.days(one.first, one.last) for one in weeks],
    }  # fmt: skip
    ended_early = [one.sessions - one.completed for one in weeks]
    return {
        "sessions": base | {
            "series": [
                series(text("chart.completed"), [one.completed for one in weeks], "good"),
                series(text("site.ended_early"), ended_early, "part"),
            ],
        },
        "active": base | {
            "series": [series(text("site.active"), [one.active for one in weeks], "good")],
            "limits": [
                {"name": text("site.residents"), "value": found.residents, "style": "asked"}
            ],
        },
        "minutes": base | {
            "unit": text("chart.min"),
            "series": [series(text("site.minutes"), [one.minutes for one in weeks], "good")],
        },
        "alerts": base | {
            "series": [
                series(text("site.alerts"), [one.alerts for one in weeks], "high"),
            ],
        },
    }  # fmt: skip
