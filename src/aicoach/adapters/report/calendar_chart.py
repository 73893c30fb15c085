"""Pictures of the resident's page: the calendar, a tick, and the sign of the triage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.adapters.report.svg import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    VERMILION,
    WHITE,
    Picture,
)

if TYPE_CHECKING:
    from aicoach.follow_up import ResidentPage, Words

_CELL: Final = 62.0
_ROW: Final = 40.0
_LEFT: Final = 8.0


def calendar_chart(page: ResidentPage, words: Words) -> Picture:
    """Monday to Sunday; a full disc with a tick is a day with exercise."""
    done = [mark.day for week in page.calendar for mark in week if mark.state == "done"]
    said = words("join").join(words.day(day) for day in done)
    told = (
        words("resident.calendar_alt", days=said) if done else words("resident.calendar_alt_none")
    )
    rows = len(page.calendar)
    picture = Picture(
        _LEFT + 7 * _CELL, 26 + _ROW * rows + 30, name="calendar",
        title=words("resident.calendar"), told=told,
    )  # fmt: skip
    for i in range(7):
        picture.text(
            (_LEFT + (i + 0.5) * _CELL, 15), words(f"weekday_short.{i}"), size=14, fill=INK,
            anchor="middle",
        )  # fmt: skip
    for k, week in enumerate(page.calendar):
        for i, mark in enumerate(week):
            x, y = _LEFT + (i + 0.5) * _CELL, 26 + (k + 0.5) * _ROW
            _day(picture, x, y, mark.state)
            if mark.state in ("free", "later"):
                written = (
                    f"{mark.day.month}/{mark.day.day}"
                    if mark.day.day == 1 or (k, i) == (0, 0)
                    else f"{mark.day.day}"
                )
                picture.text((x, y + 5), written, size=13, fill=QUIET, anchor="middle")
    _key(picture, words, 26 + _ROW * rows + 16)
    return picture


def _day(picture: Picture, x: float, y: float, state: str) -> None:
    if state == "done":
        picture.dot((x, y), radius=15, fill=BLUE)
        picture.lines(((x - 7, y), (x - 2, y + 6), (x + 8, y - 6)), stroke=WHITE, width=3.2)
    elif state == "today":
        picture.box(x - 16, y - 16, 32, 32, stroke=INK, round_by=6)
        picture.dot((x, y), radius=3.5, fill=INK)


def _key(picture: Picture, words: Words, y: float) -> None:
    x = _LEFT + 20
    for state in ("done", "today"):
        _small(picture, x, y, state)
        said = words(f"resident.key_{state}")
        picture.text((x + 16, y + 5), said, size=14)
        x += 60 + sum(14.0 if ord(letter) > 0x2E80 else 8.0 for letter in said)


def _small(picture: Picture, x: float, y: float, state: str) -> None:
    if state == "done":
        picture.dot((x, y), radius=9, fill=BLUE)
        picture.lines(((x - 4, y), (x - 1, y + 4), (x + 5, y - 4)), stroke=WHITE, width=2.2)
    else:
        picture.box(x - 9, y - 9, 18, 18, stroke=INK, round_by=4)
        picture.dot((x, y), radius=2.5, fill=INK)


def tick(number: int, words: Words) -> Picture:
    """A tick before something that went well."""
    picture = Picture(24, 24, name=f"tick{number}", title=words("resident.well"), told="")
    picture.dot((12, 12), radius=11, fill=GREEN)
    picture.lines(((6, 12), (10.5, 17), (18.5, 7.5)), stroke=WHITE, width=2.8)
    return picture


def triage_sign(level: str, said: str) -> Picture:
    """Square for red, triangle for amber, disc for green: shapes as well as colours."""
    picture = Picture(24, 24, name="triage", title=said, told="")
    if level == "red":
        picture.box(2, 2, 20, 20, fill=VERMILION, stroke=INK)
        picture.text((12, 18), "!", size=17, fill=INK, anchor="middle", bold=True)
    elif level == "amber":
        picture.shape(((12, 2), (22.5, 21.5), (1.5, 21.5)), fill=ORANGE, stroke=INK)
        picture.text((12, 20), "!", size=14, fill=INK, anchor="middle", bold=True)
    else:
        picture.dot((12, 12), radius=10, fill=GREEN, stroke=INK)
        picture.lines(((7, 12), (11, 16.5), (17.5, 8)), stroke=WHITE, width=2.6)
    return picture
