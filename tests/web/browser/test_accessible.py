"""Every page passes axe-core, in both languages, light and dark: names, order, contrast, roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from aicoach.adapters.store.people import Consent
from aicoach.catalog.cues import LANGUAGES
from aicoach.web.premises import Conduct

from .assets_only import assets
from .conftest import CABIN, LAPTOP, PHONE, OpenPage, Start, sign_in, wait_for
from .served import MadeSite, Served, serving, taped
from .test_stage_screens import BEGUN, SCREENS, Mocked, stage

__all__ = ["assets", "stage"]

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
    ("site_admin", "?at=audit"),
)
SHOWN = {"clip": ".clip-place label", "history": "#aicoach-charts table"}
"""What a page of a resident waits for."""


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
        if path.startswith("?at=resident"):
            page.locator("[data-region-of=sessions] tbody th a").first.click()
            wait_for(page, "document.querySelector('[data-timeline] svg') !== null")
            found += [f"session: {one}" for one in faults(page)]
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
    for name in ("clip", "history", "messages", "report", "consents"):
        page.click(f"[data-test=page-{name}]")
        page.wait_for_selector(f"[data-test=page-{name}][aria-current=page]")
        page.wait_for_selector(SHOWN.get(name, "h1"))
        found += [f"{name}: {one}" for one in faults(page)]
    page.click("[data-test=page-today]")
    for answer in ("active-true", "disease-false", "symptoms-false", "start"):
        page.click(f"[data-test={answer}]")
    page.wait_for_selector("[data-test=go]")
    found += [f"camera: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.thorough), "en"])
def test_the_shared_screen_and_the_stage_have_no_violation(
    start_server: Start, open_page: OpenPage, language: str
) -> None:
    served = start_server("cabin")
    page = open_page(served, "/", language=language, size=CABIN)
    page.wait_for_selector("[data-test=begin]")
    found = [f"welcome: {one}" for one in faults(page)]
    page.click("[data-test=begin]")
    page.wait_for_selector("[data-test=typed]")
    found += [f"number: {one}" for one in faults(page)]
    for sign in served.keys.cabin_resident.removeprefix("R-"):
        page.click(f'[data-key="{sign}"]')
    page.wait_for_selector("[data-test=typed-pin]")
    found += [f"pin: {one}" for one in faults(page)]
    for sign in (*served.keys.pin, "enter"):
        page.click(f'[data-key="{sign}"]')
    page.wait_for_selector("[data-test=start]")
    found += [f"today: {one}" for one in faults(page)]
    page.click("[data-test=agreements]")
    page.wait_for_selector("[data-test=back]")
    found += [f"agreements: {one}" for one in faults(page)]
    page.click("[data-test=back]")
    page.evaluate("aicoachCabin.idle.touched -= 46000")
    page.wait_for_selector("[data-test=here]")
    found += [f"still here: {one}" for one in faults(page)]
    page.evaluate("aicoachCabin.idle.touch()")
    page.click("[data-test=start]")
    page.wait_for_selector("[data-test=health-go-on]")
    found += [f"health: {one}" for one in faults(page)]
    for answer in ("active-true", "disease-false", "symptoms-false", "health-go-on"):
        page.click(f"[data-test={answer}]")
    page.wait_for_selector("[data-test=stop]")
    found += [f"stage: {one}" for one in faults(page)]
    page.evaluate(
        "aicoachStage.close(), aicoachCabin.show('stage'), "
        "document.dispatchEvent(new CustomEvent('stage:closed', {detail: {lasted_s: 720}}))"
    )
    page.wait_for_selector("[data-test=next]")
    found += [f"farewell: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.thorough), "en"])
def test_what_a_resident_is_asked_to_agree_to_has_no_violation(
    start_server: Start, open_page: OpenPage, language: str
) -> None:
    served = start_server("cabin")
    shelf = served.store.shelf(Consent)
    for one in shelf.find(resident=served.keys.cabin_resident, withdrawn_at=None):
        shelf.change(one.id, withdrawn_at=one.given_at, withdrawn_by="test")
    page = open_page(served, "/", language=language, size=CABIN)
    sign_in(page, served, "pin")
    page.wait_for_selector("[data-test=agree]")
    found = [f"consent: {one}" for one in faults(page)]
    page.click("[data-test=decline]")
    page.wait_for_selector("[data-test=read-again]")
    found += [f"declined: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.thorough), "zh"])
def test_every_screen_of_a_session_has_no_violation(
    stage: tuple[Page, Mocked], language: str
) -> None:
    page, mocked = stage
    page.watch.allow("figure|voice")  # type: ignore[attr-defined] - this server has none
    page.evaluate("(language) => aicoachStage.setLanguage(language)", language)
    page.evaluate("document.title = 'stage'")
    found: list[str] = []
    for name, (view, cue) in SCREENS.items():
        mocked.show(view, cue, language)
        wait_for(page, f"aicoachStage.view.screen === '{(BEGUN | view)['screen']}'")
        found += [f"{name}: {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.thorough)])
def test_the_pages_of_the_demonstration_have_no_violation(
    site: MadeSite, tmp_path: Path, open_page: OpenPage, theme: str
) -> None:
    keys = {"home": site.keys.logins["home"], "password": site.keys.password}
    conduct = Conduct(mode="home", cabin=site.keys.cabin, demonstration=True, shown_keys=keys)
    found: list[str] = []
    with serving(site, tmp_path / "demo", conduct, taped()) as served:
        for language in LANGUAGES:
            page = open_page(served, "/", language=language, size=LAPTOP, color_scheme=theme)
            page.wait_for_selector("h1")
            found += [f"{language} /: {one}" for one in faults(page)]
            page.goto(f"{served.url}/drawn")
            wait_for(page, "document.body.dataset.ready")
            found += [f"{language} /drawn: {one}" for one in faults(page)]
            page.goto(f"{served.url}/clip")
            page.wait_for_selector(".panel label")
            found += [f"{language} /clip: {one}" for one in faults(page)]
            page.close()
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
