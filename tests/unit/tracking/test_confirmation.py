"""When a movement is a repetition at once, when it has to wait, and when it never is one."""

from __future__ import annotations

import math

import numpy as np

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.events import Rejection
from aicoach.tracking.confirmation import Confirmer
from aicoach.tracking.cycles import Cycle
from aicoach.tracking.evidence import Evidence
from aicoach.tracking.postures import PosturePair

SETTINGS = counting_settings().confirm
SQUAT = load_catalog()["squat"].repetition
ALONE = SQUAT.model_copy(update={"alone": True})
NEVER_ALONE = SQUAT.model_copy(update={"alone": False})
BENT, STRAIGHT = 100.0, 10.0


def posture(start_deg=STRAIGHT, peak_deg=BENT):
    return PosturePair(np.full(15, start_deg), np.full(15, peak_deg))


def evidence(start_s, *, peak=1.0, duration_s=2.0, ready=False, opening=False, weak=(), pose=None):
    cycle = Cycle(
        trough_s=start_s,
        start_s=start_s,
        left_s=start_s + 0.2 * duration_s,
        peak_s=start_s + 0.6 * duration_s,
        end_s=start_s + duration_s,
        trough=0.0,
        peak=peak,
        low=0.4 * peak,
    )
    return Evidence("both", cycle, pose or posture(), ready, opening, weak=weak)


def offered(confirmer, *cycles):
    """How many were accepted after each cycle."""
    return [len(confirmer.offer(cycle).accepted) for cycle in cycles]


def in_a_set(**how):
    confirmer = Confirmer(SETTINGS, ALONE, **how)
    assert offered(confirmer, *(evidence(3.0 * i, ready=True) for i in range(3))) == [1, 1, 1]
    return confirmer


def test_a_strong_movement_out_of_a_held_start_pose_counts_at_once():
    assert offered(Confirmer(SETTINGS, ALONE), evidence(5.0, ready=True)) == [1]


def test_a_clip_that_is_cut_tight_counts_its_first_movement_too():
    assert offered(Confirmer(SETTINGS, ALONE), evidence(0.1, opening=True)) == [1]


def test_a_movement_out_of_nowhere_waits_and_counts_with_the_next_alike_one():
    assert offered(Confirmer(SETTINGS, ALONE), evidence(5.0), evidence(8.0)) == [0, 2]


def test_what_looks_like_a_gesture_never_counts_alone_however_prepared():
    confirmer = Confirmer(SETTINGS, NEVER_ALONE)
    assert offered(confirmer, evidence(5.0, ready=True), evidence(8.0, ready=True)) == [0, 2]


def test_movements_of_another_kind_do_not_confirm_each_other():
    confirmer = Confirmer(SETTINGS, ALONE)
    other = posture(start_deg=90.0, peak_deg=170.0)
    assert offered(confirmer, evidence(5.0), evidence(8.0, pose=other)) == [0, 0]


def test_movements_of_another_size_or_time_do_not_confirm_each_other():
    for odd in ({"peak": 0.3}, {"duration_s": 9.0}):
        assert offered(Confirmer(SETTINGS, ALONE), evidence(5.0), evidence(8.0, **odd)) == [0, 0]


def test_weak_movements_need_more_company():
    confirmer = Confirmer(SETTINGS, ALONE)
    weak = [evidence(3.0 * i, weak=("score",)) for i in range(8)]
    counts = offered(confirmer, *weak)
    assert counts[:2] == [0, 0]
    assert sum(counts) == 8


def test_who_waits_too_long_is_given_up_with_a_reason():
    confirmer = Confirmer(SETTINGS, ALONE)
    confirmer.offer(evidence(5.0))
    assert not confirmer.close(7.0 + SETTINGS.keep_s - 0.1).rejected
    ((gone, reason, detail),) = confirmer.close(7.0 + SETTINGS.keep_s + 0.1).rejected
    assert gone.cycle.start_s == 5.0
    assert reason is Rejection.NOT_CONFIRMED
    assert detail


def test_a_movement_given_up_confirms_nothing_later():
    confirmer = Confirmer(SETTINGS, ALONE)
    late = evidence(10.0 + SETTINGS.keep_s)
    assert offered(confirmer, evidence(5.0), late) == [0, 0]


def test_in_a_set_a_movement_counts_at_once():
    assert offered(in_a_set(), evidence(9.0)) == [1]


def test_in_a_set_a_much_shorter_range_is_partial():
    confirmer = in_a_set()
    verdict = confirmer.offer(evidence(9.0, peak=0.5 * SETTINGS.member_share))
    assert not verdict.accepted
    assert verdict.rejected[0][1] is Rejection.PARTIAL
    assert offered(confirmer, evidence(12.0)) == [1]


def test_in_a_set_a_strange_movement_waits_and_the_set_goes_on():
    confirmer, other = in_a_set(), posture(start_deg=90.0, peak_deg=170.0)
    strange = evidence(9.0, duration_s=0.6, weak=("score",), pose=other)
    assert offered(confirmer, strange, evidence(12.0)) == [0, 1]


def test_after_a_long_pause_the_set_goes_on_with_a_movement_like_it():
    assert offered(in_a_set(), evidence(60.0)) == [1]


def test_after_a_long_pause_a_movement_unlike_the_set_waits_again():
    confirmer, other = in_a_set(), posture(start_deg=90.0, peak_deg=170.0)
    assert offered(confirmer, evidence(60.0, pose=other)) == [0]
    assert offered(confirmer, evidence(63.0, pose=other)) == [2]


def test_a_prescribed_short_range_makes_a_short_movement_strong():
    shallow = {"peak": 0.45, "ready": True}
    assert offered(Confirmer(SETTINGS, ALONE), evidence(5.0, **shallow)) == [0]
    assert offered(Confirmer(SETTINGS, ALONE, peak_scale=0.6), evidence(5.0, **shallow)) == [1]


def test_the_end_gives_up_what_still_waits():
    confirmer = Confirmer(SETTINGS, ALONE)
    confirmer.offer(evidence(5.0))
    ((gone, reason, _),) = confirmer.close(math.inf).rejected
    assert (gone.cycle.start_s, reason) == (5.0, Rejection.NOT_CONFIRMED)
    assert not confirmer.close(math.inf).rejected


def test_every_movement_is_accepted_or_refused_and_never_both():
    rng = np.random.default_rng(3)
    confirmer, start_s, offered_ones, decided = Confirmer(SETTINGS, ALONE), 0.0, [], []
    for _ in range(60):
        duration_s = float(rng.uniform(0.6, 4.0))
        start_s += duration_s + float(rng.choice([0.2, 0.5, 20.0]))
        offered_ones.append(
            evidence(
                start_s,
                peak=float(rng.uniform(0.3, 1.2)),
                duration_s=duration_s,
                ready=bool(rng.random() < 0.2),
                weak=("score",) if rng.random() < 0.2 else (),
                pose=posture(peak_deg=float(rng.choice([60.0, 100.0, 160.0]))),
            )
        )
        verdict = confirmer.offer(offered_ones[-1])
        decided += [*verdict.accepted, *(e for e, _, _ in verdict.rejected)]
    verdict = confirmer.close(math.inf)
    decided += [*verdict.accepted, *(e for e, _, _ in verdict.rejected)]
    assert sorted(e.cycle.start_s for e in decided) == [e.cycle.start_s for e in offered_ones]


def test_the_same_poses_are_alike_and_so_is_the_mirror_image():
    left_bent = np.array([90.0] * 7 + [10.0] * 7 + [5.0])
    right_bent = np.array([10.0] * 7 + [90.0] * 7 + [5.0])
    straight = np.full(15, 10.0)
    one, other = PosturePair(straight, left_bent), PosturePair(straight, right_bent)
    assert one.unlikeness_deg(one) == 0.0
    assert one.unlikeness_deg(other) == 0.0


def test_poses_without_a_joint_in_common_cannot_be_alike():
    hidden = PosturePair(np.full(15, np.nan), np.full(15, np.nan))
    assert math.isinf(posture().unlikeness_deg(hidden))
    half = np.full(15, 20.0)
    half[5:] = np.nan
    assert PosturePair(half, half).unlikeness_deg(PosturePair(half, half)) == 0.0
