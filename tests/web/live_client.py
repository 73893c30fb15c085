"""A screen without eyes: opens the socket, sends pictures, answers questions as a well person."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import cv2
import httpx
import numpy as np
from websockets.sync.client import ClientConnection, connect

from aicoach.web.live.feed import HEAD

JPEG = cv2.imencode(".jpg", np.full((240, 320, 3), 90, np.uint8))[1].tobytes()
WELL = {"effort": 3, "pain": 0, "talk": "talk", "symptom": "none"}


class Screen:
    """One browser, as far as the server can tell."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url, self.clock = url, clock
        self.http = httpx.Client(base_url=url, headers={"Origin": url}, timeout=30.0)
        self.http.get("/health", headers={"Accept": "text/html"})
        self.view: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.largest = 0
        self.socket: ClientConnection | None = None
        self._sockets = ExitStack()
        self.room: dict[str, Any] = {}

    def close(self) -> None:
        """The browser is closed."""
        self._sockets.close()
        self.http.close()

    def start(self, **asked: Any) -> httpx.Response:
        found = self.http.post("/live/start", json={"start": {"language": "en", **asked}})
        if found.status_code == 200:
            self.room = found.json()["room"]
        return found

    def enrol(self, **answers: bool | None) -> httpx.Response:
        """The three questions about health, as a healthy person answers them."""
        healthy = {"active": True, "disease": False, "symptoms": False}
        found = self.http.post("/resident/enrolment", json={**healthy, **answers})
        assert found.status_code == 200, found.text
        return found

    def trial(self, *exercises: str, **more: Any) -> httpx.Response:
        healthy = {"active": True, "disease": False, "symptoms": False, "birth_year": 1980}
        return self.start(what="trial", exercises=list(exercises), **{**healthy, **more})

    def connect(
        self, ticket: str | None = None, *, path: str = "/live/socket", hello: str | None = None,
        **headers: str,
    ) -> ClientConnection:  # fmt: skip
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self.socket = self._sockets.enter_context(
            connect(
                self.url.replace("http", "ws") + path,
                additional_headers={"Cookie": cookie, "Origin": self.url} | headers,
            )
        )
        if hello is None:
            self.say({"do": "hello", "ticket": ticket or self.room["ticket"]})
        else:
            self.socket.send(hello)
        return self.socket

    def say(self, message: dict[str, Any]) -> None:
        assert self.socket is not None
        self.socket.send(json.dumps(message))

    def picture(self, number: int) -> None:
        assert self.socket is not None
        self.socket.send(HEAD.pack(number, self.clock() * 1000.0) + JPEG)

    def hear(self, timeout_s: float = 5.0) -> dict[str, Any]:
        assert self.socket is not None
        text = self.socket.recv(timeout_s)
        self.largest = max(self.largest, len(text))
        message: dict[str, Any] = json.loads(text)
        self.view |= message.get("v", {})
        self.events += message.get("e", [])
        if "f" in message:
            self.answers.append(message["f"])
        return message

    def live(self, until: Any, *, fps: float = 20.0, within_s: float = 60.0) -> None:
        """Send pictures and answer until something holds."""
        done = threading.Event()

        def send() -> None:
            number = 0
            while not done.is_set():
                self.picture(number)
                number += 1
                done.wait(1.0 / fps)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        asked = ""
        ends = time.monotonic() + within_s
        try:
            while not until(self):
                assert time.monotonic() < ends, (self.view.get("screen"), self.view.get("question"))
                self.hear()
                question = self.view.get("question")
                if question and question["id"] != asked:
                    asked = question["id"]
                    self.say({"do": "answer", "question": asked, "value": well(question)})
                elif not question:
                    asked = ""
        finally:
            done.set()
            sender.join()


class StepClock:
    """Time that goes on by one picture at a time, for the server and its screens alike."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def step_through(
    screen: Screen, clock: StepClock, until: Callable[[Screen], bool], *, most: int = 3000
) -> None:
    """Send a picture, wait for its answer, let time go on: however fast the computer is."""
    first = screen.answers[-1]["n"] + 1 if screen.answers else 0
    asked = ""
    for number in range(first, first + most):
        if until(screen):
            return
        screen.picture(number)
        while not until(screen) and (not screen.answers or screen.answers[-1]["n"] < number):
            screen.hear(20.0)
        question = screen.view.get("question")
        if question and question["id"] != asked:
            screen.say({"do": "answer", "question": question["id"], "value": well(question)})
        asked = question["id"] if question else ""
        clock.now_s += 1.0 / 12.0
    raise AssertionError((screen.view.get("screen"), screen.view.get("question")))


def well(question: dict[str, Any]) -> Any:
    """What somebody who feels well answers."""
    if question["id"] in WELL:
        return WELL[question["id"]]
    if question["kind"] == "yes_no":
        return question["id"] == "active"
    return None
