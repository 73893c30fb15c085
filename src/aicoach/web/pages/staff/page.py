"""The page itself: one component, whose script shows what Python answers.

One address for each view (``/staff?at=resident&code=R-0001``), so that it can be linked and
the browser's back button works; and no new load of Gradio from view to view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aicoach.web.assets_routes import version
from aicoach.web.cookies import visitor_of
from aicoach.web.entry import STAFF_ROLES
from aicoach.web.pages.light_gradio import gr
from aicoach.web.pages.staff.asking import Asking
from aicoach.web.pages.staff.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from aicoach.web.premises import Premises

PATH: Final = "/staff"
_AT_ONCE: Final = 8


def staff_page(premises: Premises) -> gr.Blocks:
    """The page."""
    asking = Asking(premises, QUESTIONS)

    def ask(asked: Any, request: gr.Request) -> dict[str, Any]:
        number = asked.get("number") if isinstance(asked, dict) else None
        assert request.request is not None  # every event has come by one
        return {"number": number, "answer": asking.answer(request.request, asked)}

    address = f"/assets/{version()}"
    page: gr.Blocks
    with gr.Blocks(title="aicoach", analytics_enabled=False) as page:
        desk = gr.HTML(
            value={},
            html_template=(
                f'<link rel="stylesheet" href="{address}/staff/desk.css">'
                '<div class="desk" data-desk></div>'
            ),
            js_on_load=(
                f"import('{address}/staff/desk.mjs').then((desk) => "
                "desk.mount(element.querySelector('[data-desk]'), {props, trigger, watch}));"
            ),
            apply_default_css=False,
            container=False,
            padding=False,
        )
        desk.submit(
            ask, desk, desk, api_visibility="private", show_progress="hidden",
            trigger_mode="multiple", concurrency_limit=_AT_ONCE,
        )  # fmt: skip
    return page


def who_of_staff(premises: Premises) -> Callable[[Request], str | None]:
    """For Gradio: the account behind a request, if it is one of staff."""

    def who(request: Request) -> str | None:
        visitor = visitor_of(request, premises, touch=False)
        if visitor is None or visitor.actor is None:
            return None
        return visitor.actor.account if visitor.actor.role.value in STAFF_ROLES else None

    return who
