"""The command line as a whole: help, version, languages, the benches it calls."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aicoach import __version__
from aicoach.cli import bench, compose
from aicoach.cli.words import WORDS
from aicoach.events import Rejection


def test_without_a_command_the_help_is_shown(aicoach: Callable[..., Any]) -> None:
    ran = aicoach()
    assert ran.code == 0
    for command in ("analyse", "live", "exercises", "doctor", "bench"):
        assert command in ran.out


def test_the_version_is_said(aicoach: Callable[..., Any]) -> None:
    assert aicoach("--version").out == f"aicoach {__version__}\n"


def test_an_unknown_command_is_one_line(aicoach: Callable[..., Any]) -> None:
    ran = aicoach("dance")
    assert (ran.code, ran.err) == (2, "aicoach: No such command 'dance'.\n")


def test_python_m_aicoach_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aicoach", "exercises", "show", "sqat"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "aicoach", "exercises", "list"],
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("here", "lang"), [("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("C", "en")]
)
def test_the_language_is_that_of_the_computer(
    monkeypatch: pytest.MonkeyPatch, here: str, lang: str
) -> None:
    monkeypatch.setenv("LC_ALL", here)
    assert compose.language(None) == lang
    assert compose.language(compose.Language.ZH) == "zh"


def test_both_languages_have_words_for_everything() -> None:
    en, zh = WORDS["en"], WORDS["zh"]
    keys_that_read_well_in_english = {key for key in zh if key.startswith("equipment.")}
    assert zh.keys() - keys_that_read_well_in_english == en.keys()
    assert {f"reason.{reason.value}" for reason in Rejection} <= en.keys()


def test_bench_runs_what_was_asked_and_fails_where_a_bar_is_missed(
    aicoach: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Path, str | None]] = []

    def fake(name: str, held: bool) -> Any:
        return lambda folder, only: asked.append((name, folder, only)) or held

    monkeypatch.setitem(bench._BENCHES, bench.Bench.COUNTING, fake("counting", True))
    monkeypatch.setitem(bench._BENCHES, bench.Bench.POSE, fake("pose", False))
    ran = aicoach("bench", "counting", "--data", tmp_path, "--only", "squat")
    assert (ran.code, asked) == (0, [("counting", tmp_path, "squat")])
    assert aicoach("bench", "counting", "pose", "--data", tmp_path).code == 1


def test_bench_without_data_says_what_to_set(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    ran = aicoach("bench", "counting", "--data", tmp_path / "absent")
    assert ran.code == 2
    assert "AICOACH_DATA" in ran.err
