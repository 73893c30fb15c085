"""After a set: one honest strength, one thing for next time."""

from __future__ import annotations

from dataclasses import replace

from aicoach.coaching import Line, SetRecord, coaching_settings
from aicoach.coaching.requests import KeyOf
from aicoach.coaching.summaries import best_of, fix_of, praise_of, session_lines, strengths_of
from aicoach.events import Rejection

SETTINGS = coaching_settings().summary
GOOD = SetRecord(
    planned=10,
    counted=10,
    scores=(100,) * 10,
    targets_reached=(True,) * 10,
    durations_s=(4.0,) * 10,
)


def strengths(record):
    return [line.key.removeprefix("coaching.strength.") for line in strengths_of(record, SETTINGS)]


def fix(record):
    found = fix_of(record, SETTINGS)
    return None if found is None else found.key.removeprefix("coaching.fix.")


def test_a_good_set_has_every_strength_and_nothing_to_change():
    assert strengths(GOOD) == ["complete", "clean", "full_range", "steady", "kept_on"]
    assert fix(GOOD) == "none"


def test_form_that_was_not_judged_is_not_praised():
    unjudged = replace(GOOD, scores=(None,) * 10)
    assert "clean" not in strengths(unjudged)
    assert fix(unjudged) == "not_seen"
    hardly = replace(GOOD, scores=(100, 100, *[None] * 8))
    assert "clean" not in strengths(hardly)
    assert fix(hardly) is None


def test_a_range_that_was_not_measured_is_not_praised():
    assert "full_range" not in strengths(replace(GOOD, targets_reached=(None,) * 10))
    assert "full_range" not in strengths(replace(GOOD, targets_reached=(True, *[None] * 9)))
    assert "full_range" not in strengths(replace(GOOD, targets_reached=(False,) * 5 + (True,) * 5))


def test_an_uneven_or_too_short_rhythm_is_not_praised():
    assert "steady" not in strengths(replace(GOOD, durations_s=(2.0, 6.0) * 5))
    assert "steady" not in strengths(replace(GOOD, durations_s=(4.0,) * 3))


def test_the_gravest_fault_is_the_fix_and_only_one(fault):
    lean = fault("lean", severity="minor", cue="chest_up")
    record = replace(GOOD, scores=(75,) * 10, faults=((lean, 9), (fault(), 2)))
    line = fix_of(record, SETTINGS)
    assert line == Line(key="coaching.fix.cue", places=(("cue", KeyOf("cues.knees_over_toes")),))
    assert "clean" not in strengths(record)


def test_a_breach_of_safety_goes_before_any_other_fix(fault):
    drop = fault("drops", severity="safety", cue="sit_down_slowly")
    line = fix_of(replace(GOOD, faults=((fault(), 9), (drop, 2))), SETTINGS)
    assert line is not None
    assert line.places == (("cue", KeyOf("cues.sit_down_slowly")),)


def test_a_single_slip_is_no_fix_and_information_neither(fault):
    assert fix(replace(GOOD, faults=((fault(), 1),))) == "none"
    assert fix(replace(GOOD, faults=((fault(severity="info"), 9),))) == "none"


def test_a_correction_that_was_followed_is_a_strength_and_no_fix(fault):
    record = replace(GOOD, faults=((fault(), 3),), followed=("knees_in",))
    assert strengths(record)[0] == "corrected"
    assert fix(record) != "cue"


def test_partial_movements_are_a_fix_unless_the_range_is_limited():
    partial = replace(GOOD, rejected={Rejection.PARTIAL: 3})
    assert fix(partial) == "further"
    assert fix(replace(partial, range_limited=True)) == "none"
    assert fix(replace(GOOD, rejected={Rejection.TOO_FAST: 2})) == "slower"


def test_nothing_counted_is_met_kindly():
    assert strengths(SetRecord(planned=10)) == ["try_again"]
    assert fix(SetRecord(planned=10)) is None
    assert strengths(SetRecord(moved=True)) == ["took_part"]
    assert strengths(SetRecord(held_s=12.7)) == ["held"]


def test_the_same_strength_is_not_said_twice_running():
    first = praise_of(GOOD, SETTINGS, last_strength="")
    second = praise_of(GOOD, SETTINGS, last_strength=first.strength.key)
    assert first.strength.key != second.strength.key
    only = SetRecord(counted=3, planned=10)
    assert praise_of(only, SETTINGS, last_strength="coaching.strength.kept_on").strength.key == (
        "coaching.strength.kept_on"
    )


def test_the_session_ends_with_what_was_done_and_the_best():
    best = best_of(None, strengths_of(GOOD, SETTINGS))
    assert best == Line(key="coaching.strength.clean")
    assert best_of(best, ()) == best
    assert best_of(None, strengths_of(SetRecord(planned=10), SETTINGS)) is None

    def keys(completed, best=None):
        lines = session_lines(best, completed, SETTINGS)
        return [line.key.removeprefix("coaching.session_line.") for line in lines]

    assert keys(1.0, best) == ["all_done", "strength"]
    assert keys(0.6) == ["most_done"]
    assert keys(0.1) == keys(None) == ["showed_up"]
