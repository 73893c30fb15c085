"""Pages on paper: the same HTML as PDF, with letters that the computer has."""

from __future__ import annotations

import contextlib
import ctypes.util
import gc
import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from aicoach.adapters.report.document import Document
from aicoach.adapters.report.svg import FAMILY
from aicoach.errors import ReportError

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language

_PDF: Final = b"%PDF-"
FONTS: Final = "fonts-noto-cjk"
_SYSTEM: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_INSTALL: Final = "sudo apt-get install -y --no-install-recommends"


class Press:
    """A program of its own that loads the library while the data are still being read.

    On two cores a page is there half a second sooner. Where no other program can be started,
    the page is made here.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from aicoach.adapters.report import pdf; pdf.serve()"]
        try:
            self._other: subprocess.Popen[bytes] | None = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            self._other = None

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        if self._other is not None:
            self._other.kill()
            self._other.communicate()
            self._other = None

    def pdf_of(self, document: Document, language: Language) -> bytes:
        """As :func:`pdf_of`."""
        _require_letters(language)
        if self._other is not None:
            order = json.dumps([document.html, dict(document.pictures)]).encode()
            made, _ = self._other.communicate(order)
            if made.startswith(_PDF):
                return made
        return pdf_of(document, language)  # and say here what is wrong


def serve() -> NoReturn:
    """Make one page: what comes in is a document, what goes out is its PDF."""
    gc.disable()  # one page, and it is over
    with contextlib.suppress(ReportError):
        _printed(_SPECIMEN)  # so letters and styles are loaded while the order is awaited
    html, pictures = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_printed(Document(html, pictures)))
    sys.stdout.buffer.flush()
    os._exit(0)  # tidying up takes as long as half a page, and somebody waits


_SPECIMEN: Final = Document(
    f"""<html lang="zh"><head><style>
    @page {{ size: A4; margin: 14mm; @bottom-right {{ content: counter(page) }} }}
    body {{ font-family: {FAMILY} }} p {{ float: left; border: 1px solid #999 }}
    </style></head><body><h1>一 One</h1><p>二 <b>two</b></p><img src="picture:1" alt=""/>
    <table><tr><th>三</th><td>3</td></tr></table></body></html>""",
    {
        "picture:1": f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"
        font-family="{FAMILY}"><path d="M0 0L3 3h1z" fill="none" stroke="#1a1a1a"/>
        <text x="1" y="9" font-size="4">四 4</text></svg>"""
    },
)
"""A page with a little of everything."""


def pdf_of(document: Document, language: Language) -> bytes:
    """The page as PDF.

    Raises
    ------
    ReportError
        If the library, its system libraries, or Chinese letters are not there.
    """
    _require_letters(language)
    return _printed(document)


def _require_letters(language: Language) -> None:
    if language == "zh" and not has_chinese_font():
        raise ReportError(
            "PDF in Chinese",
            "this computer has no Chinese font",
            f"install one ({_INSTALL} {FONTS}), or take --format html",
        )


def _printed(document: Document) -> bytes:
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
