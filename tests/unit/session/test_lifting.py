"""Staff who are beside let a session start that the pre-check held back, or do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from aicoach.catalog import load_catalog
from aicoach.observations import PoseSeen, StaffLift
from aicoach.prescription import read_prescription
from aicoach.rehearsal import Rehearsal, well
from aicoach.screening import EnrolmentAnswers, clearance
from aicoach.session import Session
from aicoach.session_events import LimitInForce, Noticed, Screened, SessionEnded
from aicoach.wire import WireError, observation_line, read_observation

CATALOG = load_catalog()
PLANS = Path(__file__).parents[2] / "scenarios" / "coach" / "plans"
PLAN = read_prescription(PLANS / "medical.toml")
TODAY = date(2026, 11, 22)
ENROLLED = EnrolmentAnswers(
    active=True, disease=False, symptoms=False, age_years=60, answered_on=TODAY
)
UNWELL = {"unwell": True}


class Nobody:
    """The camera sees nobody; the pre-check does not mind."""

    def seen(self, t_s, _moment):
        return PoseSeen(t_s=t_s, pose=None)


@dataclass
class Desk:
    """Staff who lift, ``after_s`` seconds after they were told."""

    role: str = "staff"
    rules: tuple[str, ...] = ("DAY-UNWELL",)
    after_s: float = 2.0
    told_s: float | None = None
    lifted: list = field(default_factory=list)

    def hears(self, update):
        if self.told_s is None and any(isinstance(one.event, Screened) for one in update.events):
            self.told_s = update.t_s

    def __call__(self, t_s, _update):
        if self.told_s is None or self.lifted or t_s < self.told_s + self.after_s:
            return ()
        lift = StaffLift(
            t_s=t_s, by="acc-7", role=self.role, reason="only the bus ride", rules=self.rules
        )
        self.lifted.append(lift)
        return (lift,)


def run(desk, answers=UNWELL, *, staff_present=True, longest_s=150.0):
    session = Session(
        PLAN, CATALOG, TODAY, clearance=clearance(ENROLLED, TODAY), staff_present=staff_present
    )
    rehearsal = Rehearsal(
        performer=Nobody(), respond=well(answers), interrupt=desk, longest_s=longest_s
    )
    events = []
    for _, update in rehearsal.run(session):
        desk.hears(update)
        events += update.events
    return session, events


def of(events, kind):
    return [one.event for one in events if isinstance(one.event, kind)]


def test_staff_lift_a_block_with_a_reason_and_the_session_is_gentle():
    session, events = run(Desk())
    first, second = of(events, Screened)
    assert (first.outcome, second.outcome) == ("block", "limited")
    assert second.rules == first.rules
    (told,) = [one for one in of(events, Noticed) if one.what == "lifted"]
    assert told.detail == "DAY-UNWELL by acc-7 (staff): only the bus ride"
    assert [one.cause for one in events if one.event is told] == ["acc-7"]
    assert of(events, LimitInForce)
    assert session.room.limits is not None
    assert session.room.limits.effort.rpe_upper.value <= 6.0


@pytest.mark.parametrize(
    ("desk", "answers", "says"),
    [
        (Desk(role="resident"), UNWELL, "may not lift DAY-UNWELL; allowed: staff, clinician"),
        (Desk(rules=("DAY-CHEST",)), {"chest_breath": True}, "may not lift DAY-CHEST"),
        (
            Desk(role="clinician"),
            {**UNWELL, "chest_breath": True},
            "DAY-CHEST holds too and was not named",
        ),
    ],
)
def test_who_may_not_lift_it_or_did_not_see_it_all_changes_nothing(desk, answers, says):
    session, events = run(desk, answers)
    (told,) = [one for one in of(events, Noticed) if one.what == "lift_refused"]
    assert says in told.detail
    assert [one.outcome for one in of(events, Screened)] == ["block"]
    assert session.room.limits is None


def test_a_clinician_lifts_what_staff_may_not():
    _, events = run(Desk("clinician", ("DAY-CHEST",)), {"chest_breath": True})
    assert [one.outcome for one in of(events, Screened)] == ["block", "limited"]


def test_nobody_waits_where_no_staff_are_beside():
    session, events = run(Desk(after_s=60.0), staff_present=False, longest_s=400.0)
    assert session.ended
    assert [one.why for one in of(events, SessionEnded)] == ["block"]
    assert [one.outcome for one in of(events, Screened)] == ["block"]


def test_staff_who_do_not_come_in_time_find_the_session_over():
    session, events = run(Desk(after_s=1e9), longest_s=600.0)
    assert session.ended
    assert [one.why for one in of(events, SessionEnded)] == ["block"]


def test_a_lift_that_nothing_waits_for_is_written_down_and_does_nothing():
    _, events = run(Desk(), {})
    assert [one.what for one in of(events, Noticed) if "lift" in one.what] == ["lift_refused"]
    assert [one.outcome for one in of(events, Screened)] == ["proceed"]


def test_a_lift_travels_over_the_wire_as_it_was():
    lift = StaffLift(t_s=3.5, by="acc-7", role="staff", reason="fine now", rules=("DAY-UNWELL",))
    assert read_observation(observation_line(lift)) == lift
    with pytest.raises(WireError):
        read_observation('{"type": "staff_lift", "t_s": 1.0}')
