"""Words of the exchange: narrative texts of resources, and what an import has to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aicoach.catalog import load_catalog
from aicoach.catalog.vocabulary import conditions
from aicoach.phrases import Phrases, load_phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog import ExerciseSpec
    from aicoach.catalog.cues import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said in one language."""

    language: Language
    phrases: Phrases
    catalog: Mapping[str, ExerciseSpec]

    def say(self, key: str, **places: object) -> str:
        """A phrase of ``phrases/exchange``."""
        return self.phrases.text(f"exchange.{key}", **places)

    def known(self, key: str) -> str | None:
        """A phrase of any topic; None where there is none of this key."""
        return self.phrases.by_key.get(key)

    def exercise(self, code: str) -> str:
        """Name of an exercise; its code where the catalogue has it no more."""
        spec = self.catalog.get(code)
        if spec is None:
            return code
        return spec.names.zh if self.language == "zh" else spec.names.en

    def condition(self, code: str) -> str:
        """Name of a condition."""
        found = conditions().get(code)
        return code if found is None else found.name(self.language)


@cache
def words(language: Language) -> Words:
    """All words of a language."""
    return Words(language, load_phrases(language), load_catalog())
