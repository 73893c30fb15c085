"""A clip of one's own on the page at home."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import LAPTOP, PHONE, OpenPage, screenshot, wait_for
from .served import Served

THOROUGH_EN = pytest.param(LAPTOP, "en", marks=pytest.mark.thorough)
PLACE = "document.querySelector('[data-home]').shadowRoot.querySelector('.clip-place')"
PANEL = f"{PLACE}?.shadowRoot?.querySelector('.clip')"


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), THOROUGH_EN])
def test_a_visitor_finds_where_a_clip_is_looked_at_and_a_wrong_file_is_told_plainly(
    home: Served, open_page: OpenPage, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("no video at all, only words")
    page = open_page(home, "/", language=language, size=size)
    page.watch.allow("415")  # type: ignore[attr-defined]
    page.click("[data-test=page-clip]")
    promise = {"zh": "看完之后，视频马上删除", "en": "deleted"}[language]
    wait_for(page, f"{PANEL}?.innerText.includes('{promise}')")
    screenshot(page, f"home-clip-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.set_input_files("[data-test=clip-file]", letter)
    wait_for(page, f"{PANEL}.querySelector('[role=alert]')")
    said = page.evaluate(f"{PANEL}.querySelector('[role=alert]').textContent")
    page.click("[data-test=page-try]")
    page.click("[data-test=page-clip]")
    assert page.evaluate(f"{PANEL}.querySelector('[role=alert]').textContent") == said
    page.click("[data-test=language]")
    wait_for(page, f"{PANEL}.querySelector('[role=alert]').textContent !== '{said}'")
    assert all(one.file is None for one in home.premises.clips._clips.values())
