"""A block is lifted by authorised staff with a reason, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aicoach.observations import AnswerValue
from aicoach.screening import (
    Outcome,
    ReleaseError,
    ScreeningContext,
    ScreeningResult,
    StaffRelease,
    evaluate,
    release,
)

Context = Callable[..., ScreeningContext]
Well = Callable[..., dict[str, AnswerValue]]


def lifted(
    role: str, by: str = "nurse-7", reason: str = "felt sick on the bus, fine now"
) -> StaffRelease:
    return StaffRelease(by=by, role=role, reason=reason, t_s=12.0)


@pytest.fixture
def unwell(context: Context, well: Well) -> ScreeningResult:
    return evaluate(well(context(), unwell=True), context())


@pytest.fixture
def chest(context: Context, well: Well) -> ScreeningResult:
    return evaluate(well(context(), chest_breath=True), context())


def test_staff_lift_a_block_and_the_session_is_gentle(unwell: ScreeningResult) -> None:
    after = release(unwell, lifted("nurse"))
    assert after.outcome == Outcome.LIMITED
    assert after.reasons == unwell.reasons
    assert after.release == lifted("nurse")
    assert after.limits.ceiling == "moderate"
    assert after.notify_staff


@pytest.mark.parametrize("role", ["resident", "family", "Nurse", "coach"])
def test_nobody_else_lifts_it(unwell: ScreeningResult, role: str) -> None:
    with pytest.raises(
        ReleaseError, match=f"^release: role: '{role}' may not lift DAY-UNWELL; allowed"
    ):
        release(unwell, lifted(role))


def test_chest_pain_is_lifted_by_a_clinician_only(chest: ScreeningResult) -> None:
    with pytest.raises(ReleaseError, match="'nurse' may not lift DAY-CHEST; allowed: clinician"):
        release(chest, lifted("nurse"))
    assert release(chest, lifted("clinician")).outcome == Outcome.LIMITED


@pytest.mark.parametrize("field", ["by", "role", "reason"])
def test_release_without_name_role_or_reason_is_refused(
    unwell: ScreeningResult, field: str
) -> None:
    with pytest.raises(ReleaseError, match=f"^release: {field}: is empty"):
        release(unwell, lifted(**({"role": "nurse"} | {field: " "})))


@pytest.mark.parametrize(
    ("who", "answers", "rule"),
    [
        ({"conditions": frozenset({"hypertension"})}, {"systolic_mmhg": 190}, "BP-SYSTOLIC-HIGH"),
        ({"conditions": frozenset({"hypertension"})}, {"systolic_mmhg": None}, "BP-SYSTOLIC-HIGH"),
        ({"plan": "expired"}, {}, "PLAN-EXPIRED"),
        ({}, {"glucose_mmol": 3.0}, "GLUCOSE-LOW"),
    ],
)
def test_some_blocks_need_a_measurement_or_a_signature_and_no_word(
    context: Context,
    well: Well,
    who: dict[str, object],
    answers: dict[str, AnswerValue],
    rule: str,
) -> None:
    resident = context(**who)
    result = evaluate(well(resident, **answers), resident)
    assert result.outcome == Outcome.BLOCK
    with pytest.raises(ReleaseError, match=f"^release: {rule}: nobody may lift this"):
        release(result, lifted("clinician"))


def test_every_reason_must_be_liftable(context: Context, well: Well) -> None:
    result = evaluate(well(context(), unwell=True, chest_breath=True), context())
    with pytest.raises(ReleaseError, match="DAY-CHEST"):
        release(result, lifted("nurse"))


def test_there_is_nothing_to_lift_when_nothing_stops(context: Context, well: Well) -> None:
    result = evaluate(well(context()), context())
    with pytest.raises(ReleaseError, match="is PROCEED; there is nothing to lift"):
        release(result, lifted("nurse"))
