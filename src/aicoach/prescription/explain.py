"""A plan in plain words: what the resident is asked to do, and what stops the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.catalog.permission import advice
from aicoach.catalog.sides import limb_of
from aicoach.catalog.vocabulary import conditions
from aicoach.phrases import load_phrases
from aicoach.prescription.check_standing import state_of
from aicoach.prescription.explain_limits import limit_lines, stop_lines
from aicoach.prescription.explain_tempo import tempo_in_words
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.session_blocks import session_blocks
from aicoach.prescription.session_limits import limits_and_problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aicoach.catalog.cues import Language
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.phrases import Phrases
    from aicoach.prescription.blocks import Block
    from aicoach.prescription.items import Item
    from aicoach.prescription.model import Prescription

_IN_FORCE: Final = "in_force"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines."""

    title: str
    lines: tuple[str, ...]


def explain(
    plan: Prescription, specs: Mapping[str, ExerciseSpec], language: Language, today: date
) -> tuple[Section, ...]:
    """What the plan asks for, its limits with their authors, and what stops a session.

    The plan must be sound in itself (``content_problems``); a draft, an example or an
    expired plan is explained too, and says so first.
    """
    words = load_phrases(language)
    blocks = session_blocks(plan, specs).blocks
    limits = limits_and_problems(plan, specs, today).limits
    sections = (
        Section(words.text("plan.section.about"), _about(plan, words, today)),
        Section(words.text("plan.section.what"), _what(plan, blocks, specs, words)),
        Section(words.text("plan.section.mind"), _mind(plan, blocks, specs, words)),
        Section(words.text("plan.section.limits"), limit_lines(plan, limits, specs, words)),
        Section(words.text("plan.section.stops"), stop_lines(plan, limits, words)),
    )
    return tuple(section for section in sections if section.lines)


def _about(plan: Prescription, words: Phrases, today: date) -> tuple[str, ...]:
    lines = []
    state = state_of(plan, today)
    if state != _IN_FORCE:
        day = {"expired": plan.valid_until, "not_yet_valid": plan.valid_from}.get(state, "")
        lines.append(words.text(f"plan.notice.{state}", day=day))
    lines.append(words.text(f"plan.about.kind_{plan.kind}", version=plan.version))
    if plan.author is not None:
        role = words.text(f"plan.role.{plan.author.role}")
        lines.append(words.text("plan.about.author", author=plan.author.id, role=role))
    if plan.valid_from is not None and plan.valid_until is not None:
        lines.append(words.text("plan.about.valid", first=plan.valid_from, last=plan.valid_until))
    elif plan.valid_until is not None:
        lines.append(words.text("plan.about.valid_until", last=plan.valid_until))
    if plan.review_due is not None:
        lines.append(words.text("plan.about.review", day=plan.review_due))
    known = conditions()
    names = [known[code].name(words.language) for code in plan.conditions if code in known]
    if names:
        joined = words.text("plan.what.join").join(names)
        lines.append(words.text("plan.about.conditions", conditions=joined))
    return tuple(lines)


def _what(
    plan: Prescription,
    blocks: tuple[Block, ...],
    specs: Mapping[str, ExerciseSpec],
    words: Phrases,
) -> tuple[str, ...]:
    minutes = round(sum(block.expected_s for block in blocks) / 60.0)
    times = plan.session.frequency_per_week
    lines = [words.text("plan.what.frequency", times=times, minutes=minutes)]
    main = [block for block in blocks if block.part == "main"]
    around = {
        part: [block for block in blocks if block.part == part] for part in ("warm_up", "cool_down")
    }
    if around["warm_up"]:
        lines.append(_around("warm_up", around["warm_up"], specs, words))
    lines += [_line(plan, block, specs, words) for block in main]
    if around["cool_down"]:
        lines.append(_around("cool_down", around["cool_down"], specs, words))
    return tuple(lines)


def _around(
    part: str, blocks: list[Block], specs: Mapping[str, ExerciseSpec], words: Phrases
) -> str:
    names = dict.fromkeys(_named(block.exercise, specs, words) for block in blocks)
    return words.text(
        f"plan.what.{part}",
        minutes=round(sum(block.expected_s for block in blocks) / 60.0),
        exercises=words.text("plan.what.join").join(names),
    )


def _line(
    plan: Prescription, block: Block, specs: Mapping[str, ExerciseSpec], words: Phrases
) -> str:
    """One exercise of the main part."""
    item = plan.items[int(block.field.removeprefix("items.")) - 1]
    extras = _extras(plan, item, block, specs.get(block.exercise), words)
    separator = words.text("plan.what.extra")
    tail = separator + separator.join(extras) if extras else ""
    reps = f"{block.reps_min}"
    if block.reps_max != block.reps_min:
        reps = f"{block.reps_min}–{block.reps_max}"
    return words.text(
        f"plan.what.{block.mode}",
        exercise=_named(block.exercise, specs, words),
        sets=block.sets,
        extras=tail,
        reps=reps,
        seconds=f"{block.hold_s or 0:.0f}",
        time=in_minutes(block.duration_s or 0.0, words),
    )


def _extras(
    plan: Prescription, item: Item, block: Block, spec: ExerciseSpec | None, words: Phrases
) -> list[str]:
    """How an exercise is done, beyond its dose."""
    limb = None if spec is None else limb_of(spec)
    keys = (f"plan.support.{block.support}", f"plan.side.{limb}.{block.side}")
    extras = [words.text(key) for key in keys if key in words.by_key]
    if block.load is not None and block.load.kg is not None:
        extras.append(words.text("plan.what.kg", kg=f"{block.load.kg:g}"))
    elif block.load is not None and block.load.type == "band":
        extras.append(words.text(f"plan.band.{block.load.band_colour or 'any'}"))
    if item.wanted_tempo is not None and spec is not None:
        extras.append(tempo_in_words(item.wanted_tempo, spec, words))
    if any(rom.target_deg is not None for rom in item.rom) and block.target_deg is not None:
        extras.append(words.text("plan.what.range", degrees=f"{block.target_deg:.0f}"))
    if block.sets > 1:
        extras.append(words.text("plan.what.rest", seconds=f"{block.rest_between_sets_s:.0f}"))
    if item.per_week is not None and item.per_week < plan.session.frequency_per_week:
        extras.append(words.text("plan.what.per_week", days=item.per_week))
    if item.allowance is not None:
        given = item.allowance
        extras.append(words.text("plan.what.allowed", author=given.author, reason=given.reason))
    return extras


def in_minutes(seconds: float, words: Phrases) -> str:
    """A duration as one says it."""
    whole_minutes = seconds >= 60.0 and seconds % 30.0 == 0.0
    if whole_minutes:
        return words.text("plan.what.minutes", value=f"{seconds / 60.0:g}")
    return words.text("plan.what.seconds", value=f"{seconds:.0f}")


def name_of(spec: ExerciseSpec, words: Phrases) -> str:
    """The exercise as residents read it."""
    return spec.names.zh if words.language == "zh" else spec.names.en


def _named(exercise: str, specs: Mapping[str, ExerciseSpec], words: Phrases) -> str:
    """Its name; one that the catalogue no longer has keeps its id."""
    spec = specs.get(exercise)
    return exercise if spec is None else name_of(spec, words)


def _mind(
    plan: Prescription,
    blocks: tuple[Block, ...],
    specs: Mapping[str, ExerciseSpec],
    words: Phrases,
) -> tuple[str, ...]:
    """What to mind in the exercises of the plan with the resident's conditions."""
    codes = conditions_of(plan)
    lines = []
    if plan.measures:
        names = [words.text(f"plan.measure.{measure}") for measure in plan.measures]
        joined = words.text("plan.what.join").join(names)
        lines.append(words.text("plan.measure.before", measures=joined))
    for block in blocks:
        spec = specs.get(block.exercise)
        if spec is None:
            continue
        for key in advice(spec, codes):
            done = (key == "support" and block.support != "none") or (
                key == "seated" and block.support == "seated"
            )
            if not done:
                lines.append(words.text(f"plan.advice.{key}", exercise=name_of(spec, words)))
    return tuple(dict.fromkeys(lines))
