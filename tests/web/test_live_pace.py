"""Nothing queues: a stop comes before the pictures that wait, the newest picture next, and a
screen that reads slowly gets fewer answers and every event. Held by the order of events alone.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketState

from aicoach.observations import PoseSeen
from aicoach.pose import Frame
from aicoach.session_events import Screen as Part
from aicoach.web.live.feed import HEAD
from aicoach.web.live.room import LiveRoom
from aicoach.web.live.socket import LiveSocket
from aicoach.web.live.watchers import Watcher
from aicoach.web.premises import Conduct

from .browser.served import MadeSite, Served, serving, taped
from .live_client import JPEG, Screen, StepClock, well

CLOCK = StepClock()
LOOK_S = 0.2
PATIENCE_S = 20.0


class HeldWatcher:
    """Looks at a picture only when it is let, and needs long for each."""

    def __init__(self, inner: Watcher) -> None:
        self._inner = inner
        self.begun, self.let = threading.Semaphore(0), threading.Semaphore(0)

    def look(self, frame: Frame, screen: Part | None) -> PoseSeen:
        self.begun.release()
        assert self.let.acquire(timeout=PATIENCE_S), "nobody let it look"
        CLOCK.now_s += LOOK_S
        return self._inner.look(frame, screen)

    def share(self, *, alone: bool) -> None:
        self._inner.share(alone=alone)

    def reset(self) -> None:
        self._inner.reset()

    def close(self) -> None:
        self._inner.close()


@pytest.fixture(scope="module")
def held(
    site: MadeSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, HeldWatcher]]:
    """A server with one place, and what looks there."""
    make, made = taped(), []

    def held_watcher() -> Watcher:
        made.append(HeldWatcher(make()))
        return made[-1]

    folder = tmp_path_factory.mktemp("held")
    with serving(
        site, folder, Conduct(mode="home"), held_watcher, clock=CLOCK, live_sessions=1
    ) as served:
        yield served, made[0]


@pytest.fixture
def screen(held: tuple[Served, HeldWatcher]) -> Iterator[Screen]:
    """A visitor's browser in a session that has just begun."""
    served, watcher = held
    one = Screen(served.url, clock=CLOCK)
    assert one.trial("squat").status_code == 200
    one.connect()
    yield one
    for _picture in range(20):
        watcher.let.release()  # a test that failed leaves nobody waiting
    one.http.post("/live/end", json={"room": one.room["id"]})
    room = served.premises.rooms.get(one.room["id"])
    assert room is not None
    room.join()
    for gate in (watcher.let, watcher.begun):
        while gate.acquire(blocking=False):
            pass
    one.close()


def arrived(screen: Screen, number: int = 1) -> None:
    """Everything that was sent until now has been read by the server."""
    screen.say({"do": "ping", "n": number})
    while screen.hear().get("pong") != number:
        pass


def begun(watcher: HeldWatcher) -> None:
    assert watcher.begun.acquire(timeout=PATIENCE_S), "it does not look at the next picture"


def numbers(screen: Screen) -> list[int]:
    return [one["n"] for one in screen.answers]


def answered(screen: Screen, number: int) -> dict[str, Any]:
    while number not in numbers(screen):
        screen.hear()
    return screen.answers[-1]


def test_a_stop_is_acted_on_before_the_pictures_that_wait(
    held: tuple[Served, HeldWatcher], screen: Screen
) -> None:
    _, watcher = held
    screen.picture(0)
    begun(watcher)
    for number in range(1, 10):
        screen.picture(number)
    screen.say({"do": "command", "name": "stop"})
    for number in range(10, 15):
        screen.picture(number)
    arrived(screen)
    watcher.let.release()
    begun(watcher)  # at the next picture, which is held: what is heard now came before it
    while not any(one.get("cause") == "STOP-7" for one in screen.events):
        screen.hear()
    assert numbers(screen) == [0]
    watcher.let.release()
    answered(screen, 14)
    assert numbers(screen) == [0, 14]


def test_after_a_slow_look_the_newest_picture_is_next(
    held: tuple[Served, HeldWatcher], screen: Screen
) -> None:
    _, watcher = held
    for before, newest in ((-1, 0), (0, 5), (5, 11), (11, 12)):
        for number in range(before + 1, newest + 1):
            screen.picture(number)
        arrived(screen, newest)
        if newest:
            watcher.let.release()
            answered(screen, before)  # else a newer answer might take its place on the way
        begun(watcher)
    watcher.let.release()
    last = answered(screen, 12)
    assert numbers(screen) == [0, 5, 11, 12]
    times_ms = (last["wait"], last["ms"])
    assert times_ms == (200, 200), "by these the page knows when to send the next"


def test_with_two_in_flight_every_picture_is_answered_and_none_grows_older(
    held: tuple[Served, HeldWatcher], screen: Screen
) -> None:
    _, watcher = held
    sent_s = {0: CLOCK.now_s, 1: CLOCK.now_s}
    screen.picture(0)
    begun(watcher)
    screen.picture(1)
    arrived(screen)
    late_s = []
    for number in range(12):
        watcher.let.release()
        answered(screen, number)
        late_s.append(CLOCK.now_s - sent_s[number])
        sent_s[number + 2] = CLOCK.now_s
        screen.picture(number + 2)
        arrived(screen, number)
        begun(watcher)
    assert numbers(screen) == list(range(12))
    assert late_s[1:] == pytest.approx([2 * LOOK_S] * 11)


# -- a screen that reads slowly ---------------------------------------------------------------


class SlowLine:
    """The server's end of a socket whose other end reads only when it is let."""

    application_state = WebSocketState.CONNECTED

    def __init__(self, *, reads: bool) -> None:
        self._coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading = asyncio.Event()
        if reads:
            self._reading.set()
        self.sent: list[dict[str, Any]] = []

    def say(self, content: str | bytes) -> None:
        kind = "text" if isinstance(content, str) else "bytes"
        self._coming.put_nowait({"type": "websocket.receive", kind: content})

    def read_all(self) -> None:
        self._reading.set()

    def go(self) -> None:
        self._coming.put_nowait({"type": "websocket.disconnect"})

    async def receive(self) -> dict[str, Any]:
        return await self._coming.get()

    async def receive_text(self) -> str:
        return str((await self.receive())["text"])

    async def send_text(self, text: str) -> None:
        await self._reading.wait()
        self.sent.append(json.loads(text))

    async def close(self, code: int) -> None:
        raise AssertionError(f"closed with {code}")


async def watched(served: Served, room: LiveRoom, ticket: str, line: SlowLine) -> int:
    """Go on until one repetition was counted; the number of the last picture."""
    premises = served.premises
    socket = LiveSocket(premises.rooms, premises.tickets, premises.settings.live, CLOCK)
    line.say(json.dumps({"do": "hello", "ticket": ticket}))
    serve = asyncio.create_task(socket.serve(line, room.owner))  # type: ignore[arg-type]
    shown = _told_of(room)
    asked, number = "", -1
    while not room.outbox.shown.get("done"):
        number += 1
        assert number < 3000, room.outbox.shown
        line.say(HEAD.pack(number, CLOCK.now_s * 1000.0) + JPEG)
        await asyncio.wait_for(asyncio.to_thread(shown.acquire), PATIENCE_S)
        question = room.outbox.shown.get("question")
        if question and question["id"] != asked:
            said = {"do": "answer", "question": question["id"], "value": well(question)}
            line.say(json.dumps(said))
        asked = question["id"] if question else ""
        CLOCK.now_s += 1.0 / 12.0
    line.read_all()
    while not line.sent or line.sent[-1].get("f", {}).get("n") != number:
        await asyncio.sleep(0.01)
    line.go()
    await asyncio.wait_for(serve, PATIENCE_S)
    return number


def _told_of(room: LiveRoom) -> threading.Semaphore:
    """Opens once for every picture that was looked at, after its events were put out."""
    shown = threading.Semaphore(0)
    put: Callable[[dict[str, Any]], None] = room.outbox.answer

    def answer(one: dict[str, Any]) -> None:
        put(one)
        shown.release()

    room.outbox.answer = answer  # type: ignore[method-assign]
    return shown


def test_a_slow_screen_gets_the_newest_answer_and_every_event_in_order(
    site: MadeSite, tmp_path: Path
) -> None:
    lines: list[SlowLine] = []
    with serving(site, tmp_path, Conduct(mode="home"), taped(), clock=CLOCK) as served:
        for reads in (True, False):
            screen = Screen(served.url, clock=CLOCK)
            assert screen.trial("squat").status_code == 200
            room = served.premises.rooms.get(screen.room["id"])
            assert room is not None
            lines.append(SlowLine(reads=reads))
            session = watched(served, room, screen.room["ticket"], lines[-1])
            with ThreadPoolExecutor(1) as aside:  # beside playwright's loop, where one runs
                number = aside.submit(asyncio.run, session).result()
            screen.http.post("/live/end", json={"room": room.id})
            screen.close()
    fast, slow = ([one for one in line.sent if "pong" not in one] for line in lines)
    assert len(fast) > number, "whoever reads is answered for every picture"
    assert len(slow) == 2, "what was on its way when the screen fell behind, and all the rest"
    assert slow[-1]["f"]["n"] == number
    assert _events(slow) == _events(fast)
    assert [one["k"] for one in _events(slow)].count("rep") == 1


def _events(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for one in messages for event in one.get("e", [])]
