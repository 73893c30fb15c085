from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.cabin_tokens import CabinPass, check, issue, revoke, tokens_of
from aicoach.adapters.store.people import Cabin
from aicoach.errors import CabinError

from .sync_help import NOW, token_of, with_cabins


@pytest.fixture
def centre(store: Store) -> Store:
    with_cabins(store)
    return store


def test_a_token_opens_the_door_for_its_cabin_only(centre: Store) -> None:
    first, second = token_of(centre), token_of(centre, "cabin-9", may_sign=True)
    assert check(centre, first) == CabinPass(cabin="cabin-1", site="site-1", may_sign=False)
    assert check(centre, second) == CabinPass(cabin="cabin-9", site="site-2", may_sign=True)
    for wrong in ("", first[:-1], first + "x", first.upper(), "läuft nicht", "\ud800"):
        assert check(centre, wrong) == "refused"


def test_only_a_hash_of_a_token_is_kept(centre: Store) -> None:
    token = token_of(centre)
    with centre.reading() as connection:
        (row,) = connection.execute(select(tables.cabin_tokens)).mappings()
    assert all(token not in str(value) for value in row.values())
    assert len(token) > 50


def test_a_token_runs_out(centre: Store) -> None:
    token = token_of(centre, now=NOW, expires_at=NOW + timedelta(days=1))
    assert isinstance(check(centre, token, NOW + timedelta(hours=23)), CabinPass)
    assert check(centre, token, NOW + timedelta(days=1)) == "expired"


def test_revoking_ends_every_token_of_a_cabin_and_no_other(centre: Store) -> None:
    mine = [token_of(centre), token_of(centre)]
    other = token_of(centre, "cabin-2")
    with centre.writing() as connection:
        assert revoke(connection, "cabin-1", "staff", now=NOW) == 2
        assert revoke(connection, "cabin-1", "staff", now=NOW) == 0
    assert [check(centre, one) for one in mine] == ["revoked", "revoked"]
    assert isinstance(check(centre, other), CabinPass)
    assert {one.revoked_by for one in tokens_of(centre, "cabin-1")} == {"staff"}


def test_a_retired_cabin_does_not_come_in_and_gets_no_token(centre: Store) -> None:
    token = token_of(centre)
    centre.shelf(Cabin).change("cabin-1", retired_at=NOW)
    assert check(centre, token) == "revoked"
    with pytest.raises(CabinError, match="retired"):
        token_of(centre)


def test_nobody_gets_a_token_that_is_of_no_use(centre: Store) -> None:
    with centre.writing() as connection:
        with pytest.raises(CabinError, match="no such cabin"):
            issue(connection, "cabin-7", "staff", now=NOW)
        with pytest.raises(CabinError, match="of no use"):
            issue(connection, "cabin-1", "staff", now=NOW, expires_at=NOW)
    assert tokens_of(centre) == ()


def test_when_a_cabin_was_last_there_is_known_to_the_minute(centre: Store) -> None:
    token = token_of(centre, now=NOW)
    assert tokens_of(centre)[0].seen_at is None
    for seconds, seen in ((0, 0), (59, 0), (60, 60)):
        check(centre, token, NOW + timedelta(seconds=seconds))
        assert tokens_of(centre)[0].seen_at == NOW + timedelta(seconds=seen)
