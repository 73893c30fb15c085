"""The ground itself: a test in a browser fails where it must."""

from __future__ import annotations

import pytest

from .conftest import CABIN, PHONE, OpenPage, Watch, sign_in, wait_for
from .served import Served


@pytest.mark.thorough
def test_the_first_page_stands_in_both_languages_without_an_error(
    home: Served, open_page: OpenPage
) -> None:
    for language, size in (("zh", PHONE), ("en", CABIN)):
        page = open_page(home, "/", language=language, size=size)
        wait_for(page, "document.querySelector('[data-stage]') !== null")
        assert page.evaluate("navigator.language").startswith(language)


@pytest.mark.thorough
def test_whoever_signs_in_is_known_after_the_page_was_loaded_anew(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/health")
    sign_in(page, home, "clinician")
    told = page.evaluate("fetch('/entry/me').then((answer) => answer.json())")
    assert told["role"] == "clinician"


@pytest.mark.thorough
def test_the_camera_shows_the_film(home: Served, open_page: OpenPage) -> None:
    page = open_page(home, "/health")
    assert (
        page.evaluate(
            "navigator.mediaDevices.getUserMedia({video: true})"
            ".then((stream) => stream.getVideoTracks()[0].getSettings().width)"
        )
        == 640
    )


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('fell over') })", "fell over"),
        ("fetch('http://other.test/x').catch(() => 0)", "other.test"),
    ],
)
def test_what_must_not_happen_on_a_page_is_seen(
    home: Served, open_page: OpenPage, deed: str, said: str
) -> None:
    page = open_page(home, "/health")
    page.evaluate(f"() => {{ {deed} }}")
    page.wait_for_timeout(200)
    watch: Watch = page.watch  # type: ignore[attr-defined]
    assert any(said in one for one in watch.left), watch.found
    watch.allow(".")
