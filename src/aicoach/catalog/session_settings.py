"""The pace of a guided session, read from ``rules/session.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aicoach.catalog.thresholds import load_settings


@dataclass(frozen=True, slots=True)
class TalkSettings:
    """Questions and pauses of speech."""

    answer_s: float
    """How long an answer is awaited; then it is "not known"."""
    ask_again_s: float
    settle_s: float
    """Silence after the last word before it goes on."""
    longest_speech_s: float
    """A screen of words only never lasts longer."""
    symptom_s: float
    """How long it is asked what is wrong after a stop."""
    call_again_s: float
    """After a fall without a word, help is called for so often."""
    fall_s: float
    """And for so long."""
    talk_test_every_s: float
    """In aerobic work."""


@dataclass(frozen=True, slots=True)
class PreCheckSettings:
    """The questions before a session."""

    tries: float
    """Answers that make no sense before one is taken as not known."""
    list_patience: float
    """A list of questions is read in at most so many times the patience of one."""
    lift_s: float
    """So long the staff who are beside may lift what keeps the resident from starting."""


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """When the camera sees enough."""

    good_s: float
    repeat_s: float
    partly_after_s: float
    """After this it goes on although not everything is seen, and says so."""
    turn_s: float
    """Longest wait before a set for a resident who stands so that it cannot be judged."""
    give_up_s: float
    """Nobody seen for this long ends the session."""
    height_low: float
    """Smallest height of a standing body in the picture."""
    height_high: float
    margin: float
    aside: float
    """Furthest from the middle of the picture, sideways."""
    seen_score: float
    dark: float
    bright: float
    people_s: float
    """Another person must stay this long to be spoken of."""
    stalled_s: float
    """Without any frame for so long the picture is taken as lost."""


@dataclass(frozen=True, slots=True)
class StrapSettings:
    """Waiting for a heart rate."""

    wait_s: float
    required_wait_s: float
    fresh_s: float


@dataclass(frozen=True, slots=True)
class ExerciseSettings:
    """From the demonstration to the end of a set."""

    demonstration_s: float
    introduced_s: float
    """From the first word about an exercise to its set, where time is planned with."""
    count_step_s: float
    nothing_s: float
    """Without a repetition for so long, a kind word."""
    enough_s: float
    """With the least number done, standing still for so long ends the set."""
    give_up_s: float
    """Without a repetition for so long, the set is over."""
    longest_factor: float
    longest_extra_s: float
    complete_share: float
    """Share of the plan from which a set counts as done; DOMAIN 7."""


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Between sets."""

    shortest_s: float
    get_up_s: float
    """The end is announced so long before."""
    longest_s: float
    """A rest prolonged by the guard never lasts longer."""
    ask_again_s: float
    """In a prolonged rest, how it feels is asked so often."""
    unanswered_s: float
    """A rest is so much longer when nobody says how hard it was."""


@dataclass(frozen=True, slots=True)
class AwaySettings:
    """Nobody in the picture."""

    say_s: float
    pause_s: float
    back_s: float
    end_s: float
    paused_end_s: float
    """Who asked for a pause may be away for so long."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """All of it."""

    talk: TalkSettings
    pre_check: PreCheckSettings
    camera: CameraSettings
    strap: StrapSettings
    exercise: ExerciseSettings
    rest: RestSettings
    away: AwaySettings


@cache
def session_settings() -> SessionSettings:
    """Read the settings that come with aicoach.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong.
    """
    return SessionSettings(
        talk=load_settings(TalkSettings, "session", "talk"),
        pre_check=load_settings(PreCheckSettings, "session", "pre_check"),
        camera=load_settings(CameraSettings, "session", "camera"),
        strap=load_settings(StrapSettings, "session", "strap"),
        exercise=load_settings(ExerciseSettings, "session", "exercise"),
        rest=load_settings(RestSettings, "session", "rest"),
        away=load_settings(AwaySettings, "session", "away"),
    )
