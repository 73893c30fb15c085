"""Everything that is kept of one resident as a zip of tables, with what each column means.

For whoever wants the data itself: nothing is summed up or left out. The report for people is
another thing.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from aicoach import records
from aicoach.phrases import load_phrases
from aicoach.prescription.writing import to_json
from aicoach.resident_file import (
    AuditRecord,
    ConsentRecord,
    EnrolmentRecord,
    MessageRecord,
    PlanRecord,
    ResidentFile,
    ReviewRecord,
)

if TYPE_CHECKING:
    from pathlib import Path

    from aicoach.records import KeptSession

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run by a spreadsheet; a number is written as a number."""
_UNITS: Final = (
    (r"_per_min$", "1/min"),
    (r"_bpm$|^bpm$", "1/min"),
    (r"_deg_s$", "deg/s"),
    (r"_deg$", "deg"),
    (r"_offset_min$|^main_min$", "min"),
    (r"_kg$", "kg"),
    (r"_s$", "s"),
    (r"^met_minutes_", "MET min"),
    (r"_share$|^completed$|^asymmetry$|_ratio$|^confidence$", "0-1"),
    (r"^score$|^mean_score$", "0-100"),
    (r"_at$|^at$|^moment$", "ISO 8601"),
)
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""Of the files inside, so that the same data give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


_LISTS: Final[tuple[tuple[str, str, type], ...]] = (
    ("limits", "limits", records.LimitRecord),
    ("replacements", "replacements", records.ReplacementRecord),
    ("sets", "sets", records.SetRecord),
    ("repetitions", "repetitions", records.RepetitionRecord),
    ("rejected", "rejected_movements", records.RejectedRecord),
    ("holds", "holds", records.HoldRecord),
    ("faults", "faults", records.FaultRecord),
    ("efforts", "effort_and_pain", records.EffortRecord),
    ("answers", "answers", records.AnswerRecord),
    ("alerts", "alerts", records.AlertRecord),
    ("notices", "notices", records.NoticeRecord),
)
"""Field of a session, name of its table, and the kind of its rows."""
_PLAN: Final = (
    "plan", "version", "status", "kind", "title_zh", "title_en", "author", "signed_at",
    "valid_from", "valid_until", "created_at", "document",
)  # fmt: skip
_RESIDENT: Final = ("resident", "name", "birth_year", "language", "time_zone", "site")


def write_tables(file: ResidentFile, path: Path) -> None:
    """Write the zip: one CSV a table, UTF-8 with a mark, and ``data_dictionary.csv``."""
    found = tuple(sheets(file))
    path.touch(mode=0o600)  # it is about somebody's health
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in (*found, dictionary(found)):
            entry = zipfile.ZipInfo(f"{sheet.name}.csv", _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, as_csv(sheet))


def as_csv(sheet: Sheet) -> bytes:
    """One table as bytes; the mark at the beginning tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([cell(value) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def cell(value: Any) -> str:
    """One value; nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    plain = [dataclasses.asdict(one) if dataclasses.is_dataclass(one) and not isinstance(one, type)
             else one for one in value] if isinstance(value, tuple) else value  # fmt: skip
    return json.dumps(plain, ensure_ascii=False)


def sheets(file: ResidentFile) -> Iterator[Sheet]:
    """Every table, also the empty ones."""
    person = (file.resident, file.name, file.birth_year, file.language, file.time_zone, file.site)
    yield Sheet("resident", _RESIDENT, (person,))
    yield _of("consents", ConsentRecord, file.consents)
    yield _of("enrolments", EnrolmentRecord, file.enrolments)
    yield Sheet("plans", _PLAN, tuple(map(_plan, file.plans)))
    heads = [one.session for one in file.sessions]
    yield _of("sessions", records.SessionRecord, heads)
    yield _listed("planned_exercises", records.PlannedExercise, file.sessions,
                  lambda one: one.planned.exercises)  # fmt: skip
    yield _listed("screenings", records.ScreeningRecord, file.sessions,
                  lambda one: (one.screening,) if one.screening else ())  # fmt: skip
    for name, table, kind in _LISTS:
        yield _listed(table, kind, file.sessions, _getter(name))
    yield _heart_rates(file.sessions)
    yield _series(file.sessions)
    yield _of("messages", MessageRecord, file.messages)
    yield _of("reviews", ReviewRecord, file.reviews)
    yield _of("audit", AuditRecord, file.audit)


def _getter(name: str) -> Any:
    return lambda one: getattr(one, name)


def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


def _of(name: str, kind: type, rows: Iterable[Any]) -> Sheet:
    columns = _names(kind)
    return Sheet(name, columns, tuple(tuple(getattr(r, c) for c in columns) for r in rows))


def _listed(name: str, kind: type, sessions: Sequence[KeptSession], rows: Any) -> Sheet:
    """Rows of all sessions, each with its session and its number in it."""
    columns = _names(kind)
    found = tuple(
        (one.session.id, number, *(getattr(row, c) for c in columns))
        for one in sessions
        for number, row in enumerate(rows(one), start=1)
    )
    return Sheet(name, ("session", "row", *columns), found)


def _plan(record: PlanRecord) -> tuple[Any, ...]:
    plan = record.plan
    author = plan.author.id if plan.author is not None else None
    return (
        plan.id, plan.version, record.status, plan.kind, plan.title.zh, plan.title.en, author,
        plan.signed_at, plan.valid_from, plan.valid_until, record.created_at,
        json.dumps(json.loads(to_json(plan)), ensure_ascii=False),
    )  # fmt: skip


def _heart_rates(sessions: Sequence[KeptSession]) -> Sheet:
    columns = tuple(one for one in _names(records.HeartRateRecord) if one not in ("t_s", "bpm"))
    rows = tuple(
        (one.session.id, *(getattr(one.heart_rate, c) for c in columns)) for one in sessions
    )
    return Sheet("heart_rate", ("session", *columns), rows)


def _series(sessions: Sequence[KeptSession]) -> Sheet:
    rows = tuple(
        (one.session.id, t_s, one.session.at(t_s), bpm)
        for one in sessions
        for t_s, bpm in zip(one.heart_rate.t_s, one.heart_rate.bpm, strict=True)
    )
    return Sheet("heart_rate_series", ("session", "t_s", "moment", "bpm"), rows)


def dictionary(found: Sequence[Sheet]) -> Sheet:
    """What every column means, in both languages, with its unit."""
    rows = tuple(
        (sheet.name, column, unit_of(column), *meanings(sheet.name, column))
        for sheet in found
        for column in sheet.columns
    )
    return Sheet("data_dictionary", ("table", "column", "unit", "meaning_zh", "meaning_en"), rows)


def unit_of(column: str) -> str:
    """Unit by the name of the column; empty for a text, a code or a count."""
    return next((unit for pattern, unit in _UNITS if re.search(pattern, column)), "")


def meanings(table: str, column: str) -> tuple[str, str]:
    """What a column means, Chinese and English: of this table, or of all.

    Raises
    ------
    KeyError
        If nobody has said it.
    """
    said = []
    for phrases in (load_phrases("zh"), load_phrases("en")):
        of_table = phrases.by_key.get(f"columns.{table}.{column}")
        said.append(of_table or phrases.text(f"columns.any.{column}"))
    return said[0], said[1]
