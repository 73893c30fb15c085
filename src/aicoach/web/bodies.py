"""The body of a request, no larger and no slower than it may be."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request

    from aicoach.adapters.sync import CentreSettings

_GZIP: Final = 31
"""What zlib calls a gzip stream."""


class TooLargeError(Exception):
    """More was sent than is taken."""


class UnreadableError(Exception):
    """What was sent is not what it is said to be."""


async def read_body(request: Request, settings: CentreSettings) -> bytes:
    """What was sent, unpacked.

    Raises
    ------
    TooLargeError, UnreadableError
        If it is too large, packed or unpacked, takes too long, or is no gzip.
    """
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > settings.sent_bytes:
        raise TooLargeError(f"at most {settings.sent_bytes:,.0f} bytes")
    try:
        packed = await asyncio.wait_for(_all(request, settings.sent_bytes), settings.body_s)
    except asyncio.TimeoutError as problem:
        raise UnreadableError(f"took longer than {settings.body_s:.0f} s to arrive") from problem
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "identity":
        return packed
    if encoding != "gzip":
        raise UnreadableError("may be packed with gzip only")
    return await asyncio.to_thread(unpack, packed, int(settings.unpacked_bytes))


def unpack(packed: bytes, at_most: int) -> bytes:
    """The content of a gzip stream, never more of it than this.

    Raises
    ------
    TooLargeError, UnreadableError
        If there is more, or it is no such stream.
    """
    stream = zlib.decompressobj(_GZIP)
    try:
        content = stream.decompress(packed, at_most + 1)
    except zlib.error as problem:
        raise UnreadableError("is no gzip") from problem
    if len(content) > at_most:
        raise TooLargeError(f"at most {at_most:,} bytes unpacked")
    if not stream.eof or stream.unused_data:
        raise UnreadableError("is no whole gzip")
    return content


async def _all(request: Request, at_most: float) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > at_most:
            raise TooLargeError(f"at most {at_most:,.0f} bytes")
        parts.append(part)
    return b"".join(parts)
