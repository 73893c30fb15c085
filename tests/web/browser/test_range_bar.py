"""The bar of the range shows a limit only where the movement leads towards it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage

__all__ = ["assets"]

SHOW = """async ([version, view, reaches]) => {
  const { RangeBar } = await import(`/assets/${version}/stage/live.mjs`);
  const words = { language: "en", word: (key, given = {}) => `${key} ${given.limit ?? ""}`.trim() };
  const bar = new RangeBar(words);
  document.body.append(bar.element);
  bar.show({ set: 1, ...view });
  const at = reaches.map((reach) => {
    bar.live(reach);
    return bar.track.dataset.at;
  });
  const { hidden, style } = bar.limit;
  return {
    at, hidden, limit: style.left, aim: bar.aim.style.left,
    told: bar.element.getAttribute("aria-label"),
  };
}"""


@pytest.fixture
def shown(assets: SimpleNamespace, open_page: OpenPage) -> Any:
    page = open_page(assets, "/", camera=None)
    return lambda view, reaches: page.evaluate(SHOW, [version(), view, reaches])


def test_a_movement_that_opens_a_joint_is_never_at_the_limit_of_its_bending(shown: Any) -> None:
    knee = {"aim_deg": 15, "limit_deg": 90, "rest_deg": 85}  # seated knee extension
    bar = shown(knee, [85, 60, 30, 15])
    assert bar["at"] == ["way", "way", "way", "aim"]
    assert bar["hidden"]
    assert bar["aim"] == "80%"
    assert bar["told"] == "stage.range.told_behind 90"


def test_a_limit_on_the_way_stands_on_the_bar_and_is_reached(shown: Any) -> None:
    squat = {"aim_deg": 70, "limit_deg": 90, "rest_deg": 10}
    bar = shown(squat, [10, 40, 70, 90])
    assert bar["at"] == ["way", "way", "aim", "limit"]
    assert (bar["hidden"], bar["limit"], bar["told"]) == (False, "80%", "stage.range.told_limit 90")
    straight = {"aim_deg": 15, "limit_deg": 5, "rest_deg": 85}  # and where opening is limited
    bar = shown(straight, [85, 15, 5])
    assert bar["at"] == ["way", "aim", "limit"]
