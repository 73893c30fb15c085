"""One exercise of a plan: what, how much, how, how far."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aicoach.catalog.spec import Key
from aicoach.limits import Tempo
from aicoach.prescription.parts import Code, PlanModel
from aicoach.prescription.quantities import Angle, Quantity, RestSeconds

WorkType = Literal["aerobic", "strength", "balance", "flexibility", "mobility"]
Mode = Literal["reps", "hold", "duration"]
BodySide = Literal["left", "right", "both", "alternate"]
Support = Literal["none", "chair", "wall", "rail", "seated"]
Repetitions = Annotated[int, Quantity("reps")]


class Load(PlanModel):
    """What is moved besides the body."""

    type: Literal["bodyweight", "dumbbell", "band", "ankle_weight"] = "bodyweight"
    kg: Annotated[float, Quantity("load_kg")] | None = None
    """Per hand or leg; for dumbbell and ankle_weight."""
    band_colour: Literal["yellow", "red", "green", "blue", "black", "silver"] | None = None
    """For band."""
    pct_1rm: Annotated[float, Quantity("pct_1rm")] | None = None
    """Per cent of the most that can be lifted once; information for staff."""


class RangeOfMotion(PlanModel):
    """Target and limits of one joint in this exercise, in degrees."""

    joint: Key
    """knee_flexion, hip_flexion, elbow_flexion, shoulder_elevation ..."""
    target_deg: Angle | None = None
    """Aimed for; of the joint by which the exercise is measured."""
    never_above_deg: Angle | None = None
    """Hard limit: a warning comes before it."""
    never_below_deg: Angle | None = None
    """Hard limit towards straight."""
    convention: Literal["flexion", "internal"] = "flexion"
    """flexion: 0 is straight; internal: 180 is straight (hinge joints only)."""

    def in_flexion(self) -> RangeOfMotion:
        """The same in clinical flexion."""
        if self.convention == "flexion":
            return self
        return self.model_copy(
            update={
                "target_deg": _turned(self.target_deg),
                "never_above_deg": _turned(self.never_below_deg),
                "never_below_deg": _turned(self.never_above_deg),
                "convention": "flexion",
            }
        )


def _turned(internal_deg: float | None) -> float | None:
    return None if internal_deg is None else 180.0 - internal_deg


class Cadence(PlanModel):
    """Repetitions or steps a minute."""

    min_per_min: Annotated[float, Quantity("per_min")] | None = None
    max_per_min: Annotated[float, Quantity("per_min")] | None = None


class Allowance(PlanModel):
    """A clinician asks for an exercise that a rule would leave out, and says why."""

    author: Code
    role: Literal["physician", "physiotherapist", "exercise_prescriber"]
    reason: Annotated[str, Field(min_length=8, max_length=300)]


class QualityGate(PlanModel):
    """Below this the item does not count as done."""

    min_valid_rep_ratio: Annotated[float, Field(ge=0, le=1)]


class Item(PlanModel):
    """One exercise of the plan."""

    exercise: Key
    """Id in the catalogue."""
    type: WorkType
    mode: Mode
    sets: Annotated[int, Quantity("sets")] = 1
    reps_min: Repetitions | None = None
    """For reps. In an alternating exercise each side's effort counts one."""
    reps_max: Repetitions | None = None
    hold_s: Annotated[float, Quantity("hold_s")] | None = None
    """For hold."""
    duration_s: Annotated[float, Quantity("duration_s")] | None = None
    """For duration: so long per set, as many repetitions as come."""
    side: BodySide = "both"
    support: Support = "none"
    tempo: Annotated[str, Field(pattern=r"^\d+(\.\d+)?(-\d+(\.\d+)?){3}$")] | None = None
    """Seconds eccentric-pause-concentric-pause, e.g. 2-0-2-0."""
    rest_between_sets_s: RestSeconds = 60.0
    rest_after_s: RestSeconds = 60.0
    per_week: Annotated[int, Quantity("per_week")] | None = None
    """On so many of the week's sessions; without it, in every session."""
    effort_upper: Annotated[float, Quantity("effort")] | None = None
    """Stricter than the plan's; on the plan's scale."""
    pain_max: Annotated[float, Quantity("pain")] | None = None
    """Stricter than the plan's pain_stop."""
    load: Load = Load()
    rom: tuple[RangeOfMotion, ...] = ()
    cadence: Cadence | None = None
    quality_gate: QualityGate | None = None
    allowance: Allowance | None = None

    @property
    def wanted_tempo(self) -> Tempo | None:
        """The prescribed tempo in seconds per phase."""
        if self.tempo is None:
            return None
        eccentric, bottom, concentric, top = map(float, self.tempo.split("-"))
        return Tempo(eccentric_s=eccentric, bottom_s=bottom, concentric_s=concentric, top_s=top)
