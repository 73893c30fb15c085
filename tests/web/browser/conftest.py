"""The ground of the tests in a real browser: a server, a fake camera, Chromium, watched pages.

Every page that ``open_page`` gives fails its test on an error in the console, an error of the
page, or a request to any other computer. Wait with ``wait_for`` on something the page says;
never sleep, and assert order and counts, not speed.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from aicoach.bench.chromium import CHROMIUM, FLAGS, camera_file, camera_flags
from aicoach.catalog import load_catalog
from aicoach.figure import film
from aicoach.synth import perform
from aicoach.web.live.watchers import Watcher
from aicoach.web.premises import Conduct

from .served import CYCLE_S, MadeSite, Served, serving, taped

LAPTOP, PHONE, CABIN = (1280, 800), (390, 844), (1080, 1920)
SHOTS = Path(os.environ.get("AICOACH_SHOTS", "")) if os.environ.get("AICOACH_SHOTS") else None
"""Folder for pictures of pages; unset: none are taken."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# -- the fake camera -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def film_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Drawn footage as a camera file, made once: ``film_of("squat", reps=4)``."""
    folder = tmp_path_factory.mktemp("films")
    made: dict[tuple[Any, ...], Path] = {}

    def give(
        exercise: str = "squat", *, reps: int = 4, cycle_s: float = 3.0, lead_in_s: float = 3.0,
        view: Any = None, fps: float = 15.0,
    ) -> Path:  # fmt: skip
        key = (exercise, reps, cycle_s, lead_in_s, view, fps)
        if key not in made:
            shown = perform(
                load_catalog()[exercise], reps=reps, cycle_s=cycle_s, lead_in_s=lead_in_s,
                view=view, fps=fps,
            )  # fmt: skip
            path = folder / f"{exercise}-{len(made)}.mjpeg"
            with path.open("wb") as file:
                for frame in film(shown):
                    file.write(cv2.imencode(".jpg", frame.bgr)[1].tobytes())
            made[key] = path
        return made[key]

    return give


@pytest.fixture(scope="session")
def clip_of(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Callable[[str], Path]:
    """A clip of a real person as a camera file: ``clip_of("squat_18")``; skips without them."""
    folder = tmp_path_factory.mktemp("clips")

    def give(name: str) -> Path:
        path = folder / f"{name}.mjpeg"
        if not path.exists():
            camera_file(data_dir / "clips" / f"{name}.mp4", path)
        return path

    return give


# -- the server ----------------------------------------------------------------------------


Start = Callable[..., Served]


@pytest.fixture
def start_server(site: MadeSite, tmp_path: Path) -> Iterator[Start]:
    """Start a server: ``start_server("cabin")``, ``start_server("home", pose="model")``.

    ``pose``: ``"taped"`` (a synthetic resident who does what the plan asks), ``"model"`` (the
    real one looks at what the browser sends), or a function that makes a watcher.
    """
    with ExitStack() as stack:

        def start(
            mode: str = "home", *, pose: str | Callable[[], Watcher] = "taped", **parts: Any
        ) -> Served:
            make = None if pose == "model" else taped(cycle_s=CYCLE_S) if pose == "taped" else pose
            conduct = Conduct(mode=mode, cabin=site.keys.cabin if mode == "cabin" else None)  # type: ignore[arg-type]
            folder = tmp_path / f"server-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(serving(site, folder, conduct, make, **parts))  # type: ignore[arg-type]

        yield start


@pytest.fixture
def cabin(start_server: Start) -> Served:
    """A cabin's server, with a synthetic resident in front of the camera."""
    return start_server("cabin")


@pytest.fixture
def home(start_server: Start) -> Served:
    """A server for residents at home and staff, with a synthetic resident."""
    return start_server("home")


# -- the browser ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    if CHROMIUM is None:
        reason = "no chromium; see scripts/browser.sh"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return CHROMIUM


@pytest.fixture(scope="session")
def playing(chromium_path: str) -> Iterator[Any]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def open_browser(
    playing: Any, chromium_path: str, film_of: Callable[..., Path]
) -> Iterator[Callable[..., Browser]]:
    """Chromium with a camera file in front of it: ``open_browser(film_of("squat"))``.

    ``camera=None``: a computer without a camera. One is kept open; another file opens another.
    """
    held: dict[str, Browser] = {}

    def give(camera: Path | str | None = "drawn") -> Browser:
        if camera == "drawn":
            camera = film_of("squat")
        key = str(camera)
        if key in held and held[key].is_connected():
            return held[key]
        for other in held.values():
            other.close()
        held.clear()
        flags = list(FLAGS)
        if camera is not None:
            flags += camera_flags(Path(camera))
        held[key] = playing.chromium.launch(executable_path=chromium_path, args=flags)
        return held[key]

    yield give
    for browser in held.values():
        browser.close()


@dataclass
class Watch:
    """What must not happen on a page."""

    host: str
    allowed: list[re.Pattern[str]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """A test that provokes an error says which one."""
        self.allowed.append(re.compile(pattern))

    def note(self, text: str) -> None:
        self.found.append(text)

    @property
    def left(self) -> list[str]:
        return [one for one in self.found if not any(p.search(one) for p in self.allowed)]

    def attend(self, page: Page) -> None:
        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.note(f"console: {message.text} ({message.location.get('url', '')})")

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
                self.note(f"request to another computer: {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda problem: self.note(f"page: {problem}"))
        page.on("request", asked)
        page.on("websocket", asked)
        page.on("crash", lambda _page: self.note("page: crashed"))


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(open_browser: Callable[..., Browser]) -> Iterator[OpenPage]:
    """A watched page: ``open_page(served, "/", language="zh", size=PHONE)``.

    Each has its own context, as another person's browser has. ``page.watch.allow(PATTERN)``
    lets an error pass that the test provokes. With ``context=page.context`` it is another tab
    of the same browser.
    """
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def give(
        served: Served, path: str = "/", *, language: str = "en", size: tuple[int, int] = LAPTOP,
        camera: Path | str | None = "drawn", may_use_camera: bool = True,
        context: BrowserContext | None = None, **more: Any,
    ) -> Page:  # fmt: skip
        if context is None:
            context = open_browser(camera).new_context(
                viewport={"width": size[0], "height": size[1]},
                locale={"zh": "zh-CN", "en": "en-GB"}[language], has_touch=size in (PHONE, CABIN),
                permissions=["camera"] if may_use_camera else [], **more,
            )  # fmt: skip
            contexts.append(context)
        page = context.new_page()
        watch = Watch(urlsplit(served.url).netloc)
        watch.attend(page)
        watches.append(watch)
        page.watch = watch  # type: ignore[attr-defined]
        page.set_default_timeout(15_000)
        page.goto(served.url + path, wait_until="domcontentloaded")
        return page

    yield give
    for context in contexts:
        context.close()
    left = [one for watch in watches for one in watch.left]
    assert not left, "\n".join(left)


# -- what tests do on pages ------------------------------------------------------------------


TRUE_YET = """() => {{
  try {{ return ({js}); }}
  catch (problem) {{
    if (problem instanceof ReferenceError || problem instanceof TypeError) return false;
    throw problem;
  }}
}}"""


def wait_for(page: Page, js: str, timeout_s: float = 20.0) -> Any:
    """Wait until an expression of the page is true; what it came to.

    Names and elements that the page has not made yet make it not true yet: modules of a page
    load one after the other, and a slow computer takes its time.
    """
    try:
        found = page.wait_for_function(
            TRUE_YET.format(js=js), timeout=timeout_s * 1000.0, polling=50
        )
        return found.json_value()
    except Exception as problem:
        came_to = page.evaluate(
            "js => { try { return `${eval(js)}`; } catch (e) { return `${e}`; } }", js
        )
        shown = page.evaluate("document.body.innerText")[:1500]
        raise AssertionError(
            f"never became true: {js}\nit is: {came_to}\non the page:\n{shown}"
        ) from problem


def sign_in(page: Page, served: Served, who: str) -> None:
    """Leave the page, sign its browser in, and come back to it.

    ``who``: ``"pin"`` (at a cabin), or a role or ``"home"`` (a resident at home), see
    ``served.keys.logins``.
    """
    keys = served.keys
    given = (
        {"by": "pin", "resident": keys.cabin_resident, "pin": keys.pin}
        if who == "pin"
        else {"by": "password", "login": keys.logins[who], "password": keys.password}
    )
    here = page.url
    page.goto("about:blank")  # what the page was still asking for is not refused meanwhile
    answer = page.context.request.post(
        served.url + "/entry/sign-in", data={"who": given}, headers={"Origin": served.url}
    )
    assert answer.status == 200, f"{who} could not sign in: {answer.status}"
    page.goto(here, wait_until="domcontentloaded")


def screenshot(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture of the page, ``NAME.png``, for whoever wants to look: where AICOACH_SHOTS says."""
    if SHOTS is not None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)


def until(holds: Callable[[], Any], timeout_s: float = 20.0) -> Any:
    """Wait until something of the server is true; what it came to."""
    ends = time.monotonic() + timeout_s
    while not (found := holds()):
        assert time.monotonic() < ends, "never became true"
        time.sleep(0.05)
    return found
