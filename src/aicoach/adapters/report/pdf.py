"""Pages on paper: the same HTML as PDF, with letters that the computer has."""

from __future__ import annotations

import ctypes.util
import logging
import subprocess
from typing import TYPE_CHECKING, Final

from aicoach.errors import ReportError

if TYPE_CHECKING:
    from aicoach.adapters.report.page import Document
    from aicoach.catalog.cues import Language

FONTS: Final = "fonts-noto-cjk"
_SYSTEM: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_INSTALL: Final = "sudo apt-get install -y --no-install-recommends"


def pdf_of(document: Document, language: Language) -> bytes:
    """The page as PDF.

    Raises
    ------
    ReportError
        If the library, its system libraries, or Chinese letters are not there.
    """
    if language == "zh" and not has_chinese_font():
        raise ReportError(
            "PDF in Chinese",
            "this computer has no Chinese font",
            f"install one ({_INSTALL} {FONTS}), or take --format html",
        )
    try:
        import weasyprint  # noqa: PLC0415 - half a second, and only here
    except ImportError:
        raise ReportError(
            "PDF", "WeasyPrint is not installed", "pip install 'aicoach[reports]'"
        ) from None
    except OSError as missing:
        raise ReportError(
            "PDF",
            f"a system library is missing ({str(missing).splitlines()[0][:120]})",
            f"{_INSTALL} {_SYSTEM}",
        ) from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)

    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnPictures(URLFetcher):  # type: ignore[misc] # ships no types
        """A report asks nobody for anything: all it has are its own pictures."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
            """The picture of an address."""
            picture = document.pictures.get(url)
            if picture is None:
                raise ValueError(f"a report fetches nothing, and was asked for {url}")
            return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})

    page = weasyprint.HTML(string=document.html, url_fetcher=OwnPictures())
    written: bytes = page.write_pdf()
    return written


def has_chinese_font() -> bool:
    """Whether some font on this computer has Chinese letters; True where nobody can say."""
    try:
        found = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(found.stdout.strip())


def fast_fonts() -> bool:
    """Whether fonts can be cut to what a page needs by HarfBuzz, in place of ten seconds."""
    return ctypes.util.find_library("harfbuzz-subset") is not None
