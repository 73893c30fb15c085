"""Draws every page in both languages into docs/screens: ``.venv/bin/python scripts/screens.py``.

A made-up site, the server of the tests and a headless Chromium; a drawn resident stands in front
of the camera. Give the beginning of names, or a language, to draw only
those: ``scripts/screens.py en stage- home-``.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from typing import Any, Final

import cv2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.browser.conftest import sign_in, wait_for  # noqa: E402
from tests.web.browser.served import MadeSite, Served, serving, taped  # noqa: E402
from tests.web.browser.test_stage_screens import SCREENS, Mocked  # noqa: E402

from aicoach.adapters.store import Store  # noqa: E402
from aicoach.adapters.store.people import Consent, Resident  # noqa: E402
from aicoach.bench.chromium import CHROMIUM, FLAGS, camera_flags  # noqa: E402
from aicoach.catalog import load_catalog  # noqa: E402
from aicoach.demo_site import last_full_day, write_site  # noqa: E402
from aicoach.demo_site.keys import open_site  # noqa: E402
from aicoach.figure import film  # noqa: E402
from aicoach.synth import perform  # noqa: E402
from aicoach.visit.stage_view import keypoints_of  # noqa: E402
from aicoach.web.premises import Conduct  # noqa: E402

SHOTS: Final = ROOT / "docs" / "screens"
LARGEST_BYTES: Final = 60_000
WIDTHS_PX: Final = (1280, 1080, 900)
QUALITIES: Final = (88, 80, 72, 64)
FINE: Final = Image.Resampling.LANCZOS
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
LAPTOP, PHONE, WIDE = (1280, 800), (390, 844), (1920, 1080)
ON_STAGE: Final = ("setup", "show", "set", "slow", "rest", "paused", "asked-effort",
                   "asked-pain", "asked-symptoms", "stopped", "summary")  # fmt: skip
READY: Final = "document.querySelector('.desk[data-ready]') !== null"
PICTURES_STAND: Final = """(() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);
  return all(document).filter((one) => one.tagName === "IMG"
    && one.getBoundingClientRect().top < innerHeight && one.offsetParent)
    .every((one) => one.complete);
})()"""
HOST: Final = "document.querySelector('[data-home]').shadowRoot"


class Painter:
    """Opens pages of one server in one language, and keeps pictures of them."""

    def __init__(self, browser: Browser, served: Served, language: str, wanted: tuple[str, ...]):
        self._browser, self.served, self.language = browser, served, language
        self._wanted = wanted

    def wants(self, kind: str) -> bool:
        """Whether pictures of this kind were asked for."""
        return not self._wanted or any(
            one.startswith(kind) or kind.startswith(one) for one in self._wanted
        )

    @contextmanager
    def page(self, path: str, size: tuple[int, int] = LAPTOP, **more: Any) -> Iterator[Page]:
        """A page in a browser of its own."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=LOCALES[self.language],
            permissions=["camera"], reduced_motion="reduce", **more,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(self.served.url + path, wait_until="domcontentloaded")
        yield page
        context.close()

    def enter(self, page: Page, who: str, path: str) -> None:
        """Sign in and go somewhere, in the language of these pictures."""
        sign_in(page, self.served, who)
        page.evaluate(
            "language => fetch('/entry/language', {method: 'POST', body: JSON.stringify({language}"
            "), headers: {'Content-Type': 'application/json'}}).then((one) => one.status)",
            self.language,
        )
        page.goto(self.served.url + path, wait_until="domcontentloaded")

    def keep(self, page: Page, name: str, *, whole: bool = False) -> None:
        """The picture as WebP, as good as fits."""
        wait_for(page, PICTURES_STAND, 60.0)
        page.wait_for_timeout(400)  # what has just been shown is drawn
        image = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
        for wide, quality in product(WIDTHS_PX, QUALITIES):
            kept, high = io.BytesIO(), round(image.height * wide / image.width)
            small = image if image.width <= wide else image.resize((wide, high), FINE)
            small.save(kept, "WEBP", quality=quality, method=6)
            if kept.tell() <= LARGEST_BYTES:
                break
        else:
            raise SystemExit(f"{name}: larger than {LARGEST_BYTES} bytes; show less of the page")
        path = SHOTS / f"{name}-{self.language}.webp"
        path.write_bytes(kept.getvalue())
        size = f"{kept.tell() // 1000} kB, {small.width} px, quality {quality}"
        print(path.relative_to(ROOT), size, flush=True)


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
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        tap(page, "page-today")
        page.wait_for_selector("[data-test=plan]")
        paint.keep(page, "home-phone")


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
    shelf = paint.served.store.shelf(Consent)
    given = shelf.find(resident=paint.served.keys.cabin_resident, withdrawn_at=None)
    for one in given:
        shelf.change(one.id, withdrawn_at=one.given_at, withdrawn_by="pictures")
    with paint.page("/cabin", WIDE) as page:
        paint.enter(page, "pin", "/cabin")
        page.wait_for_selector("[data-kind=records]")
        paint.keep(page, "cabin-consent")
    for one in given:
        shelf.change(one.id, withdrawn_at=None, withdrawn_by=None)


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
        page.goto(f"{paint.served.url}/staff?at=resident&code={code}")
        wait_for(page, READY, 60.0)
        page.locator("[data-region-of=sessions] tbody th a").first.click()
        wait_for(page, "document.querySelector('[data-timeline] svg') !== null")
        paint.keep(page, "staff-session")
    with paint.page("/health") as page:
        paint.enter(page, "site_admin", "/staff?at=accounts")
        wait_for(page, READY, 60.0)
        paint.keep(page, "staff-accounts")
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
            if name == "setup":
                cue = "session.camera.good"  # as the list beside it says
            mocked.show(view, cue, paint.language)
            page.wait_for_timeout(600)
            paint.keep(page, f"stage-{name}")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        mocked.show(*SCREENS["set"], paint.language)
        page.wait_for_timeout(600)
        paint.keep(page, "stage-phone")


KINDS: Final[dict[str, Callable[[Painter], None]]] = {
    "demo-": demonstration, "home-": home, "cabin-": cabin, "staff-": staff, "stage-": stage,
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
                for kind, draw in KINDS.items():
                    if paint.wants(kind):
                        draw(paint)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
