"""CSV that a spreadsheet opens as it is meant, and JSON that programs read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adapters.report.page import Page
from aicoach.adapters.report.plain import json_of
from aicoach.adapters.report.spreadsheet import csv_of
from aicoach.follow_up.tables import Rows


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert csv_of(Rows(("name",), (("深蹲",),))).encode().startswith(b"\xef\xbb\xbfname\r\n")


@given(st.text(min_size=1))
def test_no_text_is_a_formula(text: str) -> None:
    (cell,) = cells(csv_of(Rows(("x",), ((f"{text}.",),))))[1]
    assert cell[0] not in "=+-@\t\r\n|%"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_what_would_be_a_formula_is_kept_as_text(text: str) -> None:
    assert cells(csv_of(Rows(("x",), ((text,),))))[1] == ["'" + text]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))), min_size=2))
def test_commas_and_quotes_come_back_as_they_were(row: list[str]) -> None:
    back = cells(csv_of(Rows(tuple("abcdefghij"[: len(row)]), (tuple(row),))))[1]
    assert [one.removeprefix("'") for one in back] == [one.removeprefix("'") for one in row]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    row = (-3.5, 0, None, True, False, 12345678, 1e-3)
    assert cells(csv_of(Rows(tuple("abcdefg"), (row,))))[1] == [
        "-3.5", "0", "", "yes", "no", "12345678", "0.001",
    ]  # fmt: skip


def test_json_has_its_schema_and_null_for_what_was_not_measured(
    pages: dict[tuple[str, str], Page],
) -> None:
    body = json.loads(json_of(pages["staff", "en"]))
    assert (body["schema"], body["kind"]) == ("aicoach.follow_up/1", "StaffPage")
    assert body["resident"] == "R-0001"
    assert body["weeks"][0]["first"] == "2026-08-31"
