"""Pages of the made resident to be rendered."""

from __future__ import annotations

from datetime import date

import pytest

from aicoach.adapters.report.page import Page
from aicoach.adherence import summarise
from aicoach.bench.report_resident import made_prescription, made_visits
from aicoach.catalog import load_catalog
from aicoach.catalog.cues import Language
from aicoach.follow_up import (
    Followed,
    Words,
    report_period,
    resident_page,
    session_page,
    staff_page,
    words_of,
)
from aicoach.follow_up.stick_figures import Points
from aicoach.skeleton import INDEX

FIRST, TODAY = date(2026, 8, 31), date(2026, 9, 13)
HOSTILE = "<script>alert(1)</script> & \"R\" 'x'"
STANDING: Points = {
    INDEX["left_shoulder"]: (110.0, 60.0),
    INDEX["left_hip"]: (108.0, 160.0),
    INDEX["left_knee"]: (112.0, 240.0),
    INDEX["left_ankle"]: (108.0, 320.0),
}


def words(language: Language) -> Words:
    return words_of(language, load_catalog())


@pytest.fixture(scope="session")
def pages() -> dict[tuple[str, str], Page]:
    """By kind and language; the resident has a name that no page may believe."""
    catalog = load_catalog()
    plan = made_prescription(FIRST)
    kept = [one.kept() for one in made_visits(plan, catalog, FIRST, weeks=2)]
    followed = Followed(
        resident="R-0001", name=HOSTILE, birth_year=1960, today=TODAY,
        period=report_period("14d", TODAY), summaries=tuple(map(summarise, kept)), plans=(plan,),
    )  # fmt: skip
    found: dict[tuple[str, str], Page] = {}
    for language in ("zh", "en"):
        found["resident", language] = resident_page(followed, language, catalog)
        found["staff", language] = staff_page(followed, language, catalog)
        found["session", language] = session_page(
            kept[0], language, catalog, TODAY, lambda _: STANDING
        )
    return found
