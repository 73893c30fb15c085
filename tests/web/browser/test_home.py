"""The page at home: a visitor, a resident and a daughter, on a laptop and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from aicoach.adapters.store.people import Message, Resident

from .conftest import LAPTOP, PHONE, OpenPage, screenshot, sign_in, until, wait_for
from .served import Served

HOST = "document.querySelector('[data-home]').shadowRoot"


def tap(page: Page, name: str) -> None:
    page.click(f'[data-test="{name}"]')


def shown(page: Page) -> str:
    return str(page.evaluate(f"{HOST}.textContent"))


def fill_in(page: Page) -> None:
    page.wait_for_selector("[data-test=pick-squat]")
    tap(page, "pick-squat")
    page.fill("#year", "1960")
    for question, answer in (("active", True), ("disease", False), ("symptoms", False)):
        tap(page, f"{question}-{'true' if answer else 'false'}")


@pytest.mark.parametrize(
    ("size", "language"), [(LAPTOP, "en"), pytest.param(PHONE, "zh", marks=pytest.mark.thorough)]
)
def test_a_visitor_tries_it_and_nothing_is_kept(
    home: Served, open_page: OpenPage, size: tuple[int, int], language: str
) -> None:
    page = open_page(home, "/", language=language, size=size)
    fill_in(page)
    before = len(home.store.shelf(Resident).find())
    tap(page, "try-begin")
    page.wait_for_selector("[data-test=go]")
    screenshot(page, f"home-camera-{language}")
    asked = page.evaluate("(window.aicoachStage?.state ?? 'idle') === 'idle'")
    assert asked, "the camera is explained before it is asked for"
    tap(page, "go")
    wait_for(page, "aicoachStage.state === 'live'")
    room = home.premises.rooms.all()[0]
    assert room.opening.keeping is None
    assert room.opening.visit.plan.items[0].exercise == "squat"
    assert len(home.store.shelf(Resident).find()) == before
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "squat" not in kept
    assert "1960" not in kept


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("year", "answers", "said"),
    [
        ("1960", 2, "three questions"),
        ("2020", 3, "16 and older"),
        ("1900", 3, "up to the age of 105"),
        ("abcd", 3, "four digits"),
    ],
)
def test_what_a_visitor_left_out_is_said(
    home: Served, open_page: OpenPage, year: str, answers: int, said: str
) -> None:
    page = open_page(home, "/", language="en")
    page.wait_for_selector("[data-test=pick-squat]")
    tap(page, "try-begin")
    assert "at least one" in page.inner_text("[data-test=notice]")
    tap(page, "pick-squat")
    page.fill("#year", year)
    for question in ("active", "disease", "symptoms")[:answers]:
        tap(page, f"{question}-null")
    tap(page, "try-begin")
    assert said in page.inner_text("[data-test=notice]")


@pytest.mark.thorough
def test_no_more_than_three_are_chosen(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/", language="en")
    page.wait_for_selector("[data-test=pick-squat]")
    for one in ("squat", "marching", "heel_raise"):
        tap(page, f"pick-{one}")
    assert page.is_disabled("[data-test=pick-sit_to_stand]")
    tap(page, "pick-squat")
    assert not page.is_disabled("[data-test=pick-sit_to_stand]")


def test_a_resident_signs_in_sees_their_weeks_and_leaves(home: Served, open_page: OpenPage) -> None:
    keys = home.keys
    page = open_page(home, "/sign-in", language="en")
    page.fill("#login", keys.logins["home"])
    page.fill("#password", keys.password)
    tap(page, "enter")
    page.wait_for_selector("[data-test=plan]")
    tap(page, "page-history")
    page.wait_for_selector("#aicoach-charts table")
    until(lambda: page.locator("#aicoach-charts canvas, #aicoach-charts svg.marks").count() >= 5)
    screenshot(page, "home-history-en", whole=True)
    tap(page, "language")
    wait_for(page, "document.querySelector('#aicoach-charts').innerText.includes('每一次锻炼')")
    tap(page, "page-report")
    answer = page.request.get(
        home.url + page.get_attribute("[data-test=report-12w-html]", "href")  # type: ignore[operator]
    )
    assert answer.status == 200
    assert 'lang="zh-CN"' in answer.text()
    tap(page, "sign-out")
    page.wait_for_selector("[data-test=sign-in]")
    assert page.request.get(home.url + "/resident/today").status == 401
    assert page.locator("#aicoach-charts table").count() == 0


@pytest.mark.thorough
def test_a_wrong_password_is_told_plainly(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/sign-in", language="en")
    page.watch.allow("401")
    tap(page, "enter")
    assert "enter login and password" in page.inner_text("[data-test=notice]")
    page.fill("#login", home.keys.logins["home"])
    page.fill("#password", "something else entirely")
    tap(page, "enter")
    wait_for(page, "document.querySelector('[data-test=notice]').textContent.includes('match')")
    assert page.input_value("#password") == ""


@pytest.mark.thorough
def test_staff_who_sign_in_come_to_their_own_pages(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/sign-in", language="en")
    page.fill("#login", home.keys.logins["clinician"])
    page.fill("#password", home.keys.password)
    tap(page, "enter")
    page.wait_for_url("**/staff**")


def test_a_daughter_reads_and_writes_but_starts_and_agrees_nothing(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/", language="en")
    sign_in(page, home, "family")
    page.wait_for_selector("[data-test=plan]")
    assert page.locator("[data-test=start]").count() == 0
    assert page.locator("[data-test=page-try]").count() == 0
    tap(page, "page-consents")
    page.wait_for_selector("[data-kind=camera]")
    assert page.locator("[data-test=consent-camera]").count() == 0
    tap(page, "page-messages")
    page.fill("#message", "We are glad how well it goes.")
    tap(page, "send")
    until(lambda: any("glad" in one.text for one in home.store.shelf(Message).find()))


@pytest.mark.thorough
def test_the_text_grows_and_stays_so_in_this_browser(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/", language="en")
    size = f"parseFloat(getComputedStyle({HOST}.querySelector('h1')).fontSize)"
    page.wait_for_selector("[data-test=size-large]")
    before = page.evaluate(size)
    tap(page, "size-large")
    assert page.evaluate(size) == pytest.approx(1.25 * before)
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector("[data-test=size-large][aria-pressed=true]")
    assert page.evaluate(size) == pytest.approx(1.25 * before)


def test_the_size_of_the_text_reaches_the_charts_and_their_words(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/", language="en")
    sign_in(page, home, "home")
    tap(page, "page-history")
    table = "document.querySelector('#aicoach-charts table')"
    page.wait_for_selector("#aicoach-charts table")
    size = f"parseFloat(getComputedStyle({table}).fontSize)"
    label = (
        "Math.max(...[...document.querySelectorAll('#aicoach-charts svg.marks text')]"
        ".map((one) => parseFloat(one.getAttribute('font-size'))))"
    )
    wait_for(page, f"{label} > 0")
    before = page.evaluate(f"[{size}, {label}]")
    tap(page, "size-largest")
    wait_for(page, f"{label} >= {1.49 * before[1]}")
    assert page.evaluate(size) == pytest.approx(1.5 * before[0])


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.thorough), "en"])
def test_on_a_phone_tools_stand_in_one_order_and_nothing_is_hidden(
    home: Served, open_page: OpenPage, language: str
) -> None:
    page = open_page(home, "/", language=language, size=PHONE)
    sign_in(page, home, "home")
    page.wait_for_selector("fieldset")
    at = page.evaluate(
        f"""() => Object.fromEntries(['size-normal', 'language', 'sign-out'].map((name) => {{
          const box = {HOST}.querySelector(`[data-test=${{name}}]`).getBoundingClientRect();
          return [name, [box.left, box.top]];
        }}))"""
    )
    assert at["sign-out"][1] < at["language"][1]
    assert abs(at["language"][1] - at["size-normal"][1]) < 5, "they share a row"
    assert at["size-normal"][0] < at["language"][0]
    hidden = f"""() => [...{HOST}.querySelectorAll('nav button')].filter((one) =>
      one.getBoundingClientRect().right > innerWidth).map((one) => one.textContent)"""
    assert page.evaluate(hidden) == []
    broken = f"""() => [...{HOST}.querySelectorAll('legend')].filter((one) =>
      one.getBoundingClientRect().top < one.parentElement.getBoundingClientRect().top + 2)
      .map((one) => one.textContent)"""
    assert page.evaluate(broken) == []


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_needs_no_scrolling_sideways(
    home: Served, open_page: OpenPage, language: str
) -> None:
    page = open_page(home, "/", language=language, size=PHONE)
    page.wait_for_selector("[data-test=try-begin]")
    tap(page, "size-largest")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    sign_in(page, home, "home")
    tap(page, "page-today")
    page.wait_for_selector("[data-test=plan]")
    for one in ("today", "messages", "report", "consents"):
        tap(page, f"page-{one}")
        page.wait_for_selector(f"[data-test=page-{one}][aria-current=page]")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], one
        assert shown(page)
