"""bleak's scanner and client over the air of a virtual strap.

Only what bleak asks of a backend: the packets under it are bumble's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_str
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy
from bumble.hci import Address

_RSSI_DBM: Final = -50
_SMALLEST_MTU: Final = 23


class VirtualScanner(BaseBleakScanner):
    """bleak's scanner on a virtual computer; a subclass says on which."""

    computer: Callable[[], Awaitable[Device]]

    def __init__(
        self,
        detection_callback: Any,
        service_uuids: list[str] | None,
        _scanning_mode: str,
        **_: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        computer = await type(self).computer()
        computer.on(Device.EVENT_ADVERTISEMENT, self._see)
        await computer.start_scanning()

    async def stop(self) -> None:
        computer = await type(self).computer()
        computer.remove_listener(Device.EVENT_ADVERTISEMENT, self._see)
        await computer.stop_scanning()

    def _see(self, advertisement: Advertisement) -> None:
        name = advertisement.data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME)
        uuids = advertisement.data.get(
            AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
        )
        said = AdvertisementData(
            local_name=name,
            manufacturer_data={},
            service_data={},
            service_uuids=[_long_uuid(uuid) for uuid in uuids or ()],
            tx_power=None,
            rssi=_RSSI_DBM,
            platform_data=(),
        )
        if self.is_allowed_uuid(said.service_uuids):
            address = advertisement.address.to_string(with_type_qualifier=False)
            device = self.create_or_update_device(address, address, name, advertisement, said)
            self.call_detection_callbacks(device, said)


class VirtualClient(BaseBleakClient):
    """bleak's client on a virtual computer; a subclass says on which."""

    computer: Callable[[], Awaitable[Device]]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._connection: Connection | None = None
        self._peer: Peer | None = None

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return _SMALLEST_MTU

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:  # noqa: ARG002 - bleak's signature
        computer = await type(self).computer()
        try:
            self._connection = await computer.connect(Address(self.address), timeout=self._timeout)
            self._connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
            self._peer = Peer(self._connection)
            self.services = await self._discover(self._peer)
        except (BaseBumbleError, asyncio.TimeoutError) as problem:
            raise BleakError(str(problem) or "the strap did not answer") from problem

    async def disconnect(self) -> None:
        if self._connection is not None:
            await self._connection.disconnect()

    def _on_disconnection(self, _reason: int) -> None:
        self._connection, self._peer, self.services = None, None, None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            seen = BleakGATTService(service, service.handle, _long_uuid(service.uuid))
            found.add_service(seen)
            for one in await service.discover_characteristics():
                found.add_characteristic(
                    BleakGATTCharacteristic(
                        one,
                        one.handle,
                        _long_uuid(one.uuid),
                        list(gatt_char_props_to_strs(int(one.properties))),
                        lambda: _SMALLEST_MTU - 3,
                        seen,
                    )
                )
        return found

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        proxy: CharacteristicProxy[bytes] = characteristic.obj
        try:
            return bytearray(await proxy.read_value())
        except BaseBumbleError as problem:
            raise BleakError(str(problem)) from problem

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any
    ) -> None:
        proxy: CharacteristicProxy[bytes] = characteristic.obj
        await proxy.subscribe(lambda packet: callback(bytearray(packet)))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        proxy: CharacteristicProxy[bytes] = characteristic.obj
        await proxy.unsubscribe()

    async def pair(self, *_: Any, **__: Any) -> None:
        raise BleakError("a virtual strap does not pair")

    async def unpair(self) -> None:
        raise BleakError("a virtual strap does not pair")

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **_: Any) -> bytearray:
        raise BleakError(f"descriptor {descriptor.uuid} cannot be read on a virtual strap")

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,  # noqa: ARG002 - bleak's signature
        response: bool,  # noqa: ARG002
    ) -> None:
        raise BleakError(f"{characteristic.uuid} of a virtual strap cannot be written")

    async def write_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        data: SizedBuffer,  # noqa: ARG002 - bleak's signature
    ) -> None:
        raise BleakError(f"descriptor {descriptor.uuid} of a virtual strap cannot be written")


def _long_uuid(uuid: UUID) -> str:
    """A UUID as bleak writes it: 128 bits, small letters, with hyphens."""
    return normalize_uuid_str(uuid.to_hex_str("-"))
