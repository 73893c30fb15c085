"""``aicoach triage``: the list that staff begin the day with, and bringing it up to date."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.compose import Language, language
from aicoach.cli.db import Database
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.text import Text

    from aicoach.adapters.store.recovering import LeftOpen
    from aicoach.adapters.store.standing_rows import Standing
    from aicoach.adapters.store.standings import StandingsPage
    from aicoach.adherence import TriageLevel
    from aicoach.catalog import ExerciseSpec
    from aicoach.cli.words import Lang
    from aicoach.phrases import Phrases

_AT_MOST: Final = 500
"""Standings brought up to date before the list is shown: some seconds; the rest say so."""
_REASONS: Final = 4
_WIDTH_IN_A_PIPE: Final = 120
_STYLES: Final = {"red": "bold red", "amber": "yellow", "green": "green"}
_SIGNS: Final = {"red": "●", "amber": "▲", "green": "○"}
"""A sign beside the colour: not everybody sees the colour."""

app = typer.Typer(rich_markup_mode=None)


class Level(str, Enum):
    """Levels of the list."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Order(str, Enum):
    """In which order residents are listed."""

    GRAVEST = "gravest"
    RESIDENT = "resident"
    LAST_SESSION = "last_session"
    NEXT_REVIEW = "next_review"
    SESSIONS = "sessions"


@app.callback(invoke_without_command=True)
def triage(  # noqa: PLR0913, PLR0917 - an option is an argument
    context: typer.Context,
    site: Annotated[str | None, typer.Option(metavar="CODE", help="Only of this site.")] = None,
    level: Annotated[Level | None, typer.Option(help="Only of this level.")] = None,
    text: Annotated[str, typer.Option(metavar="PART", help="Only codes with this in them.")] = "",
    sort: Annotated[Order, typer.Option(help="In which order.")] = Order.GRAVEST,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=500, help="Residents on a page.")] = 30,
    lang: Annotated[
        Language | None, typer.Option("--language", "--lang", help="Of the list.")
    ] = None,
    database: Database = None,
    as_: As = None,
) -> None:
    """Whom to look at first: red, amber, green, and why. No alarm: made when you look."""
    if context.invoked_subcommand is not None:
        return
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.recovering import left_open  # noqa: PLC0415
    from aicoach.adherence import TriageLevel  # noqa: PLC0415
    from aicoach.cli.acting import acting, require_site  # noqa: PLC0415

    store = Store(database)
    gate = acting(store, as_)
    gate.require("triage.view", gate.of_site(site))
    require_site(store, site)
    store.refresh_standings(at_most=_AT_MOST)
    found = store.standings(
        site=site, level=None if level is None else TriageLevel[level.name], text=text,
        sort=sort.value, page=page, size=size,
    )  # fmt: skip
    if page > found.pages:
        raise typer.BadParameter(f"--page {page}: the last one is {found.pages}")
    cut_off = [one for one in left_open(store) if site in (None, one.site)]
    store.close()
    print_page(found, language(lang))
    print_cut_off(cut_off, language(lang))


@app.command()
def refresh(
    every: Annotated[
        bool, typer.Option("--all", help="Those too that are up to date already.")
    ] = False,
    lang: Annotated[
        Language | None, typer.Option("--language", "--lang", help="Of what is said.")
    ] = None,
    database: Database = None,
) -> None:
    """Bring the whole list up to date; run it every night, or whenever it is asked for."""
    from aicoach.adapters.store import Store  # noqa: PLC0415
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415
    from aicoach.cli.acting import acting  # noqa: PLC0415
    from aicoach.phrases import load_phrases  # noqa: PLC0415

    store = Store(database)
    acting(store).require("triage.view", SYSTEM, {"refreshed": True})
    done = store.refresh_standings(every=every)
    store.close()
    phrases = load_phrases(language(lang))
    typer.echo(phrases.text("triage.refreshed", count=done.residents))
    for resident, problem in done.failed:
        said = phrases.text("triage.failed", resident=resident, problem=problem)
        typer.echo(said, err=True)


def print_cut_off(cut_off: Sequence[LeftOpen], lang: Lang) -> None:
    """Name the sessions that nobody records and nobody closed: the list does not have them."""
    from aicoach.phrases import load_phrases  # noqa: PLC0415

    for one in cut_off:
        phrases = load_phrases(lang)
        began = f"{one.began:%Y-%m-%d %H:%M}"
        typer.echo(phrases.text("triage.cut_off", resident=one.resident, began=began))


def print_page(page: StandingsPage, lang: Lang) -> None:
    """Print one page of the list."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from aicoach.catalog import load_catalog  # noqa: PLC0415
    from aicoach.phrases import load_phrases  # noqa: PLC0415

    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, emoji=False, width=_WIDTH_IN_A_PIPE)
    phrases, catalog = load_phrases(lang), load_catalog()
    console.print(Text(phrases.text("triage.title"), style="bold"))
    console.print(_counted(page, phrases))
    if page.rows:
        table = Table(show_lines=True)
        for name in ("level", "resident", "reasons", "sessions", "last", "review"):
            ratio = 1 if name == "reasons" else None
            table.add_column(phrases.text(f"triage.column.{name}"), ratio=ratio,
                             no_wrap=name != "reasons", overflow="fold")  # fmt: skip
        for one in page.rows:
            table.add_row(
                _level(one.level, phrases),
                one.resident,
                _why(one, phrases, lang, catalog),
                _sessions(one),
                "" if one.last_at is None else f"{day_in(one.time_zone, one.last_at)}",
                phrases.text("triage.no_plan") if one.plan is None and one.as_of is not None
                else "" if one.next_review is None else one.next_review.isoformat(),
            )  # fmt: skip
        console.print(table)
    else:
        console.print(phrases.text("triage.nobody"))
    shown = phrases.text("triage.page", total=page.total, page=page.page, pages=page.pages)
    console.print(shown)
    if page.out_of_date:
        count = phrases.text("triage.out_of_date", count=page.out_of_date)
        console.print(Text(count, style="yellow"))
    else:
        console.print(phrases.text("triage.all_fresh"))
    console.print(Text(phrases.text("triage.no_alarm"), style="dim"))


def _counted(page: StandingsPage, phrases: Phrases) -> Text:
    from rich.text import Text  # noqa: PLC0415

    said = Text()
    for level, number in page.counts.items():
        if level is not None or number:
            said.append_text(_level(level, phrases))
            said.append(f"  {number}     ")
    return said


def _level(level: TriageLevel | None, phrases: Phrases) -> Text:
    from rich.text import Text  # noqa: PLC0415

    if level is None:
        return Text(phrases.text("triage.not_looked"), style="dim")
    name = level.name.lower()
    return Text(f"{_SIGNS[name]} {phrases.text(f'staff.level.{name}')}", style=_STYLES[name])


def _why(one: Standing, phrases: Phrases, lang: Lang, catalog: Mapping[str, ExerciseSpec]) -> Text:
    from rich.text import Text  # noqa: PLC0415

    from aicoach.adherence import say_reason  # noqa: PLC0415

    said = Text()
    for reason in one.reasons[:_REASONS]:
        if said:
            said.append("\n")
        said.append(say_reason(reason, lang, catalog), _STYLES[reason.level.name.lower()])
        if reason.day is not None and reason.session is not None:
            said.append(f"  {reason.day:%m-%d}", "dim")
    if len(one.reasons) > _REASONS:
        more = phrases.text("triage.more", count=len(one.reasons) - _REASONS)
        said.append(f"\n{more}", "dim")
    if one.out_of_date and one.as_of is not None:
        said.append(("\n" if said else "") + phrases.text("triage.old", date=one.as_of), "yellow")
    return said


def _sessions(one: Standing) -> str:
    """Done of asked; asked stays open before a plan was in force for a week."""
    if one.done is None:
        return ""
    return f"{one.done}/{'-' if one.asked is None else f'{one.asked:g}'}"
