"""The readable page of an export: one file of HTML, nothing fetched from anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from aicoach.access.consents import consent_kinds
from aicoach.catalog.cues import LANGUAGES
from aicoach.phrases import load_phrases
from aicoach.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from aicoach.adapters.store.exporting import Contents
    from aicoach.catalog.cues import Language
    from aicoach.records import KeptSession

_STYLE: Final = """
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; color: #1d2433;
  background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.3; margin: 0 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; padding-bottom: .3rem;
  border-bottom: 2px solid #2f6f73; }
p { margin: .5rem 0; max-width: 46rem; }
.note { color: #48536a; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem 1rem .4rem 0; vertical-align: top;
  border-bottom: 1px solid #dfe4ea; overflow-wrap: anywhere; }
th { font-weight: 600; color: #48536a; font-size: .9rem; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.nowrap { white-space: nowrap; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { break-after: avoid; } }
"""
_STATUS: Final = {
    "active": "in_force", "draft": "draft", "paused": "paused", "completed": "completed",
}  # fmt: skip


def export_page(contents: Contents, language: Language) -> str:
    """The whole page."""
    page = _Page(language, zone_of(contents.person.time_zone))
    say, person = page.say, contents.person
    made = say("made", day=f"{contents.made_at.astimezone(page.zone):%Y-%m-%d}", resident=person.id)
    parts = [
        f"<h1>{escape(say('title'))}</h1>",
        f"<p>{escape(made)}</p>",
        *(f'<p class="note">{escape(say(key))}</p>' for key in ("about", "no_video", "no_device")),
        page.table("person", ("", ""), _person(contents, page)),
        page.table(
            "consents", ("consent", "version", "given", "withdrawn"), _consents(contents, page)
        ),
        page.table(
            "enrolments", ("when", "question", "answer"), _enrolments(contents, page)
        ),
        page.table("plans", ("plan", "status", "signed"), _plans(contents, page)),
        page.table(
            "sessions",
            ("day", "plan", "#minutes", "#sets", "#repetitions", "ended"),
            (_session(kept, page) for kept in reversed(contents.sessions)),
        ),
        page.table(
            "messages", ("when", "text"),
            ((page.when(one.sent_at), one.text) for one in contents.messages),
        ),
        page.table(
            "reviews", ("when", "text"),
            ((page.when(one.reviewed_at), one.note) for one in contents.reviews if one.note),
        ),
        page.table(
            "audit", ("when", "who", "what"),
            ((page.when(at), actor, action) for at, actor, action in reversed(contents.audit)),
        ),
        page.table("files", ("file", "#size"), ((path, f"{n:,}") for path, n in contents.files)),
    ]  # fmt: skip
    lang = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(say('title'))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


class _Page:
    """Words of one language, and times of one place."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language, self.zone = language, zone
        self._phrases = load_phrases(language)

    def say(self, key: str, **places: object) -> str:
        return self._phrases.text(f"privacy.export.{key}", **places)

    def when(self, at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def table(self, title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
        """A titled table; a head that begins with # is one of numbers."""
        names = list(heads)
        number = [name.startswith("#") for name in names]
        body = ["<tr>" + "".join(map(_cell, row, number)) + "</tr>" for row in rows]
        head = "".join(
            f"<th{' class=number' if is_number else ''}>{escape(self.say(name.lstrip('#')))}</th>"
            for name, is_number in zip(names, number, strict=True)
            if name
        )
        titled = f"<h2>{escape(self.say(title))}</h2>"
        if not body:
            return f'{titled}\n<p class="note">{escape(self.say("none"))}</p>'
        top = f"<thead><tr>{head}</tr></thead>" if head else ""
        return f"{titled}\n<table>{top}<tbody>\n" + "\n".join(body) + "\n</tbody></table>"


def _cell(value: object, is_number: bool) -> str:
    text = "" if value is None else str(value)
    # A time or a day stays on one line.
    kind = "number" if is_number else "nowrap" if text[:4].isdigit() and len(text) <= 16 else ""
    return f"<td{f' class={kind}' if kind else ''}>{escape(text)}</td>"


def _person(contents: Contents, page: _Page) -> list[tuple[str, object]]:
    person = contents.person
    rows = (
        ("code", person.id), ("name", person.name), ("birth_year", person.birth_year),
        ("site", person.site),
        ("language", page.say(f"language_{person.language}") if person.language in LANGUAGES
         else person.language),
    )  # fmt: skip
    return [(page.say(key), value) for key, value in rows if value is not None]


def _consents(contents: Contents, page: _Page) -> list[tuple[object, ...]]:
    kinds = consent_kinds()
    return [
        (
            kinds[one.kind].title(page.language),
            one.text_version,
            page.when(one.given_at),
            page.when(one.withdrawn_at),
        )
        for one in contents.consents
    ]


def _enrolments(contents: Contents, page: _Page) -> list[tuple[object, ...]]:
    words = load_phrases(page.language)
    said = {True: "pages.yes", False: "pages.no", None: "pages.unknown"}
    return [
        (
            page.when(one.answered_at),
            words.text(f"screening.ask.{question}"),
            words.text(said[answer]),
        )
        for one in reversed(contents.enrolments)
        for question, answer in one.answers.items()
    ]


def _plans(contents: Contents, page: _Page) -> list[tuple[object, ...]]:
    return [
        (
            page.say("plan_version", plan=one.plan, number=one.version),
            page.say(_STATUS[one.status]) if one.status in _STATUS else one.status,
            one.signed_at,
        )
        for one in contents.plans
    ]


def _session(kept: KeptSession, page: _Page) -> tuple[object, ...]:
    head = kept.session
    minutes = None
    if head.ended_at is not None:
        minutes = f"{(head.ended_at - head.started_at).total_seconds() / 60.0:.0f}"
    ended = head.why_ended if head.why_ended in ("complete", "interrupted") else "stopped"
    return (
        head.day,
        page.say("plan_version", plan=head.plan_id, number=head.plan_version),
        minutes,
        len(kept.sets),
        len(kept.repetitions),
        "" if head.why_ended is None else page.say(str(ended)),
    )
