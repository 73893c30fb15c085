"""``aicoach prescription``: check plans, begin one, and say in plain words what it asks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.adapters.files import write_new
from aicoach.cli.compose import Language, language
from aicoach.cli.import_plan import import_plan
from aicoach.errors import PrescriptionError
from aicoach.zones import today_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog import ExerciseSpec
    from aicoach.prescription import Prescription

WRONG: Final = 2

app = typer.Typer(rich_markup_mode=None)
Today = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Day to judge by."),
]


@app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Exercise plans: check them, begin one, explain one in plain words."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Plans, TOML or JSON.")],
    today: Today = None,
) -> None:
    """Say everything that is wrong with plans, or that they may be carried out. 2: one is wrong."""
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import read_prescription  # noqa: PLC0415

    day, specs, wrong = _day(today), load_catalog(), False
    for path in files:
        try:
            plan = read_prescription(path)
        except PrescriptionError as problem:
            found = [(problem.field, problem.problem), *problem.others]
        else:
            found = _problems(plan, specs, day)
        for field, text in found:
            typer.echo(f"aicoach: {path}: {field}: {text}", err=True)
        if found:
            wrong = True
        else:
            _praise(path, plan, day)
    if wrong:
        raise typer.Exit(WRONG)


def _problems(
    plan: Prescription, specs: Mapping[str, ExerciseSpec], day: date
) -> list[tuple[str, str]]:
    """What is wrong; a draft is judged by what it says, an example as in a demonstration."""
    from aicoach.prescription import content_problems, find_problems  # noqa: PLC0415

    if plan.status == "draft":
        found = content_problems(plan, specs, day)
    else:
        found = find_problems(plan, specs, day, demonstration=True)
    return [(problem.field, problem.text) for problem in found]


def _praise(path: Path, plan: Prescription, day: date) -> None:
    from aicoach.prescription import notices  # noqa: PLC0415

    said = {
        "draft": "no problem found; a draft, not yet to be carried out",
        "example": "no problem found; an example, only for demonstrations",
    }.get(plan.status, f"no problem found; may be carried out on {day}")
    typer.echo(f"{path}: {said}")
    word = "still to do" if plan.status == "draft" else "note"
    for notice in notices(plan, day):
        typer.echo(f"  {word}: {notice}")


@app.command()
def new(
    out: Annotated[Path, typer.Argument(metavar="OUT.toml", help="File to write; .toml or .json.")],
    group: Annotated[
        str | None, typer.Option("--for", metavar="GROUP", help="Start from this ready plan.")
    ] = None,
    resident: Annotated[
        str | None, typer.Option(metavar="ID", help="Code of the resident, not the name.")
    ] = None,
    birth_year: Annotated[int | None, typer.Option(metavar="YEAR")] = None,
) -> None:
    """Write a commented draft, from a ready plan or nearly empty. Never overwrites."""
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import (  # noqa: PLC0415
        content_problems,
        parse_prescription,
        read_prescription,
    )
    from aicoach.prescription.checks import refuse  # noqa: PLC0415
    from aicoach.prescription.drafts import blank_plan, draft_of, ready_plans  # noqa: PLC0415
    from aicoach.prescription.writing import to_json, to_toml  # noqa: PLC0415

    ready = ready_plans()
    if group is not None and group not in ready:
        from aicoach.prescription.check_exercises import nearest  # noqa: PLC0415

        near = nearest(group, ready) or f"; there are {', '.join(ready)}"
        raise typer.BadParameter(f"--for {group}: no ready plan of this name{near}")
    if out.suffix.lower() not in (".toml", ".json"):
        raise typer.BadParameter(f"{out}: use .toml or .json")
    if birth_year is not None and resident is None:
        raise typer.BadParameter("--birth-year: give --resident too")
    plan = read_prescription(blank_plan() if group is None else ready[group])
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_.-") else "-" for c in out.stem)
    plan_id = (name.lstrip("_.-") or "plan")[:64]
    draft, specs = draft_of(plan, plan_id, resident, birth_year), load_catalog()
    if out.suffix.lower() == ".json":
        text = to_json(draft)
    else:
        text = to_toml(draft, guide=True, heading=_HEADING, specs=specs)
    # What is written can be read again and is sound.
    refuse(content_problems(parse_prescription(text, str(out)), specs, _day(None)), str(out))
    write_new(out, text)
    typer.echo(f"{out}: a draft; fill it in, then: aicoach prescription check {out}")


_HEADING: Final = """A draft. Before it is carried out:
* enter the resident, the medication and the resting heart rate;
* name who answers for it under [author]; a medical plan also needs qualification_no, signed_at
  and valid_until;
* set status = "active", and run: aicoach prescription check FILE
What begins with # is a comment, or a key that is not used; docs/prescription.md explains all."""


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    lang: Annotated[Language | None, typer.Option("--language", "--lang", help="Language.")] = None,
    today: Today = None,
) -> None:
    """What the resident is asked to do, within which limits, and what stops the session."""
    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.prescription import content_problems, read_prescription  # noqa: PLC0415
    from aicoach.prescription.checks import refuse  # noqa: PLC0415
    from aicoach.prescription.explain import explain as explained  # noqa: PLC0415

    plan, specs, day = read_prescription(file), load_catalog(), _day(today)
    refuse(content_problems(plan, specs, day), str(file))
    chosen = language(lang)
    typer.echo(plan.title.text(chosen))
    for section in explained(plan, specs, chosen, day):
        typer.echo(f"\n{section.title}")
        for line in section.lines:
            typer.echo(f"  · {line}")


def _day(today: datetime | None) -> date:
    return today_in(None) if today is None else today.date()


app.command(name="import")(import_plan)
