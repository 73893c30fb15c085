"""The cabin's shared screen as a resident uses it, from the first touch to farewell."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from aicoach.access import console_actor
from aicoach.adapters.store.accounts import issue_card
from aicoach.adapters.store.people import Consent, Enrolment, PlanVersion, plan_in_force
from aicoach.demo_site.keys import enrol

from .conftest import CABIN, OpenPage, Start, screenshot, sign_in, until, wait_for
from .served import Served

TALL, WIDE, SMALL = CABIN, (1920, 1080), (1366, 768)
SPOKEN = {"check_in", "camera_setup", "demonstration", "countdown"}
WORDS = {"zh": "点这里开始", "en": "Touch to begin"}


def tap(page: Page, name: str) -> None:
    page.click(f'[data-test="{name}"]')


def key(page: Page, *signs: str) -> None:
    for sign in signs:
        page.click(f'[data-key="{sign}"]')


def begin(page: Page) -> None:
    tap(page, "begin")
    page.wait_for_selector("[data-test=typed]")


def by_pin(page: Page, served: Served) -> None:
    """Number and PIN on the keys."""
    begin(page)
    key(page, *served.keys.cabin_resident.removeprefix("R-"))
    page.wait_for_selector("[data-test=typed-pin]")
    key(page, *served.keys.pin, "enter")


def start(page: Page) -> None:
    """Start; before a first session on a fitness plan there are three questions on a page."""
    tap(page, "start")
    for answer in ("active-true", "disease-false", "symptoms-false", "health-go-on"):
        tap(page, answer)


def screen_of(page: Page) -> str:
    return str(page.evaluate("aicoachCabin.screen"))


def shown(page: Page) -> str:
    return str(page.evaluate("document.querySelector('[data-cabin]').shadowRoot.textContent"))


def to_the_farewell(page: Page, cabin: Served) -> None:
    """From the first exercise to the screen on which nobody is known any more."""
    answer_until(page, "aicoachStage.view.ended === true")
    tap(page, "done")
    page.wait_for_selector("[data-test=next]")
    assert "辛苦了" in shown(page)
    tap(page, "leave")
    page.wait_for_selector("[data-test=begin]")
    assert page.evaluate("fetch('/entry/me').then((answer) => answer.json())")["role"] is None
    kept = until(lambda: cabin.store.summaries(cabin.keys.cabin_resident)[-1])
    assert kept.reps == 2


@pytest.mark.thorough
def test_a_session_in_which_nothing_is_skipped_takes_one_touch_to_start(
    cabin: Served, open_page: OpenPage
) -> None:
    page = open_page(cabin, "/", language="zh", size=WIDE)
    by_pin(page, cabin)
    page.wait_for_selector("[data-test=start]")
    screenshot(page, "cabin-today-zh")
    taps = page.evaluate(
        "window.taps = 0, addEventListener('click', () => { window.taps += 1 }, true), 0"
    )
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    answered = answer_until(page, "aicoachStage.view.set > 0")
    taps = page.evaluate("window.taps")
    assert taps == 1 + 3 + 1 + answered, "only the start and the answers are touches"
    to_the_farewell(page, cabin)


def touches_to_the_first_exercise(page: Page) -> int:
    """Fingers on the glass between the day's page and the first exercise, as the page hears them.

    Nothing is typed: what is only said is skipped by a key, which a resident may wait for.
    """
    page.wait_for_selector("[data-test=start]")
    page.evaluate(
        """() => {
            window.fingers = 0;
            const hears = (event) => {
                window.fingers += event.isTrusted && event.pointerType === 'touch' ? 1 : 0;
            };
            addEventListener('pointerdown', hears, true);
        }"""
    )
    page.tap("[data-test=start]")
    until(lambda: screen_of(page) != "today")
    if screen_of(page) == "enrol":
        for answer in ("active-true", "disease-false", "symptoms-false", "health-go-on"):
            page.tap(f"[data-test={answer}]")
    nothing = page.locator("[data-test=none-of-these]:enabled:visible")  # asked in one moment

    def exercising() -> Any:
        if nothing.count():
            with suppress(PlaywrightError):  # it was answered in this very moment
                nothing.tap(timeout=2000.0)
        screen, question = page.evaluate("[aicoachStage.view.screen, aicoachStage.view.question]")
        assert question is None or question["id"] not in {"effort", "pain"}
        if screen in SPOKEN and question is None:
            page.keyboard.press("n")
        return page.evaluate("aicoachStage.view.set > 0")

    until(exercising, timeout_s=180.0)
    return int(page.evaluate("window.fingers"))


def touches_of_a_session(cabin: Served, open_page: OpenPage) -> int:
    """Touches from the day's page to the first exercise; the session then ends."""
    page = open_page(cabin, "/", language="zh", size=TALL)
    by_pin(page, cabin)
    touches = touches_to_the_first_exercise(page)
    room = next(one for one in cabin.premises.rooms.all() if not one.ended)
    room.ask_to_end()
    room.join()
    page.context.close()
    return touches


def test_from_pin_to_farewell_with_at_most_three_touches_before_the_first_exercise(
    cabin: Served, open_page: OpenPage
) -> None:
    """Of somebody who has answered the questions of the year."""
    held = plan_in_force(cabin.store, cabin.keys.cabin_resident)
    assert held is not None
    assert held.kind == "fitness"
    enrol(cabin.store, cabin.keys)
    page = open_page(cabin, "/", language="zh", size=TALL)
    by_pin(page, cabin)
    assert 1 <= touches_to_the_first_exercise(page) <= 3
    to_the_farewell(page, cabin)


@pytest.mark.thorough
def test_the_yearly_questions_take_four_touches_once(cabin: Served, open_page: OpenPage) -> None:
    first, second = (touches_of_a_session(cabin, open_page) for _ in range(2))
    kept = cabin.store.shelf(Enrolment).find(resident=cabin.keys.cabin_resident)
    assert [one.place for one in kept] == ["cabin"]
    assert first == second + 4, "three answers and one to go on"


def answer_until(page: Page, js: str) -> int:
    """Answer as somebody who is well, until something holds; how many answers it took."""
    well = """() => {
        const root = document.querySelector('[data-stage]').shadowRoot;
        const { question } = aicoachStage.view;
        if (!question || question.id === window.answered) return 0;
        const all = { effort: 3, pain: 0, talk: 'talk', symptom: 'none' };
        const wanted = JSON.stringify(all[question.id] ?? false);
        const none = root.querySelector('[data-test=none-of-these]');
        if (none?.offsetParent) {
            if (none.disabled) return 0;
            none.click();
            return 1;
        }
        const press = (what) => root.querySelector(what)?.click() ?? true;
        if (question.kind === 'number' && !question.choices.length) {
            if (!root.querySelector('[data-test=enter]')?.offsetParent) return 0;
            window.answered = question.id;
            const number = { systolic_mmhg: 125, diastolic_mmhg: 75, resting_hr_bpm: 68 };
            const typed = `${number[question.id] ?? Math.ceil(question.low)}`;
            for (const digit of typed) press(`[data-test=key][data-key="${digit}"]`);
            press('[data-test=enter]');
            return typed.length + 1;
        }
        const found = [...root.querySelectorAll('[data-test=answer]')]
            .find((one) => one.dataset.value === wanted && one.offsetParent);
        if (!found) return 0;
        window.answered = question.id;
        found.click();
        return 1;
    }"""
    answers = 0
    seen: list[Any] = []

    def step() -> Any:
        nonlocal answers
        answers += page.evaluate(well)
        told = page.evaluate("[aicoachStage.view.screen, aicoachStage.view.question?.id]")
        if [told] != seen[-1:]:
            seen.append(told)
            if told[0] in SPOKEN and told[1] is None:
                page.keyboard.press("n")  # what is only said need not be waited for
        wanted = "ended === true" in js or not page.evaluate("aicoachStage.view.ended")
        assert wanted, f"the session ended too early: {seen}"
        return page.evaluate(js)

    until(step, timeout_s=180.0)
    return answers


def test_nothing_of_a_resident_is_left(cabin: Served, open_page: OpenPage) -> None:
    page = open_page(cabin, "/", language="zh", size=WIDE)
    by_pin(page, cabin)
    page.wait_for_selector("[data-test=start]")
    name = page.evaluate("aicoachCabin.today.name")
    assert name in shown(page)
    length = page.evaluate("history.length")
    tap(page, "sign-out")
    page.wait_for_selector("[data-test=begin]")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert cabin.keys.cabin_resident not in kept
    assert page.evaluate("history.length") == length
    everything = page.content() + shown(page) + page.evaluate("document.cookie")
    assert name not in everything
    assert cabin.keys.cabin_resident not in everything
    page.go_back()
    page.wait_for_load_state("domcontentloaded")
    assert name not in page.content()


@pytest.mark.thorough
def test_a_wrong_pin_is_told_plainly_and_the_right_one_opens(
    cabin: Served, open_page: OpenPage
) -> None:
    page = open_page(cabin, "/", language="en", size=WIDE)
    page.watch.allow("401")
    begin(page)
    key(page, *cabin.keys.cabin_resident.removeprefix("R-"), "1", "1", "1", "2", "2", "2", "enter")
    wait_for(page, "!aicoachCabin.busy && aicoachCabin.notice")
    assert "did not match" in page.inner_text("[data-test=notice]")
    key(page, *cabin.keys.pin, "enter")
    page.wait_for_selector("[data-test=start]")


@pytest.mark.thorough
def test_a_number_may_be_typed_without_its_zeros(cabin: Served, open_page: OpenPage) -> None:
    page = open_page(cabin, "/", size=WIDE)
    begin(page)
    key(page, cabin.keys.cabin_resident.lstrip("R-0"), "enter", *cabin.keys.pin, "enter")
    page.wait_for_selector("[data-test=start]")


def test_a_card_before_the_camera_opens_the_day(
    cabin: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    token = issue_card(cabin.store.gate(console_actor("test")), cabin.keys.cabin_resident).token
    page = open_page(cabin, "/", size=WIDE, camera=card_film(token, tmp_path / "card.mjpeg"))
    begin(page)
    page.wait_for_selector("[data-test=start]")


def card_film(token: str, path: Path) -> Path:
    """A camera that sees a card."""
    code = cv2.QRCodeEncoder.create().encode(token)
    big = cv2.resize(code, None, fx=7, fy=7, interpolation=cv2.INTER_NEAREST)
    frame = np.full((480, 640, 3), 230, np.uint8)
    y, x = (480 - big.shape[0]) // 2, (640 - big.shape[1]) // 2
    frame[y : y + big.shape[0], x : x + big.shape[1]] = big[..., None]
    jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    path.write_bytes(jpeg * 15)
    return path


@pytest.mark.thorough
def test_whoever_goes_away_is_asked_and_then_signed_out(cabin: Served, open_page: OpenPage) -> None:
    page = open_page(cabin, "/", language="en", size=WIDE)
    by_pin(page, cabin)
    page.wait_for_selector("[data-test=start]")
    page.evaluate("aicoachCabin.idle.touched -= 46000")  # as if so long nobody touched it
    page.wait_for_selector("[data-test=here]")
    assert 10 <= int(page.inner_text("[data-test=seconds]")) <= 15
    tap(page, "here")
    page.wait_for_selector("[data-test=still]", state="hidden")
    assert screen_of(page) == "today"
    page.evaluate("aicoachCabin.idle.touched -= 60000")
    page.wait_for_selector("[data-test=begin]")
    assert page.evaluate("fetch('/entry/me').then((answer) => answer.json())")["role"] is None


@pytest.mark.thorough
def test_whoever_began_to_type_and_left_leaves_nothing(cabin: Served, open_page: OpenPage) -> None:
    page = open_page(cabin, "/", size=WIDE)
    begin(page)
    key(page, "0", "0")
    page.evaluate("aicoachCabin.idle.touched -= 30000")
    page.wait_for_selector("[data-test=begin]")
    assert page.evaluate("aicoachCabin.typedCode") == ""


def test_after_the_browser_was_started_anew_the_session_goes_on(
    cabin: Served, open_page: OpenPage
) -> None:
    page = open_page(cabin, "/", size=WIDE)
    by_pin(page, cabin)
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    room = cabin.premises.rooms.all()[0]
    page.context.close()
    again = open_page(cabin, "/", size=WIDE)
    by_pin(again, cabin)
    tap(again, "go-on")
    wait_for(again, "aicoachStage.state === 'live'")
    assert [one.id for one in cabin.premises.rooms.all() if not one.ended] == [room.id]


@pytest.mark.thorough
def test_a_reload_in_a_session_needs_no_touch(cabin: Served, open_page: OpenPage) -> None:
    page = open_page(cabin, "/", size=WIDE)
    by_pin(page, cabin)
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    page.reload(wait_until="domcontentloaded")
    wait_for(page, "window.aicoachStage && aicoachStage.state === 'live'")
    assert screen_of(page) == "stage"


def withdraw(served: Served) -> None:
    shelf = served.store.shelf(Consent)
    for one in shelf.find(resident=served.keys.cabin_resident, withdrawn_at=None):
        now = datetime.now(timezone.utc)
        shelf.change(one.id, withdrawn_at=now, withdrawn_by="test")


@pytest.mark.thorough
def test_before_the_first_session_the_consents_are_read_one_by_one(
    cabin: Served, open_page: OpenPage
) -> None:
    withdraw(cabin)
    page = open_page(cabin, "/", language="zh", size=SMALL)
    by_pin(page, cabin)
    page.wait_for_selector("[data-kind=records]")
    tap(page, "decline")
    tap(page, "read-again")
    tap(page, "agree")
    page.wait_for_selector("[data-kind=camera]")
    tap(page, "agree")
    page.wait_for_selector("[data-test=start]")
    found = cabin.store.shelf(Consent).find(resident=cabin.keys.cabin_resident, withdrawn_at=None)
    assert {one.kind for one in found} >= {"records", "camera"}
    assert {one.given_by for one in found} == {cabin.keys.cabin_resident}


@pytest.mark.thorough
def test_without_a_plan_the_screen_says_what_to_do(cabin: Served, open_page: OpenPage) -> None:
    shelf = cabin.store.shelf(PlanVersion)
    for one in shelf.find(resident=cabin.keys.cabin_resident):
        shelf.change(one.id, status="paused")
    page = open_page(cabin, "/", language="en", size=WIDE)
    by_pin(page, cabin)
    page.wait_for_selector("[data-problem=plan_paused]")
    assert "ask the staff" in shown(page)
    tap(page, "leave")
    page.wait_for_selector("[data-test=begin]")


@pytest.mark.parametrize("size", [TALL, pytest.param(SMALL, marks=pytest.mark.thorough)])
def test_everything_to_sign_in_with_is_on_the_screen(
    cabin: Served, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(cabin, "/", language="zh", size=size)
    begin(page)
    below = """() => [...document.querySelector('[data-cabin]').shadowRoot
      .querySelectorAll('.sign-in *')].map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => box.bottom > innerHeight + 1 || box.top < -1)
      .map(([one]) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(below) == []


@pytest.mark.thorough
def test_while_all_places_are_taken_the_resident_is_asked_to_wait(
    start_server: Start, open_page: OpenPage
) -> None:
    cabin = start_server("cabin", live_sessions=1)
    taken = cabin.premises.rooms.watchers.take()
    assert taken is not None
    page = open_page(cabin, "/", size=WIDE)
    page.watch.allow("503")
    by_pin(page, cabin)
    start(page)
    wait_for(page, "aicoachStage.state === 'waiting'")
    cabin.premises.rooms.watchers.give_back(taken)
    wait_for(page, "aicoachStage.state === 'live'", 40.0)


@pytest.mark.thorough
def test_without_a_camera_staff_are_told_and_numbers_still_work(
    cabin: Served, open_page: OpenPage
) -> None:
    page = open_page(cabin, "/", size=WIDE, camera=None)
    begin(page)
    page.wait_for_selector("[data-test=no-camera]")
    key(page, *cabin.keys.cabin_resident.removeprefix("R-"), *cabin.keys.pin, "enter")
    start(page)
    page.wait_for_selector("[data-test=message]")
    assert "staff" in page.evaluate("document.querySelector('[data-stage]').shadowRoot.textContent")


@pytest.mark.thorough
@pytest.mark.parametrize("size", [TALL, WIDE, SMALL])
def test_every_target_is_large_and_inside_the_screen(
    cabin: Served, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(cabin, "/", language="zh", size=size)
    page.wait_for_selector("[data-test=begin]")
    begin(page)
    check_targets(page, size)
    sign_in(page, cabin, "pin")
    page.wait_for_selector("[data-test=start]")
    check_targets(page, size)
    screenshot(page, f"cabin-today-{size[0]}x{size[1]}")
    tap(page, "start")
    page.wait_for_selector("[data-test=health-go-on]")
    check_targets(page, size)
    tap(page, "health-go-on")
    assert "三个问题" in page.inner_text("[data-test=notice]"), "nothing goes on without answers"
    assert screen_of(page) == "enrol"
    screenshot(page, f"cabin-health-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [WIDE, pytest.param(SMALL, marks=pytest.mark.thorough)])
def test_the_questions_about_health_are_read_without_scrolling(
    cabin: Served, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(cabin, "/", language="en", size=size)
    sign_in(page, cabin, "pin")
    tap(page, "start")
    page.wait_for_selector("[data-test=health-go-on]")
    rows = "document.querySelector('[data-cabin]').shadowRoot.querySelector('.rows')"
    assert page.evaluate(f"{rows}.scrollHeight - {rows}.clientHeight") <= 1


def check_targets(page: Page, size: tuple[int, int]) -> None:
    boxes = page.evaluate(
        """() => [...document.querySelector('[data-cabin]').shadowRoot.querySelectorAll('button')]
            .map((one) => [one.dataset.test ?? one.dataset.key, one.getBoundingClientRect()])
            .map(([name, box]) => [name, box.left, box.top, box.right, box.bottom])"""
    )
    assert boxes
    for name, left, top, right, bottom in boxes:
        assert min(right - left, bottom - top) >= 60.0, name
        assert min(left, top) >= 0.0, name
        assert right <= size[0], name
        assert bottom <= size[1], name
    words = page.evaluate(
        """() => Math.min(...[...document.querySelector('[data-cabin]').shadowRoot
            .querySelectorAll('h1, h2, p, span, button, strong, small')]
            .filter((one) => one.textContent.trim() && one.offsetParent)
            .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    assert words >= 18.0 * 96.0 / 72.0 * 0.85  # points as a screen counts them


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_language_changes_at_once_and_back(
    cabin: Served, open_page: OpenPage, language: str
) -> None:
    page = open_page(cabin, "/", language=language, size=WIDE)
    page.wait_for_selector("[data-test=begin]")
    other = "en" if language == "zh" else "zh"
    assert page.inner_text("[data-test=begin]") == WORDS[language]
    tap(page, "language")
    assert page.inner_text("[data-test=begin]") == WORDS[other]
    assert page.evaluate("document.documentElement.lang") == other
