"""Who is woken for each picture of the screen: the module of the page itself, on an empty page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage
from .served import Served

__all__ = ["assets"]

WATCHED_MS = 1000
RUN = """async ([address, watched]) => {
  const { cover, nextPicture } = await import(`${address}/common/frames.mjs`);
  const woken = { page: 0, stage: 0 };
  const again = (who, ask) => {
    const draw = () => {
      woken[who] += 1;
      ask()(draw);
    };
    ask()(draw);
  };
  again("page", () => window.requestAnimationFrame);
  again("stage", () => nextPicture);
  const counted = async () => {
    Object.assign(woken, { page: 0, stage: 0 });
    await new Promise((done) => setTimeout(done, watched));
    return { ...woken };
  };
  const open = await counted();
  cover(true);
  const covered = await counted();
  let refused = 0;
  window.cancelAnimationFrame(window.requestAnimationFrame(() => { refused += 1; }));
  await counted();
  cover(false);
  await counted(); // whoever waits comes once more, and asks anew
  return { open, covered, refused, after: await counted() };
}"""


@pytest.fixture
def told(open_page: OpenPage, assets: SimpleNamespace) -> dict[str, Any]:
    page = open_page(assets, "/")  # type: ignore[arg-type]
    found: dict[str, Any] = page.evaluate(RUN, [f"/assets/{version()}", WATCHED_MS])
    return found


def test_under_the_stage_the_page_is_woken_seldom_and_the_stage_always(
    told: dict[str, Any],
) -> None:
    assert 1 <= told["covered"]["page"] < told["covered"]["stage"] / 2
    assert told["refused"] == 0, "whoever thought better of it is not woken"
    for now in ("open", "after"):  # both are woken for each picture, whoever asked first
        assert abs(told[now]["page"] - told[now]["stage"]) <= 2


COUNT = """const native = window.requestAnimationFrame.bind(window);
window.asked = 0;
window.requestAnimationFrame = (draw) => { window.asked += 1; return native(draw); };"""


def test_gradio_asks_through_ours_from_its_first_picture_on(
    home: Served, open_page: OpenPage
) -> None:
    page = open_page(home, "/")
    page.add_init_script(COUNT)
    page.reload()
    page.wait_for_function("() => window.aicoachStage")
    counts = page.evaluate(
        """async ([address, watched]) => {
          const { cover } = await import(`${address}/common/frames.mjs`);
          const counted = async () => {
            window.asked = 0;
            await new Promise((done) => setTimeout(done, watched));
            return window.asked;
          };
          const open = await counted();
          cover(true);
          await counted();
          return [open, await counted()];
        }""",
        [f"/assets/{version()}", WATCHED_MS],
    )
    assert counts[1] == 0, f"of the browser itself nobody asks: {counts}"
