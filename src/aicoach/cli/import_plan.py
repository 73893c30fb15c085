"""``aicoach prescription import``: a hospital's FHIR plan as a draft, with all that is open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.adapters.files import write_new
from aicoach.cli.compose import Language, language
from aicoach.zones import today_in

if TYPE_CHECKING:
    from aicoach.adapters.fhir.imported import FindingKind, ImportedPlan
    from aicoach.adapters.fhir.wording import Words

_SECTIONS: Final[tuple[FindingKind, ...]] = (
    "understood", "left_out", "not_understood", "to_complete",
)  # fmt: skip


def import_plan(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="FHIR R4 JSON: Bundle, CarePlan, ServiceRequest.")
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.toml", help="Draft to write.")],
    resident: Annotated[str, typer.Option(metavar="ID", help="Code of the resident, for whom.")],
    plan: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which one, where the file has several.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="Language.")] = None,
) -> None:
    """Make an unsigned draft of a hospital's plan; say what was understood and what was not.

    Never overwrites. A clinician completes the draft and signs it.
    """
    from aicoach.adapters.fhir.documents import read_document  # noqa: PLC0415
    from aicoach.adapters.fhir.importing import import_plan as read  # noqa: PLC0415
    from aicoach.adapters.fhir.wording import words  # noqa: PLC0415
    from aicoach.prescription.parts import Resident  # noqa: PLC0415

    if out.suffix.lower() != ".toml":
        raise typer.BadParameter(f"{out}: the draft is written as .toml")
    try:
        Resident(id=resident)
    except ValueError:
        raise typer.BadParameter(
            f"--resident {resident!r}: letters, digits and . _ - only, at most 64"
        ) from None
    chosen = language(lang)
    today = today_in(None)
    found = read(read_document(file), str(file), resident, today, chosen, plan)
    said = words(chosen)
    write_new(out, _draft(found, file, resident, said))
    for kind in _SECTIONS:
        _print(found, kind, said)
    typer.echo(said.say("import.written", file=out))


def _print(found: ImportedPlan, kind: FindingKind, said: Words) -> None:
    lines = found.of(kind)
    if lines:
        typer.echo(f"{said.say(f'import.section_{kind}')} ({len(lines)})")
        for one in lines:
            typer.echo(f"  · {one.place}: {one.text}")
        typer.echo("")


def _draft(found: ImportedPlan, file: Path, resident: str, said: Words) -> str:
    """The draft as TOML; what is open stands above it, for whoever completes it."""
    from aicoach.prescription.writing import to_toml  # noqa: PLC0415

    heading = [said.say("import.draft_heading", file=file.name, resident=resident)]
    colon = "：" if said.language == "zh" else ":"
    for kind in ("not_understood", "to_complete"):
        lines = found.of(kind)
        if lines:
            heading += ["", f"{said.say(f'import.section_{kind}')}{colon}"]
            heading += [f"* {one.place}: {one.text}" for one in lines]
    text = "\n".join(" ".join(line.split()) for line in heading)
    return to_toml(found.draft, guide=not found.complete, heading=text, specs=said.catalog)
