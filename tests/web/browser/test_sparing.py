"""When the camera gives fewer pictures: the module of the page itself, on figures of the test."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage

__all__ = ["assets"]

RUN = """async ([address, here, figures]) => {
  const { Sparing } = await import(`${address}/stage/sparing.mjs`);
  const stats = {};
  const sparing = new Sparing(stats, here);
  const found = [];
  for (const [second, [fps, given, live]] of figures.entries()) {
    Object.assign(stats, { fps, camera_fps: given });
    if (sparing.step(1000 * second, live)) found.push(second);
  }
  return found;
}"""
BEHIND, EVEN = (10.0, 30.0, True), (24.0, 30.0, True)
Figures = list[tuple[float, float, bool]]
"""Every second: pictures answered, pictures given, and whether there is a line."""


@pytest.fixture
def fewer_at(open_page: OpenPage, assets: SimpleNamespace) -> Callable[..., list[int]]:
    """The seconds at which fewer pictures were asked for."""
    page = open_page(assets, "/")  # type: ignore[arg-type]

    def run(figures: Figures, *, here: bool = True) -> list[int]:
        found: list[int] = page.evaluate(RUN, [f"/assets/{version()}", here, figures])
        return found

    return run


def test_fewer_pictures_are_asked_for_once_when_too_few_are_answered_for_three_seconds(
    fewer_at: Callable[..., list[int]],
) -> None:
    assert fewer_at([EVEN, BEHIND, BEHIND, BEHIND, BEHIND, BEHIND, *[BEHIND] * 20]) == [4]


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param([EVEN] * 20, id="all are answered"),
        pytest.param([BEHIND, BEHIND, EVEN] * 10, id="only now and then too few"),
        pytest.param([(0.0, 30.0, False)] * 20, id="there is no line"),
        pytest.param([(5.0, 15.0, True)] * 20, id="the camera gives few already"),
    ],
)
def test_the_camera_gives_all_its_pictures_while(
    fewer_at: Callable[..., list[int]], figures: Figures
) -> None:
    assert fewer_at(figures) == []


def test_a_server_elsewhere_is_not_helped_by_fewer_pictures_and_the_mirror_stays_smooth(
    fewer_at: Callable[..., list[int]],
) -> None:
    assert fewer_at([BEHIND] * 20, here=False) == []
