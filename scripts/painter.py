"""Opens pages of a server in a browser, and keeps pictures of them that are not large."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from tests.web.browser.conftest import sign_in, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from tests.web.browser.served import Served

SHOTS: Final = Path(
    os.environ.get("AICOACH_SHOTS") or Path(__file__).resolve().parents[1] / "docs" / "screens"
)
LARGEST_BYTES: Final = 60_000
WIDTHS_PX: Final = (1280, 1080, 900)
QUALITIES: Final = (88, 80, 72, 64)
FINE: Final = Image.Resampling.LANCZOS
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
LAPTOP, PHONE, WIDE = (1280, 800), (390, 844), (1920, 1080)
NOTHING_ABOVE: Final = ".desk .top { position: static !important; }"
"""The line above a page moves along with it, and would cover a part of it."""
PICTURES_STAND: Final = """(() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);
  return all(document).filter((one) => one.tagName === "IMG"
    && one.getBoundingClientRect().top < innerHeight && one.offsetParent)
    .every((one) => one.complete);
})()"""


class Painter:
    """Opens pages of one server in one language, and keeps pictures of them."""

    def __init__(self, browser: Browser, served: Served, language: str, wanted: tuple[str, ...]):
        self._browser, self.served, self.language = browser, served, language
        self._wanted = wanted

    def wants(self, kind: str) -> bool:
        """Whether pictures of this kind were asked for."""
        return not self._wanted or any(
            one.startswith(kind) or kind.startswith(one) for one in self._wanted
        )

    @contextmanager
    def page(self, path: str, size: tuple[int, int] = LAPTOP, **more: Any) -> Iterator[Page]:
        """A page in a browser of its own."""
        given = {"permissions": ["camera"], "reduced_motion": "reduce"} | more
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=LOCALES[self.language], **given
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(self.served.url + path, wait_until="domcontentloaded")
        yield page
        context.close()

    def enter(self, page: Page, who: str, path: str) -> None:
        """Sign in and go somewhere, in the language of these pictures."""
        sign_in(page, self.served, who)
        page.evaluate(
            "language => fetch('/entry/language', {method: 'POST', body: JSON.stringify({language}"
            "), headers: {'Content-Type': 'application/json'}}).then((one) => one.status)",
            self.language,
        )
        page.goto(self.served.url + path, wait_until="domcontentloaded")

    def keep(self, page: Page, name: str, *, whole: bool = False, part: str = "") -> None:
        """The picture as WebP, as good as fits.

        whole : also what is below the window. part : a selector, for nothing but this element.
        """
        wait_for(page, PICTURES_STAND, 60.0)
        page.wait_for_timeout(400)  # what has just been shown is drawn
        seen = (
            page.locator(part).first.screenshot(style=NOTHING_ABOVE)
            if part
            else page.screenshot(full_page=whole)
        )
        image = Image.open(io.BytesIO(seen)).convert("RGB")
        for wide, quality in product(WIDTHS_PX, QUALITIES):
            kept, high = io.BytesIO(), round(image.height * wide / image.width)
            small = image if image.width <= wide else image.resize((wide, high), FINE)
            small.save(kept, "WEBP", quality=quality, method=6)
            if kept.tell() <= LARGEST_BYTES:
                break
        else:
            raise SystemExit(f"{name}: larger than {LARGEST_BYTES} bytes; show less of the page")
        path = SHOTS / f"{name}-{self.language}.webp"
        path.write_bytes(kept.getvalue())
        size = f"{kept.tell() // 1000} kB, {small.width} px, quality {quality}"
        print(path.name, size, flush=True)
