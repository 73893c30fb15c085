"""Real people whose repetitions somebody counted (kind: truth), and people who do nothing.

The whole of it, with every table, is ``aicoach bench counting``; docs/accuracy.md.
"""

from __future__ import annotations

import pytest

from aicoach.bench.counting import recorded
from aicoach.bench.counting.material import Material

IDLE_EVERY = 5


@pytest.fixture(scope="module")
def material(data_dir):
    return Material(data_dir)


def told(section):
    return [(t.name, t.wanted, t.counted, t.story) for t in section.failures]


def test_recordings_are_counted_within_the_accepted_range(material):
    section = recorded.recordings(material)
    assert len(section.trials) >= 60
    in_range, off_by_more_than_one = section.figures
    assert in_range.held, told(section)
    assert off_by_more_than_one.held, told(section)


UNCOUNTED_WEB_CLIPS = {
    "pull_up_e05": "2.4 s: lost from sight half-way up, and cut before the second returns",
    "pull_up_e13": "begins at the top: one whole repetition is seen, the label has three events",
    "squat_e09": "the skeleton stands on its head for the first three seconds",
}
"""Known misses; docs/accuracy.md has the share beside its bar of 0.95."""


def test_no_further_web_clip_is_miscounted_by_more_than_one(material):
    section = recorded.rep_events(material)
    assert {t.name for t in section.failures} <= UNCOUNTED_WEB_CLIPS.keys(), told(section)


def test_sets_between_idle_people_are_counted_and_the_people_are_not(material):
    section = recorded.sessions(material)
    assert len(section.trials) == 48
    assert all(figure.held for figure in section.figures), told(section)


def test_idle_people_are_hardly_ever_counted(material):
    """Those of ``none`` and every fifth other; the bench takes all."""
    clips = [path.stem for path, _ in material.idle()]
    none = [name for name in clips if name.startswith("none")]
    some = tuple(none + [name for name in clips if name not in none][::IDLE_EVERY])
    section = recorded.idle(Material(material.folder, only=some), workers=1)
    false = section.figures[0]
    assert len(none) == 5
    assert false.trials > 500
    assert false.value <= 2, told(section)
