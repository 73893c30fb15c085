"""The live stage: one component, whose script talks to the server over its own socket."""

from __future__ import annotations

from typing import Any

from aicoach.web.assets_routes import version
from aicoach.web.pages.light_gradio import gr


def stage(page: str, **more: Any) -> gr.HTML:
    """Camera picture, skeleton, coach and everything else that is live.

    A function and no subclass: Gradio writes a file beside the source of every subclass.

    Parameters
    ----------
    page
        What the script is to show: ``cabin``, ``home`` or ``plain``.
    more
        For ``gr.HTML``; unknown names become ``props`` of the script.

    The script calls ``trigger('submit')`` with ``props.value`` set when a session has ended.
    """
    address = f"/assets/{version()}"
    return gr.HTML(
        value={},
        html_template="<div data-stage></div>",  # its style is its own: a shadow root
        js_on_load=(
            f"import('{address}/stage/stage.mjs').then((stage) => "
            f"stage.mount(element.querySelector('[data-stage]'), "
            f"{{assets: '{address}', version: '{version()}', page: '{page}', props, trigger, "
            "watch}));"
        ),
        container=False,
        padding=False,
        **more,
    )
