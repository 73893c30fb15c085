"""How long a voice needs, and how a request reads."""

from __future__ import annotations

import pytest

from aicoach.coaching import CueRequest, InBoth, KeyOf, Spelled, coaching_settings
from aicoach.coaching.speech import speech_s, spelled, text_of
from aicoach.phrases import load_phrases
from aicoach.session_events import CuePriority

ZH, EN = load_phrases("zh"), load_phrases("en")
SPEECH = coaching_settings().speech


def request(key, priority=CuePriority.GUIDE, side="both", **places):
    return CueRequest(t_s=0.0, key=key, priority=priority, side=side, places=tuple(places.items()))


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (0, "零", "zero"),
        (7, "七", "seven"),
        (10, "十", "ten"),
        (21, "二十一", "twenty one"),
        (99, "九十九", "ninety nine"),
        (100, "100", "100"),
        (-1, "-1", "-1"),
    ],
)
def test_numbers_are_said_in_words_up_to_ninety_nine(number, zh, en):
    assert (spelled(number, ZH), spelled(number, EN)) == (zh, en)


def test_places_are_said_in_the_language_of_the_moment():
    replaced = request(
        "session.exercise.replaced",
        planned=InBoth(zh="深蹲", en="Squat"),
        instead=InBoth(zh="坐站", en="Sit to stand"),
        reason=KeyOf("session.kinder.deep_knee_flexion"),
    )
    assert text_of(replaced, ZH) == "今天把深蹲换成坐站，膝盖更轻松。"
    assert text_of(replaced, EN) == "Instead of Squat, today Sit to stand: kinder to your knees."


def test_a_number_at_the_beginning_of_a_sentence_is_capitalised():
    assert text_of(request("coaching.count", n=Spelled(4)), EN) == "Four"
    assert text_of(request("coaching.milestone.every_five", n=Spelled(5)), EN) == "That's five"


def test_a_correction_names_the_side_and_guidance_does_not():
    left = request("cues.heels_down", CuePriority.MINOR, side="left")
    assert text_of(left, ZH) == "左边，脚跟踩实地面"
    assert text_of(left, EN) == "Left side: press your heels down"
    assert text_of(request("cues.heels_down", side="left"), EN) == "Press your heels down"


def test_a_missing_place_and_an_unknown_phrase_are_refused_at_once():
    with pytest.raises(KeyError, match="the place 'exercise' is not given"):
        text_of(request("session.exercise.next"), EN)
    with pytest.raises(KeyError):
        text_of(request("session.no_such_phrase"), EN)


def test_chinese_takes_its_characters_and_english_its_words():
    zh = speech_s("慢慢坐下轻一点", "zh", SPEECH, slower=False)
    assert zh == pytest.approx(SPEECH.lead_s + 7 / SPEECH.zh_characters_per_s)
    en = speech_s("Sit down slowly and softly.", "en", SPEECH, slower=False)
    assert en == pytest.approx(SPEECH.lead_s + 5 * 60 / SPEECH.en_words_per_min)


def test_a_comma_is_a_pause_and_the_last_full_stop_is_none():
    plain = speech_s("慢慢坐下轻一点", "zh", SPEECH, slower=False)
    paused = speech_s("慢慢坐下，轻一点。", "zh", SPEECH, slower=False)
    assert paused == pytest.approx(plain + SPEECH.punctuation_s)


def test_digits_and_latin_words_in_chinese_take_time_too():
    without = speech_s("马上打", "zh", SPEECH, slower=False)
    with_number = speech_s("马上打120", "zh", SPEECH, slower=False)
    with_word = speech_s("马上打OK", "zh", SPEECH, slower=False)
    assert with_number > with_word > without
