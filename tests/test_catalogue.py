"""The exercise files: complete, consistent, and true to the motions they describe."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from aicoach.catalog import load_catalog, load_exercise
from aicoach.catalog.cues import LANGUAGES, read_cues
from aicoach.catalog.lint import BODY_ANGLES, SIDED_ANGLES, Problem, lint_catalog, lint_folder
from aicoach.catalog.loader import NOT_EXERCISES
from aicoach.catalog.tables import exercises_page
from aicoach.errors import ExerciseSpecError
from aicoach.features import FEATURE_INDEX, SIDED_FEATURES
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.synth import perform
from aicoach.synth.angles import BODY_ANGLES as PLAYED_BODY
from aicoach.synth.angles import SIDED_ANGLES as PLAYED_SIDED

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, FeatureUse
    from aicoach.pose import FloatArray

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "exercises"
FILES = sorted(path for path in FOLDER.glob("*.toml") if path.stem not in NOT_EXERCISES)
CATALOG = load_catalog(FOLDER)
PROMISED = re.findall(
    r"\w+",
    """
    sit_to_stand squat half_squat jump_squat wall_sit forward_lunge reverse_lunge side_lunge
    seated_knee_extension straight_leg_raise heel_slide standing_hip_abduction
    standing_hip_extension standing_knee_flexion hip_hinge step_up heel_raise marching
    seated_marching high_knees step_jack jumping_jack burpee mountain_climber glute_bridge
    bird_dog dead_bug plank side_plank single_leg_stand hurdle_step

    push_up knee_push_up wall_push_up pull_up dip bench_press overhead_press seated_band_row
    bicep_curl elbow_flexion lateral_raise front_raise shoulder_abduction shoulder_scaption
    shoulder_extension shoulder_external_rotation shoulder_internal_external_rotation
    arm_circle overhead_clap sit_up crunch

    baduanjin_1 baduanjin_2 baduanjin_3 baduanjin_4 baduanjin_5 baduanjin_6 baduanjin_7
    baduanjin_8
    """,
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_loads_under_its_own_name(path: Path) -> None:
    assert load_exercise(path).id == path.stem


def test_every_promised_exercise_is_there() -> None:
    assert sorted(set(PROMISED) - set(CATALOG)) == []


def test_nothing_is_to_be_corrected() -> None:
    assert [str(problem) for problem in lint_folder(FOLDER)] == []


def test_page_of_the_catalogue_is_up_to_date() -> None:
    page = (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    assert page == exercises_page(CATALOG.values()), "generate it anew, see exercises/README.md"


def test_motion_words_are_those_that_the_player_knows() -> None:
    assert frozenset(PLAYED_SIDED) == SIDED_ANGLES
    assert frozenset(PLAYED_BODY) == BODY_ANGLES


@pytest.mark.one_in(3)
@pytest.mark.parametrize("spec", CATALOG.values(), ids=lambda spec: spec.id)
def test_motion_goes_where_the_file_says_it_is_read(spec: ExerciseSpec) -> None:
    features = features_of_track(perform(spec, reps=2, hold_s=4.0, fps=20.0).track)
    if spec.hold is not None:
        held = np.ones(len(features), dtype=bool)
        for condition in spec.hold.conditions:
            low = -np.inf if condition.at_least is None else condition.at_least
            high = np.inf if condition.at_most is None else condition.at_most
            values = column(features, condition)
            held &= (values >= low) & (values <= high)
        middle = slice(len(held) * 2 // 5, len(held) * 3 // 5)
        assert held[middle].mean() > 0.9
        assert not held[:5].any(), "the start pose is taken for the hold"
        return
    phase = phase_of(spec, features)
    assert np.median(phase[:5]) < 0.35
    assert phase.max() > 0.6


def column(features: FeatureTrack, use: FeatureUse, side: str = "left") -> FloatArray:
    """The feature over time, both sides made one; ``each`` is ``side``."""
    if use.feature not in SIDED_FEATURES:
        return features.values[:, FEATURE_INDEX[use.feature]]
    both = (FEATURE_INDEX[f"{use.feature}.{each}"] for each in ("left", "right"))
    left, right = (features.values[:, i] for i in both)
    if use.side in ("each", "left", "right"):
        return right if (side if use.side == "each" else use.side) == "right" else left
    if use.side in ("max", "min"):
        return (np.fmax if use.side == "max" else np.fmin)(left, right)
    return (left + right) / 2


def phase_of(spec: ExerciseSpec, features: FeatureTrack) -> FloatArray:
    """Phase over time, of the side that goes furthest."""
    phases = []
    for side in ("left", "right") if spec.kind == "alternating" else ("left",):
        total, weights = np.zeros(len(features)), 0.0
        for signal in spec.signals:
            values = column(features, signal, side)
            if signal.feature.endswith("_rise"):
                values = values - np.median(values[:5])
            share = (values - signal.start) / (signal.target - signal.start)
            total += signal.weight * np.clip(share, -0.2, 1.35)
            weights += signal.weight
        phases.append(total / weights)
    return max(phases, key=lambda phase: float(phase.max()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_cues_can_be_said_in_one_breath(language: str) -> None:
    for key, text in read_cues(language, FOLDER).items():  # type: ignore[arg-type]
        assert text == text.strip(), key
        assert not text.endswith(("。", ".")), key


def test_cue_file_that_is_no_cue_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cues.en.toml").write_text('chest_up = { text = "Chest up" }\n', encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match=r"cues\.en\.toml: chest_up: must be a text"):
        read_cues("en", tmp_path)
    with pytest.raises(ExerciseSpecError, match=r"cues\.zh\.toml"):
        read_cues("zh", tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of two exercises that may be spoilt."""
    for name in ("squat.toml", "marching.toml", "jump_squat.toml", "SOURCES.toml",
                 "cues.zh.toml", "cues.en.toml"):  # fmt: skip
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def spoil(folder: Path, name: str, old: str, new: str) -> list[str]:
    """Replace a text in a file of ``folder``; give what the lint says."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(problem) for problem in lint_folder(folder)]


def test_sound_folder_has_no_problems(folder: Path) -> None:
    assert lint_folder(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("squat.toml", "design_default", "hearsay", "'hearsay' is not in SOURCES.toml"),
        ("squat.toml", "calibrated:recordings/squat", "calibrated:dreams/1", "write calibrated"),
        ("squat.toml", "calibrated:recordings/squat", "calibrated:synth/yoga", "no exercise of"),
        ("squat.toml", 'cue = "chest_up"', 'cue = "fly"', "cue 'fly' has no words in cues.zh.toml"),
        ("squat.toml", '"02052"', '"99999"', "99999 is not among the codes"),
        ("squat.toml", "value = 5.0", "value = 7.5", "gives 5.0 for 02052"),
        ("squat.toml", 'pattern = "squat"', 'pattern = "sitting"', "unknown movement family"),
        ("squat.toml", "deep_knee_flexion", "deep_sea_diving", "unknown movement tag"),
        ("squat.toml", '"fall_risk"', '"monday"', "unknown condition 'monday'"),
        ("squat.toml", 'zh = "深蹲"', 'zh = "Squat"', "holds no Chinese"),
        ("squat.toml", 'zh = "深蹲"', 'zh = "深蹲跳"', "'深蹲跳' also names jump_squat"),
        ("squat.toml", 'side = "mean"', 'side = "each"', "only for kind 'alternating'"),
        ("squat.toml", 'side = "mean"', 'side = "active"', "'active' needs a whole cycle"),
        ("squat.toml", "target_deg = 80.0", "target_deg = 15.0", "within tolerance_deg"),
        ("squat.toml", 'views = ["side", "oblique", "front"]', 'views = ["side", "oblique"]',
         "'front' is not among the exercise's views"),
        ("squat.toml", "at_least_s = 0.7", "at_least_s = 0.0", "must be above 0"),
        ("squat.toml", "hip_abduction = 8.0", "hip_duction = 8.0", "unknown angle 'hip_d"),
        ("squat.toml", "body = { pitch", "body = { pich", "unknown angle 'pich'"),
        ("squat.toml", '"thighs", "shanks"', '"tail"', "unknown limb 'tail'"),
        ("squat.toml", 'view = "oblique"', 'view = "above"', "squat.toml"),
        ("marching.toml", "at = 1.0", "at = 0.9", "'at' must rise from 0 to 1"),
        ("jump_squat.toml", "at = 0.25", "at = 0.75", "'at' must fall from 1 to 0"),
        ("SOURCES.toml", 'kind = "default"', 'kind = "rumour"', "kind must be"),
        ("SOURCES.toml", "citation =", "title =", "has no citation"),
        ("cues.zh.toml", "chest_up =", "chest_out =", "stands in cues.en.toml only"),
        ("cues.zh.toml", "挺胸，目视前方", "挺起你的胸膛，眼睛要看着正前方", "at most 14"),
        ("cues.en.toml", "Chest up, look ahead", "Up with your chest and look straight ahead",
         "at most 7"),
        ("cues.en.toml", '"Stand tall"', '""', "must be a text"),
    ],
)  # fmt: skip
def test_lint_says_what_is_wrong(folder: Path, name: str, old: str, new: str, said: str) -> None:
    assert any(said in problem for problem in spoil(folder, name, old, new))


def test_lint_of_a_loaded_catalogue_names_file_and_field() -> None:
    spec = CATALOG["squat"].model_copy(update={"tags": ("rumba",)})
    catalog = replace(CATALOG, exercises={**CATALOG.exercises, "squat": spec})
    assert lint_catalog(catalog, FOLDER) == [
        Problem("squat.toml", "tags", "unknown movement tag 'rumba'")
    ]
