"""``aicoach resident``: register who exercises, list them, and show one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.compose import Language
from aicoach.cli.db import Database
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.people import Resident

_SHOWN: Final = 10
"""Newest sessions of one resident."""

app = typer.Typer(rich_markup_mode=None)
Code = Annotated[str, typer.Argument(metavar="CODE", help="Of the resident; a code, no name.")]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Who exercises here: register, list, show."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def add(  # noqa: PLR0913, PLR0917 - an option is an argument
    code: Code,
    site: Annotated[str | None, typer.Option(metavar="CODE", help="Where they belong.")] = None,
    name: Annotated[str | None, typer.Option(help="What they are called; may be left out.")] = None,
    birth_year: Annotated[int | None, typer.Option(min=1900, max=2100)] = None,
    lang: Annotated[
        Language, typer.Option("--language", "--lang", help="What the coach speaks to them.")
    ] = Language.ZH,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="E.g. Asia/Shanghai [the site's, or here].")
    ] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Register a resident. A code is enough; nothing is ever written over."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.people import Resident, Site  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415
    from aicoach.visit.keeping import local_zone  # noqa: PLC0415

    check_code(code)
    store = Store(database)
    place = None if site is None else store.shelf(Site).get(site)
    if site is not None and place is None:
        raise CoachError(f"--site {site}: there is no such site; make it first")
    if store.shelf(Resident).get(code) is not None:
        raise CoachError(f"{code}: is registered already; see aicoach resident show {code}")
    zone = time_zone or (local_zone() if place is None else place.time_zone)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as problem:
        raise CoachError(
            f"--time-zone {zone}: is no zone; write it like Asia/Shanghai"
        ) from problem
    row = Resident(
        id=code, site=site, name=name, birth_year=birth_year, language=lang.value, time_zone=zone
    )
    acting(store, as_).add_resident(row)
    store.close()
    typer.echo(f"{code}: registered, {zone}, {lang.value}")


@app.command(name="list")
def list_(
    site: Annotated[str | None, typer.Option(metavar="CODE", help="Only of this site.")] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Codes of all residents, one a line, with site, language and plan in force."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415
    from aicoach.cli.acting import acting, require_site  # noqa: PLC0415

    store = Store(database)
    gate = acting(store, as_)
    gate.require("triage.view", gate.of_site(site))
    require_site(store, site)
    only = {} if site is None else {"site": site}
    for one in sorted(store.shelf(Resident).find(**only), key=lambda row: row.id):
        typer.echo(f"{one.id}\t{one.site or '-'}\t{one.language}\t{_plan(store, one)}")
    store.close()


@app.command()
def show(code: Code, database: Database = None, as_: As = None) -> None:
    """One resident: plan in force, the newest sessions, and where they stand."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adherence import say_reason  # noqa: PLC0415
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415

    store = Store(database)
    gate = acting(store, as_)
    row = gate.resident(code)
    typer.echo(f"{row.id}: {row.site or 'no site'}, {row.time_zone}, {row.language}")
    typer.echo(f"plan: {_plan(store, row)}")
    store.refresh_standings([code])
    for one in store.standings(text=code, size=500).rows:
        if one.resident == code and one.level is not None:
            typer.echo(f"stands: {one.level.name.lower()}")
            for reason in one.reasons:
                typer.echo(f"  {say_reason(reason, 'en', load_catalog())}")
    for session in gate.summaries(code)[-_SHOWN:]:
        minutes = "-" if session.lasted_s is None else f"{session.lasted_s / 60.0:.0f} min"
        typer.echo(f"{session.session}\t{session.day}\t{session.why_ended}\t{minutes}")
    store.close()


def check_code(code: str) -> None:
    """Refuse what is no code.

    Raises
    ------
    CoachError
        With what a code may be.
    """
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
    if not code or len(code) > 64 or not code[0].isalnum() or not set(code) <= allowed:
        raise CoachError(
            f"{code!r}: is no code; use letters, digits and _ . - (at most 64), such as R-0001"
        )


def _plan(store: Store, row: Resident) -> str:
    from aicoach.adapters.store.people import plan_in_force  # noqa: PLC0415

    plan = plan_in_force(store, row.id)
    return "no plan in force" if plan is None else f"{plan.plan} version {plan.version}"
