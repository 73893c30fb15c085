from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from aicoach.access import consents
from aicoach.access.consents import consent_kinds, text_hash
from aicoach.access.retention import retention_rules
from aicoach.access.settings import keep_settings
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)


def test_each_thing_is_asked_for_apart_and_video_is_not_asked_for() -> None:
    kinds = consent_kinds()
    assert [kind for kind, one in kinds.items() if one.asked] == [
        "records", "camera", "keypoints", "hospital", "sharing",
    ]  # fmt: skip
    assert not kinds["video"].asked
    assert kinds["keypoints"].deletes == "keypoints"


def test_what_is_read_says_that_it_can_be_taken_back_or_that_nothing_is_asked() -> None:
    for one in consent_kinds().values():
        assert not one.asked or "take this back" in one.text("en")
        assert not one.asked or "收回同意" in one.text("zh")
        assert one.title("zh") != one.title("en")


def test_the_text_on_keypoints_names_the_days_that_they_are_kept() -> None:
    days = f"{keep_settings().keypoints_d:.0f}"
    assert days in consent_kinds()["keypoints"].text("en")
    assert days in consent_kinds()["keypoints"].text("zh")


def test_a_text_that_was_changed_without_a_new_version_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (resource_dir("rules") / "consents.toml").read_text(encoding="utf-8")
    asked = text_hash(consent_kinds()["camera"].text("zh"))
    (tmp_path / "consents.toml").write_text(rules.replace(asked, "0" * 64), encoding="utf-8")
    monkeypatch.setattr(consents, "resource_dir", lambda _: tmp_path)
    with pytest.raises(ExerciseSpecError, match=r"camera\.v2026_1\.zh: the text was changed"):
        consent_kinds.__wrapped__()
    wrong = rules.replace('[camera]\nasked = true\nversion = "v2026_1"', "[camera]\nasked = true")
    (tmp_path / "consents.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ExerciseSpecError, match="camera: lacks"):
        consent_kinds.__wrapped__()


def test_what_is_past_its_time_is_counted_from_the_moment_that_is_handed_in() -> None:
    rules = {rule.what: rule for rule in retention_rules(keep_settings(), NOW)}
    assert (NOW - rules["keypoints"].before).days == rules["keypoints"].days == 30
    assert (NOW - rules["sessions"].before).days == 730
    assert rules["sessions"].rule == "retention.toml keep.sessions_d = 730 d"


def test_keeping_for_less_than_a_day_is_refused() -> None:
    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(ValueError, match=r"keep\.keypoints_d: must be at least one day"):
        retention_rules(replace(keep_settings(), keypoints_d=0), NOW)
