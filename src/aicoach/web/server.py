"""The server of the screens: own routes first, then Gradio's pages."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from aicoach.live_session import spare_what_is_there
from aicoach.web.assets_routes import add_assets
from aicoach.web.centre import health_router
from aicoach.web.entry import entry_router
from aicoach.web.guarding import Guarding
from aicoach.web.ingest import create_ingest
from aicoach.web.live_routes import live_router
from aicoach.web.pages.plain import plain_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aicoach.web.premises import Premises

_TIDY_S: Final = 5.0
FONTS: Final = ["system-ui", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
"""Of the browser's computer; nothing is fetched."""


def create_server(premises: Premises) -> FastAPI:
    """The app. Closing it ends every session and keeps what it did; the store stays open."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(premises.rooms.watchers.warm)
        spare_what_is_there()
        tidying = asyncio.create_task(_tidy(premises))
        try:
            yield
        finally:
            tidying.cancel()
            with suppress(asyncio.CancelledError):
                await tidying
            await run_in_threadpool(premises.close)

    app = FastAPI(
        title="aicoach", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.add_middleware(Guarding, premises=premises)
    app.include_router(health_router(premises.store))
    app.include_router(entry_router(premises))
    app.include_router(live_router(premises))
    add_assets(app, premises)
    if premises.conduct.sync:
        app.include_router(create_ingest(premises.store).router)
    return mount_page(app, plain_page, premises, path="/")


def mount_page(
    app: FastAPI, make: Callable[[Premises], gr.Blocks], premises: Premises, path: str, **more: Any
) -> FastAPI:
    """Put one page of Gradio at a path, with everything closed that we do not use."""
    mounted: FastAPI = gr.mount_gradio_app(
        app, make(premises), path=path, theme=theme(), footer_links=[],
        run_history=False, enable_monitoring=False, ssr_mode=False, show_error=False, **more,
    )  # fmt: skip
    return mounted


def theme() -> gr.themes.Base:
    """Plain, with the fonts of the computer."""
    return gr.themes.Soft(font=FONTS, font_mono=["ui-monospace", "monospace"])


async def _tidy(premises: Premises) -> None:
    while True:
        await asyncio.sleep(_TIDY_S)
        await run_in_threadpool(premises.rooms.tidy)
