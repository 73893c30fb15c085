"""The report of a session, from made-up events."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from aicoach.catalog import Catalog, load_catalog
from aicoach.events import FormFault, PhaseDurations, Repetition
from aicoach.session import SessionEvent
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    Cue,
    CuePriority,
    IntensityAlert,
    SessionEnded,
    SetBegan,
    SetEnded,
)
from aicoach.session_report import SCHEMA, SessionReport


def alert(t_s: float, rule: str = "HR-HIGH-1", *, cleared: bool = False) -> IntensityAlert:
    return IntensityAlert(
        t_s=t_s, rule=rule, level=AlertLevel.WARN, cue="hr_high_1", quantity="heart_rate",
        value=131.0, limit=124.0, unit="bpm", author="clinician-1", cleared=cleared,
    )  # fmt: skip


def cue(t_s: float, cause: str, text: str = "Slow down.") -> Cue:
    return Cue(
        t_s=t_s, key="k", text=text, language="en", priority=CuePriority.SAFETY,
        until_s=t_s + 2.0, cause=cause,
    )  # fmt: skip


def fault(repetition: int | None = 1) -> FormFault:
    return FormFault(
        rule="trunk_lean", severity="minor", start_s=1.0, end_s=2.0, value=50.0, limit=45.0,
        cue="chest_up", repetition=repetition,
    )  # fmt: skip


def repetition(index: int, range_deg: float | None, *faults: FormFault) -> Repetition:
    return Repetition(
        index=index, side="both", start_s=0.0, peak_s=1.0, end_s=2.0, counted_s=2.0,
        phases=PhaseDurations(eccentric_s=1.0, bottom_hold_s=0.0, concentric_s=1.0, top_hold_s=0.0),
        range_left_deg=range_deg, range_right_deg=range_deg, range_deg=range_deg,
        target_reached=None, asymmetry=None, peak_speed_deg_s=None, score=90, faults=faults,
    )  # fmt: skip


def began(number: int = 1) -> SetBegan:
    return SetBegan(part="main", exercise="squat", number=number, of=2, mode="reps", planned=4.0)


def ended(number: int = 1, **more: Any) -> SetEnded:
    told: dict[str, Any] = {
        "part": "main", "exercise": "squat", "number": number, "of": 2, "mode": "reps",
        "planned": 4.0, "done": 4.0, "counted": 4, "rejected": 0, "held_s": 0.0, "lasted_s": 12.0,
        "why": "complete", "mean_score": 90.0, "view": "side", "seen_share": 1.0,
        "not_assessed": (),
    }  # fmt: skip
    return SetEnded(**{**told, **more})


def over(**more: Any) -> SessionEnded:
    told: dict[str, Any] = {
        "why": "complete", "completed": 1.0, "lasted_s": 60.0, "coverage": math.nan,
        "met_minutes_low": 3.0, "met_minutes_high": 6.0, "highest_bpm": None, "notes": (),
    }  # fmt: skip
    return SessionEnded(**{**told, **more})


def document(*events: Any) -> dict[str, Any]:
    report = SessionReport(load_catalog())
    for t_s, event in events:
        report.take(SessionEvent(t_s=t_s, cause="test", event=event))
    found = report.document({"source": "test"})
    json.dumps(found, allow_nan=False)
    return found


def test_an_alert_carries_what_was_said_and_when_it_was_over() -> None:
    alerts = document(
        (10.0, alert(10.0)), (10.2, cue(10.2, "other", "Hello.")), (10.4, cue(10.4, "HR-HIGH-1")),
        (40.0, alert(40.0, cleared=True)), (50.0, alert(50.0)),
    )["alerts"]  # fmt: skip
    assert [(a["t_s"], a["said"], a["said_s"], a["cleared_s"]) for a in alerts] == [
        (10.0, "Slow down.", 10.4, 40.0),
        (50.0, None, None, None),
    ]
    assert (alerts[0]["limit"], alerts[0]["author"], alerts[0]["level"]) == (
        124.0, "clinician-1", "warn",
    )  # fmt: skip


def test_a_cue_long_after_an_alert_is_not_taken_for_its_words() -> None:
    alerts = document((10.0, alert(10.0)), (60.0, cue(60.0, "HR-HIGH-1")))["alerts"]
    assert alerts[0]["said"] is None


def test_a_fault_of_a_repetition_counts_once_though_it_is_told_twice() -> None:
    told = document(
        (0.0, began()), (1.0, fault()), (2.0, repetition(1, 92.0, fault())),
        (3.0, fault(repetition=None)), (4.0, repetition(2, None)), (5.0, ended()),
    )["exercises"][0]["sets"][0]  # fmt: skip
    assert told["faults"] == [
        {"rule": "trunk_lean", "cue": "chest_up", "severity": "minor", "times": 2}
    ]
    assert told["range_deg"] == {"least": 92.0, "most": 92.0}


def test_sets_of_one_exercise_stand_together_and_do_not_share_their_faults() -> None:
    exercises = document(
        (0.0, began(1)), (1.0, repetition(1, 90.0, fault())), (2.0, ended(1)),
        (3.0, began(2)), (4.0, ended(2)),
    )["exercises"]  # fmt: skip
    assert [len(one["sets"]) for one in exercises] == [2]
    assert [len(one["faults"]) for one in exercises[0]["sets"]] == [1, 0]
    assert exercises[0]["names"]["en"] == "Squat"


def test_what_was_not_measured_is_told_and_never_zero() -> None:
    found = document(
        (0.0, began()), (5.0, ended(not_assessed=("trunk_lean",), seen_share=0.8)),
        (6.0, AnswerTaken(question="effort", value=None, by="nobody")),
        (7.0, over(notes=("time_not_later: 2",))),
    )  # fmt: skip
    assert found["heart_rate"]["coverage"] is None
    assert found["heart_rate"]["highest_bpm"] is None
    assert [one["what"] for one in found["not_measured"]] == [
        "heart_rate", "not_seen", "not_assessed", "not_known", "note",
    ]  # fmt: skip
    assert found["not_measured"][1]["detail"] == pytest.approx(0.2)
    assert found["not_measured"][2]["detail"]["rules"] == ["trunk_lean"]
    assert found["effort"] == [{"t_s": 6.0, "exercise": "squat", "value": None}]


def test_events_that_break_off_make_a_report_that_says_so() -> None:
    found = document((0.0, began()), (5.0, ended()))
    assert found["schema"] == SCHEMA
    assert found["outcome"] == {
        "ended": False, "why": "cut_off", "completed": None, "lasted_s": 5.0,
    }  # fmt: skip


def test_an_exercise_that_left_the_catalogue_is_told_without_a_name() -> None:
    report = SessionReport(Catalog({}))
    for event in (began(), repetition(1, 80.0, fault()), ended(), over()):
        report.take(SessionEvent(t_s=1.0, cause="test", event=event))
    (exercise,) = report.document({})["exercises"]
    assert (exercise["exercise"], exercise["names"]) == ("squat", None)
    assert exercise["sets"][0]["counted"] == 4
