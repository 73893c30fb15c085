"""What the pre-rendered voice can say: every fixed phrase, numbers, names, and the pieces between.

Clips are found by what is said, not by the key of a phrase. So a sentence with places is
joined from its fixed pieces, numbers and names, and a reworded phrase has no clip until
``scripts/voice_clips.py`` has made one, which a test sees.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

from aicoach.coaching.speech import spelled
from aicoach.phrases import EXERCISE_CUES, load_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.phrases import Phrases

FOLDER: Final = Path(__file__).parent / "assets" / "voice"
"""``zh.pack`` and ``zh.json``: the clips one after the other, and where each begins."""
COMMAND: Final = "python scripts/voice_clips.py"
TOPICS: Final = ("alerts", "coaching", "session", EXERCISE_CUES)
URGENT: Final = (
    "alerts.", "coaching.", "session.stop.", "session.are_you_ok.", "session.pause.",
    "session.countdown.", "session.away.",
)  # fmt: skip
"""These stand first in the pack: they are fetched before anybody needs them."""
_SPELLED_TO: Final = 99
_DIGITS_TO: Final = 200


def said(text: str, language: Language) -> str:
    """A text as a clip is found by: letters and figures only, without case.

    The browser does the same (voice_clips.mjs, ``said``).
    """
    plain = (
        unicodedata.normalize("NFKC", text).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    words = re.sub(r"[^\w']|_", " ", plain).split()
    return ("" if language == "zh" else " ").join(words)


def vocabulary(language: Language, catalog: Mapping[str, ExerciseSpec]) -> dict[str, str]:
    """What is rendered, by the way it is found; the urgent first."""
    phrases = load_phrases(language)
    found: dict[str, str] = {}
    for text in _texts(phrases, catalog):
        if key := said(text, language):
            found.setdefault(key, text)
    return found


def urgent(language: Language) -> frozenset[str]:
    """Those of the vocabulary that are fetched ahead."""
    phrases = load_phrases(language)
    texts = (*_numbers(phrases), *_phrases(phrases, URGENT))
    return frozenset(said(text, language) for text in texts)


def digits(language: Language) -> dict[str, str]:
    """Numbers written as figures, for those that are also spelled: found as -> as spelled."""
    phrases = load_phrases(language)
    return {str(n): said(spelled(n, phrases), language) for n in range(_SPELLED_TO + 1)}


def _texts(phrases: Phrases, catalog: Mapping[str, ExerciseSpec]) -> Iterator[str]:
    yield from _numbers(phrases)
    yield from _phrases(phrases, URGENT)
    yield from _phrases(phrases, tuple(f"{topic}." for topic in TOPICS))
    for spec in catalog.values():
        yield spec.names.zh if phrases.language == "zh" else spec.names.en
    yield from (str(n) for n in range(_SPELLED_TO + 1, _DIGITS_TO + 1))


def _numbers(phrases: Phrases) -> Iterator[str]:
    yield from (spelled(n, phrases) for n in range(_SPELLED_TO + 1))


def _phrases(phrases: Phrases, beginnings: tuple[str, ...]) -> Iterator[str]:
    for key, text in phrases.by_key.items():
        if key.startswith(beginnings):
            yield from _pieces(text)


def _pieces(text: str) -> Iterator[str]:
    """The text between its places, and the nouns that numbers bring."""
    for piece, place, noun, _ in Formatter().parse(text):
        yield piece.strip()
        if place and noun:
            yield from noun.split("|")
