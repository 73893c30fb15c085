"""One rule for the language of a browser: what was chosen, else what it asks for, else Chinese."""

from __future__ import annotations

from typing import cast

import pytest
from starlette.requests import HTTPConnection

from aicoach.catalog.cues import Language
from aicoach.web.language import language_of
from aicoach.web.premises import Premises
from aicoach.web.small_page import small_page
from aicoach.web.visitors import Visitor

from .browser.languages import CHOSEN
from .browser.served import Served


def asking(header: str | None, token: str = "") -> HTTPConnection:
    """A request with these languages and this cookie."""
    headers = [] if header is None else [(b"accept-language", header.encode())]
    headers += [(b"cookie", f"aicoach={token}".encode())] if token else []
    return HTTPConnection({"type": "http", "headers": headers})


@pytest.mark.parametrize(("chosen", "asked", "spoken"), CHOSEN)
def test_a_browser_is_answered_in_what_was_chosen_or_what_it_asks_for(
    chosen: Language | None, asked: str, spoken: str
) -> None:
    visitor = Visitor(id="x", place="home", language=chosen)
    assert language_of(asking(asked), visitor) == spoken
    if chosen is None:
        assert language_of(asking(asked), None) == spoken


def test_a_browser_that_asks_for_nothing_is_answered_in_chinese() -> None:
    assert language_of(asking(None), None) == "zh"


def heading(premises: Premises, connection: HTTPConnection) -> str:
    page = small_page(
        connection, premises, title="home.entry.title", style="a.css", script="a.mjs", element="x"
    )
    return cast("bytes", page.body).decode().splitlines()[1]


def test_a_small_page_follows_the_same_rule(screens: Served) -> None:
    premises = screens.premises
    assert heading(premises, asking("fr,en;q=0.5")) == '<html lang="en">'
    token, _visitor = premises.visitors.begin("home")
    premises.visitors.choose(token, "zh")
    assert heading(premises, asking("en", token)) == '<html lang="zh">'
