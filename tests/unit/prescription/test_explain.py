"""Plain words say what holds today, and for whom it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aicoach.catalog import load_catalog
from aicoach.prescription import Prescription
from aicoach.prescription.explain import explain

SPECS = load_catalog()
TODAY = date(2026, 11, 22)
Plans = Callable[..., Prescription]


def said(plan: Prescription) -> list[str]:
    return [line for section in explain(plan, SPECS, "en", TODAY) for line in section.lines]


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "A medical plan, version 1."),
        ({"status": "draft"}, "This is a draft."),
        ({"status": "revoked"}, "This plan was withdrawn."),
        ({"signed_at": ...}, "This medical plan is not signed."),
        ({"valid_until": date(2026, 11, 20)}, "This plan ended on 2026-11-20."),
        ({"valid_from": date(2026, 12, 1)}, "This plan begins on 2026-12-01."),
    ],
)
def test_the_first_line_says_whether_the_plan_holds_today(
    plan: Plans, changes: dict[str, Any], first: str
) -> None:
    assert said(plan(**changes))[0].startswith(first)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "Heart rate between 107 and 124 beats a minute (dr-7)"),
        ({"intensity__heart_rate__lower_pct": ...}, "Heart rate up to 124 beats a minute (dr-7)"),
        ({"medications__beta_blocker": "unknown"},
         "No heart-rate target: how hard it feels and the talk test lead"),
        ({"intensity__heart_rate__required": True}, "The heart rate is not seen for a while."),
        ({"conditions": ["type_2_diabetes"]},
         "You tremble, sweat, or feel signs of low blood sugar. Measure before you start."),
        ({"items__0__load": {"type": "ankle_weight", "kg": 1.5}},
         "Sit to stand: 2 × 8–12 times; with 1.5 kg; rest 60 s between sets"),
        ({"items__0__sets": 1, "items__0__reps_max": 8, "items__0__tempo": "2-0-2-1"},
         "Sit to stand: 1 × 8 times; slowly: 2 seconds up, 1 second pause, 2 seconds down"),
        ({"items__0": {"exercise": "squat", "type": "strength", "mode": "reps", "reps_min": 5,
                       "tempo": "3-1-2-0"}},
         "Squat: 1 × 5 times; slowly: 3 seconds down, 1 second pause, 2 seconds up"),
        ({"items__0": {"exercise": "seated_band_row", "type": "strength", "mode": "reps",
                       "reps_min": 5, "tempo": "2-0-1-1"}},
         "Seated band row: 1 × 5 times; sitting; "
         "slowly: 1 second out, 1 second pause, 2 seconds back"),
        ({"items__0": {"exercise": "seated_knee_extension", "type": "strength", "mode": "reps",
                       "reps_min": 5, "side": "left"}},
         "Seated knee extension: 1 × 5 times; sitting; only the left leg"),
        ({"items__0": {"exercise": "single_leg_stand", "type": "balance", "mode": "hold",
                       "hold_s": 5.0, "side": "right"}},
         "Single-leg stand: 1 × hold 5 seconds; standing on the right leg"),
        ({}, "You press the red button (at a keyboard: S), or cross your arms above your head for "
             "a second. No reason is needed."),
        ({"items__0__load": {"type": "band"}, "items__0__sets": 1, "items__0__reps_max": 8},
         "Sit to stand: 1 × 8 times; with a band"),
        ({"conditions": ["knee_osteoarthritis"],
          "items__0": {"exercise": "squat", "type": "strength", "mode": "reps", "reps_min": 5,
                       "allowance": {"author": "dr-7", "role": "physician",
                                     "reason": "strong and watched"}}},
         "Squat: 1 × 5 times; allowed by dr-7: strong and watched"),
        ({"conditions": ["hypertension"],
          "items__0": {"exercise": "plank", "type": "strength", "mode": "hold", "hold_s": 8.0,
                       "allowance": {"author": "dr-7", "role": "physician",
                                     "reason": "strong and watched"}}},
         "No static hold longer than 8 seconds in Plank (dr-7)"),
        ({"joint_limits": [{"joint": "elbow_flexion", "never_below_deg": 15.0}]},
         "Elbow bend never less than 15° (dr-7)"),
        ({"review_due": date(2026, 12, 24)}, "To be reviewed by 2026-12-24."),
    ],
)  # fmt: skip
def test_what_the_plan_says_is_said(plan: Plans, changes: dict[str, Any], line: str) -> None:
    assert line in said(plan(**changes))


def test_no_code_of_a_tempo_and_no_word_that_nobody_listens_to_reaches_a_resident(
    plan: Plans,
) -> None:
    made = plan(items__0__tempo="2-0-2-1")
    for language in ("en", "zh"):
        lines = [line for one in explain(made, SPECS, language, TODAY) for line in one.lines]
        assert not any("2-0-2-1" in line for line in lines)
        assert not any("say stop" in line or "说“停”" in line for line in lines)
