"""The numbers of the guard: complete, with known sources, in an order that makes sense."""

from __future__ import annotations

import pytest

from aicoach.catalog.loader import read_toml
from aicoach.catalog.thresholds import read_thresholds
from aicoach.intensity.settings import FILE, guard_settings
from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir

THRESHOLDS = {
    f"{section}.{key}": threshold
    for section, table in read_thresholds(FILE).items()
    for key, threshold in table.items()
}
SOURCES = read_toml(resource_dir("exercises") / "SOURCES.toml")


@pytest.mark.parametrize("name", THRESHOLDS)
def test_every_number_has_a_known_source(name):
    source = THRESHOLDS[name].source
    assert source in SOURCES or source.startswith("calibrated:")


def test_the_rungs_lie_above_each_other_and_each_way_back_below_its_way_in():
    rules = guard_settings().ladder
    assert 0.0 < rules.slow_margin_bpm < rules.rest_margin_bpm
    assert rules.clear_margin_bpm < rules.noise_margin_bpm <= rules.slow_clear_margin_bpm
    assert rules.slow_clear_margin_bpm < rules.rest_clear_margin_bpm
    assert rules.second_rest_s > rules.rest_least_s


def test_going_up_by_time_asks_for_more_than_the_noise_of_four_beats():
    assert guard_settings().ladder.steady_margin_bpm >= 4.0
    assert guard_settings().ladder.noise_margin_bpm > 4.0


def test_a_poorer_sensor_is_never_quicker_to_advise_nor_has_a_higher_cap():
    settings = guard_settings()
    kinds = [settings.sensor(k) for k in ("chest_strap", "arm_optical", "wrist_optical")]
    assert [k.margin_bpm for k in kinds] == sorted(k.margin_bpm for k in kinds)
    assert [k.persistence_s for k in kinds] == sorted(k.persistence_s for k in kinds)
    assert settings.sensor("replay") == settings.sensor("simulated") == settings.chest_strap


def test_safety_texts_are_short():
    """What must be understood at once: at most 20 characters, or ten words."""
    longer = {"stop_12"}
    for key, text in load_phrases("zh").by_key.items():
        if key.startswith("alerts.") and key.partition(".")[2] not in longer:
            assert len(text) <= 20, key
    for key, text in load_phrases("en").by_key.items():
        if key.startswith("alerts.") and key.partition(".")[2] not in longer:
            assert len(text.split()) <= 10, key
