"""The live stage in a real browser, with a synthetic resident: sessions from start to summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from aicoach.web.premises import Conduct
from aicoach.web.settings import web_settings

from .conftest import OpenPage, until, wait_for
from .served import REPETITIONS, MadeSite, Served, serving, taped

WELL = {"effort": 3, "pain": 0, "talk": "talk", "symptom": "none"}
ROOT = "document.querySelector('[data-stage]').shadowRoot"
LAYOUT = f"{ROOT}.querySelector('.stage').dataset.layout"
KEEP_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends window.WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};
window.heard = [];
for (const name of ['stage:ended', 'stage:closed', 'stage:language']) {
  document.addEventListener(name, (event) => window.heard.push([name, event.detail]));
}
"""


@pytest.fixture
def stage_server(site: MadeSite, tmp_path: Path) -> Iterator[Served]:
    """A demonstration with two places, where ``/plain`` is the stage and nothing else."""
    settings = web_settings()
    settings = replace(settings, live=replace(settings.live, wait_s=1.0, kept_share=0.0))
    conduct = Conduct(mode="home", demonstration=True)
    folder = tmp_path / "stage"
    with serving(site, folder, conduct, taped(), live_sessions=2, settings=settings) as served:
        yield served


def open_stage(open_page: OpenPage, served: Served, **more: Any) -> Page:
    page = open_page(served, "/plain", **more)
    page.add_init_script(KEEP_SOCKETS)
    page.reload()
    page.wait_for_selector("[data-test=start]")
    return page


def begin(page: Page, language: str = "en", **more: Any) -> None:
    asked = more | {
        "what": "trial", "language": language, "exercises": ["squat"], "birth_year": 1980,
        "active": True, "disease": False, "symptoms": False, "repetitions": REPETITIONS,
    }  # fmt: skip
    page.evaluate("asked => { aicoachStage.start(asked); }", asked)


def live(page: Page) -> None:
    wait_for(page, "aicoachStage.state === 'live' && aicoachStage.stats.answered > 2")


def go_through(page: Page, until: str, timeout_s: float = 90.0) -> None:
    """Answer as a well person, skip what can be skipped, until something holds."""
    step = f"({until}) || (aicoachStage.view.question ? {ROOT}"
    step += ".querySelector('[data-test=answer]:not([aria-pressed]), "
    step += "[data-test=none-of-these]:enabled') && 'ask' : "
    step += "['camera_setup', 'demonstration', 'countdown', 'rest', 'check_in'].includes("
    step += "aicoachStage.view.screen) && 'skip')"
    for _turn in range(40):
        found = wait_for(page, step, timeout_s)
        if found == "ask":
            answer(page)
        elif found == "skip":
            screen = page.evaluate("aicoachStage.view.screen")
            page.keyboard.press("n")
            wait_for(page, f"aicoachStage.view.screen !== '{screen}' || aicoachStage.view.question")
        else:
            return
    raise AssertionError(f"never came to {until}")


def answer(page: Page) -> None:
    question = page.evaluate("aicoachStage.view.question")
    if question is None:
        return
    listed = page.locator("[data-test=none-of-these]")
    if listed.is_visible():
        listed.click()
        wait_for(page, "!(aicoachStage.view.ahead?.length > 1)")
        return
    value = WELL.get(question["id"], False if question["kind"] == "yes_no" else None)
    button = page.locator(f"[data-test=answer][data-value='{json.dumps(value)}']")
    button.click()
    asked = json.dumps(question["id"])
    wait_for(page, f"aicoachStage.view.question?.id !== {asked}")


@pytest.mark.thorough  # in every run there is one in the cabin
def test_a_session_is_played_from_the_start_to_the_summary_and_counted(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    go_through(page, "aicoachStage.view.set > 0")
    wait_for(page, f"{ROOT}.querySelector('[data-test=count]').textContent === '1'", 30)
    assert page.locator("[data-test=of]").inner_text() == f"of {REPETITIONS}"
    assert page.locator("[data-test=seen]").inner_text().strip() == "I can see you"
    go_through(page, "aicoachStage.view.ended")
    stats = page.evaluate("aicoachStage.stats")
    assert [count["n"] for count in stats["counts"]] == list(range(1, REPETITIONS + 1))
    assert stats["answered"] > 20
    assert len(stats["latency_ms"]) <= stats["answered"]
    shown = page.locator("[data-test=summary]").inner_text()
    assert "Squat" in shown
    assert f"{REPETITIONS} of {REPETITIONS}" in shown
    page.locator("[data-test=done]").click()
    wait_for(page, "aicoachStage.state === 'idle'")
    names = page.evaluate("heard.map((one) => one[0])")
    assert names == ["stage:ended", "stage:closed"]
    ended = page.evaluate("heard[0][1]")
    assert [one["exercise"] for one in ended["sets"]] == ["squat"]
    assert ended["kept"] is False
    assert page.evaluate(f"{ROOT}.querySelector('.stage').hidden")
    assert page.evaluate("Object.keys(aicoachStage.view).length") == 0


def test_stop_is_on_the_screen_before_the_server_hears_of_it(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    at_once = page.evaluate(
        f"""() => {{
          window.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Escape'}}));
          return [{LAYOUT}, {ROOT}.querySelector('[data-test=message] h2').textContent];
        }}"""
    )
    assert at_once == ["message", "We stop"]
    wait_for(page, "aicoachStage.view.ended", 40)
    assert page.evaluate("aicoachStage.view.outcome.why") == "STOP-7"


@pytest.mark.thorough
def test_space_pauses_and_goes_on(stage_server: Served, open_page: OpenPage) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    page.keyboard.press(" ")
    wait_for(page, f"{LAYOUT} === 'paused'")
    assert page.evaluate("aicoachStage.view.paused_by") == "button"
    page.locator("[data-test=text-more]").click()
    size = page.evaluate(f"{ROOT}.querySelector('.stage').style.getPropertyValue('--text')")
    assert float(size) == 1.25
    page.locator("[data-test=resume]").click()
    wait_for(page, f"{LAYOUT} !== 'paused'")


def test_the_language_changes_at_once_and_the_coach_follows(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    page.locator("[data-test=language]").click()
    assert page.locator("[data-test=stop]").inner_text().strip() == "停止"
    assert page.evaluate("heard") == [["stage:language", {"language": "zh"}]]
    page.keyboard.press("n")
    wait_for(page, "aicoachStage.view.question !== null")
    assert "今天" in page.locator("[data-test=question] h2").inner_text()


def test_a_reload_and_a_lost_line_come_back_to_the_same_session(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    (room,) = stage_server.premises.rooms.all()
    page.reload()
    wait_for(page, "window.aicoachStage?.state === 'live'")
    live(page)
    page.evaluate("sockets.at(-1).close()")
    wait_for(page, "aicoachStage.stats.connections === 2 && aicoachStage.state === 'live'")
    answered = page.evaluate("aicoachStage.stats.answered")
    wait_for(page, f"aicoachStage.stats.answered > {answered}")
    assert [one.id for one in stage_server.premises.rooms.all()] == [room.id]
    assert not room.ended


@pytest.mark.thorough
def test_the_newest_page_has_the_session_and_the_older_one_says_so(
    stage_server: Served, open_page: OpenPage
) -> None:
    first = open_stage(open_page, stage_server)
    begin(first)
    live(first)
    second = open_page(stage_server, "/plain", context=first.context)
    live(second)
    wait_for(first, "aicoachStage.state === 'moved'")
    assert first.locator("[data-test=message] h2").inner_text() == "It goes on elsewhere"
    first.bring_to_front()
    first.locator("[data-test=retry]").click()
    live(first)
    wait_for(second, "aicoachStage.state === 'moved'")


@pytest.mark.thorough
def test_who_finds_all_places_taken_is_told_and_let_in_when_one_is_free(
    stage_server: Served, open_page: OpenPage
) -> None:
    taken = [stage_server.premises.rooms.watchers.take() for _place in range(2)]
    page = open_stage(open_page, stage_server)
    page.watch.allow("503")  # type: ignore[attr-defined]
    begin(page)
    wait_for(page, f"{LAYOUT} === 'message' && aicoachStage.state === 'waiting'")
    assert "All places are taken" in page.locator("[data-test=message]").inner_text()
    for watcher in taken:
        assert watcher is not None
        stage_server.premises.rooms.watchers.give_back(watcher)
    live(page)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("NotAllowedError", "I may not use the camera"),
        ("NotFoundError", "I find no camera"),
        ("NotReadableError", "The camera is busy"),
    ],
)
def test_a_camera_that_does_not_come_is_explained_and_tried_again(
    stage_server: Served, open_page: OpenPage, name: str, title: str
) -> None:
    page = open_stage(open_page, stage_server)
    page.evaluate(
        """name => { const devices = navigator.mediaDevices;
          window.real = devices.getUserMedia.bind(devices);
          devices.getUserMedia = () => Promise.reject(new DOMException('', name)); }""",
        name,
    )
    begin(page)
    wait_for(page, f"{LAYOUT} === 'message'")
    assert page.locator("[data-test=message] h2").inner_text() == title
    assert stage_server.premises.rooms.all() == ()
    page.evaluate("navigator.mediaDevices.getUserMedia = window.real; 0")
    page.locator("[data-test=retry]").click()
    live(page)


@pytest.mark.thorough
def test_without_a_safe_address_the_page_says_what_to_do(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', {value: undefined}); 0")
    begin(page)
    wait_for(page, f"{LAYOUT} === 'message'")
    assert "https" in page.locator("[data-test=message]").inner_text()


def test_an_unplugged_camera_makes_the_session_wait_until_it_is_back(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    page.evaluate(
        f"""() => {{
          const devices = navigator.mediaDevices;
          window.real = devices.getUserMedia.bind(devices);
          devices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
          {ROOT}.querySelector('video').srcObject.getVideoTracks()[0]
            .dispatchEvent(new Event('ended'));
        }}"""
    )
    wait_for(page, "aicoachStage.view.paused_by === 'camera'")
    assert page.locator("[data-test=seen]").inner_text().strip() == "I can't see you"
    page.evaluate(
        "navigator.mediaDevices.getUserMedia = window.real;"
        "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )
    wait_for(page, "aicoachStage.view.paused_by === null && aicoachStage.camera === null", 30)


def test_what_applies_today_is_touched_on_one_page_and_the_rest_is_no(
    stage_server: Served, open_page: OpenPage
) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    page.keyboard.press("n")
    page.wait_for_selector("[data-test=none-of-these]")
    rows = page.locator("[data-test=row]")
    names = rows.evaluate_all("rows => rows.map((row) => row.dataset.row)")
    assert {"unwell", "chest_breath", "dizzy_weak", "pain"} <= set(names)
    page.locator("[data-row=meal_alcohol]").click()
    assert page.locator("[data-test=none-of-these]").inner_text().strip() == "Go on"
    page.locator("[data-test=none-of-these]").click()
    wait_for(page, "aicoachStage.view.screen !== 'pre_check' || !aicoachStage.view.question")
    room = stage_server.premises.rooms.all()[0]
    until(lambda: room.outbox.shown.get("question") is None)


@pytest.mark.thorough
def test_who_wants_is_asked_one_by_one(stage_server: Served, open_page: OpenPage) -> None:
    page = open_stage(open_page, stage_server)
    begin(page)
    live(page)
    page.keyboard.press("n")
    page.locator("[data-test=one-by-one]").click()
    page.wait_for_selector("[data-test=question] [data-value=false]")
    assert page.locator("[data-test=none-of-these]").count() == 0
