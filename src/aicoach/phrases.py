"""Texts for residents: one short sentence per key, in every language.

``phrases/<topic>.<language>.toml`` hold them; the cues of the exercises stand beside the
exercises. A phrase may have named places, ``{exercise}``, filled by ``Phrases.text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Final

from aicoach.catalog.cues import LANGUAGES, Language, read_cues
from aicoach.catalog.loader import read_toml
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXERCISE_CUES: Final = "cues"
"""Topic under which the cues of the exercise files stand."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything the coach can say in one language."""

    language: Language
    by_key: Mapping[str, str]
    """``topic.key`` to text, e.g. ``alerts.slow_down_breathe``; cues under ``cues.``."""

    def text(self, key: str, **places: object) -> str:
        """The phrase with its places filled.

        ``{minutes:minute|minutes}`` gives the number and its noun, "1 minute", "2 minutes".

        Raises
        ------
        KeyError
            If there is no such phrase, or a place is not given.
        """
        return filled(self.by_key[key], places) if places else self.by_key[key]

    def places(self, key: str) -> frozenset[str]:
        """Names of the places of a phrase."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.by_key[key]) if name)


class _Filled(Formatter):
    """As ``str.format``, with numbers that bring their noun."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return format(value, format_spec)
        return f"{value} {one if str(value) == '1' else many}"


_FILLED: Final = _Filled()


def filled(text: str, places: Mapping[str, object]) -> str:
    """A text with its places filled; ``{minutes:minute|minutes}`` brings the noun."""
    return _FILLED.vformat(text, (), places)


def read_topic(path: Path) -> dict[str, str]:
    """Phrases of one file by key; tables inside are joined with a dot.

    Raises
    ------
    ExerciseSpecError
        If the file is missing, is not TOML, or a phrase is not a text.
    """
    found: dict[str, str] = {}

    def collect(table: Mapping[str, object], prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                collect(value, f"{prefix}{key}.")
            elif isinstance(value, str) and value.strip():
                found[prefix + key] = value
            else:
                raise ExerciseSpecError(path, prefix + key, "must be a text")

    collect(read_toml(path), "")
    return found


@cache
def load_phrases(language: Language) -> Phrases:
    """All phrases of a language.

    Raises
    ------
    ExerciseSpecError
        If a file is wrong.
    """
    by_key = {f"{EXERCISE_CUES}.{key}": text for key, text in read_cues(language).items()}
    for path in sorted(resource_dir("phrases").glob(f"*.{language}.toml")):
        topic = path.name.removesuffix(f".{language}.toml")
        by_key |= {f"{topic}.{key}": text for key, text in read_topic(path).items()}
    return Phrases(language, by_key)


def untranslated() -> tuple[str, ...]:
    """Keys that one language has and another has not, or whose places differ."""
    catalogues = [load_phrases(language) for language in LANGUAGES]
    keys = frozenset().union(*(c.by_key for c in catalogues))
    return tuple(
        key
        for key in sorted(keys)
        if any(key not in c.by_key for c in catalogues)
        or len({c.places(key) for c in catalogues}) > 1
    )
