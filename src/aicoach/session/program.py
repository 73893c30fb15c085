"""The order of a session: which parts follow the pre-check."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aicoach.session.closing import Summary
from aicoach.session.exercise import Countdown, Demonstration, ExerciseSet
from aicoach.session.resting import Rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.session.room import Room
    from aicoach.session.stage import Stage


def stages_of(room: Room) -> Iterator[Stage]:
    """Everything from the first block to the summary, for ``room.blocks``."""
    room.planned_sets = sum(block.sets for block in room.blocks)
    room.cool_down_s = _time_to_cool_down_s(room)
    for block in room.blocks:
        last_block = block is room.blocks[-1]
        yield Demonstration(block)
        for number in range(1, block.sets + 1):
            yield Countdown(block, number)
            yield ExerciseSet(block, number)
            more = number < block.sets
            rest_s = block.rest_between_sets_s if more else block.rest_after_s
            if more or not last_block:
                yield Rest(block, rest_s)
            elif block.part == "main":  # how it was is asked after the very last set too
                yield Rest(block, 0.0, last=True)
    yield Summary()


def per_side(repetitions: int | None) -> int | None:
    """Repetitions of one side, where each side's effort counts one."""
    return None if repetitions is None else math.ceil(repetitions / 2)


def _time_to_cool_down_s(room: Room) -> float:
    """Kept free at the end of the longest session, at most half of it."""
    words_s = room.settings.exercise.introduced_s
    down = [block for block in room.blocks if block.part == "cool_down"]
    needed_s = sum(block.expected_s + words_s for block in down)
    longest = room.limits.longest_s if room.limits is not None else None
    return needed_s if longest is None else min(needed_s, longest.value / 2.0)
