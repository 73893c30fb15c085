"""Whether the form rules find the faults that people marked, and leave the rest in peace.

Two sources. Single frames of exercise-correction, each marked right or wrong: a rule is
held against its bound in every frame, without its persistence, because the frames are no
stream. Recordings with marked repetitions: every repetition is judged as live, between
the times a person gave, so that counting has no part in it.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from aicoach.adapters.recording import read_recording
from aicoach.bench.pose import default_data_dir
from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import ExerciseSpec, FormRule
from aicoach.events import Side
from aicoach.kinematics import FeatureTrack, features_of_track
from aicoach.pose import FloatArray, PoseTrack
from aicoach.skeleton import INDEX, N_KEYPOINTS
from aicoach.tracking.form import FormJudge, Judgement
from aicoach.tracking.history import Window
from aicoach.tracking.measures import measure_repetition
from aicoach.tracking.phases import PhaseFilter, PhaseReader
from aicoach.tracking.rules import view_allows
from aicoach.tracking.sides import readers_of
from aicoach.tracking.view import ViewEstimator
from aicoach.tracking.watch import Watch

RECALL_BAR: Final = 0.80
FALSE_ALARM_BAR: Final = 0.10

FRAME_SIZE: Final = (1280, 720)
"""exercise-correction tells no frame size; of the usual ones only 16:9 keeps the ratio of
shank and thigh the same however the leg lies."""
TRUNK_M: Final = 0.5
"""Length that scales its depths to metres; angles do not depend on it."""

MARKED_FRAMES: Final = (
    ("plank_model__test.csv", "L", "C", "plank", "hips_sag"),
    ("plank_model__test.csv", "H", "C", "plank", "hips_piked"),
    ("lunge_model__err.test.csv", "L", "C", "forward_lunge", "knee_past_toe"),
    ("bicep_model__test.csv", "L", "C", "bicep_curl", "trunk_swings"),
)
"""File, label of the fault, label of the correct frames, exercise, rule."""

MARKED_RECORDINGS: Final = {
    "bicep_curl_03": ("not_lowered",),
    "lateral_raise_04": ("too_high",),
    "push_up_04": ("hips_sag", "head_drops"),
    "push_up_05": ("head_drops",),
    "push_up_06": ("hips_high",),
    "side_leg_raise_01": ("trunk_leans_left", "trunk_leans_right"),
    "squat_13": ("knees_far_forward", "heels_lift"),
}
"""Recordings whose fault, seen by eye, is one that a rule speaks of (any of them counts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigure:
    """How one rule did on one source; frames of the one, repetitions of the other."""

    source: str
    rule: str
    faulty: int
    """Those that a person marked with the fault and the rule could judge ..."""
    found: int
    """... and of them those that it found."""
    fine: int
    """Those marked as right that the rule could judge ..."""
    false_alarms: int
    """... and of them those that it called faulty."""
    not_assessed: int
    """Of all, those that the rule said it could not judge."""

    @property
    def recall(self) -> float:
        """Share of the marked faults that were found; NaN without any."""
        return self.found / self.faulty if self.faulty else float("nan")

    @property
    def false_alarm_rate(self) -> float:
        """Share of the fine ones that were called faulty; NaN without any."""
        return self.false_alarms / self.fine if self.fine else float("nan")

    @property
    def missed(self) -> bool:
        """Whether a bar is missed."""
        return self.recall < RECALL_BAR or self.false_alarm_rate > FALSE_ALARM_BAR


@dataclass(frozen=True, slots=True)
class FormAgreement:
    """All figures, and what was raised in repetitions marked as having no fault."""

    figures: tuple[RuleFigure, ...]
    raised_in_fine: Counter[str]

    @property
    def failures(self) -> tuple[str, ...]:
        """Rules that miss a bar on the marked frames; recordings are too few for one."""
        return tuple(
            f"{figure.source} {figure.rule}: recall {figure.recall:.2f}, "
            f"false alarms {figure.false_alarm_rate:.2f}"
            for figure in self.figures
            if figure.missed and figure.source.endswith(".csv")
        )


def run(
    data_dir: Path | None = None, *, only: str | None = None, console: Console | None = None
) -> FormAgreement:
    """Measure everything and print the tables; ``only`` takes inputs whose name begins so."""
    folder, catalog = data_dir or default_data_dir(), load_catalog()
    frames = [
        frame_figure(folder / "exercise-correction" / name, label, right, catalog[exercise], rule)
        for name, label, right, exercise, rule in MARKED_FRAMES
        if only is None or name.startswith(only)
    ]
    recordings, raised = recording_figures(folder / "recordings", only)
    agreement = FormAgreement((*frames, *recordings), raised)
    out = console or Console()
    out.print(figures_table(agreement))
    for rule, times in raised.most_common():
        out.print(f"raised in repetitions marked as fine: {rule} {times} times")
    for failure in agreement.failures:
        out.print(f"[red]missed:[/] {failure}")
    return agreement


def read_marked_frames(path: Path) -> tuple[list[str], FeatureTrack]:
    """Labels and features of a file of exercise-correction; the times mean nothing."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    width, height = FRAME_SIZE
    xyzs = np.full((len(rows), N_KEYPOINTS, 4), np.nan)
    for column in rows[0]:
        joint, _, axis = column.rpartition("_")
        if joint in INDEX:
            xyzs[:, INDEX[joint], "xyzv".index(axis)] = [float(row[column]) for row in rows]
    space = xyzs[..., :3] * np.array([width, height, width])
    ends = [space[:, [INDEX[f"{s}_{j}"] for s in ("left", "right")]] for j in ("shoulder", "hip")]
    trunk = np.linalg.norm(ends[0].mean(1) - ends[1].mean(1), axis=-1)
    world = (space - ends[1].mean(1)[:, None]) * (TRUNK_M / trunk)[:, None, None]
    times = np.arange(len(rows), dtype=float) * 10.0
    features = features_of_track(PoseTrack(times, xyzs, world, FRAME_SIZE))
    return [row["label"] for row in rows], features


def frame_figure(
    path: Path, label: str, right: str, spec: ExerciseSpec, rule_id: str
) -> RuleFigure:
    """How a rule's bound parts the frames marked ``label`` from those marked ``right``."""
    labels, features = read_marked_frames(path)
    rule = next(r for r in spec.form_rules if r.id == rule_id)
    level = _level(rule, labels, right, features)
    verdicts: dict[str, Counter[bool | None]] = {label: Counter(), right: Counter()}
    for i, marked in enumerate(labels):
        if marked in verdicts:
            verdicts[marked][_breaks(rule, features, i, level)] += 1
    faulty, fine = verdicts[label], verdicts[right]
    return RuleFigure(
        source=path.name,
        rule=f"{spec.id}.{rule_id}",
        faulty=faulty[True] + faulty[False],
        found=faulty[True],
        fine=fine[True] + fine[False],
        false_alarms=fine[True],
        not_assessed=faulty[None] + fine[None],
    )


def _level(rule: FormRule, labels: list[str], right: str, features: FeatureTrack) -> float:
    """What a change is measured from: the correct frames' median stands for the start."""
    if rule.relative_to == "none" and rule.statistic != "range":
        return 0.0
    values = readers_of(rule)[0][1].read_rows(features.values, features.scores)[0]
    return float(np.nanmedian(values[[marked == right for marked in labels]]))


def _breaks(rule: FormRule, features: FeatureTrack, i: int, level: float) -> bool | None:
    row = features.row(i)
    if not view_allows(rule, ViewEstimator().step(row.t_s, row)):
        return None
    values = [reader.read(row.values, row.scores)[0] - level for _, reader in readers_of(rule)]
    seen = [value for value in values if np.isfinite(value)]
    return any(Watch(rule.limit).breaks(value) for value in seen) if seen else None


def recording_figures(
    folder: Path, only: str | None = None
) -> tuple[list[RuleFigure], Counter[str]]:
    """Figures of the recordings with a marked fault, and what was raised in fine ones."""
    catalog, figures, raised = load_catalog(), [], Counter[str]()
    fine = flagged = unjudged = 0
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["exercise"] in catalog]
    for row in rows:
        name = Path(row["recording"]).stem
        if not row["rep_times_s"] or (only is not None and not name.startswith(only)):
            continue
        spans = [tuple(map(float, span.split("-"))) for span in row["rep_times_s"].split(";")]
        spec = catalog[row["exercise"]]
        judgements = judge_spans(spec, read_recording(folder / row["recording"]), spans)
        wanted = MARKED_RECORDINGS.get(name)
        if wanted is not None:
            figures.append(_figure_of(name, wanted, judgements))
        elif row["faults"].startswith("none"):
            for judgement in judgements:
                heavy = {f.rule for f in judgement.faults if f.severity != "info"}
                raised.update(f"{spec.id}.{rule}" for rule in heavy)
                fine += judgement.score is not None
                unjudged += judgement.score is None
                flagged += bool(heavy)
    everything = RuleFigure(
        source="recordings without a fault",
        rule="any but info",
        faulty=0,
        found=0,
        fine=fine,
        false_alarms=flagged,
        not_assessed=unjudged,
    )
    return [*figures, everything], raised


def _figure_of(name: str, wanted: tuple[str, ...], judgements: list[Judgement]) -> RuleFigure:
    found = sum(any(f.rule in wanted for f in judgement.faults) for judgement in judgements)
    missed = [{n.rule for n in judgement.not_assessed} for judgement in judgements]
    unjudged = sum(rules.issuperset(wanted) for rules in missed)
    return RuleFigure(
        source=name,
        rule=" or ".join(wanted),
        faulty=len(judgements) - unjudged,
        found=found,
        fine=0,
        false_alarms=0,
        not_assessed=unjudged,
    )


def judge_spans(
    spec: ExerciseSpec, track: PoseTrack, spans: list[tuple[float, ...]]
) -> list[Judgement]:
    """Step through a recording as live and judge the repetitions at the given times."""
    settings = counting_settings()
    reader = PhaseReader(spec, settings.signal, settings.cycle.baseline_s)
    filters = [PhaseFilter(settings.signal.smoothing_s) for _ in reader.sides]
    features, estimator, judge = features_of_track(track), ViewEstimator(), FormJudge(spec)
    phases = np.full((len(track), len(filters)), np.nan)
    views = []
    for i, (t_s, pose) in enumerate(track.poses()):
        row = features.row(i)
        views.append(estimator.step(t_s, None if pose is None else row))
        read = reader.read(t_s, row.values.tolist(), row.scores.tolist())
        for lane, phase in enumerate(read):
            if np.isfinite(phase):
                phases[i, lane] = filters[lane].step(t_s, phase)
    judgements = []
    for index, (start_s, end_s) in enumerate(spans, start=1):
        inside = (features.t_s >= start_s) & (features.t_s <= end_s)
        if not inside.any() or not np.isfinite(phases[inside]).any():
            continue
        lane = int(np.argmax(_highest(phases[inside])))
        side: Side = reader.sides[lane]
        window = Window(features.t_s[inside], features.values[inside], features.scores[inside],
                        phases[inside, lane])  # fmt: skip
        peak_s = float(window.t_s[int(np.nanargmax(window.phase))])
        durations = measure_repetition(spec, window, start_s, peak_s, end_s, side).durations
        view = views[int(np.flatnonzero(inside)[-1])]
        judgements.append(judge.judge(window, index, side, view, durations))
    return judgements


def _highest(phases: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isfinite(phases), phases, -np.inf).max(axis=0))


def figures_table(agreement: FormAgreement) -> Table:
    """One row per rule and source, beside the bars."""
    table = Table("source", "rule", title="Form rules against marked faults")
    for column in ("marked", "recall", "fine", "false alarms", "not assessed"):
        table.add_column(column, justify="right")
    for figure in agreement.figures:
        table.add_row(
            figure.source, figure.rule, str(figure.faulty),
            f"{figure.recall:.2f}" if figure.faulty else "-", str(figure.fine),
            f"{figure.false_alarm_rate:.2f}" if figure.fine else "-", str(figure.not_assessed),
        )  # fmt: skip
    table.add_section()
    table.add_row("bars", "", "", f">= {RECALL_BAR:.2f}", "", f"<= {FALSE_ALARM_BAR:.2f}", "")
    return table
