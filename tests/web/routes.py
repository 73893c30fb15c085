"""Every route of a server, found by walking it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount, WebSocketRoute

from aicoach.web.page_door import PageDoor


def own_routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of everything that is ours."""
    for route in _all(app.routes):
        if isinstance(route, Mount):
            if not isinstance(route.app, PageDoor):
                yield "GET", f"{route.path}/..."
        elif isinstance(route, WebSocketRoute):
            yield "SOCKET", route.path
        else:
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route.path


def gradio_routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and full path of everything that Gradio brings, opened or not."""
    for mount in app.routes:
        if isinstance(mount, Mount) and isinstance(mount.app, PageDoor):
            for route in _all(mount.app.app.routes):  # type: ignore[attr-defined]
                for method in sorted(getattr(route, "methods", None) or {"GET"}):
                    yield method, mount.path + route.path


def _all(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from _all(inner.routes)
