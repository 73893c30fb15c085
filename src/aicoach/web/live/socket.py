"""The socket of a live session: pictures and words come in, answers and events go out.

Two tasks share it. The reader never waits for the session, so that a "stop" overtakes the
pictures before it; the sender sends whatever waits as one message and then looks again, so that
a slow line gets fewer answers and never late ones.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

from starlette.websockets import WebSocketDisconnect, WebSocketState

from aicoach.web.live.feed import HEAD, PictureError
from aicoach.web.live.messages import Hello, MessageError, Ping, read_message
from aicoach.web.live.outbox import SlowScreenError
from aicoach.web.rates import Rates

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from aicoach.pipeline import Clock
    from aicoach.web.live.room import LiveRoom
    from aicoach.web.live.rooms import LiveRooms
    from aicoach.web.live.tickets import Tickets
    from aicoach.web.settings import LiveSettings

MALFORMED: Final = 4400
REFUSED: Final = 4401
MOVED: Final = 4409
"""Another page has taken over."""
TOO_LARGE: Final = 4413
TOO_OFTEN: Final = 4429
SLOW: Final = 4430
LOST: Final = 4408
_STRAP: Final = '"type"'
"""Only the messages of a strap have this field."""


class LiveSocket:
    """One connection of one screen.

    Parameters
    ----------
    rooms, tickets, settings, clock
        Of the server.
    """

    def __init__(
        self, rooms: LiveRooms, tickets: Tickets, settings: LiveSettings, clock: Clock
    ) -> None:
        self._rooms, self._tickets = rooms, tickets
        self._settings, self._clock = settings, clock

    async def serve(self, socket: WebSocket, owner: str) -> None:
        """Serve it until either side is gone. It has been accepted, its Origin checked."""
        room = await self._admit(socket, owner)
        if room is None:
            await _close(socket, REFUSED)
            return
        wake = asyncio.Event()
        loop = asyncio.get_running_loop()

        def woken() -> None:
            try:
                loop.call_soon_threadsafe(wake.set)
            except RuntimeError:  # the server has stopped
                return

        connection = room.connect(woken)
        tasks = (
            asyncio.create_task(self._read(socket, room)),
            asyncio.create_task(self._send(socket, room, connection, wake)),
        )
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            code = next((task.result() for task in done if task.exception() is None), None)
            for task in done:
                task.exception()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            room.leave(connection)
        if code is not None and socket.application_state is WebSocketState.CONNECTED:
            await _close(socket, code)

    async def _admit(self, socket: WebSocket, owner: str) -> LiveRoom | None:
        try:
            text = await asyncio.wait_for(socket.receive_text(), self._settings.hello_s)
            hello = read_message(text[: int(self._settings.message_bytes)])
        except (asyncio.TimeoutError, MessageError, WebSocketDisconnect, KeyError):
            return None
        if not isinstance(hello, Hello):
            return None
        identifier = self._tickets.room_of(hello.ticket, owner)
        room = None if identifier is None else self._rooms.get(identifier)
        return room if room is not None and room.owner == owner else None

    async def _read(self, socket: WebSocket, room: LiveRoom) -> int | None:
        """Take what comes; the code to close with, None when the other side has gone."""
        settings = self._settings
        per_min = settings.messages_per_s * 60.0
        rates = Rates(per_min, settings.messages_per_s * 2.0, self._clock)
        while True:
            try:
                message = await asyncio.wait_for(socket.receive(), settings.lost_s)
            except asyncio.TimeoutError:
                return LOST
            if message["type"] == "websocket.disconnect":
                return None
            if rates.take("") > 0.0:
                return TOO_OFTEN
            if (content := message.get("bytes")) is not None:
                if len(content) > settings.frame_bytes + HEAD.size:
                    return TOO_LARGE
                try:
                    room.picture(content)
                except PictureError:
                    return MALFORMED
                continue
            code = await self._word(socket, room, message.get("text") or "")
            if code is not None:
                return code

    async def _word(self, socket: WebSocket, room: LiveRoom, text: str) -> int | None:
        if len(text) > self._settings.message_bytes:
            return TOO_LARGE
        if _STRAP in text:
            return None if room.told(text) else TOO_OFTEN
        try:
            message = read_message(text)
        except MessageError:
            return MALFORMED
        if isinstance(message, Ping):
            await socket.send_text(json.dumps({"pong": message.n}))
        elif not isinstance(message, Hello) and not room.told(message):
            return TOO_OFTEN
        return None

    async def _send(
        self, socket: WebSocket, room: LiveRoom, connection: int, wake: asyncio.Event
    ) -> int | None:
        while True:
            await wake.wait()
            wake.clear()
            if not room.is_newest(connection):
                return MOVED
            while True:
                try:
                    text = room.outbox.take()
                except SlowScreenError:
                    return SLOW
                if text is None:
                    break
                await socket.send_text(text)


async def _close(socket: WebSocket, code: int) -> None:
    """Close it; one whose other side has gone without a word is closed already."""
    try:
        await socket.close(code)
    except (WebSocketDisconnect, RuntimeError):
        return
