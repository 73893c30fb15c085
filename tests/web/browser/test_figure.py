"""The coach's figure moves, stands, turns and is told from another; in a real browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage

__all__ = ["assets"]

MOUNT = """async ([version, exercise, options]) => {
  const { mountFigure } = await import(`/assets/${version}/stage/figure.mjs`);
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "width:300px;height:300px;background:white";
  document.body.replaceChildren(canvas);
  window.figure = mountFigure(canvas, { version, ...options });
  window.inked = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0, left = 0, accent = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 250) continue;
      ink += 1;
      if ((i / 4) % canvas.width < canvas.width / 2) left += 1;
      if (data[i] > 180 && data[i + 2] < 110) accent += 1;
    }
    return { ink, left, accent, all: data.length / 4 };
  };
  window.picture = () => canvas.toDataURL();
  await window.figure.show(exercise);
}"""


@pytest.fixture
def show(assets: SimpleNamespace, open_page: OpenPage) -> Any:
    def give(exercise: str = "squat", ratio: float = 1.0, **options: Any) -> Page:
        page = open_page(assets, "/", camera=None, device_scale_factor=ratio)
        page.evaluate(MOUNT, [version(), exercise, options])
        return page

    return give


def test_it_moves_and_the_working_limbs_carry_the_accent(show: Any) -> None:
    page = show()
    page.wait_for_function("figure.describe().t_s > 0.6")
    early = page.evaluate("[picture(), inked()]")
    page.wait_for_function("figure.describe().t_s > 1.6")
    late = page.evaluate("[picture(), inked()]")
    assert early[0] != late[0]
    for _, seen in (early, late):
        assert 0.02 < seen["ink"] / seen["all"] < 0.5
        assert seen["accent"] > 0.1 * seen["ink"]


def test_a_still_stays_and_its_side_of_the_picture_is_that_of_the_view(show: Any) -> None:
    page = show("bicep_curl")
    pictures = page.evaluate(
        """() => {
          const { target_s } = figure.describe();
          const out = {};
          figure.at(0); out.start = picture();
          figure.at(target_s); out.target = picture();
          out.again = (figure.at(target_s), picture());
          for (const view of ["front", "side", "oblique"]) {
            figure.setView(view);
            out[view] = picture();
          }
          figure.setView("side"); figure.setMirrored(true); out.mirrored = picture();
          return out;
        }"""
    )
    assert pictures["target"] == pictures["again"]
    different = {pictures[name] for name in ("start", "front", "side", "oblique", "mirrored")}
    assert len(different) == 5


def test_the_mirror_exchanges_left_and_right(show: Any) -> None:
    page = show("standing_hip_abduction")
    plain, mirrored = page.evaluate(
        """() => { figure.setView("front"); figure.at(figure.describe().target_s);
          const plain = inked(); figure.setMirrored(true); return [plain, inked()]; }"""
    )
    assert abs(plain["left"] - (mirrored["ink"] - mirrored["left"])) < 0.02 * plain["ink"]
    assert abs(plain["left"] - mirrored["left"]) > 0.05 * plain["ink"]


def test_with_reduced_motion_start_and_target_stand_side_by_side(show: Any) -> None:
    page = show("squat", reducedMotion=True)
    before, drawn = page.evaluate("[picture(), figure.describe().drawn]")
    page.wait_for_timeout(400)
    assert page.evaluate("[picture(), figure.describe().drawn]") == [before, drawn]
    seen = page.evaluate("inked()")
    assert 0.25 < seen["left"] / seen["ink"] < 0.75


def test_it_is_crisp_on_a_dense_screen(show: Any) -> None:
    page = show("squat", ratio=2.0)
    assert page.evaluate("[document.querySelector('canvas').width, inked().all]") == [600, 360000]


def test_speed_is_kept_within_reason_and_stop_clears(show: Any) -> None:
    page = show()
    page.evaluate("figure.setSpeed(1e9)")
    before = page.evaluate("figure.describe().t_s")
    page.wait_for_function("before => figure.describe().t_s !== before", arg=before)
    page.evaluate("figure.setSpeed(NaN)")
    assert page.evaluate("Number.isFinite(figure.describe().t_s)")
    page.evaluate("figure.stop()")
    assert page.evaluate("[inked().ink, figure.describe()]") == [0, None]


def test_an_unknown_exercise_is_refused_and_the_one_before_goes_on(show: Any) -> None:
    page = show()
    page.watch.allow("404")
    said = page.evaluate("figure.show('nothing').then(() => 'shown', (problem) => problem.message)")
    assert "404" in said
    assert page.evaluate("figure.describe().exercise") == "squat"
    page.evaluate("figure.show('plank')")
    page.wait_for_function("figure.describe().exercise === 'plank'")


def test_of_two_asked_for_the_last_is_shown(show: Any) -> None:
    page = show()
    page.evaluate("Promise.all(['lateral_raise', 'sit_to_stand'].map((name) => figure.show(name)))")
    assert page.evaluate("figure.describe().exercise") == "sit_to_stand"
