"""A session in front of a made-up camera: keys, lost pictures, what the window shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aicoach.adapters.camera
import aicoach.adapters.onnx_pose
from aicoach.adapters import lettering
from aicoach.adapters.coach_picture import CoachView, QuestionBox, draw_coach
from aicoach.adapters.window import CLOSED
from aicoach.cli import coach_view
from aicoach.cli.coach_keys import KeyPad
from aicoach.errors import CameraError, CameraProblem
from aicoach.observations import Answer, Command
from aicoach.pose import Frame
from aicoach.prescription.drafts import ready_plans
from aicoach.tracking.station import Outcome, Reason, Sighting
from aicoach.visit.questions import question_sheet

Aicoach = Callable[..., Any]
GREY = np.full((120, 160, 3), 120, np.uint8)


class MadeUpCamera:
    """Five frames a second of its own time, as fast as they are taken; then it breaks."""

    lasts_s = 90.0

    def __init__(self, camera: int) -> None:
        self.camera = camera

    def __enter__(self) -> MadeUpCamera:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def __iter__(self) -> Iterator[Frame]:
        for i in range(int(self.lasts_s * 5)):
            yield Frame(i / 5.0, GREY)
            time.sleep(0.004)
        raise CameraError(self.camera, CameraProblem.UNPLUGGED, "check the cable")


class NobodyThere:
    """An estimator that sees nobody."""

    people = 0

    def __init__(self, **_options: object) -> None: ...

    def see(self, _frame: Frame) -> Sighting:
        return Sighting(Outcome.NOT_SEEN, Reason.NOBODY, None)

    def close(self) -> None: ...


class Glass:
    """A window that presses the keys it was given, one picture each."""

    keys: tuple[int, ...] = ()

    def __init__(self, _title: str) -> None:
        self.left = list(type(self).keys)
        self.shown = 0

    def __enter__(self) -> Glass:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def press(self, picture: np.ndarray[Any, Any]) -> int:
        assert picture.shape == (720, 1280, 3)
        self.shown += 1
        return self.left.pop(0) if self.left else -1


@pytest.fixture
def in_front_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aicoach.adapters.camera, "Camera", MadeUpCamera)
    monkeypatch.setattr(aicoach.adapters.onnx_pose, "OnnxPoseEstimator", NobodyThere)
    monkeypatch.setattr(coach_view, "Window", Glass)


def guide(aicoach: Aicoach, tmp_path: Path, *more: str | Path) -> tuple[Any, dict[str, Any]]:
    report = tmp_path / "report.json"
    ran = aicoach(
        "coach", "-p", ready_plans()["hypertension"], "--source", "0", "--demonstration",
        "--today", "2026-11-21", "--language", "en", "--no-voice", "--json", report, *more,
    )  # fmt: skip
    return ran, json.loads(report.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("in_front_of_it")
def test_a_lost_camera_keeps_report_and_log_and_is_one_line(
    aicoach: Aicoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MadeUpCamera, "lasts_s", 4.0)
    log = tmp_path / "log.jsonl"
    ran, document = guide(aicoach, tmp_path, "--events", log)
    assert ran.code == 2
    assert ran.err.strip().splitlines()[-1].startswith("aicoach: camera 0")
    assert document["outcome"] | {"lasted_s": 0} == {
        "ended": True, "why": "picture_ended", "completed": 0.0, "lasted_s": 0,
    }  # fmt: skip
    assert "Session report" in ran.out
    assert aicoach("replay", log, "--quiet").code == 0


@pytest.mark.usefixtures("in_front_of_it")
@pytest.mark.parametrize(("key", "why"), [("s", "STOP-7"), ("q", "ended_by_resident")])
def test_one_key_ends_it(
    aicoach: Aicoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, why: str
) -> None:
    monkeypatch.setattr(Glass, "keys", (ord(key),))
    ran, document = guide(aicoach, tmp_path)
    assert document["outcome"]["why"] == why
    assert ran.code == 0


@pytest.mark.usefixtures("in_front_of_it")
def test_closing_the_window_ends_it_without_an_error(
    aicoach: Aicoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Glass, "keys", (-1, CLOSED))
    ran, document = guide(aicoach, tmp_path)
    assert (ran.code, document["outcome"]["why"]) == (0, "interrupted")


def test_a_camera_that_is_absent_is_one_line(
    aicoach: Aicoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coach_view, "Window", Glass)
    ran = aicoach(
        "coach", "-p", ready_plans()["hypertension"], "--source", "99", "--demonstration",
        "--no-voice", "--today", "2026-11-21", "--language", "en",
    )  # fmt: skip
    assert ran.code == 2
    assert ran.err.strip().splitlines()[-1].startswith("aicoach: camera 99")
    assert "Session report" not in ran.out


# -- keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "name"),
    [("s", "stop"), ("S", "stop"), ("\x1b", "stop"), ("q", "end"), ("o", "i_am_ok"),
     ("n", "skip"), ("r", "repeat"), (" ", "pause")],
)  # fmt: skip
def test_keys_are_commands(key: str, name: str) -> None:
    assert KeyPad().press(ord(key), 3.0, None) == Command(t_s=3.0, name=name)  # type: ignore[arg-type]


def test_space_goes_on_after_a_pause() -> None:
    assert KeyPad().press(32, 1.0, None, paused=True) == Command(t_s=1.0, name="resume")


@pytest.mark.parametrize("question", ["effort", "pain", "unwell", "systolic_mmhg", "symptom"])
@pytest.mark.parametrize("key", ["s", "\x1b"])
def test_stop_is_one_key_while_something_is_asked(question: str, key: str) -> None:
    pressed = KeyPad().press(ord(key), 0.0, question_sheet(question, "en"))
    assert pressed == Command(t_s=0.0, name="stop")


def typed(question: str, keys: str) -> list[Any]:
    pad, sheet = KeyPad(), question_sheet(question, "en")
    found = [pad.press(ord(key), 1.0, sheet) for key in keys]
    return [one for one in found if one is not None]


@pytest.mark.parametrize(
    ("question", "keys", "value"),
    [
        ("unwell", "n", False), ("unwell", "y", True), ("unwell", "?", None),
        ("effort", "4\r", 4.0), ("effort", "10\n", 10.0), ("pain", "19\b\r", 1.0),
        ("systolic_mmhg", "128\r", 128.0), ("weight_gain_kg", "0.5\r", 0.5),
        ("medicine_kind", "1\r", "other"), ("symptom", "0\r", "none"),
        ("symptom", "1\r", "chest_pain"), ("talk", "3\r", "words"),
    ],
)  # fmt: skip
def test_answers_are_typed(question: str, keys: str, value: object) -> None:
    assert typed(question, keys) == [Answer(t_s=1.0, question=question, value=value)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "keys"),
    [("effort", "11\r"), ("effort", "\r"), ("symptom", "99\r"), ("unwell", "5\r"), ("pain", ".\r")],
)
def test_what_is_no_answer_is_not_taken(question: str, keys: str) -> None:
    assert typed(question, keys) == []


def test_what_was_typed_for_one_question_is_not_the_beginning_of_the_next() -> None:
    pad = KeyPad()
    pad.press(ord("1"), 0.0, question_sheet("effort", "en"))
    pain = question_sheet("pain", "en")
    pad.press(ord("0"), 1.0, pain)
    assert pad.press(13, 1.0, pain) == Answer(t_s=1.0, question="pain", value=0.0)


# -- the picture ----------------------------------------------------------------------------


def lit(picture: np.ndarray[Any, Any], box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Top and bottom row of what is nearly white in a box (left, top, right, bottom)."""
    left, top, right, bottom = box
    rows = np.flatnonzero((picture[top:bottom, left:right] > 225).all(axis=2).any(axis=1))
    return int(rows[0]) + top, int(rows[-1]) + top


def test_count_and_cue_are_read_from_three_metres() -> None:
    view = CoachView(mirror=None, count="12", caption="Knees in line with your toes")
    picture = draw_coach(view)
    top, bottom = lit(picture, (760, 100, 1180, 400))
    assert bottom - top >= 0.08 * 720
    top, bottom = lit(picture, (30, 560, 1270, 676))
    assert bottom - top >= 0.05 * 720


@pytest.mark.skipif(not lettering.writes_chinese(), reason="this OpenCV writes no Chinese")
def test_chinese_is_written_and_not_question_marks() -> None:
    pictures = [
        draw_coach(CoachView(mirror=None, caption=text)) for text in ("膝盖对准脚尖", "??????")
    ]
    assert (pictures[0] != pictures[1]).any()
    assert lettering.width("膝盖对准脚尖", 50) > 5 * 45


def test_a_long_text_is_broken_and_shrunk_until_it_fits() -> None:
    text = "Please use a firm chair, its back against the wall, and keep it within reach."
    broken, size_px = lettering.fitted(text, 60, 500, 2)
    assert len(broken) <= 2
    assert size_px < 60
    assert all(lettering.width(line, size_px) <= 500 for line in broken)
    assert " ".join(broken) == text


def test_every_part_of_the_picture_can_be_drawn_at_once() -> None:
    tall = np.full((640, 360, 3), 90, np.uint8)
    many = tuple(f"{i}  choice" for i in range(12))
    for question in (None, QuestionBox(text="Which?", choices=many, typed="1", keys="y, n")):
        view = CoachView(
            mirror=tall, banner="Paused", alarm=5, heart="140", zone="above", zone_word="high",
            title="A very long name of an exercise that takes two lines", subtitle="Set 1 of 2",
            question=question, stop_hint="S STOP", hints="Space pause", tone="safety",
            caption="Stop",
        )  # fmt: skip
        assert draw_coach(view).shape == (720, 1280, 3)
