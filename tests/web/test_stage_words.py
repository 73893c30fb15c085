"""Every word that the stage's scripts ask for is there, and no word waits in vain."""

from __future__ import annotations

import re

import pytest

from aicoach.catalog import load_catalog
from aicoach.catalog.cues import LANGUAGES
from aicoach.visit.stage_view import _UP_AND_DOWN, _outward
from aicoach.web.assets_routes import ASSETS, words

STAGE = ASSETS / "stage"
SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted(STAGE.glob("*.mjs"))}
ASKED = re.compile(r"""["'`](stage\.[a-z_.]+(?:\$\{[^}]*\}[a-z_.]*)*)["'`]""")
OWN = ("picture", "name", "seen", "not_seen", "nothing")
"""Asked for by a name that is put together, or by the server."""


def asked() -> set[str]:
    """As regular expressions: what is put in may be anything."""
    found: set[str] = set()
    for text in SCRIPTS.values():
        for key in ASKED.findall(text):
            found.add(re.sub(r"\\\$\\\{.*?\\\}", "[a-z0-9_]+", re.escape(key)))
    found.discard(r"stage\.message\.[a-z0-9_]+")  # its title and its text are asked for
    found |= {r"stage\.message\.[a-z_]+\.(title|text)"}
    found |= {rf"stage\.{name}" for name in OWN}
    found |= {r"stage\.(pause|resume|repeat|skip|ok|stop)"}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_a_script_asks_for_is_there(language: str) -> None:
    known = words(language)  # type: ignore[arg-type]
    assert len(asked()) > 30
    for pattern in asked():
        assert any(re.fullmatch(pattern, key) for key in known), pattern


def test_no_word_of_the_stage_waits_in_vain() -> None:
    patterns = [re.compile(one) for one in asked()]
    mine = [key for key in words("en") if key.startswith("stage.")]
    vain = [key for key in mine if not any(pattern.fullmatch(key) for pattern in patterns)]
    assert vain == []


def test_every_message_has_a_title_and_a_text_in_both_languages() -> None:
    for language in LANGUAGES:
        known = words(language)
        titles = {key for key in known if re.fullmatch(r"stage\.message\.\w+\.title", key)}
        assert len(titles) >= 10
        assert {key.replace(".title", ".text") for key in titles} <= known.keys()


def test_every_message_that_the_stage_shows_is_worded() -> None:
    script = SCRIPTS["scene.mjs"] + SCRIPTS["journey.mjs"]
    shown = set(re.findall(r'\bsay\("(\w+)"', script))
    cameras = re.search(r"CAMERA_MESSAGES = new Set\(\[(.*?)\]", script)
    assert cameras is not None
    shown |= set(re.findall(r'"(\w+)"', cameras[1]))
    shown |= set(re.findall(r'kind: [^,]*"(waiting|unreachable)"', script)) | {"unreachable"}
    assert shown >= {"moved", "denied", "waiting", "stopping"} - {"waiting"}
    for language in LANGUAGES:
        assert {f"stage.message.{name}.title" for name in shown} <= words(language).keys()


@pytest.mark.parametrize(
    ("exercise", "way"),
    [
        ("squat", "down"),
        ("sit_to_stand", "up"),
        ("bicep_curl", "up"),
        ("standing_hip_abduction", "out"),
    ],
)
def test_the_phases_of_a_movement_are_called_by_where_it_leads(exercise: str, way: str) -> None:
    assert _outward(load_catalog()[exercise]) == way
    for language in LANGUAGES:
        assert f"stage.tempo.{way}" in words(language)
    assert f"{way}:" in SCRIPTS["live.mjs"].split("const WAYS")[1].splitlines()[0]


def test_every_pattern_that_goes_up_and_down_is_one_of_the_catalogue() -> None:
    assert {spec.pattern for spec in load_catalog().values()} >= _UP_AND_DOWN
