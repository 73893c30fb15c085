"""Which exercise stands in for another: the plan's own choice, in a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def chain_of(exercise: str, substitutes: Mapping[str, str]) -> tuple[str, ...]:
    """What stands in for ``exercise``, what stands in for that, and so on, each once."""
    chain: list[str] = []
    following = substitutes.get(exercise)
    while following is not None and following not in (exercise, *chain):
        chain.append(following)
        following = substitutes.get(following)
    return tuple(chain)


def circle_of(exercise: str, substitutes: Mapping[str, str]) -> tuple[str, ...]:
    """The way from ``exercise`` back to itself; empty where it does not come back."""
    chain = chain_of(exercise, substitutes)
    last = chain[-1] if chain else exercise
    return (exercise, *chain, exercise) if substitutes.get(last) == exercise else ()
