"""Clips of visitors: one at a time, bounded, killable, and never left behind."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aicoach.web.clips import Clips, TooManyClipsError, is_film
from aicoach.web.settings import web_settings

MP4 = b"\x00\x00\x00\x20ftypisom" + b"\x00" * 500
WORKER = """
import json, sys, time
size = len(open(f"/dev/fd/{sys.argv[1]}", "rb").read())
print(json.dumps({"at_s": 1.0, "of_s": 4.0}), flush=True)
"""
DONE = WORKER + 'print(json.dumps({"found": {"size": size, "exercise": sys.argv[2]}}), flush=True)'
ENDLESS = WORKER + "time.sleep(600)"
FALLS = WORKER + "sys.exit(3)"

Open = Callable[..., Clips]


@pytest.fixture
def opened() -> Iterator[Open]:
    made: list[Clips] = []

    def give(program: str = DONE, **settings: float) -> Clips:
        known = replace(web_settings().clips, **settings)
        made.append(Clips(known, time.monotonic, (sys.executable, "-c", program)))
        return made[-1]

    yield give
    for clips in made:
        clips.close()


def send(clips: Clips, owner: str = "me", content: bytes = MP4) -> str:
    with clips.begin(owner) as receiving:
        assert receiving.add(content) is None
        clip = receiving.whole("squat")
    assert clip is not None
    return clip.id


def wait(clips: Clips, clip: str, *states: str, owner: str = "me") -> dict[str, Any]:
    ends = time.monotonic() + 20.0
    while True:
        told = clips.told(clip, owner)
        assert told is not None
        if told["state"] in states and (states != ("working",) or told["done"]):
            return told
        assert time.monotonic() < ends, told
        time.sleep(0.02)


def files() -> list[str]:
    """What this process holds open below the temporary folder."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(one.readlink()))
        except OSError:
            continue
    return [name for name in found if "(deleted)" in name]


def test_a_clip_is_analysed_and_gone(opened: Open) -> None:
    before = files()
    clips = opened()
    told = wait(clips, send(clips), "done")
    assert told["found"] == {"size": len(MP4), "exercise": "squat"}
    assert files() == before


def test_a_clip_has_no_name_while_it_is_there(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clips = opened(ENDLESS)
    wait(clips, send(clips), "working")
    assert any(str(tmp_path) in name for name in files())
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_is_told_of_a_clip_or_drops_it(opened: Open) -> None:
    clips = opened()
    clip = send(clips)
    assert clips.told(clip, "other") is None
    clips.drop(clip, "other")
    assert wait(clips, clip, "done")


def test_one_is_looked_at_while_the_others_wait_and_one_too_many_is_not_taken(
    opened: Open,
) -> None:
    clips = opened(ENDLESS, waiting=2.0)
    wait(clips, send(clips, "a"), "working", owner="a")
    second, third = send(clips, "b"), send(clips, "c")
    assert [clips.told(second, "b")["place"], clips.told(third, "c")["place"]] == [1, 2]  # type: ignore[index]
    with pytest.raises(TooManyClipsError):
        clips.begin("d")


def test_another_clip_of_the_same_visitor_takes_the_place_of_the_first(opened: Open) -> None:
    clips = opened(ENDLESS, waiting=1.0)
    first = send(clips)
    wait(clips, first, "working")
    second = send(clips)
    assert clips.told(first, "me") is None
    wait(clips, second, "working")


@pytest.mark.parametrize(
    ("program", "work_s", "problem"),
    [(ENDLESS, 0.5, "too_slow"), (FALLS, 60.0, "failed"), ("print('nonsense')", 60.0, "failed")],
)
def test_what_does_not_come_to_an_end_is_ended(
    opened: Open, program: str, work_s: float, problem: str
) -> None:
    before = files()
    clips = opened(program, work_s=work_s)
    assert wait(clips, send(clips), "problem")["problem"] == problem
    assert files() == before


def test_a_visitor_who_leaves_leaves_nothing(opened: Open) -> None:
    before = files()
    clips = opened(ENDLESS)
    clip = send(clips)
    wait(clips, clip, "working")
    clips.drop(clip, "me")
    ends = time.monotonic() + 10.0
    while files() != before:
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_too_much_is_not_taken(opened: Open) -> None:
    before = files()
    with opened(bytes=600.0).begin("me") as receiving:
        assert receiving.add(MP4) is None
        assert receiving.add(b"\x00" * 200) == "too_large"
    assert files() == before


@pytest.mark.parametrize(
    ("content", "right"),
    [
        (MP4, True), (b"RIFF\x00\x00\x00\x00AVI LIST", True),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 20, True),
        (b"", False), (b"\xff\xd8\xff\xe0JFIF" + b"\x00" * 20, False), (b"#!/bin/sh\n" * 5, False),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", False), (b"#EXTM3U\nhttp://other.test/x", False),
        (b"concat:/etc/passwd|x" + b" " * 20, False),
    ],
)  # fmt: skip
def test_a_film_is_known_by_its_content(opened: Open, content: bytes, right: bool) -> None:
    assert is_film(content[:16]) is right
    with opened().begin("me") as receiving:
        said = receiving.add(content)
        clip = None if said else receiving.whole("squat")
    assert (clip is not None) is right
