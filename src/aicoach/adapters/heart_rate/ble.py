"""A Bluetooth LE heart-rate strap as a source.

One asyncio loop in a thread of its own talks to the strap; ``poll`` only takes what has
arrived. The library (``bleak``, extra ``ble``) is loaded when a strap is opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from aicoach.adapters.heart_rate.ble_errors import bluetooth_error, explained
from aicoach.adapters.heart_rate.packet import packet_sample, parse_packet, sensor_at
from aicoach.errors import BluetoothError, BluetoothProblem, HeartRatePacketError
from aicoach.observations import HeartRateLink, HeartRateSample, LinkState

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.client import BaseBleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

HEART_RATE_SERVICE: Final = "0000180d-0000-1000-8000-00805f9b34fb"
HEART_RATE_MEASUREMENT: Final = "00002a37-0000-1000-8000-00805f9b34fb"
BODY_SENSOR_LOCATION: Final = "00002a38-0000-1000-8000-00805f9b34fb"
BATTERY_LEVEL: Final = "00002a19-0000-1000-8000-00805f9b34fb"

WAITS_S: Final = (1.0, 2.0, 5.0, 10.0)
"""Waits before the next try to reach the strap; the last one repeats."""
SEARCH_S: Final = 10.0
CONNECT_S: Final = 20.0
START_WITHIN_S: Final = 15.0
STOP_WITHIN_S: Final = 4.0
"""How long a connection may take to end in order before it is broken off."""
_BREAK_OFF_S: Final = 1.0
_KEPT: Final = 3600
"""Observations kept when nobody polls; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio:
    """Which Bluetooth to use: the system's, or another one of bleak's kind."""

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None


class BluetoothHeartRate:
    """Finds a strap, listens to it, and finds it again when it was lost.

    Once a strap was connected only that one is searched again: in a room with several, a
    session must not go on with the heart of a neighbour.

    Parameters
    ----------
    wanted
        Name (or how it begins) or address of the strap; empty for the first one found.
    clock
        Seconds on any clock that never goes back, such as ``time.monotonic``.
    radio
        Another Bluetooth than the system's; the tests bring a virtual one.
    waits_s
        Waits before each further try to reach the strap; the last one repeats.
    search_s
        How long one search for the strap lasts.
    """

    def __init__(
        self,
        wanted: str = "",
        *,
        clock: Callable[[], float],
        radio: Radio | None = None,
        waits_s: tuple[float, ...] = WAITS_S,
        search_s: float = SEARCH_S,
    ) -> None:
        self.unreadable_packets = 0
        self._wanted = wanted.strip()
        self._clock = clock
        self._radio = radio or Radio()
        self._waits_s = waits_s
        self._search_s = search_s
        self._lock = threading.Lock()
        self._arrived: deque[HeartRateSample | HeartRateLink] = deque(maxlen=_KEPT)
        self._handed_over_s = -float("inf")
        self._state: LinkState | None = None
        self._strap = ""
        self._address = ""
        self._about: tuple[str, ...] = ()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._ending: asyncio.Future[None] | None = None
        self._started = threading.Event()
        self._failure: BluetoothError | None = None

    def __enter__(self) -> BluetoothHeartRate:
        """Start to search.

        Raises
        ------
        BluetoothError
            If Bluetooth cannot be used at all: not installed, absent, off, denied. A strap
            that is not there yet is no error; it is said by a link observation.
        """
        self._thread = threading.Thread(target=self._run, name="heart-rate strap", daemon=True)
        self._thread.start()
        if not self._started.wait(START_WITHIN_S):
            self._stop()
            raise bluetooth_error(BluetoothProblem.NO_SERVICE)
        if self._failure is not None:
            self._stop()
            raise self._failure
        return self

    def __exit__(self, *exc: object) -> None:
        """Disconnect and end the thread."""
        self._stop()

    def poll(self, t_s: float) -> tuple[HeartRateSample | HeartRateLink, ...]:
        """What arrived since the last call, moved from the clock to the session's time.

        The clock's now is the session's ``t_s``; nothing is stamped later than that, nor
        earlier than what was handed over before.
        """
        ahead_s = t_s - self._clock()
        with self._lock:
            arrived = tuple(self._arrived)
            self._arrived.clear()
        handed_over = []
        for observation in arrived:
            stamp_s = max(self._handed_over_s, min(t_s, observation.t_s + ahead_s))
            self._handed_over_s = stamp_s
            handed_over.append(replace(observation, t_s=stamp_s))
        return tuple(handed_over)

    def describe(self) -> str:
        """One line: which strap, where it is worn, its battery, and whether it is there."""
        name = self._strap or (f"'{self._wanted}'" if self._wanted else "any strap in reach")
        parts = [f"Bluetooth, {name}", *self._about, self._state or "not started"]
        if self.unreadable_packets:
            parts.append(f"{self.unreadable_packets} unreadable packets")
        return ", ".join(parts)

    def _stop(self) -> None:
        if self._thread is None or self._loop is None or self._task is None:
            return
        steps: tuple[tuple[Callable[[], object], float], ...] = (
            (self._end, STOP_WITHIN_S),
            (self._task.cancel, _BREAK_OFF_S),
            (self._task.cancel, _BREAK_OFF_S),  # the disconnecting itself may hang
        )
        for step, patience_s in steps:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(step)
            self._thread.join(patience_s)
            if not self._thread.is_alive():
                return

    # What follows runs in the strap's thread.

    def _run(self) -> None:
        try:
            import bleak  # noqa: F401, PLC0415 - an extra

            asyncio.run(self._search_and_listen())
        except asyncio.CancelledError:
            pass
        except Exception as problem:  # a thread must not die without a word
            self._failure = explained(problem)
            self._say("lost", str(self._failure))
        finally:
            self._started.set()

    def _end(self) -> None:
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(None)

    async def _search_and_listen(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._ending = self._loop.create_future()
        self._say("connecting", self._wanted)
        tries = 0
        while not self._ending.done():
            try:
                device = await self._find()
                if self._ending.done():
                    return
                if device is None:
                    self._say_missing("no strap found; is it worn, and are its contacts moist?")
                else:
                    tries = 0 if await self._listen(device) else tries
            except Exception as problem:
                if not self._started.is_set():
                    raise
                self._say_missing(str(explained(problem)))
            await self._wait(self._waits_s[min(tries, len(self._waits_s) - 1)])
            tries += 1

    async def _wait(self, wait_s: float | None, *others: asyncio.Future[Any]) -> None:
        """Until the time is over, one of the others is done, or the source is to end."""
        ending = () if self._ending is None else (self._ending,)
        await asyncio.wait((*ending, *others), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)

    async def _find(self) -> BLEDevice | None:
        from bleak import BleakScanner  # noqa: PLC0415 - an extra

        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def look(device: BLEDevice, advertised: AdvertisementData) -> None:
            if not found.done() and self._is_wanted(device, advertised):
                found.set_result(device)

        async with BleakScanner(look, backend=self._radio.scanner):
            self._started.set()  # from here on Bluetooth works, and only the strap may be missing
            await self._wait(self._search_s, found)
        return found.result() if found.done() else None

    def _is_wanted(self, device: BLEDevice, advertised: AdvertisementData) -> bool:
        if self._address:
            return device.address == self._address
        if not self._wanted:
            return HEART_RATE_SERVICE in advertised.service_uuids
        wanted = self._wanted.casefold()
        names = (advertised.local_name or "", device.name or "")
        return device.address.casefold() == wanted or any(
            name.casefold().startswith(wanted) for name in names
        )

    async def _listen(self, device: BLEDevice) -> bool:
        """Hand on what the strap sends until it disconnects; False if it sends no rate."""
        from bleak import BleakClient  # noqa: PLC0415 - an extra

        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        client = BleakClient(
            device,
            disconnected_callback=lambda _: None if gone.done() else gone.set_result(None),
            timeout=CONNECT_S,
            backend=self._radio.client,
        )
        async with client:
            if client.services.get_characteristic(HEART_RATE_MEASUREMENT) is None:
                self._say_missing(f"{device.name or device.address} sends no heart rate")
                return False
            location = await _read_byte(client, BODY_SENSOR_LOCATION)
            battery = await _read_byte(client, BATTERY_LEVEL)
            sensor = sensor_at(location)

            def receive(_: object, packet: bytearray) -> None:
                try:
                    measured = parse_packet(bytes(packet))
                except HeartRatePacketError:
                    self.unreadable_packets += 1
                    return
                self._put(packet_sample(measured, self._clock(), sensor))

            await client.start_notify(HEART_RATE_MEASUREMENT, receive)
            self._address = device.address
            self._strap = f"{device.name or 'a strap'} ({device.address})"
            battery_known = () if battery is None else (f"battery {battery} %",)
            self._about = (sensor.replace("_", " "), *battery_known)
            self._say("connected", ", ".join((self._strap, *self._about)))
            await self._wait(None, gone)
        self._say("lost", f"{self._strap} has disconnected")
        return True

    def _say_missing(self, detail: str) -> None:
        """A strap that was there stays lost; one that never was is absent."""
        state: Literal["lost", "absent"] = "lost" if self._strap else "absent"
        self._say(state, detail)

    def _say(self, state: LinkState, detail: str) -> None:
        """Say a change of the link; trying again in vain is no change."""
        if state != self._state:
            self._state = state
            self._put(HeartRateLink(t_s=self._clock(), state=state, detail=detail))

    def _put(self, observation: HeartRateSample | HeartRateLink) -> None:
        with self._lock:
            self._arrived.append(observation)


async def _read_byte(client: BleakClient, uuid: str) -> int | None:
    """A characteristic of one byte; None where the strap has none or does not tell."""
    from bleak.exc import BleakError  # noqa: PLC0415 - an extra

    try:
        value = await client.read_gatt_char(uuid)
    except BleakError:
        return None
    return value[0] if value else None


def check_bluetooth(radio: Radio | None = None) -> None:
    """Return when Bluetooth works here; connects to nothing.

    Raises
    ------
    BluetoothError
        If it does not, with the reason.
    """
    with BluetoothHeartRate("no strap", clock=lambda: 0.0, radio=radio, search_s=0.0):
        pass
