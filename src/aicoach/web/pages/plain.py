"""A page with the stage and nothing else: for tests, and for whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from aicoach.web.pages.stage import stage

if TYPE_CHECKING:
    from aicoach.web.premises import Premises


def plain_page(premises: Premises) -> gr.Blocks:  # noqa: ARG001 - every page is made of them
    """The page: one exercise to choose, and the stage. Nothing of it is stored."""
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        stage("plain")
    return page
