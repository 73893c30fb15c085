"""What a synthetic resident does, and what the coach makes of it: every file of ``coach/``.

Each against the laws that hold in every session: every third one at ten frames a second, a few
at thirty, and replayed from what the wire kept. All of them in `make thorough`. A file's
format: README.md beside this one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aicoach.catalog import load_catalog
from aicoach.coaching.corrections import ASKS_FOR_MORE_RANGE
from aicoach.rehearsal.director import new_session, run_scenario, transcript
from aicoach.rehearsal.laws import breaches
from aicoach.rehearsal.scenario import ScenarioError, read_scenario
from aicoach.wire import event_line, observation_line, read_observation

FOLDER = Path(__file__).parent / "coach"
FILES = sorted(FOLDER.glob("*.toml"))
SLOW_FPS, FAST_FPS = 10.0, 30.0
LEAST = 40
NAMED_IN_THE_ISSUE = (
    "clean session",
    "heart rate climbs to each rung and recovers",
    "chatter at the limit",
    "strap drops with monitoring mandatory",
    "strap drops with monitoring optional",
    "beta-blocker",
    "effort 8 while the heart rate is in the zone",
    "knee limit 90 deg approached and passed",
    "fatigue",
    "passer-by",
    "resident leaves and returns",
    "fall",
    "stop word during a count",
    "chest pain answered yes in the pre-check",
    "expired plan",
    "forbidden jumping jack replaced",
    "two faults at once",
    "nothing to correct",
    "wheelchair user",
    "zh",
    "en",
)
CATALOG = load_catalog()


def followed(path, fps):
    scenario = read_scenario(path)
    run = run_scenario(scenario, CATALOG, fps)
    failures = run.failures(scenario) + breaches(run.updates)
    assert not failures, "\n".join([scenario.title, *failures, transcript(run.updates)])
    return scenario, run


@pytest.mark.one_in(3)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_must_follow_follows(path):
    followed(path, SLOW_FPS)


@pytest.mark.one_in(45)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_follows_at_a_faster_camera_too_and_again_from_what_was_kept(path):
    scenario, run = followed(path, FAST_FPS)
    again = replayed(scenario, run)
    assert [line for update in run.updates for line in lines(update)] == again


def lines(update):
    return [event_line(one.t_s, one.cause, one.event) for one in update.events]


def replayed(scenario, run):
    """The events of a new session that is fed what the wire kept of the first."""
    session = new_session(scenario, CATALOG)
    found = []
    for observation in run.observations:
        found += lines(session.step(read_observation(observation_line(observation))))
    if run.finished_s is not None:
        found += lines(session.finish(run.finished_s, run.finished_why))
    return found


def test_everything_that_was_asked_for_is_covered():
    scenarios = [read_scenario(path) for path in FILES]
    covered = {one for scenario in scenarios for one in scenario.covers}
    assert set(NAMED_IN_THE_ISSUE) <= covered
    assert len(scenarios) >= LEAST
    assert {scenario.session.get("language", "en") for scenario in scenarios} == {"en", "zh"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('title = "x"\n[[expect]]\nended = "complete"\n[resident]\nmood = 1', "resident: mood"),
        ('title = "x"', "expect: says nothing"),
        ('title = "x"\n[[expect]]\nwithin_s = 1', "expect.1: names no event"),
        ('title = "x"\n[[expect]]\nended = "a"\n[[does]]\njump = 1', "does.1: jump"),
        ('title = "x"\n[[expect]]\nended = "a"\nof = { alarm = 1 }', "expect.1.of: alarm"),
        (
            'title = "x"\n[[expect]]\nsaid = "cues.sit_bak"\nabsent = true',
            "no phrase has the key 'cues.sit_bak'; did you mean cues.sit_back",
        ),
        (
            'title = "x"\n[[expect]]\nevent = "Cue"\nabsent = true\n'
            'where = { key = { one_of = ["cues.sit_back", "cues.go_deeper"] } }',
            "expect.1: no phrase has the key 'cues.go_deeper'",
        ),
        (
            'title = "x"\n[[expect]]\nended = "a"\n[[does]]\nwhen = { said = "hello" }\n'
            'command = "end"',
            "does.1.when: no phrase has the key 'hello'",
        ),
    ],
)
def test_a_scenario_that_says_nonsense_is_refused(tmp_path, text, told):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "short.toml").write_text((FOLDER / "plans" / "short.toml").read_text())
    path = tmp_path / "odd.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=told):
        read_scenario(path)


def test_nobody_near_the_limit_of_a_knee_is_asked_further_in_any_of_the_ways_there_are():
    scenario = read_scenario(FOLDER / "knee_limit.toml")
    (forbidden,) = [dict(one.event.where)["key"] for one in scenario.expects if one.most == 0.0]
    asking = {"coaching.not_counted.partial", "coaching.fix.further"}
    assert set(forbidden["one_of"]) == ASKS_FOR_MORE_RANGE | asking


def test_an_expectation_that_is_not_met_is_told(tmp_path):
    text = (FOLDER / "clean_session.toml").read_text().replace("counted = 5", "counted = 6")
    (tmp_path / "plans").symlink_to(FOLDER / "plans")
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    scenario = read_scenario(path)
    failures = run_scenario(scenario, CATALOG, SLOW_FPS).failures(scenario)
    assert len(failures) == 1
    assert "counted = 6" in failures[0]
