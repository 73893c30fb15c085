"""One voice, never two, and never a wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import pytest

from aicoach.adapters.voice import (
    BellVoice,
    Speech,
    SystemVoice,
    find_speech,
)
from aicoach.session_events import Cue, CuePriority

SPEECH = Speech("test", ("speak", "--"))


class Sentence:
    """A speech program that speaks until it is told that it is over."""

    def __init__(self, log: list[str], text: str) -> None:
        self.log, self.text, self.speaking = log, text, True
        log.append(f"begin {text}")

    def poll(self) -> int | None:
        return None if self.speaking else 0

    def kill(self) -> None:
        self.speaking = False
        self.log.append(f"cut {self.text}")

    def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002 - as Popen has it
        return 0


class Stage:
    """Starts sentences and remembers them."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.sentences: list[Sentence] = []

    def start(self, arguments: Sequence[str], text: str) -> Sentence:  # noqa: ARG002 - as Popen
        self.sentences.append(Sentence(self.log, text))
        return self.sentences[-1]

    @property
    def at_once(self) -> int:
        return sum(one.speaking for one in self.sentences)


def cue(text: str, t_s: float = 0.0, *, interrupts: bool = False, spoken: bool = True,
        priority: CuePriority = CuePriority.GUIDE) -> Cue:  # fmt: skip
    return Cue(
        t_s=t_s, key="k", text=text, language="en", priority=priority, until_s=t_s + 1.0,
        interrupts=interrupts, spoken=spoken,
    )  # fmt: skip


def test_a_second_cue_waits_for_the_first() -> None:
    stage = Stage()
    voice = SystemVoice(SPEECH, stage.start)
    voice.say(cue("one"))
    voice.say(cue("two"))
    assert stage.log == ["begin one"]
    stage.sentences[0].speaking = False
    voice.tend()
    assert stage.log == ["begin one", "begin two"]
    assert stage.at_once == 1


def test_a_cue_that_interrupts_cuts_the_first_and_drops_what_waits() -> None:
    stage = Stage()
    voice = SystemVoice(SPEECH, stage.start)
    voice.say(cue("one"))
    voice.say(cue("two"))
    voice.say(cue("stop", interrupts=True, priority=CuePriority.SAFETY))
    assert stage.log == ["begin one", "cut one", "begin stop"]
    assert stage.at_once == 1


def test_praise_does_not_push_out_a_safety_cue_that_waits() -> None:
    stage = Stage()
    voice = SystemVoice(SPEECH, stage.start)
    voice.say(cue("one"))
    voice.say(cue("careful", priority=CuePriority.SAFETY))
    voice.say(cue("lovely", priority=CuePriority.PRAISE))
    stage.sentences[0].speaking = False
    voice.tend()
    assert stage.log[-1] == "begin careful"


def test_what_is_only_shown_is_not_spoken() -> None:
    stage = Stage()
    SystemVoice(SPEECH, stage.start).say(cue("shown", spoken=False))
    assert stage.log == []


def test_hush_is_silence_and_also_for_a_daemon() -> None:
    stage = Stage()
    voice = SystemVoice(Speech("daemon", ("d",), silence=("d", "-C")), stage.start)
    voice.say(cue("one"))
    voice.hush()
    assert stage.log == ["begin one", "cut one", "begin "]


def test_a_program_that_vanished_is_no_error() -> None:
    def gone(_arguments: Sequence[str], _text: str) -> Sentence:
        raise FileNotFoundError

    SystemVoice(SPEECH, gone).say(cue("one"))


def test_a_real_program_speaks_without_a_wait_and_is_cut() -> None:
    slow = Speech("sleeper", (sys.executable, "-c", "import time; time.sleep(30)"))
    voice = SystemVoice(slow)
    began_s = time.monotonic()
    voice.say(cue("one"))
    voice.say(cue("stop", interrupts=True))
    voice.hush()
    assert time.monotonic() - began_s < 5.0


def test_the_bell_rings_for_what_must_not_be_missed() -> None:
    rung: list[str] = []
    voice = BellVoice(lambda: rung.append("bell"))
    voice.say(cue("hello"))
    voice.say(cue("lovely", priority=CuePriority.PRAISE))
    assert rung == []
    voice.say(cue("stop", priority=CuePriority.SAFETY))
    assert rung == ["bell"]


ESPEAK = """Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
 2  en-gb           --/M      English_(GB)       gmw/en               (en 2)
"""
SAY = """Alex                en_US    # Most people recognize me by my voice.
Bad News            en_US    # The light you see.
Tingting            zh_CN    # 您好，我叫婷婷。
"""


def programs(*names: str) -> object:
    return lambda name: f"/bin/{name}" if name in names else None


@pytest.mark.parametrize(
    ("language", "platform", "names", "says", "arguments"),
    [
        ("zh", "linux", ("espeak-ng",), ESPEAK, ("/bin/espeak-ng", "-v", "cmn")),
        ("en", "linux", ("espeak-ng",), ESPEAK, ("/bin/espeak-ng", "-v", "en-gb")),
        ("zh", "darwin", ("say",), SAY, ("/bin/say", "-v", "Tingting")),
        ("en", "darwin", ("say",), SAY, ("/bin/say", "-v", "Alex")),
        ("zh", "linux", ("spd-say",), "espeak-ng\n", ("/bin/spd-say", "--wait", "-l", "zh")),
    ],
)
def test_a_program_that_knows_the_language_is_found(
    language: str, platform: str, names: tuple[str, ...], says: str, arguments: tuple[str, ...]
) -> None:
    found = find_speech(
        language, which=programs(*names), ask=lambda _: says, platform=platform  # type: ignore[arg-type]
    )  # fmt: skip
    assert found is not None
    assert found.arguments[: len(arguments)] == arguments


@pytest.mark.parametrize("names", [(), ("espeak",), ("say",), ("spd-say",)])
def test_a_program_without_the_language_is_not_taken(names: tuple[str, ...]) -> None:
    found = find_speech("zh", which=programs(*names), ask=lambda _: "", platform="linux")  # type: ignore[arg-type]
    assert found is None
