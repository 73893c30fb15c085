"""The Heart Rate Measurement of Bluetooth (characteristic 0x2A37), read and written.

Flags, one byte: bit 0, the rate has two bytes; bits 1 and 2, skin contact (bit 1 counts
only with bit 2); bit 3, energy in kJ follows; bit 4, beat intervals follow, oldest first,
in 1/1024 s; bits 5 to 7 are reserved and ignored. Numbers are little-endian.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aicoach.errors import HeartRatePacketError
from aicoach.observations import HeartRateSample, HeartRateSensor

_WIDE_RATE: Final = 0x01
_CONTACT: Final = 0x02
_KNOWS_CONTACT: Final = 0x04
_HAS_ENERGY: Final = 0x08
_HAS_INTERVALS: Final = 0x10
_TICKS_PER_S: Final = 1024.0
_LARGEST: Final = 0xFFFF

_SENSOR_AT: Final[dict[int, HeartRateSensor]] = {
    0: "arm_optical",  # "other": armbands say this
    1: "chest_strap",
    2: "wrist_optical",
    3: "arm_optical",
    4: "arm_optical",
    5: "arm_optical",
    6: "arm_optical",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRatePacket:
    """One measurement as a sensor sent it."""

    bpm: int
    """Beats per minute; 0 is how a sensor says that it has no rate."""
    contact: bool | None = None
    """Skin contact; None when the sensor cannot tell."""
    energy_kj: int | None = None
    """Energy since the sensor was reset; None when it does not count."""
    rr_ms: tuple[float, ...] = ()
    """Times between beats in milliseconds, oldest first."""


def parse_packet(packet: bytes) -> HeartRatePacket:
    """Read a measurement.

    Raises
    ------
    HeartRatePacketError
        If bytes are missing that the flags announce; says which.
    """
    if not packet:
        raise HeartRatePacketError(packet, "is empty; at least 2 bytes are needed")
    flags, at = packet[0], 1
    bpm, at = _number(packet, at, 2 if flags & _WIDE_RATE else 1, "rate")
    energy_kj = None
    if flags & _HAS_ENERGY:
        energy_kj, at = _number(packet, at, 2, "energy")
    rr_ms: list[float] = []
    if flags & _HAS_INTERVALS:
        while at < len(packet) or not rr_ms:
            ticks, at = _number(packet, at, 2, "beat interval")
            rr_ms.append(1000.0 * ticks / _TICKS_PER_S)
    return HeartRatePacket(
        bpm=bpm,
        contact=bool(flags & _CONTACT) if flags & _KNOWS_CONTACT else None,
        energy_kj=energy_kj,
        rr_ms=tuple(rr_ms),
    )


def _number(packet: bytes, at: int, n_bytes: int, field: str) -> tuple[int, int]:
    """The number at ``at`` and where the next one begins."""
    end = at + n_bytes
    if end > len(packet):
        problem = f"is truncated: the {field} needs {end} bytes, there are {len(packet)}"
        raise HeartRatePacketError(packet, problem)
    return int.from_bytes(packet[at:end], "little"), end


def encode_packet(measured: HeartRatePacket) -> bytes:
    """The bytes of a measurement, as the virtual strap sends them.

    Raises
    ------
    ValueError
        If a number does not fit into the two bytes that the format has for it.
    """
    flags, body = 0, b""
    if measured.bpm > 0xFF:
        flags |= _WIDE_RATE
        body += _two_bytes(measured.bpm, "bpm")
    else:
        body += measured.bpm.to_bytes(1, "little")
    if measured.contact is not None:
        flags |= _KNOWS_CONTACT | (_CONTACT if measured.contact else 0)
    if measured.energy_kj is not None:
        flags |= _HAS_ENERGY
        body += _two_bytes(measured.energy_kj, "energy_kj")
    if measured.rr_ms:
        flags |= _HAS_INTERVALS
        for rr_ms in measured.rr_ms:
            body += _two_bytes(round(rr_ms * _TICKS_PER_S / 1000.0), "rr_ms")
    return bytes([flags]) + body


def _two_bytes(value: int, field: str) -> bytes:
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"{field}: {value} does not fit into two bytes")
    return value.to_bytes(2, "little")


def packet_sample(
    measured: HeartRatePacket, t_s: float, sensor: HeartRateSensor
) -> HeartRateSample:
    """What a session is told of a measurement; a rate of 0 is no rate, not a low one."""
    return HeartRateSample(
        t_s=t_s,
        bpm=float(measured.bpm) if measured.bpm else None,
        contact=measured.contact,
        rr_ms=measured.rr_ms,
        sensor=sensor,
    )


def sensor_at(location: int | None) -> HeartRateSensor:
    """The kind of sensor by its Body Sensor Location (0x2A38).

    Without a location it is taken for a chest strap, which is what most sensors of this
    service are; elsewhere than on the chest a sensor reads light, not the heart's current.
    """
    return "chest_strap" if location is None else _SENSOR_AT.get(location, "arm_optical")
