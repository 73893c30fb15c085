"""Falls and unexpected postures found, false stops made, caps obeyed.

Everything passes through the whole guard, frame by frame and packet by packet. Recordings
are watched as the exercise that they show; people who do not exercise, as several. Spliced
ones stand, as a real recording does, and then are on the floor, as another one is, while a
standing exercise was asked for.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.heart_rate.trace_file import read_heart_rate_trace
from aicoach.adapters.recording import read_recording
from aicoach.bench.pose import default_data_dir
from aicoach.catalog.loader import Catalog, load_catalog
from aicoach.errors import HeartRateTraceError
from aicoach.intensity.guard import IntensityGuard, MotionInput
from aicoach.intensity.postures import Expected, expected_of
from aicoach.kinematics import features_of_track
from aicoach.limits import EffortLimits, ExerciseLimits, HeartRateLimits, Limit, SessionLimits
from aicoach.observations import HeartRateSample
from aicoach.pose import PoseTrack
from aicoach.synth import IDLE_KINDS, idle, perform

DELAY_BAR_S: Final = 4.0
"""From the beginning of a fall to the question; two seconds are the rule's own."""
SPLICED_BAR: Final = 0.9
"""Share of the spliced postures to be found in that time: cameras stand oddly in some."""
CAP_BAR_S: Final = 5.0
"""From the fifth second above the cap to the stop."""

FALLS: Final = {
    "idle_home_fall_d01": 6.6,
    "idle_kitchen_fall_d01": 4.1,
    "idle_warehouse_slip_d01": 3.8,
}
"""Recordings of falls and when they begin: read off the heights of hip and head."""
UNEXPLAINED: Final = ("idle_breakdance_d01",)
"""A handstand: an alarm there would be right, and so would be silence."""
ASKED: Final = ("squat", "marching", "sit_to_stand", "bicep_curl", "seated_marching")
_STANDING: Final = ("squat_07", 2.0)
"""A recording and how long somebody stands at its beginning, for the splices."""
_SYNTH_FPS: Final = 15.0
_SYNTH_SEED: Final = 77
_CAP_STEP_BPM: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One input and what the guard made of it."""

    source: str
    name: str
    asked: str
    """The exercise that was asked for."""
    down_s: float | None
    """When a fall begins, or somebody is on the floor who should not be; None: never."""
    alarms: tuple[tuple[str, float], ...]
    """Rule and time."""

    @property
    def delay_s(self) -> float:
        """From being down to the question; inf without one."""
        if self.down_s is None:
            return math.inf
        found = [t_s for rule, t_s in self.alarms if rule == "STOP-9" and t_s >= self.down_s]
        return found[0] - self.down_s if found else math.inf

    @property
    def false_alarms(self) -> tuple[tuple[str, float], ...]:
        """Alarms for which there was no reason."""
        if self.down_s is None:
            return self.alarms
        return tuple(a for a in self.alarms if a[0] != "STOP-9" or a[1] < self.down_s)

    @property
    def line(self) -> str:
        """The outcome in words."""
        found = ", ".join(f"{rule} at {t_s:.1f} s" for rule, t_s in self.alarms) or "nothing"
        meant = "nothing" if self.down_s is None else f"down at {self.down_s:.1f} s"
        return f"{self.source}/{self.name} as {self.asked}: {found}; {meant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTrial:
    """A trace against one cap."""

    name: str
    cap_bpm: float
    fifth_s: float | None
    """The fifth second at or above the cap; None: it is not passed for so long."""
    stopped_s: float | None

    @property
    def late_s(self) -> float:
        """From the fifth second to the stop; inf if there was none."""
        if self.fifth_s is None or self.stopped_s is None:
            return math.inf
        return self.stopped_s - self.fifth_s


@dataclass(frozen=True, slots=True)
class Safety:
    """All outcomes."""

    watched: tuple[Watched, ...]
    caps: tuple[CapTrial, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Every miss, every false alarm, every late stop."""
        missed = [
            f"missed or late ({w.delay_s:.1f} s): {w.line}"
            for w in self.watched
            if w.source == "falls" and w.down_s is not None and w.delay_s > DELAY_BAR_S
        ]
        spliced = [w for w in self.watched if w.source == "spliced"]
        unfound = [w for w in spliced if w.delay_s > DELAY_BAR_S]
        if len(unfound) > (1.0 - SPLICED_BAR) * len(spliced):
            missed += [f"missed or late ({w.delay_s:.1f} s): {w.line}" for w in unfound]
        false = [f"false: {w.line}" for w in self.watched if w.false_alarms]
        late = [
            f"cap {c.cap_bpm:.0f} of {c.name}: fifth second {c.fifth_s}, stop {c.stopped_s}"
            for c in self.caps
            if c.fifth_s is not None and c.late_s > CAP_BAR_S
        ]
        return (*missed, *false, *late)


def run(
    data_dir: Path | None = None, *, only: str | None = None, console: Console | None = None
) -> Safety:
    """Measure everything and print the tables; ``only`` takes inputs whose name begins so."""
    folder, catalog = data_dir or default_data_dir(), load_catalog()
    watched = [
        *_recorded(folder, catalog, only),
        *_spliced(folder, catalog, only),
        *_played(catalog, only),
    ]
    safety = Safety(tuple(watched), tuple(cap_trials(folder / "heart-rate", only)))
    out = console or Console()
    out.print(_watched_table(safety.watched))
    out.print(_cap_table(safety.caps))
    for failure in safety.failures:
        out.print(f"- {failure}", highlight=False, markup=False)
    return safety


def watch(track: PoseTrack, exercise: str, catalog: Catalog) -> tuple[tuple[str, float], ...]:
    """Rule and time of every stop that the guard makes of a track in a set of ``exercise``."""
    guard = IntensityGuard(_limits(None))
    features = features_of_track(track)
    start_s = float(track.t_s[0]) if len(track) else 0.0
    limits = ExerciseLimits(
        exercise=exercise, tempo=None, slow_on_purpose=False, cadence_per_min=None, joint=None,
        pain_stop=_limit(5.0, "0-10"), rpe_upper=None, longest_hold_s=None, met=3.0,
    )  # fmt: skip
    guard.begin_exercise(start_s, limits, catalog[exercise])
    guard.begin_set(start_s)
    alarms = []
    for i, (t_s, pose) in enumerate(track.poses()):
        motion = MotionInput(pose=pose, features=None if pose is None else features.row(i))
        alarms += [(alert.rule, t_s) for alert in guard.moved(t_s, motion)]
    return tuple((rule, t_s) for rule, t_s in alarms if rule in {"STOP-7", "STOP-9"})


def cap_trials(folder: Path, only: str | None = None) -> Iterator[CapTrial]:
    """Graded tests against every cap that lies within them."""
    for path in sorted(folder.glob("*.csv")):
        if not path.stem.startswith(only or ""):
            continue
        try:
            trace = read_heart_rate_trace(path)
        except HeartRateTraceError:
            continue  # a trace without a single rate
        samples = [
            (float(t_s), float(bpm))
            for t_s, bpm in zip(trace.t_s, trace.bpm, strict=True)
            if bpm is not None and math.isfinite(bpm)
        ]
        rates = [bpm for _, bpm in samples]
        for cap in range(int(min(rates)) + 1, int(max(rates)) + 1, _CAP_STEP_BPM):
            yield CapTrial(
                name=path.stem,
                cap_bpm=float(cap),
                fifth_s=fifth_second(samples, float(cap)),
                stopped_s=_stopped(samples, float(cap)),
            )


def fifth_second(samples: Sequence[tuple[float, float]], cap_bpm: float) -> float | None:
    """When a trace has been at or above a cap for five seconds without a break."""
    since_s = math.nan
    for t_s, bpm in samples:
        if bpm < cap_bpm:
            since_s = math.nan
        elif math.isnan(since_s):
            since_s = t_s
        elif t_s - since_s >= 5.0:
            return since_s + 5.0
    return None


def _stopped(samples: Sequence[tuple[float, float]], cap_bpm: float) -> float | None:
    guard, i = IntensityGuard(_limits(cap_bpm)), 0
    for t_s in np.arange(samples[0][0], samples[-1][0] + 10.0, 0.2):
        alerts = list(guard.tick(float(t_s)))
        while i < len(samples) and samples[i][0] <= t_s:
            alerts += guard.heart_rate(HeartRateSample(t_s=samples[i][0], bpm=samples[i][1]))
            i += 1
        if any(alert.rule == "STOP-10" for alert in alerts):
            return float(t_s)
    return None


def _recorded(folder: Path, catalog: Catalog, only: str | None) -> Iterator[Watched]:
    for source in ("recordings", "rep-events", "idle"):
        for name, exercise in _rows(folder / source, only):
            track = read_recording(folder / source / f"{name}.npz")
            asked = (exercise,) if exercise in catalog else ASKED
            for one in asked if name not in UNEXPLAINED else ():
                yield Watched(
                    source="falls" if name in FALLS else source, name=name, asked=one,
                    down_s=FALLS.get(name), alarms=watch(track, one, catalog),
                )  # fmt: skip


def _spliced(folder: Path, catalog: Catalog, only: str | None) -> Iterator[Watched]:
    """Somebody stands; then is where people are who exercise on the floor."""
    name, stands_s = _STANDING
    path = folder / "recordings" / f"{name}.npz"
    if not path.exists():
        return
    standing = read_recording(path)
    for source in ("recordings", "rep-events"):
        for floor, exercise in _rows(folder / source, only):
            if exercise not in catalog or expected_of(catalog[exercise]) is not Expected.FLOOR:
                continue
            if catalog[exercise].posture not in {"prone", "supine", "side_lying"}:
                continue
            track = read_recording(folder / source / f"{floor}.npz")
            if track.t_s[-1] - track.t_s[0] < DELAY_BAR_S:
                continue
            joined = _joined(standing, stands_s, track)
            yield Watched(
                source="spliced", name=floor, asked="squat", down_s=stands_s,
                alarms=watch(joined, "squat", catalog),
            )  # fmt: skip


def _joined(standing: PoseTrack, stands_s: float, track: PoseTrack) -> PoseTrack:
    """The beginning of one recording, then another, in the other's picture."""
    keep = standing.t_s - standing.t_s[0] < stands_s
    first_s = standing.t_s[keep] - standing.t_s[0]
    image = standing.image_xyzs[keep].copy()
    image[..., :2] *= np.asarray(standing.frame_size_px) / np.asarray(track.frame_size_px)
    return replace(
        track,
        t_s=np.concatenate([first_s, track.t_s - track.t_s[0] + stands_s]),
        image_xyzs=np.concatenate([image, track.image_xyzs]),
        world_xyz=np.concatenate([standing.world_xyz[keep], track.world_xyz]),
    )


def _played(catalog: Catalog, only: str | None) -> Iterator[Watched]:
    for spec in catalog.values():
        for view in spec.views:
            name = f"{spec.id}_{view}"
            if name.startswith(only or ""):
                played = perform(spec, view=view, fps=_SYNTH_FPS, noise=0.012, seed=_SYNTH_SEED)
                alarms = watch(played.track, spec.id, catalog)
                yield Watched(source="synth", name=name, asked=spec.id, down_s=None, alarms=alarms)
    for kind in IDLE_KINDS:
        if kind.startswith(only or ""):
            track = idle(kind, fps=_SYNTH_FPS, seed=_SYNTH_SEED)
            for one in ASKED:
                alarms = watch(track, one, catalog)
                yield Watched(
                    source="idle, synth", name=kind, asked=one, down_s=None, alarms=alarms
                )


def _rows(folder: Path, only: str | None) -> Iterator[tuple[str, str]]:
    """Name and exercise of every recording of a folder."""
    if not (folder / "labels.csv").exists():
        return
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = Path(row["recording"]).stem
            if name.startswith(only or "") and (folder / f"{name}.npz").exists():
                yield name, row["exercise"]


def _limit(value: float, unit: str) -> Limit:
    return Limit(value=value, unit=unit, author="bench", source="bench")


def _limits(cap_bpm: float | None) -> SessionLimits:
    return SessionLimits(
        heart_rate=HeartRateLimits(
            method="none", lower=None, upper=None,
            hard_cap=None if cap_bpm is None else _limit(cap_bpm, "bpm"),
            rest_bpm=None, max_bpm=None, required=False,
        ),
        effort=EffortLimits(
            rpe_lower=None, rpe_upper=None, rpe_stop=_limit(8.0, "0-10"),
            pain_stop=_limit(5.0, "0-10"), talk=None,
        ),
        exercises=(), longest_s=None, medical=True, beta_blocker="unknown",
    )  # fmt: skip


def _watched_table(watched: Sequence[Watched]) -> Table:
    table = Table(title="Falls, unexpected postures, crossed arms")
    for column in ("source", "inputs", "down", "found", "median delay", "longest", "false alarms"):
        table.add_column(column, justify="left" if column == "source" else "right")
    for source in dict.fromkeys(w.source for w in watched):
        mine = [w for w in watched if w.source == source]
        down = [w for w in mine if w.down_s is not None]
        delays = sorted(w.delay_s for w in down if math.isfinite(w.delay_s))
        table.add_row(
            source, str(len(mine)), str(len(down)), str(len(delays)) if down else "-",
            f"{delays[len(delays) // 2]:.1f} s" if delays else "-",
            f"{delays[-1]:.1f} s" if delays else "-",
            str(sum(bool(w.false_alarms) for w in mine)),
        )  # fmt: skip
    table.add_section()
    table.add_row("bars", "", "", "all", "", f"<= {DELAY_BAR_S:.1f} s", "0")
    return table


def _cap_table(caps: Sequence[CapTrial]) -> Table:
    table = Table(title="Hard cap passed in a graded test: from the fifth second to the stop")
    for column in ("trace", "caps", "passed", "stopped", "longest"):
        table.add_column(column, justify="left" if column == "trace" else "right")
    for name in dict.fromkeys(c.name for c in caps):
        mine = [c for c in caps if c.name == name]
        passed = [c for c in mine if c.fifth_s is not None]
        late = max((c.late_s for c in passed), default=math.nan)
        stopped = sum(c.stopped_s is not None for c in passed)
        table.add_row(name, str(len(mine)), str(len(passed)), str(stopped), f"{late:.1f} s")
    table.add_section()
    table.add_row("bar", "", "", "all", f"<= {CAP_BAR_S:.1f} s")
    return table
