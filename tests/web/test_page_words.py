"""Every word on the cabin's, the home and the sign-in page stands in phrases, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aicoach.phrases import load_phrases, untranslated
from aicoach.web.assets_routes import ASSETS, words

PAGES = ASSETS.parent
SCRIPTS = sorted(
    path for part in ("cabin", "common", "entry", "home") for path in (ASSETS / part).glob("*.mjs")
)
SERVED = [PAGES / "pages/cabin.py", PAGES / "pages/home.py", PAGES / "sign_in.py",
          PAGES / "history.py"]  # fmt: skip
TOPICS = ("cabin.", "home.", "pages.")
HAN = re.compile(r"[\u3400-\u9fff]")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
NOT_SAID = re.compile(
    r'class: (?:[^,]*\? )?"[^"]*"(?: : "[^"]*")?|button\("[^"]*"|console\.\w+\([^)]*\)'
)
SAID = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]{2,}$")
NAMES = {"Backspace", "Enter", "Content"}
"""Keys of a keyboard as browsers call them."""
KEY = re.compile(r"^(?:cabin|home|pages|stage|screening|refusals)\.[a-z_.]*(?:$|\$?\{)")


def literals(text: str) -> list[str]:
    bare = NOT_SAID.sub("", COMMENT.sub("", text.replace("://", "")))
    return [plain or template for plain, template in LITERAL.findall(bare)]


def said_in(text: str) -> list[str]:
    """Literals that a person would read."""
    found = []
    for one in literals(text):
        without = re.sub(r"\$\{[^}]*\}", "", one)
        if (SAID.search(without) or HAN.search(without)) and without not in NAMES:
            found.append(one)
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_script_says_anything_that_is_not_in_phrases(path: Path) -> None:
    assert said_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_no_page_says_anything_in_chinese_that_is_not_in_phrases(path: Path) -> None:
    assert not HAN.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    ['el("p", {}, "Please wait")', "el('p', {}, `请稍等`)".replace("'", '"'),
     'el("button", { class: "first" }, "Start")'],
)  # fmt: skip
def test_a_word_that_was_written_into_a_script_is_found(line: str) -> None:
    assert said_in(line)


def used() -> tuple[set[str], set[str]]:
    """Keys that scripts and pages name, and beginnings of keys that they put together."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in [*SCRIPTS, *SERVED]:
        text = path.read_text(encoding="utf-8")
        found = literals(text) if path.suffix == ".mjs" else re.findall(r'"([^"\n]*)"', text)
        found += re.findall(r'\bword\("([^"]+)"', text)  # also within a template
        for one in found:
            if not KEY.match(one):
                continue
            beginning, opened, _ = one.replace("{", "${").replace("$${", "${").partition("${")
            if opened:
                begun.add(beginning)
            else:
                whole.add(one)
    return whole, begun


def test_every_key_that_is_asked_for_is_there() -> None:
    whole, begun = used()
    assert len(whole) > 80
    known = set(words("zh")) | {key for key in load_phrases("zh").by_key if key in whole}
    assert sorted(whole - known) == []
    assert [one for one in sorted(begun) if not any(key.startswith(one) for key in known)] == []


def test_no_word_is_written_for_nobody() -> None:
    whole, begun = used()
    mine = [key for key in words("zh") if key.startswith(TOPICS)]
    unused = [key for key in mine if key not in whole and not key.startswith(tuple(begun))]
    assert unused == []


def test_both_languages_say_the_same() -> None:
    topics = (*TOPICS, "refusals.")
    assert [key for key in untranslated() if key.startswith(topics)] == []


def test_chinese_words_are_chinese_and_english_words_are_not() -> None:
    neutral = {"pages.other_language", "home.text_size.sample", "home.history.percent"}
    for key, text in words("zh").items():
        if key.startswith(TOPICS) and key not in neutral:
            assert HAN.search(text), key
    for key, text in words("en").items():
        if key.startswith(TOPICS) and key not in neutral:
            assert not HAN.search(text), key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_scripts_of_staff_find_their_words(language: str) -> None:
    texts = load_phrases(language).by_key  # type: ignore[arg-type]
    asked = {
        name
        for path in (ASSETS / "staff").glob("*.mjs")
        for name in re.findall(r"(?<!data\.)\bwords\.([a-z_]+)", path.read_text(encoding="utf-8"))
    }
    assert asked
    assert not {name for name in asked if f"desk.script.{name}" not in texts}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_does_not_know_presses_the_same_word_everywhere(language: str) -> None:
    phrases = load_phrases(language).by_key  # type: ignore[arg-type]
    word = phrases["pages.unknown"]
    assert phrases["stage.unknown"] == word
    for key in ("yes_no", "number", "choice"):
        assert phrases[f"window.keys.{key}"].casefold().endswith(word.casefold())
