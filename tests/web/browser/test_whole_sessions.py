"""Whole sessions as people have them: a real person's clip before the real model, a resident at
home whom staff look at afterwards, two residents at once, a strap that passes the cap.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from aicoach.adapters.store.accounts import actor_of, find_account
from aicoach.adapters.store.people import PlanVersion, plan_in_force
from aicoach.demo_site.keys import enrol
from aicoach.demo_site.people import PLACES

from .conftest import LAPTOP, OpenPage, Start, sign_in, until, wait_for
from .served import REPETITIONS, Served
from .test_cabin import answer_until
from .test_stage import ROOT, begin, go_through, live, open_stage, stage_server

__all__ = ["stage_server"]

STRAP = """
(() => {
  let measured;
  window.beat = (bpm) => {
    const value = new DataView(Uint8Array.of(0x06, bpm).buffer); // skin contact, eight bits
    const event = new Event('characteristicvaluechanged');
    Object.defineProperty(event, 'target', { value: { value } });
    measured?.listener(event);
  };
  const characteristic = (name) => ({
    addEventListener: (_event, listener) => { measured = { listener }; },
    startNotifications: async () => {},
    readValue: async () => new DataView(Uint8Array.of(1).buffer), // worn on the chest
  });
  const service = { getCharacteristic: async (name) => characteristic(name) };
  const gatt = { connect: async () => ({ getPrimaryService: async () => service }),
    disconnect() {} };
  const device = { name: 'Strap 1', gatt, addEventListener() {} };
  Object.defineProperty(navigator, 'bluetooth', { value: { requestDevice: async () => device } });
})();
"""


def count_on(page: Page) -> int:
    return int(page.evaluate(f"{ROOT}.querySelector('[data-test=count]')?.textContent || '0'"))


@pytest.mark.model
def test_a_real_person_before_the_camera_is_seen_and_counted(
    start_server: Start, open_page: OpenPage, clip_of: Callable[[str], Path]
) -> None:
    served = start_server("home", pose="model")
    page = open_page(served, "/", language="en", size=LAPTOP, camera=clip_of("squat_18"))
    page.wait_for_selector("[data-test=pick-squat]")
    page.click("[data-test=pick-squat]")
    page.fill("#year", "1980")
    for question, answer in (("active", "true"), ("disease", "false"), ("symptoms", "false")):
        page.click(f"[data-test={question}-{answer}]")
    page.click("[data-test=try-begin]")
    page.click("[data-test=go]")
    live(page)
    go_through(page, "aicoachStage.view.set > 0")
    until(lambda: count_on(page) >= 2, timeout_s=90.0)
    assert page.evaluate("aicoachStage.view.seen")
    page.evaluate("aicoachStage.end()")
    wait_for(page, "aicoachStage.view.ended")


def begin_at_home(page: Page, home: Served) -> None:
    """A resident signs in, and begins what the plan says."""
    enrol(home.store, home.keys)
    sign_in(page, home, "home")
    page.goto(home.url + "/")
    page.click("[data-test=start]")
    page.click("[data-test=go]")
    live(page)


def test_a_session_at_home_is_counted_kept_and_seen_by_staff_who_take_it_apart(
    home: Served, open_page: OpenPage
) -> None:
    before = {one.session for one in home.store.summaries(home.keys.home_resident)}
    page = open_page(home, "/health", language="en")
    begin_at_home(page, home)
    answer_until(page, "aicoachStage.view.ended === true")
    assert f"{REPETITIONS} of {REPETITIONS}" in page.locator("[data-test=summary]").inner_text()
    (room,) = home.premises.rooms.all()
    room.join()
    kept = {one.session: one for one in home.store.summaries(home.keys.home_resident)}
    (session,) = kept.keys() - before
    assert kept[session].reps == REPETITIONS
    west = replace(home, keys=replace(home.keys, logins={"west": PLACES[1].clinician}))
    desk = open_page(home, "/health", language="en")
    sign_in(desk, west, "west")
    desk.goto(f"{home.url}/staff?at=session&id={session}")
    wait_for(desk, "document.querySelector('.desk[data-ready]') !== null")
    assert "Squat" in desk.evaluate("document.querySelector('.desk').innerText")


def test_two_residents_at_once_are_each_counted_and_neither_sees_the_other(
    stage_server: Served, open_page: OpenPage
) -> None:
    pages = [open_stage(open_page, stage_server, language=one) for one in ("en", "zh")]
    for page, language in zip(pages, ("en", "zh"), strict=True):
        begin(page, language)
        live(page)
    for page in pages:
        go_through(page, "aicoachStage.view.set > 0")
    for page in pages:
        wait_for(page, f"aicoachStage.stats.counts.length === {REPETITIONS}", 60.0)
    counts = [page.evaluate("aicoachStage.stats.counts.map((one) => one.n)") for page in pages]
    assert counts == [list(range(1, REPETITIONS + 1))] * 2
    for page in pages:
        page.evaluate("aicoachStage.end()")
        wait_for(page, "aicoachStage.view.ended")
    rooms = stage_server.premises.rooms.all()
    assert len({room.id for room in rooms}) == 2
    assert len({room.owner for room in rooms}) == 2


def test_a_heart_rate_over_the_cap_stops_the_session_and_says_why(
    home: Served, open_page: OpenPage
) -> None:
    cap_the_heart_rate(home)
    page = open_page(home, "/health", language="en")
    page.add_init_script(STRAP)
    begin_at_home(page, home)
    page.evaluate("aicoachStage.connectStrap()")
    page.evaluate("window.rate = 95; setInterval(() => window.beat(window.rate), 500); 0")
    answer_until(page, "aicoachStage.view.set > 0")
    wait_for(page, "aicoachStage.view.bpm >= 90", 30.0)
    page.evaluate("setInterval(() => { window.rate = Math.min(window.rate + 3, 168); }, 500); 0")
    wait_for(page, "aicoachStage.view.screen === 'stopped'", 60.0)
    answer_until(page, "aicoachStage.view.ended === true")
    assert page.evaluate("aicoachStage.view.outcome.why") == "STOP-10"
    assert page.evaluate("aicoachStage.view.outcome.highest_bpm") >= 150


def cap_the_heart_rate(home: Served) -> None:
    """The next version of the resident's plan: up to 130 a minute, and never 150."""
    held = plan_in_force(home.store, home.keys.home_resident)
    assert held is not None
    document = json.loads(json.dumps(held.document))
    document["version"] = held.version + 1
    document["intensity"]["heart_rate"] = {
        "method": "absolute", "lower_bpm": 90.0, "upper_bpm": 130.0, "hard_cap_bpm": 150.0,
    }  # fmt: skip
    clinician = PLACES[1].clinician
    actor = actor_of(home.store, find_account(home.store, clinician).id)
    assert actor is not None
    row = PlanVersion(
        resident=held.resident, plan=held.plan, version=held.version + 1, status=held.status,
        kind=held.kind, author=clinician, signed_at=held.signed_at, valid_from=held.valid_from,
        valid_until=held.valid_until, document=document,
    )  # fmt: skip
    home.store.gate(actor).sign_plan(row)
