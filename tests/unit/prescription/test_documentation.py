"""What docs/prescription.md says is true: its example runs, its tables are complete."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from aicoach.catalog import load_catalog
from aicoach.prescription import find_problems, parse_prescription, session_limits
from aicoach.prescription.items import Item
from aicoach.prescription.model import JointLimit, Prescription, Scheme
from aicoach.prescription.parts import (
    Author,
    EffortAim,
    HeartRateAim,
    Intensity,
    Medications,
    MetAim,
    Override,
    Progression,
    Resident,
    Volume,
)

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "prescription.md").read_text(encoding="utf-8")
SPECS = load_catalog()


def test_every_field_stands_in_the_reference() -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", PAGE))
    models = (
        Author, EffortAim, HeartRateAim, Item, JointLimit, Medications, MetAim, Override,
        Prescription, Progression, Resident, Scheme, Volume,
    )  # fmt: skip
    tables = {"author", "resident", "medications", "intensity", "session", "progression", "items"}
    tables |= {"warm_up", "cool_down"}
    missing = {
        f"{model.__name__}.{info.alias or name}"
        for model in (*models, Intensity)
        for name, info in model.model_fields.items()
        if (info.alias or name) not in named
        and not (model is Prescription and (info.alias or name) in tables)
        and not (model is Intensity and f"[intensity.{name}]" in PAGE)
    }
    assert missing == set()


def test_the_plan_of_the_page_is_sound_and_its_comments_are_true() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    plan = parse_prescription(example, "plan.toml")
    today = date(2026, 11, 22)
    assert find_problems(plan, SPECS, today) == ()
    limits = session_limits(plan, SPECS, today)
    assert limits.heart_rate.upper is not None
    assert limits.heart_rate.upper.author == "dr-17"
    without = plan.model_copy(update={"overrides": ()})
    assert [p.field for p in find_problems(without, SPECS, today)] == [
        "items.1.cadence.max_per_min"
    ]
