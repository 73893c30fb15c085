"""``aicoach consent``: what a resident agreed to, one by one, and took back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aicoach.cli.acting import As, acting, require_resident
from aicoach.cli.compose import Language, language
from aicoach.cli.db import Database

if TYPE_CHECKING:
    from aicoach.adapters.store import Store

app = typer.Typer(rich_markup_mode=None)
OfResident = Annotated[str, typer.Option("--resident", metavar="ID", help="Code of the resident.")]
Kind = Annotated[
    str,
    typer.Option("--kind", help="One of records, camera, keypoints, hospital, sharing."),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="WHO", help="Who may decide for them [the resident]."),
]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Consents: what is read, who agreed to what, and taking it back."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def text(
    kind: Annotated[str | None, typer.Option("--kind", help="One of them [all].")] = None,
    lang: Annotated[Language | None, typer.Option(help="Language.")] = None,
) -> None:
    """What is read to a resident before each consent."""
    from aicoach.access.consents import consent_kinds  # noqa: PLC0415

    kinds = consent_kinds()
    if kind is not None and kind not in kinds:
        raise typer.BadParameter(f"there is no consent '{kind}'; use {', '.join(kinds)}")
    chosen = language(lang)
    for one in kinds.values():
        if kind in (None, one.kind):
            typer.echo(f"{one.kind} ({one.version}): {one.title(chosen)}\n{one.text(chosen)}\n")


@app.command()
def give(
    resident: OfResident, kind: Kind, by: By = None, database: Database = None, as_: As = None
) -> None:
    """Write down that a resident agreed to the words of `consent text`."""
    from aicoach.adapters.store.consents import give as put_down  # noqa: PLC0415

    row = put_down(acting(_store(database), as_), resident, kind, given_by=by or resident)
    typer.echo(f"{resident}: {kind} given, text {row.text_version}")


@app.command()
def withdraw(
    resident: OfResident, kind: Kind, by: By = None, database: Database = None, as_: As = None
) -> None:
    """Write down that a resident took a consent back; keypoints are deleted with theirs."""
    from aicoach.adapters.store.consents import withdraw as take_back  # noqa: PLC0415

    gate = acting(_store(database), as_)
    deleted = take_back(gate, resident, kind, withdrawn_by=by or resident)
    typer.echo(f"{resident}: {kind} taken back")
    if deleted:
        typer.echo(f"{resident}: skeletons of {deleted} sessions deleted")
    if kind == "records":
        typer.echo(f"to erase what is kept: aicoach privacy erase --resident {resident}")


@app.command(name="list")
def list_(resident: OfResident, database: Database = None, as_: As = None) -> None:
    """What a resident agreed to and took back."""
    from aicoach.adapters.store.people import Consent  # noqa: PLC0415

    store = _store(database)
    gate = acting(store, as_)
    gate.require("consent.view", gate.of_resident(resident))
    require_resident(store, resident)
    rows = store.shelf(Consent).find(resident=resident)
    for one in rows:
        until = f"taken back {one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else "holds"
        typer.echo(f"{one.kind:10} {one.text_version:10} given {one.given_at:%Y-%m-%d}  {until}")
    if not rows:
        typer.echo(f"{resident}: no consent")


def _store(database: str | None) -> Store:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return Store(database)
