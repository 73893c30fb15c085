"""What a hospital wrote becomes a draft, and nothing of it is dropped in silence."""

from __future__ import annotations

import contextlib
import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.adapters.fhir.imported import ImportedPlan
from aicoach.adapters.fhir.importing import import_plan
from aicoach.errors import FhirError

from . import hospital_plans as plans

TODAY = date(2026, 3, 20)


def read(document: Any, **more: Any) -> ImportedPlan:
    return import_plan(json.dumps(document), "plan.json", "R-0012", TODAY, "en", **more)


@pytest.mark.parametrize("style", plans.STYLES)
def test_the_exercises_of_every_style_are_understood(style: str) -> None:
    document, items, known = plans.STYLES[style]
    found = read(document)
    draft = found.draft
    given = [one.model_dump(exclude_unset=True) for one in draft.items]
    assert given == items
    assert draft.conditions == known["conditions"]
    assert draft.session.frequency_per_week == known["frequency"]
    heart, effort = draft.intensity.heart_rate, draft.intensity.effort
    assert (heart.lower_bpm, heart.upper_bpm) == known.get("heart_rate", (None, None))
    assert (effort.lower, effort.upper) == known.get("effort", (None, None))
    assert draft.resident is not None
    assert (draft.resident.id, draft.resident.birth_year) == ("R-0012", known["born"])


@pytest.mark.parametrize("style", plans.STYLES)
def test_a_draft_is_signed_by_nobody_and_asks_for_what_it_lacks(style: str) -> None:
    found = read(plans.STYLES[style][0])
    assert (found.draft.status, found.draft.signed_at, found.draft.author) == ("draft", None, None)
    assert found.draft.kind == "medical"
    assert {"author", "medications"} <= {one.place for one in found.of("to_complete")}


def test_an_exercise_that_we_do_not_have_is_told_and_not_replaced() -> None:
    plan = plans.care_plan(activity=[
        {"detail": {"status": "scheduled", "code": {"text": "步行30分钟，每周5次"}}},
        {"detail": {"status": "scheduled", "code": {"text": "坐站 3组×10次"},
                    "scheduledTiming": plans.weekly(3)}},
    ])  # fmt: skip
    found = read(plan)
    assert [one.exercise for one in found.draft.items] == ["sit_to_stand"]
    assert any("步行30分钟" in one.text for one in found.of("to_complete"))


def test_a_plan_of_which_no_exercise_is_known_is_still_written_down() -> None:
    found = read(plans.care_plan(
        title="Walking", activity=[{"detail": {"status": "scheduled", "code": {"text": "Walk"}}}]
    ))  # fmt: skip
    assert not found.complete
    assert found.draft.items == ()
    assert "items" in {one.place for one in found.of("to_complete")}


@pytest.mark.parametrize(
    "detail",
    [
        {"status": "scheduled", "doNotPerform": True, "code": {"text": "Jump squat"}},
        {"status": "scheduled", "code": {"text": "避免深蹲"}},
        {"status": "scheduled", "code": {"text": "Do not perform squats"}},
    ],
)
def test_what_must_not_be_done_never_becomes_an_exercise(detail: Any) -> None:
    found = read(plans.care_plan(activity=[{"detail": detail}]))
    assert found.draft.items == ()
    assert any("must not be done" in one.text for one in found.of("to_complete"))


@pytest.mark.parametrize("status", ["completed", "revoked", "entered-in-error", "stopped"])
def test_what_is_over_is_left_out_and_told(status: str) -> None:
    found = read(plans.bundle(
        plans.order({"text": "Squat 3x10"}, status=status),
        plans.order({"text": "Plank 3 x 20 s"}, id="s2", occurrenceTiming=plans.weekly(2)),
    ))  # fmt: skip
    assert [one.exercise for one in found.draft.items] == ["plank"]
    assert any(status in one.text for one in found.of("left_out"))


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (plans.weekly(3), 3),
        (plans.weekly(3, frequencyMax=5), 3),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, 7),
        ({"repeat": {"period": 1, "periodUnit": "wk"}}, 1),
        ({"repeat": {"dayOfWeek": ["mon", "wed", "fri"]}}, 3),
        ({"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk",
                     "dayOfWeek": ["mon", "wed", "fri"]}}, 3),
        ({"code": {"text": "每周四次"}}, 4),
        ({"code": {"coding": [{"code": "QD"}]}}, 7),
        ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, None),
        ({"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}, None),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}, None),
        ({"repeat": {"frequency": 1, "period": 0, "periodUnit": "wk"}}, None),
        ({"event": ["2026-03-02"]}, None),
    ],
)  # fmt: skip
def test_times_a_week_are_read_or_told(timing: Any, expected: int | None) -> None:
    found = read(plans.order({"text": "Squat 3x10"}, occurrenceTiming=timing))
    assert found.draft.session.frequency_per_week == expected
    if expected is None:
        assert any("occurrenceTiming" in one.place for one in found.of("not_understood"))
        assert "session.frequency_per_week" in {one.place for one in found.of("to_complete")}


def test_a_heart_rate_in_a_unit_that_we_do_not_know_is_told_and_not_taken() -> None:
    document = copy.deepcopy(plans.WITH_ORDERS)
    for end in ("low", "high"):
        document["entry"][4]["resource"]["target"][0]["detailRange"][end] |= {
            "unit": "%", "code": "%"
        }  # fmt: skip
    found = read(document)
    assert found.draft.intensity.heart_rate.method == "none"
    assert any("Goal.target" in one.place for one in found.of("not_understood"))


def test_of_two_heart_rates_the_tighter_limits_are_taken() -> None:
    plan = {**plans.WORDS_ONLY, "note": [{"text": "heart rate below 110 bpm"}]}
    heart = read(plan).draft.intensity.heart_rate
    assert (heart.lower_bpm, heart.upper_bpm) == (100.0, 110.0)


def test_a_condition_that_was_ruled_out_is_left_out() -> None:
    document = copy.deepcopy(plans.CONTAINED)
    document["contained"][1]["verificationStatus"] = {"coding": [{"code": "refuted"}]}
    assert read(document).draft.conditions == ()


def test_names_and_addresses_are_not_taken_over() -> None:
    found = read(plans.WITH_DETAIL)
    written = found.draft.model_dump_json()
    assert "12号居民" not in written
    assert {"Patient.name", "Patient.telecom"} <= {one.place for one in found.of("left_out")}


PLACES = [
    ("CarePlan", ()),
    ("CarePlan", ("activity", 0, "detail")),
    ("CarePlan", ("activity", 0, "detail", "code")),
    ("CarePlan", ("activity", 1, "detail", "scheduledTiming", "repeat")),
    ("Patient", ()),
]
WORD = st.text("abcdefghij", min_size=12, max_size=20)


@settings(max_examples=25, deadline=None)
@given(place=st.sampled_from(PLACES), key=WORD, value=WORD)
def test_whatever_stands_in_a_plan_is_told(place: Any, key: str, value: str) -> None:
    document = copy.deepcopy(plans.WITH_DETAIL)
    kind, path = place
    node = next(
        one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == kind
    )
    for step in path:
        node = node[step]
    node[key] = value
    told = read(document)
    assert any(value in f"{one.place} {one.text}" for one in told.of("not_understood"))


BAD: list[tuple[str, Any, str]] = [
    ("empty", "", "Expecting value"),
    ("no json", "{", "Expecting"),
    ("xml", "<CarePlan/>", "is XML; export it as JSON"),
    ("list", "[]", "this is no FHIR document"),
    ("no type", "{}", "this is no FHIR document"),
    ("NaN", '{"resourceType": "CarePlan", "x": NaN}', "NaN is no number"),
    ("other", '{"resourceType": "Patient"}', "is Patient; give a Bundle"),
    ("empty bundle", '{"resourceType": "Bundle"}', "has no CarePlan and no ServiceRequest"),
    ("entry", '{"resourceType": "Bundle", "entry": 3}', "must be a list"),
    ("no resource", '{"resourceType": "Bundle", "entry": [3]}', "holds no resource"),
    ("deep", "[" * 100_000, "nested too deeply"),
    (
        "dangling order",
        json.dumps(plans.care_plan(activity=[{"reference": {"reference": "ServiceRequest/9"}}])),
        "names ServiceRequest/9, which is not in the file",
    ),
    (
        "dangling contained",
        json.dumps(plans.care_plan(activity=[{"reference": {"reference": "#x"}}])),
        "names #x, which is not in the file",
    ),
    (
        "dangling goal",
        json.dumps(plans.care_plan(goal=[{"reference": "Goal/9"}])),
        "names Goal/9, which is not in the file",
    ),
    (
        "two people",
        json.dumps(plans.bundle(
            plans.order({"text": "Squat 3x10"}),
            {**plans.order({"text": "Plank"}, id="s2"), "subject": {"reference": "Patient/p2"}},
        )),
        "the parts of the plan are of",
    ),
    (
        "two plans",
        json.dumps(plans.bundle(plans.care_plan(), {**plans.care_plan(), "id": "c2"})),
        "there are several",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), [one[1:] for one in BAD], ids=[b[0] for b in BAD])
def test_what_is_no_plan_is_refused_in_one_line(content: str, said: str) -> None:
    with pytest.raises(FhirError, match=said.replace("(", r"\(")) as caught:
        import_plan(content, "plan.json", "R-0012", TODAY)
    assert "\n" not in str(caught.value)


def test_one_of_several_plans_can_be_named() -> None:
    document = plans.bundle(plans.care_plan(title="A"), {**plans.care_plan(title="B"), "id": "c2"})
    assert read(document, plan_id="c2").draft.title.en == "B"
    with pytest.raises(FhirError, match="none of the name c3"):
        read(document, plan_id="c3")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["reference", "text", "coding", "code", "detail", "repeat", "value"]),
        inner, max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip
KEYS = st.sampled_from(
    ["activity", "goal", "addresses", "period", "title", "status", "subject", "note", "contained",
     "category", "description", "code", "occurrenceTiming", "reasonCode", "orderDetail",
     "extension", "patientInstruction", "quantityQuantity", "identifier", "text"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(["CarePlan", "ServiceRequest"]), fields=st.dictionaries(KEYS, ODD))
def test_odd_documents_are_read_or_refused_and_never_fall_over(kind: str, fields: Any) -> None:
    with contextlib.suppress(FhirError):
        read({**fields, "resourceType": kind})
