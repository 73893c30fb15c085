"""What a plan prescribes for one session, as it is kept beside what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.prescription import session_blocks
from aicoach.records import PlannedExercise, PlannedSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription import Block, Prescription


def planned_session(
    plan: Prescription,
    catalog: Mapping[str, ExerciseSpec],
    *,
    session_of_week: int | None = None,
) -> PlannedSession:
    """The session as the plan means it, before today's screening changes anything.

    session_of_week : 1 is the week's first; None: every item is due.
    """
    blocks = session_blocks(plan, catalog, session_of_week=session_of_week).blocks
    return PlannedSession(
        frequency_per_week=plan.session.frequency_per_week,
        exercises=tuple(_planned(block, i, catalog) for i, block in enumerate(blocks, start=1)),
        main_min=plan.session.main_min,
        total_min_max=plan.session.total_min_max,
    )


def _planned(block: Block, ordinal: int, catalog: Mapping[str, ExerciseSpec]) -> PlannedExercise:
    tempo, load = block.tempo, block.load
    spec = catalog.get(block.exercise)
    motion = None if spec is None else spec.range_of_motion
    return PlannedExercise(
        ordinal=ordinal,
        field=block.field,
        part=block.part,
        type=block.type,
        exercise=block.exercise,
        mode=block.mode,
        sets=block.sets,
        reps_min=block.reps_min,
        reps_max=block.reps_max,
        hold_s=block.hold_s,
        duration_s=block.duration_s,
        side=block.side,
        support=block.support,
        eccentric_s=None if tempo is None else tempo.eccentric_s,
        bottom_s=None if tempo is None else tempo.bottom_s,
        concentric_s=None if tempo is None else tempo.concentric_s,
        top_s=None if tempo is None else tempo.top_s,
        target_deg=block.target_deg,
        rest_deg=None if motion is None else motion.rest_deg,
        load_type=None if load is None else load.type,
        load_kg=None if load is None else load.kg,
        load_band=None if load is None else load.band_colour,
        met=None if spec is None else spec.met.value,
        min_valid_ratio=block.min_valid_ratio,
    )
