"""The page of a cabin's shared screen: its own screens, and the stage above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.web.assets_routes import version
from aicoach.web.pages.light_gradio import gr
from aicoach.web.pages.stage import stage

if TYPE_CHECKING:
    from aicoach.web.premises import Premises


def first_of_cabin(_premises: Premises) -> str:
    """Address of the script that draws the page before Gradio is there."""
    return f"/assets/{version()}/cabin/first.mjs"


def cabin_page(_premises: Premises) -> gr.Blocks:
    """The page. Everything else on it is drawn by ``assets/cabin``."""
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        stage("cabin")
    return page
