"""``aicoach plan``: give a resident a plan, sign it, and see every version."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.db import Database
from aicoach.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicoach.access import Actor
    from aicoach.adapters.store.people import PlanVersion
    from aicoach.prescription import Prescription

_HOLDS_DAYS: Final = 84
_REVIEW_DAYS: Final = 28
_NEEDS_SIGNER: Final = "a plan is signed by a person: say --as LOGIN of an account that may sign"

app = typer.Typer(rich_markup_mode=None)
Who = Annotated[str, typer.Option("--resident", metavar="CODE", help="Whose plan it is.")]
Day = typer.Option(formats=["%Y-%m-%d"], metavar="DATE")


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

    store = Store(database)
    gate = acting(store, as_)
    row = gate.resident(resident)
    made = _read(plan, resident, row.birth_year)
    version = 1 + max((one.version for one in gate.plans(resident) if one.plan == made.id),
                      default=0)  # fmt: skip
    made = made.model_copy(update={"version": version})
    gate.draft_plan(_as_row(made, resident))
    store.close()
    typer.echo(f"{resident}: draft of {made.id}, version {version}; not in force until signed")
    for problem in _content_problems(made):
        typer.echo(f"  before it can be signed: {problem}")


@app.command()
def sign(
    resident: Who,
    version: Annotated[int | None, typer.Option(min=1, help="Which draft [the newest].")] = None,
    role: Annotated[
        AuthorRole, typer.Option("--role", help="As what you sign.")
    ] = AuthorRole.EXERCISE_PRESCRIBER,
    until: Annotated[datetime | None, Day] = None,
    review: Annotated[datetime | None, Day] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Sign a draft: the next version is in force from today. Needs --as, and a password."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415
    from aicoach.prescription import require_runnable  # noqa: PLC0415

    if as_ is None:
        raise CoachError(_NEEDS_SIGNER)
    store = Store(database)
    gate = acting(store, as_)
    today = date.today()  # noqa: DTZ011 - the day on which somebody signs here
    rows = gate.plans(resident)
    draft = _draft(rows, resident, version)
    signed = signed_version(
        draft, rows, gate.actor, role.value, today,
        until=today + timedelta(days=_HOLDS_DAYS) if until is None else until.date(),
        review=today + timedelta(days=_REVIEW_DAYS) if review is None else review.date(),
    )  # fmt: skip
    require_runnable(signed, load_catalog(), today, name=f"{signed.id} version {signed.version}")
    gate.sign_plan(_as_row(signed, resident))
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
    from aicoach.cli.acting import acting  # noqa: PLC0415

    store = Store(database)
    rows = acting(store, as_).plans(resident)
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


def signed_version(
    draft: PlanVersion, rows: Sequence[PlanVersion], actor: Actor, role: str, today: date,
    *, until: date, review: date,
) -> Prescription:  # fmt: skip
    """The draft's content as the next version, in force from today, signed by the actor."""
    from aicoach.prescription import parse_prescription  # noqa: PLC0415

    newest = max(one.version for one in rows if one.plan == draft.plan)
    document: dict[str, Any] = {
        **draft.document,
        "version": newest + 1,
        "status": "active",
        "signed_at": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_until": until.isoformat(),
        "review_due": review.isoformat(),
        "author": {"id": actor.account, "role": role, "qualification_no": actor.licence},
    }
    if actor.licence is None:
        del document["author"]["qualification_no"]
    return parse_prescription(json.dumps(document), f"{draft.plan}.json")


def _draft(rows: Sequence[PlanVersion], resident: str, version: int | None) -> PlanVersion:
    drafts = [one for one in rows if one.signed_at is None and one.status == "draft"]
    if version is not None:
        drafts = [one for one in drafts if one.version == version]
    if not drafts:
        which = "draft" if version is None else f"draft with version {version}"
        raise CoachError(f"{resident}: there is no {which} to sign; see aicoach plan list")
    return max(drafts, key=lambda one: one.created_at)


def _read(plan: str, resident: str, birth_year: int | None) -> Prescription:
    """The plan as a draft for the resident; one of somebody else is refused."""
    from aicoach.prescription import read_prescription  # noqa: PLC0415
    from aicoach.prescription.drafts import draft_of, ready_plans  # noqa: PLC0415

    ready = ready_plans()
    if plan not in ready and not Path(plan).exists():
        raise CoachError(
            f"{plan}: there is no such file, and no ready plan of this name; ready are "
            f"{', '.join(ready)}"
        )
    found = read_prescription(ready.get(plan, Path(plan)))
    if found.status == "example":
        return draft_of(found, f"{resident}-{plan_name(found.id)}", resident, birth_year)
    named = None if found.resident is None else found.resident.id
    if named is not None and named != resident:
        raise CoachError(f"{plan}: is a plan for {named}, not for {resident}")
    from aicoach.prescription.parts import Resident  # noqa: PLC0415

    own = found.resident or Resident(id=resident, birth_year=birth_year)
    return found.model_copy(
        update={"status": "draft", "signed_at": None, "author": None, "resident": own}
    )


def plan_name(identifier: str) -> str:
    """What a ready plan is called without its mark."""
    return identifier.removeprefix("ready-")


def _content_problems(plan: Prescription) -> list[str]:
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import content_problems  # noqa: PLC0415

    today = date.today()  # noqa: DTZ011 - the day here
    found = content_problems(plan, load_catalog(), today)
    return [f"{one.field}: {one.text}" for one in found]


def _as_row(plan: Prescription, resident: str) -> PlanVersion:
    from aicoach.adapters.store.people import PlanVersion  # noqa: PLC0415
    from aicoach.prescription.writing import to_json  # noqa: PLC0415

    return PlanVersion(
        resident=resident, plan=plan.id, version=plan.version, status=plan.status,
        kind=plan.kind, author=None if plan.author is None else plan.author.id,
        signed_at=plan.signed_at, valid_from=plan.valid_from, valid_until=plan.valid_until,
        document=json.loads(to_json(plan)),
    )  # fmt: skip
