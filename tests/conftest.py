"""Fixtures and settings that all tests share."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
THOROUGH = bool(os.environ.get("AICOACH_THOROUGH"))

# Deterministic, and without a clock: a loaded machine must not make a test fail.
settings.register_profile(
    "aicoach", deadline=None, derandomize=True, print_blob=True,
    max_examples=200 if THOROUGH else 50,
)  # fmt: skip
settings.load_profile("aicoach")


UNTRACED = (
    "unit/bench/", "unit/demo_site/", "unit/figure/", "unit/rehearsal/", "unit/synth/",
    "unit/intensity/test_chatter", "unit/intensity/test_gestures", "unit/tracking/test_holds",
    "unit/tracking/test_recognition", "unit/session_records/test_rehearsed",
)  # fmt: skip
"""Tracing doubles their time, and shorter tests reach the same lines."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not asked for; whole courses of movement are not traced line by line."""
    for item in items:
        if item.path.relative_to(ROOT / "tests").as_posix().startswith(UNTRACED):
            item.add_marker(pytest.mark.no_cover)
    _mark_cases(items)
    if not THOROUGH:
        thorough = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=thorough)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    if "camera" in config.getoption("markexpr"):
        return
    skip = pytest.mark.skip(reason="needs a real camera; run with -m camera")
    for item in items:
        if item.get_closest_marker("camera"):
            item.add_marker(skip)


def _mark_cases(items: list[pytest.Item]) -> None:
    """Of a test that is `one_in(n)` every n-th case is for every run, the others are thorough."""
    cases: Counter[str] = Counter()
    for item in items:
        chosen = item.get_closest_marker("one_in")
        if chosen is None or item.get_closest_marker("thorough"):
            continue
        test = item.nodeid.partition("[")[0]
        if cases[test] % chosen.args[0]:
            item.add_marker(pytest.mark.thorough)
        cases[test] += 1


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings and clips; skips where it is absent."""
    folder = Path(os.environ.get("AICOACH_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no evaluation data in {folder}; set AICOACH_DATA to a folder that has it")
    return folder


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> Iterator[None]:
    """Passwords are hashed with small numbers: half a second each is for those who guess."""
    from aicoach.access.settings import access_settings  # noqa: PLC0415 - once a worker
    from aicoach.adapters.store.accounts import secrets, signing_in  # noqa: PLC0415
    from aicoach.adapters.store.accounts.hashing import Hasher  # noqa: PLC0415

    small = replace(access_settings().argon2, memory_kib=64.0, iterations=1.0, lanes=1.0)
    light = Hasher(small)
    with pytest.MonkeyPatch.context() as patch:
        for module in (secrets, signing_in):
            patch.setattr(module, "hasher", lambda: light)
        yield
