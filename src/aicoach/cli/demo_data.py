"""``aicoach demo-data``: a made-up site for training, pictures and load tests."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Annotated, Final

import typer

from aicoach.cli.db import Database
from aicoach.zones import today_in

_ALONE_BELOW: Final = 12
"""For so few residents, other processes take longer to start than they save."""
_MOST_WORKERS: Final = 4


def demo_data(
    residents: Annotated[int, typer.Option(help="How many residents.")] = 200,
    weeks: Annotated[int, typer.Option(help="How many weeks until the last day.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed makes the same site.")] = 1,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day [today]."),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Also into a database that keeps real residents.")
    ] = False,
    database: Database = None,
) -> None:
    """Make a believable site: plans, sessions, safety events, notes. Nobody in it is real."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.cli.progress import progress_bar  # noqa: PLC0415
    from aicoach.demo_site import write_site  # noqa: PLC0415

    store = Store(database)
    last = today_in(None) if until is None else until.date()
    began_s = time.monotonic()
    workers = 0 if residents < _ALONE_BELOW else min(_MOST_WORKERS, os.cpu_count() or 1)
    with progress_bar("making residents", float(residents)) as advance:
        made = write_site(
            store, residents=residents, weeks=weeks, seed=seed, until=last, add=add,
            workers=workers, progress=lambda done, _: advance(float(done)),
        )  # fmt: skip
    store.close()
    plans, reviews = made.rows.get("prescriptions", 0), made.rows.get("reviews", 0)
    typer.echo(
        f"{store.database.name}: {made.residents} made-up residents, {plans} plan versions, "
        f"{made.sessions:,} sessions, {reviews} reviews until {last.isoformat()} "
        f"(seed {seed}, {time.monotonic() - began_s:.0f} s)"
    )
