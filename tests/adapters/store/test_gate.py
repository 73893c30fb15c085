"""The gate: whoever may not is refused and noted, whoever may is noted with the deed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aicoach.access import Actor, Role, console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.gate import SYSTEM, Gate
from aicoach.adapters.store.people import Account, PlanVersion, Resident, Site
from aicoach.errors import AccessError, StoreError
from aicoach.zones import today_in

from .filled import NAME, NOTE

CLINICIAN = Actor(account="c-1", role=Role.CLINICIAN, site="site-1", licence="110-1")
STAFF = Actor(account="s-1", role=Role.STAFF, site="site-1")
ELSEWHERE = Actor(account="c-2", role=Role.CLINICIAN, site="site-2", licence="110-2")
RESIDENT = Actor(account="r-1", role=Role.RESIDENT, site="site-1", resident="R-0001")
FAMILY = Actor(account="f-1", role=Role.FAMILY, site="site-1", resident="R-0001")
ADMIN = Actor(account="a-1", role=Role.SYSTEM_ADMIN)


def plan(number: int = 2, **changes: Any) -> PlanVersion:
    values: dict[str, Any] = {
        "resident": "R-0001", "plan": "heart", "version": number, "status": "active",
        "kind": "medical", "author": "c-1", "signed_at": date(2026, 11, 22),
        "document": {"author": {"id": "c-1", "role": "physician", "qualification_no": "110-1"}},
    }  # fmt: skip
    return PlanVersion(**(values | changes))


def notes(store: Store) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    return [(one.actor, one.action, one.subject, one.details) for one in store.audit.entries()]


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (CLINICIAN, {"resident", "session", "summaries", "plans", "reviews", "messages", "joints"}),
        (STAFF, {"resident", "session", "summaries", "plans", "reviews", "messages", "joints"}),
        (RESIDENT, {"resident", "session", "summaries", "plans", "reviews", "messages", "joints"}),
        (FAMILY, {"resident", "session", "summaries", "plans", "messages"}),
        (ELSEWHERE, set()),
        (ADMIN, set()),
        (Actor(account="r-2", role=Role.RESIDENT, site="site-1", resident="R-00010"), set()),
        (Actor(account="f-2", role=Role.FAMILY, site="site-1", resident="R-00010"), set()),
        (Actor(account="x", role=Role.STAFF), set()),
    ],
    ids=lambda value: f"{value.role.value}-{value.account}" if isinstance(value, Actor) else None,
)
def test_what_can_be_read_through_the_gate_and_every_answer_is_noted(
    filled_store: Store, actor: Actor, may: set[str]
) -> None:
    gate, session = filled_store.gate(actor), filled_store.session_ids("R-0001")[0]
    asked = {
        "resident": lambda: gate.resident("R-0001"),
        "session": lambda: gate.session(session),
        "summaries": lambda: gate.summaries("R-0001"),
        "plans": lambda: gate.plans("R-0001"),
        "reviews": lambda: gate.reviews(session),
        "messages": lambda: gate.messages("R-0001"),
        "joints": lambda: gate.keypoints(session),
    }
    before = len(notes(filled_store))
    seen = set()
    for name, ask in asked.items():
        try:
            assert ask()
            seen.add(name)
        except AccessError:
            pass
    assert seen == may
    added = notes(filled_store)[before:]
    assert len(added) == len(asked)
    assert {who for who, _, _, _ in added} == {actor.account}
    assert sum("refused" in details for _, _, _, details in added) == len(asked) - len(may)
    assert {subject for _, _, subject, _ in added} == {"R-0001"}
    assert filled_store.audit.verify() is None


def test_a_deed_and_its_note_stand_together_or_not_at_all(
    filled_store: Store, console: Gate
) -> None:
    before = notes(filled_store)

    def fall_over() -> None:
        with console.deed("resident.change", console.of_resident("R-0001")) as connection:
            filled_store.shelf(Resident).change("R-0001", connection, name="other")
            raise RuntimeError("the light goes out")

    with pytest.raises(RuntimeError, match="light"):
        fall_over()
    assert notes(filled_store) == before
    person = filled_store.shelf(Resident).get("R-0001")
    assert person is not None
    assert person.name == NAME


def test_a_refused_deed_is_not_begun(filled_store: Store) -> None:
    began = []

    def try_it() -> None:
        gate = filled_store.gate(FAMILY)
        with gate.deed("resident.change", gate.of_resident("R-0001")):
            began.append(True)

    with pytest.raises(AccessError) as caught:
        try_it()
    assert began == []
    assert (caught.value.actor, caught.value.action) == ("f-1", "resident.change")
    assert notes(filled_store)[-1] == (
        "f-1", "resident.change", "R-0001", {"refused": "not_this_role"},
    )  # fmt: skip


def test_notes_hold_no_name_and_no_word(filled_store: Store, console: Gate) -> None:
    for actor in (CLINICIAN, RESIDENT):
        filled_store.shelf(Account).add(
            Account(id=actor.account, login=actor.account, name="x", role=actor.role.value)
        )
    filled_store.gate(CLINICIAN).review(filled_store.session_ids("R-0001")[0], NOTE)
    filled_store.gate(RESIDENT).message("R-0001", f"{NAME} {NOTE}")
    console.change_resident("R-0001", name="a new name", birth_year=1949)
    said = repr(notes(filled_store))
    assert "a new name" not in said
    assert "1949" not in said
    assert NOTE not in said
    assert NAME not in said
    assert notes(filled_store)[-1][3] == {"fields": ["birth_year", "name"]}


def test_a_medical_plan_comes_into_force_by_the_signature_of_a_clinician(
    filled_store: Store,
) -> None:
    gate = filled_store.gate(CLINICIAN)
    assert gate.sign_plan(plan()).id
    assert notes(filled_store)[-1][1:] == (
        "plan.sign_medical", "R-0001", {"plan": "heart", "version": 2},
    )  # fmt: skip
    with pytest.raises(StoreError, match="contradicts"):
        gate.sign_plan(plan())


@pytest.mark.parametrize(
    ("actor", "row", "problem"),
    [
        (STAFF, plan(author="s-1", document={}), "is not something a member of staff does here"),
        (ELSEWHERE, plan(author="c-2", document={}), "but not for this person or place"),
        (Actor(account="c-1", role=Role.CLINICIAN, site="site-1"),
         plan(document={"author": {"id": "c-1"}}), "needs the number of your qualification"),
        (Actor(account="c-1", role=Role.CLINICIAN, site="site-1", licence="110-1",
               resident="R-0001"), plan(), "but not for this person or place"),
        (CLINICIAN, plan(author="c-9"), "the plan is not signed by c-1"),
        (CLINICIAN, plan(signed_at=None), "the plan is not signed by c-1"),
        (CLINICIAN, plan(document={"author": {"id": "c-9"}}), "names another author"),
        (CLINICIAN, plan(document={"author": {"id": "c-1", "qualification_no": "9"}}),
         "names another licence number"),
    ],
    ids=["staff", "another site", "no licence", "for oneself", "another author", "unsigned",
         "another in the document", "another licence"],
)  # fmt: skip
def test_a_medical_plan_does_not_come_into_force_otherwise(
    filled_store: Store, actor: Actor, row: PlanVersion, problem: str
) -> None:
    with pytest.raises((AccessError, StoreError)) as caught:
        filled_store.gate(actor).sign_plan(row)
    assert problem in str(caught.value)
    assert filled_store.shelf(PlanVersion).find(plan="heart") == ()


def test_a_draft_is_no_plan_in_force_and_stays_none(filled_store: Store) -> None:
    gate = filled_store.gate(STAFF)
    for row in (plan(status="active", signed_at=None), plan(status="draft")):
        with pytest.raises(StoreError, match="a draft is neither signed nor in force"):
            gate.draft_plan(row)
    draft = gate.draft_plan(plan(status="draft", signed_at=None, author="s-1"))
    with pytest.raises(StoreError, match="comes into force by a signature"):
        gate.set_plan_aside(draft.id, "active")
    gate.set_plan_aside(draft.id, "revoked")
    kept = filled_store.shelf(PlanVersion).get(draft.id)
    assert kept is not None
    assert kept.status == "revoked"
    assert kept.ended_on is None, "it was never in force"


def test_the_day_on_which_a_plan_was_set_aside_is_kept_once(filled_store: Store) -> None:
    gate = filled_store.gate(STAFF)
    held = filled_store.shelf(PlanVersion).add(plan(status="active", signed_at=date(2026, 2, 1)))
    gate.set_plan_aside(held.id, "paused", date(2026, 3, 2))
    gate.set_plan_aside(held.id, "completed", date(2026, 4, 1))
    kept = filled_store.shelf(PlanVersion).get(held.id)
    assert kept is not None
    assert (kept.status, kept.ended_on) == ("completed", date(2026, 3, 2))


def test_without_a_day_a_plan_is_set_aside_on_the_residents_today(filled_store: Store) -> None:
    held = filled_store.shelf(PlanVersion).add(plan(status="active", signed_at=date(2026, 2, 1)))
    filled_store.shelf(Resident).change("R-0001", time_zone="Pacific/Kiritimati")
    before = today_in("Pacific/Kiritimati")
    filled_store.gate(STAFF).set_plan_aside(held.id, "revoked")
    kept = filled_store.shelf(PlanVersion).get(held.id)
    assert kept is not None
    assert kept.ended_on in (before, today_in("Pacific/Kiritimati"))


def test_a_resident_is_moved_by_who_may_at_both_sites(filled_store: Store, console: Gate) -> None:
    filled_store.shelf(Site).add(Site(id="site-2", name="x", time_zone="Asia/Shanghai"))
    with pytest.raises(AccessError):
        filled_store.gate(STAFF).change_resident("R-0001", site="site-2")
    console.change_resident("R-0001", site="site-2")
    with pytest.raises(AccessError):
        filled_store.gate(STAFF).resident("R-0001")
    assert filled_store.gate(ELSEWHERE).resident("R-0001").site == "site-2"


def test_what_is_not_there_is_nobodys_own(filled_store: Store, console: Gate) -> None:
    with pytest.raises(StoreError, match="there is no session"):
        console.session("01234567-89ab-7def-8123-456789abcdef")
    with pytest.raises(AccessError):
        filled_store.gate(STAFF).resident("R-9999")
    with pytest.raises(StoreError, match="there is no resident R-9999"):
        console.resident("R-9999")


def test_the_gate_is_the_same_on_a_server(store: Store) -> None:
    gate = store.gate(console_actor("test"))
    gate.add_resident(Resident(id="R-1", time_zone="Asia/Shanghai"))
    gate.require("retention.run", SYSTEM)
    with pytest.raises(AccessError):
        store.gate(ADMIN).resident("R-1")
    assert [one.action for one in store.audit.entries()] == [
        "resident.add", "retention.run", "resident.view",
    ]  # fmt: skip
    assert store.audit.verify() is None
