"""Speaks cues through the system's own speech, where it has one; never waits for it.

Nothing is sent anywhere: the programs below speak on this computer. Where none of them
knows the language, the terminal's bell marks what stands in the caption.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from aicoach.session_events import Cue, CuePriority

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language

_ASK_S: Final = 5.0
"""Longest that a speech program may take to list its voices."""
_ESPEAK_SPEED: Final[dict[str, int]] = {"zh": 250, "en": 145}
"""What espeak calls words per minute; measured on our phrases, the pauses between clauses
included: 3.5 characters a second in Chinese, 172 words a minute in English, as the coach plans."""
_BELL_FROM: Final = frozenset(
    {CuePriority.COUNT, CuePriority.MAJOR, CuePriority.RANGE_LIMIT, CuePriority.SAFETY}
)


class Speaking(Protocol):
    """A speech program at work; ``subprocess.Popen`` is one."""

    def poll(self) -> int | None:
        """None while it speaks."""
        ...

    def kill(self) -> None:
        """Silence it at once."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Reap it."""
        ...


Start = Callable[[Sequence[str], str], Speaking]
"""Starts a program with arguments and a text on its standard input."""
Ask = Callable[[Sequence[str]], str]
"""What a program prints; empty where it fails."""
Which = Callable[[str], "str | None"]


class Voice(Protocol):
    """Where cues are spoken."""

    def say(self, cue: Cue) -> None:
        """Speak a cue now, or as soon as the one before is over; return at once."""
        ...

    def tend(self) -> None:
        """Begin what waits, if the voice is free. To be called often."""
        ...

    def hush(self) -> None:
        """Silence."""
        ...

    def describe(self) -> str:
        """One line for a person."""
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """A speech program that knows a language: how it is called, and where the text goes."""

    name: str
    arguments: tuple[str, ...]
    by_input: bool = False
    """The text goes to standard input, not behind the arguments."""
    silence: tuple[str, ...] = ()
    """What silences it where ending the program does not."""


class SystemVoice:
    """One voice: a cue that interrupts silences the one before, others wait for it.

    At most one cue waits; a newer one takes its place, as old news helps nobody.
    """

    def __init__(self, speech: Speech, start: Start | None = None) -> None:
        self.speech = speech
        self._start = start or _start
        self._now: Speaking | None = None
        self._next: Cue | None = None

    def say(self, cue: Cue) -> None:
        """Speak a cue now, or as soon as the one before is over; return at once."""
        if not cue.spoken:
            return
        if cue.interrupts:
            self.hush()
        waits = self._next
        if waits is None or cue.priority >= waits.priority or cue.t_s > waits.until_s:
            self._next = cue
        self.tend()

    def tend(self) -> None:
        """Begin what waits, if the voice is free. To be called often."""
        if self._now is not None and self._now.poll() is None:
            return
        self._now = None
        if self._next is None:
            return
        cue, self._next = self._next, None
        text = " ".join(cue.text.split())
        behind = () if self.speech.by_input else (text,)
        try:
            self._now = self._start((*self.speech.arguments, *behind), text)
        except OSError:  # the program went away; the caption stays
            self._now = None

    def hush(self) -> None:
        """Silence."""
        self._next = None
        if self._now is not None and self._now.poll() is None:
            self._now.kill()
            self._now.wait(1.0)
            if self.speech.silence:
                self._start(self.speech.silence, "").wait(1.0)
        self._now = None

    def describe(self) -> str:
        """One line for a person."""
        return f"speaks with {self.speech.name}"


class BellVoice:
    """Captions and the terminal's bell: where the computer has no speech."""

    def __init__(self, ring: Callable[[], object] | None = None) -> None:
        self._ring = ring or _ring

    def say(self, cue: Cue) -> None:
        """Ring for what must not be missed."""
        if cue.spoken and cue.priority in _BELL_FROM:
            self._ring()

    def tend(self) -> None:
        """Nothing waits."""

    def hush(self) -> None:
        """Nothing sounds."""

    def describe(self) -> str:
        """One line for a person."""
        return "this computer has no speech for the language; captions and a beep"


class RecordedVoice:
    """Remembers what was said and when it was silenced; for tests."""

    def __init__(self) -> None:
        self.said: list[Cue] = []
        self.hushed = 0

    def say(self, cue: Cue) -> None:
        """Remember a spoken cue."""
        if cue.spoken:
            self.said.append(cue)

    def tend(self) -> None:
        """Nothing waits."""

    def hush(self) -> None:
        """Count it."""
        self.hushed += 1

    def describe(self) -> str:
        """One line for a person."""
        return "remembers"


def find_speech(
    language: Language,
    *,
    which: Which = shutil.which,
    ask: Ask | None = None,
    platform: str = sys.platform,
) -> Speech | None:
    """The first speech program here that knows the language; None: there is none."""
    ask = ask or _ask
    for finder in (_say, _espeak, _speech_dispatcher, _powershell):
        found = finder(language, which, ask, platform)
        if found is not None:
            return found
    return None


def find_voice(language: Language) -> Voice:
    """The system's voice in a language, or captions with a bell."""
    speech = find_speech(language)
    return BellVoice() if speech is None else SystemVoice(speech)


def _say(language: Language, which: Which, ask: Ask, platform: str) -> Speech | None:
    program = which("say") if platform == "darwin" else None
    if program is None:
        return None
    wanted = "zh_CN" if language == "zh" else r"en_\w+"
    listed = re.search(rf"^(\S.*?) +{wanted} +#", ask((program, "-v", "?")), re.MULTILINE)
    return None if listed is None else Speech("say", (program, "-v", listed[1], "--"))


def _espeak(language: Language, which: Which, ask: Ask, _platform: str) -> Speech | None:
    for name in ("espeak-ng", "espeak"):
        program = which(name)
        if program is None:
            continue
        known = {
            line.split()[1] for line in ask((program, "--voices")).splitlines() if line.split()[1:]
        }
        wanted = ("cmn", "zh", "zh-cmn") if language == "zh" else ("en", "en-gb", "en-us")
        voice = next((one for one in wanted if one in known), None)
        if voice is not None:
            return Speech(name, (program, "-v", voice, "-s", str(_ESPEAK_SPEED[language]), "--"))
    return None


def espeak_speed(language: Language) -> int:
    """How fast espeak is asked to speak a language, in its own measure."""
    return _ESPEAK_SPEED[language]


def _speech_dispatcher(language: Language, which: Which, ask: Ask, _platform: str) -> Speech | None:
    """spd-say hands over to a daemon; with --wait it lives as long as the sentence."""
    program = which("spd-say")
    if program is None or not ask((program, "-O")).strip():
        return None
    speak = (program, "--wait", "-l", language, "--")
    return Speech("spd-say", speak, silence=(program, "-C"))


def _powershell(language: Language, which: Which, ask: Ask, platform: str) -> Speech | None:
    program = which("powershell") if platform == "win32" else None
    if program is None:
        return None
    culture = "zh-CN" if language == "zh" else "en"
    load = (
        "Add-Type -AssemblyName System.Speech; "
        "$v = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    )
    pick = (
        "$n = $v.GetInstalledVoices() | Where-Object "
        f"{{ $_.VoiceInfo.Culture.Name -like '{culture}*' }} | Select-Object -First 1; "
    )
    shell = (program, "-NoProfile", "-NonInteractive", "-Command")
    if not ask((*shell, load + pick + "if ($n) { $n.VoiceInfo.Name }")).strip():
        return None
    speak = (
        "[Console]::InputEncoding = [Text.Encoding]::UTF8; "
        + load + pick + "$v.SelectVoice($n.VoiceInfo.Name); $v.Speak([Console]::In.ReadToEnd())"
    )  # fmt: skip
    return Speech("Windows speech", (*shell, speak), by_input=True)


def _start(arguments: Sequence[str], text: str) -> Speaking:
    program = subprocess.Popen(
        list(arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert program.stdin is not None  # a pipe was asked for
    try:
        with program.stdin as pipe:  # a sentence fits into the pipe: this does not wait
            pipe.write(text.encode("utf-8"))
    except BrokenPipeError:  # it does not listen; the text stands behind its arguments
        pass
    return program


def _ask(arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            list(arguments), capture_output=True, timeout=_ASK_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _ring() -> None:
    sys.stderr.write("\a")
    sys.stderr.flush()
