"""The Heart Rate Measurement of Bluetooth: known packets, round trips, and nonsense."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aicoach.adapters.heart_rate.packet import (
    HeartRatePacket,
    encode_packet,
    packet_sample,
    parse_packet,
    sensor_at,
)
from aicoach.errors import HeartRatePacketError

TICK_MS = 1000.0 / 1024.0

packets = st.builds(
    HeartRatePacket,
    bpm=st.integers(0, 0xFFFF),
    contact=st.sampled_from([None, True, False]),
    energy_kj=st.none() | st.integers(0, 0xFFFF),
    rr_ms=st.lists(st.integers(0, 0xFFFF).map(lambda ticks: ticks * TICK_MS), max_size=9).map(
        tuple
    ),
)


@pytest.mark.parametrize(
    ("packet", "bpm", "contact", "energy_kj", "rr_ms"),
    [
        ("0048", 72, None, None, []),
        ("0650", 80, True, None, []),
        ("0450", 80, False, None, []),
        ("0250", 80, None, None, []),  # bit 1 means nothing without bit 2
        ("103c0004", 60, None, None, [1000.0]),
        ("164b33032903", 75, True, None, [799.8, 790.0]),  # oldest first
        ("012c01", 300, None, None, []),
        ("18640a000004", 100, None, 10, [1000.0]),
        ("e048", 72, None, None, []),  # reserved bits are ignored
        ("004899", 72, None, None, []),  # so is what no flag announces
        ("0000", 0, None, None, []),
    ],
)
def test_known_packets_are_read(
    packet: str, bpm: int, contact: bool | None, energy_kj: int | None, rr_ms: list[float]
) -> None:
    measured = parse_packet(bytes.fromhex(packet))
    assert (measured.bpm, measured.contact, measured.energy_kj) == (bpm, contact, energy_kj)
    assert measured.rr_ms == pytest.approx(rr_ms, abs=0.05)


@pytest.mark.parametrize(
    ("packet", "problem"),
    [
        ("", "is empty; at least 2 bytes are needed"),
        ("00", "is truncated: the rate needs 2 bytes, there are 1"),
        ("0148", "is truncated: the rate needs 3 bytes, there are 2"),
        ("08640a", "is truncated: the energy needs 4 bytes, there are 3"),
        ("1048", "is truncated: the beat interval needs 4 bytes, there are 2"),
        ("103c000433", "is truncated: the beat interval needs 6 bytes, there are 5"),
    ],
)
def test_a_packet_that_lacks_what_its_flags_announce_is_refused_with_the_reason(
    packet: str, problem: str
) -> None:
    with pytest.raises(HeartRatePacketError) as refused:
        parse_packet(bytes.fromhex(packet))
    assert refused.value.problem == problem
    assert refused.value.packet == bytes.fromhex(packet)


@given(st.binary(max_size=40))
@example(b"\xff")
def test_bytes_are_a_measurement_or_are_refused_and_nothing_else(packet: bytes) -> None:
    try:
        measured = parse_packet(packet)
    except HeartRatePacketError as refused:
        assert refused.problem.startswith(("is empty", "is truncated"))  # noqa: PT017
        return
    assert 0 <= measured.bpm <= 0xFFFF
    assert (measured.contact is not None) == bool(packet[0] & 0b100)
    assert (measured.energy_kj is not None) == bool(packet[0] & 0b1000)
    assert bool(measured.rr_ms) == bool(packet[0] & 0b10000)


@given(packets)
def test_what_is_written_is_read_back(measured: HeartRatePacket) -> None:
    assert parse_packet(encode_packet(measured)) == measured


@given(packets, st.data())
def test_a_measurement_cut_short_is_never_read_as_another_rate(
    measured: HeartRatePacket, data: st.DataObject
) -> None:
    whole = encode_packet(measured)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with contextlib.suppress(HeartRatePacketError):
        assert parse_packet(cut).bpm == measured.bpm


@pytest.mark.parametrize(
    "measured",
    [
        HeartRatePacket(bpm=0x10000),
        HeartRatePacket(bpm=70, energy_kj=-1),
        HeartRatePacket(bpm=70, rr_ms=(70000.0,)),
    ],
)
def test_a_number_that_does_not_fit_is_not_written(measured: HeartRatePacket) -> None:
    with pytest.raises(ValueError, match="does not fit into two bytes"):
        encode_packet(measured)


def test_a_rate_of_zero_is_no_rate_and_not_a_low_one() -> None:
    assert packet_sample(HeartRatePacket(bpm=0), 3.0, "chest_strap").bpm is None
    sample = packet_sample(HeartRatePacket(bpm=300, contact=False, rr_ms=(200.0,)), 3.0, "replay")
    assert (sample.t_s, sample.bpm, sample.contact) == (3.0, 300.0, False)
    assert (sample.rr_ms, sample.sensor) == ((200.0,), "replay")


@pytest.mark.parametrize(
    ("location", "sensor"),
    [
        (None, "chest_strap"),
        (1, "chest_strap"),
        (2, "wrist_optical"),
        (0, "arm_optical"),
        (5, "arm_optical"),
        (99, "arm_optical"),
    ],
)
def test_where_a_sensor_is_worn_says_what_it_is(location: int | None, sensor: str) -> None:
    assert sensor_at(location) == sensor
