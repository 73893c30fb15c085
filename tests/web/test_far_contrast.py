"""What is read from three metres stands out at least 7:1 from what it stands on."""

from __future__ import annotations

import re
from typing import Final

import pytest

from aicoach.web.assets_routes import ASSETS

LEAST: Final = 7.0
SHEETS: Final = {
    "stage": ("stage/stage.css", "stage/live.css", "stage/panels.css"),
    "cabin": ("cabin/cabin.css", "cabin/sign_in.css", "cabin/today.css"),
}
WORDLESS: Final = re.compile(r"\.(fill|now|mine|rail|bar|track|aim|shape|picture|dot)\b")
"""Shapes: nothing is written on them."""
RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")


def sheet(*names: str) -> str:
    text = "\n".join((ASSETS / name).read_text("utf-8") for name in names)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def colours(text: str) -> dict[str, str]:
    """Named colours; a later one of the same name holds."""
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})\s*;", text))


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * one for one in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """By WCAG 2.1: (lighter + 0.05) / (darker + 0.05)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(text: str, named: dict[str, str]) -> list[tuple[str, str, str]]:
    """Where, what is written, and on what, of every rule that names a colour."""

    def of(value: str | None) -> str | None:
        found = re.fullmatch(r"var\((--[\w-]+)\)|(#[0-9a-f]{3,6})", (value or "").strip())
        return None if found is None else found[2] or named[found[1]]

    found: list[tuple[str, str, str]] = []
    grounds: dict[str, str] = {}
    for selector, body in RULE.findall(text):
        where = " ".join(selector.split())
        given = dict(re.findall(r"(?:^|;)\s*(color|background):\s*([^;]+)", body))
        ink, ground = of(given.get("color")), of(given.get("background"))
        if WORDLESS.search(where):
            continue
        if ground is not None:
            found.append((where, ink or named["--ink"], ground))
            grounds |= {one.strip(): ground for one in where.split(",")}
        elif ink is not None:
            own = {grounds[one] for one in grounds if where.startswith(f"{one} ")}
            found += [(where, ink, one) for one in own or {named["--ground"], named["--raised"]}]
    return found


def test_the_arithmetic_is_that_of_wcag() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("page", SHEETS)
def test_words_of_a_far_screen_stand_out_seven_times(page: str) -> None:
    text = sheet("common/far.css", *SHEETS[page])
    found = pairs(text, colours(text))
    assert len(found) > 20
    weak = [
        f"{where}: {ink} on {ground} is {contrast(ink, ground):.1f}"
        for where, ink, ground in found
        if contrast(ink, ground) < LEAST
    ]
    assert weak == []
