"""How long a demonstration site takes, and whether everything that staff should find is in it."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Final

from rich.console import Console

from aicoach.adapters.store import Store
from aicoach.adapters.store.people import PlanVersion
from aicoach.adherence import TriageLevel
from aicoach.demo_site import write_site
from aicoach.demo_site.stories import FINALES
from aicoach.prescription import read_prescription
from aicoach.prescription.drafts import ready_plans

TIME_BAR_S: Final = 180.0
RESIDENTS: Final = 200
WEEKS: Final = 12
_UNTIL: Final = date(2026, 11, 20)
_NOW: Final = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
_WHOLE: Final = 100
"""From so many residents on the time is compared with its bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSiteFigures:
    """What was found."""

    residents: int
    sessions: int
    took_s: float
    mb: float
    levels: dict[str, int]
    missing: tuple[str, ...]
    """Plans, levels and reasons that do not occur."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar."""
        slow = self.residents >= _WHOLE and self.took_s > TIME_BAR_S
        late = (f"{self.took_s:.0f} > {TIME_BAR_S:.0f} s",) if slow else ()
        return (*late, *(f"{one} does not occur" for one in self.missing))


def run(residents: int = RESIDENTS, *, console: Console | None = None) -> DemoSiteFigures:
    """Make the site in a file, look at all of it, and print what was found."""
    console = console or Console()
    with tempfile.TemporaryDirectory(prefix="aicoach-bench-") as name:
        path = Path(name) / "site.sqlite3"
        store = Store(str(path), folder=Path(name))
        began_s = time.perf_counter()
        workers = min(4, os.cpu_count() or 1)
        made = write_site(
            store, residents=residents, weeks=WEEKS, seed=1, until=_UNTIL, workers=workers
        )
        took_s = time.perf_counter() - began_s
        found = DemoSiteFigures(
            residents=residents,
            sessions=made.sessions,
            took_s=took_s,
            mb=path.stat().st_size / 1e6,
            levels=_levels(store),
            missing=_missing(store),
        )
        store.close()
    console.print(
        f"{found.residents} residents, {WEEKS} weeks, {found.sessions:,} sessions into SQLite: "
        f"{found.took_s:.0f} s (bar {TIME_BAR_S:.0f} s), {found.mb:,.0f} MB"
    )
    console.print("  ".join(f"{level} {number}" for level, number in found.levels.items()))
    for failure in found.failures or ("every plan, level and reason occurs",):
        console.print(failure)
    return found


def _levels(store: Store) -> dict[str, int]:
    store.refresh_standings(now=_NOW)
    counts = store.standings(now=_NOW).counts
    return {one.name.lower(): counts[one] for one in reversed(TriageLevel)}


def _missing(store: Store) -> tuple[str, ...]:
    reasons: Counter[str] = Counter()
    page, last = 1, 1
    while page <= last:
        found = store.standings(now=_NOW, page=page, size=200)
        page, last = page + 1, found.pages
        for row in found.rows:
            reasons.update({one.key.rpartition(".")[2] for one in row.reasons})
    levels = store.standings(now=_NOW).counts
    titles = {str(one.document["title"]) for one in store.shelf(PlanVersion).find()}
    ready = [read_prescription(path) for path in ready_plans().values()]
    return (
        *(one for one in FINALES if not reasons[one]),
        *(one.name.lower() for one in TriageLevel if not levels[one]),
        *(one.id for one in ready if str(one.title.model_dump()) not in titles),
    )
