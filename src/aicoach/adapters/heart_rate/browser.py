"""Straps that are connected to a browser: its messages, moved to the session's clock.

The message is described in docs/heart-rate.md. The browser sends the strap's bytes as
they are; they are read by the same parser as those of a strap connected here.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any, Final

from aicoach.adapters.heart_rate.packet import HeartRatePacket, packet_sample, parse_packet
from aicoach.adapters.heart_rate.packet import sensor_at as sensor_at_location
from aicoach.errors import HeartRateMessageError
from aicoach.observations import HeartRateLink, HeartRateSample, HeartRateSensor, LinkState

VERSION: Final = 1
MAX_MESSAGE: Final = 4096
"""Longest message in characters; a packet has at most 512 bytes."""
LONGEST_DELAY_S: Final = 30.0
"""A message that seems later than this means that the browser's clock has stood still."""
_STATES: Final = ("connecting", "connected", "lost", "absent")
_PACKET_FIELDS: Final = frozenset({"type", "version", "sent_ms", "packet", "location"})
_LINK_FIELDS: Final = frozenset({"type", "version", "sent_ms", "state", "detail"})
_LONGEST_DETAIL: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPacket:
    """A measurement that a browser passed on."""

    sent_s: float
    """On the browser's clock, in seconds."""
    measured: HeartRatePacket
    sensor: HeartRateSensor


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLink:
    """A change of the connection that a browser passed on."""

    sent_s: float
    state: LinkState
    detail: str


def read_browser_message(text: str) -> BrowserPacket | BrowserLink:
    """Read one message.

    Raises
    ------
    HeartRateMessageError
        If it is no such message; names the field and what is allowed.
    HeartRatePacketError
        If its bytes are no measurement.
    """
    message = _object(text)
    kind = message.get("type")
    if kind not in ("heart_rate", "heart_rate_link"):
        raise HeartRateMessageError("type", "must be 'heart_rate' or 'heart_rate_link'")
    known = _PACKET_FIELDS if kind == "heart_rate" else _LINK_FIELDS
    unknown = sorted(message.keys() - known)
    if unknown:
        allowed = ", ".join(sorted(known))
        raise HeartRateMessageError(repr(unknown[0][:40]), f"is not known; allowed: {allowed}")
    if message.get("version") != VERSION or isinstance(message["version"], bool):
        raise HeartRateMessageError("version", f"must be {VERSION}")
    sent_s = _sent_s(message.get("sent_ms"))
    if kind == "heart_rate_link":
        return _link(message, sent_s)
    return BrowserPacket(
        sent_s=sent_s,
        measured=parse_packet(_packet(message.get("packet"))),
        sensor=sensor_at_location(_location(message.get("location"))),
    )


def _object(text: str) -> dict[str, Any]:
    if len(text) > MAX_MESSAGE:
        raise HeartRateMessageError("message", f"is longer than {MAX_MESSAGE} characters")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise HeartRateMessageError("message", "is not JSON") from None
    if not isinstance(message, dict):
        raise HeartRateMessageError("message", "must be a JSON object")
    return message


def _sent_s(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise HeartRateMessageError("sent_ms", "must be a number, in milliseconds")
    try:
        sent_s = float(value) / 1000.0
    except OverflowError:
        sent_s = math.inf
    if not math.isfinite(sent_s):
        raise HeartRateMessageError("sent_ms", "must be finite")
    return sent_s


def _packet(value: object) -> bytes:
    if not isinstance(value, str):
        raise HeartRateMessageError("packet", "must be the strap's bytes in base64")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise HeartRateMessageError("packet", "is not base64") from None


def _location(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 255:
        raise HeartRateMessageError("location", "must be a whole number from 0 to 255, or null")
    return value


def _link(message: dict[str, Any], sent_s: float) -> BrowserLink:
    state, detail = message.get("state"), message.get("detail", "")
    if state not in _STATES:
        raise HeartRateMessageError("state", f"must be one of {', '.join(_STATES)}")
    if not isinstance(detail, str) or len(detail) > _LONGEST_DETAIL:
        problem = f"must be text of at most {_LONGEST_DETAIL} characters"
        raise HeartRateMessageError("detail", problem)
    return BrowserLink(sent_s=sent_s, state=state, detail=detail)


class BrowserHeartRate:
    """A source that is fed with messages as they arrive from a browser.

    The browser's clock and the session's begin at different times, and the network delays
    each message by another while. The quickest message so far tells the difference of the
    clocks best, so what comes late is stamped when it was measured.
    """

    def __init__(self) -> None:
        self._arrived: list[HeartRateSample | HeartRateLink] = []
        self._difference_s = math.inf
        self._last_sent_s = -math.inf
        self._last_stamp_s = -math.inf
        self._strap = ""

    def __enter__(self) -> BrowserHeartRate:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held open."""

    def receive(self, text: str, t_s: float) -> None:
        """Take a message that arrived at ``t_s`` of the session.

        Raises
        ------
        HeartRateMessageError, HeartRatePacketError
            If it cannot be used; nothing has changed then.
        """
        message = read_browser_message(text)
        stamp_s = self._stamp_s(message.sent_s, t_s)
        if isinstance(message, BrowserPacket):
            self._arrived.append(packet_sample(message.measured, stamp_s, message.sensor))
            return
        self._strap = message.detail
        self._arrived.append(HeartRateLink(t_s=stamp_s, state=message.state, detail=message.detail))

    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]:
        """What arrived since the last call, up to ``t_s``."""
        ready = tuple(seen for seen in self._arrived if seen.t_s <= t_s)
        self._arrived = self._arrived[len(ready) :]
        return ready

    def describe(self) -> str:
        """One line: that a browser passes it on, and from which strap."""
        return f"strap at the browser{f', {self._strap}' if self._strap else ''}"

    def _stamp_s(self, sent_s: float, t_s: float) -> float:
        """When the message was sent, on the session's clock; never going back."""
        restarted = sent_s < self._last_sent_s  # the page was loaded anew
        stood_still = t_s - (sent_s + self._difference_s) > LONGEST_DELAY_S
        if restarted or stood_still:
            self._difference_s = math.inf
        self._difference_s = min(self._difference_s, t_s - sent_s)
        self._last_sent_s = sent_s
        stamp_s = max(self._last_stamp_s, min(t_s, sent_s + self._difference_s))
        self._last_stamp_s = stamp_s
        return stamp_s
