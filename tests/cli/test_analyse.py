"""``aicoach analyse`` on good input, on bad input, and on output that cannot be written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from aicoach import pipeline

PROMISED = {
    "schema", "exercise", "count", "repetitions", "rejected", "holds", "faults", "not_assessed",
    "quality",
}  # fmt: skip


def one_line(text: str) -> bool:
    return text.startswith("aicoach: ") and text.count("\n") == 1 and text.endswith("\n")


def test_a_recording_gives_a_report_with_every_promised_field(
    aicoach: Callable[..., Any], squats: Path
) -> None:
    ran = aicoach("analyse", squats, "--exercise", "squat", "--json", "-")
    report = json.loads(ran.out)
    assert ran.code == 0
    assert report.keys() >= PROMISED
    assert (report["schema"], report["exercise"]) == ("aicoach.report/1", "squat")
    assert report["count"] == len(report["repetitions"]) == 4
    assert report["quality"]["seen_fraction"] == 1.0
    assert ran.err == ""


def test_the_example_in_the_documentation_has_the_fields_of_a_real_report(
    aicoach: Callable[..., Any], squats: Path, root: Path
) -> None:
    text = (root / "docs" / "report.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json")[1].split("```")[0])
    report = json.loads(aicoach("analyse", squats, "-e", "squat", "--json", "-").out)

    def fields(node: Any) -> set[str]:
        if isinstance(node, dict):
            inner = {key: value for key, value in node.items() if key != "fault_counts"}
            return node.keys() | {name for value in inner.values() for name in fields(value)}
        if isinstance(node, list):
            return {name for value in node for name in fields(value)}
        return set()

    assert fields(example) <= fields(report)
    assert [name for name in fields(report) if name not in text] == []


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ["Squat", "4 repetitions"]), ("zh", ["深蹲", "4 次", "幅度"])]
)
def test_the_report_is_printed_in_the_language_asked_for(
    aicoach: Callable[..., Any], squats: Path, lang: str, words: list[str]
) -> None:
    ran = aicoach("analyse", squats, "-e", "squat", "--lang", lang)
    assert ran.code == 0
    assert [word for word in words if word not in ran.out] == []


def test_a_range_that_was_asked_for_and_not_reached_is_not_counted(
    aicoach: Callable[..., Any], squats: Path
) -> None:
    arguments = ("-e", "squat", "--target-rom", "140", "--json", "-")
    report = json.loads(aicoach("analyse", squats, *arguments).out)
    assert report["count"] == 0
    assert {item["reason"] for item in report["rejected"]} == {"partial"}
    assert report["target_rom_deg"] == 140.0


def test_the_same_recording_gives_the_same_report(
    aicoach: Callable[..., Any], squats: Path
) -> None:
    runs = [aicoach("analyse", squats, "-e", "squat", "--json", "-").out for _ in range(2)]
    assert runs[0] == runs[1]


def test_nobody_in_the_input_is_a_report_and_no_error(
    aicoach: Callable[..., Any], nobody: Path
) -> None:
    ran = aicoach("analyse", nobody, "-e", "squat", "--json", "-")
    report = json.loads(ran.out)
    assert (ran.code, report["count"], report["quality"]["seen_fraction"]) == (0, 0, 0.0)
    assert "No person was found" in aicoach("analyse", nobody, "-e", "squat", "--lang", "en").out


def test_auto_says_which_exercise_it_was(aicoach: Callable[..., Any], squats: Path) -> None:
    report = json.loads(aicoach("analyse", squats, "-e", "auto", "--json", "-").out)
    assert report["exercise"] in ("squat", "half_squat", "unknown")
    assert 0.0 <= report["auto_confidence"] <= 1.0


def test_auto_on_an_empty_room_is_unknown(aicoach: Callable[..., Any], nobody: Path) -> None:
    ran = aicoach("analyse", nobody, "-e", "auto", "--lang", "en")
    assert ran.code == 0
    assert "not recognised" in ran.out


def test_a_recording_needs_neither_opencv_nor_a_model_nor_rich(squats: Path) -> None:
    script = (
        "import sys\n"
        "from aicoach.cli import run\n"
        "code = run(sys.argv[1:])\n"
        "heavy = {'cv2', 'onnxruntime', 'mediapipe', 'rich', 'scipy'} & sys.modules.keys()\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)\n"
    )
    arguments = ["analyse", str(squats), "-e", "squat", "--json", "-"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.model
def test_a_video_is_counted_drawn_and_kept_and_its_recording_counts_the_same(
    aicoach: Callable[..., Any], drawn_video: Path, tmp_path: Path
) -> None:
    drawn, kept = tmp_path / "drawn.mp4", tmp_path / "kept.npz"
    outputs = ("--annotate", drawn, "--save-recording", kept)
    ran = aicoach("analyse", drawn_video, "-e", "squat", "--json", "-", *outputs)
    report = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert report["input"] == {
        "name": str(drawn_video), "source": "video", "frame_size_px": [320, 240],
    }  # fmt: skip
    assert report["quality"]["seen_fraction"] > 0.9
    assert report["count"] == 2
    video = cv2.VideoCapture(str(drawn))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == report["quality"]["frames"]
    again = json.loads(aicoach("analyse", kept, "-e", "squat", "--json", "-").out)
    assert again["count"] == report["count"]
    assert sorted(tmp_path.iterdir()) == [drawn, kept]


@pytest.mark.model
def test_a_video_without_a_person_is_a_report(
    aicoach: Callable[..., Any], empty_video: Path
) -> None:
    ran = aicoach("analyse", empty_video, "-e", "squat", "--json", "-")
    assert (ran.code, json.loads(ran.out)["count"]) == (0, 0)


def test_a_recording_is_drawn_on_a_dark_picture(
    aicoach: Callable[..., Any], squats: Path, tmp_path: Path
) -> None:
    ran = aicoach("analyse", squats, "-e", "squat", "--annotate", tmp_path / "out.mp4")
    assert ran.code == 0
    assert cv2.VideoCapture(str(tmp_path / "out.mp4")).read()[0]


def test_a_folder_gives_a_report_for_each_and_one_failure_does_not_stop_the_others(
    aicoach: Callable[..., Any], squats: Path, nobody: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.npz").write_bytes(squats.read_bytes())
    (tmp_path / "b.npz").write_bytes(b"nonsense")
    (tmp_path / "c.npz").write_bytes(nobody.read_bytes())
    (tmp_path / "notes.txt").write_text("not for analysis")
    json_file = tmp_path / "report.json"
    ran = aicoach("analyse", tmp_path, "-e", "squat", "--json", json_file, "--lang", "en")
    reports = json.loads(json_file.read_text(encoding="utf-8"))
    assert ran.code == 2
    assert one_line(ran.err)
    assert [report.get("count") for report in reports] == [4, None, 0]
    assert "b.npz" in reports[1]["error"]
    assert "failed" in ran.out


def test_an_empty_folder_is_an_error(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    ran = aicoach("analyse", tmp_path, "-e", "squat")
    assert ran.code == 2
    assert "holds no video and no recording" in ran.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["absent.mp4", "-e", "squat"], "no such file"),
        (["absent.npz", "-e", "squat"], "no such file"),
        (["absent.npz", "-e", "sqaut"], "did you mean squat"),
        (["absent.npz"], "Missing option '--exercise'"),
        (["-e", "squat"], "Missing argument"),
        (["absent.npz", "-e", "squat", "--view", "above"], "'above' is not one of"),
        (["absent.npz", "-e", "squat", "--target-rom", "many"], "'--target-rom'"),
        (["absent.npz", "-e", "squat", "--target-rom", "-5"], "'--target-rom'"),
        (["absent.npz", "-e", "plank", "--target-rom", "90"], "no range of motion"),
        (["absent.npz", "-e", "auto", "--target-rom", "90"], "needs a named exercise"),
        (["absent.npz", "-e", "squat", "--json", "nowhere/out.json"], "folder does not exist"),
        (["absent.npz", "-e", "squat", "--annotate", "nowhere/o.mp4"], "folder does not exist"),
        (["a.npz", "b.npz", "-e", "squat", "--annotate", "o.mp4"], "one input at a time"),
        (["absent.mp4", "-e", "squat", "--colour", "red"], "No such option"),
    ],
)
def test_what_was_typed_wrong_is_said_in_one_line(
    aicoach: Callable[..., Any], arguments: list[str], problem: str
) -> None:
    ran = aicoach("analyse", *arguments)
    assert ran.code == 2
    assert one_line(ran.err), ran.err
    assert problem in ran.err
    assert ran.out == ""


def test_the_input_itself_is_never_written_over(aicoach: Callable[..., Any], squats: Path) -> None:
    before = squats.read_bytes()
    ran = aicoach("analyse", squats, "-e", "squat", "--save-recording", squats)
    assert ran.code == 2
    assert "is the input itself" in ran.err
    assert squats.read_bytes() == before


def test_ctrl_c_leaves_nothing_half_written(
    aicoach: Callable[..., Any], squats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = iter(range(10))
    analyse_frames = pipeline.analyse_frames

    def interrupted(*arguments: Any) -> Any:
        def progress(_t_s: float) -> None:
            if next(steps) == 5:
                raise KeyboardInterrupt

        return analyse_frames(*arguments[:-1], progress)

    monkeypatch.setattr(pipeline, "analyse_frames", interrupted)
    ran = aicoach("analyse", squats, "-e", "squat", "--annotate", tmp_path / "out.mp4")
    assert ran.code == 130
    assert one_line(ran.err)
    assert list(tmp_path.iterdir()) == []


def test_an_error_that_nobody_foresaw_is_one_line_too(
    aicoach: Callable[..., Any], squats: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(pipeline, "analyse_poses", broken)
    ran = aicoach("analyse", squats, "-e", "squat")
    assert ran.code == 2
    assert one_line(ran.err)
    monkeypatch.setenv("AICOACH_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        aicoach("analyse", squats, "-e", "squat")


def test_a_picture_is_no_video(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    cv2.imwrite(str(path), np.zeros((48, 64, 3), np.uint8))
    ran = aicoach("analyse", path, "-e", "squat", "--annotate", tmp_path / "out.mp4")
    assert ran.code == 2
    assert "single picture" in ran.err
    assert list(tmp_path.iterdir()) == [path]
