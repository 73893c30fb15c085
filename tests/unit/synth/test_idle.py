from __future__ import annotations

import numpy as np
import pytest

from aicoach.skeleton import INDEX
from aicoach.synth import IDLE_ALLOWED, IDLE_KINDS, SCENARIOS, idle, with_bystander


def seen(track):
    return np.isfinite(track.image_xyzs[:, 0, 0])


def test_there_are_many_kinds_of_idle_people():
    assert len(IDLE_KINDS) >= 14
    assert set(IDLE_ALLOWED) <= set(IDLE_KINDS)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("kind", IDLE_KINDS)
def test_idle_people_are_the_same_for_the_same_seed(kind):
    one, same, other = (idle(kind, duration_s=6.0, fps=10.0, seed=s) for s in (1, 1, 2))
    assert len(one) == 60
    assert np.array_equal(one.image_xyzs, same.image_xyzs, equal_nan=True)
    assert not np.array_equal(one.image_xyzs, other.image_xyzs, equal_nan=True)


@pytest.mark.parametrize("view", ["side", "oblique", "front"])
def test_idle_people_stand_as_asked(view):
    track = idle("standing", duration_s=4.0, view=view, fps=10.0)
    across = (
        track.world_xyz[:, INDEX["left_shoulder"]] - track.world_xyz[:, INDEX["right_shoulder"]]
    )
    turned = np.degrees(np.arctan2(np.abs(across[:, 2]), np.abs(across[:, 0])))
    expected = {"front": 0.0, "oblique": 45.0, "side": 90.0}[view]
    assert np.nanmedian(turned) == pytest.approx(expected, abs=15.0)


def test_walkers_cross_the_picture_and_leave_it():
    track = idle("walking_across", duration_s=30.0, fps=15.0)
    hips = track.image_xyzs[seen(track)][:, INDEX["left_hip"], 0]
    assert hips.min() < 0.15
    assert hips.max() > 0.85
    assert 0.2 < seen(track).mean() < 0.9


def test_walking_feet_rest_while_they_carry():
    track = idle("walking_across", duration_s=12.0, fps=30.0, noise=0.0)
    rows = np.flatnonzero(seen(track))
    rows = rows[np.append(np.diff(rows) == 1, False)]
    speed = np.abs(
        track.image_xyzs[rows + 1][:, [INDEX["left_heel"], INDEX["right_heel"]], 0]
        - track.image_xyzs[rows][:, [INDEX["left_heel"], INDEX["right_heel"]], 0]
    ).min(-1)
    assert np.nanmedian(speed) < 0.003


def test_phantoms_are_faint_and_often_gone():
    track = idle("empty_room", duration_s=60.0, fps=10.0)
    assert 0.1 < seen(track).mean() < 0.9
    assert np.nanmedian(track.image_xyzs[..., 3]) < 0.3


def test_a_bystander_pulls_the_pose_aside():
    track = idle("bystander", duration_s=30.0, fps=10.0)
    hips = track.image_xyzs[seen(track)][:, INDEX["left_hip"], 0]
    assert np.abs(np.diff(hips)).max() > 0.1


def test_a_bystander_is_followed_only_at_the_times_given():
    track = idle("standing", duration_s=6.0, fps=10.0, noise=0.0)
    both = with_bystander(track, [(2.0, 3.0)], seed=4)
    changed = ~np.isclose(both.image_xyzs, track.image_xyzs, equal_nan=True).all((1, 2))
    assert np.array_equal(changed, (track.t_s >= 2.0) & (track.t_s < 3.0))


def test_who_sits_down_once_rises_once():
    track = idle("sitting_down", duration_s=60.0, fps=15.0, view="side", noise=0.0)
    bent = track.world_xyz[:, INDEX["left_knee"], 1] < 0.25
    bent = bent[seen(track)]
    assert np.count_nonzero(np.diff(bent.astype(int)) == 1) == 1


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="juggling"):
        idle("juggling", duration_s=1.0)


def test_the_sixteen_scenarios_are_all_here():
    assert len(SCENARIOS) == len({s.name for s in SCENARIOS}) == 16
    assert sum(s.truth for s in SCENARIOS) == 130


@pytest.mark.one_in(4)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_scenarios_play_the_same_every_time(scenario):
    one, same = scenario.play(), scenario.play()
    assert len(one) > 100
    assert np.array_equal(one.image_xyzs, same.image_xyzs, equal_nan=True)
