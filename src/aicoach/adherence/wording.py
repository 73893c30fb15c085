"""Reasons and proposals in words, Chinese or English."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from aicoach.phrases import EXERCISE_CUES, load_phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.adherence.proposal import Proposal, Waiting
    from aicoach.adherence.triage import Reason
    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.phrases import Phrases

_BAND: Final = "load.band_colour"


def say_reason(reason: Reason, language: Language, catalog: Mapping[str, ExerciseSpec]) -> str:
    """A reason of the triage as one sentence."""
    return _said(reason.key, reason.values, language, catalog)


def say_waiting(waiting: Waiting, language: Language, catalog: Mapping[str, ExerciseSpec]) -> str:
    """Why nothing is proposed yet, as one sentence."""
    values = {**waiting.values, "exercise": waiting.exercise}
    return _said(waiting.key, values, language, catalog)


def say_proposal(
    proposal: Proposal, language: Language, catalog: Mapping[str, ExerciseSpec]
) -> tuple[str, str, str]:
    """What would change, why, and that it is only a proposal."""
    phrases = load_phrases(language)
    what = phrases.text(f"staff.what.{proposal.what.replace('.', '_')}")
    before, after = proposal.before, proposal.after
    if proposal.what == _BAND:
        before, after = (phrases.text(f"staff.band.{colour}") for colour in (before, after))
    values = {"exercise": proposal.exercise, "what": what, "before": before, "after": after}
    return (
        _said(proposal.key, values, language, catalog),
        phrases.text(proposal.because),
        phrases.text("staff.proposal.unsigned"),
    )


def _said(
    key: str,
    values: Mapping[str, str | int | float | date],
    language: Language,
    catalog: Mapping[str, ExerciseSpec],
) -> str:
    phrases = load_phrases(language)
    shown = {name: _shown(name, value, phrases, catalog) for name, value in values.items()}
    return phrases.text(key, **shown)


def _shown(
    name: str,
    value: str | int | float | date,
    phrases: Phrases,
    catalog: Mapping[str, ExerciseSpec],
) -> str:
    if name == "exercise" and value in catalog:
        names = catalog[str(value)].names
        return names.zh if phrases.language == "zh" else names.en
    if name == "rule":
        known = phrases.by_key.get(f"report.why.{value}")
        return str(value) if known is None else f"{known} · {value}"
    if name == "cue":
        return phrases.by_key.get(f"{EXERCISE_CUES}.{value}", str(value)).rstrip("。.!！")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)
