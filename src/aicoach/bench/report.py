"""How long a report of twelve weeks takes, from the start of the program to the file."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from aicoach.adapters.store import Store
from aicoach.adapters.store.people import PlanVersion, Resident
from aicoach.bench.report_resident import made_prescription, made_visits, write_visit
from aicoach.catalog import load_catalog
from aicoach.prescription.writing import to_json

BAR_S: Final = 3.0
WEEKS: Final = 12
_RUNS: Final = 5
_FIRST: Final = date(2026, 8, 31)
_RESIDENT: Final = "R-0001"


@dataclass(frozen=True, slots=True)
class Took:
    """One kind of report: seconds by the clock, and of the processor."""

    what: str
    wall_s: float
    cpu_s: float
    size: int


def fill(store: Store, weeks: int = WEEKS) -> tuple[str, ...]:
    """Write the weeks of the made resident into an empty store; ids of the sessions."""
    catalog = load_catalog()
    plan = made_prescription(_FIRST, _RESIDENT)
    store.shelf(Resident).add(
        Resident(id=_RESIDENT, birth_year=1960, language="zh", time_zone="Asia/Shanghai")
    )
    store.shelf(PlanVersion).add(
        PlanVersion(
            resident=_RESIDENT, plan=plan.id, version=plan.version, status=plan.status,
            kind=plan.kind, author="clinician-1", signed_at=plan.signed_at,
            valid_from=plan.valid_from, valid_until=plan.valid_until,
            document=json.loads(to_json(plan)),
        )
    )  # fmt: skip
    visits = list(made_visits(plan, catalog, _FIRST, weeks))
    for visit in visits:
        write_visit(store, visit)
    return tuple(visit.head.id for visit in visits)


def run() -> bool:
    """Measure, print, and say whether the bar is met."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        database = home / "report.sqlite3"
        store = Store(str(database), folder=home / "home")
        ids = fill(store)
        store.close()
        last = _FIRST + timedelta(weeks=WEEKS, days=-1)
        days = ["--period", f"{_FIRST}..{last}"]
        kinds = (
            ("staff, HTML", [*days, "--format", "html"]),
            ("staff, PDF", [*days, "--format", "pdf"]),
            ("resident, HTML", [*days, "--for", "resident", "--format", "html"]),
            ("resident, PDF", [*days, "--for", "resident", "--format", "pdf"]),
            ("one session, HTML", ["--session", ids[0], "--format", "html"]),
            ("one session, PDF", ["--session", ids[0], "--format", "pdf"]),
            ("sessions, CSV", [*days, "--format", "csv"]),
        )
        found = [_measured(what, more, database, home) for what, more in kinds]
    _print(found, len(ids))
    return all(one.wall_s <= BAR_S for one in found)


def _measured(what: str, more: list[str], database: Path, home: Path) -> Took:
    out = home / "report"
    command = [sys.executable, "-m", "aicoach", "report", "--resident", _RESIDENT]
    command += ["--database", str(database), "--out", str(out), *more]
    environment = {**os.environ, "AICOACH_HOME": str(home / "home")}
    walls, cpus = [], []
    for _ in range(_RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        walls.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Took(what, statistics.median(walls), statistics.median(cpus), out.stat().st_size)


def _print(found: list[Took], sessions: int) -> None:
    load = os.getloadavg()[0]
    table = Table(title=f"Report of {WEEKS} weeks, {sessions} sessions; load {load:.1f}")
    for name in ("report", "wall s", "CPU s", "kB", f"bar {BAR_S:g} s"):
        table.add_column(name, justify="left" if name == "report" else "right")
    for one in found:
        held = "met" if one.wall_s <= BAR_S else "MISSED"
        table.add_row(
            one.what, f"{one.wall_s:.2f}", f"{one.cpu_s:.2f}", f"{one.size / 1e3:.0f}", held
        )
    Console().print(table)
