"""The figures of the form rules are what the marked frames say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from aicoach.bench.form import (
    MARKED_FRAMES,
    MARKED_RECORDINGS,
    RuleFigure,
    frame_figure,
    read_marked_frames,
    run,
)
from aicoach.catalog.loader import load_catalog
from aicoach.features import FEATURE_INDEX

CATALOG = load_catalog()


def figure(**changes):
    counts = {"faulty": 10, "found": 9, "fine": 20, "false_alarms": 1, "not_assessed": 3}
    return RuleFigure(source="frames.csv", rule="plank.hips_sag", **{**counts, **changes})


def test_what_was_not_assessed_is_neither_found_nor_a_false_alarm():
    assert (figure().recall, figure().false_alarm_rate) == (0.9, 0.05)
    assert not figure().missed
    assert not figure(faulty=0, found=0, fine=0, false_alarms=0).missed


@pytest.mark.parametrize("changes", [{"found": 7}, {"false_alarms": 3}])
def test_a_bar_is_missed_by_faults_overlooked_and_by_false_alarms(changes):
    assert figure(**changes).missed


@pytest.mark.parametrize(("exercise", "rule"), [(e, r) for _, _, _, e, r in MARKED_FRAMES])
def test_every_rule_that_is_held_against_frames_exists(exercise, rule):
    assert rule in {r.id for r in CATALOG[exercise].form_rules}


def test_every_rule_that_a_recording_is_marked_with_exists():
    rules = {r.id for name in CATALOG for r in CATALOG[name].form_rules}
    assert {r for wanted in MARKED_RECORDINGS.values() for r in wanted} <= rules


def test_a_low_back_lies_below_the_line_and_a_high_one_above_it(data_dir):
    labels, features = read_marked_frames(data_dir / "exercise-correction/plank_model__test.csv")
    bend = features.values[:, FEATURE_INDEX["body_line_deg"]]
    middle = {m: np.median(bend[[label == m for label in labels]]) for m in "LCH"}
    assert middle["L"] > 10.0 > -10.0 > middle["C"] > middle["H"]


def test_a_sagging_plank_is_found_and_a_correct_one_left_in_peace(data_dir):
    path = data_dir / "exercise-correction/plank_model__test.csv"
    found = frame_figure(path, "L", "C", CATALOG["plank"], "hips_sag")
    assert found.recall >= 0.8
    assert found.false_alarm_rate <= 0.05
    assert found.not_assessed == 0


def test_the_table_shows_every_source(data_dir):
    out = Console(file=io.StringIO(), width=200)
    agreement = run(data_dir, only="push_up", console=out)
    text = out.file.getvalue()
    assert {f.source for f in agreement.figures} >= {"push_up_04", "recordings without a fault"}
    assert all(f.source in text for f in agreement.figures)
