"""``aicoach db``: copies of the database, whether it is sound, and bringing it forward."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As, acting, ask_where_it_opens

if TYPE_CHECKING:
    from aicoach.adapters.store import Store

UNSOUND: Final = 1

app = typer.Typer(rich_markup_mode=None)
Database = Annotated[
    str | None,
    typer.Option(
        "--database", envvar="AICOACH_DATABASE", metavar="FILE|URL",
        help="A file, or postgresql://USER@HOST/NAME [a file in your data folder].",
    ),
]  # fmt: skip


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """What is kept: copy it, put a copy back, look whether it is sound, bring it forward."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
    database: Database = None,
    as_: As = None,
) -> None:
    """Write a complete copy; sessions may run meanwhile. Never overwrites."""
    from aicoach.adapters.store.backup import back_up  # noqa: PLC0415

    store = _store(database)
    ask_where_it_opens(store, "database.copy", {"copied": True}, as_)
    back_up(store, target)
    typer.echo(f"{target}: a copy of {store.database.name}, {target.stat().st_size:,} bytes")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `db backup` wrote.")],
    database: Database = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_: As = None,
) -> None:
    """Put a copy in the place of the database. Stop every session before."""
    from aicoach.adapters.store.backup import restore as put_back  # noqa: PLC0415

    store = _store(database)
    if not yes:
        typer.confirm(f"Replace {store.database.name} by {source}?", abort=True, err=True)
    if as_ is not None:
        ask_where_it_opens(store, "database.copy", {"restores": True}, as_)
    before = put_back(store, source)
    # In the audit of what is in force from now on.
    ask_where_it_opens(store, "database.copy", {"restored": True})
    typer.echo(f"{store.database.name}: is now as in {source}")
    if before is not None:
        typer.echo(f"{before}: what was there before")


@app.command()
def check(database: Database = None) -> None:
    """Say what is wrong: file, tables, audit, lines, open sessions. Exit code 1: something is."""
    from aicoach.adapters.store.checking import copies_kept, find_faults  # noqa: PLC0415

    store = _store(database)
    ask_where_it_opens(store, "database.keep", {"checked": True})
    faults = find_faults(store)
    for line in faults or (f"{store.database.name}: sound",):
        typer.echo(line)
    for line in copies_kept(store.database):
        typer.echo(line)
    if faults:
        raise typer.Exit(UNSOUND)


@app.command()
def recover(
    everywhere: Annotated[
        bool,
        typer.Option(
            "--all", help="Those too that another computer began: it is gone, or stopped."
        ),
    ] = False,
    database: Database = None,
) -> None:
    """Bring in what waits in journals, and close sessions that were cut off."""
    from aicoach.adapters.store.recovering import recover as bring_in  # noqa: PLC0415

    store = _store(database)
    ask_where_it_opens(store, "database.keep", {"recovered": True, "all": everywhere})
    done = bring_in(store, of_all=everywhere)
    store.close()
    typer.echo(f"{store.database.name}: {len(done.sessions)} sessions brought in or closed")
    for problem in done.problems:
        typer.echo(problem)
    if done.problems:
        raise typer.Exit(UNSOUND)


@app.command()
def migrate(database: Database = None) -> None:
    """Bring the tables to the state of this program; a file is copied beside itself before."""
    from aicoach.adapters.store.schema import migrate as bring_forward  # noqa: PLC0415
    from aicoach.adapters.store.schema import newest_revision  # noqa: PLC0415

    store = _store(database)
    before, now = bring_forward(store.database), newest_revision()
    ask_where_it_opens(store, "database.keep", {"migrated": now})
    said = "was there already" if before == now else f"was {before or 'empty'}"
    typer.echo(f"{store.database.name}: tables are at {now}; it {said}")


@app.command()
def key() -> None:
    """Print a new key for AICOACH_KEY. Keep it apart from the copies: without it nothing opens."""
    from aicoach.adapters.store.sealing import new_key  # noqa: PLC0415

    typer.echo(new_key())


@app.command()
def rekey(
    plain: Annotated[bool, typer.Option("--plain", help="Unseal everything.")] = False,
    database: Database = None,
    as_: As = None,
) -> None:
    """Seal what was there with the first key of AICOACH_KEY (new,old). Stop every session first."""
    from aicoach.adapters.store.data_keys import rekey as seal  # noqa: PLC0415
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415

    store = _store(database)
    acting(store, as_).require("database.keep", SYSTEM, {"rekey": True, "plain": plain})
    changed = seal(store, plain=plain)
    for column, values in changed.items():
        typer.echo(f"{column:26} {values:8,} written anew")
    after = "take AICOACH_KEY away now" if plain else "the old key may go; copies still need it"
    typer.echo(f"{store.database.name}: {after}")


@app.command()
def scrub(database: Database = None) -> None:
    """Write the file anew, so that nothing that was deleted is left in it or in its log."""
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415

    store = _store(database)
    acting(store).require("database.keep", SYSTEM, {"scrubbed": True})
    if not store.scrub(anew=True):
        typer.echo(f"{store.database.name}: another program is reading; close it and try again")
        raise typer.Exit(UNSOUND)
    typer.echo(f"{store.database.name}: written anew")


def _store(database: str | None) -> Store:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return Store(database)
