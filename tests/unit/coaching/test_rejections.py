"""What was not counted is shown each time and said kindly when it repeats."""

from __future__ import annotations

import pytest

from aicoach.coaching import coaching_settings
from aicoach.coaching.rejections import Rejections
from aicoach.events import Rejection

SILENT = {Rejection.NOT_CONFIRMED, Rejection.OTHER_MOVEMENT, Rejection.TOO_SLOW}


@pytest.fixture
def rejections():
    return Rejections(coaching_settings().corrections)


def spoken(rejections, movement, *, range_limited=False):
    shown, *said = rejections.rejected(0.0, movement, valid_for_s=1.5, range_limited=range_limited)
    assert shown.show_only
    return [request.key for request in said]


@pytest.mark.parametrize("reason", list(Rejection))
def test_the_second_in_three_is_said_unless_words_could_not_help(rejections, rejected, reason):
    assert spoken(rejections, rejected(reason)) == []
    rejections.counted()
    expected = [] if reason in SILENT else [f"coaching.not_counted.{reason.value}"]
    assert spoken(rejections, rejected(reason)) == expected


def test_one_now_and_then_is_not_said(rejections, rejected):
    for _ in range(5):
        assert spoken(rejections, rejected(Rejection.PARTIAL)) == []
        rejections.counted()
        rejections.counted()


def test_where_the_range_is_limited_nobody_is_asked_to_go_further(rejections, rejected):
    for _ in range(4):
        shown, *said = rejections.rejected(
            0.0, rejected(Rejection.PARTIAL), valid_for_s=1.5, range_limited=True
        )
        assert shown.key == "coaching.not_counted.range_limited"
        assert said == []
    assert Rejection.PARTIAL not in rejections.totals
