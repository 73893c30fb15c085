"""The log of a session: written as it happens, read back whole or as far as it goes."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aicoach.adapters.session_head import (
    SessionHead,
    enrolment_as_json,
    plan_as_json,
    read_enrolment,
)
from aicoach.adapters.session_log import (
    LoggedSession,
    SessionLogError,
    SessionLogWriter,
    read_head,
    read_lines,
)
from aicoach.catalog import ExerciseSpec, load_catalog
from aicoach.observations import Answer, Command, HeartRateSample, PoseSeen
from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.screening import ClearanceRecord, EnrolmentAnswers
from aicoach.synth import perform

TODAY = date(2026, 11, 21)
LINES = 300
ENROLLED = EnrolmentAnswers(
    active=True,
    disease=None,
    symptoms=False,
    age_years=66,
    answered_on=date(2026, 11, 1),
    conditions=frozenset({"hypertension"}),
    clearance=ClearanceRecord(by="clinician-1", on=date(2026, 1, 5), until=date(2027, 1, 5)),
)


@pytest.fixture(scope="module")
def head() -> SessionHead:
    plan = read_prescription(ready_plans()["hypertension"])
    return SessionHead(
        plan=plan_as_json(plan), plan_name="hypertension.toml", today=TODAY, language="zh",
        session_number=3, demonstration=True, enrolment=enrolment_as_json(ENROLLED), view="side",
    )  # fmt: skip


def observations(squat: ExerciseSpec) -> list[Any]:
    poses = [
        PoseSeen(t_s=t_s, pose=pose, people=1, brightness=0.4)
        for t_s, pose in perform(squat, reps=1, fps=10.0).track.poses()
    ]
    return [
        *poses[:5],
        HeartRateSample(t_s=1.0, bpm=88.0, contact=True, rr_ms=(680.0, 690.5)),
        Answer(t_s=1.5, question="unwell", value=None),
        Command(t_s=2.0, name="pause"),
        PoseSeen(t_s=3.0, pose=None),
    ]


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_what_was_written_comes_back(head: SessionHead, tmp_path: Path, name: str) -> None:
    catalog, path = load_catalog(), tmp_path / name
    told = observations(catalog["squat"])
    with SessionLogWriter(path, head) as log:
        session = LoggedSession(head, catalog, log)
        events = [event for one in told for event in session.step(one).events]
        events += session.finish(4.0, "interrupted").events
    assert read_head(path) == head
    lines = list(read_lines(path))
    found = [line.observation for line in lines if line.observation is not None]
    assert len(found) == len(told)
    for before, after in zip(told, found, strict=True):
        if isinstance(before, PoseSeen) and before.pose is not None:
            assert after.pose is not None  # type: ignore[union-attr]
            np.testing.assert_array_equal(before.pose.image.xyz, after.pose.image.xyz)  # type: ignore[union-attr]
        else:
            assert before == after
    assert sum(line.event is not None for line in lines) == len(events)
    assert [line.finish for line in lines if line.finish] == [(4.0, "interrupted")]


def test_an_observation_is_on_disk_before_it_is_acted_upon(
    head: SessionHead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.jsonl"
    with SessionLogWriter(path, head) as log:
        session = LoggedSession(head, load_catalog(), log)
        monkeypatch.setattr(session.room.coach, "step", lambda _t_s: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            session.step(PoseSeen(t_s=0.5, pose=None))
        assert '"t_s": 0.5' in path.read_text(encoding="utf-8").splitlines()[1]


def test_the_enrolment_survives_the_head() -> None:
    assert read_enrolment(json.loads(json.dumps(enrolment_as_json(ENROLLED)))) == ENROLLED
    nothing = EnrolmentAnswers(
        active=None, disease=None, symptoms=None, age_years=None, answered_on=None
    )
    assert read_enrolment(enrolment_as_json(nothing)) == nothing


@pytest.mark.parametrize("group", ready_plans())
def test_every_ready_plan_survives_the_head(group: str) -> None:
    plan = read_prescription(ready_plans()[group])
    head = SessionHead(
        plan=plan_as_json(plan), plan_name=f"{group}.toml", today=TODAY, language="en"
    )
    assert head.prescription() == plan


def test_an_existing_file_is_left_alone(head: SessionHead, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(SessionLogError, match="exists already"), SessionLogWriter(path, head):
        pass
    assert path.read_text(encoding="utf-8") == "precious"


def test_a_folder_that_is_not_there_is_one_line(head: SessionHead, tmp_path: Path) -> None:
    path = tmp_path / "absent" / "log.jsonl"
    with pytest.raises(SessionLogError, match="cannot be written"), SessionLogWriter(path, head):
        pass


def written(head: SessionHead, path: Path) -> bytes:
    with SessionLogWriter(path, head) as log:
        for number in range(LINES):
            log.observed(PoseSeen(t_s=float(number), pose=None))
    return path.read_bytes()


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_a_log_that_was_cut_off_anywhere_is_read_up_to_there(
    head: SessionHead, tmp_path: Path, name: str
) -> None:
    data = written(head, tmp_path / name)
    seen = []
    for share in (0.95, 0.8, 0.7):
        cut = tmp_path / f"cut-{name}"
        cut.write_bytes(data[: int(len(data) * share)])
        times = [line.observation.t_s for line in read_lines(cut) if line.observation is not None]
        assert times == [float(number) for number in range(len(times))]
        seen.append(len(times))
    assert 0 < seen[0] < LINES
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"in": {"type": "poze", "t_s": 1.0}}', "allowed: pose"),
        ('{"in": {"type": "pose"}}', "t_s"),
        ('{"in": {"type": "command", "t_s": 1.0, "name": "jump"}}', "jump"),
        ('{"in": nonsense}', "is not JSON"),
        ('{"finish": {"why": "x"}}', "t_s"),
        ("[1, 2]", "neither an observation nor an event"),
        ("", "neither an observation nor an event"),
    ],
)
def test_an_odd_line_is_named_by_its_number(
    head: SessionHead, tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "log.jsonl"
    written(head, path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(SessionLogError, match=r"line 302: .*" + said):
        list(read_lines(path))


def test_what_is_not_compressed_though_its_name_says_so_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(b"plain")
    with pytest.raises(SessionLogError, match="is not a session log"):
        read_head(path)
    path.write_bytes(gzip.compress(b"\xff\xfe\n"))
    with pytest.raises(SessionLogError):
        read_head(path)
