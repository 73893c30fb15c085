"""Numbers of the coach's manner, from ``rules/coaching.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aicoach.catalog.thresholds import load_settings

_FILE = "coaching"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """When the one voice may speak."""

    gap_s: float
    """Least silence of corrections after the last one, or after a safety cue, ended."""
    repeat_s: float
    repeat_repetitions: float
    """The same correction again only after both."""
    most_same: float
    """How often one correction is said in a set; the rest waits for the summary."""
    range_repeat_s: float
    """The same warning before a range limit again only after this."""
    safety_fault_repeat_s: float
    """The same breach of a safety rule is spoken of again only after this."""
    breath_s: float
    """Pause between two things said; not before counts, limits and safety."""
    shown_s: float
    """How long something that is only shown stays at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSettings:
    """How fast the voice speaks."""

    zh_characters_per_s: float
    zh_slower_characters_per_s: float
    en_words_per_min: float
    en_slower_words_per_min: float
    punctuation_s: float
    """Pause at a comma or the end of a sentence within a text."""
    lead_s: float
    """Until the first sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValiditySettings:
    """How long a request is worth saying."""

    correction_s: float
    pace_s: float
    advice_s: float
    range_limit_s: float
    praise_s: float
    guide_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionSettings:
    """Bandwidth and fading."""

    of_last: float
    at_least: float
    """A fault is spoken of when ``at_least`` of the ``of_last`` repetitions had it."""
    confidence: float
    """Faults judged with less are not spoken of, unless they concern safety."""
    often_until_session: float
    often_repetitions: float
    """Up to this session: at most one correction in so many repetitions."""
    seldom_until_session: float
    seldom_repetitions: float
    """Up to this session; later only summaries and safety."""
    quality_drop: float
    """Fraction by which the score must fall for corrections to come more often again."""
    quality_repetitions: float
    """Repetitions over which the present and the usual score are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PraiseSettings:
    """How much praise."""

    every_repetitions: float
    steady_repetitions: float
    """Judged repetitions without a fault, one after the other, that earn praise."""
    most_steady: float
    """Praise of steadiness in one set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingSettings:
    """Counting aloud."""

    milestone: float
    half_way_from: float
    """Shortest set in which half way is said."""
    encourage_last: float
    quick_s: float
    """Repetitions that follow each other faster are said at milestones only."""
    hold_mark_s: float
    hold_last_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySettings:
    """What counts as a strength, and what as worth a word."""

    clean_share: float
    assessed_share: float
    """Share of repetitions that must have been judged before form is praised."""
    full_range_share: float
    steady_variation: float
    """Largest coefficient of variation of the duration of a steady rhythm."""
    steady_repetitions: float
    """Fewest repetitions that make a rhythm."""
    fix_repetitions: float
    """A fault is worth a word after the set from so many repetitions on."""
    relief_every_s: float
    """Relief about the same quantity is said at most this often."""
    most_done_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingSettings:
    """All of them."""

    voice: VoiceSettings
    speech: SpeechSettings
    validity: ValiditySettings
    corrections: CorrectionSettings
    praise: PraiseSettings
    counting: CountingSettings
    summary: SummarySettings


@cache
def coaching_settings() -> CoachingSettings:
    """The settings of this installation.

    Raises
    ------
    ExerciseSpecError
        If ``rules/coaching.toml`` lacks a value or has one too many.
    """
    return CoachingSettings(
        voice=load_settings(VoiceSettings, _FILE, "voice"),
        speech=load_settings(SpeechSettings, _FILE, "speech"),
        validity=load_settings(ValiditySettings, _FILE, "validity"),
        corrections=load_settings(CorrectionSettings, _FILE, "corrections"),
        praise=load_settings(PraiseSettings, _FILE, "praise"),
        counting=load_settings(CountingSettings, _FILE, "counting"),
        summary=load_settings(SummarySettings, _FILE, "summary"),
    )
