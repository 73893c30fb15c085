"""What residents are asked, one by one, and in which words: versions of texts as data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aicoach.catalog.cues import LANGUAGES
from aicoach.catalog.loader import read_toml
from aicoach.errors import ExerciseSpecError
from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog.cues import Language

FILE: Final = "consents.toml"
NEEDED: Final = ("records", "camera")
"""Without these nobody is guided by a plan of theirs, on no screen and by no command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentKind:
    """One thing that is asked for apart from the others."""

    kind: str
    asked: bool
    """False: nothing to agree to, and giving it is refused."""
    version: str
    """The text that is read now."""
    versions: Mapping[str, Mapping[str, str]]
    """Every version to language to the SHA-256 of its words."""
    deletes: str | None
    """What goes at once when it is taken back."""

    def title(self, language: Language) -> str:
        """Its name as residents read it."""
        return load_phrases(language).text(f"consents.{self.kind}.{self.version}.title")

    def text(self, language: Language, version: str | None = None) -> str:
        """What is read to them; of an earlier version, what was read."""
        return load_phrases(language).text(f"consents.{self.kind}.{version or self.version}.text")


@cache
def consent_kinds() -> Mapping[str, ConsentKind]:
    """Every kind of consent.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong, or a text is not the one that its version stands for.
    """
    path = resource_dir("rules") / FILE
    kinds: dict[str, ConsentKind] = {}
    for kind, body in read_toml(path).items():
        try:
            made = _kind(kind, body)
        except (AttributeError, KeyError, TypeError) as problem:
            raise ExerciseSpecError(path, kind, f"lacks or has too much: {problem}") from problem
        for version, hashes in made.versions.items():
            for language in LANGUAGES:
                if hashes.get(language) != text_hash(made.text(language, version)):
                    text = "the text was changed; give it a new version"
                    raise ExerciseSpecError(path, f"{kind}.{version}.{language}", text)
        kinds[kind] = made
    return kinds


def text_hash(text: str) -> str:
    """SHA-256 of the words that were read."""
    return hashlib.sha256(text.encode()).hexdigest()


def _kind(kind: str, body: dict[str, Any]) -> ConsentKind:
    versions = {name: dict(hashes) for name, hashes in body["versions"].items()}
    if body["version"] not in versions:
        raise KeyError(body["version"])
    return ConsentKind(
        kind=kind,
        asked=bool(body["asked"]),
        version=body["version"],
        versions=versions,
        deletes=body.get("deletes"),
    )
