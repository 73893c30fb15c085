"""The coach of a session: takes what happened, gives what is said and shown.

A thin front: each part decides about its own kind of sentence, and the one voice decides
which of them is heard. Deterministic; time is the session's and is handed in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

from aicoach.coaching.alerts import family_of, relief_of, request_of
from aicoach.coaching.arbiter import Voice
from aicoach.coaching.corrections import ASKS_FOR_MORE_RANGE, PRIORITY_OF, Corrections
from aicoach.coaching.counting import Counting, HoldCounting
from aicoach.coaching.praise import Praise
from aicoach.coaching.rejections import Rejections
from aicoach.coaching.requests import CueRequest
from aicoach.coaching.settings import coaching_settings
from aicoach.coaching.speech import speech_s, text_of
from aicoach.coaching.summaries import SetRecord, best_of, praise_of, session_lines, strengths_of
from aicoach.phrases import EXERCISE_CUES
from aicoach.session_events import AlertLevel, CuePriority

if TYPE_CHECKING:
    from collections.abc import Collection

    from aicoach.catalog.cues import Language
    from aicoach.coaching.requests import Place
    from aicoach.coaching.settings import CoachingSettings
    from aicoach.coaching.summaries import Line, SetPraise
    from aicoach.events import FormFault, RejectedRepetition, Repetition
    from aicoach.session_events import Cue, IntensityAlert

SetMode = Literal["repetitions", "hold", "minutes"]
QUESTION: Final = "question"
"""Subject of what is asked; taken back when the answer is there."""


class Coach:
    """Everything a session tells its resident."""

    def __init__(
        self,
        language: Language,
        *,
        session_number: int | None = None,
        slower: bool = False,
        settings: CoachingSettings | None = None,
    ) -> None:
        self._settings = coaching_settings() if settings is None else settings
        self._session_number = session_number
        self._voice = Voice(language, self._settings, slower=slower)
        self._last_strength = ""
        self._best: Line | None = None
        self._alerts_on: dict[str, set[str]] = {}
        self._warnings: set[str] = set()
        """Rules whose warning, or more, is on."""
        self._relief_s: dict[str, float] = {}
        self._new_set(None, "repetitions", alternating=False, usual_score=None)

    @property
    def language(self) -> Language:
        """Language of everything that is said from now on; may be changed at any time."""
        return self._voice.language

    @language.setter
    def language(self, language: Language) -> None:
        self._voice.language = language

    @property
    def speaking_until_s(self) -> float:
        """When what is being said ends; -inf before the first word."""
        return self._voice.speaking_until_s

    def quiet(self, t_s: float) -> bool:
        """Whether nothing is being said and nothing waits."""
        return self._voice.quiet(t_s)

    def begin_set(
        self,
        planned: int | None,
        *,
        mode: SetMode = "repetitions",
        alternating: bool = False,
        usual_score: float | None = None,
    ) -> None:
        """A set begins.

        Parameters
        ----------
        planned
            Repetitions, per side when ``alternating``; seconds in a hold; None when open.
        mode
            A set by minutes is not counted aloud.
        usual_score
            Mean score of this exercise so far, 0 to 100; None when unknown.
        """
        self._new_set(planned, mode, alternating=alternating, usual_score=usual_score)
        self._voice.begin_set()

    def repetition(
        self,
        repetition: Repetition,
        *,
        not_assessed: Collection[str] = (),
        range_limited: bool = False,
    ) -> None:
        """A repetition was counted, at its ``counted_s``: count, then one correction or praise.

        ``not_assessed`` are the rules that could not be judged in it; ``range_limited`` says
        that a hard limit of the range is near, so that nobody is asked to go further.
        """
        t_s, validity = repetition.counted_s, self._settings.validity
        self._repetitions.append(repetition)
        self._range_limited |= range_limited
        self._voice.repetition()
        self._rejections.counted()
        self._corrections.observe(repetition)
        for fault in repetition.faults:
            if fault.severity == "safety" and not self._told(fault, repetition):
                self._say_safety(t_s, fault)
        count = self._counting.count(t_s, repetition.side, repetition.end_s)
        self._voice.ask(count)
        # The count comes first, at once; what is said of form follows it.
        after_s = t_s if count.show_only else t_s + self._length_s(count)
        self._counted_until_s = after_s
        correction = None
        # After the last one the summary speaks; about one long over nobody does.
        over = self._counting.remaining == 0
        if not over and t_s - repetition.end_s <= validity.correction_s:
            correction = self._corrections.propose(
                after_s,
                repetition,
                valid_for_s=validity.correction_s,
                may_say=self._voice.may_say,
                major_only=self._counting.at_the_peak,
                range_limited=range_limited,
            )
        praise = self._praise.observe(
            after_s, repetition, not_assessed=not_assessed, valid_for_s=validity.praise_s
        )
        if correction is not None:
            self._voice.ask(correction)
        elif praise is not None and not over and not self._warnings:
            self._voice.ask(praise)

    def rejected(
        self, t_s: float, movement: RejectedRepetition, *, range_limited: bool = False
    ) -> None:
        """A movement was not counted: shown with its reason, said when it repeats."""
        self._range_limited |= range_limited
        valid_for_s = self._settings.validity.correction_s
        for request in self._rejections.rejected(
            t_s, movement, valid_for_s=valid_for_s, range_limited=range_limited
        ):
            self._voice.ask(request)

    def fault(self, t_s: float, fault: FormFault, *, range_limited: bool = False) -> None:
        """A fault became certain in mid-movement.

        Safety speaks at once. A hold has no end of a repetition to wait for, so its faults
        are corrected here; those of repetitions come with the repetition.
        """
        if fault.severity == "safety":
            self._told_safety.append(fault)
            self._say_safety(t_s, fault)
            return
        settings = self._settings
        asks_more = f"{EXERCISE_CUES}.{fault.cue}" in ASKS_FOR_MORE_RANGE
        if (
            self._mode == "hold"
            and fault.severity in PRIORITY_OF
            and fault.confidence >= settings.corrections.confidence
            and not (range_limited and asks_more)
        ):
            times = self._hold_faults.get(fault.rule, (fault, 0))[1]
            self._hold_faults[fault.rule] = (fault, times + 1)
            valid_for_s = settings.validity.correction_s
            self._voice.ask(Corrections.request_for(t_s, fault, valid_for_s))

    def holding(self, t_s: float, held_s: float) -> None:
        """A hold is under way and has lasted ``held_s``; call it in every step of a hold."""
        request = self._hold.held(t_s, held_s)
        if request is not None:
            self._voice.ask(request)

    def alert(self, alert: IntensityAlert) -> None:
        """The guard speaks: safety is the next thing said, pace and range in their turn."""
        family = family_of(alert)
        if alert.cleared or alert.level < AlertLevel.WARN:
            self._warnings.discard(alert.rule)
        else:
            self._warnings.add(alert.rule)
        if not alert.cleared:
            self._voice.ask(request_of(alert, self._voice.phrases, self._settings.validity))
            if family and alert.level >= AlertLevel.WARN:
                self._alerts_on.setdefault(family, set()).add(alert.rule)
            return
        on = self._alerts_on.get(family, set())
        if alert.rule not in on:
            return
        on.discard(alert.rule)
        last_s = self._relief_s.get(family, -math.inf)
        if not on and alert.t_s - last_s >= self._settings.summary.relief_every_s:
            self._relief_s[family] = alert.t_s
            self._voice.ask(relief_of(alert, self._settings.validity))

    def say(
        self,
        t_s: float,
        key: str,
        priority: CuePriority = CuePriority.GUIDE,
        *,
        valid_for_s: float | None = None,
        subject: str = "",
        cause: str = "",
        show_only: bool = False,
        **places: Place,
    ) -> None:
        """Say a phrase of the session.

        Guidance waits its turn for ``valid_for_s`` (by default as long as the settings
        say); with priority COUNT it is said at once or only shown, with SAFETY it is the
        next thing said, before alerts that do not end the session. A newer phrase of the
        same ``subject`` replaces one that waits.

        Raises
        ------
        KeyError
            If there is no such phrase, or a place of it is not given.
        """
        safety = priority is CuePriority.SAFETY
        if valid_for_s is None:
            valid_for_s = math.inf if safety else self._settings.validity.guide_s
        self._voice.ask(
            CueRequest(
                t_s=self._after_count(t_s) if priority is CuePriority.GUIDE else t_s,
                key=key,
                priority=priority,
                places=tuple(sorted(places.items())),
                valid_for_s=valid_for_s,
                cause=cause,
                show_only=show_only,
                level=AlertLevel.STOP if safety else AlertLevel.NONE,
                subject=subject,
            )
        )

    def answered(self, t_s: float, *, thank: bool = True) -> None:
        """The resident answered: the question need not be said any more."""
        self._voice.withdraw(QUESTION)
        if thank:
            self.say(t_s, "coaching.answer.noted", subject="thanks")

    def end_set(self, t_s: float, *, ask_effort: bool = True) -> SetPraise:
        """The set is over: one strength, one thing for next time, and how hard it was."""
        record = self.record()
        praise = praise_of(record, self._settings.summary, last_strength=self._last_strength)
        self._last_strength = praise.strength.key
        self._best = best_of(self._best, strengths_of(record, self._settings.summary))
        self._say_line(t_s, praise.strength)
        if praise.fix is not None:
            self._say_line(t_s, praise.fix)
        if ask_effort:
            self.say(t_s, "session.effort.question", subject=QUESTION, cause="end of set")
        return praise

    def record(self) -> SetRecord:
        """What the set has come to so far."""
        planned, done = self._counting.remaining, self._counting.total
        faults = tuple(self._corrections.totals()) + tuple(self._hold_faults.values())
        return SetRecord(
            planned=None if planned is None else planned + done,
            counted=done,
            scores=tuple(one.score for one in self._repetitions),
            faults=faults,
            rejected=dict(self._rejections.totals),
            targets_reached=tuple(one.target_reached for one in self._repetitions),
            durations_s=tuple(one.end_s - one.start_s for one in self._repetitions),
            held_s=self._hold.longest_s,
            followed=tuple(self._praise.followed),
            range_limited=self._range_limited,
            moved=self._mode == "minutes",
        )

    def session_lines(self, t_s: float, *, completed: float | None) -> None:
        """Say how much of the plan was done, [0, 1] or None, and what was best."""
        for line in session_lines(self._best, completed, self._settings.summary):
            self._say_line(t_s, line)

    def mute(self) -> None:
        """A pause: only safety and guidance are spoken."""
        self._voice.mute()

    def unmute(self) -> None:
        """The pause is over."""
        self._voice.unmute()

    def fall_silent(self, t_s: float) -> None:
        """Drop what waits and cut off what is being said; safety stays."""
        self._voice.fall_silent(t_s)

    def step(self, t_s: float) -> tuple[Cue, ...]:
        """What begins now: at most one cue that is spoken; the others are shown."""
        cues = self._voice.step(t_s)
        spoken = self._voice.last_spoken
        if spoken is None:
            return cues
        if spoken.priority is CuePriority.PRAISE:
            self._praise.spoken(spoken.key)
        elif spoken.priority in PRIORITY_OF.values() and spoken.rule:
            self._praise.corrected(t_s, spoken.rule, spoken.side)
            self._corrections.spoken()
        elif spoken.priority is CuePriority.SAFETY and spoken.key.startswith(f"{EXERCISE_CUES}."):
            self._praise.corrected(t_s, spoken.rule, spoken.side)
        return cues

    def _new_set(
        self, planned: int | None, mode: SetMode, *, alternating: bool, usual_score: float | None
    ) -> None:
        settings = self._settings
        self._mode: SetMode = mode
        self._counting = Counting(
            settings.counting,
            planned if mode == "repetitions" else None,
            alternating=alternating,
            aloud=mode == "repetitions",
        )
        self._hold = HoldCounting(settings.counting, planned if mode == "hold" else None)
        self._corrections = Corrections(settings.corrections, self._session_number, usual_score)
        self._praise = Praise(settings.praise)
        self._rejections = Rejections(settings.corrections)
        self._repetitions: list[Repetition] = []
        self._hold_faults: dict[str, tuple[FormFault, int]] = {}
        self._told_safety: list[FormFault] = []
        self._safety_s: dict[tuple[str, str], float] = {}
        self._range_limited = False
        self._counted_until_s = -math.inf

    def _told(self, fault: FormFault, repetition: Repetition) -> bool:
        """Whether this fault was already spoken of while the repetition was under way."""
        return any(
            told.rule == fault.rule
            and told.side == fault.side
            and told.start_s <= fault.end_s
            and told.end_s >= repetition.start_s
            for told in self._told_safety
        )

    def _say_safety(self, t_s: float, fault: FormFault) -> None:
        """At once; the same again only when the words had time to be followed."""
        said = (fault.rule, fault.side)
        if t_s - self._safety_s.get(said, -math.inf) < self._settings.voice.safety_fault_repeat_s:
            return
        self._safety_s[said] = t_s
        self._voice.ask(
            CueRequest(
                t_s=t_s,
                key=f"{EXERCISE_CUES}.{fault.cue}",
                priority=CuePriority.SAFETY,
                rule=fault.rule,
                side=fault.side,
                cause=fault.rule,
                level=AlertLevel.WARN,
            )
        )

    def _say_line(self, t_s: float, line: Line) -> None:
        self._voice.ask(
            CueRequest(
                t_s=self._after_count(t_s),
                key=line.key,
                priority=CuePriority.GUIDE,
                places=line.places,
                valid_for_s=self._settings.validity.guide_s,
                cause="summary",
            )
        )

    def _after_count(self, t_s: float) -> float:
        """``t_s``, or the end of a count that begins in the same step: the count is not late."""
        return max(t_s, self._counted_until_s)

    def _length_s(self, request: CueRequest) -> float:
        """Seconds the voice needs for ``request``."""
        text = text_of(request, self._voice.phrases)
        speech = self._settings.speech
        return speech_s(text, self.language, speech, slower=self._voice.slower)
