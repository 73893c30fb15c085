"""Everything of one resident is read, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from aicoach.adapters.store import Store
from aicoach.adapters.store.people import Account, Consent, Message, Resident, Review
from aicoach.adapters.store.resident_file import read_resident_file
from aicoach.bench.store_session import hand_over, made_head, made_plan, made_session
from aicoach.errors import StoreError

NOW = datetime(2026, 3, 20, tzinfo=timezone.utc)
BEGAN = made_head().started_at


def keep(store: Store, day: int, resident: str = "R-0001", *, show: bool = False) -> str:
    """A session of one set, so many days after the first."""
    began = BEGAN + timedelta(days=day)
    head = replace(made_head(resident), started_at=began, demonstration=show)
    recorder = store.record(head, made_plan(1))
    for happened in made_session(1):
        hand_over(recorder, happened)
    recorder.close()
    return head.id


def test_all_of_a_resident_is_read_and_nothing_of_another(store: Store) -> None:
    store.shelf(Resident).add(Resident(id="R-0001", time_zone="Asia/Shanghai", birth_year=1958))
    store.shelf(Account).add(Account(id="staff-1", login="staff-1", name="Staff", role="staff"))
    store.shelf(Consent).add(
        Consent(resident="R-0001", kind="sharing", text_version="1", given_by="R-0001")
    )
    mine, later = keep(store, 0), keep(store, 3)
    keep(store, 1, "R-0002")
    keep(store, 2, show=True)
    store.shelf(Message).add(Message(resident="R-0001", sender="staff-1", text="Well done."))
    store.shelf(Review).add(Review(session_id=mine, account="staff-1", note="knee"))
    store.audit.record("staff-1", "session.view", "R-0001")
    store.audit.record("staff-1", "session.view", "R-0002")
    found = read_resident_file(store, "R-0001", NOW)
    assert [one.session.id for one in found.sessions] == [mine, later]
    assert found.sessions[0] == store.session(mine)
    assert (found.birth_year, found.read_at) == (1958, NOW)
    assert [one.kind for one in found.consents] == ["sharing"]
    assert [one.text for one in found.messages] == ["Well done."]
    assert [(one.session, one.note) for one in found.reviews] == [(mine, "knee")]
    assert len(found.audit) == 1


def test_days_are_the_residents_days(store: Store) -> None:
    first = keep(store, 0)
    keep(store, 3)
    found = read_resident_file(store, "R-0001", NOW, date(2026, 3, 1), date(2026, 3, 2))
    assert [one.session.id for one in found.sessions] == [first]


def test_nobody_of_the_code_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no resident R-9"):
        read_resident_file(store, "R-9", NOW)
