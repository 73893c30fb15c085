from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adapters.store import made_at, new_id

YEAR_2200_NS = 7_258_118_400 * 10**9


def test_an_id_is_a_uuid_of_version_7_in_the_standard_variant() -> None:
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_an_id_says_when_it_was_made() -> None:
    before = datetime.now(timezone.utc)
    found = made_at(new_id())
    assert before - timedelta(milliseconds=2) <= found <= datetime.now(timezone.utc)


def test_ids_are_all_different() -> None:
    now = time.time_ns()
    assert len({new_id(now) for _ in range(10_000)}) == 10_000


@given(
    st.integers(min_value=0, max_value=YEAR_2200_NS),
    st.integers(min_value=1000, max_value=YEAR_2200_NS),
)
def test_ids_sort_by_the_time_of_their_making(first_ns: int, later_ns: int) -> None:
    assert new_id(first_ns) < new_id(first_ns + later_ns)


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 7"):
        made_at(str(uuid.uuid4()))
