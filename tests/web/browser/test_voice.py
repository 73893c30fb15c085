"""The coach's voice in a browser: the computer's own, else clips, else a tone; never two at once.

Chromium without a head has no voices of its own, as a plain Linux cabin has none.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page

from aicoach.catalog.loader import load_catalog
from aicoach.coaching.speech import spelled
from aicoach.phrases import load_phrases
from aicoach.web.assets_routes import version
from aicoach.web.voice_vocabulary import TOPICS, said

from .assets_only import assets
from .conftest import OpenPage

__all__ = ["assets"]

MOUNT = """async ([version, language]) => {
  const base = `/assets/${version}/stage`;
  const { makeVoice } = await import(`${base}/voice.mjs`);
  const { makeSounds } = await import(`${base}/sounds.mjs`);
  window.clips = await import(`${base}/voice_clips.mjs`);
  window.sounds = makeSounds();
  window.system = null;
  window.voice = makeVoice({ version, language, sounds });
  window.cue = (text, more) =>
    ({ key: "k", text, lang: language, prio: 3, spoken: true, cuts: false, for_s: 1, ...more });
  voice.unlock();
}"""
SAID = "voice.describe().said"


@pytest.fixture
def speak(assets: SimpleNamespace, open_page: OpenPage) -> Any:
    def give(language: str = "en") -> Page:
        page = open_page(assets, "/", camera=None, language=language)
        page.evaluate(MOUNT, [version(), language])
        page.wait_for_function("sounds.describe().unlocked")
        return page

    return give


@pytest.mark.parametrize(("language", "text"), [("en", "Take it a bit slower"), ("zh", "放慢一点")])
def test_without_a_voice_of_its_own_the_browser_plays_the_clip(
    speak: Any, language: str, text: str
) -> None:
    page = speak(language)
    assert page.evaluate("voice.describe().way") == "clips"
    page.evaluate("text => voice.say(cue(text))", text)
    assert page.evaluate("voice.describe().speaking") == text
    page.wait_for_function(f"{SAID}.clips === 1")
    assert page.evaluate("voice.describe().speaking") is None


def test_every_sentence_of_the_coach_can_be_said_by_clips(speak: Any) -> None:
    for language in ("zh", "en"):
        page = speak(language)
        texts = sentences(language)
        unsaid = page.evaluate(
            """async ([version, language, texts]) => {
              const index = await (await fetch(`/assets/${version}/voice/${language}.json`)).json();
              return texts.filter((text) => !clips.joined(text, language, index.clips));
            }""",
            [version(), language, texts],
        )
        assert unsaid == []


def test_the_browser_finds_clips_by_the_same_words(speak: Any) -> None:
    page = speak()
    for language in ("zh", "en"):
        texts = [text for _, text in sorted(load_phrases(language).by_key.items())]
        found = page.evaluate(
            "([texts, language]) => texts.map((text) => clips.said(text, language))",
            [texts, language],
        )
        assert found == [said(text, language) for text in texts]  # type: ignore[arg-type]


def test_safety_cuts_what_is_said_and_the_rest_waits_its_turn(speak: Any) -> None:
    page = speak()
    page.evaluate("voice.say(cue('The camera only watches. Nothing is filmed.'))")
    page.evaluate("voice.say(cue('Nice and steady', {prio: 1}))")
    assert page.evaluate("voice.describe().waiting") == "Nice and steady"
    page.evaluate("voice.say(cue('Please stop now and sit down', {prio: 8}))")
    state = page.evaluate("voice.describe()")
    assert (state["speaking"], state["waiting"]) == ("Please stop now and sit down", None)
    page.wait_for_function(f"{SAID}.clips === 1")  # only the last was said to its end


def test_one_waits_the_more_important_and_never_two_at_once(speak: Any) -> None:
    page = speak()
    page.evaluate(
        """() => { voice.say(cue("Please face the camera."));
          voice.say(cue("Keep breathing", {prio: 6}));
          voice.say(cue("Nice and steady", {prio: 1})); }"""
    )
    assert page.evaluate("voice.describe().waiting") == "Keep breathing"
    page.wait_for_function("voice.describe().speaking === 'Keep breathing'")
    page.wait_for_function(f"{SAID}.clips === 2")


def test_a_count_that_no_clip_says_is_a_tone_and_a_hint_is_only_shown(speak: Any) -> None:
    page = speak()
    page.evaluate("voice.say(cue('Xyzzy plugh', {prio: 2}))")
    page.wait_for_function(f"{SAID}.beep === 1")
    page.evaluate("voice.say(cue('Xyzzy plugh', {prio: 1}))")
    page.wait_for_function(f"{SAID}.silent === 1")
    assert page.evaluate("sounds.describe().played") == 1


def test_what_is_only_shown_is_not_said_and_hush_silences(speak: Any) -> None:
    page = speak()
    page.evaluate("voice.say(cue('Keep breathing', {spoken: false}))")
    assert page.evaluate("voice.describe().speaking") is None
    page.evaluate("voice.say(cue('Keep breathing'))")
    page.evaluate("voice.hush()")
    assert page.evaluate("voice.describe().speaking") is None


def test_without_the_network_safety_is_still_a_tone(speak: Any) -> None:
    page = speak()
    page.watch.allow("voice|ERR_FAILED")
    page.route("**/voice/*", lambda route: route.abort())
    page.evaluate("voice.setLanguage('zh')")
    page.evaluate("voice.say(cue('请停下来', {lang: 'zh', prio: 8}))")
    page.wait_for_function(f"{SAID}.beep === 1")


def test_a_slower_rate_lasts_longer_at_the_same_pitch(speak: Any) -> None:
    page = speak()
    lengths = page.evaluate(
        """async (version) => {
          const { stretched } = await import(`/assets/${version}/stage/stretch.mjs`);
          const tone = Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i * 0.1));
          const rises = (n, x, i, all) => n + (i && all[i - 1] < 0 && x >= 0);
          const waves = (sound) => sound.reduce(rises, 0) / sound.length;
          return [0.8, 1, 1.25].map((rate) => { const out = stretched(tone, 16000, rate);
            return [out.length / 16000, waves(out) / waves(tone)]; });
        }""",
        version(),
    )
    for (length, pitch), rate in zip(lengths, (0.8, 1.0, 1.25), strict=True):
        assert length == pytest.approx(1 / rate, abs=0.1)
        assert pitch == pytest.approx(1.0, abs=0.05)


def test_the_best_voice_that_stays_on_the_computer_is_taken(speak: Any) -> None:
    page = speak()
    names = page.evaluate(
        """async (version) => {
          const { bestVoice } = await import(`/assets/${version}/stage/voice_system.mjs`);
          const voices = [["Google 普通话", "zh-CN", false], ["Sinji", "zh-HK", true],
            ["eSpeak", "cmn", true], ["Tingting", "zh-CN", true],
            ["Tingting (Enhanced)", "zh-CN", true],
            ["Daniel", "en-GB", true], ["Albert", "en-US", true], ["Anna", "de-DE", true]]
            .map(([name, lang, localService]) => ({ name, lang, localService }));
          const name = (list, language) => bestVoice(list, language)?.name ?? null;
          return [name(voices, "zh"), name(voices, "en"), name(voices.slice(0, 2), "zh"),
            name(voices.slice(7), "en"), name(voices.slice(2, 3), "zh")];
        }""",
        version(),
    )
    assert names == ["Tingting (Enhanced)", "Daniel", None, None, "eSpeak"]


def test_a_system_voice_that_stays_silent_is_given_up_for_clips(speak: Any) -> None:
    page = speak()
    page.evaluate(
        """async (version) => {
          const base = `/assets/${version}/stage`;
          const { makeVoice } = await import(`${base}/voice.mjs`);
          const { makeSystemVoice } = await import(`${base}/voice_system.mjs`);
          const mute = { paused: false, speak() {}, cancel() {},
            getVoices: () => [{ name: "Mute", lang: "en-GB", localService: true }] };
          window.Utterance = window.SpeechSynthesisUtterance;
          window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
          const system = makeSystemVoice(mute);
          window.voice = makeVoice({ version, language: "en", sounds, system });
          voice.unlock();
        }""",
        version(),
    )
    assert page.evaluate("voice.describe().way") == "system"
    page.evaluate("voice.say(cue('Keep breathing'))")
    page.wait_for_function(f"{SAID}.clips === 1")
    assert page.evaluate("voice.describe().way") == "clips"


def sentences(language: str) -> list[str]:
    """All phrases, their places filled with a number, a name or a cue as the coach fills them."""
    phrases = load_phrases(language)  # type: ignore[arg-type]
    names = next(iter(load_catalog().values())).names
    name = names.zh if language == "zh" else names.en
    words = {
        "exercise": name, "planned": name, "instead": name,
        "cue": phrases.text("cues.keep_breathing"),
        "strength": phrases.text("coaching.strength.clean"),
        "reason": phrases.text("session.kinder.general"), "tens": spelled(20, phrases),
        "ones": spelled(3, phrases), "band": "", "date": "",
    }  # fmt: skip
    found = []
    for key, _ in phrases.by_key.items():
        if key.split(".")[0] not in TOPICS:
            continue
        wanted = phrases.places(key)
        if wanted & {"band", "date"}:
            continue  # a colour of the plan and a day: shown, with a tone
        for number in (1, 12, 37):
            spoken = spelled(number, phrases) if key.startswith("coaching.") else number
            found.append(phrases.text(key, **{w: words.get(w, spoken) for w in wanted}))
    return found
