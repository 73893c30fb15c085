"""The panel for a clip of one's own, to be put into any page."""

from __future__ import annotations

import gradio as gr

from aicoach.web.assets_routes import version


def clip_panel(language: str = "en") -> gr.HTML:
    """The panel; its script is ``/assets/VERSION/clip/clip.mjs`` for pages without Gradio."""
    return gr.HTML(
        value={},
        html_template="<div data-clip></div>",
        js_on_load=(
            f"import('/assets/{version()}/clip/clip.mjs').then((clip) => "
            "clip.mount(element.querySelector('[data-clip]'), "
            f"{{version: '{version()}', language: '{language}'}}));"
        ),
        container=False,
        padding=False,
    )
