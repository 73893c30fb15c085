"""A script of ours in the page that Gradio serves, so that it runs before Gradio's own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Message, Send

_HEAD: Final = b"<head>"


def script_first(send: Send, address: str) -> Send:
    """Send a page with a title and a module at the beginning of its head."""
    tag = f'<title>aicoach</title><script type="module" src="{escape(address)}"></script>'.encode()
    begin: list[Message] = []
    parts: list[bytes] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            begin.append(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        page = b"".join(parts).replace(_HEAD, _HEAD + tag, 1)
        headers = [one for one in begin[0]["headers"] if one[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(page)).encode()))
        await send({**begin[0], "headers": headers})
        await send({"type": "http.response.body", "body": page})

    return sending
