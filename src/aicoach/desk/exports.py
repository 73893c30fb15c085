"""Everything that is kept of one resident as a file, for the resident or a hospital."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Final, Literal

from aicoach.errors import CoachError, PrivacyError
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate
    from aicoach.catalog.cues import Language
    from aicoach.resident_file import ResidentFile

ACTION: Final = "record.export"
HOSPITAL: Final = "hospital"
SUFFIXES: Final = {"fhir": ".fhir.json", "omh": ".omh.jsonl", "csv": ".csv.zip"}
"""Formats, and how their files end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody asked for."""

    resident: str
    format: Literal["fhir", "omh", "csv"]
    """FHIR R4, Open mHealth, or all tables."""
    receiver: Literal["resident", "hospital"]
    """``resident``, or ``hospital``: that needs the resident's consent."""
    period: str | None = None
    """Days of the sessions, as ``28d``, ``12w`` or ``DAY..DAY``; None: all."""
    language: str | None = None
    """None: the resident's."""
    system: str | None = None
    """FHIR: a URI in which codes of residents are unique."""
    check: Callable[[dict[str, object]], None] | None = None
    """FHIR: looks at the bundle before it is written."""


def written_export(gate: Gate, order: Order, path: Path) -> ResidentFile:
    """Write the file, and enter in the audit who gave out what, for whom.

    Raises
    ------
    AccessError
        If the actor may not.
    PrivacyError
        If a hospital is to get it and the resident has not agreed.
    CoachError
        If there is no such resident, or the period is none.
    """
    from aicoach.adapters.store.consents import holds  # noqa: PLC0415
    from aicoach.follow_up.period import report_period  # noqa: PLC0415

    store, resident = gate.store, order.resident
    now = datetime.now(timezone.utc)
    if order.period is not None:  # what is no period is refused before anything is read
        report_period(order.period, now.date(), longest_days=None)
    details = {
        "format": order.format, "receiver": order.receiver, "period": order.period or "all",
    }  # fmt: skip
    subject = gate.of_resident(resident)
    if not gate.allows(ACTION, subject).allowed:
        gate.require(ACTION, subject, details)
    if order.receiver == HOSPITAL and not holds(store, resident, HOSPITAL):
        store.audit.record(gate.actor.account, ACTION, resident, {**details, "refused": HOSPITAL})
        raise PrivacyError(
            resident,
            "has not agreed that a hospital gets the records, or took it back; nothing was given",
            "ask for the consent, or export --for resident",
        )
    file = _read(store, order, now)
    _write(file, order, gate.actor.account, path)
    gate.require(ACTION, subject, details)  # noted before the file can be seen
    return file


def file_name(resident: str, ending: str) -> str:
    """The code as the beginning of a file name."""
    kept = "".join(c if c.isalnum() or c in "_-" else "-" for c in resident)
    return f"{kept.strip('-') or 'resident'}{ending}"


def _read(store: Store, order: Order, now: datetime) -> ResidentFile:
    """What is handed out; to a hospital without what was meant for this place alone."""
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415
    from aicoach.adapters.store.resident_file import read_resident_file  # noqa: PLC0415
    from aicoach.follow_up.period import report_period  # noqa: PLC0415

    person = store.shelf(Resident).get(order.resident)
    if person is None:
        raise CoachError(
            f"{store.database.name}: there is no resident of the code {order.resident}"
        )
    days: tuple[date | None, date | None] = (None, None)
    if order.period is not None:
        asked = report_period(order.period, day_in(person.time_zone, now), longest_days=None)
        days = asked.first, asked.last
    file = read_resident_file(store, order.resident, now, *days)
    if order.receiver != HOSPITAL:
        return file
    # What was written to each other and noted, and who looked at the data, stays here.
    return replace(file, messages=(), reviews=(), audit=())


def _write(file: ResidentFile, order: Order, by: str, path: Path) -> None:
    path.touch(mode=0o600)  # it is about somebody's health: nobody else on this computer reads it
    path.chmod(0o600)
    if order.format == "csv":
        from aicoach.adapters.csv_export import write_tables  # noqa: PLC0415

        write_tables(file, path)
    elif order.format == "omh":
        from aicoach.adapters.open_mhealth import as_lines  # noqa: PLC0415

        with path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(as_lines(file))
    else:
        from aicoach.adapters.fhir.addresses import Addresses  # noqa: PLC0415
        from aicoach.adapters.fhir.exporting import bundle_of  # noqa: PLC0415

        chosen: Language = "en" if (order.language or file.language) == "en" else "zh"
        addresses = Addresses(order.system) if order.system else Addresses()
        bundle = bundle_of(file, chosen, addresses=addresses, receiver=order.receiver, by=by)
        if order.check is not None:
            order.check(bundle)
        text = json.dumps(bundle, ensure_ascii=False, allow_nan=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
