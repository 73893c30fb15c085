"""``aicoach coach``: a guided session by a plan, in front of the camera or rehearsed on a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.cli.acting import As
from aicoach.cli.analyse import STDOUT, check_outputs, json_path, write_json
from aicoach.cli.compose import Language, ViewOption, language, named_view
from aicoach.zones import today_in

if TYPE_CHECKING:
    from aicoach.visit.preparing import Answers

FASTEST: Final = 100.0


def coach(  # noqa: PLR0913, PLR0917 - an option is an argument
    source: Annotated[
        str,
        typer.Option(metavar="CAMERA|FILE", help="Number of a camera, or a video, or an .npz."),
    ],
    prescription: Annotated[
        Path | None,
        typer.Option(
            "--prescription",
            "-p",
            metavar="FILE",
            help="Plan, .toml or .json [with --resident: the one in force].",
        ),
    ] = None,
    heart_rate: Annotated[
        str | None,
        typer.Option(metavar="ble[:NAME]|FILE|sim[:...]", help="Strap, trace, or simulation."),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option("--language", "--lang", help="What the coach speaks.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0.1, max=FASTEST, metavar="X", help="Times real time; a file only."),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(metavar="OUT.jsonl[.gz]", help="Keep observations and events for replay."),
    ] = None,
    window: Annotated[
        bool, typer.Option("--window", help="Show it; a camera always has its window.")
    ] = False,
    answers: Annotated[
        str | None,
        typer.Option(metavar="ask|well|FILE.toml", help="Who answers [file: well, camera: ask]."),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Day of the session."),
    ] = None,
    session_number: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many sessions this makes.")
    ] = None,
    session_of_week: Annotated[
        int | None, typer.Option(min=1, max=14, metavar="N", help="Which one of this week.")
    ] = None,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Let an example plan run on a camera.")
    ] = False,
    staff_present: Annotated[
        bool, typer.Option("--staff-present", help="Somebody of the staff stays beside.")
    ] = False,
    lift: Annotated[
        str | None,
        typer.Option(
            metavar="RULE[,RULE]",
            help="What the pre-check said no for, lifted by staff who sign in and stay beside.",
        ),
    ] = None,
    lift_reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why they lift it; kept with the session.")
    ] = None,
    as_: As = None,
    view: Annotated[ViewOption, typer.Option(help="Where the camera stands.")] = ViewOption.AUTO,
    voice: Annotated[bool, typer.Option(help="Speak, where the computer can.")] = True,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write the report as JSON; - is stdout."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", help="Keep the session here, as it happens."),
    ] = None,
    resident: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Whose session it is; with --database."),
    ] = None,
    cabin: Annotated[
        str | None, typer.Option(metavar="CODE", help="Where it takes place; with --database.")
    ] = None,
    recorded_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            metavar="YYYY-MM-DDTHH:MM",
            help="The file is this resident's session of then: it counts. Without it, a file is "
            "kept as a rehearsal, which counts nowhere.",
        ),
    ] = None,
) -> None:
    """Guide a session by a plan. Keys: s stop, space pause, n skip, r repeat, q end, o I am OK."""
    from aicoach.cli.coach_inputs import ASK, WELL, read_answers  # noqa: PLC0415
    from aicoach.cli.coach_lifting import signed_lift  # noqa: PLC0415
    from aicoach.visit.from_store import ask_store, require_consents_of_named  # noqa: PLC0415
    from aicoach.visit.preparing import prepare  # noqa: PLC0415

    camera = int(source) if source.isascii() and source.isdigit() else None
    chosen, live = language(lang), camera is not None
    answered = read_answers(answers or (ASK if live else WELL))
    if live and answered.how == "assumed" and not demonstration:
        raise typer.BadParameter("--answers well: in front of a camera the resident is asked")
    if live and speed is not None:
        raise typer.BadParameter("--speed: a camera runs in real time; leave it out")
    given = today or recorded_at
    day = None if given is None else given.date()
    _check_keeping(database, resident, cabin, prescription, recorded_at, answered, live=live)
    inputs = [Path(source)] if prescription is None else [prescription, Path(source)]
    check_outputs([events, json_path(json_file)], inputs)
    lifting = signed_lift(lift, lift_reason, as_, database, resident)
    asked = None
    if database is not None:
        asked = ask_store(
            database, resident, day, with_plan=prescription is None,
            rehearsal=not live and recorded_at is None, recorded_at=recorded_at, cabin=cabin,
        )  # fmt: skip
        if lang is None and asked.language is not None:
            chosen = language(Language(asked.language))
        session_number = session_number or asked.session_number
        session_of_week = session_of_week or asked.session_of_week
        if answered.how != "assumed" and not answered.enrolment:
            answered = replace(answered, enrolment=asked.enrolment)
    visit = prepare(
        prescription,
        plan=None if asked is None else asked.plan,
        today=(day or today_in(None)) if asked is None else asked.today,
        lang=chosen,
        answers=answered,
        # A file is always a rehearsal; in front of a camera somebody might take it for real.
        demonstration=demonstration or not live,
        strap_expected=heart_rate is not None,
        source=f"camera {camera}" if live else source,
        view=named_view(view),
        session_number=session_number,
        session_of_week=session_of_week,
        staff_present=staff_present or lifting is not None,
    )
    if live and database is not None and resident is None and not demonstration:
        require_consents_of_named(database, visit.plan)
    from aicoach.cli.coach_run import Run, run_live, run_rehearsal  # noqa: PLC0415

    run = Run(
        visit=visit, heart_rate=heart_rate, events=events, window=window or live,
        voice=voice, quiet=json_file == STDOUT, speed=speed,
        keeping=None if asked is None else asked.keeping, lifting=lifting,
    )  # fmt: skip
    finished = run_rehearsal(run, Path(source)) if camera is None else run_live(run, camera)
    if json_file is not None:
        write_json(finished.document, json_file)
    if finished.problem is not None:
        raise finished.problem


def _check_keeping(
    database: str | None,
    resident: str | None,
    cabin: str | None,
    prescription: Path | None,
    recorded_at: datetime | None,
    answered: Answers,
    *,
    live: bool,
) -> None:
    """Refuse options that do not fit together, before anything is read."""
    if database is None:
        for name, value in (("resident", resident), ("cabin", cabin), ("recorded-at", recorded_at)):
            if value is not None:
                raise typer.BadParameter(f"--{name}: says for whom it is kept; say --database too")
        if prescription is None:
            raise typer.BadParameter(
                "say which plan: --prescription FILE, or --database with --resident"
            )
    if recorded_at is None:
        return
    if live:
        raise typer.BadParameter("--recorded-at: is for a file; a camera records now")
    if resident is None:
        raise typer.BadParameter("--recorded-at: say --resident CODE: whose session it was")
    if answered.how == "assumed":
        raise typer.BadParameter(
            "--recorded-at: what the resident said then counts; say --answers FILE.toml or ask"
        )
