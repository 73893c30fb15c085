"""Alerts of the guard: who overtakes whom, and words for all of them."""

from __future__ import annotations

import math

import pytest

from aicoach.coaching import coaching_settings
from aicoach.coaching.alerts import priority_of, request_of
from aicoach.coaching.speech import text_of
from aicoach.phrases import Phrases, load_phrases
from aicoach.session_events import AlertLevel, CuePriority, Input

VALIDITY = coaching_settings().validity
L, P = AlertLevel, CuePriority


@pytest.mark.parametrize(
    ("rule", "level", "priority"),
    [
        ("HR-LOW", L.NONE, P.PACE),
        ("HR-DRIFT", L.NONE, P.PACE),
        ("HR-HIGH-1", L.WARN, P.SAFETY),
        ("HR-HIGH-2", L.SLOW, P.SAFETY),
        ("STOP-10", L.STOP, P.SAFETY),
        ("CADENCE", L.WARN, P.PACE),
        ("TEMPO", L.INFORM, P.PACE),
        ("FATIGUE-1", L.INFORM, P.PACE),
        ("FATIGUE-2", L.REST, P.SAFETY),
        ("RANGE-NEAR", L.WARN, P.RANGE_LIMIT),
        ("RANGE-LIMIT", L.SLOW, P.SAFETY),
        ("EFFORT-1", L.WARN, P.SAFETY),
        ("A-RULE-OF-TOMORROW", L.WARN, P.SAFETY),
    ],
)
def test_alerts_overtake_by_what_they_concern(alert, rule, level, priority):
    assert priority_of(alert(rule, level)) is priority


@pytest.mark.parametrize("rule", ["HR-HIGH-1", "RANGE-NEAR", "CADENCE"])
def test_a_higher_level_never_speaks_later(alert, rule):
    ranks = [priority_of(alert(rule, level)) for level in list(L)[2:]]
    assert ranks == sorted(ranks)


def test_inform_is_shown_and_advice_for_staff_too(alert):
    phrases = load_phrases("en")

    def shown(**more):
        return request_of(alert(**more), phrases, VALIDITY).show_only

    assert shown(rule="HR-LOST", level=L.INFORM)
    assert shown(rule="HR-RECOVERY", level=L.NONE, notify_staff=True)
    assert not shown(rule="HR-LOW", level=L.NONE)
    assert not shown(rule="STOP-9", level=L.STOP, notify_staff=True)


def test_safety_never_becomes_too_old_and_pace_does(alert):
    phrases = load_phrases("en")
    assert request_of(alert("STOP-10", L.STOP), phrases, VALIDITY).valid_for_s == math.inf
    assert request_of(alert("CADENCE", L.WARN), phrases, VALIDITY).valid_for_s == VALIDITY.pace_s


@pytest.mark.parametrize("level", [level for level in L if level >= L.WARN])
def test_an_alert_without_words_of_its_own_is_spoken_of_by_its_level(alert, level):
    request = request_of(alert("NEW-1", level, cue="unheard_of"), load_phrases("zh"), VALIDITY)
    assert request.key == f"coaching.alert.{level.name.lower()}"
    assert text_of(request, load_phrases("zh"))


def test_places_of_an_alert_are_filled_from_its_measurements(alert):
    phrases = Phrases(
        "en",
        {"alerts.high": "{value} of {limit} {unit}, {cadence} steps", **load_phrases("en").by_key},
    )
    given = alert(cue="high", value=131.4, inputs=(Input(name="cadence", value=96.0),))
    assert text_of(request_of(given, phrases, VALIDITY), phrases) == "131 of 120 bpm, 96 steps"


@pytest.mark.parametrize("value", [None, math.nan])
def test_an_unknown_measurement_is_not_read_out(alert, value):
    phrases = Phrases("en", {"alerts.high": "{value}", **load_phrases("en").by_key})
    request = request_of(alert(cue="alerts.high", value=value), phrases, VALIDITY)
    assert request.key == "coaching.alert.slow"
