"""Whoever tries the coach without signing in leaves places for residents, and for one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from aicoach.web.live.room import LiveRoom
from aicoach.web.live.rooms import LiveRooms, PleaseWait, network_of
from aicoach.web.settings import web_settings

from .browser.conftest import until
from .browser.served import Served
from .live_client import Screen

Make = Callable[[], Screen]


@pytest.fixture
def make(screens: Served) -> Iterator[Make]:
    """Browsers at this address, of nobody who signed in, on a server with four places."""
    made: list[Screen] = []

    def screen() -> Screen:
        made.append(Screen(screens.url))
        return made[-1]

    yield screen
    for room in screens.premises.rooms.all():
        room.ask_to_end()
        room.join()
    for one in made:
        one.close()


def asked_from(rooms: LiveRooms, like: LiveRoom, address: str) -> LiveRoom | PleaseWait:
    """Somebody else asks for a place, from an address."""
    opening = replace(like.opening, owner=f"visitor {address}", address=address)
    return rooms.open(opening)


def test_from_one_address_two_try_it_at_once(screens: Served, make: Make) -> None:
    first, second, third = make(), make(), make()
    assert first.trial("squat").status_code == 200
    assert second.trial("squat").status_code == 200
    refused = third.trial("squat")
    assert (refused.status_code, refused.json()["problem"]) == (503, "busy")
    assert first.trial("squat").status_code == 200, "their own is begun anew"
    second.http.post("/live/end", json={"room": second.room["id"]})
    assert third.trial("squat").status_code == 200


def test_a_page_that_was_closed_makes_room_for_the_next(screens: Served, make: Make) -> None:
    rooms = screens.premises.rooms
    first, second, third = make(), make(), make()
    for one in (first, second):
        assert one.trial("squat").status_code == 200
        one.connect(one.http.get("/live/mine").json()["room"]["ticket"])
    assert third.trial("squat").status_code == 503, "both are there"
    gone = rooms.get(first.room["id"])
    assert gone is not None
    first.close()
    until(lambda: gone.alone_s() >= web_settings().live.left_s)
    assert third.trial("squat").status_code == 200
    assert gone.ended
    there = rooms.get(second.room["id"])
    assert there is not None
    assert not there.ended


def test_however_many_try_it_a_resident_finds_a_place(screens: Served, make: Make) -> None:
    rooms = screens.premises.rooms
    first = make()
    assert first.trial("squat").status_code == 200
    room = rooms.get(first.room["id"])
    assert room is not None
    known = [asked_from(rooms, room, f"198.51.100.{last}") for last in (1, 2, 3)]
    assert [isinstance(one, PleaseWait) for one in known] == [False, True, True]
    resident = make()
    keys = screens.keys
    given = {"by": "password", "login": keys.logins["home"], "password": keys.password}
    assert resident.http.post("/entry/sign-in", json={"who": given}).status_code == 200
    resident.enrol()
    assert resident.start(what="plan").status_code == 200
    assert resident.trial("squat").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::7", "2001:db8:1:2:9::", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("", "testclient", False),
    ],
)
def test_a_household_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
