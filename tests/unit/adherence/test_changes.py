from __future__ import annotations

from typing import get_args

import pytest

from aicoach.adherence.changes import BANDS, dose, heavier, less_work, more_work
from aicoach.adherence.settings import adherence_settings
from aicoach.prescription.items import Item, Load

RULES = adherence_settings().progression
LESS = adherence_settings().regression


def item(**changes):
    base = {
        "exercise": "bicep_curl", "type": "strength", "mode": "reps", "sets": 2,
        "reps_min": 8, "reps_max": 12,
    }  # fmt: skip
    return Item.model_validate({**base, **changes})


def timed(mode, seconds, sets=1):
    field = {"hold": "hold_s", "duration": "duration_s"}[mode]
    return Item.model_validate(
        {"exercise": "marching", "type": "aerobic", "mode": mode, field: seconds, "sets": sets}
    )


def weight(kg):
    return Load(type="dumbbell", kg=kg)


def band(colour):
    return Load.model_validate({"type": "band", "band_colour": colour})


def test_the_bands_are_those_of_a_plan():
    annotation = Load.model_fields["band_colour"].annotation
    colours = next(get_args(one) for one in get_args(annotation) if get_args(one))
    assert set(BANDS) == set(colours)


@pytest.mark.parametrize(
    ("kg", "pct", "after"),
    [
        (10.0, None, 10.5),  # the default of 5 %
        (10.0, 10.0, 11.0),
        (10.0, 20.0, 11.0),  # never more than 10 %
        (10.0, 0.5, 10.25),  # never less than 2 %, and a weight that exists
        (5.0, 5.0, 5.25),
        (2.5, 5.0, 2.75),
        (2.0, 5.0, None),  # the next weight is 12.5 % away
    ],
)
def test_a_weight_grows_by_two_to_ten_per_cent(kg, pct, after):
    change = heavier(item(load=weight(kg)), pct, RULES)
    assert (None if change is None else change.after) == after
    if change is not None:
        assert change.item.load.kg == after
        assert change.item.reps_max == 12


@pytest.mark.parametrize(("colour", "after"), [("yellow", "red"), ("black", "silver")])
def test_a_band_grows_to_the_next_one(colour, after):
    change = heavier(item(load=band(colour)), None, RULES)
    assert change is not None
    assert (change.before, change.after, change.item.load.band_colour) == (colour, after, after)


def test_nothing_is_heavier_than_the_last_band_or_the_body():
    assert heavier(item(load=band("silver")), None, RULES) is None
    assert heavier(item(), None, RULES) is None


@pytest.mark.parametrize(("pct", "after"), [(5.0, "9-13"), (20.0, "10-14")])
def test_repetitions_grow_by_one_at_least(pct, after):
    change = more_work(item(), pct, RULES)
    assert change is not None
    assert (change.before, change.after) == ("8-12", after)


@pytest.mark.parametrize(
    ("seconds", "sets", "after"),
    [(240.0, 1, 265.0), (30.0, 1, 35.0), (1200.0, 2, None), (2300.0, 1, None)],
)
def test_aerobic_time_grows_by_a_tenth_up_to_forty_minutes(seconds, sets, after):
    change = more_work(timed("duration", seconds, sets), 10.0, RULES)
    assert (None if change is None else change.after) == after


def test_a_hold_grows_by_a_second_at_least():
    change = more_work(timed("hold", 5.0), 10.0, RULES)
    assert change is not None
    assert change.after == 6.0


@pytest.mark.parametrize(
    ("made", "what", "after"),
    [
        (item(load=weight(5.0)), "load.kg", 4.0),
        (item(load=weight(0.25)), "reps", "5-9"),
        (item(load=band("red")), "load.band_colour", "yellow"),
        (item(load=band("yellow")), "reps", "5-9"),
        (item(), "reps", "5-9"),
        (item(reps_min=1, reps_max=1), "sets", 1),
        (item(reps_min=1, reps_max=1, sets=1), None, None),
        (timed("duration", 240.0), "duration_s", 190.0),
        (timed("hold", 10.0), "hold_s", 8.0),
        (timed("hold", 1.0, sets=2), "sets", 1),
        (timed("hold", 1.0), None, None),
    ],
)
def test_one_variable_shrinks_and_the_load_comes_first(made, what, after):
    change = less_work(made, LESS, RULES)
    if what is None:
        assert change is None
        return
    assert change is not None
    assert (change.what, change.after) == (what, after)
    changed = {
        name for name in Item.model_fields if getattr(change.item, name) != getattr(made, name)
    }
    assert changed <= {what.partition(".")[0], "reps_min", "reps_max"}
    assert what.startswith("load.band") or dose(change.item) < dose(made)
