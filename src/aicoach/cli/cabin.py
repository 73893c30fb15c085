"""``aicoach cabin``: the cabins of a centre and their tokens."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated

import typer

from aicoach.cli.acting import As, acting
from aicoach.cli.db import Database
from aicoach.errors import CabinError
from aicoach.zones import today_in

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.adapters.store.cabin_tokens import CabinToken
    from aicoach.adapters.store.gate import Gate
    from aicoach.adapters.store.people import Cabin

app = typer.Typer(rich_markup_mode=None)
Code = Annotated[str, typer.Argument(metavar="CABIN", help="Code of the cabin.")]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Cabins of a centre: add one, give it a token, take the token away."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def add(
    cabin: Code,
    site: Annotated[str, typer.Option(help="Code of the site it stands at; made if it is new.")],
    name: Annotated[str | None, typer.Option(help="What people call it [its code].")] = None,
    site_name: Annotated[str | None, typer.Option(help="Of a new site [its code].")] = None,
    time_zone: Annotated[
        str, typer.Option(help="Of a new site, e.g. Asia/Shanghai.")
    ] = "Asia/Shanghai",
    database: Database = None,
    as_: As = None,
) -> None:
    """Enter a cabin, and its site if that is new. Then give it a token: aicoach cabin token."""
    from aicoach.adapters.store.people import Cabin, Site  # noqa: PLC0415

    _must_be_code(cabin, "a cabin")
    _must_be_code(site, "a site")
    if not _is_zone(time_zone):
        raise CabinError(cabin, f"there is no time zone '{time_zone}'", "e.g. Asia/Shanghai")
    gate = _gate(database, as_)
    store = gate.store
    if store.shelf(Cabin).get(cabin) is not None:
        raise CabinError(cabin, "is there already", "see: aicoach cabin list")
    named = name or cabin
    if any(one.name == named for one in store.shelf(Cabin).find(site=site)):
        raise CabinError(cabin, f"site {site} has a cabin called '{named}'", "give another --name")
    if store.shelf(Site).get(site) is None:
        with gate.deed("site.manage", gate.of_site(site), {"added": site}) as connection:
            row = Site(id=site, name=site_name or site, time_zone=time_zone)
            store.shelf(Site).add(row, connection)
        typer.echo(f"site {site}: added")
    with gate.deed("cabin.manage", gate.of_site(site), {"added": cabin}) as connection:
        store.shelf(Cabin).add(Cabin(id=cabin, site=site, name=named), connection)
    typer.echo(f"cabin {cabin}: added to site {site}; now: aicoach cabin token {cabin}")
    store.close()


@app.command(name="list")
def list_cabins(database: Database = None, as_: As = None) -> None:
    """Say which cabins there are, whether their tokens are good, and when they last came."""
    from aicoach.adapters.store.cabin_tokens import tokens_of  # noqa: PLC0415
    from aicoach.adapters.store.people import Cabin  # noqa: PLC0415

    gate = _gate(database, as_)
    store = gate.store
    now = datetime.now(timezone.utc)
    tokens = tokens_of(store)
    found = sorted(
        (
            one
            for one in store.shelf(Cabin).find()
            if gate.allows("cabin.view", gate.of_site(one.site)).allowed
        ),
        key=lambda one: (one.site, one.id),
    )
    if not found:
        typer.echo("no cabins yet; see: aicoach cabin add")
    for one in found:
        mine = [token for token in tokens if token.cabin == one.id]
        typer.echo(f"{one.site}  {one.id}  {one.name}: {_state(one, mine, now)}")
    store.close()


@app.command()
def token(
    cabin: Code,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day [no end]."),
    ] = None,
    may_sign_plans: Annotated[
        bool,
        typer.Option(
            "--may-sign-plans", help="Plans that staff sign in this cabin hold everywhere."
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="End the tokens that it has now.")
    ] = False,
    database: Database = None,
    as_: As = None,
) -> None:
    """Make a token and print it, this once. Give it to the cabin: aicoach sync --token-file."""
    from datetime import timedelta  # noqa: PLC0415

    from aicoach.adapters.store import cabin_tokens  # noqa: PLC0415

    if until is not None and until.date() < today_in(None):
        raise typer.BadParameter(f"--until {until.date()}: this day is over; give a later one")
    gate = _gate(database, as_)
    found = _cabin(gate.store, cabin)
    now = datetime.now(timezone.utc)
    ends = None if until is None else until.astimezone() + timedelta(days=1)
    details = {"cabin": cabin, "token": "made", "may_sign": may_sign_plans, "replaced": replace}
    with gate.deed("cabin.manage", gate.of_site(found.site), details) as connection:
        by = gate.actor.account
        if replace:
            cabin_tokens.revoke(connection, cabin, by, now=now)
        made = cabin_tokens.issue(
            connection, cabin, by, now=now, expires_at=ends, may_sign=may_sign_plans
        )
    typer.echo("It is shown this once; keep it where only the cabin's user can read it.", err=True)
    typer.echo(made)
    gate.store.close()


@app.command()
def revoke(
    cabin: Code,
    retire: Annotated[
        bool, typer.Option("--retire", help="The cabin is given up: it gets no token any more.")
    ] = False,
    database: Database = None,
    as_: As = None,
) -> None:
    """End every token of a cabin, at once. What it has not handed over stays in it."""
    from aicoach.adapters.store import cabin_tokens  # noqa: PLC0415
    from aicoach.adapters.store.people import Cabin  # noqa: PLC0415

    gate = _gate(database, as_)
    found = _cabin(gate.store, cabin)
    now = datetime.now(timezone.utc)
    details = {"cabin": cabin, "token": "revoked", "retired": retire}
    with gate.deed("cabin.manage", gate.of_site(found.site), details) as connection:
        ended = cabin_tokens.revoke(connection, cabin, gate.actor.account, now=now)
        if retire and found.retired_at is None:
            gate.store.shelf(Cabin).change(cabin, connection, retired_at=now)
    typer.echo(f"cabin {cabin}: {ended} tokens revoked" + (", retired" if retire else ""))
    gate.store.close()


def _gate(database: str | None, login: str | None) -> Gate:
    from aicoach.adapters.store import Store  # noqa: PLC0415

    return acting(Store(database), login)


def _cabin(store: Store, cabin: str) -> Cabin:
    from aicoach.adapters.store.people import Cabin  # noqa: PLC0415

    found = store.shelf(Cabin).get(cabin)
    if found is None:
        raise CabinError(cabin, "there is no such cabin", "see: aicoach cabin list")
    return found


def _must_be_code(code: str, what: str) -> None:
    if not (0 < len(code) <= 64 and code.isprintable() and code == code.strip()):
        raise CabinError(repr(code), f"is no code of {what}", "use 1 to 64 letters")


def _is_zone(name: str) -> bool:
    """Whether the zone database knows a name; without one on this computer, any will do."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones  # noqa: PLC0415

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return not available_timezones() and bool(name)
    return True


def _state(cabin: Cabin, tokens: list[CabinToken], now: datetime) -> str:
    if cabin.retired_at is not None:
        return f"retired {cabin.retired_at:%Y-%m-%d}"
    seen = max((one.seen_at for one in tokens if one.seen_at is not None), default=None)
    came = "never came" if seen is None else f"last came {seen:%Y-%m-%d %H:%M} UTC"
    good = [one for one in tokens if one.good(now)]
    if not good:
        return f"{'no token yet' if not tokens else 'no token is good'}, {came}"
    ends = [one.expires_at for one in good]
    until = "" if None in ends else f" until {max(e for e in ends if e):%Y-%m-%d %H:%M} UTC"
    signs = ", may sign plans" if any(one.may_sign for one in good) else ""
    return f"{len(good)} good token{'s' if len(good) > 1 else ''}{until}{signs}, {came}"
