from __future__ import annotations

import pytest

from aicoach.adapters.sync import BackOff, CabinSettings, CentreSettings


def test_each_failure_doubles_the_wait_up_to_a_bound() -> None:
    back_off = BackOff(1.0, 20.0, 0.0, lambda: 0.0)
    assert [back_off.failed() for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]
    assert back_off.failures == 7


def test_success_begins_anew() -> None:
    back_off = BackOff(1.0, 20.0, 0.0, lambda: 0.0)
    back_off.failed()
    back_off.failed()
    back_off.succeeded()
    assert (back_off.failures, back_off.failed()) == (0, 1.0)


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_chance_shortens_a_wait_and_never_takes_it_away(chance: float) -> None:
    back_off = BackOff(4.0, 60.0, 0.5, lambda: chance)
    assert back_off.failed() == pytest.approx(4.0 * (1.0 - 0.5 * chance))


def test_the_other_side_may_ask_for_more() -> None:
    back_off = BackOff(1.0, 20.0, 0.5, lambda: 0.9)
    assert back_off.failed(at_least_s=90.0) == 90.0


def test_a_million_failures_are_no_overflow() -> None:
    back_off = BackOff(1.0, 300.0, 0.0, lambda: 0.0)
    back_off.failures = 1_000_000
    assert back_off.failed() == 300.0


def test_the_rule_file_names_every_setting() -> None:
    cabin, centre = CabinSettings.load(), CentreSettings.load()
    assert cabin.bytes_per_batch < centre.unpacked_bytes
    assert 0.0 <= cabin.jitter <= 1.0
    assert cabin.lines_per_batch <= 10_000
