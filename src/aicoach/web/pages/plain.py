"""A page with the stage and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from aicoach.web.pages.stage import stage

if TYPE_CHECKING:
    from aicoach.web.premises import Premises


def plain_page(premises: Premises) -> gr.Blocks:
    """The page."""
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        stage(premises.conduct.mode)
    return page
