"""How an item grows or shrinks by one step: one variable, the others stay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from aicoach.adherence.proposal import ItemChange

if TYPE_CHECKING:
    from aicoach.adherence.proposal import What
    from aicoach.adherence.settings import ProgressionSettings, RegressionSettings
    from aicoach.prescription.items import Item

BANDS: Final = ("yellow", "red", "green", "blue", "black", "silver")
"""From the lightest to the strongest."""


def heavier(item: Item, pct: float | None, rules: ProgressionSettings) -> ItemChange | None:
    """More load: the next band, or a weight that exists within the allowed step.

    None where there is no load, or where no weight is near enough.
    """
    load = item.load
    if load.type == "band" and load.band_colour is not None:
        at = BANDS.index(load.band_colour) + 1
        return _band(item, BANDS[at]) if at < len(BANDS) else None
    if load.kg is None:
        return None
    step_pct = min(max(pct or rules.load_pct, rules.load_pct_least), rules.load_pct_most)
    grain, most = rules.load_grain_kg, load.kg * (1.0 + rules.load_pct_most / 100.0)
    wanted = round(load.kg * (1.0 + step_pct / 100.0) / grain) * grain
    after = max(wanted, (math.floor(load.kg / grain) + 1) * grain)
    return _load(item, after) if after <= most + 1e-9 else None


def more_work(item: Item, pct: float, rules: ProgressionSettings) -> ItemChange | None:
    """More repetitions, or seconds; None where the longest is reached."""
    if item.mode == "reps":
        reps = item.reps_max or item.reps_min or 0
        step = max(1, round(reps * pct / 100.0))
        return _reps(item, step)
    if item.mode == "hold":
        held_s = item.hold_s or 0.0
        return _seconds(item, "hold_s", held_s, float(max(round(held_s + 1.0), _up(held_s, pct))))
    work_s = item.duration_s or 0.0
    grain = rules.seconds_grain_s
    step_s = min(work_s * pct / 100.0, 60.0 * rules.aerobic_most_min / item.sets)
    after_s = work_s + max(1, round(step_s / grain)) * grain
    if after_s * item.sets > 60.0 * rules.aerobic_longest_min:
        return None
    return _seconds(item, "duration_s", work_s, after_s)


def less_work(
    item: Item, rules: RegressionSettings, grains: ProgressionSettings
) -> ItemChange | None:
    """Less load where there is one, otherwise less work; None where nothing is left to take."""
    keep = 1.0 - rules.step_pct / 100.0
    load = item.load
    if load.type == "band" and load.band_colour is not None and load.band_colour != BANDS[0]:
        return _band(item, BANDS[BANDS.index(load.band_colour) - 1])
    if load.kg is not None:
        after = math.floor(load.kg * keep / grains.load_grain_kg + 1e-9) * grains.load_grain_kg
        if after > 0.0:
            return _load(item, after)
    if item.mode == "reps":
        reps = item.reps_max or item.reps_min or 0
        least = item.reps_min or reps
        step = min(max(1, math.ceil(reps * (1.0 - keep) - 1e-9)), least - 1)
        return _reps(item, -step) if step > 0 else _fewer_sets(item)
    what: What = "hold_s" if item.mode == "hold" else "duration_s"
    before_s = float(getattr(item, what) or 0.0)
    grain = 1.0 if item.mode == "hold" else grains.seconds_grain_s
    after_s = math.floor(before_s * keep / grain + 1e-9) * grain
    return _seconds(item, what, before_s, after_s) if after_s > 0.0 else _fewer_sets(item)


def dose(item: Item) -> float:
    """Sets times work times load, to compare an item with itself."""
    work = {"reps": item.reps_max or item.reps_min, "hold": item.hold_s}
    return item.sets * float(work.get(item.mode, item.duration_s) or 0.0) * (item.load.kg or 1.0)


def _up(seconds: float, pct: float) -> int:
    return round(seconds * (1.0 + pct / 100.0))


def _copy(item: Item, **changed: Any) -> Item:
    return item.model_copy(update=changed)


def _load(item: Item, kg: float) -> ItemChange:
    after = round(kg, 3)
    new = _copy(item, load=item.load.model_copy(update={"kg": after}))
    return ItemChange(
        what="load.kg", before=float(item.load.kg or 0.0), after=after, unit="kg", item=new
    )


def _band(item: Item, colour: str) -> ItemChange:
    new = _copy(item, load=item.load.model_copy(update={"band_colour": colour}))
    return ItemChange(
        what="load.band_colour", before=str(item.load.band_colour), after=colour, unit="", item=new
    )


def _reps(item: Item, step: int) -> ItemChange:
    changed = {
        name: value + step
        for name, value in (("reps_min", item.reps_min), ("reps_max", item.reps_max))
        if value is not None
    }
    new = _copy(item, **changed)
    return ItemChange(what="reps", before=_range(item), after=_range(new), unit="", item=new)


def _seconds(item: Item, what: What, before_s: float, after_s: float) -> ItemChange:
    new = _copy(item, **{what: after_s})
    return ItemChange(what=what, before=before_s, after=after_s, unit="s", item=new)


def _fewer_sets(item: Item) -> ItemChange | None:
    if item.sets <= 1:
        return None
    new = _copy(item, sets=item.sets - 1)
    return ItemChange(what="sets", before=item.sets, after=new.sets, unit="", item=new)


def _range(item: Item) -> str:
    ends = [str(end) for end in (item.reps_min, item.reps_max) if end is not None]
    return "-".join(dict.fromkeys(ends))
