"""Heart-rate sources by name, and what is said to a name that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicoach.adapters.heart_rate.ble import BluetoothHeartRate
from aicoach.adapters.heart_rate.opening import open_heart_rate
from aicoach.adapters.heart_rate.replay import ReplayedHeartRate
from aicoach.adapters.heart_rate.simulator import SimulatedHeartRate
from aicoach.errors import HeartRateSourceError, HeartRateTraceError
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.ports import HeartRateSource


def opened(spec: str, **settings: float) -> HeartRateSource:
    return open_heart_rate(spec, clock=lambda: 0.0, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spec", "described"),
    [
        ("ble", "Bluetooth, any strap in reach, not started"),
        ("BLE: Strap 7 ", "Bluetooth, 'Strap 7', not started"),
        ("ble:AA:BB:CC:DD:EE:FF", "Bluetooth, 'AA:BB:CC:DD:EE:FF', not started"),
    ],
)
def test_a_strap_is_named_by_name_or_address(spec: str, described: str) -> None:
    source = opened(spec)
    assert isinstance(source, BluetoothHeartRate)
    assert source.describe() == described


@pytest.mark.parametrize(
    ("spec", "described"),
    [
        ("sim", "simulated strap, 65 years, at rest 70 bpm, at most 162 bpm"),
        ("sim:", "simulated strap, 65 years, at rest 70 bpm, at most 162 bpm"),
        ("sim:age=75, rest=68,peak=140", "simulated strap, 75 years, at rest 68 bpm, at most 140"),
        ("sim:beta_blocker=yes", "at most 118 bpm, with a beta-blocker"),
    ],
)
def test_a_simulation_takes_a_person(spec: str, described: str) -> None:
    source = opened(spec)
    assert isinstance(source, SimulatedHeartRate)
    assert described in source.describe()


def test_a_simulation_takes_work_seed_and_troubles() -> None:
    source = opened("sim:met=4,capacity=8,seed=3,link_lost=10-20,no_contact=30-", start_s=2.0)
    seen = source.poll(400.0)
    links = [(link.t_s, link.state) for link in seen if isinstance(link, HeartRateLink)]
    samples = [sample for sample in seen if isinstance(sample, HeartRateSample)]
    assert links == [(2.0, "connected"), (10.0, "lost"), (20.0, "connected")]
    assert [sample.contact for sample in samples if sample.t_s >= 30.0] == [False] * 371
    assert opened("sim:met=4,seed=3").poll(60.0) == opened("sim:met=4", seed=3).poll(60.0)
    assert opened("sim:met=4,seed=3").poll(60.0) != opened("sim:met=4", seed=4).poll(60.0)


def test_a_file_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("t_s,bpm\n0,70\n1,71\n", encoding="utf-8")
    source = opened(f" {path} ", start_s=5.0)
    assert isinstance(source, ReplayedHeartRate)
    assert [seen.t_s for seen in source.poll(60.0)] == [5.0, 5.0, 6.0, 6.0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HeartRateTraceError, match=r"absent\.csv: file: there is no such file"):
        opened(str(tmp_path / "absent.csv"))


@pytest.mark.parametrize(
    ("spec", "problem", "allowed"),
    [
        ("", "there is no such source", "'ble', 'ble:NAME'"),
        ("polar", "there is no such source", "or a file (.csv, .tcx)"),
        ("ble:", "the strap's name is missing", "'ble:NAME'"),
        ("sim:height=180", "'height=180' is no setting", "age=..., rest=..., peak=..."),
        ("sim:age", "'age' is no setting", "age=..."),
        ("sim:age=old", "age is 'old'", "a number, such as age=4"),
        ("sim:age=nan", "age is 'nan'", "a number, such as age=4"),
        ("sim:age=200", "age_years: must lie between 5 and 110", "a person's values"),
        ("sim:met=-1", "met: must be a number of 0 or more", "a person's values"),
        ("sim:beta_blocker=maybe", "beta_blocker is 'maybe'", "yes, no"),
        ("sim:silent=soon", "silent is 'soon'", "silent=60-90 or silent=60- (seconds)"),
        ("sim:silent=90-60", "silent: must end after 90 s", "silent=60-90"),
    ],
)
def test_a_wrong_name_is_refused_with_what_is_allowed(
    spec: str, problem: str, allowed: str
) -> None:
    with pytest.raises(HeartRateSourceError) as refused:
        opened(spec)
    assert problem in refused.value.problem
    assert allowed in refused.value.allowed
    assert refused.value.spec == spec
    assert "\n" not in str(refused.value)
