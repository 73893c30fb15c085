"""Draws every page in both languages into docs/screens: ``.venv/bin/python scripts/screens.py``.

A made-up site, the server of the tests and a headless Chromium; a drawn resident stands in front
of the camera. Give the beginning of names, or a language, to draw only
those: ``scripts/screens.py en stage- home-``. With ``AICOACH_SHOTS=FOLDER`` they go there, to be
looked at first.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

import cv2
from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.painter import LOCALES, PHONE, SHOTS, WIDE, Painter  # noqa: E402
from tests.web.browser.conftest import wait_for  # noqa: E402
from tests.web.browser.served import MadeSite, serving, taped  # noqa: E402
from tests.web.browser.test_stage_screens import SCREENS, Mocked  # noqa: E402

from aicoach.access import console_actor  # noqa: E402
from aicoach.adapters.store import Store  # noqa: E402
from aicoach.adapters.store.enrolments import answer_enrolment  # noqa: E402
from aicoach.adapters.store.people import (  # noqa: E402
    Consent,
    PlanVersion,
    Resident,
    plan_in_force,
)
from aicoach.bench.chromium import CHROMIUM, FLAGS, camera_flags  # noqa: E402
from aicoach.catalog import load_catalog  # noqa: E402
from aicoach.demo_site import last_full_day, write_site  # noqa: E402
from aicoach.demo_site.keys import open_site  # noqa: E402
from aicoach.figure import film  # noqa: E402
from aicoach.screening.kept_answers import STAFF  # noqa: E402
from aicoach.synth import perform  # noqa: E402
from aicoach.visit.stage_view import keypoints_of  # noqa: E402
from aicoach.web.premises import Conduct  # noqa: E402

ON_STAGE: Final = (
    "setup", "show", "countdown", "set", "slow", "hold", "rest", "paused", "fall", "asked-effort",
    "asked-pain", "asked-symptoms", "stopped", "summary",
)  # fmt: skip
READY: Final = "document.querySelector('.desk[data-ready]') !== null"
PARTS_OF: Final[dict[str, dict[str, str]]] = {
    "resident": {"trends": ".charts"},
    "plan": {
        "editor": "ol.items:has(> li[data-item^='items.'])",
        "signing": "section[aria-labelledby=sign-h]",
    },
    "session": {"replay": ".replay-row", "repetitions": "section[aria-labelledby=reps-h]"},
}
"""What stands further down a page of staff, as pictures of its own."""
WALL_SIT: Final = load_catalog()["wall_sit"].names
HELD: Final = {
    "exercise": "wall_sit", "name": {"zh": WALL_SIT.zh, "en": WALL_SIT.en}, "planned": 20,
    "aim_deg": None,
}  # fmt: skip
"""What is held as the drawn resident stands."""
HOST: Final = "document.querySelector('[data-home]').shadowRoot"


def tap(page: Page, name: str) -> None:
    """Press what has this name for tests."""
    page.click(f'[data-test="{name}"]')


# -- the pages ---------------------------------------------------------------------------------


def demonstration(paint: Painter) -> None:
    """The public demonstration."""
    with paint.page("/") as page:
        page.wait_for_selector("h1")
        paint.keep(page, "demo-first", whole=True)
        page.goto(paint.served.url + "/drawn")
        wait_for(page, "document.body.dataset.ready")
        paint.keep(page, "demo-drawn")
        page.goto(paint.served.url + "/clip")
        wait_for(page, "document.querySelector('.panel')?.shadowRoot?.querySelector('label')")
        paint.keep(page, "demo-clip")
    with paint.page("/", PHONE) as page:
        page.wait_for_selector("h1")
        paint.keep(page, "demo-phone")


def home(paint: Painter) -> None:
    """The page at home, of a visitor and of a resident."""
    with paint.page("/sign-in") as page:
        page.wait_for_selector("form")
        paint.keep(page, "home-sign-in")
    with paint.page("/home") as page:
        page.wait_for_selector("[data-test=pick-squat]")
        paint.keep(page, "home-try")
        tap(page, "page-clip")
        wait_for(page, f"{HOST}.querySelector('.clip-place')?.shadowRoot?.querySelector('label')")
        paint.keep(page, "home-clip")
    with paint.page("/health") as page:
        paint.enter(page, "home", "/home")
        page.wait_for_selector("[data-test=page-history]")
        for one in ("today", "messages", "report", "consents", "history"):
            tap(page, f"page-{one}")
            page.wait_for_selector(f"[data-test=page-{one}][aria-current=page]")
            if one == "history":
                wait_for(page, "document.querySelectorAll('#aicoach-charts svg.marks, "
                               "#aicoach-charts canvas').length >= 5", 60.0)  # fmt: skip
            paint.keep(page, f"home-{one}", whole=one in ("today", "history"))
        tap(page, "page-today")
        tap(page, "start")
        page.wait_for_selector("[data-test=go]")
        paint.keep(page, "home-camera")
        tap(page, "back")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.wait_for_selector("[data-test=plan]")
        paint.keep(page, "home-phone")
        tap(page, "health-changed")
        page.wait_for_selector("fieldset")
        paint.keep(page, "home-questions", whole=True)
    with paint.page("/health", color_scheme="dark") as page:
        paint.enter(page, "home", "/home#today")
        page.wait_for_selector("[data-test=plan]")
        paint.keep(page, "home-dark")


def cabin(paint: Painter) -> None:
    """The shared screen, before and after the session."""
    with paint.page("/cabin", WIDE) as page:
        page.wait_for_selector("[data-test=begin]")
        paint.keep(page, "cabin-welcome")
        tap(page, "begin")
        page.wait_for_selector("[data-test=typed]")
        for sign in paint.served.keys.cabin_resident.removeprefix("R-"):
            page.click(f'[data-key="{sign}"]')
        page.wait_for_selector("[data-test=typed-pin]")
        paint.keep(page, "cabin-sign-in")
        for sign in (*paint.served.keys.pin, "enter"):
            page.click(f'[data-key="{sign}"]')
        page.wait_for_selector("[data-test=start]")
        paint.keep(page, "cabin-today")
        tap(page, "agreements")
        page.wait_for_selector("[data-test=back]")
        paint.keep(page, "cabin-agreements")
        tap(page, "back")
        tap(page, "start")
        page.wait_for_selector("[data-test=health-go-on]")
        paint.keep(page, "cabin-health")
        page.evaluate("aicoachCabin.idle.touched -= 46000")
        page.wait_for_selector("[data-test=here]")
        paint.keep(page, "cabin-still")
        page.evaluate(  # as after a session of twelve minutes
            "aicoachCabin.idle.touch(), aicoachCabin.show('stage'), "
            "document.dispatchEvent(new CustomEvent('stage:closed', {detail: {lasted_s: 720}}))"
        )
        page.wait_for_selector("[data-test=next]")
        paint.keep(page, "cabin-farewell")


def cabin_otherwise(paint: Painter) -> None:
    """The shared screen where something is in the way of a session."""
    shelf = paint.served.store.shelf(Consent)
    given = shelf.find(resident=paint.served.keys.cabin_resident, withdrawn_at=None)
    for one in given:
        shelf.change(one.id, withdrawn_at=one.given_at, withdrawn_by="pictures")
    with paint.page("/cabin", WIDE) as page:
        paint.enter(page, "pin", "/cabin")
        page.wait_for_selector("[data-kind=records]")
        paint.keep(page, "cabin-consent")
        tap(page, "decline")
        page.wait_for_selector("[data-test=read-again]")
        paint.keep(page, "cabin-declined")
    for one in given:
        shelf.change(one.id, withdrawn_at=None, withdrawn_by=None)
    plans = paint.served.store.shelf(PlanVersion)
    held = plan_in_force(paint.served.store, paint.served.keys.cabin_resident)
    with paint.page("/cabin", WIDE) as page:
        paint.enter(page, "pin", "/cabin")
        page.wait_for_selector("[data-test=start]")
        page.evaluate("aicoachCabin.show('goOn')")  # as with a session that is on elsewhere
        page.wait_for_selector("[data-test=go-on]")
        paint.keep(page, "cabin-go-on")
        if held is not None:
            plans.change(held.id, status="paused")
        page.reload()
        page.wait_for_selector("[data-problem=plan_paused]")
        paint.keep(page, "cabin-problem")
    if held is not None:
        plans.change(held.id, status=held.status)


def staff(paint: Painter) -> None:
    """The desk of staff."""
    code = paint.served.keys.cabin_resident
    with paint.page("/health") as page:
        paint.enter(page, "clinician", "/staff")
        wait_for(page, READY, 60.0)
        paint.keep(page, "staff-list", whole=True)
        paths = {"resident": f"resident&code={code}", "site": "site"}
        for name, path in (paths | {"plan": f"plan&code={code}&start=force"}).items():
            page.goto(f"{paint.served.url}/staff?at={path}")
            wait_for(page, READY, 60.0)
            page.wait_for_timeout(800)
            paint.keep(page, f"staff-{name}")
            for part, where in PARTS_OF.get(name, {}).items():
                paint.keep(page, f"staff-{part}", part=where)
        done = paint.served.store.summaries(code)
        stopped = [one for one in done if any(each.level == "stop" for each in one.alerts)]
        for name, session in (("session", done[-1].session), ("alerts", stopped[-1].session)):
            page.goto(f"{paint.served.url}/staff?at=session&id={session}")
            wait_for(page, "document.querySelector('[data-timeline] svg') !== null")
            if name == "session":
                page.locator("[data-scrub]").evaluate(
                    "(one) => { one.value = one.max / 2; one.dispatchEvent(new Event('input')); }"
                )
            paint.keep(page, f"staff-{name}")
            for part, where in PARTS_OF.get(name, {}).items():
                paint.keep(page, f"staff-{part}", part=where)
    with paint.page("/health", color_scheme="dark") as page:
        paint.enter(page, "clinician", f"/staff?at=resident&code={code}")
        wait_for(page, READY, 60.0)
        page.wait_for_timeout(800)
        paint.keep(page, "staff-dark")
    with paint.page("/health") as page:
        paint.enter(page, "site_admin", "/staff?at=accounts")
        wait_for(page, READY, 60.0)
        paint.keep(page, "staff-accounts")
        page.fill("[data-ask=account_card] [name=code]", code)
        page.click("[data-ask=account_card] button")
        page.wait_for_selector(".paper-card")
        paint.keep(page, "staff-card")
        page.goto(f"{paint.served.url}/staff?at=audit")
        wait_for(page, READY, 60.0)
        paint.keep(page, "staff-audit")


def stage(paint: Painter) -> None:
    """A session, shown what a server would say."""
    with paint.page("/plain", WIDE) as page:
        page.wait_for_selector("[data-test=start]")
        mocked = Mocked(page)
        mocked._points = keypoints_of(_at_the_bottom()[1])
        asked = {"what": "trial", "language": paint.language}
        page.evaluate("asked => aicoachStage.start(asked).then(() => 0)", asked)
        wait_for(page, "aicoachStage.stats.answered > 1")
        page.evaluate("language => aicoachStage.setLanguage(language)", paint.language)
        for name in ON_STAGE:
            view, cue = SCREENS[name]
            if name == "hold":
                view = view | HELD
            if name == "setup":
                cue = "session.camera.good"  # as the list beside it says
            mocked.show(view, cue, paint.language)
            page.wait_for_timeout(600)
            paint.keep(page, f"stage-{name}")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        mocked.show(*SCREENS["set"], paint.language)
        page.wait_for_timeout(600)
        paint.keep(page, "stage-phone")
    with paint.page("/plain", WIDE, permissions=[]) as page:
        page.wait_for_selector("[data-test=start]")
        page.evaluate(  # as browsers do where somebody said no
            "() => { navigator.mediaDevices.getUserMedia = () => "
            "Promise.reject(new DOMException('', 'NotAllowedError')); }"
        )
        page.evaluate("language => aicoachStage.setLanguage(language)", paint.language)
        Mocked(page)
        asked = {"what": "trial", "language": paint.language}
        page.evaluate("asked => { aicoachStage.start(asked); }", asked)
        page.wait_for_selector("[data-test=retry]")
        paint.keep(page, "stage-camera")


KINDS: Final[dict[str, tuple[Callable[[Painter], None], ...]]] = {
    "demo-": (demonstration,), "home-": (home,), "cabin-": (cabin, cabin_otherwise),
    "staff-": (staff,), "stage-": (stage,),
}  # fmt: skip


# -- what stands before them ---------------------------------------------------------------------


def _at_the_bottom() -> tuple[Any, Any]:
    """A drawn resident in the middle of a squat: the picture, and the pose on it."""
    shown = perform(load_catalog()["squat"], reps=1, cycle_s=3.0, lead_in_s=1.0)
    poses = list(shown.track.poses())
    at = min(range(len(poses)), key=lambda one: abs(poses[one][0] - poses[0][0] - 2.3))
    frames = film(shown)
    frame = next(frame for number, frame in enumerate(frames) if number == at)
    return frame.bgr, poses[at][1]


def _made(folder: Path) -> MadeSite:
    file, now = folder / "site.sqlite3", datetime.now(timezone.utc)
    store = Store(str(file), folder=folder)
    store.open()
    write_site(store, residents=8, weeks=4, seed=1, until=last_full_day(now))
    keys = open_site(store, now, ("sit_to_stand", "squat", "heel_raise"), 8)
    healthy = {"active": True, "disease": False, "symptoms": False}
    gate = store.gate(console_actor("pictures"))  # at home as `make demo` shows it; in the cabin
    answer_enrolment(gate, keys.home_resident, healthy, place=STAFF)  # they are still asked
    store.refresh_standings([one.id for one in store.shelf(Resident).find()])
    store.close()
    return MadeSite(file, keys)


def main() -> int:
    """Draw what was asked for; everything without a word."""
    wanted = tuple(one for one in sys.argv[1:] if one not in LOCALES)
    languages = [one for one in LOCALES if one in sys.argv[1:]] or list(LOCALES)
    SHOTS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="aicoach-screens-"))
    camera = folder / "camera.mjpeg"
    jpeg = cv2.imencode(".jpg", _at_the_bottom()[0], [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    camera.write_bytes(jpeg.tobytes() * 15)
    flags = [*FLAGS, *camera_flags(camera)]
    try:
        site = _made(folder)
        keys = site.keys
        shown = {"cabin_resident": keys.cabin_resident, "pin": keys.pin, "password": keys.password}
        shown |= {one: keys.logins[one] for one in ("home", "clinician", "site_admin")}
        conduct = Conduct(mode="home", cabin=keys.cabin, demonstration=True, shown_keys=shown)
        with (
            serving(site, folder / "served", conduct, taped()) as served,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
            for language in languages:
                paint = Painter(browser, served, language, wanted)
                for kind, drawn in KINDS.items():
                    for draw in drawn if paint.wants(kind) else ():
                        draw(paint)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
