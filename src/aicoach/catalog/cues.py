"""Wording of the cues: one short sentence per key and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from aicoach.catalog.loader import read_toml
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Language = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def read_cues(language: Language, folder: Path | None = None) -> Mapping[str, str]:
    """Every cue of ``language`` by key, from ``cues.<language>.toml``.

    Raises
    ------
    ExerciseSpecError
        If the file is missing, is not TOML, or a cue is not a text.
    """
    path = (resource_dir("exercises") if folder is None else folder) / f"cues.{language}.toml"
    cues = read_toml(path)
    for key, text in cues.items():
        if not isinstance(text, str) or not text.strip():
            raise ExerciseSpecError(path, key, "must be a text")
    return cues
