"""Symptoms that residents report: which rule, what follows, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicoach.catalog.lint import LONGEST_EN, LONGEST_ZH
from aicoach.errors import ExerciseSpecError
from aicoach.phrases import load_phrases
from aicoach.screening.symptoms import load_symptoms
from aicoach.session_events import AlertLevel

EXPECTED = [
    # symptom, rule, what is over, whether the emergency number is shown
    ("chest_pain", "STOP-1", "session", True),
    ("dizziness", "STOP-2", "session", True),
    ("weakness_speech", "STOP-2", "session", True),
    ("breathless", "STOP-3", "session", True),
    ("unwell_pale", "STOP-4", "session", False),
    ("palpitations", "STOP-5", "session", False),
    ("leg_cramp", "STOP-6", "exercise", False),
    ("low_sugar", "STOP-12", "session", False),
    ("joint_pain", "STOP-13", "exercise", False),
    ("joint_gives_way", "STOP-13", "exercise", False),
    ("spo2_low", "STOP-14", "session", False),
]


def test_table_is_complete() -> None:
    found = [(s.id, s.rule, s.ends, s.emergency) for s in load_symptoms().values()]
    assert found == EXPECTED


def test_every_symptom_tells_staff_and_what_ends_the_session_is_a_stop() -> None:
    """What ends only an exercise is a rest: after a stop the guard says nothing but stops."""
    for symptom in load_symptoms().values():
        ends = symptom.ends == "session"
        assert symptom.level is (AlertLevel.STOP if ends else AlertLevel.REST), symptom.id
        assert symptom.notify_staff


@pytest.mark.parametrize("symptom", [row[0] for row in EXPECTED])
def test_what_is_said_at_once_is_short(symptom: str) -> None:
    spec = load_symptoms()[symptom]
    assert len(load_phrases("zh").text(spec.say)) <= LONGEST_ZH
    assert len(load_phrases("en").text(spec.say).split()) <= LONGEST_EN


@pytest.mark.parametrize("symptom", [row[0] for row in EXPECTED if row[3]])
def test_emergencies_show_the_number(symptom: str) -> None:
    spec = load_symptoms()[symptom]
    assert "120" in load_phrases("zh").text(spec.more)
    assert "120" in load_phrases("en").text(spec.more)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("STOP-1", "STOP-X", "a.rule"),
        ("session", "never", "a.ends"),
        ('posture = "sit"', "", "a.posture"),
        ("[a]", "a = 1\n[b]", "a: must be a table"),
    ],
)
def test_broken_symptoms_are_refused_by_file_and_field(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    lines = ["[a]", 'rule = "STOP-1"', 'ends = "session"', 'posture = "sit"']
    text = "\n".join([*lines, 'source = "general_knowledge"', 'evidence = "K"'])
    path = tmp_path / "symptoms.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match=f"^symptoms.toml: {problem}"):
        load_symptoms(path)
