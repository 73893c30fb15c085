"""The pre-rendered voice has a clip for everything it must be able to say, and no others."""

from __future__ import annotations

import json
from zlib import crc32

import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.phrases import load_phrases
from aicoach.web.voice_vocabulary import COMMAND, FOLDER, TOPICS, digits, said, urgent, vocabulary

CATALOG = load_catalog()
LARGEST_MB = 4.0


def index_of(language):
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["zh", "en"])
def language(request):
    return request.param


def test_every_text_has_the_clip_of_its_present_wording(language):
    clips = index_of(language)["clips"]
    texts = vocabulary(language, CATALOG)
    old = [text for key, text in texts.items()
           if key not in clips or clips[key][3] != crc32(text.encode())]  # fmt: skip
    assert not old, f"no clip says {old[:3]}: run {COMMAND} and commit what it made"
    stale = clips.keys() - texts.keys() - digits(language).keys()
    assert not stale, f"nothing says {sorted(stale)[:3]} any more: run {COMMAND}"


def test_clips_lie_one_after_the_other_and_fill_the_pack(language):
    index = index_of(language)
    pack = (FOLDER / f"{language}.pack").read_bytes()
    ends = 0
    for start, length, lasts_ms, _ in sorted(set(map(tuple, index["clips"].values()))):
        assert start == ends
        assert pack[start] == 0xFF  # every clip begins with the head of an mp3 frame
        assert lasts_ms > 50
        ends = start + length
    assert ends == len(pack) == index["bytes"]
    assert len(pack) < LARGEST_MB * 1e6


def test_what_is_urgent_stands_first(language):
    index = index_of(language)
    for key in urgent(language):
        if key:
            start, length, *_ = index["clips"][key]
            assert start + length <= index["first"]


def test_all_that_has_no_places_is_said_by_one_clip(language):
    phrases, clips = load_phrases(language), index_of(language)["clips"]
    for key, text in phrases.by_key.items():
        if key.split(".")[0] in TOPICS and not phrases.places(key):
            assert said(text, language) in clips


def test_a_clip_is_found_by_its_words_alone():
    assert said("Nice and steady!", "en") == "nice and steady"
    assert said("That’s  5", "en") == "that's 5"
    assert said("好，放松。", "zh") == "好放松"
    assert said("\N{FULLWIDTH DIGIT FIVE}个", "zh") == "5个"


def test_speech_keeps_the_pace_that_the_coach_plans_with(language):
    """The rate of DOMAIN 8.2: 150-260 characters, 150-200 words a minute."""
    clips, texts = index_of(language)["clips"], vocabulary(language, CATALOG)
    long = [key for key in texts if len(key if language == "zh" else key.split()) >= 5]
    units = sum(len(key) if language == "zh" else len(key.split()) for key in long)
    per_min = units / (sum(clips[key][2] for key in long) / 60_000)
    assert (150 <= per_min <= 260) if language == "zh" else (150 <= per_min <= 200)
