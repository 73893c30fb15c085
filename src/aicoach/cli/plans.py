"""``aicoach plan``: give a resident a plan, sign it, and see every version."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.db import Database
from aicoach.errors import CoachError
from aicoach.zones import today_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aicoach.adapters.store.people import PlanVersion
    from aicoach.prescription import Prescription

_NEEDS_SIGNER: Final = "a plan is signed by a person: say --as LOGIN of an account that may sign"

_DAYS: Final = ["%Y-%m-%d"]
app = typer.Typer(rich_markup_mode=None)
Who = Annotated[str, typer.Option("--resident", metavar="CODE", help="Whose plan it is.")]


class AuthorRole(str, Enum):
    """As what somebody signs."""

    PHYSICIAN = "physician"
    PHYSIOTHERAPIST = "physiotherapist"
    EXERCISE_PRESCRIBER = "exercise_prescriber"
    COACH = "coach"


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Plans of residents: assign, sign, list. Every version is kept."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def assign(
    plan: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="A plan, or the name of a ready one.")
    ],
    resident: Who,
    database: Database = None,
    as_: As = None,
) -> None:
    """Give a resident a plan, as a draft: nothing of it holds until somebody signs."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415
    from aicoach.desk.plans import as_row, draft_from  # noqa: PLC0415

    store = Store(database)
    gate = acting(store, as_)
    row = gate.resident(resident)
    made = draft_from(plan, resident, row.birth_year)
    version = 1 + max((one.version for one in gate.plans(resident) if one.plan == made.id),
                      default=0)  # fmt: skip
    made = made.model_copy(update={"version": version})
    gate.draft_plan(as_row(made, resident))
    store.close()
    typer.echo(f"{resident}: draft of {made.id}, version {version}; not in force until signed")
    today = today_in(row.time_zone)
    for problem in _content_problems(made, today):
        typer.echo(f"  before it can be signed: {problem}")


@app.command()
def sign(
    resident: Who,
    version: Annotated[int | None, typer.Option(min=1, help="Which draft [the newest].")] = None,
    role: Annotated[
        AuthorRole, typer.Option("--role", help="As what you sign.")
    ] = AuthorRole.EXERCISE_PRESCRIBER,
    until: Annotated[
        datetime | None,
        typer.Option(formats=_DAYS, metavar="DATE", help="Its last day [in twelve weeks]."),
    ] = None,
    review: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAYS, metavar="DATE", help="When somebody looks at it again [in four weeks]."
        ),
    ] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Sign a draft: the next version is in force from today. Needs --as, and a password."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415
    from aicoach.desk import plans  # noqa: PLC0415
    from aicoach.prescription import require_runnable  # noqa: PLC0415

    if as_ is None:
        raise CoachError(_NEEDS_SIGNER)
    store = Store(database)
    gate = acting(store, as_)
    today = today_in(gate.resident(resident).time_zone)
    rows = gate.plans(resident)
    draft = _draft(rows, resident, version)
    signed = plans.signed_version(
        draft, rows, gate.actor, role.value, today,
        until=today + timedelta(days=plans.HOLDS_DAYS) if until is None else until.date(),
        review=today + timedelta(days=plans.REVIEW_DAYS) if review is None else review.date(),
    )  # fmt: skip
    require_runnable(signed, load_catalog(), today, name=f"{signed.id} version {signed.version}")
    gate.sign_plan(plans.as_row(signed, resident))
    store.refresh_standings([resident])
    store.close()
    typer.echo(
        f"{resident}: {signed.id} version {signed.version} is in force, signed by "
        f"{gate.actor.account}, until {signed.valid_until}, review {signed.review_due}"
    )


@app.command(name="list")
def list_(resident: Who, database: Database = None, as_: As = None) -> None:
    """Every version of a resident's plans: drafts and signed ones, and who signed."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.people import plan_in_force  # noqa: PLC0415
    from aicoach.cli.acting import acting, require_resident  # noqa: PLC0415

    store = Store(database)
    rows = acting(store, as_).plans(resident)
    require_resident(store, resident)
    held = plan_in_force(store, resident)
    store.close()
    if not rows:
        typer.echo(f"{resident}: has no plan")
    for one in rows:
        signed = "draft, signed by nobody"
        if one.signed_at is not None:
            signed = f"signed {one.signed_at} by {one.author}"
        mark = "  <- in force" if held is not None and one.id == held.id else ""
        typer.echo(f"{one.plan}\tversion {one.version}\t{one.status}\t{one.kind}\t{signed}{mark}")


def _draft(rows: Sequence[PlanVersion], resident: str, version: int | None) -> PlanVersion:
    drafts = [one for one in rows if one.signed_at is None and one.status == "draft"]
    if version is not None:
        drafts = [one for one in drafts if one.version == version]
    if not drafts:
        which = "draft" if version is None else f"draft with version {version}"
        raise CoachError(f"{resident}: there is no {which} to sign; see aicoach plan list")
    return max(drafts, key=lambda one: one.created_at)


def _content_problems(plan: Prescription, today: date) -> list[str]:
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import content_problems  # noqa: PLC0415

    found = content_problems(plan, load_catalog(), today)
    return [f"{one.field}: {one.text}" for one in found]
