"""Every page passes axe-core, in both languages, light and dark: names, order, contrast, roles."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import CABIN, LAPTOP, PHONE, OpenPage, Start, sign_in, wait_for
from .served import Served

THEMES = ("light", "dark")
RULES = {
    # It would fetch sheets of style again, looking for what they import beside the page.
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
STAFF = (
    ("clinician", ""),
    ("clinician", "?at=resident&code={resident}"),
    ("clinician", "?at=plan&code={resident}"),
    ("clinician", "?at=site"),
    ("site_admin", "?at=accounts"),
)


def faults(page: Page) -> list[str]:
    """What axe-core found: rule, and where."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("language", "theme"), [pytest.param("zh", "light", marks=pytest.mark.thorough), ("en", "dark")]
)
def test_the_pages_of_staff_have_no_violation(
    home: Served, open_page: OpenPage, language: str, theme: str
) -> None:
    page = open_page(home, "/health", language=language, size=LAPTOP, color_scheme=theme)
    found: list[str] = []
    before = ""
    for who, path in STAFF:
        if who != before:
            page.goto(home.url + "/health")
            sign_in(page, home, who)
            before = who
        page.goto(f"{home.url}/staff{path.format(resident=home.keys.cabin_resident)}")
        wait_for(page, "document.querySelector('.desk[data-ready]') !== null")
        found += [f"{path}: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("language", "theme"), [("zh", "dark"), pytest.param("en", "light", marks=pytest.mark.thorough)]
)
def test_the_page_at_home_and_the_way_in_have_no_violation(
    home: Served, open_page: OpenPage, language: str, theme: str
) -> None:
    page = open_page(home, "/sign-in", language=language, size=PHONE, color_scheme=theme)
    page.wait_for_selector("form")
    found = [f"/sign-in: {one}" for one in faults(page)]
    page.goto(home.url + "/")
    page.wait_for_selector("[data-test=pick-squat]")
    found += [f"/: {one}" for one in faults(page)]
    sign_in(page, home, "home")
    page.goto(home.url + "/")
    page.wait_for_selector("[data-test=page-history]")
    found += [f"/ signed in: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.thorough), "en"])
def test_the_shared_screen_and_the_stage_have_no_violation(
    start_server: Start, open_page: OpenPage, language: str
) -> None:
    served = start_server("cabin")
    page = open_page(served, "/", language=language, size=CABIN)
    page.wait_for_selector("[data-test=begin]")
    found = [f"welcome: {one}" for one in faults(page)]
    sign_in(page, served, "pin")
    page.wait_for_selector("[data-test=start]")
    found += [f"today: {one}" for one in faults(page)]
    page.click("[data-test=start]")
    page.wait_for_selector("[data-test=health-go-on]")
    found += [f"health: {one}" for one in faults(page)]
    for answer in ("active-true", "disease-false", "symptoms-false", "health-go-on"):
        page.click(f"[data-test={answer}]")
    page.wait_for_selector("[data-test=stop]")
    found += [f"stage: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


def test_the_page_at_home_is_whole_before_gradio_is_there(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/health", language="zh", size=PHONE, color_scheme="dark")
    page.route("**/assets/index-*.js", lambda _asked: None)  # it never comes
    page.goto(home.url + "/", wait_until="commit")
    page.wait_for_selector("[data-test=pick-squat]")
    assert page.evaluate("window.aicoachStage === undefined")
    assert page.title() == "aicoach"
    assert not faults(page)
    page.click("[data-test=pick-squat]")
    assert page.get_attribute("[data-test=pick-squat]", "aria-pressed") == "true"
