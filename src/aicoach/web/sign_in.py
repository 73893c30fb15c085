"""``/sign-in``: a small page of its own, which works without Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from aicoach.web.small_page import small_page

if TYPE_CHECKING:
    from aicoach.web.premises import Premises


def sign_in_router(premises: Premises) -> APIRouter:
    """The page; what it says is put there by its script, in the language of the browser."""
    router = APIRouter()

    @router.get("/sign-in", response_class=HTMLResponse)
    def page(request: Request) -> Response:
        """Nobody needs to be signed in for it."""
        return small_page(
            request, premises, title="home.entry.title", style="entry/sign_in.css",
            script="entry/sign_in.mjs", element="entry",
        )  # fmt: skip

    return router
