"""A strap end to end: bleak's own scanner and client, real GATT packets, no radio."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)

from aicoach.adapters.heart_rate.ble import (
    WAITS_S,
    BluetoothHeartRate,
    Radio,
    check_bluetooth,
)
from aicoach.adapters.heart_rate.ble_errors import explained
from aicoach.adapters.heart_rate.packet import HeartRatePacket
from aicoach.errors import BluetoothError, BluetoothProblem
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.ports import HeartRateSource

pytest.importorskip("bumble", reason="the virtual strap needs bumble, which needs Python 3.11")

from aicoach.adapters.heart_rate.virtual import STRAP_ADDRESS, VirtualStrap

Seen = HeartRateSample | HeartRateLink
Reason = BleakBluetoothNotAvailableReason
PATIENCE_S = 20.0
"""How long a loaded machine may take; a test that passes never waits for it."""


class Listener:
    """A source that is polled on a session's clock, which begins at 100 s."""

    def __init__(self, source: BluetoothHeartRate) -> None:
        self.source = source
        self.seen: list[Seen] = []
        self._began = time.monotonic()

    def poll(self) -> tuple[Seen, ...]:
        t_s = 100.0 + time.monotonic() - self._began
        fresh = self.source.poll(t_s)
        assert all(seen.t_s <= t_s for seen in fresh)
        self.seen.extend(fresh)
        return fresh

    def wait_for(self, wanted: Callable[[Seen], bool]) -> Seen:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for seen in self.poll():
                if wanted(seen):
                    return seen
            time.sleep(0.002)
        pytest.fail(f"it did not come; seen: {self.seen}")

    def wait_for_link(self, state: str) -> HeartRateLink:
        seen = self.wait_for(lambda seen: isinstance(seen, HeartRateLink) and seen.state == state)
        assert isinstance(seen, HeartRateLink)
        return seen

    def wait_for_sample(self) -> HeartRateSample:
        seen = self.wait_for(lambda seen: isinstance(seen, HeartRateSample))
        assert isinstance(seen, HeartRateSample)
        return seen


@contextmanager
def listening(
    strap: VirtualStrap, wanted: str = "", *, search_s: float = PATIENCE_S
) -> Iterator[Listener]:
    source = BluetoothHeartRate(
        wanted, clock=time.monotonic, radio=strap.radio, waits_s=(0.01,), search_s=search_s
    )
    with source:
        yield Listener(source)
    assert not [thread for thread in threading.enumerate() if thread.name == "heart-rate strap"]


@pytest.mark.parametrize("wanted", ["", "Virtual strap 1", "virtual STRAP", STRAP_ADDRESS.lower()])
def test_a_strap_is_found_by_service_name_or_address_and_heard(wanted: str) -> None:
    strap = VirtualStrap()
    with listening(strap, wanted) as listener:
        assert isinstance(listener.source, HeartRateSource)
        link = listener.wait_for_link("connected")
        assert link.detail == f"Virtual strap 1 ({STRAP_ADDRESS}), chest strap, battery 80 %"
        strap.send(HeartRatePacket(bpm=72, contact=True, energy_kj=3, rr_ms=(1000.0,)))
        sample = listener.wait_for_sample()
    assert (sample.bpm, sample.contact, sample.rr_ms) == (72.0, True, (1000.0,))
    assert sample.sensor == "chest_strap"
    assert [seen.state for seen in listener.seen if isinstance(seen, HeartRateLink)] == [
        "connecting",
        "connected",
    ]


def test_packets_arrive_in_order_each_once_on_the_session_clock() -> None:
    strap = VirtualStrap()
    with listening(strap) as listener:
        listener.wait_for_link("connected")
        for bpm in range(60, 90):
            strap.send(HeartRatePacket(bpm=bpm))
        listener.wait_for(lambda seen: isinstance(seen, HeartRateSample) and seen.bpm == 89.0)
    rates = [seen.bpm for seen in listener.seen if isinstance(seen, HeartRateSample)]
    times = [seen.t_s for seen in listener.seen]
    assert rates == [float(bpm) for bpm in range(60, 90)]
    assert times == sorted(times)
    assert times[0] >= 0.0
    assert times[-1] >= 100.0


def test_lost_skin_contact_is_passed_on_while_the_link_stays() -> None:
    strap = VirtualStrap()
    with listening(strap) as listener:
        listener.wait_for_link("connected")
        strap.send(bytes.fromhex("0450"))
        assert listener.wait_for_sample().contact is False
        strap.send(bytes.fromhex("0600"))
        sample = listener.wait_for_sample()
        assert (sample.bpm, sample.contact) == (None, True)
    assert [seen.state for seen in listener.seen if isinstance(seen, HeartRateLink)] == [
        "connecting",
        "connected",
    ]


def test_a_strap_that_disconnects_is_said_to_be_lost_and_is_found_again() -> None:
    strap = VirtualStrap()
    with listening(strap) as listener:
        listener.wait_for_link("connected")
        strap.drop()
        assert "has disconnected" in listener.wait_for_link("lost").detail
        listener.wait_for_link("connected")
        strap.send(HeartRatePacket(bpm=91))
        assert listener.wait_for_sample().bpm == 91.0


def test_a_strap_that_is_away_stays_lost_until_it_is_back() -> None:
    strap = VirtualStrap()
    with listening(strap, search_s=0.05) as listener:
        listener.wait_for_link("connected")
        strap.switch_off()
        listener.wait_for_link("lost")
        time.sleep(0.3)
        assert listener.poll() == ()
        strap.switch_on()
        listener.wait_for_link("connected")
    states = [seen.state for seen in listener.seen if isinstance(seen, HeartRateLink)]
    assert states == ["connecting", "connected", "lost", "connected"]


def test_a_lost_strap_is_never_replaced_by_another_one_of_the_same_name() -> None:
    strap = VirtualStrap()
    with listening(strap, "Virtual strap", search_s=0.05) as listener:
        listener.wait_for_link("connected")
        listener.source._address = "AA:AA:AA:AA:AA:AA"  # as if the first one had been another
        strap.drop()
        listener.wait_for_link("lost")
        time.sleep(0.3)
        assert listener.poll() == ()


@pytest.mark.parametrize("wanted", ["Somebody else's", "AA:BB:CC:DD:EE:FF"])
def test_a_strap_that_is_not_the_wanted_one_is_left_alone(wanted: str) -> None:
    strap = VirtualStrap()
    with listening(strap, wanted, search_s=0.2) as listener:
        assert listener.wait_for_link("absent").detail.startswith("no strap found")
        assert not strap.connected


def test_malformed_packets_are_counted_and_change_nothing() -> None:
    strap = VirtualStrap()
    with listening(strap) as listener:
        listener.wait_for_link("connected")
        for packet in (b"", b"\x00", b"\x01\x48", bytes.fromhex("103c000433")):
            strap.send(packet)
        strap.send(HeartRatePacket(bpm=70))
        assert listener.wait_for_sample().bpm == 70.0
        assert listener.source.unreadable_packets == 4
        assert "4 unreadable packets" in listener.source.describe()
    assert sum(isinstance(seen, HeartRateSample) for seen in listener.seen) == 1


@pytest.mark.parametrize(
    ("location", "battery", "sensor", "about"),
    [
        (None, None, "chest_strap", "chest strap"),
        (2, None, "wrist_optical", "wrist optical"),
        (0, 7, "arm_optical", "arm optical, battery 7 %"),
    ],
)
def test_place_and_battery_are_read_where_the_strap_has_them(
    location: int | None, battery: int | None, sensor: str, about: str
) -> None:
    strap = VirtualStrap(location=location, battery=battery)
    with listening(strap) as listener:
        assert listener.wait_for_link("connected").detail.endswith(f"), {about}")
        strap.send(HeartRatePacket(bpm=70))
        assert listener.wait_for_sample().sensor == sensor


def test_a_device_without_the_measurement_is_said_to_send_no_rate() -> None:
    with listening(VirtualStrap(sends_rate=False)) as listener:
        assert listener.wait_for_link("absent").detail == "Virtual strap 1 sends no heart rate"


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        (Reason.NO_BLUETOOTH, BluetoothProblem.ABSENT),
        (Reason.NO_BLE_CENTRAL_ROLE, BluetoothProblem.ABSENT),
        (Reason.POWERED_OFF, BluetoothProblem.OFF),
        (Reason.DENIED_BY_USER, BluetoothProblem.DENIED),
        (Reason.DENIED_BY_SYSTEM, BluetoothProblem.DENIED),
        (Reason.UNKNOWN, BluetoothProblem.FAILED),
    ],
)
def test_without_bluetooth_a_strap_is_refused_at_once_with_the_reason(
    reason: Reason, problem: BluetoothProblem
) -> None:
    strap = VirtualStrap(unavailable=reason)
    with pytest.raises(BluetoothError) as refused, listening(strap):
        pass
    assert refused.value.reason is problem
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


def test_bluetooth_switched_off_in_the_middle_is_a_lost_strap_and_no_crash() -> None:
    strap = VirtualStrap()
    with listening(strap) as listener:
        listener.wait_for_link("connected")
        strap.unavailable = Reason.POWERED_OFF
        strap.drop()
        listener.wait_for_link("lost")
        time.sleep(0.1)
        strap.unavailable = None
        listener.wait_for_link("connected")


def test_a_source_that_still_searches_stops_at_once() -> None:
    strap = VirtualStrap(switched_on=False)
    began = time.monotonic()
    with listening(strap) as listener:
        listener.wait_for_link("connecting")
        assert listener.source.describe() == "Bluetooth, any strap in reach, connecting"
    assert time.monotonic() - began < PATIENCE_S / 2


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.03, 0.05, 0.07, 0.09, 0.11, 0.13])
def test_a_source_may_be_stopped_at_any_moment(after_s: float) -> None:
    for sends_rate in (True, False):
        with listening(VirtualStrap(sends_rate=sends_rate)):
            time.sleep(after_s)


def test_the_check_of_bluetooth_connects_to_nothing() -> None:
    strap = VirtualStrap(name="no strap")
    check_bluetooth(strap.radio)
    assert not strap.connected
    with pytest.raises(BluetoothError, match="switched off"):
        check_bluetooth(VirtualStrap(unavailable=Reason.POWERED_OFF).radio)


def test_the_waits_between_tries_grow_to_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waits_s: list[float] = []

    async def find(_: BluetoothHeartRate) -> None:
        return None

    async def wait(source: BluetoothHeartRate, wait_s: float) -> None:
        waits_s.append(wait_s)
        if len(waits_s) == 6:
            source._end()

    monkeypatch.setattr(BluetoothHeartRate, "_find", find)
    monkeypatch.setattr(BluetoothHeartRate, "_wait", wait)
    source = BluetoothHeartRate(clock=time.monotonic)
    asyncio.run(source._search_and_listen())
    assert waits_s == [*WAITS_S, 10.0, 10.0] == [1.0, 2.0, 5.0, 10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ModuleNotFoundError("bleak"), BluetoothProblem.NOT_INSTALLED),
        (FileNotFoundError(2, "No such file"), BluetoothProblem.NO_SERVICE),
        (ConnectionRefusedError(), BluetoothProblem.NO_SERVICE),
        (PermissionError(), BluetoothProblem.DENIED),
        (
            BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["bluez"]),
            BluetoothProblem.NO_SERVICE,
        ),
        (BleakDBusError("org.bluez.Error.NotReady", []), BluetoothProblem.OFF),
        (BleakDBusError("org.bluez.Error.Failed", ["a\nb"]), BluetoothProblem.FAILED),
        (BleakBluetoothNotAvailableError("off", Reason.POWERED_OFF), BluetoothProblem.OFF),
        (BleakError("strange"), BluetoothProblem.FAILED),
        (RuntimeError(), BluetoothProblem.FAILED),
    ],
)
def test_every_failure_of_bluetooth_is_one_line_with_a_remedy(
    problem: Exception, reason: BluetoothProblem
) -> None:
    error = explained(problem)
    assert error.reason is reason
    assert error.remedy in str(error)
    assert "\n" not in str(error)


def test_without_the_library_the_remedy_is_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "bleak", None)
    with (
        pytest.raises(BluetoothError, match=r"pip install 'aicoach\[ble\]'") as refused,
        BluetoothHeartRate(clock=time.monotonic, radio=Radio()),
    ):
        pass
    assert refused.value.reason is BluetoothProblem.NOT_INSTALLED
