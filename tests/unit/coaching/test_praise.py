"""Praise is earned, judged, and rare."""

from __future__ import annotations

import itertools

from aicoach.coaching import coaching_settings
from aicoach.coaching.praise import Praise

SETTINGS = coaching_settings().praise


def praised(praise, repetitions, *, not_assessed=()):
    """Keys of what is said at each repetition."""
    said = []
    for one in repetitions:
        request = praise.observe(one.counted_s, one, not_assessed=not_assessed, valid_for_s=2.0)
        if request is not None:
            praise.spoken(request.key)
        said.append(None if request is None else request.key)
    return said


def test_a_correction_that_is_followed_is_praised_once(repetition):
    praise = Praise(SETTINGS)
    praise.corrected(4.0, "knees_in", "both")
    said = praised(praise, [repetition(n, 4.0 + 4.0 * n) for n in range(1, 4)])
    assert said == ["coaching.praise.corrected_1", None, None]
    assert praise.followed == ["knees_in"]


def test_a_repetition_that_began_before_the_words_does_not_answer_them(repetition):
    praise = Praise(SETTINGS)
    praise.corrected(4.0, "knees_in", "both")
    assert praised(praise, [repetition(1, 6.0)]) == [None]
    assert praised(praise, [repetition(2, 10.0)]) == ["coaching.praise.corrected_1"]


def test_the_same_fault_again_earns_no_praise(repetition, fault):
    praise = Praise(SETTINGS)
    praise.corrected(4.0, "knees_in", "both")
    assert praised(praise, [repetition(1, 8.0, fault())]) == [None]
    assert praise.followed == []


def test_a_fault_that_comes_back_was_not_followed(repetition, fault):
    praise = Praise(SETTINGS)
    praise.corrected(4.0, "knees_in", "both")
    praised(praise, [repetition(1, 8.0), repetition(2, 12.0, fault())])
    assert praise.followed == []


def test_what_was_not_judged_is_never_praised(repetition):
    praise = Praise(SETTINGS)
    praise.corrected(0.0, "knees_in", "both")
    unjudged = [repetition(n, 4.0 * n, score=None) for n in range(1, 9)]
    assert praised(praise, unjudged) == [None] * 8
    other = Praise(SETTINGS)
    other.corrected(0.0, "knees_in", "both")
    seen = [repetition(1, 4.0), repetition(2, 8.0)]
    assert praised(other, seen, not_assessed={"knees_in"}) == [None, None]


def test_the_other_side_does_not_answer_a_correction_of_one(repetition):
    praise = Praise(SETTINGS)
    praise.corrected(0.0, "knees_in", "left")
    assert praised(praise, [repetition(1, 4.0, side="right")]) == [None]
    assert praised(praise, [repetition(2, 8.0, side="left")])[0] is not None


def test_steadiness_is_praised_after_four_clean_repetitions_at_most_twice(repetition):
    said = praised(Praise(SETTINGS), [repetition(n, 4.0 * n) for n in range(1, 21)])
    at = [n for n, key in enumerate(said, start=1) if key is not None]
    assert at == [4, 8]
    assert [key for key in said if key] == ["coaching.praise.steady_1", "coaching.praise.steady_2"]


def test_information_does_not_spoil_a_clean_repetition_and_a_fault_does(repetition, fault):
    note = fault(severity="info")
    clean = [repetition(n, 4.0 * n, note, score=100) for n in range(1, 5)]
    assert praised(Praise(SETTINGS), clean)[-1] is not None
    broken = [repetition(n, 4.0 * n, *([fault()] if n == 3 else [])) for n in range(1, 6)]
    assert praised(Praise(SETTINGS), broken) == [None] * 5


def test_there_is_at_most_one_praise_in_three_repetitions(repetition):
    praise = Praise(SETTINGS)
    at = []
    for n in range(1, 30):
        praise.corrected(4.0 * n - 4.0, f"rule_{n}", "both")
        if praised(praise, [repetition(n, 4.0 * n)])[0]:
            at.append(n)
    assert {b - a for a, b in itertools.pairwise(at)} == {SETTINGS.every_repetitions}
