"""A server that only gives scripts, sounds and figures to an empty page: quick to start."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI, Response

from aicoach.catalog.loader import load_catalog
from aicoach.web.assets_routes import add_assets
from aicoach.web.serving import Address, listen


@pytest.fixture(scope="module")
def assets() -> Iterator[SimpleNamespace]:
    """Its ``url``; the page at ``/`` is empty."""
    app = FastAPI()
    add_assets(app, SimpleNamespace(catalog=load_catalog()))  # type: ignore[arg-type]

    @app.get("/")
    def _empty() -> Response:
        head = '<link rel="icon" href="data:,"><meta charset="utf-8"><title>empty</title>'
        return Response(f"<!doctype html><html lang=en>{head}</html>", media_type="text/html")

    address = Address(host="127.0.0.1", port=0)
    listening = listen(address)
    url = address.at(int(listening.getsockname()[1])).url
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield SimpleNamespace(url=url)
    server.should_exit = True
    thread.join(10.0)
    listening.close()
