"""``aicoach export``: everything that is kept of one resident, for the resident or a hospital."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As, acting
from aicoach.cli.compose import Language
from aicoach.cli.db import Database
from aicoach.errors import CoachError, PrivacyError
from aicoach.zones import day_in

if TYPE_CHECKING:
    from aicoach.adapters.store import Store
    from aicoach.catalog.cues import Language as Lang
    from aicoach.resident_file import ResidentFile

ACTION: Final = "record.export"
HOSPITAL: Final = "hospital"
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


_SUFFIX: Final = {Format.FHIR: ".fhir.json", Format.OMH: ".omh.jsonl", Format.CSV: ".csv.zip"}


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
    from aicoach.adapters.store.consents import holds  # noqa: PLC0415
    from aicoach.follow_up.period import report_period  # noqa: PLC0415

    if check and format_ is not Format.FHIR:
        raise typer.BadParameter("--check: only for --format fhir")
    target = out or Path(f"{_safe(resident)}{_SUFFIX[format_]}")
    if target.exists():
        raise CoachError(f"{target}: exists already; nothing was written")
    store = Store(database)
    now = datetime.now(timezone.utc)
    gate = acting(store, as_)
    if period is not None:  # what is no period is refused before anything is read
        report_period(period, now.date(), longest_days=None)
    details = {"format": format_.value, "receiver": receiver.value, "period": period or "all"}
    subject = gate.of_resident(resident)
    if not gate.allows(ACTION, subject).allowed:
        gate.require(ACTION, subject, details)
    if receiver is Receiver.HOSPITAL and not holds(store, resident, HOSPITAL):
        store.audit.record(gate.actor.account, ACTION, resident, {**details, "refused": HOSPITAL})
        raise PrivacyError(
            resident,
            "has not agreed that a hospital gets the records, or took it back; nothing was given",
            "ask for the consent, or export --for resident",
        )
    file = _read(store, resident, now, period, receiver)
    chosen: Lang = "zh" if file.language != "en" else "en"
    if lang is not None:
        chosen = "zh" if lang is Language.ZH else "en"
    order = _Order(format_, receiver, chosen, system, check, gate.actor.account)
    try:
        with whole_file(target) as part:
            _write(file, order, part)
            gate.require(ACTION, subject, details)  # noted before the file can be seen
    except OSError as problem:
        raise CoachError(f"{target}: {problem.strerror or problem}") from problem
    typer.echo(
        f"{target}: {len(file.sessions)} sessions and {len(file.plans)} plan versions of "
        f"{resident}, for the {receiver.value}"
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for."""

    format: Format
    receiver: Receiver
    language: Lang
    system: str | None
    check: bool
    by: str


def _read(
    store: Store, resident: str, now: datetime, period: str | None, receiver: Receiver
) -> ResidentFile:
    """What is handed out; to a hospital without what was meant for this place alone."""
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415
    from aicoach.adapters.store.resident_file import read_resident_file  # noqa: PLC0415
    from aicoach.follow_up.period import report_period  # noqa: PLC0415

    person = store.shelf(Resident).get(resident)
    if person is None:
        raise CoachError(f"{store.database.name}: there is no resident of the code {resident}")
    days = (None, None)
    if period is not None:
        asked = report_period(period, day_in(person.time_zone, now), longest_days=None)
        days = asked.first, asked.last
    file = read_resident_file(store, resident, now, *days)
    if receiver is Receiver.RESIDENT:
        return file
    # What was written to each other and noted, and who looked at the data, stays here.
    return replace(file, messages=(), reviews=(), audit=())


def _write(file: ResidentFile, order: _Order, path: Path) -> None:
    if order.format is Format.CSV:
        from aicoach.adapters.csv_export import write_tables  # noqa: PLC0415

        write_tables(file, path)
    elif order.format is Format.OMH:
        from aicoach.adapters.open_mhealth import as_lines  # noqa: PLC0415

        with path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(as_lines(file))
    else:
        from aicoach.adapters.fhir.addresses import Addresses  # noqa: PLC0415
        from aicoach.adapters.fhir.exporting import bundle_of  # noqa: PLC0415

        addresses = Addresses(order.system) if order.system else Addresses()
        bundle = bundle_of(
            file,
            order.language,
            addresses=addresses,
            receiver=order.receiver.value,
            by=order.by,
        )
        if order.check:
            _check(bundle)
        text = json.dumps(bundle, ensure_ascii=False, allow_nan=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def _check(bundle: dict[str, object]) -> None:
    from aicoach.adapters.fhir.checking import find_faults  # noqa: PLC0415

    faults = find_faults(bundle)
    for fault in faults:
        typer.echo(f"aicoach: {fault}", err=True)
    if faults:
        raise typer.Exit(INVALID)
    typer.echo("checked against the R4B models: no fault")


def _safe(resident: str) -> str:
    """The code as the beginning of a file name."""
    kept = "".join(c if c.isalnum() or c in "_-" else "-" for c in resident)
    return kept.strip("-") or "resident"
