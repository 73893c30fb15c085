"""A plan as an ordered walk: warm-up, main part, cool-down, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aicoach.limits import Tempo
from aicoach.prescription.rules import default_rules

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.items import BodySide, Item, Load, Mode, Support, WorkType

Part = Literal["warm_up", "main", "cool_down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One exercise of today's session."""

    part: Part
    type: WorkType
    exercise: str
    mode: Mode
    sets: int = 1
    reps_min: int | None = None
    reps_max: int | None = None
    """Repetitions per set; in an alternating exercise each side's effort counts one."""
    hold_s: float | None = None
    duration_s: float | None = None
    tempo: Tempo | None = None
    """Prescribed, otherwise the catalogue's."""
    rest_between_sets_s: float = 0.0
    rest_after_s: float = 0.0
    side: BodySide = "both"
    support: Support = "none"
    target_deg: float | None = None
    """Aimed for, of the exercise's own range of motion; None where it has none."""
    load: Load | None = None
    least_per_min: float | None = None
    """Slowest cadence that is aimed for; the fastest is a limit."""
    min_valid_ratio: float | None = None
    """Share of good repetitions below which the block does not count as done."""
    field: str
    """Where it stands in the plan, or ``default warm_up``."""
    replaces: str | None = None
    """The exercise that it stands for today."""

    @property
    def aerobic(self) -> bool:
        """Whether the aerobic window holds and a cool-down follows."""
        return self.type == "aerobic"

    @property
    def cycle_s(self) -> float:
        """Seconds that one repetition is expected to take."""
        return 0.0 if self.tempo is None else self.tempo.cycle_s

    @property
    def set_s(self) -> float:
        """Seconds that one set is expected to take, without rest."""
        if self.mode == "hold":
            return self.hold_s or 0.0
        if self.mode == "duration":
            return self.duration_s or 0.0
        each = self.cycle_s + default_rules().breath_pause_s
        return each * (self.reps_max or self.reps_min or 0)

    @property
    def expected_s(self) -> float:
        """Seconds that the block is expected to take, rests included."""
        return (
            self.sets * self.set_s + (self.sets - 1) * self.rest_between_sets_s + self.rest_after_s
        )


def block_of(
    item: Item,
    spec: ExerciseSpec | None,
    part: Part,
    field: str,
    target_deg: float | None = None,
) -> Block:
    """An item of the plan as a block; without a spec the catalogue's tempo is missing."""
    gate = item.quality_gate
    return Block(
        part=part,
        type=item.type,
        exercise=item.exercise,
        mode=item.mode,
        sets=item.sets,
        reps_min=item.reps_min if item.reps_min is not None else item.reps_max,
        reps_max=item.reps_max if item.reps_max is not None else item.reps_min,
        hold_s=item.hold_s,
        duration_s=item.duration_s,
        tempo=item.wanted_tempo or (None if spec is None else default_tempo(spec)),
        rest_between_sets_s=item.rest_between_sets_s,
        rest_after_s=item.rest_after_s,
        side=item.side,
        support=item.support,
        target_deg=target_deg,
        load=None if item.load.type == "bodyweight" else item.load,
        least_per_min=None if item.cadence is None else item.cadence.min_per_min,
        min_valid_ratio=None if gate is None else gate.min_valid_rep_ratio,
        field=field,
    )


def default_tempo(spec: ExerciseSpec) -> Tempo:
    """The catalogue's tempo as plain seconds."""
    tempo = spec.tempo
    return Tempo(
        eccentric_s=tempo.eccentric_s,
        bottom_s=tempo.bottom_s,
        concentric_s=tempo.concentric_s,
        top_s=tempo.top_s,
    )
