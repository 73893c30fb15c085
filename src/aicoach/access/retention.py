"""What is past its time: one rule per kind of thing, with the day before which it goes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicoach.access.settings import Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """One kind of thing and how long it is kept."""

    what: str
    """``sessions``, ``keypoints`` ..."""
    days: int
    before: datetime
    """What is older than this goes."""

    @property
    def rule(self) -> str:
        """Where the number stands."""
        return f"retention.toml keep.{self.what}_d = {self.days} d"


def retention_rules(keep: Keep, now: datetime) -> tuple[RetentionRule, ...]:
    """The rules at a moment.

    Raises
    ------
    ValueError
        If a rule keeps something for less than a day: that would be no keeping.
    """
    rules = []
    for field in dataclasses.fields(keep):
        days = int(getattr(keep, field.name))
        if days < 1:
            raise ValueError(f"retention.toml: keep.{field.name}: must be at least one day")
        rules.append(
            RetentionRule(
                what=field.name.removesuffix("_d"), days=days, before=now - timedelta(days=days)
            )
        )
    return tuple(rules)
