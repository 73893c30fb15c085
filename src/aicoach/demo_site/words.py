"""What staff write on the demonstration site: notes on sessions, and words to residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from aicoach.catalog.cues import Language

NOTES: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": ("已查看，无异常。", "动作比上周稳。", "已提醒放慢节奏。", "继续观察，下周再看。"),
    "en": ("Seen, nothing to add.", "Steadier than last week.", "Asked to go slower.",
           "Keep watching; look again next week."),
}  # fmt: skip
CALLED: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": ("已电话联系，休息后好转。", "已当面了解情况，并告知康复师。",
           "核对过记录，下次有人陪同。"),
    "en": ("Called; better after a rest.", "Spoke in person and told the clinician.",
           "Checked the record; somebody stays beside next time."),
}  # fmt: skip
MESSAGES: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": ("这周做得很好，慢慢来。", "下次请早五分钟到，一起调整心率带。",
           "不舒服就先停下，告诉我们。"),
    "en": ("Well done this week. Take your time.",
           "Please come five minutes early: we will fit the strap together.",
           "If anything feels wrong, stop first and tell us."),
}  # fmt: skip


def one_of(texts: Mapping[Language, tuple[str, ...]], language: Language, draws: Random) -> str:
    """One of the texts in a language."""
    return draws.choice(texts[language])
