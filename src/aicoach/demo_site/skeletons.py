"""Skeletons of a few made-up sessions, of residents who agreed to keeping them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aicoach.adapters.store.people import Consent
from aicoach.synth import perform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.adapters.store import Store
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.pose import PoseTrack
    from aicoach.records import KeptSession, SetRecord

FEW: Final = 3
"""Sessions with skeletons; all of them would be most of the data."""
_FPS: Final = 10.0
_LEAD_IN_S: Final = 1.0
_NOISE: Final = 0.008


def keep_some(store: Store, catalog: Mapping[str, ExerciseSpec]) -> tuple[str, ...]:
    """Keep the skeletons of one set in the newest session of the first few who agreed."""
    kept: list[str] = []
    agreed = {
        one.resident for one in store.shelf(Consent).find(kind="keypoints", withdrawn_at=None)
    }
    for resident in sorted(agreed):
        if len(kept) == FEW:
            break
        for session in reversed(store.session_ids(resident)):
            found = store.session(session)
            track = _track(found, catalog)
            if track is not None:
                store.keep_keypoints(session, track, found.session.ended_at)
                kept.append(session)
                break
    return tuple(kept)


def _track(kept: KeptSession, catalog: Mapping[str, ExerciseSpec]) -> PoseTrack | None:
    """Somebody who does the first set with repetitions, at its time and in its rhythm."""
    for one in kept.sets:
        if one.part == "main" and one.mode == "reps" and one.counted and one.end_s is not None:
            return _of_set(one, one.end_s, catalog[one.exercise])
    return None


def _of_set(one: SetRecord, end_s: float, spec: ExerciseSpec) -> PoseTrack:
    cycle_s = (end_s - one.start_s) / one.counted
    played = perform(
        spec, reps=one.counted, fps=_FPS, cycle_s=cycle_s, lead_in_s=_LEAD_IN_S, noise=_NOISE
    ).track
    return replace(played, t_s=played.t_s + (one.start_s - _LEAD_IN_S))
