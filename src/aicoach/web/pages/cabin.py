"""The page of a cabin's shared screen: its own screens, and the stage above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from aicoach.web.assets_routes import version
from aicoach.web.pages.stage import stage

if TYPE_CHECKING:
    from aicoach.web.premises import Premises


def cabin_page(_premises: Premises) -> gr.Blocks:
    """The page. Everything on it is drawn by ``assets/cabin``; Gradio holds it together."""
    address = f"/assets/{version()}"
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        gr.HTML(
            value={},
            html_template="<div data-cabin></div>",
            js_on_load=(
                f"import('{address}/cabin/cabin.mjs').then((cabin) => "
                "cabin.mountCabin(element.querySelector('[data-cabin]'), "
                f"{{assets: '{address}', version: '{version()}'}}));"
            ),
            container=False,
            padding=False,
        )
        stage("cabin")
    return page
