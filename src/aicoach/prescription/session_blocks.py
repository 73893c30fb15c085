"""Today's session of a plan: what is permitted is walked, what is forbidden is replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aicoach.catalog.permission import Refusal, refusals
from aicoach.limits import AppliedLimits
from aicoach.prescription.blocks import Block, block_of, default_tempo
from aicoach.prescription.ranges import target_deg
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.rules import default_rules
from aicoach.prescription.session_parts import default_blocks
from aicoach.prescription.substitutes import chain_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.blocks import Part
    from aicoach.prescription.items import Item, Support
    from aicoach.prescription.model import Prescription

NOTHING_APPLIED = AppliedLimits()
"""A day on which screening added nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An exercise that is not done today, and what is done instead."""

    exercise: str
    by: str | None
    """None: left out, nothing safe stands in for it."""
    refused: tuple[Refusal, ...]
    """Why."""
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """Blocks in order, and what was changed for today."""

    blocks: tuple[Block, ...]
    replacements: tuple[Replacement, ...] = ()

    @property
    def expected_s(self) -> float:
        """Seconds that the whole is expected to take."""
        return sum(block.expected_s for block in self.blocks)


def today_refuses(
    spec: ExerciseSpec,
    plan: Prescription,
    applied: AppliedLimits = NOTHING_APPLIED,
    support: Support = "none",
    item: Item | None = None,
) -> tuple[Refusal, ...]:
    """Why ``spec`` is not done today; an empty tuple is permission.

    The allowance of ``item`` lifts what plan and conditions forbid, never what today's
    screening adds.
    """
    found = refusals(spec, applied.conditions, applied.forbidden_tags, support)
    if applied.postures is not None and not _posture_fits(spec, applied.postures, support):
        found += (Refusal(kind="only", name=spec.posture, by="screening"),)
    if applied.met_below is not None and spec.met.value >= applied.met_below.value:
        found += (Refusal(kind="only", name=f"{spec.met.value:g} MET", by="screening"),)
    if item is None or item.allowance is None:
        found += tuple(
            refusal
            for refusal in refusals(spec, conditions_of(plan), plan.forbidden_tags, support)
            if refusal not in found
        )
    return found


def _posture_fits(spec: ExerciseSpec, postures: frozenset[str], support: Support) -> bool:
    posture = "seated" if spec.posture == "any" and support == "seated" else spec.posture
    return posture in postures or posture == "any"


def session_blocks(
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    applied: AppliedLimits = NOTHING_APPLIED,
    *,
    session_of_week: int | None = None,
) -> SessionPlan:
    """Warm-up, main part and cool-down of one session.

    Parameters
    ----------
    applied
        What today's screening adds.
    session_of_week
        1 is the week's first session; items with ``per_week`` come only on their share of
        the days. None: everything.
    """
    replaced: list[Replacement] = []
    parts: dict[Part, list[Block]] = {"warm_up": [], "main": [], "cool_down": []}
    for name, i, item in plan.parts():
        part: Part = "main" if name == "items" else name  # type: ignore[assignment]
        if not is_due(item, plan.session.frequency_per_week, session_of_week):
            continue
        block, change = _today(item, part, f"{name}.{i + 1}", plan, specs, applied)
        if block is not None:
            parts[part].append(block)
        if change is not None:
            replaced.append(change)

    def permitted(exercise: str, support: Support) -> bool:
        return not today_refuses(specs[exercise], plan, applied, support)

    def default(part: Part, minutes: float) -> tuple[Block, ...]:
        found = default_blocks(part, minutes, specs, permitted)
        return tuple(
            replace(block, target_deg=target_deg(plan, specs[block.exercise], None))
            for block in found
        )

    warm_up = tuple(parts["warm_up"]) or default("warm_up", plan.session.warm_up_min)
    cool_down = tuple(parts["cool_down"]) or default("cool_down", cool_down_min(plan, applied))
    return SessionPlan(blocks=(*warm_up, *parts["main"], *cool_down), replacements=tuple(replaced))


def cool_down_min(plan: Prescription, applied: AppliedLimits = NOTHING_APPLIED) -> float:
    """Minutes of cooling down: the plan's, never less than the rules ask for."""
    wanted = [plan.session.cool_down_min]
    if plan.has_aerobic_work:
        wanted.append(default_rules().cool_down_min)
    if applied.cool_down_min is not None:
        wanted.append(applied.cool_down_min.value)
    return max(wanted)


def is_due(item: Item, frequency_per_week: int, session_of_week: int | None) -> bool:
    """Whether an item comes in this session of the week; its days are spread evenly."""
    if item.per_week is None or session_of_week is None:
        return True
    k = (session_of_week - 1) % frequency_per_week
    share = min(item.per_week, frequency_per_week)
    return (k + 1) * share // frequency_per_week > k * share // frequency_per_week


def _today(
    item: Item,
    part: Part,
    field: str,
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    applied: AppliedLimits,
) -> tuple[Block | None, Replacement | None]:
    """The item as a block; another exercise where it is forbidden; nothing where none is safe."""
    refused = today_refuses(specs[item.exercise], plan, applied, item.support, item)
    if not refused:
        spec = specs[item.exercise]
        return block_of(item, spec, part, field, target_deg(plan, spec, item)), None
    for other in chain_of(item.exercise, plan.substitutes):
        if other in specs and not today_refuses(specs[other], plan, applied, item.support):
            return (
                _stand_in(item, specs[other], part, field, plan),
                Replacement(exercise=item.exercise, by=other, refused=refused, field=field),
            )
    return None, Replacement(exercise=item.exercise, by=None, refused=refused, field=field)


def _stand_in(item: Item, spec: ExerciseSpec, part: Part, field: str, plan: Prescription) -> Block:
    """``spec`` in the place of the item: its dose, but not its load, range and tempo."""
    item_of_other = item.model_copy(update={"rom": (), "tempo": None})
    bare = block_of(item_of_other, spec, part, field, target_deg(plan, spec, None))
    block = replace(
        bare, exercise=spec.id, tempo=default_tempo(spec), load=None, replaces=item.exercise
    )
    if spec.kind == "hold" and block.mode == "reps":
        held_s = min(block.set_s, default_rules().hold_s_pressure)
        return replace(block, mode="hold", hold_s=held_s, reps_min=None, reps_max=None)
    if spec.kind != "hold" and block.mode == "hold":
        return replace(block, mode="duration", duration_s=block.hold_s, hold_s=None)
    return block
