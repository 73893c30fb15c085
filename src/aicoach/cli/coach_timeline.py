"""A session on a terminal, line by line as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape
from rich.text import Text

from aicoach.cli.coach_words import COACH_WORDS, answer_words
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    Asked,
    CommandGiven,
    Cue,
    CuePriority,
    ExerciseReplaced,
    IntensityAlert,
    Noticed,
    Paused,
    Resumed,
    Screen,
    ScreenChanged,
    Screened,
    SessionEnded,
    SetBegan,
    SetEnded,
    StaffNotified,
)
from aicoach.visit.questions import question_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console

    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.words import Lang
    from aicoach.session import SessionEvent

_COLOURS: Final = {
    AlertLevel.NONE: "cyan",
    AlertLevel.INFORM: "cyan",
    AlertLevel.WARN: "yellow",
    AlertLevel.SLOW: "dark_orange",
    AlertLevel.REST: "red",
    AlertLevel.STOP: "bold white on red",
}
_CUES: Final = {
    CuePriority.SAFETY: "bold red",
    CuePriority.RANGE_LIMIT: "bold red",
    CuePriority.MAJOR: "yellow",
    CuePriority.MINOR: "yellow",
    CuePriority.PACE: "yellow",
    CuePriority.PRAISE: "green",
}
_QUIET: Final = frozenset({Screen.COUNTDOWN, Screen.EXERCISE_SET, Screen.ENDED})
"""Screens that need no heading: the set's own line says more."""


def clock(t_s: float) -> str:
    """Minutes and seconds."""
    minutes, seconds = divmod(max(0, round(t_s)), 60)
    return f"{minutes}:{seconds:02d}"


@dataclass(slots=True)
class Timeline:
    """Prints the events that a person wants to see."""

    console: Console
    lang: Lang
    catalog: Mapping[str, ExerciseSpec]
    _heading: str = ""
    _asked: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Mapping[str, str]:
        """Words of the chosen language."""
        return COACH_WORDS[self.lang]

    def take(self, events: Iterable[SessionEvent]) -> None:
        """Print what of these is worth a line."""
        for happened in events:
            line = self._line(happened)
            if line:
                self._print(happened.t_s, line)

    def _print(self, t_s: float, line: str) -> None:
        if self._heading:
            self.console.print(Text(f"{clock(t_s):>6}  ", style="dim"), end="")
            self.console.print(f"[bold blue]{escape(self._heading)}[/]")
            self._heading = ""
        rest = Text.from_markup(line)
        width = max(30, self.console.width - 10)
        for number, part in enumerate(rest.wrap(self.console, width)):
            at = f"{clock(t_s):>6}  " if number == 0 else " " * 8
            self.console.print(Text(at + "  ", style="dim") + part)

    def _line(self, happened: SessionEvent) -> str:  # noqa: C901, PLR0911, PLR0912 - one case per kind
        words, event = self.words, happened.event
        match event:
            case ScreenChanged():
                self._head(event)
            case Cue():
                return self._cue(event)
            case Asked():
                self._asked[event.question] = question_text(event.question, self.lang)
            case AnswerTaken():
                asked = self._asked.pop(event.question, event.question)
                said = answer_words(event.question, event.value, self.lang)
                if event.by == "nobody":
                    said = words["nobody"]
                colour = "yellow" if event.value is None else "bold"
                return f"[cyan]?[/] {escape(asked)}  [{colour}]{escape(said)}[/]"
            case Screened():
                rules = f"  [dim]{escape(', '.join(event.rules))}[/]" if event.rules else ""
                good = {"proceed": "green", "limited": "yellow"}.get(event.outcome, "bold red")
                return f"[{good}]{words['outcome.' + event.outcome]}[/]{rules}"
            case ExerciseReplaced():
                return self._replaced(event)
            case SetBegan():
                return self._began(event)
            case SetEnded():
                return self._ended(event)
            case IntensityAlert():
                return alert_line(event, self.lang)
            case StaffNotified():
                return f"[bold red]☎ {words['staff']}[/]  [dim]{escape(event.why)}[/]"
            case Paused() | Resumed():
                word = words["paused" if isinstance(event, Paused) else "resumed"]
                return f"[bold]‖ {word}[/]  [dim]{words['by']} {escape(event.by)}[/]"
            case CommandGiven():
                return f"[bold]⌨ {escape(event.name)}[/]  [dim]{words['by']} {escape(event.by)}[/]"
            case Noticed():
                what = words.get(f"notice.{event.what}", event.what.replace("_", " "))
                return f"[dim]· {escape(what)}  {escape(event.detail)}[/]"
            case SessionEnded():
                return ""
            case _:
                pass
        return ""

    def _head(self, event: ScreenChanged) -> None:
        if event.screen in _QUIET:
            return
        self._heading = self.words[f"screen.{event.screen.value}"]
        if event.screen is Screen.DEMONSTRATION and event.exercise:
            self._heading = self._name(event.exercise)
            self.console.print()

    def _cue(self, cue: Cue) -> str:
        if not cue.spoken or cue.priority is CuePriority.COUNT or cue.cause in self._asked:
            return ""
        colour = _CUES.get(cue.priority)
        marks = "“{}”" if self.lang == "en" else "「{}」"
        text = escape(marks.format(cue.text))
        return f"[{colour}]{text}[/]" if colour else text

    def _name(self, exercise: str) -> str:
        spec = self.catalog.get(exercise)
        return str(getattr(spec.names, self.lang)) if spec else exercise

    def _replaced(self, event: ExerciseReplaced) -> str:
        key = "left_out" if event.instead is None else "replaced"
        instead = "" if event.instead is None else self._name(event.instead)
        text = self.words[key].format(planned=self._name(event.planned), instead=instead)
        why = f"  [dim]{self.words['because']} {escape(', '.join(event.why))}[/]"
        return f"[magenta]⇄ {escape(text)}[/]{why if event.why else ''}"

    def _began(self, event: SetBegan) -> str:
        aim: Any = clock(event.planned) if event.mode == "duration" else event.planned
        what = self.words[f"aim.{event.mode}"].format(n=aim)
        number = self.words["set"].format(number=event.number, of=event.of)
        return f"[bold blue]▶ {number}[/] · {what}"

    def _ended(self, event: SetEnded) -> str:
        words = self.words
        facts = [done_words(event.mode, event.done, event.planned, self.lang)]
        if event.mode == "duration" and event.counted:
            facts.append(words["counted"].format(n=event.counted))
        if event.mean_score is not None:
            facts.append(f"{words['score']} {event.mean_score:.0f}")
        if event.mode != "duration":
            facts.append(clock(event.lasted_s))
        why = words.get(f"why.{event.why}", event.why)
        good = "green" if event.why == "complete" else "yellow"
        return f"[{good}]■ {' · '.join([*facts, *([escape(why)] if why else [])])}[/]"


def done_words(mode: str, done: float, planned: float, lang: Lang) -> str:
    """How much of a set was done."""
    if mode == "duration":
        return COACH_WORDS[lang][mode].format(done=clock(done), planned=clock(planned))
    return COACH_WORDS[lang][mode].format(done=done, planned=planned)


def measured(value: object, unit: str, lang: Lang) -> str:
    """A measurement with its unit, rounded as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"
    return f"{value} {COACH_WORDS[lang].get('unit.' + unit, unit)}".strip()


def alert_line(alert: IntensityAlert, lang: Lang) -> str:
    """Level, rule, what was measured, the limit and who set it."""
    words = COACH_WORDS[lang]
    if alert.cleared:
        return f"[dim]✓ {escape(alert.rule)} {words['over']}[/]"
    what = words.get(f"quantity.{alert.quantity}", alert.quantity.replace("_", " "))
    facts = [f"{what} {measured(alert.value, alert.unit, lang)}".strip()]
    if alert.limit is not None:
        author = words.get(f"author.{alert.author}", alert.author)
        limit = measured(alert.limit, alert.unit, lang)
        facts.append(f"{words['limit']} {limit} ({author})")
    colour = _COLOURS[alert.level]
    head = f"[{colour}]▲ {words['level.' + alert.level.name.lower()]}[/]"
    return f"{head} [bold]{escape(alert.rule)}[/]  {escape(' · '.join(facts))}"
