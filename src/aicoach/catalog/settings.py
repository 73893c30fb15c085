"""Constants of the counting machine, read from ``exercises/counting.toml``.

They are the same for all exercises; what differs between exercises stands in the
exercise's own file.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import SpecModel
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class SignalSettings(SpecModel):
    """From features to one phase."""

    low_clip: float
    """A voter's phase is cut below here, so that arms that hang before a press do not count."""
    high_clip: float
    min_score: Share
    """Below this joint score a voter is silent."""
    smoothing_s: Positive
    """Time constant of the exponential average of the phase."""


class CycleSettings(SpecModel):
    """Reversals of the phase."""

    swing_share: Share
    """A reversal must exceed this share of the median recent swing."""
    return_share: Share
    """The way back must undo this share of the way out."""
    memory: Annotated[int, Field(ge=1, le=20)]
    """Swings in the median."""
    trough_band: Share
    """The start of a cycle moves on while within this share of a swing of the trough."""
    baseline_s: Positive
    """How fast the standing level of an absolute height follows."""
    gap_s: Positive
    """Longer out of sight, and the movement under way is lost."""
    arrive_phase: Share
    """Phase at which a count at the target happens."""
    arrive_still_s: Positive
    """The rise has ended when the phase made no way for so long,"""
    arrive_drop: Share
    """... or turned back by this much."""
    rearm_phase: Share
    """The start pose must have been nearer than this before the next count at the target."""
    arrive_share: Share
    """... and share of the median swing that must have been risen."""
    same_movement: Share
    """Peaks of both sides closer than this share of a cycle are one movement."""


class PlaceSettings(SpecModel):
    """Body orientation and place."""

    upright_below_deg: float
    """Trunk of a standing or sitting person; up to ``upright_never_above_deg`` is doubt."""
    upright_never_above_deg: float
    lying_above_deg: float
    """Trunk of a lying or kneeling person; down to ``lying_never_below_deg`` is doubt."""
    lying_never_below_deg: float
    start_phase: Share
    """Orientation is judged while the phase is below this."""
    posture_share: Share
    inverted_above_deg: float
    """Trunk and thighs beyond this from hanging straight: a handstand."""
    settled_s: Positive
    """Stepping exercises: the person has stayed in place for this long before the cycle."""
    settled_travel: Positive
    """... within this many body units sideways,"""
    settled_approach: Positive
    """... and this change of the logarithm of their size."""
    travel: Positive
    """Largest sideways shift of the hip from start to end of a cycle, body units."""
    approach: Positive
    """Largest change of the logarithm of the person's size over a cycle."""
    foot_shift: Positive
    """A planted foot ends less than this from where it stood, body units."""
    foot_travel: Positive
    """... and strays less than this on the way, both feet of a 'both_feet' exercise."""
    step_factor: Positive
    """So many times more than that is a step for certain; between lies doubt."""
    stance_travel: Positive
    """The same for the one foot that stays in a 'one_foot' exercise."""
    foot_score: Share
    """An ankle less visible than this cannot tell where the foot stood."""
    feet_score: Share
    """Stepping is not counted when both ankles are less visible than this."""


class SightSettings(SpecModel):
    """How well joints must be seen."""

    phantom_score: Share
    """Below this score of all its joints a 'person' is furniture."""
    doubtful_score: Share
    """Below this a cycle is weak evidence."""
    limb_score: Share
    """One of two limbs counts by itself only when seen better than this."""
    gate_score: Share
    """Gates do not speak of joints less visible than this."""


class ReadySettings(SpecModel):
    """The held start pose before a first repetition."""

    still_s: Positive
    phase_below: Share
    phase_range: Positive
    shift: Positive
    opening_s: Positive
    """A cycle that starts this soon after the person is first seen may be a clip cut tight."""
    opening_return_s: Positive
    """... or this soon, when the person was first seen on the way back to the start pose."""
    opening_phase: Share
    """Phase at which a movement is clearly under way."""


class ConfirmSettings(SpecModel):
    """When movements become a set."""

    doubtful_start: Share
    """A cycle that starts this far from the start pose is weak evidence."""
    strong_peak: Share
    strong_start: Share
    strong_amplitude: Share
    strong_s: Positive
    same_ratio: Positive
    """Amplitudes or durations within this ratio are the same."""
    other_ratio: Positive
    """... and beyond this one they have nothing in common."""
    likeness_deg: Positive
    """Mean difference of the moving joint angles at which two cycles are no longer alike."""
    misread_share: Share
    """Likeness left up to twice that difference: alike in range and time only."""
    likeness: Positive
    """Sum of likeness (0 to 1 per pair) that makes a chain of cycles a set."""
    everyday_likeness: Positive
    """The same for what looks like an everyday gesture (``alone = false``)."""
    weak_likeness: Positive
    """The same when a cycle in the chain is weak."""
    known_set: Annotated[int, Field(ge=2, le=5)]
    """Repetitions after which a set is known so well that a failed gate is a misreading."""
    member_deg: Positive
    """In a set: a cycle more unlike than this to all recent ones waits for others."""
    keep_s: Positive
    """How long an unconfirmed cycle waits for another."""
    keep_cycles: Positive
    """... or so many times its own duration."""
    member_share: Share
    """In a set: amplitude against the median of the last ones."""
    weak_duration_ratio: Positive
    pause_s: Positive
    pause_cycles: Positive


class CountingSettings(SpecModel):
    """All of it."""

    signal: SignalSettings
    cycle: CycleSettings
    place: PlaceSettings
    sight: SightSettings
    ready: ReadySettings
    confirm: ConfirmSettings


@cache
def counting_settings() -> CountingSettings:
    """Read the constants that come with aicoach.

    Raises
    ------
    ExerciseSpecError
        If the file is missing or wrong.
    """
    path = resource_dir("exercises") / "counting.toml"
    try:
        return CountingSettings.model_validate(as_tuples(read_toml(path)))
    except ValidationError as problems:
        first = problems.errors()[0]
        raise ExerciseSpecError(
            path, ".".join(str(part) for part in first["loc"]), first["msg"]
        ) from problems
