"""Everything that can be said: in both languages, short enough, and for every exercise."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.cues import LANGUAGES
from aicoach.catalog.vocabulary import movement_tags
from aicoach.coaching import coaching_settings
from aicoach.coaching.corrections import ASKS_FOR_MORE_RANGE
from aicoach.coaching.praise import _WORDINGS
from aicoach.coaching.speech import speech_s, spelled
from aicoach.events import Rejection
from aicoach.phrases import filled, load_phrases, untranslated
from aicoach.session_events import AlertLevel

CATALOG = load_catalog()
CHINESE = re.compile(r"[\u3400-\u9fff]")
LONGEST_PLACE = {"zh": "坐姿弹力带划船", "en": "standing hip abduction"}


def texts(language, *beginnings):
    by_key = load_phrases(language).by_key
    return {key: text for key, text in by_key.items() if key.startswith(beginnings)}


def seconds(text, language, *, slower=False):
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    numbers = {"n", "sets", "set", "minutes", "seconds", "count", "bpm", "effort", "low", "high"}
    places = {name: "20" if name in numbers else LONGEST_PLACE[language] for name in named}
    return speech_s(filled(text, places), language, coaching_settings().speech, slower=slower)


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "about 1 minute each"), (2, "about 2 minutes each")]
)
def test_one_of_a_thing_is_not_many(minutes, said):
    text = load_phrases("en").text("plan.what.frequency", times=1, minutes=minutes)
    assert said in text
    assert text.startswith("1 session a week")


def test_every_phrase_has_both_languages_with_the_same_places():
    assert untranslated() == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_written_in_its_language(language):
    for key, text in load_phrases(language).by_key.items():
        if key.endswith(".other_language"):  # the button says the other one, in it
            continue
        words = re.sub(r"\{\w+\}|\b[A-Z]{2,}\b", "", text)  # PIN is PIN in both
        chinese = bool(CHINESE.search(words))
        if any(character.isalpha() for character in words):
            assert chinese == (language == "zh"), (key, text)


def test_corrections_are_at_most_fourteen_characters_or_seven_words():
    for key, text in texts("zh", "cues.", "coaching.not_counted.").items():
        assert len(CHINESE.findall(text)) <= 14, (key, text)
    for key, text in texts("en", "cues.", "coaching.not_counted.").items():
        assert len(text.split()) <= 7, (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("beginnings", "at_most_s"),
    [
        (("coaching.count",), 1.6),
        (("coaching.encouragement", "coaching.hold", "coaching.milestone"), 2.2),
        (("session.countdown.one", "session.countdown.two", "session.countdown.three"), 0.6),
        (("coaching.praise", "coaching.relief"), 3.0),
        (("cues.", "coaching.not_counted"), 4.5),
        (("coaching.strength", "coaching.fix", "coaching.alert"), 6.0),
        (("alerts.",), 8.0),
        (("session.",), 9.0),
    ],
)
def test_what_is_said_is_short(language, beginnings, at_most_s):
    for key, text in texts(language, *beginnings).items():
        assert seconds(text, language) <= at_most_s, (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_said_between_two_repetitions(language):
    phrases, speech = load_phrases(language), coaching_settings().speech
    for number in range(1, 100):
        text = spelled(number, phrases)
        assert speech_s(text, language, speech, slower=False) <= 1.1, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slower_voice_needs_longer_but_not_twice_as_long(language):
    for text in texts(language, "session.", "coaching.").values():
        usual, slower = seconds(text, language), seconds(text, language, slower=True)
        assert usual < slower < 2 * usual


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_exercises_need_has_words(language):
    by_key = load_phrases(language).by_key
    for spec in CATALOG.values():
        for equipment in spec.equipment:
            assert f"session.place.{equipment}" in by_key
        for rule in (*spec.form_rules, *spec.tempo_rules):
            assert f"cues.{rule.cue}" in by_key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_forbidden_movement_has_a_kind_reason(language):
    by_key = load_phrases(language).by_key
    assert all(f"session.kinder.{tag}" in by_key for tag in movement_tags())


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_that_code_builds_exist(language):
    by_key = load_phrases(language).by_key
    built = [f"coaching.not_counted.{reason.value}" for reason in Rejection]
    built += [f"coaching.alert.{level.name.lower()}" for level in AlertLevel if level >= 2]
    built += [
        f"coaching.praise.{kind}_{n + 1}"
        for kind in ("corrected", "steady")
        for n in range(_WORDINGS)
    ]
    built += [f"session.effort.{n}" for n in range(11)]
    built += sorted(ASKS_FOR_MORE_RANGE)
    assert [key for key in built if key not in by_key] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_blamed(language):
    unkind = ("错", "不对", "失败", "太差", "笨", "wrong", "bad", "fail", "poor", "mistake", "lazy")
    for key, text in texts(language, "session.", "coaching.", "cues.").items():
        words = set(re.findall(r"[a-z]+", text.lower()))
        for word in unkind:
            assert word not in (words if word.isascii() else text), (key, text)
