"""What was reached against what was asked for, as staff read it; not measured says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.adherence import label_of

if TYPE_CHECKING:
    from aicoach.adherence import Adherence, PlanInForce, Share
    from aicoach.follow_up.followed import Followed
    from aicoach.follow_up.wording import Words


_BY_WEEK: Final = frozenset({"sessions", "volume", "done_volume"})
"""What a plan asks for by the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricLine:
    """One share: what it rests on, and its label."""

    key: str
    name: str
    done: str
    asked: str
    credited: float | None
    """Of what was asked for."""
    coverage: float | None
    """How much of it could be judged."""
    label: str | None
    label_text: str


def metric_lines(found: Adherence, words: Words) -> Iterator[MetricLine]:
    """A line for each share that something was asked for."""
    shares: tuple[tuple[str, Share, str], ...] = (
        ("sessions", found.sessions, "times"),
        ("volume", found.volume, "sets"),
        ("done_volume", found.done_volume, "sets"),
        ("intensity", found.intensity, "minutes"),
        ("quality", found.quality, "reps"),
        ("tempo", found.tempo, "reps"),
        ("range", found.range, "reps"),
    )
    counted = {"sessions": float(found.tally.completed), "done_volume": found.tally.done_sets}
    for key, share, unit in shares:
        if share.asked <= 0.0:
            continue
        if found.too_early and key in _BY_WEEK:
            yield _early(key, counted.get(key), words)
            continue
        judged = share.measured is not None
        label = label_of(share.credited) if found.finished and judged else None
        missing = "not_measured" if not judged else "not_over"
        yield MetricLine(
            key=key,
            name=words.phrases.text(f"staff.metric.{key}"),
            done=_in(share.good, unit, words) if judged else words("not_measured"),
            asked=_in(share.asked, unit, words),
            credited=share.credited if judged else None,
            coverage=share.coverage,
            label=label,
            label_text=words.phrases.text(f"staff.label.{label or missing}"),
        )


def _early(key: str, counted: float | None, words: Words) -> MetricLine:
    """What a week asks for, where the plan was in force for less: counted, not compared."""
    return MetricLine(
        key=key,
        name=words.phrases.text(f"staff.metric.{key}"),
        done=words("not_yet") if counted is None else words.number(counted, 1),
        asked=words("not_yet"),
        credited=None,
        coverage=None,
        label=None,
        label_text=words.phrases.text("staff.label.too_early"),
    )


def _in(value: float, unit: str, words: Words) -> str:
    if unit == "minutes":
        return words.minutes(value)
    return words.number(value, 1)


def index_text(found: Adherence, words: Words) -> str:
    """The index as a band, with what it is made of."""
    index = found.index
    if index is None:
        return words("index.none")
    if found.too_early:
        return words("index.too_early")
    low, high = round(100.0 * index.low), round(100.0 * index.high)
    parts = words("join").join(
        words(
            "index.part",
            name=words(f"index.{one.name}"),
            weight=round(100.0 * one.weight),
            value=_band(round(100.0 * one.low), round(100.0 * one.high)),
        )
        for one in index.parts
    )
    return words("index.line", value=_band(low, high), parts=parts)


def _band(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def dose_lines(found: Adherence, words: Words) -> tuple[tuple[str, str], ...]:
    """The weekly dose beside what guidelines recommend, by name."""
    dose = found.dose
    if dose is None:
        names = ("moderate", "strength", "load") if found.too_early else ()
        text = words.phrases.text
        return tuple((text(f"staff.metric.{one}"), words("not_yet")) for one in names)
    least = "at_least" if dose.at_least else "exactly"
    load_least = "at_least" if dose.load_at_least else "exactly"
    name = words.phrases.text
    load = (
        words("not_measured")
        if dose.load_per_week is None
        else words(f"dose.{load_least}", value=words.number(dose.load_per_week))
    )
    minutes = words(f"dose.{least}", value=words.number(dose.moderate_min_per_week))
    return (
        (
            name("staff.metric.moderate"),
            words(
                "dose.of_guideline",
                value=minutes,
                low=f"{dose.moderate_target_min:g}",
                high=f"{dose.moderate_enough_min:g}",
            ),
        ),
        (
            name("staff.metric.strength"),
            words(
                "dose.of_target",
                value=words.number(dose.strength_days_per_week, 1),
                target=f"{dose.strength_target_days:g}",
            ),
        ),
        (name("staff.metric.load"), load),
    )


def open_lines(
    found: Adherence, followed: Followed, course: Iterable[PlanInForce], words: Words
) -> Iterator[str]:
    """What stayed open, each with how much of it."""
    for key, share in (
        ("volume", found.volume),
        ("intensity", found.intensity),
        ("quality", found.quality),
        ("tempo", found.tempo),
        ("range", found.range),
    ):
        coverage = share.coverage
        if coverage is not None and round(100.0 * coverage) < 100:
            yield words(
                "not_measured_of",
                name=words.phrases.text(f"staff.metric.{key}"),
                percent=100 - round(100.0 * coverage),
            )
    mine = followed.in_period
    for key, missing in (
        ("effort", sum(one.highest_effort is None for one in mine)),
        ("pain", sum(one.highest_pain is None for one in mine)),
        ("strap", sum(one.zone_asked and not one.measured_s for one in mine)),
    ):
        if missing:
            yield words(f"not_told.{key}", missing=missing, of=len(mine))
    if not any(True for _ in course):
        yield words("no_plan")
