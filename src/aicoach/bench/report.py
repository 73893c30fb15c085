"""How long a report of twelve weeks takes: the whole command, and in a program that runs already.

The command is measured as somebody runs it who installed aicoach: its modules are compiled. A
server that runs already has loaded everything; what it takes is measured beside.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from aicoach.access import console_actor
from aicoach.adapters.report.pdf import Press
from aicoach.adapters.store import Store
from aicoach.adapters.store.people import PlanVersion, Resident
from aicoach.bench.report_resident import made_prescription, made_visits, write_visit
from aicoach.catalog import load_catalog
from aicoach.desk.reports import Asked, written_report
from aicoach.prescription.writing import to_json

BAR_S: Final = 3.0
WEEKS: Final = 12
_RUNS: Final = 5
_FIRST: Final = date(2026, 8, 31)
_RESIDENT: Final = "R-0001"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of report."""

    what: str
    reader: str
    form: str
    period: str
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """One kind of report: seconds by the clock, and of the processor."""

    what: str
    wall_s: float
    cpu_s: float
    size: int
    running_s: float
    """By the clock, in a program that has made it once."""


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
        environment = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        } | {"AICOACH_HOME": str(home / "home"), "PYTHONPYCACHEPREFIX": str(home / "compiled")}
        days = f"{_FIRST}..{last}"
        found = [
            _measured(Wanted(what, reader, form, period, session), database, home, environment)
            for what, reader, period, session in (
                ("staff", "staff", days, None),
                ("resident", "resident", days, None),
                ("one session", "staff", "28d", ids[0]),
            )
            for form in ("html", "pdf")
        ]
        found.append(
            _measured(Wanted("sessions", "staff", "csv", days), database, home, environment)
        )
    _print(found, len(ids))
    return all(one.wall_s <= BAR_S for one in found)


def _measured(wanted: Wanted, database: Path, home: Path, environment: Mapping[str, str]) -> Took:
    out = home / "report"
    command = [sys.executable, "-m", "aicoach", "report", "--resident", _RESIDENT]
    command += ["--database", str(database), "--out", str(out), "--period", wanted.period]
    command += ["--for", wanted.reader, "--format", wanted.form]
    command += [] if wanted.session is None else ["--session", wanted.session]
    subprocess.run(command, env=environment, check=True, capture_output=True)  # compiles
    walls, cpus = [], []
    for _ in range(_RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        walls.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    store = Store(str(database), folder=home / "home")
    try:
        running_s = _running_s(store, wanted)
    finally:
        store.close()
    return Took(
        what=f"{wanted.what}, {wanted.form.upper()}",
        wall_s=statistics.median(walls),
        cpu_s=statistics.median(cpus),
        size=out.stat().st_size,
        running_s=running_s,
    )


def _running_s(store: Store, wanted: Wanted) -> float:
    """Seconds for the same in this program, which has made such a report before."""
    walls = []
    for _ in range(_RUNS + 1):
        began = time.perf_counter()
        asked = Asked(
            store=store, gate=store.gate(console_actor("bench")), resident=_RESIDENT,
            period=wanted.period, session=wanted.session, reader=wanted.reader, form=wanted.form,
            language=None,
        )  # fmt: skip
        if wanted.form == "pdf":
            with Press() as press:
                written_report(asked, press)
        else:
            written_report(asked)
        walls.append(time.perf_counter() - began)
    return statistics.median(walls[1:])


def _print(found: list[Took], sessions: int) -> None:
    load = os.getloadavg()[0]
    table = Table(title=f"Report of {WEEKS} weeks, {sessions} sessions; load {load:.1f}")
    for name in ("report", "command, s", "CPU, s", "kB", f"bar {BAR_S:g} s", "running program, s"):
        table.add_column(name, justify="left" if name == "report" else "right")
    for one in found:
        held = "met" if one.wall_s <= BAR_S else "MISSED"
        table.add_row(
            one.what, f"{one.wall_s:.2f}", f"{one.cpu_s:.2f}", f"{one.size / 1e3:.0f}", held,
            f"{one.running_s:.2f}",
        )  # fmt: skip
    Console().print(table)
