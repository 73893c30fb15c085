"""``aicoach exercises``: the list, one exercise, its demonstration, the lint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from aicoach.catalog import load_catalog
from aicoach.resources import resource_dir


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_names_every_exercise(aicoach: Callable[..., Any], lang: str) -> None:
    ran = aicoach("exercises", "list", "--lang", lang)
    catalog = load_catalog()
    assert ran.code == 0
    assert [name for name in catalog if name not in ran.out] == []
    assert [s.id for s in catalog.values() if getattr(s.names, lang) not in ran.out] == []


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)])
def test_every_exercise_can_be_shown(aicoach: Callable[..., Any], lang: str) -> None:
    for name in load_catalog():
        ran = aicoach("exercises", "show", name, "--lang", lang)
        assert (ran.code, ran.err) == (0, "")


def test_a_name_is_found_however_it_is_written(aicoach: Callable[..., Any]) -> None:
    assert aicoach("exercises", "show", "Push-Up").code == 0


def test_an_unknown_name_is_answered_with_the_nearest(aicoach: Callable[..., Any]) -> None:
    ran = aicoach("exercises", "show", "puhs_up")
    assert ran.code == 2
    assert "did you mean push_up" in ran.err


def test_the_coach_is_drawn_as_a_picture(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    ran = aicoach("exercises", "show", "squat", "--image", tmp_path / "coach.png")
    assert ran.code == 0
    picture = cv2.imread(str(tmp_path / "coach.png"))
    assert picture is not None
    assert picture.std() > 10


def test_the_coach_is_drawn_as_a_video(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    ran = aicoach("exercises", "show", "jumping_jack", "--video", tmp_path / "coach.mp4")
    assert ran.code == 0
    assert cv2.VideoCapture(str(tmp_path / "coach.mp4")).get(cv2.CAP_PROP_FRAME_COUNT) > 20


@pytest.mark.parametrize(
    "output", [("--image", "coach.gif"), ("--video", "coach.txt"), ("--image", "no/where.png")]
)
def test_what_cannot_be_drawn_is_refused(
    aicoach: Callable[..., Any], tmp_path: Path, output: tuple[str, str]
) -> None:
    ran = aicoach("exercises", "show", "squat", output[0], tmp_path / output[1])
    assert ran.code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_passes_its_own_lint(aicoach: Callable[..., Any]) -> None:
    ran = aicoach("exercises", "check")
    assert (ran.code, ran.err) == (0, "")


def test_a_wrong_file_is_named_with_its_field(aicoach: Callable[..., Any], tmp_path: Path) -> None:
    text = (resource_dir("exercises") / "squat.toml").read_text(encoding="utf-8")
    path = tmp_path / "squat.toml"
    path.write_text(text.replace('kind = "repetition"', 'kind = "dance"'), encoding="utf-8")
    ran = aicoach("exercises", "check", path)
    assert ran.code == 2
    assert ran.err.startswith("aicoach: squat.toml: kind")


def test_an_unknown_source_is_found_by_the_lint(
    aicoach: Callable[..., Any], tmp_path: Path
) -> None:
    text = (resource_dir("exercises") / "squat.toml").read_text(encoding="utf-8")
    path = tmp_path / "squat.toml"
    path.write_text(text.replace("compendium2011", "hearsay1999"), encoding="utf-8")
    ran = aicoach("exercises", "check", path)
    assert ran.code == 2
    assert "hearsay1999" in ran.err
