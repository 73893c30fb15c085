"""Pages are whole in themselves, say their language, and can be read by everybody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import product
from xml.etree import ElementTree

import pytest

from aicoach.adapters.report import svg
from aicoach.adapters.report.page import _TEMPLATES, Page, document_for_paper, html_of
from aicoach.adapters.report.svg import Picture

from .conftest import HOSTILE, words

Pages = dict[tuple[str, str], Page]
KINDS = list(product(("resident", "staff", "session"), ("zh", "en")))


class Read(HTMLParser):
    """Every tag with its attributes, and the text outside of style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(
    pages: Pages, kind: str, language: str
) -> None:
    html = html_of(pages[kind, language], words(language))  # type: ignore[arg-type]
    read = Read(html)
    assert not {tag for tag, _ in read.tags} & {"script", "link", "iframe", "object", "img", "form"}
    for _, attributes in read.tags:
        assert not {"src", "href", "action", "srcset"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_a_page_says_its_language_and_its_title(pages: Pages, kind: str, language: str) -> None:
    read = Read(html_of(pages[kind, language], words(language)))  # type: ignore[arg-type]
    assert ("html", {"lang": "zh-CN" if language == "zh" else "en"}) in read.tags
    assert sum(tag == "h1" for tag, _ in read.tags) == 1
    assert sum(tag == "main" for tag, _ in read.tags) == 1


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_every_picture_has_a_name_and_a_description_of_its_own(
    pages: Pages, kind: str, language: str
) -> None:
    html = html_of(pages[kind, language], words(language))  # type: ignore[arg-type]
    read = Read(html)
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    pictures = [attributes for tag, attributes in read.tags if tag == "svg"]
    assert pictures
    for picture in pictures:
        assert picture["role"] == "img"
        named = (picture["aria-labelledby"] or "").split()
        assert len(named) == 2
        assert set(named) <= set(ids)
    for drawn in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        title = ElementTree.fromstring(drawn)[0]
        assert title.tag.endswith("title")
        assert title.text


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_nothing_is_left_untranslated_or_unfilled(pages: Pages, kind: str, language: str) -> None:
    text = Read(html_of(pages[kind, language], words(language))).text  # type: ignore[arg-type]
    body = text[text.index("}\n", text.rindex("@media")) :]
    assert not re.search(r"\bNone\b(?! that)", body)
    assert "{" not in body.rsplit("}", 1)[-1]
    assert not re.search(r"\b(report|staff|plan|session)\.[a-z_]+", body)
    if language == "zh":
        sentences = re.findall(r"[A-Za-z]{4,}(?: [a-z]{3,}){2,}", body.replace(HOSTILE, ""))
        assert sentences == []


@pytest.mark.parametrize("kind", ["resident", "staff"])
def test_a_name_is_text_and_never_markup(pages: Pages, kind: str) -> None:
    html = html_of(pages[kind, "en"], words("en"))
    assert "<script" not in html
    assert HOSTILE in Read(html).text


def test_words_in_a_picture_are_text_and_never_markup() -> None:
    picture = Picture(10, 10, name="x", title=HOSTILE, told=HOSTILE)
    picture.text((1, 1), HOSTILE)
    assert "<script" not in picture.markup()
    assert ElementTree.fromstring(picture.markup())[0].text == HOSTILE


def test_on_paper_the_same_pictures_stand_beside_the_page(pages: Pages) -> None:
    document = document_for_paper(pages["staff", "en"], words("en"))
    shown = [a["src"] for tag, a in Read(document.html).tags if tag == "img"]
    assert sorted(map(str, shown)) == sorted(document.pictures)
    assert all(a["alt"] for tag, a in Read(document.html).tags if tag == "img")


def test_every_colour_of_letters_is_readable_on_white() -> None:
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    colours = re.findall(r"(?<![-a-z])color: (#[0-9a-f]{3,6})", style)
    assert len(colours) > 4
    for colour in colours:
        assert contrast(colour, "#eaf3f9") >= 4.5, colour


def test_letters_in_pictures_are_readable() -> None:
    assert min(contrast(one, "#ffffff") for one in (svg.INK, svg.QUIET)) >= 4.5
    marks = (svg.BLUE, svg.GREEN, svg.VERMILION)
    assert min(contrast(one, "#ffffff") for one in marks) >= 3.0


def contrast(one: str, other: str) -> float:
    """As WCAG reckons it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255.0 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
