"""Today's session of a plan: what is permitted is walked, what is forbidden is replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aicoach.catalog.sides import limb_of
from aicoach.limits import AppliedLimits
from aicoach.prescription.blocks import Block, block_of, default_tempo
from aicoach.prescription.ranges import target_deg
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.rules import default_rules
from aicoach.prescription.session_parts import default_blocks
from aicoach.screening.bounds import standing_limits
from aicoach.screening.substitution import Planned, plan_exercises

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.blocks import Part
    from aicoach.prescription.items import Item, Support
    from aicoach.prescription.model import Prescription

NOTHING_APPLIED: Final = AppliedLimits()
"""A day on which screening added nothing."""
_SITTING: Final = frozenset({"seated"})
_PARTS: Final[dict[str, Part]] = {"warm_up": "warm_up", "items": "main", "cool_down": "cool_down"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An item that is done otherwise today, or not at all."""

    field: str
    """Where it stands in the plan."""
    planned: Planned
    """What is done instead, why, and how the resident is told."""

    @property
    def exercise(self) -> str:
        """The exercise of the plan."""
        return self.planned.asked

    @property
    def by(self) -> str | None:
        """What is done instead; None: left out, nothing safe stands in for it."""
        return self.planned.exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """Blocks in order, and what was changed for today."""

    blocks: tuple[Block, ...]
    replacements: tuple[Replacement, ...] = ()

    @property
    def expected_s(self) -> float:
        """Seconds that the whole is expected to take."""
        return sum(block.expected_s for block in self.blocks)


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
        What today's screening adds. What the plan's conditions ask for is known here; an
        item's allowance lifts it, but never what screening adds.
    session_of_week
        1 is the week's first session; items with ``per_week`` come only on their share of
        the days. None: everything.
    """
    day = _Day(plan, specs, applied)
    replaced: list[Replacement] = []
    parts: dict[Part, list[Block]] = {"warm_up": [], "main": [], "cool_down": []}
    for name, i, item in plan.parts():
        if not is_due(item, plan.session.frequency_per_week, session_of_week):
            continue
        field = f"{name}.{i + 1}"
        planned = day.planned(item)
        block = day.block(item, planned, _PARTS[name], field)
        if block is not None:
            parts[_PARTS[name]].append(block)
        if planned.replaced:
            replaced.append(Replacement(field=field, planned=planned))

    def default(part: Part, minutes: float) -> tuple[Block, ...]:
        found = default_blocks(part, minutes, specs, day.permits)
        return tuple(
            replace(
                block,
                target_deg=target_deg(plan, specs[block.exercise], None),
                support=day.support(specs[block.exercise], block.support),
            )
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
    for limits in (standing_limits(conditions_of(plan)), applied):
        if limits.cool_down_min is not None:
            wanted.append(limits.cool_down_min.value)
    return max(wanted)


def is_due(item: Item, frequency_per_week: int, session_of_week: int | None) -> bool:
    """Whether an item comes in this session of the week; its days are spread evenly."""
    if item.per_week is None or session_of_week is None:
        return True
    k = (session_of_week - 1) % frequency_per_week
    share = min(item.per_week, frequency_per_week)
    return k * share // frequency_per_week > (k - 1) * share // frequency_per_week


class _Day:
    """What this resident may do today."""

    def __init__(
        self, plan: Prescription, specs: Mapping[str, ExerciseSpec], applied: AppliedLimits
    ) -> None:
        self._plan, self._specs, self._applied = plan, specs, applied
        self._conditions = conditions_of(plan)
        self._substitutes = {name: (other,) for name, other in plan.substitutes.items()}
        sits = "wheelchair_user" in self._conditions | applied.conditions
        self._seated = sits or applied.postures == _SITTING

    def support(self, spec: ExerciseSpec, wanted: Support) -> Support:
        """What is held on to; who may only sit, sits; who sat but must stand, stands free."""
        if spec.posture == "seated" or (self._seated and spec.posture == "any"):
            return "seated"
        return "none" if wanted == "seated" and spec.posture != "any" else wanted

    def permits(self, exercise: str, support: Support) -> bool:
        """Whether plan, conditions and screening leave the exercise alone."""
        return self._ask(exercise, support).exercise == exercise

    def planned(self, item: Item) -> Planned:
        """The item as it is done today; one that left the catalogue, as it was asked for.

        A plan with such an item may be read and reported on; no session runs with it.
        """
        if item.exercise not in self._specs:
            return Planned(asked=item.exercise, exercise=item.exercise)
        if item.allowance is not None:
            today = plan_exercises(
                [item.exercise],
                (),
                (),
                self._specs,
                support={item.exercise: item.support},
                limits=self._applied,
            )[0]
            if not today.replaced:
                return replace(today, allowed_by=item.allowance.author)
        return self._ask(item.exercise, item.support)

    def _ask(self, exercise: str, wanted: Support) -> Planned:
        return plan_exercises(
            [exercise],
            self._plan.forbidden_tags,
            self._conditions,
            self._specs,
            self._substitutes,
            support={name: self.support(spec, wanted) for name, spec in self._specs.items()},
            limits=self._applied,
        )[0]

    def block(self, item: Item, planned: Planned, part: Part, field: str) -> Block | None:
        """The block of an item: its own exercise, another one in its place, or none."""
        if planned.exercise is None:
            return None
        spec = self._specs.get(planned.exercise)
        if spec is None:
            return block_of(item, None, part, field)
        if not planned.replaced:
            block = block_of(item, spec, part, field, target_deg(self._plan, spec, item))
            return replace(block, support=self.support(spec, item.support))
        return self._stand_in(item, spec, part, field)

    def _stand_in(self, item: Item, spec: ExerciseSpec, part: Part, field: str) -> Block:
        """``spec`` in the place of the item: its dose, but not its load, range and tempo."""
        bare = item.model_copy(update={"rom": (), "tempo": None})
        block = replace(
            block_of(bare, spec, part, field, target_deg(self._plan, spec, None)),
            exercise=spec.id,
            tempo=default_tempo(spec),
            load=None,
            least_per_min=None,
            support=self.support(spec, item.support),
            side="both" if limb_of(spec) is None else item.side,
            replaces=item.exercise,
        )
        if spec.kind == "hold" and block.mode == "reps":
            held_s = min(block.set_s, default_rules().stand_in_hold_s)
            return replace(block, mode="hold", hold_s=held_s, reps_min=None, reps_max=None)
        if spec.kind != "hold" and block.mode == "hold":
            return replace(block, mode="duration", duration_s=block.hold_s, hold_s=None)
        return block
