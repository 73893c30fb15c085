"""The sign for a pause: how often it is seen where nobody made it, and found where somebody did.

The first on recordings of people who exercise or do something else, and on the synthetic ones;
the second on synthetic people only, as no recording shows the sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from aicoach.adapters.recording import read_recording
from aicoach.bench.pose import default_data_dir
from aicoach.catalog.loader import load_catalog
from aicoach.intensity.gestures import CrossedArms, HandOnHead, unit_px_of
from aicoach.intensity.settings import guard_settings
from aicoach.kinematics import features_of_track
from aicoach.pose import PoseTrack
from aicoach.skeleton import Side
from aicoach.synth import IDLE_KINDS, idle, perform
from aicoach.synth.signs import HANDS_ON_HEAD, hand_on_head

FALSE_BAR_PER_H: Final = 0.0
FOUND_BAR: Final = 0.95
"""Of the signs from the front and half from the side, which is how people stand to a screen."""
FACING_DEG: Final = (0, 25, -25, 45, -45)
TURNED_DEG: Final = (70, -70, 90, -90)
_FPS: Final = 15.0
_SEED: Final = 77
_IDLE_SEEDS: Final = (77, 78, 79)
_SIDES: Final[tuple[Side, ...]] = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One input without the sign: how long it is and when a sign was seen in it."""

    source: str
    name: str
    lasts_s: float
    pauses_s: tuple[float, ...]
    stops_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One sign that a synthetic person made."""

    way: str
    yaw_deg: int
    seated: bool
    seen: int


@dataclass(frozen=True, slots=True)
class Gestures:
    """All outcomes."""

    watched: tuple[Watched, ...]
    made: tuple[Made, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Every false pause, and too few found where people face the screen."""
        false = [
            f"false: {w.source}/{w.name} at " + ", ".join(f"{t_s:.1f} s" for t_s in w.pauses_s)
            for w in self.watched
            if w.pauses_s
        ]
        facing = [made for made in self.made if made.yaw_deg in FACING_DEG]
        missed = [made for made in facing if made.seen != 1]
        if len(missed) > (1.0 - FOUND_BAR) * len(facing):
            false += [f"missed: {m.way}, {m.yaw_deg} deg, seated: {m.seated}" for m in missed]
        return tuple(false)


def run(
    data_dir: Path | None = None, *, only: str | None = None, console: Console | None = None
) -> Gestures:
    """Measure and print; ``only`` takes inputs whose name begins so."""
    folder = data_dir or default_data_dir()
    inputs = (one for one in _without(folder) if one[1].startswith(only or ""))
    watched = tuple(_watched(*one) for one in inputs)
    gestures = Gestures(watched, tuple(_with()))
    out = console or Console()
    out.print(_false_table(gestures.watched))
    out.print(_found_table(gestures.made))
    for failure in gestures.failures:
        out.print(f"- {failure}", highlight=False, markup=False)
    return gestures


def signs(track: PoseTrack) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """When "pause" and when "stop" were seen."""
    rules = guard_settings()
    pause, stop = HandOnHead(rules.hand_on_head), CrossedArms(rules.gestures)
    features = features_of_track(track)
    pauses, stops = [], []
    for i, (t_s, pose) in enumerate(track.poses()):
        unit_px = unit_px_of(None if pose is None else features.row(i))
        if pause.step(t_s, pose, unit_px):
            pauses.append(t_s)
        if stop.step(t_s, pose, unit_px):
            stops.append(t_s)
    return tuple(pauses), tuple(stops)


def _watched(source: str, name: str, track: PoseTrack) -> Watched:
    pauses, stops = signs(track)
    lasts_s = float(track.t_s[-1] - track.t_s[0]) if len(track) else 0.0
    return Watched(source=source, name=name, lasts_s=lasts_s, pauses_s=pauses, stops_s=stops)


def _without(folder: Path) -> Iterator[tuple[str, str, PoseTrack]]:
    for source in ("recordings", "rep-events", "idle"):
        for path in sorted((folder / source).glob("*.npz")):
            yield source, path.stem, read_recording(path)
    for spec in load_catalog().values():
        for view in spec.views:
            played = perform(spec, view=view, fps=_FPS, noise=0.012, seed=_SEED)
            yield "synth", f"{spec.id}_{view}", played.track
    for kind in IDLE_KINDS:
        for seed in _IDLE_SEEDS:
            yield "idle, synth", kind, idle(kind, fps=_FPS, seed=seed)


def _with() -> Iterator[Made]:
    for way in HANDS_ON_HEAD:
        for yaw_deg in (*FACING_DEG, *TURNED_DEG):
            for seated in (False, True):
                for n, side in enumerate(_SIDES):
                    track = hand_on_head(
                        way, side=side, yaw_deg=yaw_deg, seated=seated, fps=_FPS, seed=_SEED + n
                    )
                    seen = len(signs(track)[0])
                    yield Made(way=way, yaw_deg=yaw_deg, seated=seated, seen=seen)


def _false_table(watched: tuple[Watched, ...]) -> Table:
    table = Table(title="Nobody made a sign")
    for column in ("source", "inputs", "hours", "false pauses", "per hour", "false stops"):
        table.add_column(column, justify="left" if column == "source" else "right")
    for source in (*dict.fromkeys(w.source for w in watched), "all"):
        mine = [w for w in watched if source in (w.source, "all")]
        hours = sum(w.lasts_s for w in mine) / 3600.0
        false = sum(len(w.pauses_s) for w in mine)
        table.add_row(
            source, str(len(mine)), f"{hours:.2f}", str(false),
            f"{false / hours:.1f}" if hours else "-", str(sum(len(w.stops_s) for w in mine)),
        )  # fmt: skip
    table.add_row("bar", "", "", "", f"{FALSE_BAR_PER_H:g}", "")
    return table


def _found_table(made: tuple[Made, ...]) -> Table:
    table = Table(title="A hand on the head for 2.5 s: found, of those made")
    table.add_column("way")
    for yaw_deg in (*FACING_DEG, *TURNED_DEG):
        table.add_column(f"{yaw_deg} deg", justify="right")
    for way in HANDS_ON_HEAD:
        cells = []
        for yaw_deg in (*FACING_DEG, *TURNED_DEG):
            mine = [m for m in made if m.way == way and m.yaw_deg == yaw_deg]
            cells.append(f"{sum(m.seen == 1 for m in mine)} of {len(mine)}")
        table.add_row(way, *cells)
    facing = [m for m in made if m.yaw_deg in FACING_DEG]
    share = sum(m.seen == 1 for m in facing) / len(facing)
    table.add_row(f"facing the screen: {share:.0%} (bar {FOUND_BAR:.0%})")
    return table
