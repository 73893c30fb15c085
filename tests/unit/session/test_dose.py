"""What is asked for before an exercise, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from aicoach.catalog import load_catalog
from aicoach.coaching.requests import KeyOf
from aicoach.phrases import load_phrases
from aicoach.prescription.blocks import Block
from aicoach.prescription.items import Load
from aicoach.session.dose import say_dose

CATALOG = load_catalog()


@dataclass
class Listener:
    """Somebody in the room who writes down what is said."""

    language: str = "en"
    catalog: dict = field(default_factory=lambda: CATALOG)
    heard: list = field(default_factory=list)

    def say(self, _t_s, key, **places):
        phrases = load_phrases(self.language)
        places.pop("subject", None)
        told = {n: phrases.text(v.key) if isinstance(v, KeyOf) else v for n, v in places.items()}
        self.heard.append(phrases.text(key, **told))


def dose(language="en", **how):
    given = {"part": "main", "type": "aerobic", "exercise": "marching", "field": "items.1"}
    listener = Listener(language)
    say_dose(listener, 0.0, Block(**{**given, **how}))
    return listener.heard


def minutes_said(text):
    """The length that a sentence names, in minutes."""
    number = float(re.search(r"\d+", text)[0])
    if "second" in text or ("秒" in text):
        return number / 60.0
    return number + (0.5 if "half" in text or "半" in text else 0.0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_length_from_half_a_minute_to_an_hour_is_said_as_it_is_planned(language):
    for halves in range(1, 121):
        (said,) = dose(language, mode="duration", duration_s=30.0 * halves)
        assert minutes_said(said) == pytest.approx(halves / 2.0), said
        assert "e+" not in said
        assert "." not in said.rstrip("."), said  # a voice of clips has no decimals


def test_a_length_between_two_half_minutes_is_said_as_the_nearer_one():
    for seconds in range(60, 3600, 7):
        (said,) = dose(mode="duration", duration_s=float(seconds))
        assert abs(minutes_said(said) - seconds / 60.0) <= 0.25


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (10.0, "We do this for 10 seconds, at your own pace.", "做10秒，按自己的步子来。"),
        (60.0, "We do this for 1 minute, at your own pace.", "做1分钟，按自己的步子来。"),
        (
            150.0,
            "We do this for 2 and a half minutes, at your own pace.",
            "做2分半钟，按自己的步子来。",
        ),
        (720.0, "We do this for 12 minutes, at your own pace.", "做12分钟，按自己的步子来。"),
    ],
)
def test_time_is_said_as_people_say_it(seconds, en, zh):
    assert dose("en", mode="duration", duration_s=seconds) == [en]
    assert dose("zh", mode="duration", duration_s=seconds) == [zh]


@pytest.mark.parametrize(
    ("exercise", "side", "en", "zh"),
    [
        ("seated_knee_extension", "left", "Only the left leg this time.", "这次只做左腿。"),
        ("baduanjin_3", "right", "Only the right arm this time.", "这次只做右手。"),
    ],
)
def test_a_plan_for_one_side_names_it_and_all_repetitions_are_of_that_side(exercise, side, en, zh):
    how = {"mode": "reps", "reps_max": 3, "reps_min": 3, "exercise": exercise, "side": side}
    assert dose("en", **how) == ["Sets: 1, with 3 repetitions each.", en]
    assert dose("zh", **how) == ["做1组，每组3个。", zh]


@pytest.mark.parametrize("side", ["both", "alternate"])
def test_a_plan_for_both_sides_says_how_many_on_each(side):
    how = {"mode": "reps", "reps_max": 8, "reps_min": 8, "exercise": "marching", "side": side}
    assert dose(**how) == ["Sets: 1, with 4 on each side."]


def test_a_hold_on_one_leg_says_which_one_and_one_on_both_in_turn_which_comes_first():
    how = {"mode": "hold", "hold_s": 10.0, "exercise": "single_leg_stand"}
    hold = "Each time we hold for 10 seconds."
    assert dose(**how, side="right") == [f"Sets: 1. {hold}", "Stand on your right leg."]
    turns = ["Sets: 4. " + hold, "We change sides each time, the left first."]
    assert dose(**how, side="alternate", sets=4) == turns


@pytest.mark.parametrize("colour", ["yellow", "red", "green", "blue", "black", "silver"])
def test_the_colour_of_the_band_is_said(colour):
    load = Load(type="band", band_colour=colour)
    how = {"mode": "reps", "reps_max": 8, "reps_min": 8, "exercise": "seated_band_row"}
    assert dose("en", **how, load=load)[1:] == [f"We use the {colour} band."]
    (zh,) = dose("zh", **how, load=load)[1:]
    assert zh.startswith("用")
    assert zh.endswith("色的弹力带。")
