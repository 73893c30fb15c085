"""Counting aloud: numbers, milestones, the last three, sides, and the seconds of a hold."""

from __future__ import annotations

import pytest

from aicoach.coaching import coaching_settings
from aicoach.coaching.counting import Counting, HoldCounting
from aicoach.coaching.speech import text_of
from aicoach.phrases import load_phrases

SETTINGS = coaching_settings().counting
EN, ZH = load_phrases("en"), load_phrases("zh")


def counted(planned, repetitions, *, every_s=4.0, alternating=False, aloud=True, phrases=EN):
    """Texts of a set; what is only shown in brackets."""
    counting = Counting(SETTINGS, planned, alternating=alternating, aloud=aloud)
    said = []
    for n in range(1, repetitions + 1):
        side = ("left" if n % 2 else "right") if alternating else "both"
        request = counting.count(n * every_s, side, n * every_s)
        text = text_of(request, phrases)
        said.append(f"({text})" if request.show_only else text)
    return said


def test_every_repetition_is_counted_with_milestones_and_the_last_three():
    assert counted(10, 10) == [
        "One", "Two", "Three", "Four", "Five, half way",
        "Six", "Three more", "Two more", "Last one", "Ten, done",
    ]  # fmt: skip
    assert counted(10, 10, phrases=ZH) == [
        "一", "二", "三", "四", "五个，一半了",
        "六", "再来三个", "再来两个", "最后一个", "十，好了",
    ]  # fmt: skip


def test_in_a_short_set_the_encouragement_comes_in_its_second_half():
    assert counted(3, 3) == ["One", "Last one", "Three, done"]
    assert counted(1, 1) == ["One, done"]
    assert counted(5, 5) == ["One", "Two", "Two more", "Last one", "Five, done"]


def test_an_open_set_has_milestones_and_no_end():
    assert counted(None, 6) == ["One", "Two", "Three", "Four", "That's five", "Six"]


def test_more_than_planned_is_still_counted():
    assert counted(2, 4)[2:] == ["Three", "Four"]


def test_alternating_sides_are_counted_per_side():
    said = counted(5, 10, alternating=True)
    assert said[:6] == ["Left one", "Right one", "Left two", "Right two", "Left three",
                        "Right three"]  # fmt: skip
    assert said[6:] == ["Three more", "Two more", "Last one", "Five, done"]


def test_quick_repetitions_are_said_at_milestones_only():
    said = counted(30, 30, every_s=0.8)
    spoken = [text for text in said if not text.startswith("(")]
    assert spoken == ["One", "Five", "Ten", "Fifteen", "Twenty", "Twenty five", "Thirty, done"]


def test_quick_alternating_repetitions_are_said_when_both_sides_have_them():
    said = counted(20, 40, every_s=0.6, alternating=True)
    spoken = [text for text in said if not text.startswith("(")]
    assert spoken == ["Left one", "Five", "Ten", "Fifteen", "Twenty, done"]
    assert said[1:4] == ["(Right one)", "(Left two)", "(Right two)"]


def test_a_set_by_time_is_counted_on_the_screen_only():
    assert all(text.startswith("(") for text in counted(None, 12, aloud=False))


def test_the_peak_is_the_last_three_of_the_second_half():
    counting = Counting(SETTINGS, 6, alternating=False, aloud=True)
    peak = []
    for n in range(1, 7):
        counting.count(4.0 * n, "both", 4.0 * n)
        peak.append(counting.at_the_peak)
    assert peak == [False, False, False, True, True, True]


def held(planned_s, until_s, fps=10):
    counting = HoldCounting(SETTINGS, planned_s)
    said = []
    for n in range(1, round(until_s * fps) + 1):
        request = counting.held(n / fps, n / fps)
        if request is not None:
            said.append((round(request.t_s, 2), text_of(request, EN)))
    return said, counting


@pytest.mark.parametrize("fps", [10, 30])
def test_a_hold_is_counted_every_ten_seconds_with_breathing_between(fps):
    said, counting = held(None, 21.0, fps)
    assert said == [
        (5.0, "Remember to breathe"),
        (10.0, "Ten seconds"),
        (15.0, "Remember to breathe"),
        (20.0, "Twenty seconds"),
    ]
    assert counting.longest_s == pytest.approx(21.0)


def test_a_planned_hold_says_half_way_and_the_last_seconds():
    said, _ = held(30.0, 30.0)
    assert (15.0, "Half way, very steady") in said
    assert (25.0, "Five more seconds") in said


def test_a_hold_that_begins_anew_counts_from_zero():
    counting = HoldCounting(SETTINGS, None)
    assert counting.held(10.0, 10.0) is not None
    assert counting.held(11.0, 0.5) is None
    request = counting.held(15.5, 5.0)
    assert request is not None
    assert text_of(request, EN) == "Remember to breathe"
    assert counting.longest_s == 10.0
