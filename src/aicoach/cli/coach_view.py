"""The window of a session: what it shows of each moment, its voice, and its keys."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from aicoach.adapters.coach_picture import CoachView, QuestionBox, Tone, Zone, draw_coach
from aicoach.adapters.lettering import writes_chinese
from aicoach.adapters.voice import Voice, find_voice
from aicoach.adapters.window import CLOSED, Window
from aicoach.cli.coach_keys import KeyPad
from aicoach.events import Repetition
from aicoach.figure.demonstration import Demonstration, demonstration
from aicoach.observations import Command
from aicoach.phrases import Phrases, load_phrases
from aicoach.session_events import CuePriority, Screen
from aicoach.visit.questions import question_sheet

if TYPE_CHECKING:
    from aicoach.cli.words import Lang
    from aicoach.observations import Observation
    from aicoach.pose import ByteImage, Frame, Pose
    from aicoach.session import SessionUpdate
    from aicoach.session_events import Cue
    from aicoach.visit.preparing import Visit
    from aicoach.visit.questions import QuestionSheet

_PICTURES_PER_S: Final = 25.0
_LINGER_S: Final = 1.5
"""A caption stays so long after the voice has said it."""
_DEMONSTRATION_PX: Final = (464, 348)
_TONES: Final[dict[CuePriority, Tone]] = {
    CuePriority.PRAISE: "good",
    CuePriority.PACE: "correct",
    CuePriority.MINOR: "correct",
    CuePriority.MAJOR: "correct",
    CuePriority.RANGE_LIMIT: "safety",
    CuePriority.SAFETY: "safety",
}
_QUESTIONS: Final = ("screening.ask.", "session.effort.question", "session.pain.question")
_ZONES: Final[dict[Zone, str]] = {
    "below": "below", "in": "in", "above": "above", "unknown": "none",
}  # fmt: skip
_SCALE: Final = {"effort": (0, 3, 5, 7, 10), "pain": (0, 2, 5, 8, 10)}
_BANNERS: Final = {
    Screen.PAUSED: "stage.paused.title",
    Screen.STOPPED: "stage.message.stopped.title",
}


def _minutes(seconds: float) -> str:
    left_s = math.ceil(seconds)
    return f"{left_s // 60}:{left_s % 60:02d}"


class Glass(Protocol):
    """Where pictures are shown and keys pressed; ``adapters.window`` has one."""

    def press(self, picture: ByteImage) -> int:
        """Show a picture; the key pressed since the last one, -1 for none, or ``CLOSED``."""
        ...


@dataclass(slots=True)
class Viewer:
    """Shows a session in a window, speaks its cues, and hears its keys."""

    visit: Visit
    glass: Glass
    voice: Voice | None
    letters: Lang
    """Language that can be written in the window."""
    dark_room_px: tuple[int, int] | None = None
    clock: Callable[[], float] = time.monotonic
    closed: bool = False
    _keys: KeyPad = field(default_factory=KeyPad)
    _pending: list[int] = field(default_factory=list)
    _cue: Cue | None = None
    _repetition: Repetition | None = None
    _shown_s: float = -math.inf
    _loops: dict[str, Demonstration] = field(default_factory=dict)

    def show(self, pose: Pose | None, update: SessionUpdate, frame: Frame | None = None) -> None:
        """Draw and speak one moment; pictures no faster than an eye needs them.

        Raises
        ------
        KeyboardInterrupt
            If the window was closed.
        """
        for event in update.events:
            if isinstance(event.event, Repetition):
                self._repetition = event.event
        for cue in update.cues:
            if cue.spoken or self._cue is None:
                self._cue = cue
            if self.voice is not None:
                self.voice.say(cue)
        if self.voice is not None:
            self.voice.tend()
        now_s = self.clock()
        if now_s - self._shown_s < 1.0 / _PICTURES_PER_S and not update.ended:
            return
        self._shown_s = now_s
        key = self.glass.press(draw_coach(self.view(pose, update, frame)))
        if key == CLOSED:
            self.closed = True
            raise KeyboardInterrupt
        if key >= 0:
            self._pending.append(key)

    def pressed(self, t_s: float, update: SessionUpdate | None) -> Sequence[Observation]:
        """What was pressed since the last time."""
        keys, self._pending = self._pending, []
        sheet = self._sheet(update)
        paused = update is not None and update.screen is Screen.PAUSED
        found = [self._keys.press(key, t_s, sheet, paused=paused) for key in keys]
        heard = [one for one in found if one is not None]
        if self.voice is not None and any(
            isinstance(one, Command) and one.name == "stop" for one in heard
        ):
            self.voice.hush()
        return heard

    def view(self, pose: Pose | None, update: SessionUpdate, frame: Frame | None) -> CoachView:
        """What the window shows of a moment."""
        words, exercising = self._words, update.screen is Screen.EXERCISE_SET
        mirror = None if frame is None else np.ascontiguousarray(frame.bgr[:, ::-1])
        sheet = self._sheet(update)
        caption = self._caption(update)
        asks = self._cue is not None and self._cue.cause == update.question
        if sheet is not None and (asks or caption == sheet.text):
            caption = ""  # it stands in the box
        tone = _TONES.get(self._cue.priority, "plain") if self._cue is not None else "plain"
        count, of = self._count(update)
        return CoachView(
            mirror=mirror,
            room_px=self.dark_room_px or (640, 480),
            pose=None if pose is None else pose.mirrored(),
            seen=update.seen,
            seen_word=words.text("stage.seen" if update.seen else "stage.not_seen"),
            title=self._title(update),
            subtitle=self._subtitle(update),
            count=count,
            of=of,
            phase=update.tracker.phase_value if exercising and update.tracker else math.nan,
            measure=self._measure(update) if exercising else "",
            heart=self._heart(update),
            zone=self._zone(update),
            zone_word=self._zone_word(update),
            caption=caption,
            tone=tone,
            banner=words.by_key.get(_BANNERS.get(update.screen, ""), ""),
            alarm=int(update.level),
            demonstration=self._demonstration(update),
            question=None if sheet is None else self._box(sheet),
            stop_hint=words.text("window.stop"),
            hints=words.text("window.hints"),
        )

    @property
    def _words(self) -> Phrases:
        """In the language that the window can write."""
        return load_phrases(self.letters)

    def _sheet(self, update: SessionUpdate | None) -> QuestionSheet | None:
        if update is None or update.question is None:
            return None
        return question_sheet(update.question, self.letters)

    def _box(self, sheet: QuestionSheet) -> QuestionBox:
        words = self._words
        first = 1 if sheet.id != "symptom" else 0
        labels = [label for _value, label in sheet.choices]
        if sheet.id == "symptom":
            labels.insert(0, words.text("stage.nothing"))
        choices = [f"{number}  {label}" for number, label in enumerate(labels, start=first)]
        for step in _SCALE.get(sheet.id, ()):
            choices.append(f"{step}  {words.text(f'session.{sheet.id}.{step}')}")
        keys = words.text(f"window.keys.{sheet.kind}", allowed=sheet.allowed.removesuffix(", ?"))
        return QuestionBox(
            text=sheet.text, choices=tuple(choices), typed=self._keys.typed, keys=keys
        )

    def _caption(self, update: SessionUpdate) -> str:
        cue = self._cue
        if cue is None or update.t_s > cue.until_s + _LINGER_S:
            return ""
        if cue.key.startswith(_QUESTIONS) and cue.cause != update.question:
            return ""  # answered already
        if cue.language == self.letters or writes_chinese():
            return cue.text
        return _bare(self._words.by_key.get(cue.key, ""))

    def _title(self, update: SessionUpdate) -> str:
        if update.exercise is None or update.screen is Screen.REST:
            return self._words.text(f"window.screen.{update.screen.value}")
        return str(getattr(self.visit.catalog[update.exercise].names, self.letters))

    def _subtitle(self, update: SessionUpdate) -> str:
        words = self._words
        if update.set_number:
            return words.text("stage.set", set=update.set_number, sets=update.sets)
        if update.exercise is not None and update.screen is Screen.REST:
            return str(getattr(self.visit.catalog[update.exercise].names, self.letters))
        if update.exercise is None:
            return ""
        return words.text(f"window.screen.{update.screen.value}")

    def _count(self, update: SessionUpdate) -> tuple[str, str]:
        words = self._words
        if update.screen is Screen.COUNTDOWN and self._cue is not None:
            key = self._cue.key.replace("session.", "window.", 1)
            return words.by_key.get(key, ""), ""
        if update.left_s:
            return _minutes(update.left_s), ""
        if not update.set_number:
            return "", ""
        if update.mode == "duration":
            return _minutes(max(0.0, update.planned - update.done)), ""
        of = "stage.count.of_seconds" if update.mode == "hold" else "stage.count.of"
        return f"{update.done:.0f}", words.text(of, planned=f"{update.planned:.0f}")

    def _measure(self, update: SessionUpdate) -> str:
        words, done = self._words, self._repetition
        if done is None or update.exercise is None or not update.done:
            return ""
        facts = []
        if done.range_deg is not None:
            facts.append(words.text("window.range", n=5 * round(done.range_deg / 5)))
            rom = self.visit.catalog[update.exercise].range_of_motion
            if rom is not None:
                facts.append(words.text("window.goal", n=f"{rom.target_deg:.0f}"))
        if done.score is not None:
            facts.append(words.text("window.score", n=done.score))
        return "   ".join(facts)

    def _heart(self, update: SessionUpdate) -> str:
        if update.heart_rate_bpm is not None:
            return f"{update.heart_rate_bpm:.0f}"
        return "–" if self.visit.head.strap_expected else ""

    @staticmethod
    def _zone(update: SessionUpdate) -> Zone:
        zones: dict[str | None, Zone] = {"below": "below", "in": "in", "above": "above"}
        return zones.get(update.zone if update.heart_rate_bpm is not None else None, "unknown")

    def _zone_word(self, update: SessionUpdate) -> str:
        zone = self._zone(update)
        if zone == "unknown" and update.heart_rate_bpm is not None:
            return ""  # a rate, but no window to judge it by
        return self._words.text(f"stage.heart.{_ZONES[zone]}")

    def _demonstration(self, update: SessionUpdate) -> ByteImage | None:
        if update.screen is not Screen.DEMONSTRATION or update.exercise is None:
            return None
        loop = self._loops.get(update.exercise)
        if loop is None:
            loop = demonstration(self.visit.catalog[update.exercise])
            self._loops[update.exercise] = loop
        return loop.render(update.t_s, _DEMONSTRATION_PX)


def _bare(text: str) -> str:
    """A phrase without the places that only its speaker could fill."""
    while "{" in text and "}" in text:
        start, end = text.index("{"), text.index("}")
        text = text[:start] + "…" + text[end + 1 :]
    return text


@contextmanager
def open_viewer(
    visit: Visit, *, voice: bool, dark_room_px: tuple[int, int] | None = None
) -> Iterator[Viewer]:
    """A window with its voice, both closed in the end."""
    import typer  # noqa: PLC0415

    letters: Any = visit.lang if visit.lang == "en" or writes_chinese() else "en"
    if letters != visit.lang:
        typer.echo("aicoach: this OpenCV writes no Chinese; captions are English", err=True)
    speaker = find_voice(visit.lang) if voice else None
    if speaker is not None:
        typer.echo(f"aicoach: {speaker.describe()}", err=True)
    with Window("aicoach") as window:
        try:
            yield Viewer(visit, window, speaker, letters, dark_room_px)
        finally:
            if speaker is not None:
                speaker.hush()
