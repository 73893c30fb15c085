"""What reports say is there in both languages, and what is unknown keeps its own name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from aicoach.catalog import ExerciseSpec
from aicoach.follow_up import Words, words_of
from aicoach.phrases import untranslated


@pytest.fixture
def words(catalog: Mapping[str, ExerciseSpec]) -> Words:
    return words_of("en", catalog)


def test_every_phrase_of_a_report_has_both_languages_and_the_same_places() -> None:
    assert [key for key in untranslated() if key.startswith("report.")] == []


def test_what_was_not_measured_is_said_in_words(words: Words) -> None:
    said = {words.percent(None), words.number(None), words.minutes(None), words.amount(None, "s")}
    assert said == {"not measured"}


def test_measurements_are_no_finer_than_the_sensor(words: Words) -> None:
    assert words.amount(152.37, "bpm") == "152 bpm"
    assert words.amount(81.49, "deg") == "81°"
    assert words.amount(0.0, "0-10") == "0 of 10"


def test_what_a_newer_program_wrote_keeps_its_name(words: Words) -> None:
    assert words.exercise("moon_walk") == "moon_walk"
    assert words.quantity("aura") == "aura"
    assert words.author("clinician-1") == "clinician-1"
    assert words.ended("STOP-99") == "by rule STOP-99"
    assert words.amount(3.0, "parsec") == "3 parsec"
