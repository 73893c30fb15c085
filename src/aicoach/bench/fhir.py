"""Whether what leaves the building is valid, and plans come back as they went.

Every resident of the seeded demonstration site is handed out as a bundle, which is compared
with the published R4B models; every version of every plan is read back.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from aicoach.adapters.fhir.checking import can_check, find_faults
from aicoach.adapters.fhir.exporting import bundle_of
from aicoach.adapters.fhir.importing import import_plan
from aicoach.adapters.store import Store
from aicoach.adapters.store.people import Resident
from aicoach.adapters.store.resident_file import read_resident_file
from aicoach.demo_site import write_site
from aicoach.errors import CoachError
from aicoach.resident_file import ResidentFile

RESIDENTS: Final = 200
WEEKS: Final = 12
UNTIL: Final = date(2026, 11, 20)
READ_AT: Final = datetime(2026, 11, 21, 4, 0, tzinfo=timezone.utc)
_WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """What came of one resident."""

    resident: str
    sessions: int
    resources: int
    plans: int
    bytes: int
    seconds: float
    """For the bundle alone."""
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirBench:
    """What came of all of them."""

    residents: tuple[HandedOut, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """What misses its bar: each fault with its resident."""
        found = [f"{one.resident}: {fault}" for one in self.residents for fault in one.faults]
        return tuple(found) if self.residents else ("no resident was handed out",)


def run(
    *,
    residents: int = RESIDENTS,
    weeks: int = WEEKS,
    only: str | None = None,
    database: str | None = None,
) -> FhirBench:
    """Make the site, hand everybody out, read the plans back, print what was found.

    Parameters
    ----------
    only
        Residents whose code begins so.
    database
        A site that is there already; None: it is made, and removed afterwards.

    Raises
    ------
    CoachError
        If the models to compare with are not installed.
    """
    if not can_check():
        raise CoachError("bench fhir: fhir.resources is missing; pip install 'aicoach[fhir]'")
    with tempfile.TemporaryDirectory(prefix="aicoach-fhir-") as folder:
        home = Path(folder)
        place = database or str(home / "site.sqlite3")
        store = Store(place, folder=home)
        if database is None:
            write_site(
                store, residents=residents, weeks=weeks, seed=1, until=UNTIL, workers=_WORKERS
            )
        codes = sorted(one.id for one in store.shelf(Resident).find())
        store.close()
        wanted = [code for code in codes if only is None or code.startswith(only)]
        with ProcessPoolExecutor(max_workers=_WORKERS) as pool:
            orders = [(place, folder, code) for code in wanted]
            found = FhirBench(residents=tuple(pool.map(_of_one, orders)))
    _print(found)
    return found


def _of_one(order: tuple[str, str, str]) -> HandedOut:
    place, folder, code = order
    store = Store(place, folder=Path(folder))
    file = read_resident_file(store, code, READ_AT)
    store.close()
    return hand_out(file)


def hand_out(file: ResidentFile) -> HandedOut:
    """Export one resident, check the bundle, read every plan back."""
    begin = time.perf_counter()
    bundle = bundle_of(file, "en" if file.language == "en" else "zh")
    took = time.perf_counter() - begin
    text = json.dumps(bundle, ensure_ascii=False)
    return HandedOut(
        resident=file.resident,
        sessions=len(file.sessions),
        resources=len(bundle["entry"]),
        plans=len(file.plans),
        bytes=len(text.encode()),
        seconds=took,
        faults=(*find_faults(bundle), *_not_equal(file)),
    )


def _not_equal(file: ResidentFile) -> Iterable[str]:
    """Plans that did not come back as they went, or of which something was not understood."""
    for record in file.plans:
        alone = bundle_of(replace(file, plans=(record,), sessions=(), audit=()), "zh")
        name = f"plan {record.plan.id}, version {record.plan.version}"
        try:
            back = import_plan(json.dumps(alone), "plan.json", file.resident, UNTIL)
        except CoachError as problem:
            yield f"{name}: {problem}"
            continue
        if back.exported != record.plan:
            yield f"{name}: did not come back equal"
        yield from (f"{name}: {one.place}: {one.text}" for one in back.of("not_understood"))


def _print(found: FhirBench) -> None:
    console = Console()
    table = Table(title="FHIR R4 of the seeded residents")
    for column in ("figure", "found", "bar"):
        table.add_column(column)
    residents, n = found.residents, max(1, len(found.residents))
    resources = sum(one.resources for one in residents)
    plans = sum(one.plans for one in residents)
    slowest = max((one.seconds for one in residents), default=0.0)
    table.add_row("residents, sessions", f"{len(residents)}, "
                  f"{sum(one.sessions for one in residents):,}", "200")  # fmt: skip
    table.add_row("resources checked", f"{resources:,}", "all valid")
    table.add_row("plan versions read back", str(plans), "all equal")
    size = sum(one.bytes for one in residents) / n / 1e6
    table.add_row("bundle, mean size", f"{size:.1f} MB", "")
    table.add_row("bundle, longest making", f"{slowest:.1f} s", "")
    table.add_row("faults", str(len(found.failures)), "0")
    console.print(table)
    for failure in found.failures:
        console.print(failure, markup=False, highlight=False)
