"""``aicoach serve``: the server of the centre."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicoach.cli.db import Database
from aicoach.errors import CabinError

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.web.serving import Address


class Mode(str, Enum):
    """What is served."""

    CABIN = "cabin"
    HOME = "home"
    CENTRE = "centre"


def serve(  # noqa: PLR0913, PLR0917 - an option is an argument
    mode: Annotated[
        Mode,
        typer.Option(
            help="cabin: the shared screen beside this computer; home: residents at home and "
            "staff; centre: the same, and cabins hand over here."
        ),
    ] = Mode.CENTRE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8443,
    database: Database = None,
    https: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="CERT KEY", help="Certificate and its key, PEM."),
    ] = None,
    cabin: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Which cabin this computer is; with --mode cabin."),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="What browsers call this computer; may be given again. "
            "[on this computer alone: localhost; else: anything]",
        ),
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy in front of it speaks https for it."),
    ] = False,
) -> None:
    """Serve the screens of residents and staff. Stop it with Ctrl-C."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.recovering import recover  # noqa: PLC0415
    from aicoach.cli.extras import need_web  # noqa: PLC0415

    need_web()
    from aicoach.web.premises import Conduct, open_premises  # noqa: PLC0415
    from aicoach.web.server import create_server  # noqa: PLC0415
    from aicoach.web.serving import Address, listen  # noqa: PLC0415
    from aicoach.web.serving import serve as run  # noqa: PLC0415

    if (mode is Mode.CABIN) != (cabin is not None):
        raise typer.BadParameter("--mode cabin and --cabin CODE go together")
    certificate, key = https or (None, None)
    address = Address(
        host=host, port=port, certificate=certificate, key=key, behind_proxy=behind_proxy
    )
    store = Store(database)
    with listen(address) as listening:
        store.open()
        if cabin is not None:
            _require_cabin(store, cabin)
        for problem in recover(store).problems:
            typer.echo(problem, err=True)
        conduct = Conduct(
            mode=mode.value,
            cabin=cabin,
            https=certificate is not None or behind_proxy,
            names=_names(name, address),
            sync=mode is Mode.CENTRE,
        )
        served = create_server(open_premises(store, conduct))
        url = address.at(listening.getsockname()[1]).url
        typer.echo(f"{mode.value} at {url}, database {store.database.name}")
        try:
            run(served, address, listening)
        finally:
            store.close()


def _require_cabin(store: Store, code: str) -> None:
    """Sessions are kept under the cabin's code: it must be one that people sign in at."""
    from aicoach.adapters.store.people import Cabin  # noqa: PLC0415

    found = store.shelf(Cabin).get(code)
    if found is not None and found.retired_at is None:
        return
    problem = "this cabin is not in the database" if found is None else "this cabin is retired"
    remedy = "aicoach cabin list shows those that are, aicoach cabin add makes one"
    name = store.database.name
    store.close()
    raise CabinError(code, f"{problem} {name}" if found is None else problem, remedy)


def _names(given: list[str] | None, address: Address) -> tuple[str, ...]:
    """The names by which browsers may ask; none: any."""
    from aicoach.web.serving import is_loopback  # noqa: PLC0415

    if given:
        return tuple(one.casefold() for one in given)
    alone = is_loopback(address.host) and not address.behind_proxy
    return ("localhost", "127.0.0.1", "[::1]") if alone else ()
