"""What happens around a session: a camera that is pulled out, somebody else in the picture, a
plan that staff have just signed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from aicoach.adapters.store.people import plan_in_force
from aicoach.observations import PoseSeen
from aicoach.phrases import load_phrases
from aicoach.pose import Frame
from aicoach.session_events import Screen
from aicoach.web.live.watchers import Watcher

from .conftest import OpenPage, Start, screenshot, sign_in, until, wait_for
from .served import Served, taped
from .test_cabin import WIDE, answer_until, by_pin, start
from .test_staff import CHECKED
from .test_stage import go_through

ROOT = "document.querySelector('[data-stage]').shadowRoot"
MESSAGE = f"{ROOT}.querySelector('[data-test=message]')"
UNPLUG = f"""() => {{
  const devices = navigator.mediaDevices;
  window.real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
  {ROOT}.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'));
}}"""
PLUG_IN = """() => {
  navigator.mediaDevices.getUserMedia = window.real;
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
}"""


@pytest.mark.thorough
def test_a_camera_pulled_out_in_a_set_is_told_to_staff_and_the_set_goes_on_when_it_is_back(
    cabin: Served, open_page: OpenPage
) -> None:
    page = open_page(cabin, "/", language="en", size=WIDE)
    by_pin(page, cabin)
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    answer_until(page, "aicoachStage.view.done === 1")
    (room,) = cabin.premises.rooms.all()
    page.evaluate(UNPLUG)
    wait_for(page, "aicoachStage.view.paused_by === 'camera'")
    wait_for(page, f"{MESSAGE}?.offsetParent")
    said = page.evaluate(f"{MESSAGE}.innerText")
    assert "The camera is gone" in said or "I find no camera" in said
    assert "ask the staff to check" in said
    screenshot(page, "stage-camera-gone-en")
    page.evaluate(PLUG_IN)
    wait_for(page, "aicoachStage.view.paused_by === null && aicoachStage.camera === null", 30.0)
    answer_until(page, "aicoachStage.view.ended === true")
    assert [one.id for one in cabin.premises.rooms.all()] == [room.id]
    room.join()
    kept = {one.session: one for one in cabin.store.summaries(cabin.keys.cabin_resident)}
    assert kept[str(room.session_id)].reps == 2


def test_a_plan_that_staff_sign_is_what_the_cabin_does(cabin: Served, open_page: OpenPage) -> None:
    resident = cabin.keys.cabin_resident
    before = plan_in_force(cabin.store, resident)
    assert before is not None
    desk = open_page(cabin, "/health")
    sign_in(desk, cabin, "clinician")
    desk.goto(f"{cabin.url}/staff?at=plan&code={resident}&start=force")
    wait_for(desk, CHECKED)
    for field in ("reps_min", "reps_max"):
        desk.locator(f"[data-field='items.1.{field}'] input").fill("7")
    wait_for(desk, "document.querySelector('.state.good') !== null")
    desk.locator("[name=role]").select_option("physiotherapist")
    desk.locator("[data-sign] [name=password]").fill(cabin.keys.password)
    desk.locator("[data-sign] button").click()
    wait_for(desk, "location.search.includes('at=resident')")
    until(lambda: (plan_in_force(cabin.store, resident) or before).version > before.version)

    page = open_page(cabin, "/", language="en", size=WIDE)
    by_pin(page, cabin)
    page.wait_for_selector("[data-test=start]")
    today = page.evaluate("document.querySelector('[data-cabin]').shadowRoot.textContent")
    assert "7" in today
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    (room,) = cabin.premises.rooms.all()
    assert room.opening.visit.plan.version > before.version
    answer_until(page, "aicoachStage.view.set > 0")
    assert page.evaluate("aicoachStage.view.planned") == 7
    assert page.evaluate(f"{ROOT}.querySelector('[data-test=of]').textContent") == "of 7"


class Company:
    """Sees somebody else beside the resident, all the time."""

    def __init__(self, inner: Watcher) -> None:
        self._inner = inner
        self.reset, self.close = inner.reset, inner.close

    def look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        return replace(self._inner.look(frame, screen), people=2)


@pytest.mark.thorough
def test_somebody_else_in_the_picture_is_asked_for_room(
    start_server: Start, open_page: OpenPage
) -> None:
    make = taped()
    cabin = start_server("cabin", pose=lambda: Company(make()))
    page = open_page(cabin, "/", language="zh", size=WIDE)
    by_pin(page, cabin)
    start(page)
    wait_for(page, "aicoachStage.state === 'live'")
    go_through(page, "aicoachStage.view.screen === 'camera_setup'")
    asked = load_phrases("zh").by_key["session.camera.other_person"]
    wait_for(page, f"{ROOT}.querySelector('[data-test=caption]').textContent.includes('{asked}')")
    assert page.evaluate("aicoachStage.view.seen"), "and the resident is still followed"
    screenshot(page, "stage-other-person-zh")
