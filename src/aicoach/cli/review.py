"""``aicoach review``: staff mark sessions as seen, with a note."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.db import Database
from aicoach.errors import CoachError

_DAYS: Final = 7


def review(
    session: Annotated[
        str | None, typer.Argument(metavar="[SESSION]", help="Id of the session that was seen.")
    ] = None,
    resident: Annotated[
        str | None, typer.Option(metavar="CODE", help="All of this resident's last seven days.")
    ] = None,
    note: Annotated[str, typer.Option(help="What was found or done; no names.")] = "",
    database: Database = None,
    as_: As = None,
) -> None:
    """Mark a session as seen: it is not raised again. Needs --as, and a password."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415

    if (session is None) == (resident is None):
        raise typer.BadParameter("say which: the id of one session, or --resident CODE")
    if as_ is None:
        raise CoachError("a review is somebody's: say --as LOGIN of an account of the staff")
    store = Store(database)
    gate = acting(store, as_)
    if resident is None:
        chosen = [str(session)]
    else:
        every = gate.summaries(resident)
        if not every:
            raise CoachError(f"{resident}: there is no session to review")
        since = every[-1].day - timedelta(days=_DAYS - 1)
        chosen = [one.session for one in every if one.day >= since]
    whose = {str(gate.of_session(one).resident) for one in chosen}
    for one in chosen:
        gate.review(one, note)
    store.refresh_standings(sorted(whose))
    store.close()
    seen = "1 session" if len(chosen) == 1 else f"{len(chosen)} sessions"
    typer.echo(f"{', '.join(sorted(whose))}: {seen} marked as seen by {gate.actor.account}")
