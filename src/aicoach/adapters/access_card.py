"""The card that a resident holds up to the camera: a QR code, few words, the size of a bank card.

No name is on it: a card that is lost says nothing about anybody.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from aicoach.adapters.files import whole_file
from aicoach.errors import PrivacyError
from aicoach.phrases import load_phrases

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language

WIDTH_MM: Final = 85.6
HEIGHT_MM: Final = 54.0
"""ISO/IEC 7810 ID-1, the size of a bank card."""
_QR_MM: Final = 39.0
_LEFT_MM: Final = 4.5
_TEXT_MM: Final = 47.5
_LETTERS: Final[dict[Language, int]] = {"zh": 10, "en": 21}
_FONT: Final = "'Noto Sans CJK SC', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def write_card(path: Path, token: str, code: str, language: Language) -> None:
    """Write a card to print, as ``.svg`` or ``.pdf``; never over a file that is there.

    Raises
    ------
    PrivacyError
        If the file exists, cannot be written, is of another kind, or a library is missing.
    """
    check_target(path)
    svg = card_svg(token, code, language)
    content = svg.encode() if path.suffix.lower() == ".svg" else _pdf(svg)
    try:
        with whole_file(path) as part:
            part.touch(mode=0o600)
            part.write_bytes(content)
    except OSError as problem:
        raise PrivacyError(str(path), f"cannot be written ({problem.strerror})") from problem


def check_target(path: Path) -> None:
    """Whether a card can be written there; asked before one is made.

    Raises
    ------
    PrivacyError
        If the file exists, or is of another kind.
    """
    suffix = path.suffix.lower()
    if suffix not in (".svg", ".pdf"):
        raise PrivacyError(str(path), "a card is .svg or .pdf")
    if path.exists():
        raise PrivacyError(str(path), "exists already", "nothing was written; name another file")


def card_svg(token: str, code: str, language: Language) -> str:
    """The card as SVG, in millimetres."""
    try:
        import segno  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError as problem:
        remedy = "run: pip install 'aicoach[cards]'"
        raise PrivacyError(
            "cards", "the library for QR codes is not installed", remedy
        ) from problem
    phrases = load_phrases(language)
    code_of = segno.make(token, error="q", micro=False)
    side = code_of.symbol_size(border=0)[0]
    modules = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code_of.matrix)
        for x, dark in enumerate(row)
        if dark
    )
    top = (HEIGHT_MM - _QR_MM) / 2
    lines = _text(
        language, 15.5, 6.2 if language == "zh" else 4.9, "bold", "#12343b",
        phrases.text("access.card.title"), 16,
    )  # fmt: skip
    lines += _text(language, 24.0, min(4.6, 58.0 / len(code)), "bold", "#1d2433", code, 64)
    lines += _text(
        language, 31.5, 3.3, "normal", "#1d2433", phrases.text("access.card.how"),
        _LETTERS[language],
    )  # fmt: skip
    lines += _text(
        language, 41.0, 2.9, "normal", "#48536a", phrases.text("access.card.lost"),
        round(_LETTERS[language] * 1.15),
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" '
        f'viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}" font-family="{_FONT}">\n'
        f'<rect x=".2" y=".2" width="{WIDTH_MM - 0.4}" height="{HEIGHT_MM - 0.4}" rx="3" '
        'fill="#fff" stroke="#9aa5b1" stroke-width=".3"/>\n'
        f'<path transform="translate({_LEFT_MM} {top}) scale({_QR_MM / side})" d="{modules}" '
        'shape-rendering="crispEdges"/>\n' + "\n".join(lines) + "\n</svg>\n"
    )


def _text(
    language: Language, y: float, size: float, weight: str, fill: str, text: str, letters: int
) -> list[str]:
    """A text in lines of so many letters; Chinese breaks anywhere but before a mark."""
    if language == "en" or text.isascii():
        pieces = textwrap.wrap(text, letters) or [""]
    else:
        pieces = [text[start : start + letters] for start in range(0, len(text), letters)]
        for n in range(1, len(pieces)):
            while pieces[n] and pieces[n][0] in "，。：？！、":
                pieces[n - 1], pieces[n] = pieces[n - 1] + pieces[n][0], pieces[n][1:]
    return [
        f'<text x="{_TEXT_MM}" y="{y + n * size * 1.3:.2f}" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(piece)}</text>'
        for n, piece in enumerate(one for one in pieces if one)
    ]


def _pdf(svg: str) -> bytes:
    try:
        import weasyprint  # noqa: PLC0415 - of an extra, and slow to load
    except (ModuleNotFoundError, OSError) as problem:
        remedy = "run: pip install 'aicoach[reports]', or write .svg"
        raise PrivacyError("cards", "PDF cannot be written here", remedy) from problem
    page = (
        f"<style>@page {{ size: {WIDTH_MM}mm {HEIGHT_MM}mm; margin: 0 }} body {{ margin: 0 }} "
        f"svg {{ display: block }}</style>{svg}"
    )
    return bytes(weasyprint.HTML(string=page).write_pdf())
