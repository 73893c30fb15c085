"""Four weeks of the made resident, the same for all tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from aicoach.adherence import Period, summarise
from aicoach.bench.report_resident import made_prescription, made_visits
from aicoach.catalog import ExerciseSpec, load_catalog
from aicoach.follow_up import DatedAlert, Followed
from aicoach.records import AlertRecord, InputRecord, KeptSession

FIRST = date(2026, 8, 31)
TODAY = date(2026, 9, 27)
Follow = Callable[..., Followed]


@pytest.fixture(scope="session")
def catalog() -> Mapping[str, ExerciseSpec]:
    return load_catalog()


@pytest.fixture(scope="session")
def visits(catalog: Mapping[str, ExerciseSpec]) -> tuple[KeptSession, ...]:
    """Three sessions a week, now and then one missing."""
    plan = made_prescription(FIRST)
    return tuple(one.kept() for one in made_visits(plan, catalog, FIRST, weeks=4))


@pytest.fixture(scope="session")
def follow(visits: tuple[KeptSession, ...]) -> Follow:
    """The made resident as a report sees them, with anything else than usual named."""

    def made(kept: tuple[KeptSession, ...] = visits, **changes: Any) -> Followed:
        period = changes.pop("period", Period(FIRST, TODAY))
        whole: dict[str, Any] = {
            "resident": "R-0001",
            "birth_year": 1960,
            "today": TODAY,
            "period": period,
            "summaries": tuple(summarise(one) for one in kept),
            "alerts": tuple(
                DatedAlert(
                    session=one.session.id,
                    at=one.session.at(alert.t_s) + timedelta(minutes=one.session.utc_offset_min),
                    alert=alert,
                )
                for one in kept
                if one.session.day in period
                for alert in one.alerts
            ),
            "plans": (made_prescription(FIRST),),
        }
        return Followed(**{**whole, **changes})

    return made


def a_stop(kept: KeptSession) -> AlertRecord:
    """The heart-rate cap was passed in the main part."""
    return AlertRecord(
        t_s=kept.sets[4].start_s, rule="STOP-10", level="stop", cue="alerts.stop_10",
        quantity="heart_rate", value=152.2, limit=147.0, unit="bpm", author="clinician-1",
        inputs=(InputRecord(name="above_s", value=5.0, unit="s"),), ends="session",
        notify_staff=True, cleared_s=None, exercise="marching", set=5, said="That is all.",
    )  # fmt: skip
