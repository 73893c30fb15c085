from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aicoach.adapters.store.line_ranges import count_of, holds, spans_of
from aicoach.adapters.store.plan_rules import (
    CENTRE_FIRST,
    MAY_NOT_SIGN,
    SIGNED_LATER,
    SIGNED_OVER_DRAFT,
    is_signed,
    same_version,
    stricter_status,
    which_stands,
)

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def plan(signed: date | None = None, status: str = "active", says: str = "") -> dict[str, Any]:
    return {
        "kind": "fitness",
        "author": "someone" if signed else None,
        "signed_at": signed,
        "status": status if signed else "draft",
        "document": {"says": says},
    }


@pytest.mark.parametrize(
    ("centre", "cabin", "centre_stands", "why"),
    [
        (plan(MONDAY), plan(TUESDAY), False, SIGNED_LATER),
        (plan(TUESDAY), plan(MONDAY), True, SIGNED_LATER),
        (plan(MONDAY), plan(MONDAY, says="else"), True, CENTRE_FIRST),
        (plan(MONDAY), plan(), True, SIGNED_OVER_DRAFT),
        (plan(), plan(MONDAY), False, SIGNED_OVER_DRAFT),
        (plan(), plan(says="else"), True, CENTRE_FIRST),
    ],
)
def test_of_two_versions_with_one_number_the_newest_signed_one_stands(
    centre: dict[str, Any], cabin: dict[str, Any], centre_stands: bool, why: str
) -> None:
    found = which_stands(centre, cabin)
    assert (found.centre_stands, found.why) == (centre_stands, why)


def test_what_a_cabin_may_not_sign_never_stands_before_what_the_centre_signed() -> None:
    found = which_stands(plan(MONDAY), plan(TUESDAY), cabin_may_sign=False)
    assert (found.centre_stands, found.why) == (True, MAY_NOT_SIGN)


def test_days_may_come_as_text() -> None:
    sent = plan(TUESDAY) | {"signed_at": "2026-03-03"}
    assert which_stands(sent, plan(MONDAY)).centre_stands


def test_an_example_is_not_signed() -> None:
    assert not is_signed(plan(MONDAY, status="example"))
    assert is_signed(plan(MONDAY))


def test_how_far_a_version_has_come_makes_it_no_other_version() -> None:
    assert same_version(plan(MONDAY), plan(MONDAY, status="paused"))
    assert not same_version(plan(MONDAY), plan(MONDAY, says="else"))


@pytest.mark.parametrize(
    ("one", "other", "stricter"),
    [
        ("active", "paused", "paused"),
        ("paused", "active", "paused"),
        ("revoked", "active", "revoked"),
        ("active", "completed", "completed"),
        ("active", "draft", "active"),
        ("draft", "revoked", "draft"),
    ],
)
def test_of_two_states_the_one_that_lets_less_be_done_stands(
    one: str, other: str, stricter: str
) -> None:
    assert stricter_status(one, other) == stricter


def test_numbers_make_spans_and_gaps_part_them() -> None:
    assert spans_of([3, 1, 2, 7, 8, 8]) == ((1, 3), (7, 8))
    assert spans_of([]) == ()
    assert count_of(((1, 3), (7, 8))) == 5
    assert [n for n in range(10) if holds(((1, 3), (7, 8)), n)] == [1, 2, 3, 7, 8]
