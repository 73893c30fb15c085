"""Whole sessions over the socket, from the first picture to the store, on a clock that hurries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicoach.web.premises import Conduct

from .browser.served import REPETITIONS, MadeSite, Served, serving, taped
from .live_client import Screen, StepClock, step_through

CLOCK = StepClock()
"""Goes on with the pictures."""


@pytest.fixture(scope="module")
def hurried(site: MadeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A home server with one place, on a clock that hurries."""
    folder = tmp_path_factory.mktemp("hurried")
    conduct = Conduct(mode="home")
    with serving(site, folder, conduct, taped(), clock=CLOCK, live_sessions=1) as found:
        yield found


@pytest.fixture
def resident(hurried: Served) -> Iterator[Screen]:
    """The browser of the resident at home."""
    screen = Screen(hurried.url, clock=CLOCK)
    keys = hurried.keys
    given = {"by": "password", "login": keys.logins["home"], "password": keys.password}
    assert screen.http.post("/entry/sign-in", json={"who": given}).status_code == 200
    yield screen
    if screen.room:
        screen.http.post("/live/end", json={"room": screen.room["id"]})
    screen.close()


def ended(screen: Screen) -> bool:
    return bool(screen.view.get("ended"))


def counted(screen: Screen) -> list[int]:
    return [one["n"] for one in screen.events if one["k"] == "rep"]


def test_a_session_by_the_plan_is_counted_and_found_in_the_store(
    hurried: Served, resident: Screen
) -> None:
    resident.enrol()
    assert resident.start(what="plan").status_code == 200
    resident.connect()
    step_through(resident, CLOCK, ended)
    assert counted(resident) == list(range(1, REPETITIONS + 1))
    room = hurried.premises.rooms.get(resident.room["id"])
    assert room is not None
    room.join()
    assert (room.problem, room.notes) == (None, ())
    assert room.session_id is not None
    kept = hurried.store.session(room.session_id)
    assert kept.session.why_ended == "complete"
    assert kept.session.resident == hurried.keys.home_resident
    assert len(kept.repetitions) == REPETITIONS


def test_one_too_many_is_asked_to_wait_and_the_place_is_free_again_after(
    hurried: Served, resident: Screen
) -> None:
    resident.enrol()
    assert resident.start(what="plan").status_code == 200
    other = Screen(hurried.url, clock=CLOCK)
    refused = other.trial("squat")
    assert refused.status_code == 503
    assert refused.json()["wait_s"] > 0.0
    resident.http.post("/live/end", json={"room": resident.room["id"]})
    assert other.trial("squat").status_code == 200
    other.http.post("/live/end", json={"room": other.room["id"]})
    other.close()
    watchers = hurried.premises.rooms.watchers
    assert (watchers.lent, watchers.made) == (0, 1)


def test_a_reload_in_the_middle_of_a_set_goes_on_where_it_was(
    hurried: Served, resident: Screen
) -> None:
    assert resident.trial("squat", repetitions=REPETITIONS).status_code == 200
    first = resident.connect()
    step_through(resident, CLOCK, lambda one: len(counted(one)) == 1)
    first.close()
    resident.connect(resident.http.get("/live/mine").json()["room"]["ticket"])
    step_through(resident, CLOCK, ended)
    assert counted(resident)[0] == 1
    assert sorted(set(counted(resident))) == counted(resident), "nothing is counted twice"
    assert resident.view["ended"]


def test_a_server_that_stops_keeps_what_was_done(site: MadeSite, tmp_path: Path) -> None:
    with serving(site, tmp_path, Conduct(mode="home"), taped(), clock=CLOCK) as served:
        screen = Screen(served.url, clock=CLOCK)
        keys = served.keys
        given = {"by": "password", "login": keys.logins["home"], "password": keys.password}
        screen.http.post("/entry/sign-in", json={"who": given})
        screen.enrol()
        assert screen.start(what="plan").status_code == 200
        screen.connect()
        step_through(screen, CLOCK, lambda one: len(counted(one)) >= 1)
        served.premises.close()
        room = served.premises.rooms.get(screen.room["id"])
        assert room is not None
        assert room.ended
        assert room.session_id is not None
        kept = served.store.session(room.session_id)
        assert kept.session.why_ended == "picture_ended"
        assert len(kept.repetitions) >= 1
        assert served.premises.rooms.watchers.lent == 0
        screen.close()
