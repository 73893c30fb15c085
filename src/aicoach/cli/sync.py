"""``aicoach sync``: a cabin hands over what it measured, and takes what its centre decided."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.db import Database
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.adapters.store import Store
    from aicoach.adapters.sync import CabinSettings, CabinSide, Hello

VARIABLE: Final = "AICOACH_TOKEN"
FULL_SIZE: Final = 4096
_TOKEN: Final = re.compile(r"[!-~]{16,200}")


def sync(  # noqa: PLR0913, PLR0917 - an option is an argument
    to: Annotated[
        str,
        typer.Option(envvar="AICOACH_CENTRE", metavar="URL", help="The centre: https://HOST."),
    ],
    database: Database = None,
    once: Annotated[
        bool, typer.Option("--once", help="Hand everything over, then stop [unless --every].")
    ] = False,
    every: Annotated[
        float | None,
        typer.Option(min=1, max=86400, metavar="S", help="Go on, every so many seconds."),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"Holds the token [{VARIABLE}].")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificates to trust, PEM.")
    ] = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Send the token in clear to another computer.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare everything anew with the centre.")
    ] = False,
) -> None:
    """Hand sessions to the centre, take plans and residents of this site. Loses nothing if cut."""
    import random  # noqa: PLC0415
    import time  # noqa: PLC0415

    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.sync import (  # noqa: PLC0415
        BackOff,
        CabinSettings,
        Centre,
        Exchange,
        World,
        told,
        visit_forever,
        visit_once,
    )

    if once and every is not None:
        raise typer.BadParameter("give --once or --every, not both")
    settings = CabinSettings.load()
    read = _token_reader(token_file)
    read()  # at once, before anything is sent
    back_off = BackOff(
        settings.first_wait_s, settings.longest_wait_s, settings.jitter, random.random
    )
    world = World(sleep=time.sleep, say=typer.echo)
    store = Store(database)
    with Centre(to, read, settings, authority=ca, plain_http=plain_http) as centre:
        exchange = Exchange(centre, _side(store, settings), settings, compare=compare)
        if every is not None:
            visit_forever(exchange, back_off, every, world)
        done = visit_once(exchange, back_off, int(settings.attempts), world)
    typer.echo(f"{to}: {told(done)}")
    for note in done.notes:
        typer.echo(note)
    store.close()


def _side(store: Store, settings: CabinSettings) -> Callable[[Hello], CabinSide]:
    from aicoach.adapters.store.erasing import erase  # noqa: PLC0415
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415
    from aicoach.adapters.store.inbox import Inbox  # noqa: PLC0415
    from aicoach.adapters.store.outbox import Outbox  # noqa: PLC0415
    from aicoach.adapters.store.recovering import recover  # noqa: PLC0415
    from aicoach.adapters.store.schema import newest_revision  # noqa: PLC0415
    from aicoach.adapters.sync import CabinSide  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415

    asked: set[str] = set()

    def erased(resident: str) -> None:
        erase(store, resident, actor="sync")

    def opened(hello: Hello) -> CabinSide:
        if hello.centre not in asked:  # once, not with every visit
            acting(store).require("sync.run", SYSTEM, {"centre": hello.centre})
            asked.add(hello.centre)
        recovered = recover(store)  # what was cut off is handed over to its end
        return CabinSide(
            outgoing=Outbox(store, hello.centre, again_after_s=settings.ask_refused_again_s),
            incoming=Inbox(store, hello.centre, may_sign=hello.may_sign, erase=erased),
            tables=newest_revision(),
            notes=recovered.problems,
        )

    return opened


def _token_reader(file: Path | None) -> Callable[[], str]:
    """Gives the token; a file is read each time, so that a new token needs no new start.

    Raises
    ------
    CoachError
        If there is none.
    """

    def read() -> str:
        if file is None:
            token, where = os.environ.get(VARIABLE, "").strip(), VARIABLE
            if not token:
                raise CoachError(f"no token: give --token-file FILE, or set {VARIABLE}")
        else:
            where = str(file)
            try:
                with file.open("rb") as opened:
                    token = opened.read(FULL_SIZE).decode("utf-8-sig", "replace").strip()
            except OSError as problem:
                said = problem.strerror or problem
                raise CoachError(f"{file}: the token cannot be read ({said})") from problem
        if not _TOKEN.fullmatch(token):
            raise CoachError(f"{where}: holds no token; aicoach cabin token prints one, once")
        return token

    return read
