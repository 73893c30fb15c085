"""The report for a person, from the report document, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from aicoach.catalog.vocabulary import conditions
from aicoach.cli.words import WORDS, Lang, cue_words

if TYPE_CHECKING:
    from aicoach.catalog import ExerciseSpec

_WIDTH_IN_A_PIPE = 110
_DEGREE_STEP = 5.0


def _console() -> Console:
    console = Console(highlight=False, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(highlight=False, emoji=False, width=_WIDTH_IN_A_PIPE)
    )


def print_report(document: Mapping[str, Any], lang: Lang) -> None:
    """Print one report."""
    console, words = _console(), WORDS[lang]
    console.print(_headline(document, lang))
    if document["repetitions"]:
        console.print(_repetition_table(document, lang))
        console.print(Text(words["tempo_note"], style="dim"))
    if document["holds"]:
        console.print(_hold_table(document, lang))
    loose = [fault for fault in document["faults"] if fault["repetition"] is None]
    _print_lines(
        console,
        words["between"] if document["repetitions"] else words["form"],
        (f"{_span(fault)}  {_fault_words(fault, lang)}" for fault in loose),
    )
    _print_lines(
        console,
        words["what_not_counted"],
        (
            f"{_span(item)}  {words['reason.' + item['reason']]}  [dim]{escape(item['detail'])}[/]"
            for item in document["rejected"]
        ),
    )
    _print_lines(
        console,
        words["what_not_assessed"],
        (
            f"{escape(_cue(item['cue'] or item['rule'], lang))}  [dim]{_needs(item, words)}[/]"
            for item in document["not_assessed"]
        ),
    )
    _print_lines(console, words["notes"], map(escape, document["quality"]["notes"]))
    console.print()


def print_overview(documents: Sequence[Mapping[str, Any]], lang: Lang) -> None:
    """One line per input, failures included."""
    words = WORDS[lang]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("input", "exercise", "count", "held", "not_counted", "faults"):
        right = column not in ("input", "exercise")
        table.add_column(words[column], justify="right" if right else "left")
    for document in documents:
        name = escape(document["input"]["name"])
        if "error" in document:
            table.add_row(name, f"[red]{words['failed']}[/red]")
            continue
        table.add_row(
            name,
            _exercise_name(document, lang),
            str(document["count"]),
            f"{document['held_s']:.0f} s" if document["holds"] else "",
            str(len(document["rejected"])),
            str(len(document["faults"])),
        )
    _console().print(table)


def _exercise_name(document: Mapping[str, Any], lang: Lang) -> str:
    names = document["names"]
    return str(names[lang]) if names else WORDS[lang]["unknown_exercise"]


def _headline(document: Mapping[str, Any], lang: Lang) -> str:
    words, quality = WORDS[lang], document["quality"]
    name = escape(document["input"]["name"])
    first = f"[bold]{escape(_exercise_name(document, lang))}[/bold]  {name}"
    if document["auto_confidence"] is not None:
        first += f"  ({words['recognised']}, {words['sure']} {document['auto_confidence']:.0%})"
    if document["kind"] == "hold":
        what = f"[bold]{document['held_s']:.1f} s[/bold] {words['held']}"
    else:
        what = f"[bold]{document['count']}[/bold] {words['repetitions']}"
    facts = [
        what,
        f"{words['not_counted']} {len(document['rejected'])}",
        f"{words['view']}: {words['view.' + document['view']]}",
        f"{words['duration']} {quality['duration_s'] or 0:.1f} s",
        f"{words['seen']} {quality['seen_fraction'] or 0:.0%}",
        f"{quality['mean_fps'] or 0:.0f} {words['frames_per_s']}",
    ]
    lines = [first, "  ·  ".join(facts)]
    if not quality["seen_fraction"]:
        lines.append(f"[yellow]{words['nobody']}[/yellow]")
    return "\n".join(lines)


def _repetition_table(document: Mapping[str, Any], lang: Lang) -> Table:
    words, repetitions = WORDS[lang], document["repetitions"]
    sided = any(item["side"] != "both" for item in repetitions)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in (
        "number",
        *(["side"] if sided else []),
        "start",
        "time",
        "tempo",
        "range",
        "score",
    ):
        table.add_column(words[column], justify="right", no_wrap=True)
    table.add_column(words["form"])
    for item in repetitions:
        cells = [str(item["index"])]
        if sided:
            cells.append(words["side." + item["side"]])
        phases = item["phases"].values()
        cells += [
            _seconds(item["start_s"]),
            f"{item['end_s'] - item['start_s']:.1f} s",
            "-".join("?" if phase is None else f"{phase:.1f}" for phase in phases),
            _degrees(item["range_deg"]),
            "–" if item["score"] is None else str(item["score"]),
            _form(item, lang),
        ]
        table.add_row(*cells)
    return table


def _hold_table(document: Mapping[str, Any], lang: Lang) -> Table:
    words = WORDS[lang]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("start", "time"):
        table.add_column(words[column], justify="right")
    table.add_column(words["accepted"])
    table.add_column(words["end"])
    for item in document["holds"]:
        kept = (
            words["hold.accepted"]
            if item["accepted"]
            else escape(item["reason"] or words["hold.rejected"])
        )
        ended = words.get("ended." + item["ended_by"], item["ended_by"])
        table.add_row(_seconds(item["start_s"]), f"{item['duration_s']:.1f} s", kept, escape(ended))
    return table


def _form(repetition: Mapping[str, Any], lang: Lang) -> str:
    words = WORDS[lang]
    parts = [_fault_words(fault, lang) for fault in repetition["faults"]]
    if repetition["target_reached"] is False:
        parts.insert(0, words["target_missed"])
    if parts:
        return words["list_sep"].join(dict.fromkeys(parts))
    return "" if repetition["score"] is None else f"[green]{words['good']}[/green]"


def _fault_words(fault: Mapping[str, Any], lang: Lang) -> str:
    text = escape(_cue(fault["cue"], lang))
    colour = {"safety": "red", "major": "red", "minor": "yellow"}.get(fault["severity"])
    side = "" if fault["side"] == "both" else f" ({WORDS[lang]['side.' + fault['side']]})"
    return f"[{colour}]{text}{side}[/{colour}]" if colour else text + side


def _named(kind: str, item: str, words: Mapping[str, str]) -> str:
    """The word for a key of the catalogue; English keys read as they are."""
    return words.get(f"{kind}.{item}", item.replace("_", " "))


def _cue(key: str, lang: Lang) -> str:
    return cue_words(lang).get(key, key.replace("_", " "))


def _needs(item: Mapping[str, Any], words: Mapping[str, str]) -> str:
    if item["reason"] != "view":
        return words["hidden"]
    return f"{words['needs_view']} " + words["or"].join(words["view." + v] for v in item["needs"])


def _print_lines(console: Console, heading: str, lines: Iterable[str]) -> None:
    shown = list(dict.fromkeys(lines))  # two rules may share a cue
    if shown:
        console.print(f"[bold]{heading}[/bold]")
        for line in shown:
            console.print(f"  {line}")


def _span(item: Mapping[str, Any]) -> str:
    return f"{_seconds(item['start_s'])} – {_seconds(item['end_s'])}"


def _seconds(t_s: float) -> str:
    minutes, seconds = divmod(t_s, 60.0)
    return f"{int(minutes)}:{seconds:04.1f}"


def _degrees(value: float | None) -> str:
    """In steps of five: one camera tells no more."""
    return "–" if value is None else f"≈{round(value / _DEGREE_STEP) * _DEGREE_STEP:.0f}°"


def print_exercises(specs: Iterable[ExerciseSpec], lang: Lang) -> None:
    """One line per exercise."""
    words = WORDS[lang]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("id", "name", "kind", "posture", "views"):
        table.add_column(words[column], no_wrap=column in ("id", "name"))
    for spec in specs:
        views = ", ".join(words["view." + view] for view in spec.views)
        kind, posture = words["kind." + spec.kind], words["posture." + spec.posture]
        table.add_row(spec.id, getattr(spec.names, lang), kind, posture, views)
    _console().print(table)


def print_exercise(spec: ExerciseSpec, lang: Lang) -> None:
    """How one exercise is counted and judged."""
    console, words = _console(), WORDS[lang]
    console.print(f"[bold]{escape(getattr(spec.names, lang))}[/bold]  ({spec.id})")
    tempo = spec.tempo
    seconds = (tempo.eccentric_s, tempo.bottom_s, tempo.concentric_s, tempo.top_s)
    facts = [
        (words["kind"], words["kind." + spec.kind]),
        (words["posture"], words["posture." + spec.posture]),
        (words["views"], ", ".join(words["view." + view] for view in spec.views)),
        (words["tempo"], "-".join(f"{s:g}" for s in seconds)),
        ("MET", f"{spec.met.value:g} ({spec.met.code})"),
    ]
    if spec.range_of_motion:
        facts.insert(3, (words["range"], f"{spec.range_of_motion.target_deg:g}°"))
    if spec.equipment:
        facts.append(
            (
                words["equipment"],
                ", ".join(_named("equipment", item, words) for item in spec.equipment),
            )
        )
    for name, fact in facts:
        console.print(f"  {name}: {escape(fact)}")
    _print_lines(
        console,
        words["judged"],
        (
            f"{escape(_cue(rule.cue, lang))}  [dim]{words['severity.' + rule.severity]}; "
            f"{', '.join(words['view.' + view] for view in rule.views)}[/]"
            for rule in spec.form_rules
        ),
    )
    _print_lines(
        console,
        words["not_for"],
        (escape(conditions()[code].name(lang)) for code in spec.contraindications),
    )
