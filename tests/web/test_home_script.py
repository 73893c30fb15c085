"""What the page at home names itself is known to the server, and what the rules say reaches it."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from aicoach.catalog import load_catalog
from aicoach.prescription.rules import table
from aicoach.web.assets_routes import ASSETS
from aicoach.web.history import Chart
from aicoach.web.pages.home import _plot, first_of_home

TRIAL = (ASSETS / "home" / "trial.mjs").read_text("utf-8")


def test_every_exercise_that_stands_first_is_in_the_catalogue() -> None:
    listed = re.search(r"const FIRST = \[(.*?)\];", TRIAL, re.DOTALL)
    assert listed is not None
    names = re.findall(r'"(\w+)"', listed[1])
    assert len(names) >= 5
    assert [one for one in names if one not in load_catalog()] == []


def test_the_page_has_the_ages_of_the_rules_and_none_of_its_own() -> None:
    premises = SimpleNamespace(conduct=SimpleNamespace(mode="home"))
    given = parse_qs(urlsplit(first_of_home(premises)).query)  # type: ignore[arg-type]
    ages = table("age")
    assert float(given["youngest"][0]) == ages["lowest"].value
    assert float(given["oldest"][0]) == ages["highest"].value
    assert not re.search(r"\b(16|18|105|110)\b", TRIAL)


def test_a_week_in_which_nothing_was_measured_keeps_its_place_in_a_chart() -> None:
    weeks = (date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9))
    chart = Chart(title="t", across="week", up="bpm", points=((weeks[1], 104.0),), weeks=weeks)
    drawn = _plot("heart", chart).value
    assert drawn["data"] == [["10-26", None], ["11-02", 104.0], ["11-09", None]]
