"""The public demonstration: its first page, a drawn resident, an uploaded clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicoach.web.live.watchers import PoseWatcher
from aicoach.web.premises import Conduct

from .conftest import PHONE, OpenPage, screenshot, sign_in, wait_for
from .served import MadeSite, Served, serving

NAMES = ("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def demonstration(site: MadeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    keys = {"home": site.keys.logins["home"], "password": site.keys.password}
    conduct = Conduct(
        mode="home", cabin=site.keys.cabin, demonstration=True, names=NAMES, shown_keys=keys
    )
    with serving(site, tmp_path_factory.mktemp("demo"), conduct, PoseWatcher) as found:
        yield found


@pytest.mark.thorough
def test_the_first_page_says_what_it_is_and_leads_everywhere(
    demonstration: Served, open_page: OpenPage
) -> None:
    page = open_page(demonstration, "/", language="zh", size=PHONE)
    wait_for(page, "document.querySelector('h1')")
    assert "演示" in page.inner_text("h1")
    screenshot(page, "demo-first-zh", whole=True)
    page.click("[data-test=language]")
    wait_for(page, "document.documentElement.lang === 'en'")
    assert "demonstration" in page.inner_text("h1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "demo-first-en", whole=True)
    ways = page.eval_on_selector_all(
        ".ways a", "(all) => all.map((one) => one.getAttribute('href'))"
    )
    assert [one.split("?")[0] for one in ways] == [
        "/home", "/drawn", "/clip", "/cabin", "/sign-in", "/sign-in",
    ]  # fmt: skip
    statuses = page.evaluate(
        "(all) => Promise.all(all.map((one) => fetch(one).then((answer) => answer.status)))", ways
    )
    assert statuses == [200] * 6


def test_the_desk_of_the_staff_stands_here_too(demonstration: Served, open_page: OpenPage) -> None:
    page = open_page(demonstration, "/health")
    sign_in(page, demonstration, "clinician")
    page.goto(f"{demonstration.url}/staff?at=site")
    wait_for(page, "document.querySelector('.desk[data-ready]') !== null")
    assert page.evaluate("location.pathname + location.search") == "/staff/?at=site"


@pytest.mark.model
def test_a_drawn_resident_is_seen_by_the_real_coach_without_a_camera(
    demonstration: Served, open_page: OpenPage
) -> None:
    page = open_page(demonstration, "/drawn", camera=None)
    wait_for(page, "document.body.dataset.ready")
    page.click("[data-test=begin]")
    wait_for(page, "window.aicoachStage.view?.seen === true", 90.0)
    assert page.is_visible(".drawn-mark")
    screenshot(page, "demo-drawn-en")
    page.evaluate("window.aicoachStage.end()")
    wait_for(page, "window.aicoachStage.view?.ended")


@pytest.mark.thorough
@pytest.mark.model
def test_a_clip_is_counted_and_nothing_of_it_is_left(
    demonstration: Served, open_page: OpenPage, data_dir: Path
) -> None:
    page = open_page(demonstration, "/clip", language="zh")
    wait_for(page, "document.querySelector('.panel')?.shadowRoot?.querySelector('label')")
    page.select_option("select", "squat")
    page.set_input_files("[data-test=clip-file]", data_dir / "clips" / "squat_18.mp4")
    page.wait_for_selector("[data-test=clip-result]", timeout=90_000)
    assert "5" in page.inner_text("[data-test=clip-result]")
    assert page.locator("tbody tr").count() == 5
    assert page.locator(".strip img").count() == 5
    screenshot(page, "demo-clip-zh", whole=True)
    clips = demonstration.premises.clips
    assert all(one.file is None for one in clips._clips.values())


@pytest.mark.thorough
def test_a_file_that_is_no_video_is_said_in_plain_words(
    demonstration: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("no video at all, only words")
    page = open_page(demonstration, "/clip")
    page.watch.allow("415")  # type: ignore[attr-defined]
    wait_for(page, "document.querySelector('.panel')?.shadowRoot?.querySelector('label')")
    page.set_input_files("[data-test=clip-file]", letter)
    page.wait_for_selector("[role=alert]")
    assert "could not be read as a video" in page.inner_text("[role=alert]")
