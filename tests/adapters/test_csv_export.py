"""The tables hold everything that is kept, and say what each column means."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from aicoach import records
from aicoach.adapters.csv_export import as_csv, cell, dictionary, meanings, sheets, write_tables
from aicoach.bench.store_session import made_head, made_plan
from aicoach.records import AnswerRecord, HeartRateRecord, KeptSession
from aicoach.resident_file import ResidentFile

KEPT = KeptSession(
    session=made_head(session_id="0195a3c0-0000-7000-8000-000000000001"),
    planned=made_plan(),
    answers=(AnswerRecord(t_s=1.0, question="pain", value=None, by="resident"),),
    heart_rate=HeartRateRecord(sensor="chest_strap", t_s=(0.0, 1.0), bpm=(101.5, None)),
)
FILE = ResidentFile(
    resident="R-0001", time_zone="Asia/Shanghai", language="zh", name="=cmd()",
    read_at=datetime(2026, 3, 20, tzinfo=timezone.utc), sessions=(KEPT,),
)  # fmt: skip


def tables(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            )
            for name in archive.namelist()
        }


def test_every_field_of_every_record_has_a_column() -> None:
    found = {sheet.name: set(sheet.columns) for sheet in sheets(FILE)}
    for kind, table in (
        (records.SessionRecord, "sessions"), (records.SetRecord, "sets"),
        (records.RepetitionRecord, "repetitions"), (records.AlertRecord, "alerts"),
        (records.PlannedExercise, "planned_exercises"), (records.FaultRecord, "faults"),
        (records.EffortRecord, "effort_and_pain"), (records.ScreeningRecord, "screenings"),
    ):  # fmt: skip
        assert {one.name for one in dataclasses.fields(kind)} <= found[table]
    lists = {one.name for one in dataclasses.fields(KeptSession)}
    assert lists == {
        "session", "planned", "limits", "screening", "replacements", "sets", "repetitions",
        "rejected", "holds", "faults", "heart_rate", "efforts", "answers", "alerts", "notices",
    }, "a new list needs a table"  # fmt: skip


def test_every_column_has_a_meaning_in_both_languages() -> None:
    for sheet in sheets(FILE):
        for column in sheet.columns:
            zh, en = meanings(sheet.name, column)
            assert zh.strip()
            assert en.strip()


def test_units_stand_beside_what_is_measured_and_beside_nothing_else() -> None:
    rows = {(table, column): unit for table, column, unit, *_ in dictionary(
        tuple(sheets(FILE))).rows}  # fmt: skip
    assert rows["sets", "start_s"] == "s"
    assert rows["heart_rate", "mean_bpm"] == "1/min"
    assert rows["repetitions", "range_deg"] == "deg"
    assert rows["planned_exercises", "reps_min"] == ""
    assert rows["sessions", "resident"] == ""


def test_the_zip_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    write_tables(FILE, path)
    found = tables(path)
    assert found["sessions"][0]["started_at"] == "2026-03-02T01:30:00+00:00"
    assert [row["bpm"] for row in found["heart_rate_series"]] == ["101.5", ""]
    assert found["answers"][0]["value"] == ""
    assert found["resident"][0]["name"] == "'=cmd()"
    assert set(found) == {sheet.name for sheet in sheets(FILE)} | {"data_dictionary"}


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_tables(FILE, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (False, "false"),
        (0, "0"),
        (-1.5, "-1.5"),
        (date(2026, 3, 1), "2026-03-01"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("血压", "血压"),
        (("a", "b"), '["a", "b"]'),
        ((), "[]"),
    ],
)
def test_a_cell_is_what_it_says(value: object, written: str) -> None:
    assert cell(value) == written


def test_nobody_and_nothing_still_has_its_headings() -> None:
    empty = replace(FILE, sessions=(), name=None)
    for sheet in sheets(empty):
        first = as_csv(sheet).decode("utf-8-sig").splitlines()[0]
        assert first.split(",") == list(sheet.columns)
