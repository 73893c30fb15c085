"""What the heart-rate part of a plan says against itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.rules import zone_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.prescription.model import Prescription
    from aicoach.prescription.parts import HeartRateAim

AT: Final = "intensity.heart_rate"
_WINDOW: Final[dict[str, tuple[str, ...]]] = {
    "hrr": ("lower_pct", "upper_pct"),
    "pct_hrmax": ("lower_pct", "upper_pct"),
    "absolute": ("lower_bpm", "upper_bpm"),
    "none": (),
}
_BOUNDS: Final = ("lower_pct", "upper_pct", "lower_bpm", "upper_bpm")
_ORDER: Final = (
    ("lower_pct", "upper_pct"),
    ("lower_bpm", "upper_bpm"),
    ("rest_bpm", "lower_bpm"),
    ("rest_bpm", "upper_bpm"),
    ("rest_bpm", "max_bpm"),
    ("rest_bpm", "hard_cap_bpm"),
    ("rest_bpm", "ischaemic_threshold_bpm"),
    ("upper_bpm", "hard_cap_bpm"),
    ("upper_bpm", "max_bpm"),
    ("hard_cap_bpm", "max_bpm"),
)
"""The first must lie below the second."""


def of_heart_rate(plan: Prescription) -> Iterator[PlanProblem]:
    """What the heart-rate window, the maximum and the cap say against each other."""
    aim = plan.intensity.heart_rate
    wanted = _WINDOW[aim.method]
    for name in _BOUNDS:
        if getattr(aim, name) is not None and name not in wanted:
            allowed = " or ".join(wanted) or "no window"
            yield PlanProblem(f"{AT}.{name}", f"method '{aim.method}' takes {allowed}")
    for name in wanted[1:]:
        if getattr(aim, name) is None:
            yield PlanProblem(f"{AT}.{name}", f"is missing: method '{aim.method}' needs it")
    yield from _of_order(aim)
    yield from _of_maximum(plan, aim)
    yield from _of_rest(plan, aim)
    if aim.icd_detection_bpm is not None:
        highest = aim.icd_detection_bpm - zone_rules().icd_margin_bpm
        if aim.hard_cap_bpm is None or aim.hard_cap_bpm > highest:
            text = f"must be given and at most {highest:g}, below the detection rate"
            yield PlanProblem(f"{AT}.hard_cap_bpm", text)


def _of_order(aim: HeartRateAim) -> Iterator[PlanProblem]:
    for low, high in _ORDER:
        below, above = getattr(aim, low), getattr(aim, high)
        if below is None or above is None:
            continue
        if below > above or (below == above and (low, high) != ("hard_cap_bpm", "max_bpm")):
            text = f"is {above:g}, must be above {low} {below:g}"
            yield PlanProblem(f"{AT}.{high}", text)


def _of_maximum(plan: Prescription, aim: HeartRateAim) -> Iterator[PlanProblem]:
    by_formula = aim.max_source.startswith("formula:")
    if by_formula and aim.max_bpm is not None:
        text = f"is given, but max_source is '{aim.max_source}'; use 'measured' or 'clinician'"
        yield PlanProblem(f"{AT}.max_bpm", text)
    if not by_formula and aim.max_bpm is None:
        yield PlanProblem(f"{AT}.max_bpm", f"is missing: max_source is '{aim.max_source}'")
    if aim.max_source == "formula:brawner" and plan.medications.beta_blocker == "no":
        text = "formula:brawner is for people on a beta-blocker only; use formula:gellish"
        yield PlanProblem(f"{AT}.max_source", text)


def _of_rest(plan: Prescription, aim: HeartRateAim) -> Iterator[PlanProblem]:
    if aim.method != "hrr":
        return
    rules = zone_rules()
    lowest, highest = rules.rest_lowest_bpm, rules.rest_highest_bpm
    if aim.rest_bpm is None:
        if plan.status != "draft":
            yield PlanProblem(f"{AT}.rest_bpm", "is missing: method 'hrr' needs it")
    elif not lowest <= aim.rest_bpm <= highest:
        text = f"is {aim.rest_bpm:g}; zones are computed only from {lowest:g} to {highest:g} bpm"
        yield PlanProblem(f"{AT}.rest_bpm", text)
