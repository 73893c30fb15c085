"""Rows for spreadsheets: as documented, and empty where nothing was measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aicoach.follow_up import Followed
from aicoach.follow_up.tables import (
    REPETITION_COLUMNS,
    SESSION_COLUMNS,
    repetition_rows,
    session_rows,
)
from aicoach.records import KeptSession

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reports.md"


def test_there_is_a_row_for_every_session(follow: Callable[..., Followed]) -> None:
    table = session_rows(follow())
    assert table.columns == SESSION_COLUMNS
    assert [row[0] for row in table.rows] == [one.session for one in follow().in_period]


def test_there_is_a_row_for_every_repetition(visits: tuple[KeptSession, ...]) -> None:
    table = repetition_rows(visits[0])
    assert table.columns == REPETITION_COLUMNS
    assert len(table.rows) == len(visits[0].repetitions)


def test_what_was_not_measured_is_an_empty_cell_and_not_a_zero(
    follow: Callable[..., Followed],
) -> None:
    followed = follow()
    blind = replace(
        followed.summaries[0], measured_s=None, in_zone_s=None, highest_bpm=None,
        highest_effort=None, score_count=0, score_sum=0.0,
    )  # fmt: skip
    table = session_rows(replace(followed, summaries=(blind,)))
    row = dict(zip(table.columns, table.rows[0], strict=True))
    for name in (
        "heart_rate_measured_min", "in_zone_min", "highest_heart_rate_bpm", "highest_effort_0_10",
        "mean_score_0_100",
    ):  # fmt: skip
        assert row[name] is None, name


@pytest.mark.parametrize("columns", [SESSION_COLUMNS, REPETITION_COLUMNS])
def test_every_column_is_documented(columns: tuple[str, ...]) -> None:
    written = set(re.findall(r"`([a-z0-9_]+)`", DOCS.read_text(encoding="utf-8")))
    assert [name for name in columns if name not in written] == []
