"""A small writer of pictures as SVG: lines, bars, marks and letters, each with its words.

Colours are those of Okabe and Ito, which the colour-blind can tell apart; a pattern or a shape
goes with every one of them, so that a grey print says the same. No picture is without a title
and a description for those who hear it.

Shapes that look the same and follow each other are one element: a page is printed in the time
that its elements take. So whoever draws many marks draws them kind by kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

INK: Final = "#1a1a1a"
QUIET: Final = "#555555"
GRID: Final = "#d9d9d9"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
WHITE: Final = "#ffffff"

Point = tuple[float, float]


class Picture:
    """One SVG picture; what is drawn later lies above.

    Parameters
    ----------
    width, height
        In units of the picture; the page decides how large it is shown.
    name
        Unique on the page: the words are found by it.
    title, told
        What it shows, and what it says, for those who cannot see it.
    """

    def __init__(self, width: float, height: float, *, name: str, title: str, told: str) -> None:
        self.width, self.height, self.name = width, height, name
        self._title, self._told = title, told
        self._parts: list[tuple[str, str]] = []
        """Looks and way of a path; an element as it is has no looks."""

    def _way(self, looks: str, way: str) -> None:
        """Add to a path of these looks, or begin one."""
        if self._parts and self._parts[-1][0] == looks:
            way = self._parts.pop()[1] + way
        self._parts.append((looks, way))

    def line(
        self, a: Point, b: Point, *, stroke: str = INK, width: float = 1.0, dash: str = ""
    ) -> None:
        """A straight line."""
        self._way(_stroke(stroke, width, dash, 'stroke-linecap="round"'), _through((a, b)))

    def lines(
        self, points: Sequence[Point], *, stroke: str = INK, width: float = 1.5, dash: str = ""
    ) -> None:
        """A line through points; of a single point a dot remains."""
        if len(points) == 1:
            self.dot(points[0], radius=width, fill=stroke)
            return
        self._way(_stroke(stroke, width, dash, 'stroke-linejoin="round"'), _through(points))

    def box(  # noqa: PLR0913 - a rectangle has four sides, and looks
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        dash: str = "",
        pattern: str = "",
        round_by: float = 0.0,
    ) -> None:
        """A rectangle; ``pattern``: ``hatch`` or ``dots`` over its colour."""
        if width <= 0.0 or height <= 0.0:
            return
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        looks = f'fill="{fill}" stroke="{stroke}" stroke-width="0.8"{dashed}'
        if round_by:
            shape = f'x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
            self._parts.append(("", f'<rect {shape} rx="{_n(round_by)}" {looks}/>'))
        else:
            self._way(looks, f"M{_n(left)} {_n(top)}h{_n(width)}v{_n(height)}h{_n(-width)}z")
        if pattern:
            self.over(left, top, width, height, pattern)

    def dot(self, at: Point, *, radius: float = 2.5, fill: str = INK, stroke: str = "none") -> None:
        """A circle; without a rim it is the end of a stroke."""
        x, y = at
        if stroke == "none":
            self._way(_stroke(fill, 2.0 * radius, "", 'stroke-linecap="round"'), _speck(x, y))
            return
        shape = f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"'
        looks = f'fill="{fill}" stroke="{stroke}" stroke-width="1.2"'
        self._parts.append(("", f"<circle {shape} {looks}/>"))

    def shape(self, points: Iterable[Point], *, fill: str = INK, stroke: str = "none") -> None:
        """A closed shape."""
        looks = f'fill="{fill}" stroke="{stroke}" stroke-width="1.2"'
        self._way(looks, _through(list(points)) + "z")

    def triangle(self, at: Point, *, size: float = 3.2, fill: str = INK) -> None:
        """A triangle that points up."""
        x, y = at
        self.shape(
            ((x, y - size), (x + size, y + size * 0.8), (x - size, y + size * 0.8)), fill=fill
        )

    def diamond(
        self, at: Point, *, size: float = 3.4, fill: str = INK, stroke: str = "none"
    ) -> None:
        """A square on its corner."""
        x, y = at
        self.shape(
            ((x, y - size), (x + size, y), (x, y + size), (x - size, y)), fill=fill, stroke=stroke
        )

    def cross(self, at: Point, *, size: float = 2.6, stroke: str = INK) -> None:
        """Two strokes across."""
        x, y = at
        self.line((x - size, y - size), (x + size, y + size), stroke=stroke, width=1.4)
        self.line((x - size, y + size), (x + size, y - size), stroke=stroke, width=1.4)

    def text(
        self,
        at: Point,
        said: str,
        *,
        size: float = 9.0,
        fill: str = INK,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Letters; ``anchor``: ``start``, ``middle`` or ``end``."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            (
                "",
                f'<text x="{_n(at[0])}" y="{_n(at[1])}" font-size="{_n(size)}" fill="{fill}" '
                f'text-anchor="{anchor}"{weight}>{escape(said)}</text>',
            )
        )

    def numbered(self, at: Point, number: int) -> None:
        """A number in a dark circle: it stands in a table too."""
        self.dot(at, radius=6.0, fill=INK, stroke=WHITE)
        self.text(
            (at[0], at[1] + 3.0), str(number), size=8.0, fill=WHITE, anchor="middle", bold=True
        )

    @property
    def alt(self) -> str:
        """What it says to those who cannot see it."""
        return f"{self._title}: {self._told}" if self._told else self._title

    def markup(self) -> str:
        """The picture as an element of a page."""
        names = f"{self.name}-t {self.name}-d"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} '
            f'{_n(self.height)}" role="img" aria-labelledby="{names}" '
            f'font-family="{FAMILY}">'
            f'<title id="{self.name}-t">{escape(self._title)}</title>'
            f'<desc id="{self.name}-d">{escape(self._told)}</desc>'
            f"{''.join(_element(*part) for part in self._parts)}</svg>"
        )

    def over(self, left: float, top: float, width: float, height: float, pattern: str) -> None:
        """Strokes or dots inside a rectangle, as a path: every renderer knows it."""
        strokes: list[str] = []
        bottom = top + height
        if pattern == "hatch":
            for i in range(math.floor(-height / _STEP), math.ceil(width / _STEP) + 1):
                begin = i * _STEP
                a, b = max(0.0, begin), min(width, begin + height)
                if b > a:
                    ends = (left + a, bottom - a + begin, left + b, bottom - b + begin)
                    strokes.append("M{} {}L{} {}".format(*map(_n, ends)))
        else:
            for i in range(int(width // _STEP) + 1):
                for k in range(int(height // _STEP) + 1):
                    x, y = _STEP * (i + 0.5), _STEP * (k + 0.5)
                    if x < width and y < height:
                        strokes.append(_speck(left + x, bottom - y))
        wide = 0.7 if pattern == "hatch" else 1.3
        if strokes:
            self._way(_stroke(INK, wide, "", 'stroke-linecap="round"'), "".join(strokes))


_CHINESE_FROM: Final = 0x2E80
_STEP: Final = 4.0
"""Between two strokes of a pattern."""
FAMILY: Final = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'WenQuanYi Micro Hei','DejaVu Sans',sans-serif"
)
"""Letters of pages and pictures: whatever of these the reader's computer has."""


def letters_wide(said: str, size: float) -> float:
    """About how wide a text is: Chinese letters are as wide as high, others half of it."""
    return sum(size if ord(letter) > _CHINESE_FROM else 0.55 * size for letter in said)


def round_top(value: float) -> float:
    """The end of an axis: the next round number above."""
    if value <= 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if step * power >= value:
            return step * power
    return 10.0 * power


def _n(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")


def _stroke(colour: str, width: float, dash: str, ends: str) -> str:
    """Looks of a line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="none" stroke="{colour}" stroke-width="{_n(width)}"{dashed} {ends}'


def _through(points: Iterable[Point]) -> str:
    """The way through points."""
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _speck(x: float, y: float) -> str:
    """A stroke too short to be seen: with round ends it is a dot."""
    return f"M{_n(x)} {_n(y)}h0.1"


def _element(looks: str, way: str) -> str:
    return f'<path d="{way}" {looks}/>' if looks else way
