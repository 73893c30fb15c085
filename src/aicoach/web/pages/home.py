"""The page at home: own screens above, Gradio's charts below, the stage over all of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from aicoach.errors import CoachError
from aicoach.visit.trial import trial_ages
from aicoach.web.assets_routes import version
from aicoach.web.cookies import visitor_of
from aicoach.web.history import CHARTS, history_of
from aicoach.web.pages.light_gradio import gr
from aicoach.web.pages.stage import stage

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language
    from aicoach.web.history import Chart
    from aicoach.web.premises import Premises

_CHARTS: Final = "aicoach-charts"
_HEIGHT_PX: Final = 260
_FULL: Final[dict[str, list[float | None]]] = {
    "done": [0, 100], "effort": [0, 10], "pain": [0, 10],
}  # fmt: skip
"""Scales with an end are shown to their end."""


def first_of_home(premises: Premises) -> str:
    """Address of the script that draws the page before Gradio is there."""
    youngest, oldest = trial_ages()
    ages = f"youngest={youngest}&oldest={oldest}"
    return f"/assets/{version()}/home/first.mjs?mode={premises.conduct.mode}&{ages}"


def home_page(premises: Premises) -> gr.Blocks:
    """The page."""
    address = f"/assets/{version()}"
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        with gr.Column(elem_id=_CHARTS):
            words = gr.HTML("", padding=False, elem_classes="history-words")
            plots = []
            for first in range(0, len(CHARTS), 2):
                with gr.Row():
                    plots += [_empty() for _name in CHARTS[first : first + 2]]
            table = gr.HTML("", padding=False, elem_classes="history-words")
        shell = gr.HTML(
            value={},
            html_template=f'<link rel="stylesheet" href="{address}/home/charts.css">',
            js_on_load=(
                f"import('{first_of_home(premises)}').then(async (first) => "
                f"(await first.home).join({{charts: '{_CHARTS}', "
                "tell: (value) => { props.value = value; trigger('submit'); }}));"
            ),
            container=False,
            padding=False,
        )
        stage("home")

        def load(asked: dict[str, Any] | None, request: gr.Request) -> list[Any]:
            """The charts of whoever is signed in; nothing for anybody else."""
            visitor = visitor_of(request.request, premises) if request.request else None
            wanted = asked or {}
            language: Language = "en" if wanted.get("language") == "en" else "zh"
            weeks = wanted.get("weeks")
            nothing = ["", "", *(gr.skip() for _ in CHARTS)]
            if visitor is None:
                return nothing
            try:
                found = history_of(
                    premises, visitor, weeks if isinstance(weeks, int) else 0, language
                )
            except (CoachError, PermissionError):
                return nothing  # the page above says why
            drawn = zip(CHARTS, found.charts, strict=True)
            return [found.words, found.table, *(_plot(name, chart) for name, chart in drawn)]

        shell.submit(
            load, [shell], [words, table, *plots], api_visibility="private", show_progress="hidden"
        )
    return page


def _empty() -> gr.BarPlot:
    """A chart before anybody asked for it; without points it is not shown."""
    return gr.BarPlot(value=None, x="x", y="y", height=_HEIGHT_PX, visible=False, show_label=False)


def _plot(name: str, chart: Chart) -> gr.BarPlot:
    if not chart.points:
        return gr.BarPlot(visible=False)
    weeks = [f"{first:%m-%d}" for first in chart.weeks]
    known = dict(chart.points)
    values = [known.get(first, math.nan) for first in chart.weeks]
    return gr.BarPlot(
        value=pd.DataFrame({chart.across: weeks, chart.up: values}),
        x=chart.across, y=chart.up, title=chart.title, x_title=chart.across, y_title=chart.up,
        y_lim=_FULL.get(name, [0, max(known.values()) * 1.05]), sort=weeks, x_label_angle=-60,
        visible=True,
    )  # fmt: skip
