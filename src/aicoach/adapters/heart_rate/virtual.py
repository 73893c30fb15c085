"""A virtual heart-rate strap and the air it sends through: Bluetooth without a radio.

Two controllers in software, linked in memory, exchange real advertising, ATT and GATT
packets (``bumble``); bleak's public scanner and client run on top of them. So a test talks
to the strap through the very code that talks to a real one. Needs ``bleak`` (extra
``ble``) and ``bumble``, which the development lock installs on Python 3.11 and newer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device
from bumble.gatt import Characteristic, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from aicoach.adapters.heart_rate.ble import Radio
from aicoach.adapters.heart_rate.packet import HeartRatePacket, encode_packet
from aicoach.adapters.heart_rate.virtual_radio import VirtualClient, VirtualScanner

Result = TypeVar("Result")

STRAP_ADDRESS: Final = "F1:F1:F1:F1:F1:F1"
_COMPUTER_ADDRESS: Final = "F0:F0:F0:F0:F0:F0"
_ANSWER_WITHIN_S: Final = 10.0
_ADVERTISED_EVERY_MS: Final = 20.0


class VirtualStrap:
    """A strap of the Heart Rate Service, with switches for what goes wrong with one.

    Its methods may be called from any thread once a source has started to search through
    :attr:`radio`; each returns when it has taken effect.

    Parameters
    ----------
    name
        What it advertises.
    location
        Body Sensor Location, 1 is the chest; None for a strap that does not tell.
    battery
        Percent; None for a strap without that service.
    switched_on
        Whether it advertises from the start.
    unavailable
        Why the computer's own Bluetooth does not work; None when it does. May be set later.
    sends_rate
        False for a device that offers the service without its measurement.
    """

    def __init__(
        self,
        *,
        name: str = "Virtual strap 1",
        location: int | None = 1,
        battery: int | None = 80,
        switched_on: bool = True,
        unavailable: BleakBluetoothNotAvailableReason | None = None,
        sends_rate: bool = True,
    ) -> None:
        self.name = name
        self.unavailable = unavailable
        self._location = location
        self._battery = battery
        self._switched_on = switched_on
        self._loop: asyncio.AbstractEventLoop | None = None
        self._strap: Device | None = None
        self._computer: Device | None = None
        self._measurement: Characteristic[bytes] = Characteristic(
            UUID.from_16_bits(0x2A37 if sends_rate else 0x2A39),
            Characteristic.Properties.NOTIFY if sends_rate else Characteristic.Properties.READ,
            Characteristic.Permissions.READABLE,
            b"",
        )

    @property
    def radio(self) -> Radio:
        """What a source is handed in place of the system's Bluetooth."""
        here = {"computer": staticmethod(self._computer_on)}
        return Radio(
            scanner=type("StrapScanner", (VirtualScanner,), here),
            client=type("StrapClient", (VirtualClient,), here),
        )

    def send(self, measured: HeartRatePacket | bytes) -> None:
        """Notify whoever is subscribed; bytes go out as they are, sense or nonsense."""
        packet = measured if isinstance(measured, bytes) else encode_packet(measured)
        self._await(self._device().notify_subscribers(self._measurement, packet))

    def drop(self) -> None:
        """Break the connection, as when the wearer walks out of reach for a moment."""
        self._await(self._disconnect())

    def switch_off(self) -> None:
        """Break the connection and be found no more."""
        self._await(self._go_silent())

    def switch_on(self) -> None:
        """Let it be found again."""
        self._await(self._advertise())

    @property
    def connected(self) -> bool:
        """Whether somebody is connected to it."""
        return self._strap is not None and bool(self._strap.connections)

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do it in the loop in which the two controllers live."""
        if self._loop is None:
            work.close()
            raise RuntimeError("no source searches through this strap's radio yet")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_ANSWER_WITHIN_S)

    def _device(self) -> Device:
        if self._strap is None:
            raise RuntimeError("no source searches through this strap's radio yet")
        return self._strap

    async def _computer_on(self) -> Device:
        """The searching side, switched on; together with the strap at the first call."""
        if self.unavailable is not None:
            raise BleakBluetoothNotAvailableError("unavailable in this test", self.unavailable)
        if self._computer is None or self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            link = LocalLink()  # type: ignore[no-untyped-call] # its __init__ has no annotation
            self._computer = _device_on(link, "computer", _COMPUTER_ADDRESS)
            self._strap = _device_on(link, self.name, STRAP_ADDRESS)
            self._strap.add_services(self._services())
            await self._computer.power_on()
            await self._strap.power_on()
            if self._switched_on:
                await self._advertise()
        return self._computer

    def _services(self) -> list[Service]:
        measured: list[Characteristic[bytes]] = [self._measurement]
        if self._location is not None:
            measured.append(_readable(0x2A38, self._location))
        services = [Service(UUID.from_16_bits(0x180D), measured)]
        if self._battery is not None:
            services.append(Service(UUID.from_16_bits(0x180F), [_readable(0x2A19, self._battery)]))
        return services

    async def _advertise(self) -> None:
        said = AdvertisingData(
            [
                (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode("utf-8")),
                (
                    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                    bytes(UUID.from_16_bits(0x180D)),
                ),
            ]
        )
        strap = self._device()
        if not strap.is_advertising:
            await strap.start_advertising(
                advertising_data=bytes(said),
                auto_restart=True,
                advertising_interval_min=_ADVERTISED_EVERY_MS,
                advertising_interval_max=_ADVERTISED_EVERY_MS,
            )

    async def _disconnect(self) -> None:
        for connection in list(self._device().connections.values()):
            await connection.disconnect()

    async def _go_silent(self) -> None:
        strap = self._device()
        await strap.stop_advertising()
        await self._disconnect()
        await strap.stop_advertising()


def _device_on(link: LocalLink, name: str, address: str) -> Device:
    controller = Controller(name, link=link, public_address=address)
    host = Host(controller, AsyncPipeSink(controller))
    return Device(name=name, address=Address(address), host=host)


def _readable(number: int, value: int) -> Characteristic[bytes]:
    return Characteristic(
        UUID.from_16_bits(number),
        Characteristic.Properties.READ,
        Characteristic.Permissions.READABLE,
        bytes([value]),
    )
