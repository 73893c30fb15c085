"""With what a made-up site is entered: every key opens, and to the person it belongs to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import SignedIn, sign_in, sign_in_pin
from aicoach.adapters.store.people import Account, Enrolment, PlanVersion, Resident, plan_in_force
from aicoach.catalog import load_catalog
from aicoach.demo_site import last_full_day, write_site
from aicoach.demo_site.keys import DemoKeys, enrol, open_site, short_plan
from aicoach.desk.reports import Asked as Report
from aicoach.errors import DemoSiteError
from aicoach.follow_up import staff_page
from aicoach.prescription import find_problems, parse_prescription

pytestmark = pytest.mark.xdist_group("demo-site")  # it is made once
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
REPETITIONS = 3


@dataclass
class Opened:
    store: Store
    keys: DemoKeys


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up site that nobody can enter yet."""
    folder = tmp_path_factory.mktemp("made")
    store = Store(str(folder / "site.sqlite3"), folder=folder)
    write_site(store, residents=2, weeks=4, seed=1, until=TODAY - timedelta(days=1))
    store.close()
    return folder / "site.sqlite3"


@pytest.fixture(scope="module")
def opened(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("opened")
    store = Store(str(shutil.copy(made, folder / "site.sqlite3")), folder=folder)
    store.open()
    yield Opened(store, open_site(store, NOW, ("squat", "marching"), REPETITIONS))
    store.close()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("resident", "resident"), ("home", "resident"), ("family", "family"), ("staff", "staff"),
        ("clinician", "clinician"), ("site_admin", "site_admin"), ("system_admin", "system_admin"),
    ],
)  # fmt: skip
def test_every_login_opens_with_the_password_that_is_shown(
    opened: Opened, name: str, role: str
) -> None:
    keys = opened.keys
    found = sign_in(opened.store, keys.logins[name], keys.password, "127.0.0.1", NOW)
    assert isinstance(found, SignedIn)
    assert found.actor.role.value == role
    residents = {
        "resident": keys.cabin_resident, "home": keys.home_resident, "family": keys.cabin_resident,
    }  # fmt: skip
    assert found.actor.resident == residents.get(name)


def test_the_pin_opens_at_its_cabin_and_at_no_other(opened: Opened) -> None:
    keys = opened.keys
    here = sign_in_pin(opened.store, keys.cabin_resident, keys.pin, keys.cabin, NOW)
    assert isinstance(here, SignedIn)
    assert here.actor.resident == keys.cabin_resident
    there = keys.cabin.replace("-1", "-2")
    assert not isinstance(
        sign_in_pin(opened.store, keys.cabin_resident, keys.pin, there, NOW), SignedIn
    )


@pytest.mark.parametrize("who", ["cabin_resident", "home_resident"])
def test_the_short_plan_is_in_force_signed_and_the_only_one(opened: Opened, who: str) -> None:
    resident = getattr(opened.keys, who)
    held = plan_in_force(opened.store, resident)
    assert held is not None
    plan = parse_prescription(json.dumps(held.document), "held.json")
    assert [(one.exercise, one.sets, one.reps_max) for one in plan.items] == [
        ("squat", 1, REPETITIONS), ("marching", 1, REPETITIONS),
    ]  # fmt: skip
    assert plan.signed_at == TODAY
    assert find_problems(plan, load_catalog(), TODAY) == ()
    active = opened.store.shelf(PlanVersion).find(resident=resident, status="active")
    assert [one.id for one in active] == [held.id]


def test_the_short_plan_names_its_exercises_in_order(opened: Opened) -> None:
    person = opened.store.shelf(Resident).get(opened.keys.home_resident)
    assert person is not None
    plan = short_plan(person, "a-clinician", TODAY, ("heel_raise", "squat"), 8)
    assert [one.exercise for one in plan.items] == ["heel_raise", "squat"]
    assert plan.author.id == "a-clinician"
    assert plan.resident is not None
    assert plan.resident.id == person.id


def test_a_database_without_a_made_up_site_is_refused_in_one_line(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "empty.sqlite3"), folder=tmp_path)
    store.open()
    with pytest.raises(DemoSiteError, match="no made-up site; see aicoach demo-data") as refused:
        open_site(store, NOW)
    assert "empty.sqlite3" in str(refused.value)
    assert "\n" not in str(refused.value)
    store.close()


def test_whoever_is_enrolled_has_answered_as_a_well_person(opened: Opened) -> None:
    enrol(opened.store, opened.keys)
    for resident in (opened.keys.cabin_resident, opened.keys.home_resident):
        (answered,) = opened.store.shelf(Enrolment).find(resident=resident)
        assert answered.answers == {"active": True, "disease": False, "symptoms": False}


def test_each_plan_holds_from_the_day_that_its_resident_has(made: Path, tmp_path: Path) -> None:
    store = Store(str(shutil.copy(made, tmp_path / "site.sqlite3")), folder=tmp_path)
    late = datetime(2026, 11, 22, 17, tzinfo=timezone.utc)
    keys = open_site(store, late)
    held = {one: plan_in_force(store, one) for one in (keys.cabin_resident, keys.home_resident)}
    store.close()
    tomorrow = TODAY + timedelta(days=1)
    assert [one and one.valid_from for one in held.values()] == [tomorrow, TODAY]
    assert last_full_day(late) == TODAY - timedelta(days=1)  # over in London, too


def test_the_family_is_not_called_like_the_resident(opened: Opened) -> None:
    accounts = {one.login: one.name for one in opened.store.shelf(Account).find()}
    resident = opened.store.shelf(Resident).get(opened.keys.cabin_resident)
    assert resident is not None
    called = accounts[opened.keys.logins["family"]]
    assert called != accounts[opened.keys.logins["resident"]] == resident.name
    assert called in (f"{resident.name}的家属", f"Family of {resident.name}")


def test_the_weeks_before_the_short_plan_are_still_compared_with_the_long_one(
    opened: Opened,
) -> None:
    store, keys = opened.store, opened.keys
    for resident in (keys.cabin_resident, keys.home_resident):
        aside = [one for one in store.shelf(PlanVersion).find(resident=resident) if one.ended_on]
        assert [(one.status, one.ended_on) for one in aside] == [("completed", TODAY)]
        report = Report(
            store=store, gate=store.gate(console_actor("test")), resident=resident, period="4w",
            session=None, reader="staff", form="html", language="en", now=NOW,
        )  # fmt: skip
        page = staff_page(report.followed(), "en", load_catalog())
        sessions = next(one for one in page.metrics if one.key == "sessions")
        assert float(sessions.asked) >= 8.0
        assert float(sessions.done) <= float(sessions.asked)
        strength = page.dose[1][1]
        assert float(strength.split()[0]) <= 7.0
