"""``aicoach account``: who may sign in, with what. Secrets are asked for, never arguments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicoach.cli.acting import As, acting, ask_secret
from aicoach.cli.compose import Language, language
from aicoach.cli.db import Database

if TYPE_CHECKING:
    from aicoach.adapters.store import Store

app = typer.Typer(rich_markup_mode=None)
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Whose account.")]
OfResident = Annotated[str, typer.Option("--resident", metavar="ID", help="Code of the resident.")]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Accounts: open, list and close them; passwords, PINs and cards."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def add(  # noqa: PLR0913, PLR0917 - what an account has
    login: Login,
    role: Annotated[str, typer.Option("--role", help="resident, family, staff, clinician, site_admin or system_admin.")],  # noqa: E501
    name: Annotated[str, typer.Option("--name", help="Name that colleagues see.")] = "",
    site: Annotated[str | None, typer.Option("--site", metavar="ID", help="Where they work.")] = None,  # noqa: E501
    resident: Annotated[str | None, typer.Option("--resident", metavar="ID", help="Who they are; with family, whose.")] = None,  # noqa: E501
    licence: Annotated[str | None, typer.Option("--licence", metavar="NUMBER", help="Of the qualification; who signs medical plans needs it.")] = None,  # noqa: E501
    database: Database = None,
    as_: As = None,
) -> None:  # fmt: skip
    """Open an account. It has no password yet."""
    from aicoach.adapters.store.accounts import add_account  # noqa: PLC0415
    from aicoach.adapters.store.people import Account  # noqa: PLC0415

    store = _store(database)
    row = Account(
        login=login, name=name or login, role=role, site=site, resident=resident, licence=licence
    )
    made = add_account(acting(store, as_), row)
    typer.echo(f"{made.login}: {made.role}{f' of {made.site}' if made.site else ''}, {made.id}")
    typer.echo(f"next: aicoach account password {made.login}")


@app.command(name="list")
def list_(database: Database = None, as_: As = None) -> None:
    """All accounts that you may see."""
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415
    from aicoach.adapters.store.people import Account  # noqa: PLC0415

    store = _store(database)
    gate = acting(store, as_)
    seen = [
        one
        for one in store.shelf(Account).find()
        if gate.allows("account.view", gate.of_account(one)).allowed
    ]
    if not seen:
        gate.require("account.view", SYSTEM)  # says why there is nothing, or that there is nothing
    for one in seen:
        state = f"closed {one.closed_at:%Y-%m-%d}" if one.closed_at else "open"
        where = " ".join(part for part in (one.site, one.resident) if part)
        typer.echo(f"{one.login:24} {one.role:12} {state:18} {where}".rstrip())


@app.command()
def password(login: Login, database: Database = None, as_: As = None) -> None:
    """Give an account a new password; asked without showing it, or one line from a pipe."""
    from aicoach.adapters.store.accounts import find_account, set_password  # noqa: PLC0415

    store = _store(database)
    gate, account = acting(store, as_), find_account(store, login)
    set_password(gate, account, ask_secret(f"New password of {account.login}", twice=True))
    typer.echo(f"{account.login}: has a new password; the one before is void")


@app.command()
def pin(
    resident: OfResident,
    cabin: Annotated[str, typer.Option("--cabin", metavar="ID", help="Where it opens the screen.")],
    database: Database = None,
    as_: As = None,
) -> None:
    """Give a resident a PIN for the screen of one cabin."""
    from aicoach.adapters.store.accounts import set_pin  # noqa: PLC0415

    store = _store(database)
    gate = acting(store, as_)
    set_pin(gate, resident, ask_secret(f"New PIN of {resident}", twice=True), cabin)
    typer.echo(f"{resident}: has a new PIN at {cabin}; the one before is void")


@app.command()
def card(
    resident: Annotated[str | None, typer.Option("--resident", metavar="ID", help="Code of the resident.")] = None,  # noqa: E501
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Card to print, .svg or .pdf.")] = None,  # noqa: E501
    label: Annotated[str, typer.Option("--label", help="Which one it is, e.g. spare.")] = "",
    revoke: Annotated[str | None, typer.Option("--revoke", metavar="CARD", help="Make a card void.")] = None,  # noqa: E501
    lang: Annotated[Language | None, typer.Option(help="Language of the card.")] = None,
    database: Database = None,
    as_: As = None,
) -> None:  # fmt: skip
    """Make a card for a resident, beside those they have, or make one void."""
    from aicoach.adapters.access_card import check_target, write_card  # noqa: PLC0415
    from aicoach.adapters.store.accounts import issue_card, revoke_credential  # noqa: PLC0415

    store = _store(database)
    if revoke is not None:
        revoke_credential(acting(store, as_), revoke)
        typer.echo(f"{revoke}: is void")
        return
    if resident is None or out is None:
        raise typer.BadParameter("give --resident and --out, or --revoke")
    check_target(out)
    made = issue_card(acting(store, as_), resident, label)
    write_card(out, made.token, resident, language(lang))
    typer.echo(f"{out}: card {made.id} of {resident}; print it and delete the file")


@app.command()
def close(login: Login, database: Database = None, as_: As = None) -> None:
    """Close an account; its password, PINs and cards are void at once."""
    from aicoach.adapters.store.accounts import close_account, find_account  # noqa: PLC0415

    store = _store(database)
    gate, account = acting(store, as_), find_account(store, login)
    close_account(gate, account)
    typer.echo(f"{account.login}: is closed")


def _store(database: str | None) -> Store:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return Store(database)
