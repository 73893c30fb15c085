"""``aicoach serve``: the server of the centre."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from aicoach.cli.db import Database


class Mode(str, Enum):
    """What is served."""

    CENTRE = "centre"


def serve(
    mode: Annotated[Mode, typer.Option(help="What is served.")] = Mode.CENTRE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8443,
    database: Database = None,
    https: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="CERT KEY", help="Certificate and its key, PEM."),
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy in front of it speaks https for it."),
    ] = False,
) -> None:
    """Serve the centre: cabins hand over what they measured. Stop it with Ctrl-C."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.cli.extras import need_web  # noqa: PLC0415

    need_web()
    from aicoach.web.centre import create_centre  # noqa: PLC0415
    from aicoach.web.serving import Address, listen  # noqa: PLC0415
    from aicoach.web.serving import serve as run  # noqa: PLC0415

    certificate, key = https or (None, None)
    address = Address(
        host=host, port=port, certificate=certificate, key=key, behind_proxy=behind_proxy
    )
    store = Store(database)
    with listen(address) as listening:
        store.open()
        served = create_centre(store)
        url = address.at(listening.getsockname()[1]).url
        typer.echo(f"{mode.value} at {url}, database {store.database.name}")
        try:
            run(served, address, listening)
        finally:
            store.close()
