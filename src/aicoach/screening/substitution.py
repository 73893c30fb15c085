"""Forbidden movements are replaced by a safe one, or left out; the resident is told.

The plan's own substitutes come first, then those of ``rules/substitutes.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from aicoach.catalog.loader import as_tuples, read_toml
from aicoach.catalog.permission import refusals
from aicoach.errors import ExerciseSpecError
from aicoach.limits import AppliedLimits
from aicoach.resources import resource_dir
from aicoach.screening.bounds import all_conditions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aicoach.catalog.cues import Language
    from aicoach.catalog.permission import Support
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.phrases import Phrases

Substitutes = Mapping[str, Sequence[str]]
"""Exercise to safer ones, the nearest first."""
NONE: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
NO_SUPPORT: Final[Mapping[str, Support]] = MappingProxyType({})
TODAY: Final = "today"
"""Author of what today's screening forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One reason why an exercise is off."""

    kind: Literal["tag", "exercise", "only", "met", "posture"]
    name: str
    """The movement tag, the exercise, the posture, or the energy cost."""
    by: str
    """The condition, ``plan``, or ``today``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One item of the plan as it is done today."""

    asked: str
    """The exercise of the plan."""
    exercise: str | None
    """What is done instead, or the same; None: left out, nothing suitable."""
    why: tuple[Hindrance, ...] = ()
    """Why the plan's exercise is off today; empty: it is not."""
    from_plan: bool = False
    """The substitute was named by the plan."""
    kind_changes: bool = False
    """Repetitions became a hold, or a hold repetitions: the dose needs translating."""
    allowed_by: str = ""
    """The clinician who allows it in spite of a condition."""

    @property
    def replaced(self) -> bool:
        """Whether the resident must be told."""
        return self.exercise != self.asked

    @property
    def phrase(self) -> str:
        """Key of what the resident is told; empty when nothing changed."""
        if not self.replaced:
            return ""
        return "screening.left_out" if self.exercise is None else "screening.instead"

    @property
    def because(self) -> str:
        """Key of the reason that is told with it; empty when nothing changed."""
        if not self.why:
            return ""
        # What kind of movement it is says more than that it is off.
        first = next((hindrance for hindrance in self.why if hindrance.kind == "tag"), self.why[0])
        return f"screening.because.{first.name if first.kind == 'tag' else first.kind}"

    def text(
        self, phrases: Phrases, catalogue: Mapping[str, ExerciseSpec], language: Language
    ) -> str:
        """What the resident is told; empty when nothing changed."""
        if not self.replaced:
            return ""
        substitute = (
            "" if self.exercise is None else getattr(catalogue[self.exercise].names, language)
        )
        return phrases.text(
            self.phrase,
            exercise=getattr(catalogue[self.asked].names, language),
            substitute=substitute,
            because=phrases.by_key[self.because],
        )


def plan_exercises(  # noqa: PLR0913 - what is asked for, and everything that may forbid it
    items: Sequence[str],
    forbidden_tags: Iterable[str],
    conditions: Iterable[str],
    catalogue: Mapping[str, ExerciseSpec],
    plan_substitutes: Substitutes = NONE,
    *,
    allowed: Mapping[str, str] = NOBODY,
    support: Mapping[str, Support] = NO_SUPPORT,
    limits: AppliedLimits | None = None,
    safer: Substitutes | None = None,
) -> tuple[Planned, ...]:
    """The items as they are done today, in the same order.

    Parameters
    ----------
    forbidden_tags
        Movement tags that the plan forbids.
    allowed
        Exercise to the clinician who allows it in spite of a condition of the resident;
        what the plan or today's screening forbids stays forbidden.
    support
        Exercise to what the resident holds on to.
    limits
        Today's limits of the screening.
    safer
        Default: ``rules/substitutes.toml``.

    Raises
    ------
    ScreeningInputError
        If a condition is not known.
    UnknownExerciseError
        If an exercise is not in the catalogue.
    """
    limits = AppliedLimits() if limits is None else limits
    safer = load_substitutes() if safer is None else safer
    forbidden, standing = frozenset(forbidden_tags), all_conditions(conditions)
    all_conditions(limits.conditions)

    def hindrances(exercise: str) -> tuple[Hindrance, ...]:
        spec = catalogue[exercise]
        lean = support.get(exercise, "none")
        waived = frozenset[str]() if not allowed.get(exercise, "").strip() else standing
        found = [
            Hindrance(kind=r.kind, name=r.name, by=r.by)
            for r in refusals(spec, standing - waived, forbidden, lean)
        ]
        found += [
            Hindrance(kind=r.kind, name=r.name, by=TODAY)
            for r in refusals(spec, limits.conditions, limits.forbidden_tags, lean)
        ]
        if limits.met_below is not None and spec.met.value >= limits.met_below.value:
            found.append(Hindrance(kind="met", name=f"{spec.met.value:g}", by=TODAY))
        if limits.postures is not None and spec.posture not in limits.postures | {"any"}:
            found.append(Hindrance(kind="posture", name=spec.posture, by=TODAY))
        return tuple(dict.fromkeys(found))

    planned = []
    for asked in items:
        why = hindrances(asked)
        if not why:
            by = allowed.get(asked, "").strip()
            planned.append(Planned(asked=asked, exercise=asked, allowed_by=by))
            continue
        fit = next(
            (c for c in _candidates(asked, plan_substitutes, safer) if not hindrances(c)), None
        )
        planned.append(
            Planned(
                asked=asked,
                exercise=fit,
                why=why,
                from_plan=fit is not None and fit in plan_substitutes.get(asked, ()),
                kind_changes=fit is not None
                and (catalogue[fit].kind == "hold") != (catalogue[asked].kind == "hold"),
            )
        )
    return tuple(planned)


def _candidates(asked: str, from_plan: Substitutes, safer: Substitutes) -> Iterator[str]:
    """Substitutes in order, each once: the plan's, the catalogue's, then theirs in turn."""
    seen = {asked}
    waiting = [*from_plan.get(asked, ()), *safer.get(asked, ())]
    while waiting:
        candidate = waiting.pop(0)
        if candidate not in seen:
            seen.add(candidate)
            yield candidate
            waiting += [*from_plan.get(candidate, ()), *safer.get(candidate, ())]


@cache
def load_substitutes(path: Path | None = None) -> Substitutes:
    """Safer exercises by exercise (default: those that come with aicoach).

    Raises
    ------
    ExerciseSpecError
        If an entry is no list of names, names itself twice, or leads back to itself.
    """
    path = resource_dir("rules") / "substitutes.toml" if path is None else path
    safer: dict[str, tuple[str, ...]] = {}
    for exercise, names in read_toml(path).items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ExerciseSpecError(path, exercise, "must be a list of exercises")
        if len(set(names)) != len(names):
            raise ExerciseSpecError(path, exercise, "names an exercise twice")
        safer[exercise] = as_tuples(names)
    for exercise, names in safer.items():
        for name in names:
            if exercise in (name, *_candidates(name, NONE, safer)):
                raise ExerciseSpecError(path, exercise, f"'{name}' leads back to it; no circles")
    return MappingProxyType(safer)
