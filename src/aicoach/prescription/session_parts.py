"""Default warm-up and cool-down, as data: the first choice that the resident may do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationError

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.spec import Key
from aicoach.errors import ExerciseSpecError
from aicoach.prescription.blocks import block_of
from aicoach.prescription.items import Item, Support
from aicoach.prescription.parts import PlanModel
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.blocks import Block, Part


class Choice(PlanModel):
    """One exercise that may fill a step."""

    exercise: Key
    support: Support
    tempo: str


class Step(PlanModel):
    """A part of the warm-up or cool-down."""

    share: Annotated[float, Field(gt=0, le=1)]
    choices: Annotated[tuple[Choice, ...], Field(min_length=1)]


class SessionParts(PlanModel):
    """What warms up and what cools down."""

    warm_up: tuple[Step, ...]
    cool_down: tuple[Step, ...]


@cache
def session_parts() -> SessionParts:
    """The default parts of a session.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong.
    """
    path = resource_dir("rules") / "session_parts.toml"
    try:
        return SessionParts.model_validate(as_tuples(read_toml(path)))
    except ValidationError as problems:
        first = problems.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ExerciseSpecError(path, where, first["msg"]) from problems


def default_blocks(
    part: Part,
    minutes: float,
    specs: Mapping[str, ExerciseSpec],
    permitted: Callable[[str, Support], bool],
) -> tuple[Block, ...]:
    """The default blocks of ``part``, ``minutes`` long in all.

    permitted : whether an exercise may be done today with a support.
    Empty where nothing is permitted, or ``minutes`` is 0.
    """
    parts = session_parts()
    steps = parts.warm_up if part == "warm_up" else parts.cool_down
    taken: list[tuple[float, Choice]] = []
    for step in steps:
        for choice in step.choices:
            twice = any(choice.exercise == other.exercise for _, other in taken)
            if (
                choice.exercise in specs
                and permitted(choice.exercise, choice.support)
                and not twice
            ):
                taken.append((step.share, choice))
                break
    whole = sum(share for share, _ in taken)
    if minutes <= 0.0 or not taken:
        return ()
    return tuple(
        block_of(
            Item(
                exercise=choice.exercise,
                type="mobility",
                mode="duration",
                duration_s=round(60.0 * minutes * share / whole),
                support=choice.support,
                tempo=choice.tempo,
                rest_between_sets_s=0.0,
                rest_after_s=0.0,
            ),
            specs[choice.exercise],
            part,
            f"default {part}",
        )
        for share, choice in taken
    )
