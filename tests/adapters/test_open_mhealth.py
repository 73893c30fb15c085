"""Data points of Open mHealth and IEEE 1752.1: only what was measured, with the right shape."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from aicoach.adapters.open_mhealth import as_lines, data_points
from aicoach.bench.store_session import made_head, made_plan, made_session
from aicoach.observations import HeartRateSample
from aicoach.records import KeptSession
from aicoach.resident_file import ResidentFile
from aicoach.session import SessionEvent
from aicoach.session_records import SessionKeeper


def kept() -> KeptSession:
    keeper = SessionKeeper(
        made_head(session_id="0195a3c0-0000-7000-8000-000000000001"), made_plan()
    )
    for t_s, cause, event in made_session():
        if isinstance(event, HeartRateSample):
            keeper.heart_rate(event)
        else:
            keeper.take(SessionEvent(t_s=t_s, cause=cause, event=event))  # type: ignore[arg-type]
    return keeper.kept()


def file(*sessions: KeptSession) -> ResidentFile:
    return ResidentFile(
        resident="R-0001", time_zone="Asia/Shanghai", language="zh",
        read_at=datetime(2026, 3, 20, tzinfo=timezone.utc), sessions=sessions,
    )  # fmt: skip


def test_every_packet_with_a_rate_is_one_data_point_and_one_without_is_none() -> None:
    one = kept()
    found = [p for p in data_points(file(one)) if p["header"]["schema_id"]["name"] == "heart-rate"]
    given = [(t_s, bpm) for t_s, bpm in zip(one.heart_rate.t_s, one.heart_rate.bpm, strict=True)
             if bpm is not None]  # fmt: skip
    assert 0 < len(given) < len(one.heart_rate.bpm)
    assert [p["body"]["heart_rate"]["value"] for p in found] == [bpm for _, bpm in given]
    assert found[0]["body"]["effective_time_frame"]["date_time"] == "2026-03-02T09:30:00.000+08:00"
    assert found[0]["header"]["schema_id"] == {
        "namespace": "omh", "name": "heart-rate", "version": "2.0"
    }  # fmt: skip
    assert found[0]["header"]["acquisition_provenance"]["modality"] == "sensed"


@pytest.mark.parametrize("sensor", ["simulated", "replay"])
def test_a_simulated_heart_rate_is_nobodys(sensor: str) -> None:
    one = kept()
    made_up = replace(one, heart_rate=replace(one.heart_rate, sensor=sensor))
    names = {p["header"]["schema_id"]["name"] for p in data_points(file(made_up))}
    assert names == {"physical-activity"}


def test_an_exercise_has_its_interval_its_count_and_no_steps_or_calories() -> None:
    found = [
        p for p in data_points(file(kept()))
        if p["header"]["schema_id"]["name"] == "physical-activity"
    ]  # fmt: skip
    assert len(found) == 1
    assert set(found[0]["header"]) == {
        "uuid", "schema_id", "source_creation_date_time", "modality"
    }  # fmt: skip
    assert set(found[0]["body"]) == {
        "activity_name", "effective_time_frame", "base_movement_quantity", "duration"
    }  # fmt: skip
    assert found[0]["body"]["base_movement_quantity"] == {"value": 24, "unit": "movements"}


def test_a_duration_that_was_not_seen_is_left_out() -> None:
    one = kept()
    unseen = replace(one, sets=tuple(replace(s, active_s=None) for s in one.sets))
    found = [p for p in data_points(file(unseen)) if "uuid" in p["header"]]
    assert "duration" not in found[0]["body"]


def test_ids_are_uuids_that_stay_and_never_meet() -> None:
    lines = list(as_lines(file(kept())))
    assert lines == list(as_lines(file(kept())))
    heads = [json.loads(line)["header"] for line in lines]
    ids = [head.get("id") or head["uuid"] for head in heads]
    assert len({uuid.UUID(one) for one in ids}) == len(lines)
