from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.adapters.store import Store
from aicoach.adapters.store.arriving import Piece, take
from aicoach.adapters.store.cabin_tokens import CabinPass
from aicoach.adapters.store.line_ranges import count_of, holds, spans_of
from aicoach.adapters.store.people import Site
from aicoach.adapters.store.plan_rules import which_stands
from aicoach.adapters.sync import BackOff
from aicoach.bench.store_session import made_plan
from aicoach.bench.sync_sessions import small_head, small_session

CABIN = CabinPass(cabin="cabin-1", site="site-1", may_sign=False)
ENTRIES = tuple(small_session(3))
DAYS = st.integers(0, 3).map(lambda days: date(2026, 3, 2) + timedelta(days=days))


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("centre")
    store = Store(str(folder / "centre.sqlite3"), folder=folder)
    store.shelf(Site).add(Site(id="site-1", name="1", time_zone="Asia/Shanghai"))
    yield store
    store.close()


@settings(max_examples=25)
@given(
    pieces=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6),
    seed=st.integers(0, 1000),
)
def test_in_whatever_pieces_and_order_a_session_comes_it_is_the_same_in_the_end(
    centre: Store, pieces: list[tuple[int, int]], seed: int
) -> None:
    head = small_head(3, "cabin-1", "site-1")
    whole = Piece(
        session_id=head.id, head=head, planned=made_plan(1), entries=ENTRIES, close=len(ENTRIES)
    )
    parts = [replace(whole, entries=ENTRIES[min(p) : max(p)]) for p in pieces]
    parts += [replace(whole, entries=ENTRIES[:9]), replace(whole, entries=ENTRIES[9:])]
    random.Random(seed).shuffle(parts)
    arrived: set[int] = set()
    for part in parts:
        found = take(centre, CABIN, part)
        arrived |= {one.sequence for one in part.entries}
        assert found.kept == spans_of(arrived)
        assert found.closed == (len(arrived) == len(ENTRIES))
    assert centre.entries(head.id) == ENTRIES
    assert centre.session(head.id).session.why_ended == "complete"


@given(numbers=st.sets(st.integers(1, 60)))
def test_spans_hold_their_numbers_and_no_others(numbers: set[int]) -> None:
    spans = spans_of(numbers)
    assert {n for n in range(1, 62) if holds(spans, n)} == numbers
    assert count_of(spans) == len(numbers)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(spans))


def plans() -> st.SearchStrategy[dict[str, Any]]:
    signed = st.one_of(st.none(), DAYS)
    return st.builds(
        lambda day, status, says: {
            "signed_at": day, "status": status if day else "draft", "kind": "fitness",
            "author": "a", "document": says,
        },
        signed, st.sampled_from(["active", "paused", "revoked"]), st.integers(0, 3),
    )  # fmt: skip


@given(centre_plan=plans(), cabin_plan=plans(), may_sign=st.booleans())
def test_a_draft_never_stands_before_what_the_centre_signed(
    centre_plan: dict[str, Any], cabin_plan: dict[str, Any], may_sign: bool
) -> None:
    found = which_stands(centre_plan, cabin_plan, cabin_may_sign=may_sign)
    if centre_plan["signed_at"] is not None and cabin_plan["signed_at"] is None:
        assert found.centre_stands
    if not found.centre_stands:
        assert cabin_plan["signed_at"] is not None
        earlier = centre_plan["signed_at"]
        assert earlier is None or (may_sign and cabin_plan["signed_at"] > earlier)


@given(
    failures=st.integers(0, 60),
    jitter=st.floats(0.0, 1.0),
    chance=st.floats(0.0, 1.0, exclude_max=True),
)
def test_a_wait_is_never_longer_than_the_longest(
    failures: int, jitter: float, chance: float
) -> None:
    back_off = BackOff(1.0, 300.0, jitter, lambda: chance)
    back_off.failures = failures
    assert 0.0 <= back_off.failed() <= 300.0
