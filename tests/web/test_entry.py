"""How soon somebody is signed out again depends on where they signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from aicoach.adapters.store import Store
from aicoach.web.entry import entry_router
from aicoach.web.live.taped import TapedWatcher
from aicoach.web.premises import Conduct, Mode, open_premises
from aicoach.web.settings import web_settings

from .browser.served import MadeSite

Door = Callable[..., TestClient]


@pytest.fixture
def door(site: MadeSite, tmp_path: Path) -> Iterator[Door]:
    """The door alone, of a server of this mode: ``door("home", demonstration=True)``."""
    with ExitStack() as stack:

        def opened(mode: Mode, **more: Any) -> TestClient:
            store = Store(str(shutil.copy(site.file, tmp_path / "site.sqlite3")), folder=tmp_path)
            stack.callback(store.close)
            premises = open_premises(
                store, Conduct(mode=mode, cabin=site.keys.cabin, **more), live_sessions=1,
                make_watcher=lambda: TapedWatcher([(0.0, None), (1.0, None)]),
            )  # fmt: skip
            stack.callback(premises.close)
            app = FastAPI()
            app.include_router(entry_router(premises))
            return stack.enter_context(TestClient(app))

        yield opened


def left_s(door: TestClient, who: dict[str, str]) -> float:
    """Sign in; seconds until whoever does nothing is signed out."""
    assert door.post("/entry/sign-in", json={"who": who}).status_code == 200
    return float(door.get("/entry/me").json()["left_s"])


def by_pin(site: MadeSite) -> dict[str, str]:
    return {"by": "pin", "resident": site.keys.cabin_resident, "pin": site.keys.pin}


def by_password(site: MadeSite, who: str) -> dict[str, str]:
    return {"by": "password", "login": site.keys.logins[who], "password": site.keys.password}


def test_whoever_signs_in_at_a_cabins_page_is_signed_out_as_soon_in_the_demonstration(
    site: MadeSite, door: Door
) -> None:
    demonstration = door("home", demonstration=True)
    assert left_s(demonstration, by_pin(site)) <= web_settings().visitors.cabin_s


@pytest.mark.parametrize("demonstration", [False, True])
def test_whoever_signs_in_at_home_stays_signed_in(
    site: MadeSite, door: Door, demonstration: bool
) -> None:
    at_home = door("home", demonstration=demonstration)
    assert left_s(at_home, by_password(site, "home")) > web_settings().visitors.home_s - 10.0


@pytest.mark.parametrize("by", ["pin", "password"])
def test_on_the_computer_of_a_cabin_every_page_is_on_the_shared_screen(
    site: MadeSite, door: Door, by: str
) -> None:
    who = by_pin(site) if by == "pin" else by_password(site, "home")
    assert left_s(door("cabin"), who) <= web_settings().visitors.cabin_s


def test_staff_have_their_own_time_wherever_they_sign_in(site: MadeSite, door: Door) -> None:
    settings = web_settings().visitors
    staff_s = left_s(door("cabin"), by_password(site, "clinician"))
    assert settings.cabin_s < staff_s <= settings.staff_idle_s
