"""Every screen of the stage in both languages and at every size: whole, large enough, legible."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

from aicoach.catalog import load_catalog
from aicoach.catalog.cues import LANGUAGES
from aicoach.phrases import load_phrases
from aicoach.synth import perform
from aicoach.visit.stage_view import keypoints_of, question_view
from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage, screenshot, wait_for

__all__ = ["assets"]

SIZES = {"cabin": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844), "upright": (1080, 1920)}
FIRST = ("cabin", "phone")
"""In every run; the others in `make thorough`."""
ROOT = "document.querySelector('[data-stage]').shadowRoot"
SQUAT = load_catalog()["squat"]
NAMES = {"zh": SQUAT.names.zh, "en": SQUAT.names.en}
BEGUN: dict[str, Any] = {
    "screen": "check_in", "part": "", "exercise": None, "name": None, "kind": None, "set": 0,
    "sets": 0, "mode": "", "planned": 0, "done": 0, "left_s": None, "question": None, "level": 0,
    "bpm": None, "zone": None, "strap": False, "seen": True, "paused_by": None, "aim_deg": None,
    "limit_deg": None, "rest_deg": None, "tempo_s": None, "ended": False, "results": [],
    "outcome": None, "emergency": False,
}  # fmt: skip
EXERCISE = {
    "exercise": "squat", "name": NAMES, "kind": "repetition", "sets": 3, "mode": "reps",
    "rest_deg": 10, "tempo_s": [2, 0, 2, 0], "outward": "down",
}  # fmt: skip
SET = EXERCISE | {
    "screen": "exercise_set", "set": 2, "planned": 12, "done": 7, "aim_deg": 80, "limit_deg": 95,
    "bpm": 104, "zone": "in", "strap": True,
}  # fmt: skip
RESULT = {"exercise": "squat", "name": NAMES, "done": 12, "planned": 12, "mode": "reps", "set": 1}
OUTCOME = {"why": "complete", "completed": 1.0, "lasted_s": 1450, "highest_bpm": 123}
ASKED = ("symptoms", "effort", "pain", "talk", "symptom", "systolic_mmhg", "pain_place")
SCREENS: dict[str, tuple[dict[str, Any], str]] = {
    "talk": ({}, "session.how_to_stop_by_button"),
    "setup": ({"screen": "camera_setup"}, "session.camera.feet_not_visible"),
    "strap": ({"screen": "strap", "strap": True}, "session.strap.put_on"),
    "show": (EXERCISE | {"screen": "demonstration"}, "session.exercise.watch_first"),
    "countdown": (EXERCISE | {"screen": "countdown"}, "session.countdown.three"),
    "set": (SET, "session.set.keep_going"),
    "slow": (SET | {"level": 3, "bpm": 131, "zone": "above"}, "alerts.hr_high_2"),
    "hold": (SET | {"kind": "hold", "mode": "hold", "tempo_s": None}, "session.breathing.keep"),
    "rest": (EXERCISE | {"screen": "rest", "left_s": 42}, "session.rest.drink"),
    "paused": (SET | {"screen": "paused", "paused_by": "button"}, "session.pause.paused"),
    "fall": (SET | {"screen": "paused", "paused_by": "STOP-9", "level": 5}, "alerts.stop_9"),
    "stopped": ({"screen": "stopped"}, "session.stop.sit_down"),
    "emergency": ({"screen": "stopped", "emergency": True}, "session.stop.emergency"),
    "summary": (
        {"screen": "summary", "results": [RESULT] * 3, "outcome": OUTCOME},
        "session.summary.intro",
    ),
} | {f"asked-{one}": ({"screen": "pre_check", "question": question_view(one)}, "") for one in ASKED}
CLIPPED = f"""[...{ROOT}.querySelectorAll(
  '.panel:not([hidden]), .caption, .live, .side, .top, .buttons, .press, .answer, .tool, .range'
)].filter((one) => one.offsetParent && (one.scrollHeight > one.clientHeight + 2
  || one.scrollWidth > one.clientWidth + 2)).map((one) => `${{one.className}}: ${{one.innerText}}`)
"""
SMALL = f"""[...{ROOT}.querySelectorAll('button')].filter((one) => one.offsetParent).map((one) =>
  [one.innerText, one.getBoundingClientRect()]).filter(([, box]) => box.width < 59.5
  || box.height < 59.5).map(([text, box]) => `${{text}} ${{box.width}} x ${{box.height}}`)"""


class Mocked:
    """A server's side of the socket: answers every picture, shows what it is told."""

    def __init__(self, page: Page) -> None:
        tape = perform(SQUAT, reps=1, cycle_s=3.0).track.poses()
        self._points = keypoints_of(next(iter(tape))[1])
        self._view = dict(BEGUN)
        self._socket: WebSocketRoute | None = None
        room = {"id": "x" * 16, "ended": False, "kept": True, "session": None, "view": BEGUN}
        page.route("**/live/mine", lambda route: route.fulfill(json={"room": None}))
        page.route("**/live/ticket", lambda route: route.fulfill(json={"ticket": "t" * 12}))
        page.route(
            "**/live/start",
            lambda route: route.fulfill(
                json={"room": room | {"ticket": "t" * 12, "language": "en", "strap": False}}
            ),
        )
        page.route_web_socket("**/live/socket", self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(self._heard)

    def _heard(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            (number,) = struct.unpack_from("<I", message)
            self._send({"f": {
                "n": number, "p": self._points, "phase": 0.6, "way": "eccentric", "reach_deg": 60,
            }})  # fmt: skip
            return
        said = json.loads(message)
        if said["do"] == "ping":
            self._send({"pong": said["n"]})
        elif said["do"] == "hello":
            self._send({"v": self._view})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        self._socket.send(json.dumps(message))

    def show(self, view: dict[str, Any], cue: str, language: str) -> None:
        self._view = BEGUN | view
        text = load_phrases(language).by_key[cue] if cue else ""  # type: ignore[arg-type]
        told = {
            "k": "cue", "key": cue, "text": text, "lang": language, "cause": "",
            "prio": 8 if cue.startswith("alerts.") else 3, "spoken": False, "for_s": 60.0,
            "cuts": False,
        }  # fmt: skip
        self._send({"v": self._view, "e": [told]})


@pytest.fixture
def stage(open_page: OpenPage, assets: SimpleNamespace) -> Iterator[tuple[Page, Mocked]]:
    page = open_page(assets, "/")
    mocked = Mocked(page)
    page.evaluate(
        """async (address) => {
          const element = document.createElement('div');
          element.setAttribute('data-stage', '');
          document.body.append(element);
          const { mount } = await import(`${address}/stage/stage.mjs`);
          const stage = await mount(element, {
            assets: address, version: address.split('/').pop(), page: 'home', props: {},
          });
          stage.setVolume(0);
        }""",
        f"/assets/{version()}",
    )
    page.evaluate("aicoachStage.start({what: 'trial', language: 'en'}).then(() => 0)")
    wait_for(page, "aicoachStage.stats.answered > 1")
    return page, mocked


@pytest.mark.parametrize(
    "size",
    [pytest.param(one, marks=() if one in FIRST else pytest.mark.thorough) for one in SIZES],
)
def test_every_screen_is_whole_and_large_enough(stage: tuple[Page, Mocked], size: str) -> None:
    page, mocked = stage
    page.watch.allow("figure|voice")  # type: ignore[attr-defined] - this server has none
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    wrong: list[str] = []
    for language in LANGUAGES:
        page.evaluate("(language) => aicoachStage.setLanguage(language)", language)
        for name, (view, cue) in SCREENS.items():
            mocked.show(view, cue, language)
            wait_for(page, f"aicoachStage.view.screen === '{(BEGUN | view)['screen']}'")
            page.wait_for_function("() => new Promise((go) => setTimeout(() => go(true), 120))")
            where = f"{size} {language} {name}"
            wrong += [f"{where}: clipped: {one}" for one in page.evaluate(CLIPPED)]
            wrong += [f"{where}: small: {one}" for one in page.evaluate(SMALL)]
            wrong += [f"{where}: {one}" for one in measured(page, name)]
            screenshot(page, f"stage-{size}-{language}-{name}")
    assert wrong == []


def measured(page: Page, name: str) -> list[str]:
    """What must be read from three metres."""
    width, height = page.evaluate("[innerWidth, innerHeight]")
    sizes = page.evaluate(
        f"""() => {{ const of = (name) => {ROOT}.querySelector(`[data-test=${{name}}]`);
          const px = (one) => parseFloat(getComputedStyle(one).fontSize);
          return {{stop: of('stop').getBoundingClientRect().height, count: px(of('count')),
            caption: px(of('caption')), scroll: document.scrollingElement.scrollHeight}}; }}"""
    )
    found = []
    if name != "summary" and sizes["stop"] < 88:
        found.append(f"stop is {sizes['stop']} px high")
    if name in ("set", "slow", "hold") and sizes["count"] < 0.12 * height:
        found.append(f"the count is {sizes['count']} px of {height}")
    share = 0.04 if width < 500 else 0.05  # a phone stands nearer
    if name in ("set", "slow") and sizes["caption"] < share * height:
        found.append(f"the caption is {sizes['caption']} px of {height}")
    if sizes["scroll"] > height + 1:
        found.append(f"the page scrolls: {sizes['scroll']} px")
    return found


def test_less_motion_is_asked_for_and_given(stage: tuple[Page, Mocked]) -> None:
    page, mocked = stage
    page.watch.allow("figure|voice")  # type: ignore[attr-defined]
    page.emulate_media(reduced_motion="reduce")
    mocked.show(SET | {"done": 6}, "", "en")
    mocked.show(SET | {"done": 7}, "", "en")
    wait_for(page, f"{ROOT}.querySelector('.number.jump') !== null")
    animation = f"getComputedStyle({ROOT}.querySelector('.number')).animationName"
    assert page.evaluate(animation) == "none"


def test_numbers_are_typed_on_the_screen_or_on_a_keyboard(stage: tuple[Page, Mocked]) -> None:
    page, mocked = stage
    mocked.show({"screen": "pre_check", "question": question_view("systolic_mmhg")}, "", "en")
    page.locator("[data-test=key]").filter(has_text="1").first.click()
    page.keyboard.press("2")
    enter = page.locator("[data-test=enter]")
    assert enter.is_disabled()  # 12 is below what can be
    page.keyboard.press("8")
    assert page.locator("[data-test=typed]").inner_text().split() == ["128", "mmHg"]
    assert enter.is_enabled()
    page.keyboard.press("Backspace")
    assert enter.is_disabled()


def test_before_a_refusal_the_camera_is_off_and_going_on_opens_it_again(
    stage: tuple[Page, Mocked],
) -> None:
    page, _mocked = stage
    page.watch.allow("409|figure|voice")  # type: ignore[attr-defined]
    on = f"{ROOT}.querySelector('video').srcObject?.active === true"
    assert page.evaluate(on)
    said = {"zh": "在别处", "en": "Elsewhere"}
    page.route(
        "**/live/start",
        lambda route: route.fulfill(
            status=409, json={"problem": "elsewhere", "title": said, "text": said}
        ),
    )
    page.evaluate(f"window.stream = {ROOT}.querySelector('video').srcObject")
    page.evaluate("aicoachStage.start({what: 'trial', language: 'en'}).then(() => 0)")
    wait_for(page, "aicoachStage.state === 'problem'")
    assert not page.evaluate(on)
    assert page.evaluate("stream.getTracks().every((one) => one.readyState === 'ended')")
    room = {
        "id": "y" * 16, "ended": False, "kept": True, "session": None, "view": BEGUN,
        "ticket": "t" * 12, "language": "en", "strap": False,
    }  # fmt: skip
    page.route("**/live/take", lambda route: route.fulfill(json={"room": room}))
    page.route("**/live/mine", lambda route: route.fulfill(json={"room": room}))
    answered = page.evaluate("aicoachStage.stats.answered")
    page.locator("[data-test=retry]").click()
    wait_for(page, f"aicoachStage.stats.answered > {answered} && {on}")
