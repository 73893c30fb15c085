"""Bandwidth, fading, severity and sides of corrections."""

from __future__ import annotations

import itertools
import math

import pytest

from aicoach.coaching import coaching_settings
from aicoach.coaching.corrections import Corrections
from aicoach.session_events import CuePriority

SETTINGS = coaching_settings().corrections


def allowed(_request):
    return True


def played(repetition, sets, session_number=1, *, score=None, **more):
    """What is proposed at each repetition; ``sets`` lists the faults of each."""
    corrections = Corrections(SETTINGS, session_number, more.pop("usual_score", None))
    proposals = []
    for n, faults in enumerate(sets, start=1):
        given = {} if score is None else {"score": score[n - 1]}
        one = repetition(n, 4.0 * n, *faults, **given)
        corrections.observe(one)
        request = corrections.propose(4.0 * n, one, valid_for_s=1.5, may_say=allowed, **more)
        if request is not None:
            corrections.spoken()
        proposals.append(None if request is None else request.rule)
    return proposals


def test_a_single_fault_is_passed_over_and_two_of_three_are_spoken_of(repetition, fault):
    knees = fault()
    assert played(repetition, [[knees], [], [], [knees], [], []]) == [None] * 6
    assert played(repetition, [[knees], [], [knees]]) == [None, None, "knees_in"]
    assert played(repetition, [[knees], [knees]]) == [None, "knees_in"]


def test_nothing_is_said_when_the_last_repetition_was_good(repetition, fault):
    assert played(repetition, [[fault()], [], []])[2] is None
    assert played(repetition, [[], [fault()], [fault()], []])[3] is None


def test_the_graver_fault_comes_first_then_the_more_frequent(repetition, fault):
    lean = fault("lean", severity="minor", cue="chest_up")
    heels = fault("heels", severity="minor", cue="heels_down")
    knees = fault("knees_in", severity="major")
    assert played(repetition, [[lean, knees], [lean, knees]])[-1] == "knees_in"
    corrections = Corrections(SETTINGS, 1)
    for n, faults in enumerate([[heels], [heels, lean], [heels, lean]], start=1):
        last = repetition(n, 4.0 * n, *faults)
        corrections.observe(last)
    request = corrections.propose(12.0, last, valid_for_s=1.5, may_say=allowed)
    assert request is not None
    assert request.rule == "heels"


def test_what_the_voice_may_not_say_gives_way_to_the_next(repetition, fault):
    lean = fault("lean", severity="minor", cue="chest_up")
    knees = fault()
    corrections = Corrections(SETTINGS, 1)
    for n in (1, 2):
        last = repetition(n, 4.0 * n, lean, knees)
        corrections.observe(last)
    request = corrections.propose(
        8.0, last, valid_for_s=1.5, may_say=lambda one: one.key != "cues.knees_over_toes"
    )
    assert request is not None
    assert (request.rule, request.priority) == ("lean", CuePriority.MINOR)


@pytest.mark.parametrize("severity", ["info", "safety"])
def test_information_and_safety_do_not_come_as_corrections(repetition, fault, severity):
    one = fault(severity=severity)
    assert played(repetition, [[one]] * 4) == [None] * 4


def test_a_doubtful_judgement_is_not_spoken_of(repetition, fault):
    assert played(repetition, [[fault(confidence=0.4)]] * 4) == [None] * 4


@pytest.mark.parametrize(
    ("session_number", "every"),
    [(None, 2), (1, 2), (2, 2), (3, 4), (5, 4), (6, math.inf), (40, math.inf)],
)
def test_with_the_sessions_corrections_become_rare(repetition, fault, session_number, every):
    proposals = played(repetition, [[fault()]] * 12, session_number, score=[75] * 12)
    at = [n for n, rule in enumerate(proposals) if rule is not None]
    if math.isinf(every):
        assert at == []
    else:
        assert {b - a for a, b in itertools.pairwise(at)} == {every}


@pytest.mark.parametrize(("session_number", "every"), [(4, 2), (9, 4)])
def test_when_the_quality_drops_corrections_come_more_often_again(
    repetition, fault, session_number, every
):
    corrections = Corrections(SETTINGS, session_number, usual_score=95.0)
    for n in range(1, 4):
        corrections.observe(repetition(n, 4.0 * n, score=95))
    before = corrections.every_repetitions
    for n in range(4, 7):
        corrections.observe(repetition(n, 4.0 * n, fault(), score=80))
    assert corrections.quality_dropped
    assert corrections.every_repetitions == every < before


def test_without_a_usual_score_the_first_repetitions_are_it(repetition):
    corrections = Corrections(SETTINGS, 9)
    for n, score in enumerate((100, 100, 100, 85, 85), start=1):
        corrections.observe(repetition(n, 4.0 * n, score=score))
    assert not corrections.quality_dropped
    corrections.observe(repetition(6, 24.0, score=80))
    assert corrections.quality_dropped


def test_what_was_not_judged_is_no_drop_of_quality(repetition):
    corrections = Corrections(SETTINGS, 9, usual_score=95.0)
    for n in range(1, 8):
        corrections.observe(repetition(n, 4.0 * n, score=None))
    assert not corrections.quality_dropped


def test_near_a_limit_of_the_range_nobody_is_asked_to_go_further(repetition, fault):
    short = fault("short", cue="longer_step")
    assert played(repetition, [[short]] * 2)[-1] == "short"
    assert played(repetition, [[short]] * 2, range_limited=True) == [None, None]


def test_in_the_last_repetitions_only_what_matters_is_said(repetition, fault):
    minor = fault("lean", severity="minor", cue="chest_up")
    assert played(repetition, [[minor]] * 3, major_only=True) == [None] * 3
    assert played(repetition, [[fault()]] * 2, major_only=True)[-1] == "knees_in"


def test_a_fault_of_one_side_is_counted_over_the_repetitions_of_that_side(repetition, fault):
    left = fault(side="left")
    corrections = Corrections(SETTINGS, 1)
    requests = []
    for n in range(1, 7):
        side = "left" if n % 2 else "right"
        one = repetition(n, 4.0 * n, *([left] if side == "left" else []), side=side)
        corrections.observe(one)
        requests.append(corrections.propose(4.0 * n, one, valid_for_s=1.5, may_say=allowed))
    assert [request is not None for request in requests] == [False, False, True, False, True, False]
    assert requests[2] is not None
    assert requests[2].side == "left"


def test_a_fault_of_both_sides_names_none(repetition, fault):
    corrections = Corrections(SETTINGS, 1)
    for n in (1, 2):
        last = repetition(n, 4.0 * n, fault(side="left"), fault(side="right"))
        corrections.observe(last)
    request = corrections.propose(8.0, last, valid_for_s=1.5, may_say=allowed)
    assert request is not None
    assert request.side == "both"
