"""``aicoach coach`` and ``aicoach replay``: whole sessions on recordings, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import add_account, set_password
from aicoach.adapters.store.people import Account, Resident, Site
from aicoach.prescription.drafts import ready_plans

from .conftest import squat_plan

Aicoach = Callable[..., Any]
DAY = ("--today", "2026-11-21")
PLAN = squat_plan(signed=True)


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "squats.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A heart rate of 110 that climbs to 160 in the fourth minute, with a gap before."""
    path = tmp_path_factory.mktemp("traces") / "climbs.csv"
    rows = [(t, 160 if t > 100 else 110) for t in range(400) if not 60 < t < 64]
    path.write_text("t_s,bpm\n" + "".join(f"{t},{bpm}\n" for t, bpm in rows), encoding="utf-8")
    return path


def rehearse(aicoach: Aicoach, plan: Path, source: Path, *more: str | Path) -> Any:
    return aicoach("coach", "-p", plan, "--source", source, *DAY, *more)


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


# -- a whole session ------------------------------------------------------------------------


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Hello, good to exercise with you.", "answers were assumed", "4 of 4", "complete")),
        ("zh", ("您好，很高兴陪您锻炼。", "回答是假定的", "4 / 4 次", "全部完成")),
    ],
)
def test_a_file_is_rehearsed_from_greeting_to_report(
    aicoach: Aicoach, plan: Path, squats: Path, tmp_path: Path, lang: str, said: tuple[str, ...]
) -> None:
    log, report = tmp_path / "session.jsonl", tmp_path / "report.json"
    ran = rehearse(aicoach, plan, squats, "--language", lang, "--events", log, "--json", report)
    assert (ran.code, ran.err) == (0, "")
    for text in said:
        assert text in ran.out
    document = read(report)
    assert document["schema"] == "aicoach.session/1"
    assert document["outcome"]["why"] == "complete"
    assert document["answered_by"] == "assumed"
    assert [s["done"] for s in document["exercises"][0]["sets"]] == [4.0, 4.0]
    assert document["exercises"][0]["sets"][0]["range_deg"]["most"] > 80
    assert {"what": "heart_rate", "detail": None} in document["not_measured"]
    assert {one["author"] for one in document["limits"]} >= {"coach-1"}
    assert [one["value"] for one in document["effort"]] == [4.0, 4.0]

    again = aicoach("replay", log, "--quiet")
    assert again.code == 0
    assert "identical" in again.out or "完全一致" in again.out


def test_a_passed_cap_stops_the_session_and_the_report_says_why(
    aicoach: Aicoach, plan: Path, squats: Path, trace: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    ran = rehearse(
        aicoach, plan, squats, "--heart-rate", trace, "--language", "en", "--json", report
    )
    assert ran.code == 0
    document = read(report)
    stop = next(one for one in document["alerts"] if one["rule"] == "STOP-10")
    assert (stop["level"], stop["ends"], stop["limit"]) == ("stop", "session", 150.0)
    assert stop["author"] == "coach-1"
    assert stop["said"]
    assert stop["said_s"] - stop["t_s"] < 5.0
    assert document["outcome"]["why"] == "STOP-10"
    assert "STOP-10" in ran.out
    assert "coach-1" in ran.out


def test_json_on_stdout_is_the_only_thing_there(aicoach: Aicoach, plan: Path, nobody: Path) -> None:
    ran = rehearse(aicoach, plan, nobody, "--json", "-")
    assert json.loads(ran.out)["outcome"]["why"] == "nobody_seen"


def test_a_tape_that_ends_in_the_middle_of_a_set_is_a_session_all_the_same(
    aicoach: Aicoach, tmp_path: Path, plan: Path, squats: Path
) -> None:
    longer = tmp_path / "longer.toml"
    longer.write_text(PLAN.replace("reps_max = 4", "reps_max = 20").replace("sets = 2", "sets = 1")
                      .replace("reps_min = 3", "reps_min = 15"), encoding="utf-8")  # fmt: skip
    report = tmp_path / "report.json"
    ran = rehearse(aicoach, longer, squats, "--json", report, "--language", "en")
    done = read(report)["exercises"][0]["sets"][0]
    assert (ran.code, done["done"], done["why"]) == (0, 4.0, "nothing_seen")
    assert "4 of 20" in ran.out


def test_an_empty_room_ends_kindly(aicoach: Aicoach, plan: Path, nobody: Path) -> None:
    ran = rehearse(aicoach, plan, nobody, "--language", "en")
    assert ran.code == 0
    assert "I can't see you yet" in ran.out
    assert "nobody was seen" in ran.out


def test_an_example_plan_is_rehearsed_and_called_one(aicoach: Aicoach, nobody: Path) -> None:
    ran = rehearse(aicoach, ready_plans()["hypertension"], nobody, "--language", "en")
    assert ran.code == 0
    assert "example plan, demonstration only" in ran.out


def test_chest_pain_in_the_answers_blocks(
    aicoach: Aicoach, plan: Path, squats: Path, tmp_path: Path
) -> None:
    answers, report = tmp_path / "answers.toml", tmp_path / "report.json"
    answers.write_text(
        "chest_breath = true\n[enrolment]\nactive = true\ndisease = false\nsymptoms = false\n"
        "answered_on = 2026-11-01\n",
        encoding="utf-8",
    )
    ran = rehearse(aicoach, plan, squats, "--answers", answers, "--json", report)
    document = read(report)
    assert ran.code == 0
    assert document["screening"]["outcome"] == "block"
    assert document["exercises"] == []
    assert document["answered_by"] == "file"
    assert document["staff"]


def test_nobody_enrolled_is_sent_to_staff(
    aicoach: Aicoach, plan: Path, squats: Path, tmp_path: Path
) -> None:
    answers, report = tmp_path / "answers.toml", tmp_path / "report.json"
    answers.write_text("unwell = false\n", encoding="utf-8")
    rehearse(aicoach, plan, squats, "--answers", answers, "--json", report)
    document = read(report)
    assert document["outcome"]["why"] in {"refer", "block"}
    assert document["exercises"] == []
    assert document["staff"]


def test_a_real_recording_under_a_plan_names_what_it_could_not_judge_in_words(
    aicoach: Aicoach, plan: Path, data_dir: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    ran = rehearse(
        aicoach, plan, data_dir / "recordings" / "squat_18.npz", "--language", "zh",
        "--heart-rate", "sim:age=46,seed=2", "--json", report,
    )  # fmt: skip
    document = read(report)
    assert ran.code == 0
    assert document["outcome"]["why"] == "complete"
    assert [s["done"] for s in document["exercises"][0]["sets"]] == [4.0, 4.0]
    assert document["heart_rate"]["coverage"] > 0.9
    assert not any(one["level"] == "stop" for one in document["alerts"])
    for one in document["not_measured"]:
        for rule in (one["detail"] or {}).get("rules", ()):
            assert rule.replace("_", " ") not in ran.out


# -- replay ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, plan: Path, nobody: Path) -> Path:
    """A short session, kept."""
    from aicoach.cli import run  # noqa: PLC0415

    path = tmp_path_factory.mktemp("logs") / "short.jsonl"
    options = ["--source", str(nobody), "--events", str(path), "--language", "en", *DAY]
    assert run(["coach", "-p", str(plan), *options]) == 0
    return path


def test_a_compressed_log_is_replayed_too(aicoach: Aicoach, log: Path, tmp_path: Path) -> None:
    packed = tmp_path / "short.jsonl.gz"
    with log.open("rb") as plain, gzip.open(packed, "wb") as out:
        shutil.copyfileobj(plain, out)
    ran = aicoach("replay", packed, "--language", "en")
    assert ran.code == 0
    assert "byte for byte" in ran.out
    assert "Session report" in ran.out


def test_an_altered_event_is_found(aicoach: Aicoach, log: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered.jsonl"
    text = log.read_text(encoding="utf-8")
    altered.write_text(text.replace("Hello, good", "Hello, bad", 1), encoding="utf-8")
    ran = aicoach("replay", altered, "--quiet")
    assert ran.code == 1
    assert "the events differ" in ran.err
    assert "Hello, bad" in ran.err
    assert "Hello, good" in ran.err


def test_a_missing_event_is_found(aicoach: Aicoach, log: Path, tmp_path: Path) -> None:
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(i for i, line in enumerate(lines) if line.startswith('{"out"'))
    shorter = tmp_path / "shorter.jsonl"
    shorter.write_text("".join(lines[:gone] + lines[gone + 1 :]), encoding="utf-8")
    assert aicoach("replay", shorter, "--quiet").code == 1


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_log_cut_off_by_a_power_cut_is_replayed_as_far_as_it_goes(
    aicoach: Aicoach, log: Path, tmp_path: Path, share: float
) -> None:
    data = log.read_bytes()
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(data[: int(len(data) * share)])
    ran = aicoach("replay", cut, "--language", "en")
    assert ran.code == 0
    assert "as far as the log goes" in ran.out
    assert "the log ends before the session does" in ran.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1"),
        ("hello\n", "line 1: is not the head of a session log"),
        ('{"schema": 99, "session": {}}\n', "schema 99"),
        ('{"schema": 1, "session": {"today": "2026-11-21"}}\n', "line 1"),
    ],
)
def test_what_is_no_log_is_refused(
    aicoach: Aicoach, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(content, encoding="utf-8")
    ran = aicoach("replay", path)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


# -- bad input ------------------------------------------------------------------------------

WRONG = {
    "misspelt key": (("upper_bpm", "uper_bpm"), "intensity.heart_rate.uper_bpm"),
    "range the wrong way round": (("reps_min = 3", "reps_min = 9"), "items.1"),
    "unknown exercise": (('exercise = "squat"', 'exercise = "sqat"'), "items.1.exercise"),
    "expired": (("2026-12-31", "2026-06-30"), "expired on 2026-06-30"),
    "not yet valid": (("valid_from = 2026-01-05", "valid_from = 2026-12-01"), "valid_from"),
    "draft": (('"active"', '"draft"'), "status"),
    "unsigned medical plan": (('kind = "fitness"', 'kind = "medical"'), "author"),
    "limits that contradict": (("hard_cap_bpm = 150.0", "hard_cap_bpm = 100.0"), "heart_rate"),
    "outside physiology": (("hard_cap_bpm = 150.0", "hard_cap_bpm = 400.0"), "hard_cap_bpm"),
    "pain beyond the scale": (("pain_stop = 4.0", "pain_stop = 44.0"), "pain_stop"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_plan_that_must_not_run_is_refused_in_one_line(
    aicoach: Aicoach, tmp_path: Path, nobody: Path, case: str
) -> None:
    (old, new), said = WRONG[case]
    assert old in PLAN
    path, log = tmp_path / "wrong.toml", tmp_path / "events.jsonl"
    path.write_text(PLAN.replace(old, new), encoding="utf-8")
    ran = rehearse(aicoach, path, nobody, "--events", log)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"aicoach: {path}: ")
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert not log.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--language", "fr"), "fr"),
        (("--heart-rate", "no_such.csv"), "no_such.csv"),
        (("--heart-rate", "sim:age=old"), "age"),
        (("--heart-rate", "ble"), "a file takes a trace or sim"),
        (("--answers", "perhaps"), "ask, well, or a file"),
        (("--answers", "absent.toml"), "absent.toml"),
        (("--speed", "0"), "--speed"),
        (("--today", "yesterday"), "--today"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_line(
    aicoach: Aicoach, plan: Path, nobody: Path, options: tuple[str, str], said: str
) -> None:
    ran = rehearse(aicoach, plan, nobody, *options)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("effort = 11\n", "effort: is 11; allowed: 0 to 10"),
        ("efort = 4\n", "did you mean 'effort'"),
        ('chest_breath = "maybe"\n', "chest_breath"),
        ("systolic_mmhg = 900\n", "systolic_mmhg"),
        ('[enrolment]\nactive = "often"\n', "enrolment.active"),
        ("[enrolment]\nactiv = true\n", "enrolment.activ"),
    ],
)
def test_an_answer_out_of_range_names_file_and_question(
    aicoach: Aicoach, plan: Path, nobody: Path, tmp_path: Path, content: str, said: str
) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(content, encoding="utf-8")
    ran = rehearse(aicoach, plan, nobody, "--answers", answers)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["plan", "source"])
def test_a_missing_file_is_named(
    aicoach: Aicoach, plan: Path, nobody: Path, tmp_path: Path, name: str
) -> None:
    absent = tmp_path / "absent.npz" if name == "source" else tmp_path / "absent.toml"
    files = (plan, absent) if name == "source" else (absent, nobody)
    ran = rehearse(aicoach, *files)
    assert (ran.code, str(absent) in ran.err) == (2, True)


def test_a_log_is_never_overwritten(
    aicoach: Aicoach, plan: Path, nobody: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("precious", encoding="utf-8")
    ran = rehearse(aicoach, plan, nobody, "--events", log)
    assert ran.code == 2
    assert "exists already" in ran.err
    assert log.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("rows", "meets"),
    [
        ("0,110\n1,0\n2,0\n3,110\n", None),
        ("0,110\n5,text\n6,112\n", None),
        ("0,110\n2,111\n1,112\n", None),
        ("", "no"),
    ],
    ids=["zeros", "text", "time backwards", "empty"],
)
def test_an_odd_trace_is_refused_in_one_line_or_lived_with(
    aicoach: Aicoach, plan: Path, nobody: Path, tmp_path: Path, rows: str, meets: str | None
) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text("t_s,bpm\n" + rows, encoding="utf-8")
    ran = rehearse(aicoach, plan, nobody, "--heart-rate", trace, "--language", "en")
    if ran.code == 2:
        assert str(trace) in ran.err
        assert len(ran.err.strip().splitlines()) == 1
    else:
        assert ran.code == 0
        assert meets is None
        assert "Session report" in ran.out


# -- in front of a camera -------------------------------------------------------------------


def test_an_example_plan_needs_its_flag_in_front_of_a_camera(aicoach: Aicoach) -> None:
    ran = aicoach("coach", "-p", ready_plans()["hypertension"], "--source", "0", *DAY)
    assert (ran.code, "status" in ran.err) == (2, True)


def test_answers_are_not_assumed_in_front_of_a_camera(aicoach: Aicoach, plan: Path) -> None:
    ran = aicoach("coach", "-p", plan, "--source", "0", "--answers", "well", *DAY)
    assert (ran.code, "the resident is asked" in ran.err) == (2, True)


# -- staff who lift what the pre-check held back ----------------------------------------------

STAFF, STAFF_PASSWORD = "wang.li", "correct horse battery"


@pytest.fixture
def staffed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, light_hashes: None) -> Path:
    """A database with a site, a resident and somebody of the staff."""
    monkeypatch.setenv("AICOACH_HOME", str(tmp_path / "home"))
    path = tmp_path / "cabin.sqlite3"
    store = Store(str(path))
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone="Asia/Shanghai"))
    store.shelf(Resident).add(Resident(id="R-0001", site="site-1", time_zone="Asia/Shanghai"))
    gate = store.gate(console_actor("test"))
    row = Account(login=STAFF, name="w", role="staff", site="site-1")
    set_password(gate, add_account(gate, row), STAFF_PASSWORD)
    store.close()
    return path


@pytest.mark.parametrize(
    ("rule", "why", "told"),
    [("DAY-UNWELL", "complete", "lifted"), ("DAY-CHEST", "block", "lift_refused")],
)
def test_staff_who_sign_in_lift_what_they_may_and_name(  # noqa: PLR0917 - fixtures
    aicoach: Aicoach,
    plan: Path,
    squats: Path,
    staffed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    why: str,
    told: str,
) -> None:
    answers, report = tmp_path / "unwell.toml", tmp_path / "report.json"
    enrolled = "active = true\ndisease = false\nsymptoms = false\nanswered_on = 2026-11-01\n"
    answers.write_text(f"unwell = true\n[enrolment]\n{enrolled}", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{STAFF_PASSWORD}\n"))
    ran = rehearse(
        aicoach, plan, squats, "--answers", answers, "--database", staffed, "--resident", "R-0001",
        "--lift", rule, "--lift-reason", "only the bus ride", "--as", STAFF, "--json", report,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    document = read(report)
    assert document["outcome"]["why"] == why
    assert told in report.read_text(encoding="utf-8")
    store = Store(str(staffed))
    deeds = [one.action for one in store.audit.entries("R-0001")]
    store.close()
    assert "session.lift" in deeds


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--lift", "DAY-UNWELL"), "--lift-reason"),
        (("--lift", "DAY-UNWELL", "--lift-reason", "fine now"), "--as LOGIN"),
        (("--lift", " , ", "--lift-reason", "fine now"), "name what is lifted"),
        (("--lift-reason", "fine now"), "goes with --lift"),
    ],
)
def test_nobody_lifts_without_a_rule_a_reason_and_a_name(
    aicoach: Aicoach, plan: Path, squats: Path, options: tuple[str, ...], says: str
) -> None:
    ran = rehearse(aicoach, plan, squats, *options)
    assert ran.code == 2
    assert says in ran.err
