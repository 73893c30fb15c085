"""What the patterns take from plain words, and what they leave."""

from __future__ import annotations

import pytest

from aicoach.adapters.fhir.recognising import (
    Amount,
    find_amount,
    find_conditions,
    find_effort,
    find_exercise,
    find_heart_rate,
    find_pain,
    find_weekly,
    left_over,
    plain_numbers,
)
from aicoach.catalog import load_catalog

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("text", "amount", "rest"),
    [
        ("3组×10次", Amount(sets=3, reps_min=10, reps_max=10), ""),
        ("每组10-15次，做两组", Amount(sets=2, reps_min=10, reps_max=15), ""),
        ("3 sets of 8-12 reps", Amount(sets=3, reps_min=8, reps_max=12), ""),
        ("2 x 15", Amount(sets=2, reps_min=15, reps_max=15), ""),
        ("3 x 30 s", Amount(sets=3, seconds=30.0), ""),
        ("保持20秒 4组", Amount(sets=4, seconds=20.0, holds=True), ""),
        ("hold for 10 seconds", Amount(seconds=10.0, holds=True), ""),
        ("每次10分钟", Amount(seconds=600.0), ""),
        ("1.5 min", Amount(seconds=90.0), ""),
        ("100次/分", Amount(), "100次/分"),
        ("每日2次", Amount(), "※"),
        ("twice daily", Amount(), "※"),
        ("3 times a day", Amount(), "※"),
        ("隔日一次", Amount(), "※"),
        ("每两天一次", Amount(), "※"),
        ("3 times a month", Amount(), "※"),
        ("once every other day", Amount(), "※"),
        ("坚持不懈", Amount(holds=True), "不懈"),
        ("", Amount(), ""),
    ],
)
def test_doses(text: str, amount: Amount, rest: str) -> None:
    found, left = find_amount(plain_numbers(text))
    assert (found, left_over(left)) == (amount, rest)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("每周三次", (3, 3)),
        ("一周3-5次", (3, 5)),
        ("5天/周", (5, 5)),
        ("3 times per week", (3, 3)),
        ("twice a week", (2, 2)),
        ("3-4 sessions/week", (3, 4)),
        ("3x weekly", (3, 3)),
        ("每天", (7, 7)),
        ("once daily", (7, 7)),
        ("每天一次", (7, 7)),
        ("每日2次", None),
        ("3 times daily", None),
        ("twice a day", None),
        ("每周10次", None),
        ("often", None),
        ("每两天一次", None),
    ],
)
def test_times_a_week(text: str, times: tuple[int, int] | None) -> None:
    found = find_weekly(plain_numbers(text))
    assert (found[:2] if found else None) == times


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("目标心率100-120次/分", (100.0, 120.0)),
        ("heart rate 95 to 110 bpm", (95.0, 110.0)),
        ("心率不超过130次/分", (None, 130.0)),
        ("HR below 120", (None, 120.0)),
        ("心率 130", None),
        ("heart rate 40-60%", None),
        ("心率储备的40%~60%", None),
        ("血压 130", None),
    ],
)
def test_heart_rates(text: str, ends: tuple[float | None, float] | None) -> None:
    found = find_heart_rate(text)
    assert (found[:2] if found else None) == ends


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("RPE 11-13", (11.0, 13.0)),
        ("Borg 6-20 量表 12-14分", (12.0, 14.0)),
        ("自觉疲劳 13", (13.0, 13.0)),
        ("effort", None),
    ],
)
def test_efforts(text: str, ends: tuple[float, float] | None) -> None:
    found = find_effort(text)
    assert (found[:2] if found else None) == ends


@pytest.mark.parametrize(
    ("text", "most"),
    [("疼痛不超过3分", 3.0), ("pain at most 4/10", 4.0), ("VAS≤3", 3.0), ("pain 30", None)],
)
def test_pain(text: str, most: float | None) -> None:
    found = find_pain(text)
    assert (found[0] if found else None) == most


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("half squat", "half_squat"),
        ("Squats", "squat"),
        ("Sit-to-stand", "sit_to_stand"),
        ("heel raises", "heel_raise"),
        ("坐站训练", "sit_to_stand"),
        ("靠墙俯卧撑", "wall_push_up"),
        ("步行", None),
        ("squatting", None),
    ],
)
def test_the_longest_name_is_the_exercise(text: str, code: str | None) -> None:
    found = find_exercise(text, CATALOG)
    assert (found[0] if found else None) == code


def test_two_exercises_in_one_line_are_none() -> None:
    assert find_exercise("深蹲和平板支撑", CATALOG) == ("", "plank", "squat")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("原发性高血压", ("hypertension",)),
        ("Essential (primary) hypertension", ("hypertension",)),
        ("血压未控制", ("hypertension_uncontrolled",)),
        ("右膝关节置换术后，2型糖尿病", ("knee_replacement", "type_2_diabetes")),
        ("healthy", ()),
    ],
)
def test_conditions_by_their_names(text: str, codes: tuple[str, ...]) -> None:
    assert find_conditions(text) == codes
