"""What wants to be said, before anybody decided whether it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.session_events import AlertLevel, CuePriority

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language
    from aicoach.events import Side

CORRECTIVE: Final = frozenset({CuePriority.PACE, CuePriority.MINOR, CuePriority.MAJOR})
"""Priorities of which only one is said in a gap, and never too often."""


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A place that holds another phrase, said in the language of the moment."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InBoth:
    """A place that holds a name in every language, such as that of an exercise."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The name in ``language``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Spelled:
    """A place that holds a number, said in words where the catalogue has them."""

    number: int


Place = str | int | float | KeyOf | InBoth | Spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class CueRequest:
    """One thing that wants to be said."""

    t_s: float
    """From when on; a correction may wait for the count before it."""
    key: str
    """Phrase, ``topic.key``."""
    priority: CuePriority
    places: tuple[tuple[str, Place], ...] = ()
    rule: str = ""
    """Form rule or guard rule behind it."""
    side: Side = "both"
    """Named in a correction unless it is both."""
    valid_for_s: float = math.inf
    """After this it is no longer worth saying. Counts are said at once or not at all."""
    cause: str = ""
    show_only: bool = False
    level: AlertLevel = AlertLevel.NONE
    """Order among safety requests."""
    subject: str = ""
    """A newer request about the same subject replaces the one that waits; '' for none."""

    @property
    def until_s(self) -> float:
        """Last moment at which it may begin to be said."""
        return self.t_s + self.valid_for_s
