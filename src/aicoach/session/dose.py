"""What is asked for before an exercise: how much, with which side, with what in the hands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.catalog.sides import limb_of, side_of_set
from aicoach.coaching.requests import KeyOf

if TYPE_CHECKING:
    from aicoach.prescription import Block
    from aicoach.session.room import Room

_MINUTE_S: Final = 60.0
_HALF_MINUTE_S: Final = 30.0


def say_dose(room: Room, t_s: float, block: Block) -> None:
    """Say sets and repetitions or time, the side where only one is asked for, and the load."""
    spec = room.catalog[block.exercise]
    if block.mode == "reps":
        both = counts_both(room, block)
        repetitions = block.reps_max or block.reps_min or 0
        room.say(
            t_s,
            f"session.exercise.repetitions{'_each_side' if both else ''}",
            repetitions=math.ceil(repetitions / 2) if both else repetitions,
            sets=block.sets,
        )
    elif block.mode == "hold":
        room.say(t_s, "session.exercise.hold", seconds=round(block.hold_s or 0), sets=block.sets)
    else:
        _say_time(room, t_s, block.duration_s or 0.0)
    if spec.kind == "hold" and block.side == "alternate" and block.sets > 1:
        room.say(t_s, "session.exercise.change_sides")
    else:
        say_side(room, t_s, block, 1)
    _say_load(room, t_s, block)


def say_side(room: Room, t_s: float, block: Block, number: int) -> None:
    """Say which side the set ``number`` is for; nothing where both are."""
    spec = room.catalog[block.exercise]
    side = side_of_set(block.side, spec, number)
    if side is not None:
        room.say(t_s, f"session.side.{limb_of(spec)}.{side}", subject="side")


def counts_both(room: Room, block: Block) -> bool:
    """Whether left and right are counted each for itself, and both are asked for."""
    spec = room.catalog[block.exercise]
    return spec.kind == "alternating" and side_of_set(block.side, spec, 1) is None


def _say_time(room: Room, t_s: float, duration_s: float) -> None:
    """Seconds below a minute, else minutes and half minutes, as one says them."""
    if duration_s < _MINUTE_S:
        room.say(t_s, "session.exercise.seconds", seconds=round(duration_s))
        return
    minutes, half = divmod(round(duration_s / _HALF_MINUTE_S), 2)
    room.say(t_s, f"session.exercise.minutes{'_and_half' if half else ''}", minutes=minutes)


def _say_load(room: Room, t_s: float, block: Block) -> None:
    load = block.load
    if load is None:
        return
    if load.kg:
        room.say(t_s, "session.exercise.with_weight", kilograms=f"{load.kg:g}")
    if load.type == "band" and load.band_colour is not None:
        room.say(t_s, "session.exercise.with_band", band=KeyOf(f"session.band.{load.band_colour}"))
