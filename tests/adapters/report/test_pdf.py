"""The same pages on paper: Chinese letters inside, one sheet, and clear words when it cannot be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib

import pytest

from aicoach.adapters.report import pdf
from aicoach.adapters.report.document import Document
from aicoach.adapters.report.page import Page, document_for_paper
from aicoach.adapters.report.pdf import Press, pdf_of
from aicoach.errors import ReportError

from .conftest import words

weasyprint = pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
fast = pytest.mark.skipif(not pdf.fast_fonts(), reason="without HarfBuzz a page takes ten seconds")


def sheets(made: bytes) -> int:
    plain = made + b"".join(
        _inflated(one) for one in re.findall(rb"stream\r?\n(.*?)endstream", made, re.DOTALL)
    )
    return len(re.findall(rb"/Type\s*/Page[^s]", plain))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@fast
def test_the_page_of_a_resident_is_one_sheet_with_its_own_letters(
    pages: dict[tuple[str, str], Page],
) -> None:
    if not pdf.has_chinese_font():
        pytest.skip("no Chinese font here; scripts/setup.sh says which")
    with Press() as press:
        made = press.pdf_of(document_for_paper(pages["resident", "zh"], words("zh")), "zh")
    assert made.startswith(b"%PDF-")
    assert sheets(made) == 1
    assert len(made) < 2_000_000  # only the letters that it needs


@fast
def test_a_page_may_fetch_nothing(caplog: pytest.LogCaptureFixture) -> None:
    page = '<html lang="en"><body><img src="http://127.0.0.1:9/x.png" alt=""/>x</body></html>'
    assert pdf_of(Document(page, {}), "en").startswith(b"%PDF-")


def test_without_a_chinese_font_it_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, stdout="", stderr="")

    monkeypatch.setattr(pdf.subprocess, "run", none_found)
    with pytest.raises(ReportError, match=r"no Chinese font; install one .*fonts-noto-cjk"):
        pdf_of(Document("<p>你好</p>", {}), "zh")


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ReportError, match=r"WeasyPrint is not installed; pip install"):
        pdf_of(Document("<p>hello</p>", {}), "en")


def test_where_nobody_can_say_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert shutil.which("fc-list") is None
    assert pdf.has_chinese_font()


def test_where_no_other_program_can_be_started_the_page_is_made_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf.sys, "executable", "/nowhere/python")
    monkeypatch.setattr(pdf, "_printed", lambda _: b"made here")
    with Press() as press:
        assert press.pdf_of(Document("<p>x</p>", {}), "en") == b"made here"


def test_a_program_that_falls_over_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.sys, "executable", "/bin/false")
    monkeypatch.setattr(pdf, "_printed", lambda _: b"made here")
    with Press() as press:
        assert press.pdf_of(Document("<p>x</p>", {}), "en") == b"made here"
