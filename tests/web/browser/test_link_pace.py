"""When the page begins its next picture: the module of the page itself, on a clock and a socket
of the test, against a server that looks at one picture after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage

__all__ = ["assets"]

WAY_MS, ENCODE_MS, EARLY_MS = 10, 6, 8
GROUND = """async (address) => {
  const { Link } = await import(`${address}/stage/link.mjs`);
  let now = 1000;
  performance.now = () => now;
  const sockets = [];
  class Line extends EventTarget {
    static OPEN = 1;
    constructor() {
      super();
      this.readyState = 0;
      this.sent = [];
      sockets.push(this);
    }
    send(content) {
      if (typeof content === "string") return;
      this.sent.push([now, new DataView(content.buffer).getUint32(0, true)]);
    }
    opened() { this.readyState = 1; this.dispatchEvent(new Event("open")); }
    says(message) {
      this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
    }
    close() { this.readyState = 3; }
    closed(code) { this.readyState = 3; this.dispatchEvent(new CloseEvent("close", { code })); }
  }
  window.WebSocket = Line;
  const stats = {
    sent: 0, answered: 0, encode_ms: 0, connections: 0, refused_connections: 0, fps: 0,
    latency_ms: [], round_trip_ms: [], losses: [],
  };
  const link = new Link({ heard: () => {}, changed: () => {}, paced: () => {}, stats });
  const picture = () => link.picture(new ArrayBuffer(4), now, now);
  window.ground = { link, stats, sockets, picture, at: (value) => { now = value; } };
}"""
RUN = """({ look, way, encode, pictures }) => {
  const { link, stats, sockets, picture, at } = window.ground;
  link.open({ id: "room", ticket: "ticket" });
  const socket = sockets.at(-1);
  socket.opened();
  stats.encode_ms = encode;
  const told = { begun: [], most: 0, arrived: {}, looked: [], answered: [] };
  let ready = null, taken = 0, waiting = null, busy = null, answers = [];
  for (let t = 2000; told.answered.length < pictures && t < 100_000; t += 1) {
    at(t);
    for (const [due, f] of answers.splice(0)) {
      if (due > t) answers.push([due, f]);
      else { told.answered.push([t, f.n]); socket.says({ f }); }
    }
    if (ready === null && t >= link.nextMs()) {
      const free = link.flying.size ? link.freeMs - link.wayMs - encode : null;
      told.begun.push([t, free]);
      ready = t + encode;
    }
    if (ready !== null && t >= ready) { picture(); ready = null; }
    while (taken < socket.sent.length && socket.sent[taken][0] + way <= t) {
      waiting = socket.sent[taken][1];
      told.arrived[waiting] = t;
      taken += 1;
    }
    if (busy && t >= busy[0]) {
      answers.push([t + way, { n: busy[1], ms: look, wait: busy[2] }]);
      busy = null;
    }
    if (!busy && waiting !== null) {
      told.looked.push([t, waiting]);
      busy = [t + look, waiting, t - told.arrived[waiting]];
      waiting = null;
    }
    told.most = Math.max(told.most, link.flying.size);
  }
  return told;
}"""

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def page(open_page: OpenPage, assets: SimpleNamespace) -> Page:
    """An empty page with the module, a clock and sockets of the test."""
    made = open_page(assets, "/")  # type: ignore[arg-type]
    made.evaluate(GROUND, f"/assets/{version()}")
    return made


def test_of_a_camera_that_gives_few_pictures_one_is_begun_the_earlier(page: Page) -> None:
    told = page.evaluate(
        """() => {
          const { link, stats, sockets, picture, at } = window.ground;
          link.open({ id: "room", ticket: "ticket" });
          sockets.at(-1).opened();
          at(2000);
          picture();
          return [0, 30, 15].map((fps) => {
            stats.camera_fps = fps;
            return link.freeMs - link.nextMs();
          });
        }"""
    )
    assert told == pytest.approx([EARLY_MS, 250 / 30, 250 / 15])


@pytest.mark.parametrize("look_ms", [30, 200])
def test_a_picture_is_begun_when_the_server_is_about_to_be_free(page: Page, look_ms: int) -> None:
    given = {"look": look_ms, "way": WAY_MS, "encode": ENCODE_MS, "pictures": 200}
    told = page.evaluate(RUN, given)
    assert told["most"] == 2
    for begun_ms, free_ms in told["begun"]:
        assert free_ms is None or begun_ms >= free_ms - EARLY_MS
    looked = [number for _, number in told["looked"]]
    assert looked == sorted(looked)
    known = told["looked"][-30:]  # by then the page has learnt how long a look takes
    assert [number for _, number in known] == list(range(known[0][1], known[0][1] + 30))
    waits_ms = [at_ms - told["arrived"][str(number)] for at_ms, number in known]
    assert max(waits_ms) <= EARLY_MS + 2, "no picture grows old at the server"
    gaps_ms = [second[0] - first[0] for first, second in pairwise(known)]
    assert max(gaps_ms) <= look_ms + 2, "and the server never waits for one"


def test_a_third_picture_is_not_sent_and_the_answer_to_the_newest_frees_both(page: Page) -> None:
    told = page.evaluate(
        """() => {
          const { link, stats, sockets, picture } = window.ground;
          link.open({ id: "room", ticket: "ticket" });
          const [socket] = sockets;
          socket.opened();
          const next = [link.nextMs()];
          for (let turn = 0; turn < 3; turn += 1) picture();
          next.push(link.nextMs());
          socket.says({ f: { n: 2, ms: 30 } });
          next.push(link.nextMs());
          return { sent: socket.sent.map(([, n]) => n), counted: stats.sent, next };
        }"""
    )
    assert told["sent"] == [1, 2]
    assert told["counted"] == 2
    assert told["next"] == [0, float("inf"), 0]


def test_without_a_line_no_picture_is_begun_or_sent(page: Page) -> None:
    page.route("**/live/ticket", lambda route: route.fulfill(json={"ticket": "another"}))
    told = page.evaluate(
        """async () => {
          const { link, sockets, picture } = window.ground;
          const next = [link.nextMs()];
          picture();
          link.open({ id: "room", ticket: "ticket" });
          next.push(link.nextMs());
          picture();
          sockets[0].opened();
          picture();
          sockets[0].closed(1006);
          next.push(link.nextMs());
          picture();
          while (sockets.length < 2) await new Promise((go) => setTimeout(go, 20));
          next.push(link.nextMs());
          picture();
          sockets[1].opened();
          next.push(link.nextMs());
          return { next, sent: sockets.map((one) => one.sent.length) };
        }"""
    )
    never = float("inf")
    assert told["next"] == [never, never, never, never, 0], "what was in flight is forgotten"
    assert told["sent"] == [1, 0]
