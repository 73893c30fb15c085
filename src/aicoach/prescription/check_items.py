"""What the items of a plan and its joint limits say against themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.rules import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.prescription.items import Item, RangeOfMotion
    from aicoach.prescription.model import Prescription


def of_item(plan: Prescription, item: Item, field: str) -> Iterator[PlanProblem]:
    """What one item says against itself, and against the plan."""
    needed = {"reps": ("reps_min", "reps_max"), "hold": ("hold_s",), "duration": ("duration_s",)}
    mine = needed[item.mode]
    if all(getattr(item, name) is None for name in mine):
        yield PlanProblem(f"{field}.{mine[-1]}", f"is missing: mode '{item.mode}' needs it")
    for mode, names in needed.items():
        for name in names:
            if mode != item.mode and getattr(item, name) is not None:
                text = f"belongs to mode '{mode}', but the mode is '{item.mode}'"
                yield PlanProblem(f"{field}.{name}", text)
    if item.reps_min is not None and item.reps_max is not None and item.reps_min > item.reps_max:
        text = f"is {item.reps_max}, below reps_min {item.reps_min}"
        yield PlanProblem(f"{field}.reps_max", text)
    yield from _of_cadence(item, field)
    yield from _of_tempo(item, field)
    yield from _of_load(item, field)
    highest = plan.intensity.pain_stop
    if item.pain_max is not None and highest is not None and item.pain_max > highest:
        text = f"is {item.pain_max:g}, above intensity.pain_stop {highest:g}"
        yield PlanProblem(f"{field}.pain_max", text)
    for k, rom in enumerate(item.rom):
        yield from _of_range(rom, f"{field}.rom.{k + 1}")


def _of_tempo(item: Item, field: str) -> Iterator[PlanProblem]:
    tempo = item.wanted_tempo
    if tempo is None:
        return
    longest = table("highest")["phase_s"].value
    phases = (tempo.eccentric_s, tempo.bottom_s, tempo.concentric_s, tempo.top_s)
    if max(phases) > longest:
        yield PlanProblem(f"{field}.tempo", f"a phase lasts at most {longest:g} s")
    if tempo.eccentric_s + tempo.concentric_s <= 0.0:
        yield PlanProblem(f"{field}.tempo", "nothing moves: eccentric and concentric are 0")
    least = None if item.cadence is None else item.cadence.min_per_min
    if least is not None and least * sum(phases) > 60.0:
        text = f"{sum(phases):g} s a repetition cannot reach {least:g} a minute"
        yield PlanProblem(f"{field}.tempo", text)


def _of_cadence(item: Item, field: str) -> Iterator[PlanProblem]:
    if item.cadence is None:
        return
    least, most = item.cadence.min_per_min, item.cadence.max_per_min
    if least is not None and most is not None and least > most:
        text = f"is {most:g}, below min_per_min {least:g}"
        yield PlanProblem(f"{field}.cadence.max_per_min", text)


def _of_load(item: Item, field: str) -> Iterator[PlanProblem]:
    load = item.load
    if load.kg is not None and load.type not in ("dumbbell", "ankle_weight"):
        yield PlanProblem(f"{field}.load.kg", f"type '{load.type}' has no weight")
    if load.kg is None and load.type in ("dumbbell", "ankle_weight") and load.pct_1rm is None:
        yield PlanProblem(f"{field}.load.kg", f"is missing: type '{load.type}' needs it")
    if load.band_colour is not None and load.type != "band":
        yield PlanProblem(f"{field}.load.band_colour", f"type '{load.type}' has no band")


def _of_range(rom: RangeOfMotion, field: str) -> Iterator[PlanProblem]:
    if rom.convention == "internal" and rom.joint not in ("knee_flexion", "elbow_flexion"):
        text = "'internal' is for knee_flexion and elbow_flexion; use 'flexion'"
        yield PlanProblem(f"{field}.convention", text)
        return
    plain = rom.in_flexion()
    if plain.target_deg is plain.never_above_deg is plain.never_below_deg is None:
        yield PlanProblem(field, "give target_deg, never_above_deg or never_below_deg")
    yield from of_joint(
        rom.joint, plain.never_above_deg, plain.never_below_deg, plain.target_deg, field
    )


def of_joint(
    joint: str, above: float | None, below: float | None, target: float | None, field: str
) -> Iterator[PlanProblem]:
    """Bounds and target of a joint, in flexion, against anatomy and each other."""
    lowest, highest = table("joint_lowest").get(joint), table("joint_highest").get(joint)
    if lowest is None or highest is None:
        known = ", ".join(table("joint_lowest"))
        yield PlanProblem(f"{field}.joint", f"'{joint}' is not known; known are {known}")
        return
    for name, value in (
        ("never_above_deg", above), ("never_below_deg", below), ("target_deg", target),
    ):  # fmt: skip
        if value is not None and not lowest.value <= value <= highest.value:
            text = (
                f"is {value:g} deg of flexion, anatomy allows {lowest.value:g} to "
                f"{highest.value:g} for {joint}"
            )
            yield PlanProblem(f"{field}.{name}", text)
    if above is not None and below is not None and below >= above:
        text = f"is {below:g} deg, not below never_above_deg {above:g}"
        yield PlanProblem(f"{field}.never_below_deg", text)
    if target is not None and above is not None and target > above:
        text = f"is {target:g} deg, beyond the hard limit of {above:g}"
        yield PlanProblem(f"{field}.target_deg", text)
    if target is not None and below is not None and target < below:
        text = f"is {target:g} deg, beyond the hard limit of {below:g}"
        yield PlanProblem(f"{field}.target_deg", text)
