"""How to stop is said as this resident can: by a word, a key, or the red button."""

from __future__ import annotations

from datetime import date

import pytest

from aicoach.bench.session import plans
from aicoach.catalog import load_catalog
from aicoach.observations import PoseSeen
from aicoach.session import Session
from aicoach.session.room import Controls
from aicoach.session_events import Cue
from aicoach.visit.stage_view import Tally

SAID = {
    "voice": "session.how_to_stop",
    "keys": "session.how_to_stop_by_key",
    "screen": "session.how_to_stop_by_button",
}


@pytest.mark.parametrize("controls", SAID)
def test_the_greeting_says_how_to_stop_here(controls: Controls) -> None:
    session = Session(
        plans()[0], load_catalog(), date(2026, 3, 2), controls=controls, demonstration=True
    )
    said = set()
    for fifth in range(90):
        update = session.step(PoseSeen(t_s=fifth / 5.0, pose=None))
        said |= {one.event.key for one in update.events if isinstance(one.event, Cue)}
    assert said & set(SAID.values()) == {SAID[controls]}


def test_a_screen_that_comes_late_learns_what_was_done() -> None:
    tally = Tally()
    assert tally.view == {"results": [], "outcome": None}
    ended = {
        "k": "set_ended", "exercise": "squat", "set": 1, "done": 7.0, "planned": 8.0,
        "mode": "reps", "why": "skip", "score": None, "t": 41.0,
    }  # fmt: skip
    tally.take(ended, load_catalog())
    tally.take({"k": "rep", "n": 1, "t": 42.0}, load_catalog())
    tally.take({"k": "ended", "why": "STOP-7", "lasted_s": 60, "t": 60.0}, load_catalog())
    (result,) = tally.view["results"]
    assert (result["exercise"], result["done"], result["planned"]) == ("squat", 7.0, 8.0)
    assert result["name"]["zh"] == "深蹲"
    assert tally.view["outcome"] == {"why": "STOP-7", "lasted_s": 60}
