"""Pictures of one session: heart rate, repetitions, tempo, stick figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from aicoach.adapters.report.svg import (
    BLUE,
    GREEN,
    GRID,
    INK,
    ORANGE,
    QUIET,
    SKY,
    VERMILION,
    WHITE,
    Picture,
    letters_wide,
    round_top,
)

if TYPE_CHECKING:
    from aicoach.follow_up import SessionPage, Words
    from aicoach.follow_up.exercise_detail import ExerciseDetail, RepetitionPoint
    from aicoach.follow_up.stick_figures import Snapshot

_WIDE: Final = 720.0
_PARTS: Final = {"warm_up": SKY, "main": BLUE, "cool_down": SKY}


def heart_chart(page: SessionPage, words: Words) -> Picture:
    """Heart rate over the session, with zone, cap, alerts and sets; gaps stay gaps."""
    course = page.heart_rate
    height, left, right, top, bottom = 236.0, 34.0, 648.0, 22.0, 178.0
    picture = Picture(
        _WIDE, height, name="heart", title=words("session.heart"),
        told=words(
            "chart_alt.heart",
            lower=words.number(course.lower_bpm),
            upper=words.number(course.upper_bpm),
            cap=words.number(course.hard_cap_bpm),
            highest=words.number(course.highest_bpm),
            coverage=words.percent(course.coverage),
        ),
    )  # fmt: skip
    rates = [bpm for piece in course.pieces for _, bpm in piece]
    bounds = [b for b in (course.lower_bpm, course.upper_bpm, course.hard_cap_bpm) if b is not None]
    ends = [*rates, *bounds] or [60.0, 140.0]
    low = 10.0 * (min(ends) // 10.0) - 5.0
    high = 10.0 * (max(ends) // 10.0) + 15.0

    def x(t_s: float) -> float:
        return left + (right - left) * min(1.0, max(0.0, t_s / page.ended_s))

    def y(bpm: float) -> float:
        return bottom - (bottom - top) * (bpm - low) / (high - low)

    if course.lower_bpm is not None and course.upper_bpm is not None:
        up, down = y(course.upper_bpm), y(course.lower_bpm)
        picture.box(left, up, right - left, down - up, fill="#dff1ea", stroke=GREEN)
        picture.text((right + 4, (up + down) / 2 - 2), words("chart.zone"), size=9.5, bold=True)
        picture.text(
            (right + 4, (up + down) / 2 + 10),
            f"{course.lower_bpm:.0f}–{course.upper_bpm:.0f}",
            size=9.5,
        )
    for tick in range(int(low // 20.0 + 1) * 20, int(high) + 1, 20):
        picture.line((left, y(tick)), (right, y(tick)), stroke=GRID, width=0.5)
        picture.text((left - 4, y(tick) + 3), f"{tick}", size=9, fill=QUIET, anchor="end")
    picture.text((left, 13), words("chart.bpm"), size=9, fill=QUIET)
    picture.text((right, 13), words("chart.gap"), size=9, fill=QUIET, anchor="end")
    if course.hard_cap_bpm is not None:
        cap = y(course.hard_cap_bpm)
        picture.line((left, cap), (right, cap), stroke=VERMILION, width=2, dash="8 3")
        picture.text(
            (right + 4, cap + 3),
            f"{words('chart.cap')} {course.hard_cap_bpm:.0f}",
            size=9.5,
            bold=True,
        )
    for piece in course.pieces:
        picture.lines([(x(t), y(bpm)) for t, bpm in piece], stroke=INK, width=1.5)
    if not rates:
        picture.text(
            ((left + right) / 2, (top + bottom) / 2), words("session.no_heart"), size=12,
            anchor="middle", bold=True,
        )  # fmt: skip
    _minutes(picture, page.ended_s, left, right, bottom)
    _spans(picture, page, x)
    _marks(picture, page, x, y, top)
    return picture


def _minutes(picture: Picture, ended_s: float, left: float, right: float, bottom: float) -> None:
    picture.line((left, bottom), (right, bottom), width=0.8)
    minutes = ended_s / 60.0
    step = next((s for s in (1, 2, 5, 10, 20) if minutes / s <= 10), 60)
    for minute in range(0, int(minutes) + 1, step):
        x = left + (right - left) * minute / max(minutes, 1e-6)
        picture.line((x, bottom), (x, bottom + 3), width=0.8)
        picture.text((x, bottom + 12), f"{minute}′", size=9, fill=QUIET, anchor="middle")


def _spans(picture: Picture, page: SessionPage, x: Callable[[float], float]) -> None:
    """When sets were on, below the axis; the name stands at the first one of an exercise."""
    named = ""
    lanes = 0
    for span in page.spans:
        begin, end = x(span.start_s), x(span.end_s)
        picture.box(
            begin, 196, max(1.5, end - begin), 9, fill=_PARTS.get(span.part, SKY), stroke=INK,
            pattern="" if span.part == "main" else "dots",
        )  # fmt: skip
        if span.label != named:
            named = span.label
            late = begin + letters_wide(span.label, 8.5) > _WIDE  # else it would be cut off
            at = (_WIDE if late else begin, 217.0 + 12 * (lanes % 2))
            picture.text(at, span.label, size=8.5, anchor="end" if late else "start")
            lanes += 1


def _marks(
    picture: Picture,
    page: SessionPage,
    x: Callable[[float], float],
    y: Callable[[float], float],
    top: float,
) -> None:
    last = -100.0
    for alert in page.alerts:
        at = min(x(alert.t_s), 640.0)
        bpm = page.heart_rate.at(alert.t_s)
        point = top + 8.0 if bpm is None else max(top + 8.0, y(bpm) - 14.0)
        if at - last < 13.0:
            point -= 13.0
        last = at
        picture.line((at, point + 6), (at, 178), stroke=QUIET, width=0.6, dash="2 2")
        picture.numbered((at, point), alert.number)


def range_chart(detail: ExerciseDetail, number: int, words: Words) -> Picture:
    """Range of every repetition beside target and limit, set by set."""
    known = [one.range_deg for one in detail.repetitions if one.range_deg is not None]
    none = words("none")
    picture = Picture(
        _HALF, _HIGH, name=f"reps{number}",
        title=words("session.range_of", joint=detail.joint),
        told=words(
            "chart_alt.repetitions",
            exercise=detail.name,
            n=len(detail.repetitions),
            low=words.number(min(known, default=None)),
            high=words.number(max(known, default=None)),
            target=none if detail.target_deg is None else words.number(detail.target_deg),
            limit=none if detail.limit_deg is None else words.number(detail.limit_deg),
        ),
    )  # fmt: skip
    bounds = [b for b in (detail.target_deg, detail.limit_deg) if b is not None]
    ends = [*known, *bounds] or [0.0, 90.0]
    room = max(5.0, 0.15 * (max(ends) - min(ends)))
    low, high = max(0.0, min(ends) - room), max(ends) + room
    axes = _Axes(picture, detail.repetitions, low, high)
    axes.draw(words, "°")
    said: list[float] = []
    for value, word, dash, colour, width in (
        (detail.limit_deg, "chart.limit", "8 3", VERMILION, 2.0),
        (detail.target_deg, "chart.target", "4 2.5", INK, 1.2),
    ):
        if value is not None:
            y = axes.y(value)
            picture.line((axes.left, y), (axes.right, y), stroke=colour, width=width, dash=dash)
            below = 9.0 if any(abs(y - other) < 9 for other in said) else 0.0
            picture.text((axes.right + 6, y + 3 + below), words(word), size=8.5, bold=True)
            picture.text((axes.right + 6, y + 12 + below), f"{value:.0f}°", size=8.5)
            said.append(y)
    small = 0.55 if len(detail.repetitions) > _MANY else 1.0
    _range_marks(axes, small)
    x = axes.left
    for kind, word in (("dot", "reached"), ("triangle", "short"), ("cross", "no_data")):
        at = (x + 4.0, 8.0)
        if kind == "dot":
            picture.dot(at, radius=2.8, fill=BLUE)
        elif kind == "triangle":
            picture.triangle(at, fill=ORANGE, size=3.4)
        else:
            picture.cross(at, size=2.2, stroke=QUIET)
        text = words(f"chart.{word}")
        picture.text((x + 11, 11), text, size=8.5)
        x += 20 + letters_wide(text, 8.5)
    return picture


def _range_marks(axes: _Axes, small: float) -> None:
    """A mark for each repetition, kind by kind."""
    picture = axes.picture
    marks = [(axes.x(i), one.range_deg, one.reached) for i, one in enumerate(axes.repetitions)]
    for x, degrees, _ in marks:
        if degrees is None:
            picture.cross((x, axes.bottom - 5), size=2.2, stroke=QUIET)
    for x, degrees, reached in marks:
        if degrees is not None and reached is False:
            picture.triangle((x, axes.y(degrees)), fill=ORANGE, size=3.4 * small)
    for x, degrees, reached in marks:
        if degrees is not None and reached is not False:
            picture.dot((x, axes.y(degrees)), radius=2.8 * small, fill=BLUE)


def tempo_chart(detail: ExerciseDetail, number: int, words: Words) -> Picture:
    """Seconds of lowering (down from the middle) and lifting (up) of every repetition."""
    judged = [one for one in detail.repetitions if one.tempo_kept is not None]
    picture = Picture(
        _HALF, _HIGH, name=f"tempo{number}", title=words("session.tempo_of"),
        told=words(
            "chart_alt.tempo",
            exercise=detail.name,
            kept=sum(one.tempo_kept is True for one in judged),
            n=len(judged),
        ),
    )  # fmt: skip
    longest = max(
        [
            1.0,
            *(max(one.eccentric_s, one.concentric_s) for one in detail.repetitions),
            *(s * (1.0 + detail.tolerance) for s in (detail.eccentric_s, detail.concentric_s) if s),
        ]
    )
    most = round_top(longest)
    axes = _Axes(picture, detail.repetitions, -most, most)
    axes.draw(words, "", (-most, 0.0, most))
    wide = min(8.0, 0.7 * (axes.right - axes.left) / max(1, len(detail.repetitions)))
    if len(detail.repetitions) > _MANY:
        _as_areas(axes, detail)
    else:
        _as_bars(axes, detail, wide)
    _asked_tempo(axes, detail, words)
    picture.box(axes.left, 4, 10, 8, fill=BLUE, stroke=INK)
    lifting = f"↑ {words('chart.lifting')}"
    picture.text((axes.left + 13, 11), lifting, size=8.5)
    picture.box(axes.left + 90, 4, 10, 8, fill=WHITE, stroke=INK, pattern="hatch")
    picture.text((axes.left + 103, 11), f"↓ {words('chart.lowering')}", size=8.5)
    return picture


def _asked_tempo(axes: _Axes, detail: ExerciseDetail, words: Words) -> None:
    """The bands in which a phase is as asked; two that lie close are named once."""
    said: list[float] = []
    for asked, sign in ((detail.concentric_s, 1.0), (detail.eccentric_s, -1.0)):
        if not asked:
            continue
        far, near = asked * (1.0 + detail.tolerance), asked * (1.0 - detail.tolerance)
        top, bottom = sorted((axes.y(sign * far), axes.y(sign * near)))
        axes.picture.box(
            axes.left - 2, top, axes.right - axes.left + 4, bottom - top,
            stroke=VERMILION, dash="3 2",
        )  # fmt: skip
        y = (top + bottom) / 2 + 3
        if not any(abs(y - other) < 9.0 for other in said):
            text = f"{words('chart.asked_tempo')} {asked:g} {words('chart.seconds')}"
            axes.picture.text((axes.right + 6, y), text, size=8.5)
            said.append(y)


def _as_bars(axes: _Axes, detail: ExerciseDetail, wide: float) -> None:
    picture, zero = axes.picture, axes.y(0)
    bars = [(axes.x(i) - wide / 2, one) for i, one in enumerate(detail.repetitions)]
    for left, one in bars:
        up = axes.y(one.concentric_s)
        picture.box(left, up, wide, zero - up, fill=BLUE, stroke=INK)
    ways_down = [(left, axes.y(-one.eccentric_s) - zero) for left, one in bars]
    for left, down in ways_down:
        picture.box(left, zero, wide, down, fill=WHITE, stroke=INK)
    for left, down in ways_down:
        picture.over(left, zero, wide, down, "hatch")


def _as_areas(axes: _Axes, detail: ExerciseDetail) -> None:
    """So many repetitions that bars would be hairs: one outline a set."""
    zero = axes.y(0)
    for number in dict.fromkeys(one.set for one in detail.repetitions):
        mine = [(i, one) for i, one in enumerate(detail.repetitions) if one.set == number]
        ends = [(axes.x(mine[-1][0]), zero), (axes.x(mine[0][0]), zero)]
        up = [(axes.x(i), axes.y(one.concentric_s)) for i, one in mine]
        down = [(axes.x(i), axes.y(-one.eccentric_s)) for i, one in mine]
        axes.picture.shape([*up, *ends], fill=BLUE, stroke=INK)
        axes.picture.shape([*down, *ends], fill=WHITE, stroke=INK)


_HALF: Final = 352.0
_MANY: Final = 60
"""Repetitions from which on marks are drawn smaller."""
_HIGH: Final = 128.0


class _Axes:
    """Repetitions to the right, set by set; amounts up."""

    def __init__(
        self, picture: Picture, repetitions: Sequence[RepetitionPoint], low: float, high: float
    ) -> None:
        self.picture, self.repetitions = picture, repetitions
        self.low, self.high = low, high
        self.left, self.right, self.top, self.bottom = 26.0, 282.0, 20.0, 110.0

    def x(self, i: int) -> float:
        """Middle of the ``i``-th repetition; a little room between sets."""
        reps = self.repetitions
        gaps = len({one.set for one in reps}) - 1
        before = sum(reps[k].set != reps[k + 1].set for k in range(min(i, len(reps) - 1)))
        return self.left + (i + 0.5 + before) * (self.right - self.left) / max(1, len(reps) + gaps)

    def y(self, amount: float) -> float:
        """Height of an amount."""
        share = (amount - self.low) / max(1e-6, self.high - self.low)
        return self.bottom - (self.bottom - self.top) * min(1.0, max(0.0, share))

    def draw(self, words: Words, unit: str, ticks: Sequence[float] | None = None) -> None:
        """Grid, amounts, and the numbers of the sets."""
        picture = self.picture
        step = next((s for s in (5, 10, 20, 25, 50) if (self.high - self.low) / s <= 5), 100)
        first = int(self.low // step + 1) * step
        ticks = ticks or [float(t) for t in range(first, int(self.high) + 1, step)]
        for tick in ticks:
            y = self.y(tick)
            picture.line((self.left, y), (self.right, y), stroke=GRID, width=0.5)
        for tick in ticks:
            at = (self.left - 3, self.y(tick) + 3)
            picture.text(at, f"{abs(tick):g}{unit}", size=8, fill=QUIET, anchor="end")
        picture.line((self.left, self.bottom), (self.right, self.bottom), width=0.8)
        for number in dict.fromkeys(one.set for one in self.repetitions):
            mine = [i for i, one in enumerate(self.repetitions) if one.set == number]
            a, b = self.x(mine[0]), self.x(mine[-1])
            picture.line((a, self.bottom + 3), (b, self.bottom + 3), width=1.4)
            picture.text(
                ((a + b) / 2, self.bottom + 14), words("chart.set", n=number), size=8.5,
                anchor="middle",
            )  # fmt: skip


def stick_figure(snapshot: Snapshot, number: int, words: Words) -> Picture:
    """One person as lines, the measured joint marked with its angle."""
    picture = Picture(
        150, 150, name=f"figure{number}", title=snapshot.title,
        told=words("snapshots.alt", title=snapshot.title, angle=snapshot.angle),
    )  # fmt: skip

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return 18.0 + 114.0 * point[0], 22.0 + 114.0 * point[1]

    picture.line((12, 141), (138, 141), stroke=QUIET, width=1)
    for a, b in snapshot.figure.limbs:
        picture.line(at(a), at(b), stroke=INK, width=3)
    if snapshot.figure.head is not None:
        x, y = at(snapshot.figure.head)
        picture.dot((x, y), radius=8, fill=WHITE, stroke=INK)
    if snapshot.figure.marked:
        a, joint, b = (at(one) for one in snapshot.figure.marked)
        picture.line(a, joint, stroke=VERMILION, width=5)
        picture.line(joint, b, stroke=VERMILION, width=5)
        picture.dot(joint, radius=5, fill=WHITE, stroke=VERMILION)
    return picture
