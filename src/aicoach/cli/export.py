"""``aicoach export``: everything that is kept of one resident, for the resident or a hospital."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from aicoach.cli.acting import As, acting
from aicoach.cli.compose import Language
from aicoach.cli.db import Database
from aicoach.errors import CoachError

INVALID: Final = 1


class Format(str, Enum):
    """In what form."""

    FHIR = "fhir"
    OMH = "omh"
    CSV = "csv"


class Receiver(str, Enum):
    """Who gets it."""

    RESIDENT = "resident"
    HOSPITAL = "hospital"


def export(  # noqa: PLR0913, PLR0917 - an option is an argument
    resident: Annotated[str, typer.Option(metavar="ID", help="Code of the resident.")],
    format_: Annotated[
        Format, typer.Option("--format", help="FHIR R4, Open mHealth, or all tables.")
    ] = Format.FHIR,
    receiver: Annotated[
        Receiver, typer.Option("--for", help="A hospital needs the resident's consent.")
    ] = Receiver.RESIDENT,
    period: Annotated[
        str | None,
        typer.Option(metavar="28d|12w|DAY..DAY", help="Days of the sessions [all]."),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--language", help="Of the texts [the resident's].")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write.")] = None,
    system: Annotated[
        str | None,
        typer.Option(
            envvar="AICOACH_FHIR_SYSTEM",
            metavar="URI",
            help="FHIR: your own URI, in which codes of residents are unique.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="FHIR: compare with the published models first.")
    ] = False,
    as_: As = None,
    database: Database = None,
) -> None:
    """Hand out what is kept of a resident: plans, sessions, measurements, consents, audit.

    Never overwrites a file. The audit notes who exported what, for whom.
    """  # fmt: skip
    from aicoach.adapters.files import whole_file  # noqa: PLC0415
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.desk.exports import SUFFIXES, Order, file_name, written_export  # noqa: PLC0415

    if check and format_ is not Format.FHIR:
        raise typer.BadParameter("--check: only for --format fhir")
    target = out or Path(file_name(resident, SUFFIXES[format_.value]))
    if target.exists():
        raise CoachError(f"{target}: exists already; nothing was written")
    store = Store(database)
    order = Order(
        resident=resident, format=format_.value, receiver=receiver.value, period=period,
        language=None if lang is None else lang.value, system=system,
        check=_check if check else None,
    )  # fmt: skip
    try:
        with whole_file(target) as part:
            done = written_export(acting(store, as_), order, part)
    except OSError as problem:
        raise CoachError(f"{target}: {problem.strerror or problem}") from problem
    typer.echo(
        f"{target}: {len(done.sessions)} sessions and {len(done.plans)} plan versions of "
        f"{resident}, for the {receiver.value}"
    )


def _check(bundle: dict[str, object]) -> None:
    from aicoach.adapters.fhir.checking import find_faults  # noqa: PLC0415

    faults = find_faults(bundle)
    for fault in faults:
        typer.echo(f"aicoach: {fault}", err=True)
    if faults:
        raise typer.Exit(INVALID)
    typer.echo("checked against the R4B models: no fault")
