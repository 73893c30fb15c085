"""One voice: which of all that wants to be said begins to be said now.

Two lanes. Safety overtakes everything: it is the next thing spoken, cuts off what is being
said, and takes the rest of what waits with it. Everything else goes by priority, waits for
silence, and is dropped when it comes too late.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aicoach.catalog.cues import LANGUAGES
from aicoach.coaching.requests import CORRECTIVE
from aicoach.coaching.settings import coaching_settings
from aicoach.coaching.speech import speech_s, text_of
from aicoach.phrases import load_phrases
from aicoach.session_events import AlertLevel, Cue, CuePriority

if TYPE_CHECKING:
    from collections.abc import Callable

    from aicoach.catalog.cues import Language
    from aicoach.coaching.requests import CueRequest
    from aicoach.coaching.settings import CoachingSettings
    from aicoach.phrases import Phrases

_SPOKEN_WHEN_MUTED: Final = frozenset({CuePriority.SAFETY, CuePriority.GUIDE})
_OPENS_GAP: Final = CORRECTIVE | {CuePriority.RANGE_LIMIT, CuePriority.SAFETY}

_ROUNDING_S: Final = 1e-6
"""Sums of times differ in their last digits; that interrupts nobody."""


class Voice:
    """Takes requests, gives cues; stepped by session time, which never goes back."""

    def __init__(
        self,
        language: Language,
        settings: CoachingSettings | None = None,
        *,
        slower: bool = False,
    ) -> None:
        self.language = language
        self.slower = slower
        self.muted = False
        """Only safety and guidance are spoken."""
        self.last_spoken: CueRequest | None = None
        """What the newest step began to say, if anything."""
        everything = coaching_settings() if settings is None else settings
        # Both at once: reading a file is nothing for the middle of a set.
        self._phrases = {known: load_phrases(known) for known in LANGUAGES}
        self._settings, self._speech = everything.voice, everything.speech
        self._waiting: list[CueRequest] = []
        self._speaking: CueRequest | None = None
        self._until_s = -math.inf
        self._cut_s = math.inf
        self._gap_from_s = -math.inf
        self._said: dict[str, list[tuple[float, int]]] = {}
        self._repetitions = 0

    @property
    def phrases(self) -> Phrases:
        """The texts of the language of the moment."""
        return self._phrases[self.language]

    @property
    def speaking_until_s(self) -> float:
        """When what is being said ends; -inf before the first word."""
        return min(self._until_s, self._cut_s)

    def quiet(self, t_s: float) -> bool:
        """Whether nothing is being said and nothing waits to be."""
        return t_s >= self.speaking_until_s - _ROUNDING_S and not self._waiting

    def ask(self, request: CueRequest) -> None:
        """Take a request; it replaces a waiting one of the same subject.

        Raises
        ------
        KeyError
            If there is no such phrase, or a place of it is not given.
        """
        text_of(request, self.phrases)
        if self.muted and request.priority not in _SPOKEN_WHEN_MUTED and not request.show_only:
            return
        if request.subject:
            self.withdraw(request.subject)
        like = self._like(request)
        if like is not None:
            self._keep(lambda waiting: waiting is not like)
            request = _together(like, request)
        self._waiting.append(request)

    def _like(self, request: CueRequest) -> CueRequest | None:
        """A safety request that waits with the same words."""
        for waiting in self._waiting:
            if (
                waiting.priority is request.priority is CuePriority.SAFETY
                and waiting.show_only == request.show_only
                and (waiting.key, waiting.places) == (request.key, request.places)
            ):
                return waiting
        return None

    def withdraw(self, subject: str) -> None:
        """Forget what waits about ``subject``; safety is never forgotten."""
        self._waiting = [
            waiting
            for waiting in self._waiting
            if waiting.subject != subject or waiting.priority is CuePriority.SAFETY
        ]

    def mute(self) -> None:
        """From now on only safety and guidance; what waits of the rest is dropped."""
        self.muted = True
        self._keep(lambda waiting: waiting.priority in _SPOKEN_WHEN_MUTED or waiting.show_only)

    def unmute(self) -> None:
        """Speak of everything again."""
        self.muted = False

    def fall_silent(self, t_s: float) -> None:
        """Drop what waits and cut off what is being said; safety stays."""
        self._keep(lambda waiting: waiting.priority is CuePriority.SAFETY)
        speaking = self._speaking
        if speaking is not None and speaking.priority is not CuePriority.SAFETY:
            self._cut_s = min(self._cut_s, t_s)

    def begin_set(self) -> None:
        """A new set: corrections may be said twice again; those that wait are dropped."""
        self._said.clear()
        self._repetitions = 0
        self._keep(lambda waiting: waiting.priority in _SPOKEN_WHEN_MUTED or waiting.show_only)

    def repetition(self) -> None:
        """A repetition ended; the same correction comes again only after a few."""
        self._repetitions += 1

    def may_say(self, request: CueRequest) -> bool:
        """Whether gap, cool-down and the number in this set allow it at the time it asks for."""
        t_s, voice = request.t_s, self._settings
        said = self._said.get(request.key, ())
        if request.priority is CuePriority.RANGE_LIMIT:
            return not said or t_s - said[-1][0] >= voice.range_repeat_s
        if request.priority not in CORRECTIVE:
            return True
        if len(said) >= voice.most_same:
            return False
        if said:
            last_s, at_repetition = said[-1]
            if t_s - last_s < voice.repeat_s:
                return False
            # Between sets of repetitions, as in a hold, the seconds alone decide.
            if 0 < self._repetitions - at_repetition < voice.repeat_repetitions:
                return False
        return t_s - self._gap_from_s >= voice.gap_s

    def step(self, t_s: float) -> tuple[Cue, ...]:
        """What begins now: at most one cue that is spoken, and those that are only shown."""
        self.last_spoken = None
        if not self._waiting:
            return ()
        self._keep(lambda waiting: waiting.until_s >= t_s or self._never_lost(waiting))
        due = [waiting for waiting in self._waiting if waiting.t_s <= t_s]
        shown = [waiting for waiting in due if waiting.show_only]
        heard = [waiting for waiting in due if not waiting.show_only]
        chosen = self._choose(t_s, heard)
        # A count is never late: what cannot be said at once is shown.
        shown += [w for w in heard if w.priority is CuePriority.COUNT and w is not chosen]
        cues = [self._cue(t_s, waiting, spoken=False) for waiting in shown]
        gone = {id(waiting) for waiting in shown}
        if chosen is not None:
            gone.add(id(chosen))
        self._keep(lambda waiting: id(waiting) not in gone)
        if chosen is not None:
            cues.insert(0, self._begin(t_s, chosen))
        return tuple(cues)

    def _keep(self, worth: Callable[[CueRequest], bool]) -> None:
        self._waiting = [waiting for waiting in self._waiting if worth(waiting)]

    @staticmethod
    def _never_lost(request: CueRequest) -> bool:
        return request.show_only or request.priority in {CuePriority.SAFETY, CuePriority.COUNT}

    def _choose(self, t_s: float, due: list[CueRequest]) -> CueRequest | None:
        """The request that begins now; earlier ones first among equals, counts the newest."""
        busy = t_s < self.speaking_until_s - _ROUNDING_S
        speaking = self._speaking
        safety = [one for one in due if one.priority is CuePriority.SAFETY]
        if safety:
            first = max(safety, key=lambda one: one.level)
            waits = (
                busy
                and speaking is not None
                and speaking.priority is CuePriority.SAFETY
                and speaking.level >= first.level
            )
            return None if waits else first
        ranked = sorted(enumerate(due), key=lambda one: (-one[1].priority, _order(*one)))
        for _, request in ranked:
            if self._free_for(t_s, request, busy=busy) and self._allowed(t_s, request):
                return request
        return None

    def _free_for(self, t_s: float, request: CueRequest, *, busy: bool) -> bool:
        """Whether the voice is free enough for this request."""
        if request.priority is CuePriority.RANGE_LIMIT:
            return not busy or (
                self._speaking is not None and self._speaking.priority < CuePriority.RANGE_LIMIT
            )
        if request.priority is CuePriority.COUNT:
            return not busy
        return t_s >= self.speaking_until_s + self._settings.breath_s

    def _allowed(self, t_s: float, request: CueRequest) -> bool:
        return self.may_say(replace(request, t_s=t_s))

    def _begin(self, t_s: float, request: CueRequest) -> Cue:
        """Begin to say it, and forget what it makes obsolete."""
        cue = self._cue(t_s, request, spoken=True)
        self._speaking, self._until_s, self._cut_s = request, cue.until_s, math.inf
        self.last_spoken = request
        if request.priority in _OPENS_GAP:
            self._gap_from_s = cue.until_s
            self._said.setdefault(request.key, []).append((t_s, self._repetitions))
        if request.priority is CuePriority.SAFETY:
            self._forget_for(request)
        return cue

    def _forget_for(self, safety: CueRequest) -> None:
        """Safety empties the queue; guidance stays unless the exercise ends with it."""

        def outlives(waiting: CueRequest) -> bool:
            if waiting.priority is CuePriority.SAFETY or waiting.show_only:
                return True
            if waiting.priority is not CuePriority.GUIDE:
                return False
            return safety.level < AlertLevel.REST or waiting.t_s >= safety.t_s

        self._keep(outlives)

    def _cue(self, t_s: float, request: CueRequest, *, spoken: bool) -> Cue:
        text = text_of(request, self.phrases)
        length_s = speech_s(text, self.language, self._speech, slower=self.slower)
        if not spoken:
            length_s = max(length_s, self._settings.shown_s)
        return Cue(
            t_s=t_s,
            key=request.key,
            text=text,
            language=self.language,
            priority=request.priority,
            until_s=t_s + length_s,
            interrupts=spoken and t_s < self._until_s - _ROUNDING_S,
            cause=request.cause or request.rule,
            spoken=spoken,
        )


def _together(first: CueRequest, second: CueRequest) -> CueRequest:
    """One request for both: as early as the first, as grave as the graver, with both causes."""
    causes = dict.fromkeys(cause for cause in (first.cause, second.cause) if cause)
    return replace(first, cause=" + ".join(causes), level=max(first.level, second.level))


def _order(position: int, request: CueRequest) -> tuple[float, int]:
    """Rank among equals: the earliest first, but of several counts the newest."""
    if request.priority is CuePriority.COUNT:
        return (-request.t_s, -position)
    return (request.t_s, position)
