"""Staff at a desk, in a real browser: from the list to a session, and a plan that is signed."""

from __future__ import annotations

import pytest

from aicoach.adapters.store.people import plan_in_force

from .conftest import OpenPage, screenshot, sign_in, until, wait_for
from .served import Served

SETS = "[data-field='items.1.sets']"
READY = "document.querySelector('.desk[data-ready]') !== null"
CHECKED = "document.querySelector('[data-checked] b') !== null"


def heading(text: str) -> str:
    return f"(document.querySelector('.desk h1') || {{}}).innerText?.includes({text!r})"


def test_from_the_list_to_a_session_and_back_in_two_languages(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/health", size=(1280, 800))
    sign_in(page, home, "clinician")
    page.goto(home.url + "/staff")
    wait_for(page, READY)
    page.locator("table.triage tbody th a").first.click()
    wait_for(page, "location.search.includes('at=resident')")
    resident = page.evaluate("new URLSearchParams(location.search).get('code')")
    wait_for(page, heading(resident))
    assert wait_for(page, "document.querySelectorAll('.chart svg.chart-svg').length") >= 4
    page.locator("[data-region-of=sessions] tbody th a").first.click()
    wait_for(page, "document.querySelector('[data-timeline] svg') !== null")
    page.go_back()
    wait_for(page, heading(resident))
    english = page.evaluate("document.querySelector('.desk nav').innerText")
    page.locator("[data-language]").click()
    wait_for(page, f"document.querySelector('.desk nav').innerText !== {english!r}")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    screenshot(page, "staff-resident-zh")


def test_every_box_of_the_time_line_has_a_name_or_a_number_with_a_list_of_names(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/health", size=(1280, 800))
    sign_in(page, home, "clinician")
    session = home.store.summaries(home.keys.cabin_resident)[-1].session
    page.goto(f"{home.url}/staff?at=session&id={session}")
    wait_for(page, "document.querySelector('[data-timeline] svg .span') !== null")
    boxes, said, listed = page.evaluate("""() => {
        const chart = document.querySelector("[data-timeline]");
        const all = (what) => [...chart.querySelectorAll(what)].map((one) => one.textContent);
        const names = all("svg .span title").map((one) => one.replace(/ [0-9:–]+$/, ""));
        return [names, all("svg .tick.middle"), all(".legend li")];
    }""")
    assert boxes
    kinds = list(dict.fromkeys(boxes))
    numbered = [f"{number} {name}" for number, name in enumerate(kinds, start=1)]
    assert listed == numbered or not listed
    for name in boxes:
        assert (str(kinds.index(name) + 1) if listed else name) in said
    screenshot(page, "staff-session")


def test_safety_events_and_versions_are_narrowed_without_losing_each_other(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/health", size=(1280, 900))
    sign_in(page, home, "clinician")
    page.goto(f"{home.url}/staff?at=resident&code={home.keys.cabin_resident}")
    wait_for(page, READY)
    page.locator("[data-region-of=versions] select[name=state]").select_option("completed")
    wait_for(page, "location.search.includes('state=completed')")
    rows = "document.querySelectorAll('[data-region-of=versions] tbody tr').length"
    wait_for(page, f"{rows} === 1")
    page.locator("[data-region-of=sessions] select[name=sort]").select_option("oldest")
    chosen = "document.querySelector('[data-region-of=sessions] option[value=oldest][selected]')"
    wait_for(page, f"{chosen} !== null")
    assert "state=completed" in page.evaluate("location.search")
    assert page.evaluate(f"{rows} === 1")


@pytest.mark.thorough
def test_a_chart_is_walked_through_with_the_keys(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/health")
    sign_in(page, home, "clinician")
    page.goto(f"{home.url}/staff?at=resident&code={home.keys.cabin_resident}")
    wait_for(page, "document.querySelector('.chart .plot') !== null")
    page.locator(".chart .plot").first.focus()
    page.keyboard.press("End")
    last = wait_for(page, "document.querySelector('.chart .told').innerText")
    page.keyboard.press("ArrowLeft")
    wait_for(page, f"document.querySelector('.chart .told').innerText !== {last!r}")


def test_a_plan_is_checked_while_it_is_written_saved_and_signed(
    home: Served, open_page: OpenPage
) -> None:
    resident = home.keys.cabin_resident
    before = plan_in_force(home.store, resident)
    assert before is not None
    page = open_page(home, "/health")
    sign_in(page, home, "clinician")
    page.goto(f"{home.url}/staff?at=plan&code={resident}&start=force")
    wait_for(page, CHECKED)
    sets = page.locator(f"{SETS} input")
    sets.fill("99")
    wait_for(page, f"!document.querySelector(`{SETS} .wrong-here`).hidden")
    assert sets.get_attribute("aria-invalid") == "true"
    sets.fill("2")
    wait_for(page, "document.querySelector('.state.good') !== null")
    page.locator("[name=role]").select_option("physiotherapist")
    page.locator("[data-sign] [name=password]").fill("not the password")
    page.locator("[data-sign] button").click()
    wait_for(page, "document.querySelector('[data-sign] .wrong') !== null")
    page.locator("[data-sign] [name=password]").fill(home.keys.password)
    page.locator("[data-sign] button").click()
    wait_for(page, "location.search.includes('at=resident')")

    def signed() -> bool:
        held = plan_in_force(home.store, resident)
        return held is not None and held.version > before.version

    until(signed)
    held = plan_in_force(home.store, resident)
    assert held is not None
    assert held.document["items"][0]["sets"] == 2


@pytest.mark.thorough
def test_whoever_is_not_staff_is_sent_to_sign_in(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/health")
    sign_in(page, home, "home")
    answer = page.request.get(home.url + "/staff", headers={"Accept": "text/html"}, max_redirects=0)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
