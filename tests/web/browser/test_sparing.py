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
    const asked = sparing.step(1000 * second, live);
    if (asked !== null) found.push([second, asked]);
  }
  return found;
}"""
BEHIND, EVEN = (10.0, 30.0, True), (20.0, 30.0, True)
FEW, ALL_OF_FEW = (12.0, 15.0, True), (14.5, 15.0, True)
Figures = list[tuple[float, float, bool]]
"""Every second: pictures answered, pictures given, and whether there is a line."""


@pytest.fixture
def asked_at(open_page: OpenPage, assets: SimpleNamespace) -> Callable[..., list[list[int]]]:
    """The seconds at which the camera was asked for another rate, and for which."""
    page = open_page(assets, "/")  # type: ignore[arg-type]

    def run(figures: Figures, *, here: bool = True) -> list[list[int]]:
        found: list[list[int]] = page.evaluate(RUN, [f"/assets/{version()}", here, figures])
        return found

    return run


def test_fewer_pictures_are_asked_for_when_too_few_are_answered_for_three_seconds(
    asked_at: Callable[..., list[list[int]]],
) -> None:
    assert asked_at([EVEN, *[BEHIND] * 5, *[FEW] * 60]) == [[4, 15]]


def test_all_are_asked_for_again_when_there_is_room_and_each_failed_try_is_waited_out_longer(
    asked_at: Callable[..., list[list[int]]],
) -> None:
    turn = [*[BEHIND] * 4, *[ALL_OF_FEW] * 21]
    found = asked_at([*turn, *turn, *[ALL_OF_FEW] * 20, *[EVEN] * 20])
    assert found == [[3, 15], [24, 30], [28, 15], [69, 30]]


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
    asked_at: Callable[..., list[list[int]]], figures: Figures
) -> None:
    assert asked_at(figures) == []


def test_a_server_elsewhere_is_not_helped_by_fewer_pictures_and_the_mirror_stays_smooth(
    asked_at: Callable[..., list[list[int]]],
) -> None:
    assert asked_at([BEHIND] * 20, here=False) == []
