"""A program that records is killed: what it was told is kept, is kept."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from aicoach.bench.store_killed import kill_while_recording

from .conftest import NewDatabase


@pytest.mark.one_in(2)
@pytest.mark.parametrize("seed", range(3))
def test_a_killed_program_loses_nothing_it_was_told_is_kept(
    database: str, home: Path, seed: int
) -> None:
    found = kill_while_recording(database, home, random.Random(seed).uniform(0.05, 0.5))
    assert found.problems == ()


def test_a_program_killed_on_its_first_use_leaves_a_database_that_opens(
    new_database: NewDatabase, home: Path
) -> None:
    address = new_database()
    for after_s in (0.02, 0.1, 0.3):
        assert kill_while_recording(address, home, after_s, opened=False).problems == ()
