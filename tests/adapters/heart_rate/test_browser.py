"""Messages of straps that are connected to a browser: the same packets, another clock."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adapters.heart_rate.browser import (
    BrowserHeartRate,
    BrowserLink,
    BrowserPacket,
    read_browser_message,
)
from aicoach.adapters.heart_rate.packet import HeartRatePacket, encode_packet
from aicoach.errors import HeartRateMessageError, HeartRatePacketError
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.ports import HeartRateSource


def message(sent: float, /, bpm: int = 72, **changes: Any) -> str:
    packet = base64.b64encode(encode_packet(HeartRatePacket(bpm=bpm, contact=True))).decode()
    fields = {"type": "heart_rate", "version": 1, "sent_ms": sent, "packet": packet}
    fields.update(changes)
    return json.dumps({name: value for name, value in fields.items() if value != "absent"})


def link(sent: float, to: str, /, **changes: Any) -> str:
    fields = {"type": "heart_rate_link", "version": 1, "sent_ms": sent, "state": to}
    return json.dumps({**fields, **changes})


def test_a_message_is_read_by_the_parser_of_the_straps() -> None:
    read = read_browser_message(message(1500.0, bpm=80, location=2))
    assert read == BrowserPacket(
        sent_s=1.5, measured=HeartRatePacket(bpm=80, contact=True), sensor="wrist_optical"
    )
    assert read_browser_message(link(2500.0, "connected", detail="Strap 7")) == BrowserLink(
        sent_s=2.5, state="connected", detail="Strap 7"
    )


def test_the_messages_of_the_documentation_are_read(root: Path) -> None:
    page = (root / "docs" / "heart-rate.md").read_text(encoding="utf-8")
    packet, link_change = map(
        read_browser_message, re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)
    )
    assert isinstance(packet, BrowserPacket)
    assert (packet.measured.bpm, packet.sensor, packet.sent_s) == (75, "chest_strap", 81.2345)
    assert isinstance(link_change, BrowserLink)
    assert link_change.state == "connected"


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        ("", "message", "is not JSON"),
        ("[" * 4000, "message", "is not JSON"),
        ("[]", "message", "must be a JSON object"),
        (" " * 5000, "message", "is longer than 4096 characters"),
        (message(0.0, type="pulse"), "type", "must be 'heart_rate' or 'heart_rate_link'"),
        (message(0.0, type=["heart_rate"]), "type", "must be 'heart_rate'"),
        (message(0.0, version=2), "version", "must be 1"),
        (message(0.0, version=True), "version", "must be 1"),
        (message(0.0, version="absent"), "version", "must be 1"),
        (message(0.0, sent_ms="soon"), "sent_ms", "must be a number, in milliseconds"),
        (message(0.0, sent_ms=True), "sent_ms", "must be a number, in milliseconds"),
        (message(0.0, sent_ms="absent"), "sent_ms", "must be a number, in milliseconds"),
        (message(float("nan")), "sent_ms", "must be finite"),
        (message(0.0, sent_ms=10**400), "sent_ms", "must be finite"),
        (message(0.0, packet=72), "packet", "must be the strap's bytes in base64"),
        (message(0.0, packet="absent"), "packet", "must be the strap's bytes in base64"),
        (message(0.0, packet="AE!g"), "packet", "is not base64"),
        (message(0.0, packet="心率"), "packet", "is not base64"),
        (message(0.0, location="chest"), "location", "must be a whole number from 0 to 255"),
        (message(0.0, location=256), "location", "must be a whole number from 0 to 255"),
        (message(0.0, bmp=70), "'bmp'", "is not known; allowed: location, packet, sent_ms"),
        (link(0.0, "gone"), "state", "must be one of connecting, connected, lost, absent"),
        (link(0.0, "lost", detail=7), "detail", "must be text of at most 120 characters"),
        (link(0.0, "lost", detail="x" * 121), "detail", "must be text of at most 120"),
    ],
)
def test_a_wrong_message_is_refused_with_its_field_and_what_is_allowed(
    text: str, field: str, problem: str
) -> None:
    with pytest.raises(HeartRateMessageError) as refused:
        read_browser_message(text)
    assert refused.value.field == field
    assert refused.value.problem.startswith(problem)


def test_a_truncated_packet_is_refused_as_from_any_strap() -> None:
    with pytest.raises(HeartRatePacketError, match="is empty"):
        read_browser_message(message(0.0, packet=""))
    with pytest.raises(HeartRatePacketError, match="the rate needs 2 bytes"):
        read_browser_message(message(0.0, packet="AA=="))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_the_errors_of_a_message(text: str) -> None:
    with contextlib.suppress(HeartRateMessageError, HeartRatePacketError):
        read_browser_message(text)


@given(
    st.sampled_from(["type", "version", "sent_ms", "packet", "location", "state", "detail"]),
    json_values,
    st.booleans(),
)
def test_no_value_raises_anything_but_the_errors_of_a_message(
    field: str, value: object, of_link: bool
) -> None:
    text = link(5.0, "lost", **{field: value}) if of_link else message(5.0, **{field: value})
    source = BrowserHeartRate()
    with contextlib.suppress(HeartRateMessageError, HeartRatePacketError):
        source.receive(text, 3.0)
    assert all(seen.t_s <= 3.0 for seen in source.poll(3.0))


def test_a_browser_is_a_source_like_any_other() -> None:
    with BrowserHeartRate() as source:
        assert isinstance(source, HeartRateSource)
        source.receive(link(1000.0, "connected", detail="Strap 7"), 20.0)
        source.receive(message(2000.0, bpm=75), 21.0)
        assert source.describe() == "strap at the browser, Strap 7"
        assert source.poll(20.5) == (HeartRateLink(t_s=20.0, state="connected", detail="Strap 7"),)
        assert source.poll(21.0) == (HeartRateSample(t_s=21.0, bpm=75.0, contact=True),)
        assert source.poll(30.0) == ()


def test_what_the_network_delays_is_stamped_when_it_was_measured() -> None:
    source = BrowserHeartRate()
    source.receive(message(0.0), 10.0)
    source.receive(message(1000.0), 14.0)
    source.receive(message(2000.0), 14.0)
    source.receive(message(5000.0), 15.0)
    assert [seen.t_s for seen in source.poll(15.0)] == [10.0, 11.0, 12.0, 15.0]


def test_a_page_that_was_loaded_anew_starts_its_clock_anew() -> None:
    source = BrowserHeartRate()
    source.receive(message(500_000.0), 10.0)
    source.receive(message(1000.0), 12.0)
    source.receive(message(2000.0), 13.0)
    assert [seen.t_s for seen in source.poll(20.0)] == [10.0, 12.0, 13.0]


def test_a_browser_whose_clock_stood_still_is_believed_again() -> None:
    source = BrowserHeartRate()
    source.receive(message(1000.0), 10.0)
    source.receive(message(2000.0), 100.0)
    source.receive(message(3000.0), 101.0)
    assert [seen.t_s for seen in source.poll(200.0)] == [10.0, 100.0, 101.0]


@given(
    st.lists(
        st.tuples(st.floats(-1e7, 1e7), st.floats(0.0, 5.0), st.booleans()), min_size=1, max_size=20
    )
)
def test_stamps_never_go_back_and_never_lie_ahead(
    steps: list[tuple[float, float, bool]],
) -> None:
    source, t_s, last_s = BrowserHeartRate(), 0.0, -float("inf")
    for sent_ms, passed_s, polls in steps:
        t_s += passed_s
        source.receive(message(sent_ms), t_s)
        if polls:
            for seen in source.poll(t_s):
                assert last_s <= seen.t_s <= t_s
                last_s = seen.t_s
