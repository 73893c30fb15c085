"""Live sessions over real sockets: twenty at once, and a slow server.

Poses come from a tape, everything else is the real server; it and the browsers' side share the
cores of this computer, so the figures are a lower bound.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import httpx
import numpy as np
import uvicorn
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from aicoach.adapters.store import Store
from aicoach.catalog import load_catalog
from aicoach.synth import perform
from aicoach.visit.questions import NOTHING
from aicoach.web.live.feed import HEAD
from aicoach.web.live.taped import TapedWatcher
from aicoach.web.premises import Conduct, open_premises
from aicoach.web.server import create_server
from aicoach.web.serving import Address, listen, serving_config
from aicoach.web.settings import web_settings

if TYPE_CHECKING:
    from aicoach.observations import PoseSeen
    from aicoach.pose import Frame
    from aicoach.session_events import Screen
    from aicoach.web.live.watchers import Watcher

SESSIONS: Final = 20
SECONDS: Final = 20.0
SLOW_S: Final = 0.2
FAIR: Final = 0.5
"""The slowest session has at least this share of the mean."""
FLAT: Final = 1.5
"""The delay at the end is at most this times that at the beginning."""
_ASKED_FPS: Final = 20.0
_SIZE: Final = (360, 480, 3)
_IN_FLIGHT: Final = 2


class SlowWatcher(TapedWatcher):
    """A watcher on a computer that needs long for every picture."""

    def look(self, frame: Frame, screen: Screen | None) -> PoseSeen:
        """The pose, late."""
        time.sleep(SLOW_S)
        return super().look(frame, screen)


@dataclass(slots=True)
class Seen:
    """What one browser saw."""

    delays_s: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Of events, on the session's clock."""
    losses: int = 0
    """How often the line was lost."""

    @property
    def in_order(self) -> bool:
        """Whether answers and events came in the order in which they happened."""
        return self.numbers == sorted(self.numbers) and self.times == sorted(self.times)


@contextmanager
def served(sessions: int, make: Callable[[], Watcher]) -> Iterator[str]:
    """A server of its own, at this address; its files go with it."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "bench.sqlite3"), folder=Path(folder) / "waiting")
        store.open()
        settings = web_settings()
        open_to_all = replace(settings.live, trials_per_address=sessions, kept_share=0.0)
        premises = open_premises(
            store, Conduct(mode="home"), make_watcher=make, live_sessions=sessions,
            settings=replace(settings, live=open_to_all),
        )  # fmt: skip
        address = Address(host="127.0.0.1", port=0)
        line = listen(address)
        server = uvicorn.Server(serving_config(create_server(premises), address))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [line]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield address.at(line.getsockname()[1]).url
        finally:
            server.should_exit = True
            thread.join()
            line.close()
            store.close()


def _begin(url: str) -> tuple[str, dict[str, Any]]:
    """The cookie of a new visitor, and their session."""
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=60.0) as page:
        page.get("/health", headers={"Accept": "text/html"})
        asked = {
            "what": "trial", "language": "en", "exercises": ["squat"], "birth_year": 1980,
            "active": True, "disease": False, "symptoms": False,
        }  # fmt: skip
        answer = page.post("/live/start", json={"start": asked})
        answer.raise_for_status()
        return f"aicoach={page.cookies['aicoach']}", answer.json()["room"]


def _ticket(url: str, cookie: str, room: str) -> str:
    return str(_posted(url, "ticket", cookie, room).raise_for_status().json()["ticket"])


def _posted(url: str, what: str, cookie: str, room: str) -> httpx.Response:
    headers = {"Origin": url, "Cookie": cookie}
    return httpx.post(f"{url}/live/{what}", json={"room": room}, headers=headers, timeout=60.0)


async def watch(
    url: str, seconds: float, pictures: Sequence[bytes], asked_fps: float = _ASKED_FPS
) -> Seen:
    """Be one browser for so long or until the session ends, showing these pictures in turn."""
    cookie, room = await asyncio.to_thread(_begin, url)
    seen, ticket = Seen(), room["ticket"]
    headers = {"Cookie": cookie, "Origin": url}
    shown = cycle(pictures)
    ends_s = time.monotonic() + seconds
    while True:
        try:
            address = f"ws{url[4:]}/live/socket"
            async with connect(address, additional_headers=headers) as socket:
                await socket.send(json.dumps({"do": "hello", "ticket": ticket}))
                await _play(socket, ends_s, shown, asked_fps, seen)
            break
        except ConnectionClosedError:  # a page would come back, too
            seen.losses += 1
            ticket = await asyncio.to_thread(_ticket, url, cookie, room["id"])
    await asyncio.to_thread(_posted, url, "end", cookie, room["id"])
    return seen


async def _play(
    socket: ClientConnection, ends_s: float, pictures: Iterator[bytes], asked_fps: float, seen: Seen
) -> None:
    sent: dict[int, float] = {}
    due_s = time.monotonic()
    number = seen.numbers[-1] + 1 if seen.numbers else 0
    while (now_s := time.monotonic()) < ends_s:
        if now_s >= due_s and len(sent) < _IN_FLIGHT:
            sent[number] = now_s
            await socket.send(HEAD.pack(number, now_s * 1000.0) + next(pictures))
            number, due_s = number + 1, max(now_s, due_s + 1.0 / asked_fps)
        try:
            wait_s = max(0.005, due_s - time.monotonic())
            message = json.loads(await asyncio.wait_for(socket.recv(), wait_s))
        except asyncio.TimeoutError:
            continue
        _heard(message, seen, sent)
        changed = message.get("v", {})
        if changed.get("question"):
            answer = well(changed["question"]["id"])
            await socket.send(json.dumps({"do": "answer"} | answer))
        if changed.get("ended"):
            return


def well(question: str) -> dict[str, Any]:
    """What somebody answers who feels well."""
    known: dict[str, Any] = {"effort": 3, "pain": 0, "symptom": NOTHING, "talk": "talk"}
    return {"question": question, "value": known.get(question, False)}


def _heard(message: dict[str, Any], seen: Seen, sent: dict[int, float]) -> None:
    seen.times += [event["t"] for event in message.get("e", ()) if "t" in event]
    answer = message.get("f")
    if answer is None:
        return
    seen.numbers.append(answer["n"])
    for one in [one for one in sent if one <= answer["n"]]:
        at = sent.pop(one)
        if one == answer["n"]:
            seen.delays_s.append(time.monotonic() - at)


def measure(console: Console | None = None) -> bool:
    """Print every figure beside its bar; False when one was missed."""
    console = console or Console()
    tape = list(perform(load_catalog()["squat"], reps=8, cycle_s=3.0).track.poses())
    jpeg = cv2.imencode(".jpg", np.full(_SIZE, 90, np.uint8))[1].tobytes()
    table = Table("what", "measured", "bar", "")
    kept = _many(table, lambda: TapedWatcher(tape), jpeg)
    kept &= _slow(table, lambda: SlowWatcher(tape), jpeg)
    console.print(table)
    return kept


def _many(table: Table, make: Callable[[], Watcher], jpeg: bytes) -> bool:
    async def all_of_them(url: str) -> list[Seen]:
        return await asyncio.gather(*(watch(url, SECONDS, [jpeg]) for _ in range(SESSIONS)))

    with served(SESSIONS, make) as url:
        seen = asyncio.run(all_of_them(url))
    fps = [len(one.numbers) / SECONDS for one in seen]
    mean = sum(fps) / len(fps)
    delays = [delay for one in seen for delay in one.delays_s]
    fair, order = min(fps) >= FAIR * mean, all(one.in_order for one in seen)
    what = f"{SESSIONS} sessions, frames per second each"
    row(table, what, f"{min(fps):.1f} to {max(fps):.1f}", f">= {FAIR:g} x mean", fair)
    late_ms = 1000.0 * float(np.quantile(delays, 0.95))
    table.add_row("picture sent -> answered, p95", f"{late_ms:.0f} ms", "", "")
    row(table, "answers and events in order", "yes" if order else "no", "yes", order)
    return fair and order


def _slow(table: Table, make: Callable[[], Watcher], jpeg: bytes) -> bool:
    with served(1, make) as url:
        delays = asyncio.run(watch(url, SECONDS, [jpeg])).delays_s
    third = max(1, len(delays) // 3)
    first, last = float(np.median(delays[:third])), float(np.median(delays[-third:]))
    flat = last <= FLAT * first
    shown = f"{1000 * first:.0f} -> {1000 * last:.0f} ms"
    row(table, f"server needs {SLOW_S:g} s: delay, first -> last third", shown, "flat", flat)
    return flat


def row(table: Table, what: str, measured: str, bar: str, kept: bool) -> None:
    """One figure beside its bar."""
    table.add_row(what, measured, bar, "kept" if kept else "MISSED")
