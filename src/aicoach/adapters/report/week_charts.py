"""Pictures of the weeks on the page of staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from aicoach.adapters.report.svg import (
    BLUE,
    GREEN,
    GRID,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILION,
    WHITE,
    Picture,
    letters_wide,
    round_top,
)

if TYPE_CHECKING:
    from aicoach.follow_up import StaffPage, Words
    from aicoach.follow_up.weeks import RangeCourse, Week

WIDE: Final = 352.0
LOW: Final = 106.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 26.0, 4.0, 20.0, 16.0
_EVERY: Final = 6
"""So many dates fit below an axis."""


class Frame:
    """The axes of a picture: weeks to the right, amounts up."""

    def __init__(self, picture: Picture, n: int, top: float, *, right: float = _RIGHT) -> None:
        self.picture, self.n, self.most = picture, max(1, n), top
        self.left, self.right = _LEFT, picture.width - right
        self.top, self.bottom = _TOP, picture.height - _BOTTOM

    def x(self, i: float) -> float:
        """Middle of the ``i``-th column, 0 is the first."""
        return self.left + (i + 0.5) * (self.right - self.left) / self.n

    def y(self, amount: float) -> float:
        """Height of an amount."""
        return self.bottom - (self.bottom - self.top) * min(1.0, max(0.0, amount / self.most))

    @property
    def column(self) -> float:
        """Width of a bar."""
        return min(20.0, 0.66 * (self.right - self.left) / self.n)

    def draw(self, ticks: Sequence[float], days: Sequence[str], unit: str = "") -> None:
        """Grid, amounts and days."""
        for tick in ticks:
            y = self.y(tick)
            self.picture.line((self.left, y), (self.right, y), stroke=GRID, width=0.6)
        for tick in ticks:
            at = (self.left - 3, self.y(tick) + 3)
            self.picture.text(at, f"{tick:g}{unit}", size=8, fill=QUIET, anchor="end")
        self.picture.line((self.left, self.bottom), (self.right, self.bottom), width=0.8)
        step = max(1, -(-len(days) // _EVERY))
        for i in range(0, len(days), step):
            self.picture.text(
                (self.x(i), self.bottom + 11), days[i], size=8, fill=QUIET, anchor="middle"
            )


def key(picture: Picture, entries: Sequence[tuple[str, str]]) -> None:
    """What the marks mean, in the line above the picture: kind of mark, and words."""
    x = _LEFT
    for kind, said in entries:
        _sign(picture, kind, x, 8.0)
        picture.text((x + 13, 11), said, size=8.5)
        x += 22 + letters_wide(said, 8.5)


def _sign(picture: Picture, kind: str, x: float, y: float) -> None:
    middle = (x + 5.0, y)
    if kind in _FILLS:
        fill, pattern = _FILLS[kind]
        dash = "2 1.5" if kind == "unmeasured" else ""
        picture.box(x, y - 4, 10, 8, fill=fill, stroke=INK, dash=dash, pattern=pattern)
    elif kind == "asked":
        picture.line((x, y), (x + 10, y), width=2.2)
    elif kind == "effort":
        picture.dot(middle, radius=3, fill=BLUE)
    elif kind == "pain":
        picture.triangle(middle, fill=VERMILION)
    elif kind == "quality":
        picture.line((x - 1, y), (x + 11, y), stroke=GREEN, width=1.8)
        picture.dot(middle, radius=2.8, fill=GREEN)
    elif kind == "tempo":
        picture.line((x - 1, y), (x + 11, y), stroke=PURPLE, width=1.5, dash="3 2")
        picture.diamond(middle, fill=WHITE, stroke=PURPLE)


_FILLS: Final = {
    "completed": (BLUE, ""),
    "partial": (WHITE, "hatch"),
    "in_zone": (GREEN, ""),
    "above": (ORANGE, "hatch"),
    "below": (SKY, "dots"),
    "unmeasured": (WHITE, ""),
}


def short_days(page: StaffPage) -> list[str]:
    """The days on which the weeks begin, short."""
    return [f"{one.first.month}/{one.first.day}" for one in page.weeks]


def sessions_chart(page: StaffPage, words: Words) -> Picture:
    """Sessions a week beside what was asked for."""
    told = words("join").join(
        words(
            "chart_alt.sessions_week",
            day=words.day(one.first),
            done=one.completed,
            asked=words.number(one.asked, 1),
        )
        for one in page.weeks
    )
    picture = Picture(
        WIDE, LOW, name="sessions", title=words("staff.sessions_chart"),
        told=words("chart_alt.sessions", weeks=told),
    )  # fmt: skip
    most = max([1.0, *(max(one.asked, one.completed + one.partial) for one in page.weeks)])
    frame = Frame(picture, len(page.weeks), most + 0.6)
    step = max(1, round(most / 4))
    frame.draw([float(n) for n in range(0, int(most) + 1, step)], short_days(page))
    key(picture, [(name, words(f"chart.{name}")) for name in ("completed", "partial", "asked")])
    _stacks(
        frame,
        [{"completed": float(w.completed), "partial": float(w.partial)} for w in page.weeks],
    )
    half = frame.column * 0.62
    for stroke, width in ((WHITE, 4.2), (INK, 2.2)):
        for i, week in enumerate(page.weeks):
            if week.asked > 0.0:
                x, y = frame.x(i), frame.y(week.asked)
                picture.line((x - half, y), (x + half, y), stroke=stroke, width=width)
    for i, week in enumerate(page.weeks):
        if not week.completed and not week.partial:
            picture.text((frame.x(i), frame.bottom - 3), "0", size=8, anchor="middle")
    return picture


def intensity_chart(page: StaffPage, words: Words) -> Picture:
    """Minutes of the main parts by heart rate; what was not measured stands there, empty."""
    names = ("in_zone", "above", "below", "unmeasured")
    rows = [_minutes(one) for one in page.weeks]
    asked = any(any(row.values()) for row in rows)
    sums = {name: round(sum(row[name] for row in rows)) for name in names}
    picture = Picture(
        WIDE, LOW, name="intensity", title=words("staff.intensity_chart"),
        told=words("chart_alt.intensity", **sums) if asked else words("chart.no_zone"),
    )  # fmt: skip
    if not asked:
        picture.text((WIDE / 2, LOW / 2), words("chart.no_zone"), size=9, anchor="middle")
        return picture
    most = round_top(max([1.0, *(sum(row.values()) for row in rows)]))
    frame = Frame(picture, len(rows), most)
    frame.draw([0.0, most / 2, most], short_days(page))
    key(picture, [(name, words(f"chart.{name}")) for name in names])
    _stacks(frame, rows)
    return picture


def _minutes(week: Week) -> dict[str, float]:
    return {
        "in_zone": week.in_zone_s / 60.0,
        "above": week.above_s / 60.0,
        "below": week.below_s / 60.0,
        "unmeasured": week.unmeasured_s / 60.0,
    }


def _stacks(frame: Frame, rows: Sequence[Mapping[str, float]]) -> None:
    """A column for each row; its parts stand on each other in their order."""
    low = [0.0] * len(rows)
    for name in rows[0] if rows else ():
        fill, pattern = _FILLS[name]
        dash = "2 1.5" if name == "unmeasured" else ""
        boxes = []
        for i, row in enumerate(rows):
            top, bottom = frame.y(low[i] + row[name]), frame.y(low[i])
            if row[name] > 0.0:
                boxes.append((frame.x(i) - frame.column / 2, top, frame.column, bottom - top))
            low[i] += row[name]
        for box in boxes:
            frame.picture.box(*box, fill=fill, stroke=INK, dash=dash)
        for box in boxes:
            if pattern:
                frame.picture.over(*box, pattern)


def tells_chart(page: StaffPage, words: Words) -> Picture:
    """Highest effort and pain of each session, with the values that end something."""
    tells = page.tells
    efforts = [one.effort for one in tells if one.effort is not None]
    pains = [one.pain for one in tells if one.pain is not None]
    picture = Picture(
        WIDE, LOW, name="tells", title=words("staff.tells_chart"),
        told=words(
            "chart_alt.tells",
            effort=words.number(max(efforts, default=None)),
            pain=words.number(max(pains, default=None)),
        ),
    )  # fmt: skip
    frame = Frame(picture, len(tells), 10.4, right=74.0)
    frame.draw([0.0, 5.0, 10.0], [f"{one.day.month}/{one.day.day}" for one in tells])
    key(picture, [(name, words(f"chart.{name}")) for name in ("effort", "pain")])
    for limit, colour, said in (
        (page.effort_stop, BLUE, "effort_stop"),
        (page.pain_stop, VERMILION, "pain_stop"),
    ):
        if limit is not None:
            y = frame.y(limit)
            picture.line((frame.left, y), (frame.right, y), stroke=colour, width=1, dash="5 3")
            picture.text((frame.right + 4, y + 3), words(f"chart.{said}"), size=8)
    for i, one in enumerate(tells):
        if one.effort is not None:
            picture.dot((frame.x(i), frame.y(one.effort)), radius=2.8, fill=BLUE)
    for i, one in enumerate(tells):
        if one.pain is not None:
            picture.triangle((frame.x(i), frame.y(one.pain) - 1), fill=VERMILION)
    for i, one in enumerate(tells):
        if one.effort is None and one.pain is None:
            picture.cross((frame.x(i), frame.bottom - 4), size=2.2, stroke=QUIET)
    return picture


def quality_chart(page: StaffPage, words: Words) -> Picture:
    """Share of repetitions as asked, and of kept tempo; weeks without are gaps."""
    quality = [one.as_asked for one in page.weeks]
    tempo = [one.tempo_kept for one in page.weeks]
    known = [one for one in quality if one is not None]
    picture = Picture(
        WIDE, LOW, name="quality", title=words("staff.quality_chart"),
        told=words(
            "chart_alt.quality",
            first=words.percent(known[0] if known else None),
            last=words.percent(known[-1] if known else None),
        ),
    )  # fmt: skip
    frame = Frame(picture, len(quality), 104.0)
    frame.draw([0.0, 50.0, 100.0], short_days(page), "%")
    key(picture, [(name, words(f"chart.{name}")) for name in ("quality", "tempo")])
    _pieces(frame, [None if v is None else 100.0 * v for v in tempo], PURPLE, "3 2", "diamond")
    _pieces(frame, [None if v is None else 100.0 * v for v in quality], GREEN, "", "dot")
    return picture


def _pieces(
    frame: Frame, values: Sequence[float | None], colour: str, dash: str, mark: str
) -> None:
    """A line that ends where nothing was measured, with a mark on every value."""
    piece: list[tuple[float, float]] = []
    points: list[tuple[float, float]] = []
    for i, value in enumerate([*values, None]):
        if value is not None:
            piece.append((frame.x(i), frame.y(value)))
            continue
        if len(piece) > 1:
            frame.picture.lines(piece, stroke=colour, width=1.8, dash=dash)
        points += piece
        piece = []
    for at in points:
        if mark == "dot":
            frame.picture.dot(at, radius=2.8, fill=colour)
        else:
            frame.picture.diamond(at, fill=WHITE, stroke=colour)


def range_chart(course: RangeCourse, number: int, words: Words) -> Picture:
    """How far one exercise went, week by week, beside its target."""
    known = [one for one in course.weeks if one is not None]
    target = course.target_deg
    name = words.exercise(course.exercise)
    picture = Picture(
        172, 66, name=f"range{number}", title=name,
        told=words(
            "chart_alt.range",
            exercise=name,
            first=words.number(known[0] if known else None),
            last=words.number(known[-1] if known else None),
            target=words.number(target) if target is not None else words("none"),
        ),
    )  # fmt: skip
    ends = [*known, *([target] if target is not None else [])]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = max(6.0, (high - low) * 0.25)
    low, high = low - room, high + room
    left, right, top, bottom = 6.0, 136.0, 16.0, 54.0

    def at(i: int, value: float) -> tuple[float, float]:
        x = left + (i + 0.5) * (right - left) / max(1, len(course.weeks))
        return x, bottom - (bottom - top) * (value - low) / (high - low)

    picture.text((left, 10), name, size=9, bold=True)
    picture.line((left, bottom), (right, bottom), stroke=GRID)
    if target is not None:
        y = at(0, target)[1]
        picture.line((left, y), (right, y), stroke=INK, width=1, dash="4 2.5")
        picture.text(
            (170, 63), words("staff.target", value=f"{target:.0f}°"), size=8.5, fill=QUIET,
            anchor="end",
        )  # fmt: skip
    piece: list[tuple[float, float]] = []
    for i, value in enumerate([*course.weeks, None]):
        if value is not None:
            piece.append(at(i, value))
            continue
        if len(piece) > 1:
            picture.lines(piece, stroke=BLUE, width=1.8)
        for one in piece:
            picture.dot(one, radius=2.3, fill=BLUE)
        piece = []
    if known:
        last = max(i for i, value in enumerate(course.weeks) if value is not None)
        picture.text(
            (right + 4, at(last, known[-1])[1] + 3), f"{known[-1]:.0f}°", size=9.5, bold=True
        )
    return picture
