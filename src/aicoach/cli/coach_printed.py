"""The report of a session for a person, from the report document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from aicoach.cli.coach_timeline import clock, done_words, measured
from aicoach.cli.coach_words import COACH_WORDS
from aicoach.cli.words import WORDS, Lang, cue_words
from aicoach.visit.questions import question_text

if TYPE_CHECKING:
    from aicoach.visit.preparing import Visit

_WIDTH_IN_A_PIPE = 110
_NOTES = 2
"""Corrections that the table names per exercise."""
_LEVELS = ("none", "inform", "warn", "slow", "rest", "stop")
_COLOURS = {"warn": "yellow", "slow": "dark_orange", "rest": "red", "stop": "bold red"}


def console() -> Console:
    """The terminal, or a pipe of comfortable width."""
    found = Console(highlight=False, emoji=False)
    if found.is_terminal:
        return found
    return Console(highlight=False, emoji=False, width=_WIDTH_IN_A_PIPE)


def print_opening(out: Console, visit: Visit, strap: str, notes: Sequence[str]) -> None:
    """What is about to run, and on what it rests."""
    words, plan, head = COACH_WORDS[visit.lang], visit.plan, visit.head
    title = f"[bold]{escape(plan.title.text(visit.lang))}[/bold]"
    if head.demonstration:
        title += f"  [yellow]{words['status.example']}[/yellow]"
    out.print(title)
    facts = [head.source, words[f"answers.{head.answers}"], strap or words["no_strap"]]
    out.print(Text("  ·  ".join(fact for fact in facts if fact), style="dim"))
    for note in notes:
        out.print(Text(note, style="dim"))
    out.print()


def print_session_report(document: Mapping[str, Any], lang: Lang, out: Console) -> None:
    """Print the report of one session."""
    words = COACH_WORDS[lang]
    out.print()
    out.print(Rule(f"[bold]{words['report']}[/bold]", align="left", style="dim"))
    out.print(_headline(document, lang))
    out.print(Text(_basis(document, lang), style="dim"))
    if document["exercises"]:
        out.print(_table(document, lang))
    rows = [(words["heart"], _heart(document["heart_rate"], lang))]
    for key in ("effort", "pain"):
        values = [one["value"] for one in document[key] if one["value"] is not None]
        if values:
            rows.append((words[key], f"{'–'.join(_span(values))} / 10"))
    if document["met_minutes"] and document["met_minutes"]["high"]:
        energy = document["met_minutes"]
        rows.append((words["energy"], f"{energy['low']:.0f}–{energy['high']:.0f} MET-min"))
    grid = Table.grid(padding=(0, 2))
    for name, text in rows:
        grid.add_row(f"[bold]{name}[/bold]", text)
    out.print(grid)
    out.print(
        f"[bold]{words['alerts']}[/bold]"
        + ("" if document["alerts"] else f"  {words['alerts.none']}")
    )
    if document["alerts"]:
        out.print(_alerts(document, lang))
    _lines(out, words["not_measured"], map(escape, _not_measured(document, lang)))
    staff = Counter(one["why"] for one in document["staff"])
    _lines(out, words["notified"], (f"[bold red]☎[/] {escape(why)}" for why in staff))
    out.print(Text(words["not_medical"], style="dim"))


def _headline(document: Mapping[str, Any], lang: Lang) -> str:
    words, outcome = COACH_WORDS[lang], document["outcome"]
    complete = outcome["why"] == "complete"
    whole = outcome["completed"] is not None and outcome["completed"] >= 1.0
    head = words["complete" if whole else "to_the_end"] if complete else words["ended_early"]
    facts = [f"[bold {'green' if complete else 'yellow'}]{head}[/]"]
    if not complete:
        facts.append(escape(_why(outcome["why"], document, lang)))
    if outcome["completed"] is not None:
        facts.append(f"{outcome['completed']:.0%} {words['completed']}")
    facts.append(f"{words['lasted']} {clock(outcome['lasted_s'])}")
    return " · ".join(facts)


def _why(why: str, document: Mapping[str, Any], lang: Lang) -> str:
    known = COACH_WORDS[lang].get(f"why.{why}")
    if known:
        return known
    said = next((a["said"] for a in document["alerts"] if a["rule"] == why and a["said"]), "")
    return f"{why} {said}".strip()


def _basis(document: Mapping[str, Any], lang: Lang) -> str:
    words = COACH_WORDS[lang]
    facts = [document["plan"]["title"][lang], document["source"], document["today"]]
    facts.append(words.get(f"answers.{document['answered_by']}", ""))
    if document["demonstration"]:
        facts.append(words["status.example"])
    return " · ".join(fact for fact in facts if fact)


def _table(document: Mapping[str, Any], lang: Lang) -> Table:
    words = COACH_WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(words["exercise"])
    table.add_column(words["sets"], justify="right", no_wrap=True)
    table.add_column(words["done"], no_wrap=True)
    table.add_column(words["score"], justify="right", no_wrap=True)
    table.add_column(words["notes"])
    part = ""
    for one in document["exercises"]:
        if one["part"] != part:
            part = one["part"]
            table.add_row(f"[dim]{words['part.' + part]}[/]")
        sets = one["sets"]
        names = one["names"]
        name = names[lang] if names else one["exercise"]
        whole = sum(s["done"] >= s["planned"] for s in sets)
        scores = [s["mean_score"] for s in sets if s["mean_score"] is not None]
        done = list(
            dict.fromkeys(done_words(s["mode"], s["done"], s["planned"], lang) for s in sets)
        )
        table.add_row(
            escape(str(name)),
            f"{whole}/{one['planned_sets']}",
            "\n".join(done),
            f"{sum(scores) / len(scores):.0f}" if scores else "–",
            "\n".join(_notes(sets, lang)),
        )
    return table


def _notes(sets: Sequence[Mapping[str, Any]], lang: Lang) -> list[str]:
    words, cues = COACH_WORDS[lang], cue_words(lang)
    found: Counter[str] = Counter()
    for one in sets:
        for fault in one["faults"]:
            found[fault["cue"]] += fault["times"]
    notes = [f"{escape(cues.get(cue, cue))} ×{n}" for cue, n in found.most_common(_NOTES)]
    if len(found) > _NOTES:
        notes.append(f"[dim]{words['more'].format(n=len(found) - _NOTES)}[/]")
    for why in dict.fromkeys(one["why"] for one in sets):
        said = words.get(f"why.{why}", why)
        if said:
            notes.append(f"[yellow]{escape(said)}[/]")
    return notes


def _heart(heart: Mapping[str, Any], lang: Lang) -> str:
    words = COACH_WORDS[lang]
    bounds = [heart["lower_bpm"], heart["upper_bpm"]]
    facts = []
    if any(bound is not None for bound in bounds):
        span = "–".join("?" if bound is None else f"{bound:.0f}" for bound in bounds)
        facts.append(f"{words['heart.window']} {span} {words['unit.bpm']}")
    if heart["hard_cap_bpm"] is not None:
        facts.append(f"{words['heart.cap']} {heart['hard_cap_bpm']:.0f}")
    if heart["highest_bpm"] is None:
        return " · ".join([f"[yellow]{words['heart.none']}[/]", *facts])
    minutes = words["minutes"]
    facts.insert(0, f"{heart['in_zone_s'] / 60:.0f} {minutes} {words['heart.in_zone']}")
    if heart["above_zone_s"]:
        facts.insert(1, f"{heart['above_zone_s'] / 60:.1f} {minutes} {words['heart.above']}")
    facts.append(f"{words['heart.highest']} {heart['highest_bpm']:.0f}")
    if heart["coverage"] is not None:
        facts.append(words["heart.coverage"].format(share=heart["coverage"]))
    return " · ".join(facts)


def _span(values: Sequence[float]) -> list[str]:
    least, most = min(values), max(values)
    return [f"{least:g}"] if least == most else [f"{least:g}", f"{most:g}"]


def _alerts(document: Mapping[str, Any], lang: Lang) -> Table:
    """One row per rule, the gravest first: what was measured, the limit, and who set it."""
    words = COACH_WORDS[lang]
    by_rule: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for alert in document["alerts"]:
        by_rule.setdefault((alert["rule"], alert["level"]), []).append(alert)
    table = Table.grid(padding=(0, 2))
    order = sorted(by_rule.items(), key=lambda item: -_LEVELS.index(item[0][1]))
    for (rule, level), alerts in order:
        first = alerts[0]
        what = words.get(f"quantity.{first['quantity']}", first["quantity"].replace("_", " "))
        facts = [f"{what} {measured(first['value'], first['unit'], lang)}".strip()]
        if first["limit"] is not None:
            author = words.get(f"author.{first['author']}", first["author"])
            limit = measured(first["limit"], first["unit"], lang)
            facts.append(f"{words['limit']} {limit}, {words['author']} {author}")
        times = f" ×{len(alerts)}" if len(alerts) > 1 else ""
        colour = _COLOURS.get(level, "cyan")
        at = clock(first["t_s"])
        said = f"\n[dim]{escape(first['said'])}[/]" if first["said"] else ""
        table.add_row(
            f"  [{colour}]{words['level.' + level]}[/]",
            f"[bold]{escape(rule)}[/]{times}",
            at,
            escape(" · ".join(facts)) + said,
        )
    return table


def _not_measured(document: Mapping[str, Any], lang: Lang) -> Iterable[str]:
    words, cues, spoken = COACH_WORDS[lang], WORDS[lang], cue_words(lang)
    for one in document["not_measured"]:
        names = one.get("names")
        name = names[lang] if names else one.get("exercise", "")
        detail = one["detail"]
        if one["what"] == "heart_rate":
            yield words["nm.heart_rate"]
        elif one["what"] == "not_seen":
            yield words["nm.not_seen"].format(name=name, share=detail)
        elif one["what"] == "not_assessed":
            texts = (spoken.get(cue, cue.replace("_", " ")) for cue in detail["cues"])
            rules = cues["list_sep"].join(dict.fromkeys(texts))
            views = cues["or"].join(cues["view." + view] for view in detail["views"])
            yield words["nm.not_assessed"].format(name=name, rules=rules, views=views)
        elif one["what"] == "not_known":
            asked = cues["list_sep"].join(question_text(q, lang) for q in detail)
            yield words["nm.not_known"].format(questions=asked)
        else:
            yield words["nm.note"].format(note=detail)


def _lines(out: Console, heading: str, lines: Iterable[str]) -> None:
    shown = list(dict.fromkeys(lines))
    if shown:
        out.print(f"[bold]{heading}[/bold]")
        for line in shown:
            out.print(f"  {line}")
