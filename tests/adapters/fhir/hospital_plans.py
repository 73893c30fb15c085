"""Plans as hospitals write them: one style each, shortened."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
PATIENT: Final = {
    "resourceType": "Patient", "id": "p1", "name": [{"text": "Resident 12 / 12号居民"}],
    "gender": "female", "birthDate": "1956-04-02", "telecom": [{"value": "000"}],
}  # fmt: skip
SUBJECT: Final = {"reference": "Patient/p1"}


def weekly(times: int, **more: Any) -> Json:
    return {"repeat": {"frequency": times, "period": 1, "periodUnit": "wk", **more}}


def bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": one} for one in resources
    ]}  # fmt: skip


def care_plan(**more: Any) -> Json:
    return {"resourceType": "CarePlan", "id": "c1", "status": "active", "intent": "plan",
            "subject": SUBJECT, **more}  # fmt: skip


def order(code: Json, **more: Any) -> Json:
    return {"resourceType": "ServiceRequest", "id": more.pop("id", "s1"), "status": "active",
            "intent": "order", "subject": SUBJECT, "code": code, **more}  # fmt: skip


WITH_DETAIL: Final = bundle(
    PATIENT,
    care_plan(
        title="高血压运动处方",
        period={"start": "2026-03-01", "end": "2026-05-31"},
        addresses=[{"display": "原发性高血压"}],
        activity=[
            {"detail": {"kind": "ServiceRequest", "status": "scheduled",
                        "code": {"text": "坐站训练"}, "description": "3组×10次",
                        "scheduledTiming": weekly(3)}},
            {"detail": {"status": "scheduled", "code": {"text": "有氧：原地踏步"},
                        "scheduledTiming": {"repeat": {"frequency": 1, "period": 1,
                                                       "periodUnit": "d", "duration": 10,
                                                       "durationUnit": "min"}}}},
        ],
    ),
)  # fmt: skip
WITH_ORDERS: Final = bundle(
    PATIENT,
    care_plan(
        title="Strength at home",
        goal=[{"reference": "Goal/g1"}],
        activity=[{"reference": {"reference": "ServiceRequest/s1"}},
                  {"reference": {"reference": "https://hospital.example/fhir/ServiceRequest/s2"}}],
    ),
    order({"coding": [{"system": "https://hospital.example/codes", "code": "EX-7",
                       "display": "Half squat"}]},
          orderDetail=[{"text": "2 sets of 8-12 reps"}], occurrenceTiming=weekly(2)),
    order({"text": "Heel raises"}, id="s2", quantityQuantity={"value": 15, "unit": "reps"},
          occurrenceTiming={"repeat": {"dayOfWeek": ["mon", "thu"], "frequency": 1, "period": 1,
                                       "periodUnit": "wk"}},
          note=[{"text": "two sets"}]),
    {"resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "subject": SUBJECT,
     "description": {"text": "Heart rate"},
     "target": [{"measure": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                 "detailRange": {"low": {"value": 95, "unit": "/min", "code": "/min"},
                                 "high": {"value": 115, "unit": "/min", "code": "/min"}}}]},
)  # fmt: skip
ALONE: Final = order(
    {"text": "单脚站立"},
    patientInstruction="每次保持20秒，4组，每周五次，扶椅",
    reasonCode=[{"text": "跌倒风险"}],
)
WORDS_ONLY: Final = care_plan(
    description="目标心率 100～120 次/分，Borg 12-14 分",
    activity=[{"detail": {"status": "not-started", "description": "直腿抬高，每组10-15次，做两组",
                          "scheduledString": "每天一次"}}],
)  # fmt: skip
CONTAINED: Final = care_plan(
    contained=[
        order({"text": "Wall sit"}, id="w", orderDetail=[{"text": "3 x 20 s"}],
              occurrenceTiming={"code": {"text": "4 times a week"}}),
        {"resourceType": "Condition", "id": "k", "subject": SUBJECT,
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I10",
                              "display": "Essential (primary) hypertension"}]}},
    ],
    addresses=[{"reference": "#k"}],
    activity=[{"reference": {"reference": "#w"}}],
)  # fmt: skip
RELEASE_5: Final = bundle(
    PATIENT,
    care_plan(
        addresses=[{"concept": {"text": "Osteoporosis"}}],
        activity=[{"plannedActivityReference": {"reference": "ServiceRequest/s1"}}],
    ),
    order({"concept": {"text": "Sit to stand"}},
          patientInstruction=[{"instructionMarkdown": "3 sets of 10"}],
          occurrenceTiming=weekly(3)),
)  # fmt: skip
STYLES: Final[dict[str, tuple[Json, list[Json], Json]]] = {
    "detail": (
        WITH_DETAIL,
        [
            {"exercise": "sit_to_stand", "type": "strength", "mode": "reps", "sets": 3,
             "reps_min": 10, "reps_max": 10, "per_week": 3},
            {"exercise": "marching", "type": "aerobic", "mode": "duration", "duration_s": 600.0},
        ],
        {"conditions": ("hypertension",), "frequency": 7, "born": 1956},
    ),
    "orders": (
        WITH_ORDERS,
        [
            {"exercise": "half_squat", "type": "strength", "mode": "reps", "sets": 2,
             "reps_min": 8, "reps_max": 12},
            {"exercise": "heel_raise", "type": "strength", "mode": "reps", "sets": 2,
             "reps_min": 15, "reps_max": 15},
        ],
        {"conditions": (), "frequency": 2, "born": 1956, "heart_rate": (95.0, 115.0)},
    ),
    "alone": (
        ALONE,
        [{"exercise": "single_leg_stand", "type": "balance", "mode": "hold", "sets": 4,
          "hold_s": 20.0}],
        {"conditions": ("fall_risk",), "frequency": 5, "born": None},
    ),
    "words": (
        WORDS_ONLY,
        [{"exercise": "straight_leg_raise", "type": "strength", "mode": "reps", "sets": 2,
          "reps_min": 10, "reps_max": 15}],
        {"conditions": (), "frequency": 7, "born": None, "heart_rate": (100.0, 120.0),
         "effort": (12.0, 14.0)},
    ),
    "contained": (
        CONTAINED,
        [{"exercise": "wall_sit", "type": "strength", "mode": "hold", "sets": 3,
          "hold_s": 20.0}],
        {"conditions": ("hypertension",), "frequency": 4, "born": None},
    ),
    "release 5": (
        RELEASE_5,
        [{"exercise": "sit_to_stand", "type": "strength", "mode": "reps", "sets": 3,
          "reps_min": 10, "reps_max": 10}],
        {"conditions": ("osteoporosis",), "frequency": 3, "born": 1956},
    ),
}  # fmt: skip
"""The document, the items of the draft, and what is known besides."""
