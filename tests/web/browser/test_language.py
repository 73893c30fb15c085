"""The scripts of a page speak the language that the server would answer in."""

from __future__ import annotations

from types import SimpleNamespace

from aicoach.web.assets_routes import version

from .assets_only import assets
from .conftest import OpenPage
from .languages import CHOSEN

__all__ = ["assets"]


def test_scripts_choose_the_language_as_the_server_does(
    assets: SimpleNamespace, open_page: OpenPage
) -> None:
    page = open_page(assets, "/")
    cases = [
        [chosen, [part.partition(";")[0] for part in asked.split(",") if part], spoken]
        for chosen, asked, spoken in CHOSEN
    ]
    found = page.evaluate(
        """async ([address, cases]) => {
          const { spoken } = await import(address);
          return cases.map(([chosen, asked]) => {
            Object.defineProperty(navigator, 'languages', { value: asked, configurable: true });
            return spoken(chosen);
          });
        }""",
        [f"/assets/{version()}/common/language.mjs", cases],
    )
    assert found == [spoken for _chosen, _asked, spoken in cases]
