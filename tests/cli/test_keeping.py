"""A guided session is kept in the store while it runs, and is never stopped by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import numpy as np
import pytest

from aicoach.adapters.session_head import SessionHead, plan_as_json
from aicoach.adapters.store import Store
from aicoach.bench.store_session import made_session
from aicoach.catalog import ExerciseSpec, load_catalog
from aicoach.observations import HeartRateSample, PoseSeen
from aicoach.prescription import read_prescription
from aicoach.records import INTERRUPTED
from aicoach.session import SessionEvent
from aicoach.visit.keeping import NOBODY, Keeping, KeptLog, keep_session, local_zone

BEGAN = datetime(2026, 3, 2, 1, 30, tzinfo=timezone.utc)


@pytest.fixture
def head(root: Path) -> SessionHead:
    """A session by a ready plan."""
    path = sorted((root / "prescriptions" / "ready").glob("*.toml"))[0]
    plan = plan_as_json(read_prescription(path))
    return SessionHead(plan=plan, plan_name=path.stem, today=date(2026, 3, 2), language="en")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    """The store that the sessions are kept in."""
    store = Store(str(tmp_path / "cabin.sqlite3"))
    yield store
    store.close()


def tell(kept: KeptLog, upto: int | None = None) -> None:
    for t_s, cause, event in list(made_session())[:upto]:
        if isinstance(event, HeartRateSample):
            kept.observed(event)
            kept.observed(PoseSeen(t_s=t_s, pose=None))
        else:
            kept.happened(SessionEvent(t_s=t_s, cause=cause, event=event))  # type: ignore[arg-type]


def test_a_session_is_kept_with_its_plan_and_its_time_zone(
    head: SessionHead, opened: Store, tmp_path: Path
) -> None:
    with keep_session(
        str(tmp_path / "cabin.sqlite3"), head, load_catalog(), began_at=BEGAN
    ) as kept:
        tell(kept)
    assert kept.notes == []
    found = opened.session(kept.session_id)
    plan = head.prescription()
    assert (found.session.plan_id, found.session.plan_version) == (plan.id, plan.version)
    assert found.session.resident == (plan.resident.id if plan.resident else NOBODY)
    assert (found.session.started_at, found.session.why_ended) == (BEGAN, "complete")
    assert found.planned.exercises
    assert (len(found.repetitions), len(found.heart_rate.t_s)) == (24, 72)


def test_a_session_that_falls_over_is_kept_as_far_as_it_got(
    head: SessionHead, opened: Store, tmp_path: Path
) -> None:
    def fall_over() -> None:
        with keep_session(str(tmp_path / "cabin.sqlite3"), head, load_catalog()) as kept:
            tell(kept, 50)
            raise RuntimeError("the camera burns")

    with pytest.raises(RuntimeError, match="burns"):
        fall_over()
    (session_id,) = opened.session_ids()
    assert opened.session(session_id).session.why_ended == INTERRUPTED
    assert len(opened.entries(session_id)) == 50


def test_a_database_that_cannot_be_used_is_a_note_and_the_session_is_brought_in_later(
    head: SessionHead, opened: Store, tmp_path: Path
) -> None:
    file, catalog = tmp_path / "cabin.sqlite3", load_catalog()
    file.write_text("no database")
    with keep_session(str(file), head, catalog) as first:
        tell(first)
    assert len(first.notes) == 1
    assert "damaged" in first.notes[0]
    file.unlink()
    with keep_session(str(file), head, catalog) as second:
        tell(second)
    assert second.notes == []
    assert set(opened.session_ids()) == {first.session_id, second.session_id}
    assert opened.session(first.session_id).session.why_ended == "complete"


@pytest.mark.parametrize("agreed", [True, False])
def test_joints_are_kept_of_a_resident_who_agreed_and_of_nobody_else(
    head: SessionHead, opened: Store, tmp_path: Path, agreed: bool, squat: ExerciseSpec
) -> None:
    from aicoach.access import console_actor  # noqa: PLC0415
    from aicoach.adapters.store.consents import give  # noqa: PLC0415
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415
    from aicoach.synth import perform  # noqa: PLC0415

    keeping = Keeping(database=str(tmp_path / "cabin.sqlite3"), resident="R-0001")
    opened.shelf(Resident).add(Resident(id="R-0001", time_zone="Asia/Shanghai"))
    if agreed:
        give(opened.gate(console_actor("test")), "R-0001", "keypoints", given_by="R-0001")
    track = perform(squat, reps=1, fps=10.0).track
    with keep_session(
        keeping.database, replace(head, demonstration=False), load_catalog(), keeping=keeping
    ) as kept:
        for t_s, pose in track.poses():
            kept.observed(PoseSeen(t_s=t_s, pose=pose))
        tell(kept)
    assert kept.notes == []
    found = opened.keypoints(kept.session_id)
    assert (found is not None) is agreed
    if found is not None:
        whole = len(track.t_s)
        np.testing.assert_allclose(found.world_xyz[:whole], track.world_xyz, atol=2e-4)
        assert np.isnan(found.world_xyz[whole:]).all()  # then nobody stood there


@pytest.mark.parametrize(
    ("named", "zone"), [("Asia/Shanghai", "Asia/Shanghai"), (":Europe/Berlin", "Europe/Berlin")]
)
def test_the_time_zone_is_the_one_that_is_set(
    named: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", named)
    assert local_zone() == zone
    monkeypatch.delenv("TZ")
    assert local_zone() == "UTC" or "/" in local_zone()


def test_what_an_earlier_session_left_never_stops_the_next_one(
    head: SessionHead, opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, catalog = str(tmp_path / "cabin.sqlite3"), load_catalog()
    opened.journals.mkdir(parents=True)
    (opened.journals / "nonsense.jsonl").write_text("{}\n")
    with keep_session(database, head, catalog) as kept:
        tell(kept)
    (said,) = kept.notes
    assert "nonsense.jsonl.damaged" in said
    monkeypatch.setattr("aicoach.adapters.store.recovering.recover", lambda _: 1 / 0)
    with keep_session(database, head, catalog) as kept:
        tell(kept)
    assert opened.session(kept.session_id).session.why_ended == "complete"
    assert "ZeroDivisionError" in kept.notes[0]
