from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.people import (
    Account,
    Cabin,
    Consent,
    Message,
    PlanVersion,
    Resident,
    Review,
    Site,
    plan_in_force,
)
from aicoach.errors import StoreError, StoreProblem

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)
SITE = Site(id="site-1", name="和平社区 Peace", time_zone="Asia/Shanghai", created_at=NOW)
RESIDENT = Resident(
    id="R-0001", site="site-1", name="示例", birth_year=1950, time_zone="Asia/Shanghai",
    created_at=NOW,
)  # fmt: skip
STAFF = Account(id="staff-1", login="staff", name="Staff", role="staff", site="site-1")
PLAN = PlanVersion(
    resident="R-0001", plan="steady", version=1, status="active", kind="medical",
    author="staff-1", signed_at=date(2026, 1, 5), document={"id": "steady", "名": [1, 2.5, None]},
)  # fmt: skip


@pytest.fixture
def site(store: Store) -> Store:
    """A site with one resident and one of the staff."""
    store.shelf(Site).add(SITE)
    store.shelf(Resident).add(RESIDENT)
    store.shelf(Account).add(STAFF)
    return store


def test_every_kind_of_row_comes_back_as_it_was_written(site: Store, session_id: str) -> None:
    rows = (
        Cabin(site="site-1", name="Cabin 1"),
        Consent(resident="R-0001", kind="camera", text_version="2026-1", given_by="R-0001"),
        PLAN,
        Review(session_id=session_id, account="staff-1", note="看过"),
        Message(resident="R-0001", sender="staff-1", text="很好！Well done."),
    )
    for row in rows:
        site.shelf(type(row)).add(row)  # type: ignore[type-var]
        assert site.shelf(type(row)).get(row.id) == row  # type: ignore[type-var]
    assert site.shelf(Site).find() == (SITE,)
    assert site.shelf(Resident).get("R-0001") == RESIDENT
    assert site.shelf(Account).find(role="staff", closed_at=None) == (STAFF,)
    assert site.shelf(Resident).get("R-9999") is None


@pytest.mark.parametrize(
    "row",
    [
        RESIDENT,
        replace(STAFF, id="staff-2"),
        replace(STAFF, id="staff-3", login="other", role="emperor"),
        Cabin(site="nowhere", name="Cabin 1"),
        Consent(resident="R-0001", kind="everything", text_version="1", given_by="R-0001"),
        Consent(resident="R-9999", kind="camera", text_version="1", given_by="R-9999"),
    ],
    ids=["id taken", "login taken", "no such role", "no site", "no such consent", "no resident"],
)
def test_a_row_that_contradicts_what_is_there_is_refused(site: Store, row: object) -> None:
    shelf = site.shelf(type(row))  # type: ignore[type-var]
    with pytest.raises(StoreError) as caught:
        shelf.add(row)
    assert caught.value.reason is StoreProblem.CONFLICT


def test_a_version_of_a_plan_is_never_written_over(site: Store) -> None:
    plans = site.shelf(PlanVersion)
    plans.add(PLAN)
    with pytest.raises(StoreError, match="document of a PlanVersion is never written over"):
        plans.change(PLAN.id, document={})
    with pytest.raises(StoreError, match="contradicts"):
        plans.add(replace(PLAN, id="01234567-89ab-7def-8123-456789abcdef", document={}))
    second = plans.add(replace(PLAN, id="01234567-89ab-7def-8123-456789abcdef", version=2))
    assert sorted(plans.find(plan="steady"), key=lambda one: one.version) == [PLAN, second]


def test_a_plan_in_force_is_the_newest_signed_and_none_comes_back(site: Store) -> None:
    plans = site.shelf(PlanVersion)
    assert plan_in_force(site, "R-0001") is None
    ids = [f"01234567-89ab-7def-8123-{n:012d}" for n in range(4)]
    plans.add(replace(PLAN, id=ids[0], version=1))
    newest = plans.add(replace(PLAN, id=ids[1], version=2, signed_at=date(2026, 2, 1)))
    plans.add(replace(PLAN, id=ids[2], version=3, signed_at=None))
    plans.add(replace(PLAN, id=ids[3], version=4, signed_at=date(2026, 3, 1), status="draft"))
    assert plan_in_force(site, "R-0001", "steady") == newest
    plans.change(newest.id, status="revoked")
    assert plan_in_force(site, "R-0001") is None
    assert plan_in_force(site, "R-0001", "other") is None


def test_a_consent_is_withdrawn_and_not_forgotten(site: Store) -> None:
    consents = site.shelf(Consent)
    given = consents.add(
        Consent(resident="R-0001", kind="camera", text_version="1", given_by="R-0001")
    )
    consents.change(given.id, withdrawn_at=NOW, withdrawn_by="R-0001")
    assert consents.get(given.id) == replace(given, withdrawn_at=NOW, withdrawn_by="R-0001")
    with pytest.raises(StoreError, match="never written over"):
        consents.change(given.id, given_by="somebody")


def test_changing_what_is_not_there_is_an_error(site: Store) -> None:
    with pytest.raises(StoreError, match="there is no Resident R-9999"):
        site.shelf(Resident).change("R-9999", name="x")


def test_a_row_and_its_audit_entry_stand_together(site: Store) -> None:
    from aicoach.adapters.store.audit import append  # noqa: PLC0415

    with site.writing() as connection:
        site.shelf(Resident).change("R-0001", connection, birth_year=1951)
        append(connection, "staff-1", "resident.change", "R-0001", {"birth_year": [1950, 1951]})
    changed = site.shelf(Resident).get("R-0001")
    assert changed is not None
    assert changed.birth_year == 1951
    assert len(site.audit.entries("R-0001")) == 1


def test_roles_and_consents_are_those_of_the_documentation(root: object) -> None:
    from pathlib import Path  # noqa: PLC0415

    page = (Path(str(root)) / "docs" / "store.md").read_text(encoding="utf-8")
    assert [one for one in (*tables.ROLES, *tables.CONSENTS) if f"`{one}`" not in page] == []
