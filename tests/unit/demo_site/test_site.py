"""The demonstration site: the same for the same seed, consistent, and with everything in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from aicoach.adapters.store import Store, sessions
from aicoach.adapters.store.identifiers import made_at
from aicoach.adapters.store.people import (
    Account,
    Cabin,
    Consent,
    PlanVersion,
    Resident,
    Review,
    Site,
    plan_in_force,
)
from aicoach.adherence import TriageLevel, course_of_plans, summarise, triage
from aicoach.catalog import load_catalog
from aicoach.demo_site import Order, made_resident, write_site
from aicoach.demo_site.people import PLACES, arrives, cabin_of
from aicoach.demo_site.site import FIRST_DAY, LAST_DAY
from aicoach.demo_site.stories import FINALES, PATTERNS, stories
from aicoach.errors import DemoSiteError
from aicoach.observations import HeartRateSample
from aicoach.prescription import find_problems, parse_prescription, read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.records import KeptSession
from aicoach.session import SessionEvent
from aicoach.session_records import SessionKeeper, interrupted, read_event
from aicoach.wire import event_line, observation_line

pytestmark = pytest.mark.xdist_group("demo-site")  # it is made once
UNTIL = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
ORDER = Order(
    seed=3, residents=40, weeks=4, until=UNTIL, recorded_by="0" * 32, driver="sqlite"
)  # fmt: skip
FEW = 8
"""Residents that are written into the store of these tests."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("site")
    store = Store(str(folder / "site.sqlite3"), folder=folder)
    write_site(store, residents=FEW, weeks=4, seed=3, until=UNTIL)
    yield store
    store.close()


@pytest.fixture(scope="module")
def kept(site: Store) -> dict[str, KeptSession]:
    """Every third session of the site, read once."""
    return {one: site.session(one) for one in site.session_ids()[::3]}


def lines_of(order: Order, k: int) -> list[tuple[str, list[str]]]:
    return [
        (one.head.id, [line_of(said) for said in one.happened])
        for one in made_resident(order, k).sessions()
    ]


def line_of(said: SessionEvent | HeartRateSample) -> str:
    if isinstance(said, SessionEvent):
        return event_line(said.t_s, said.cause, said.event)
    return observation_line(said)


def test_the_same_seed_makes_the_same_ids_and_the_same_lines() -> None:
    first, again = lines_of(ORDER, 4), lines_of(ORDER, 4)
    assert first
    assert first == again
    assert first != lines_of(replace(ORDER, seed=4), 4)


def test_the_store_holds_exactly_these_lines(site: Store) -> None:
    order = replace(ORDER, residents=FEW)
    for made in made_resident(order, 2).sessions():
        kept = [one.line for one in site.entries(made.head.id) if one.kind == "event"]
        said = [
            event_line(one.t_s, one.cause, one.event)
            for one in made.happened
            if isinstance(one, SessionEvent)
        ]
        assert kept == said


def test_what_was_brought_in_at_once_is_what_a_session_kept_live_would_be(
    site: Store, kept: dict[str, KeptSession]
) -> None:
    """Closing a session makes its rows anew of its lines: nothing may change by it."""
    some = list(kept)[::4]
    summaries = site.summaries()
    with site.writing() as connection:
        for one in some:
            sessions.close_session(connection, one)
    assert {one: site.session(one) for one in some} == {one: kept[one] for one in some}
    assert site.summaries() == summaries


def test_a_line_read_back_makes_the_same_records(site: Store) -> None:
    session = site.session_ids()[1]
    kept = site.session(session)
    head = replace(kept.session, ended_at=None, why_ended=None)
    keeper = SessionKeeper(head, kept.planned)
    for one in site.entries(session):
        if one.kind == "event":
            assert event_line(*_parts(one.line)) == one.line
            keeper.take_line(one.line)
    assert keeper.kept().sets == kept.sets


def _parts(line: str) -> tuple[float, str, object]:
    event = read_event(line)
    return event.t_s, event.cause, event.event


def test_times_and_ids_are_of_the_moment_that_was_made_up(kept: dict[str, KeptSession]) -> None:
    for session in kept.values():
        head = session.session
        assert abs(made_at(head.id) - head.started_at) < timedelta(milliseconds=2)
        assert UNTIL - timedelta(weeks=4) < head.day <= UNTIL
        assert 6 <= (head.started_at + timedelta(minutes=head.utc_offset_min)).hour <= 22


def test_everybody_comes_in_their_own_time_to_their_own_cabin() -> None:
    plans = {name: read_prescription(path) for name, path in ready_plans().items()}
    turns = {
        (place.id, cabin_of(place, story), arrives(place, story, UNTIL))
        for story in stories(3, 200, plans, len(PLACES))
        for place in (PLACES[story.place],)
    }
    assert len(turns) == 200


def test_people_are_codes_and_numbers_and_everything_hangs_together(site: Store) -> None:
    assert {one.id for one in site.shelf(Site).find()} == {"demo-east", "demo-west"}
    assert len(site.shelf(Cabin).find()) == 2
    for resident in site.shelf(Resident).find():
        number = int(resident.id.removeprefix("R-"))
        assert resident.name in (f"Resident {number}", f"{number}号居民")
        given = {one.kind for one in site.shelf(Consent).find(resident=resident.id)}
        assert given >= {"records", "camera"}
    for account in site.shelf(Account).find():
        assert any(account.name.startswith(word) for word in (
            "Staff", "Clinician", "Site admin", "工作人员", "康复师", "站点管理员",
        ))  # fmt: skip
    seen = {one.session_id for one in site.shelf(Review).find()}
    assert seen <= set(site.session_ids())


def test_a_few_sessions_have_skeletons_where_that_was_agreed_to(site: Store) -> None:
    agreed = {one.resident for one in site.shelf(Consent).find(kind="keypoints")}
    every = (one for who in sorted(agreed) for one in site.session_ids(who))
    tracks = {one: site.keypoints(one) for one in every}
    kept = {one: track for one, track in tracks.items() if track is not None}
    assert 0 < len(kept) <= 3
    for session, track in kept.items():
        found = site.session(session)
        assert found.session.resident in agreed
        first = next(one for one in found.sets if one.part == "main" and one.mode == "reps")
        assert abs(float(track.t_s[0]) - first.start_s) < 2.0


def test_every_plan_in_force_may_be_carried_out(site: Store) -> None:
    catalog = load_catalog()
    for resident in site.shelf(Resident).find():
        held = plan_in_force(site, resident.id)
        assert held is not None
        plan = parse_prescription(json.dumps(held.document), "p.json")
        assert find_problems(plan, catalog, UNTIL) == ()
        assert plan.author is not None
        assert plan.author.id.startswith("demo-")


def test_nothing_exceeds_its_cap_and_shares_stay_shares(site: Store) -> None:
    for one in site.summaries():
        assert 0.0 <= one.valid_share <= 1.2 * one.planned_share + 1e-9
        assert one.valid_share <= one.done_share + 1e-9
        assert (one.in_zone_s or 0.0) <= (one.measured_s or 0.0) + 1e-6
        assert (one.measured_s or 0.0) <= (one.main_s or 0.0) + 1e-6
        assert one.reps_valid <= one.reps_judged <= one.reps
        assert one.tempo_kept <= one.tempo_judged


def test_every_plan_pattern_and_finale_has_its_residents() -> None:
    plans = {name: read_prescription(path) for name, path in ready_plans().items()}
    for residents in (40, 200):
        found = stories(3, residents, plans, 2)
        assert {one.plan for one in found} == set(plans)
        assert {one.pattern for one in found} == set(PATTERNS)
        assert {one.finale for one in found} == {*FINALES, None}
        assert len({one.code for one in found}) == residents


def test_all_levels_and_all_reasons_occur() -> None:
    """Each finale gives the reason that it is named after; only these residents are made."""
    catalog, missing, levels = load_catalog(), [], set()
    for k in range(ORDER.residents):
        made = made_resident(ORDER, k)
        wanted = made.story.finale
        if wanted is None and k % 8:
            continue
        summaries = []
        for one in made.sessions():
            if one.head.day < UNTIL - timedelta(days=27):
                continue
            keeper = SessionKeeper(one.head, one.planned)
            for said in one.happened:
                if isinstance(said, SessionEvent):
                    keeper.take(said)
                else:
                    keeper.heart_rate(said)
            last = one.head.at(max(said.t_s for said in one.happened))
            summaries.append(summarise(interrupted(keeper.kept(), last)))
        course = course_of_plans(
            [parse_prescription(json.dumps(p.document), "p.json") for p in made.plans], catalog
        )
        found = triage(summaries, course, UNTIL)
        levels.add(found.level)
        if wanted is not None and f"staff.triage.{wanted}" not in {r.key for r in found.reasons}:
            missing.append((wanted, made.story))
    assert missing == []
    assert levels == set(TriageLevel)


def test_real_residents_are_not_mixed_with_made_up_ones_unawares(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "real.sqlite3"), folder=tmp_path)
    store.shelf(Resident).add(Resident(id="R-0007", time_zone="Asia/Shanghai"))
    with pytest.raises(DemoSiteError, match="residents are kept here"):
        write_site(store, residents=2, weeks=4, seed=1, until=UNTIL)
    assert store.session_ids() == ()
    assert store.shelf(Site).find() == ()
    write_site(store, residents=2, weeks=4, seed=1, until=UNTIL, add=True)
    codes = sorted(one.id for one in store.shelf(Resident).find())
    assert codes == ["R-0007", "R-0008", "R-0009"]
    with pytest.raises(DemoSiteError, match="already"):
        write_site(store, residents=2, weeks=4, seed=1, until=UNTIL, add=True)
    store.close()


@pytest.mark.parametrize(
    ("residents", "weeks", "said"),
    [(0, 12, "--residents"), (10_000, 12, "--residents"), (5, 3, "--weeks"), (5, 200, "--weeks")],
)
def test_numbers_that_make_no_site_are_refused(
    tmp_path: Path, residents: int, weeks: int, said: str
) -> None:
    store = Store(str(tmp_path / "none.sqlite3"), folder=tmp_path)
    with pytest.raises(DemoSiteError, match=said):
        write_site(store, residents=residents, weeks=weeks, seed=1, until=UNTIL)
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize("until", [date.min, date(1, 1, 2), date(1999, 12, 31), date.max])
def test_a_last_day_out_of_all_calendars_is_refused_and_no_file_is_made(
    tmp_path: Path, until: date
) -> None:
    store = Store(str(tmp_path / "none.sqlite3"), folder=tmp_path)
    with pytest.raises(DemoSiteError, match="--until is"):
        write_site(store, residents=5, weeks=12, seed=1, until=until)
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize("until", [FIRST_DAY, LAST_DAY])
def test_the_first_and_the_last_day_that_are_allowed_make_a_site(
    tmp_path: Path, until: date
) -> None:
    store = Store(str(tmp_path / "some.sqlite3"), folder=tmp_path)
    assert write_site(store, residents=1, weeks=4, seed=1, until=until).sessions
    store.close()


def test_the_list_agrees_with_the_pure_triage(site: Store) -> None:
    """On read, with what staff reviewed; and the plan versions as they were signed."""
    catalog = load_catalog()
    site.refresh_standings(now=NOON)
    listed = site.standings(now=NOON)
    assert (listed.out_of_date, listed.total) == (0, FEW)
    for standing in listed.rows:
        who = standing.resident
        course = course_of_plans(
            [
                parse_prescription(json.dumps(one.document), "p.json")
                for one in site.shelf(PlanVersion).find(resident=who)
            ],
            catalog,
        )
        recent = site.summaries(who, first=UNTIL - timedelta(days=27))
        seen = {one.session_id for one in site.shelf(Review).find()}
        found = triage(recent, course, UNTIL, reviewed=seen)
        assert (standing.level, standing.reasons) == (found.level, found.reasons)
        assert standing.as_of == UNTIL
