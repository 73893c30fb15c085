"""What speaks for and against a cycle being a repetition of the exercise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from aicoach.catalog.settings import CountingSettings
from aicoach.catalog.spec import ExerciseSpec, Gate
from aicoach.events import Rejection, Side
from aicoach.features import FEATURE_INDEX, SIDED_FEATURES
from aicoach.pose import FloatArray
from aicoach.tracking.cycles import Cycle
from aicoach.tracking.history import History, Window

_LIKENESS_ANGLES = (
    "knee_flexion", "hip_flexion", "elbow_flexion",
    "upper_arm_inclination", "forearm_inclination", "thigh_inclination", "shank_inclination",
)  # fmt: skip
_LIKENESS_COLUMNS = np.array(
    [
        FEATURE_INDEX[f"{angle}_world_deg.{side}"]
        for side in ("left", "right")
        for angle in _LIKENESS_ANGLES
    ]
    + [FEATURE_INDEX["trunk_inclination_world_deg"]]
)
_MIRRORED = np.array(
    [*range(len(_LIKENESS_ANGLES), 2 * len(_LIKENESS_ANGLES)), *range(len(_LIKENESS_ANGLES)),
     2 * len(_LIKENESS_ANGLES)]
)  # fmt: skip
_LIKENESS_SCORE = 0.3
"""Joints less visible than this do not take part in the comparison."""
_GATE_SCORE = 0.5
"""Gates do not speak of joints less visible than this."""
_LIMB_SCORE = 0.6
"""One of two limbs counts by itself only when seen better than this."""
_END_ROWS = 3
"""Frames over which the first and the last position of a foot are read."""
_STILL_DEG = 8.0
"""An angle that changes by less does not move; full weight at twice as much."""
_NEAR_S = 0.12
"""Half width of the moment over which a pose is read."""


@dataclass(frozen=True, slots=True, eq=False)
class PosturePair:
    """Joint angles at the start and at the peak of a cycle, (n,) degrees, NaN hidden."""

    start_deg: FloatArray
    peak_deg: FloatArray

    def unlikeness_deg(self, other: PosturePair) -> float:
        """Mean difference of the angles that move, the worse of both poses.

        The smaller of the direct and the mirrored comparison, since a set may change
        sides; inf if too few joints are seen in both.
        """
        mirrored = PosturePair(other.start_deg[_MIRRORED], other.peak_deg[_MIRRORED])
        return min(self._against(other), self._against(mirrored))

    def _against(self, other: PosturePair) -> float:
        moving = np.fmax(
            np.abs(self.peak_deg - self.start_deg), np.abs(other.peak_deg - other.start_deg)
        )
        start = np.abs(self.start_deg - other.start_deg)
        peak = np.abs(self.peak_deg - other.peak_deg)
        weight = np.clip((moving - _STILL_DEG) / _STILL_DEG, 0.0, 1.0)
        known = np.isfinite(start + peak + weight)
        if not known.any():
            return math.inf
        weight = weight[known]
        if weight.sum() < 1.0:  # hardly a joint moves, as in a heel raise: compare them all
            weight = np.ones_like(weight)
        weight /= weight.sum()
        return max(float(weight @ start[known]), float(weight @ peak[known]))


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The verdict on one cycle before it is compared with others."""

    side: Side
    cycle: Cycle
    posture: PosturePair
    ready: bool
    """The start pose was held in place before the cycle."""
    opening: bool
    """The cycle stands at the very beginning of what was seen."""
    rejection: Rejection | None = None
    detail: str = ""
    weak: tuple[str, ...] = field(default=())
    """Why it is weak evidence; empty is good."""


class EvidenceReader:
    """Looks at a cycle's window in the history."""

    def __init__(self, spec: ExerciseSpec, settings: CountingSettings, peak_scale: float) -> None:
        if spec.repetition is None:
            raise ValueError(f"{spec.id} has no repetitions")
        self._spec, self._settings = spec, settings
        self._repetition = spec.repetition
        self._peak_scale = peak_scale
        self._gates = tuple((gate, _columns(gate)) for gate in spec.gates)
        self._active_columns = _active_columns(spec)
        self._score_columns = np.array(sorted({c for s in spec.signals for c in _columns(s)}))
        names = list(FEATURE_INDEX)
        self._side_columns = {
            side: [i for i, c in enumerate(self._score_columns) if names[c].endswith(side)]
            for side in ("left", "right")
        }

    def read(
        self, cycle: Cycle, side: Side, history: History, first_seen_s: float
    ) -> Evidence:
        """Judge ``cycle`` by itself."""
        window = history.between(cycle.start_s, cycle.end_s)
        posture = PosturePair(
            _posture(history.between(cycle.start_s - _NEAR_S, cycle.start_s + _NEAR_S), side),
            _posture(history.between(cycle.peak_s - _NEAR_S, cycle.peak_s + _NEAR_S), side),
        )
        ready = self.held(history, cycle.start_s)
        opening = self._opening(cycle, history, first_seen_s)
        if side != "both":  # what the other side finished before is not part of this
            window = history.between(cycle.left_s - _NEAR_S, cycle.end_s)
        rejection, detail = self._hard(cycle, side, window, history)
        weak = () if rejection else self._weak(cycle, side, window)
        return Evidence(side, cycle, posture, ready, opening, rejection, detail, weak)

    def _opening(self, cycle: Cycle, history: History, first_seen_s: float) -> bool:
        """The first thing seen of this person: the cycle itself or the end of one before."""
        ready = self._settings.ready
        waited_s = cycle.start_s - first_seen_s
        if waited_s <= ready.opening_s:
            return True
        if waited_s > ready.opening_return_s:
            return False
        before = history.between(first_seen_s, first_seen_s + ready.opening_s).phase
        return bool(np.isfinite(before).any() and np.nanmax(before) >= ready.opening_phase)

    # -- certain reasons ---------------------------------------------------------------

    def _active(self, side: Side, window: Window) -> int:
        """0 or 1: the side that moves more, among those that are seen."""
        if side != "both":
            return 0 if side == "left" else 1
        ranges = []
        for column in self._active_columns:
            seen = float(window.scores[:, column].mean()) >= self._settings.signal.min_score
            spread = _spread(window.values[:, column]) if seen else math.nan
            # A hidden limb is often drawn where it is not: its movement counts for less.
            trust = float(window.scores[:, column].mean())
            ranges.append(spread * trust**2 if math.isfinite(spread) else -1.0)
        return int(ranges[1] > ranges[0])

    def _hard(
        self, cycle: Cycle, side: Side, window: Window, history: History
    ) -> tuple[Rejection | None, str]:
        shortest, longest = self._repetition.duration_s
        if self._repetition.count_at == "target":
            shortest *= 0.5  # only the way out has been seen
        if cycle.duration_s < shortest:
            return Rejection.TOO_FAST, f"{cycle.duration_s:.2f} s, at least {shortest:g} s"
        if cycle.duration_s > longest:
            return Rejection.TOO_SLOW, f"{cycle.duration_s:.1f} s, at most {longest:g} s"
        place = self._settings.place
        scores = np.median(window.scores[:, self._score_columns], axis=0)
        # One leg of two is easily made up when the picture ends at the waist.
        lowest = place.phantom_score
        if side != "both":
            lowest, scores = _LIMB_SCORE, scores[self._side_columns[side]]
        if scores.size and float(scores.max()) < lowest:
            return Rejection.LOST_FROM_SIGHT, f"joints seen with a score of {scores.max():.2f}"
        if side != "both" and self._spec.posture != "prone":
            ankles = window.scores[:, _ANKLES].mean(axis=0)
            if float(ankles.max()) < place.feet_score:
                return Rejection.LOST_FROM_SIGHT, "both feet hidden or out of the picture"
        wrong = self._posture_problem(window, certain=True)
        if wrong:
            return Rejection.WRONG_POSTURE, wrong
        moved = (
            self._travel_problem(window)
            or self._step_problem(history.between(cycle.left_s, cycle.end_s), certain=True)
            or self._settling_problem(
                history.between(cycle.start_s - place.settled_s, cycle.end_s)
            )
        )
        if moved:
            return Rejection.NOT_IN_PLACE, moved
        active = self._active(side, window)
        for gate, columns in self._gates:
            if gate.strict:
                problem = _gate_problem(gate, columns, cycle, side, window, active)
                if problem:
                    return Rejection.OTHER_MOVEMENT, problem
        return None, ""

    def _posture_problem(self, window: Window, *, certain: bool) -> str:
        posture = self._spec.posture
        if posture in ("any", "hanging"):
            return ""
        inclination = window.values[:, FEATURE_INDEX["trunk_inclination_world_deg"]]
        early = window.phase <= self._settings.place.start_phase
        known = np.isfinite(inclination)
        at_start = inclination[known & early] if (known & early).any() else inclination[known]
        if at_start.size == 0:
            return "trunk not seen"
        place = self._settings.place
        thighs = window.values[:, _THIGHS].mean(axis=1)
        inverted = (inclination > place.inverted_above_deg) & (thighs > place.inverted_above_deg)
        if inverted.mean() > 1.0 - place.posture_share:
            return "upside down"
        if posture in ("upright", "seated"):
            bound = place.upright_never_above_deg if certain else place.upright_below_deg
            fits, wanted = at_start < bound, f"under {bound:g}"
        else:
            bound = place.lying_never_below_deg if certain else place.lying_above_deg
            fits, wanted = at_start > bound, f"over {bound:g}"
        if fits.mean() >= place.posture_share:
            return ""
        return f"trunk {float(np.median(at_start)):.0f} deg from upright, {wanted} needed"

    def _travel_problem(self, window: Window) -> str:
        place = self._settings.place
        for name, most, words in (
            ("hip_x", place.travel, "hip shifted {:.1f} body units sideways"),
            ("log_scale", place.approach, "size changed by a factor of e^{:.2f}"),
        ):
            values = window.values[:, FEATURE_INDEX[name]]
            values = values[np.isfinite(values)]
            if values.size > 1 and abs(values[-1] - values[0]) > most:
                return words.format(abs(values[-1] - values[0]))
        return ""

    def _step_problem(self, window: Window, *, certain: bool) -> str:
        """Feet that should have stayed did not; empty if they did or could not be seen."""
        stance, place = self._spec.stance, self._settings.place
        if stance == "free":
            return ""
        steps = []
        for side in ("left", "right"):
            columns = [FEATURE_INDEX[f"ankle_x.{side}"], FEATURE_INDEX[f"ankle_rise.{side}"]]
            if float(np.median(window.scores[:, columns[0]])) < place.foot_score:
                continue
            if stance == "on_the_spot":
                columns = columns[:1]
            path = window.values[:, columns]
            path = path[np.isfinite(path).all(axis=1)]
            if len(path) > 1:
                low, high = np.quantile(path, (0.05, 0.95), axis=0)
                shift = np.median(path[-_END_ROWS:], axis=0) - np.median(path[:_END_ROWS], axis=0)
                steps.append((float(np.linalg.norm(high - low)), float(np.linalg.norm(shift))))
        if not steps or (stance == "one_foot" and len(steps) < 2):
            return ""
        travel, away = min(steps) if stance == "one_foot" else max(steps)
        most = place.stance_travel if stance == "one_foot" else place.foot_travel
        factor = place.step_factor if certain and stance != "one_foot" else 1.0
        if travel <= factor * most and away <= factor * place.foot_shift:
            return ""
        return f"a foot moved by {travel:.1f} and ended {away:.1f} body units away"

    def _settling_problem(self, window: Window) -> str:
        """Steps along the floor look like steps on the spot; the way they lead does not."""
        if self._spec.kind != "alternating":
            return ""
        place = self._settings.place
        for name, most, words in (
            ("hip_x", place.settled_travel, "walked {:.1f} body units sideways"),
            ("log_scale", place.settled_approach, "came nearer or went by a factor of e^{:.2f}"),
        ):
            travel = _spread(window.values[:, FEATURE_INDEX[name]])
            if travel > most:
                return words.format(travel)
        return ""

    # -- doubts ------------------------------------------------------------------------

    def _weak(self, cycle: Cycle, side: Side, window: Window) -> tuple[str, ...]:
        doubts = []
        if cycle.peak < self._repetition.min_peak * self._peak_scale:
            doubts.append("peak")
        if cycle.trough > 0.65:
            doubts.append("start")
        scores = np.median(window.scores[:, self._score_columns], axis=0)
        if scores.size and float(scores.max()) < 0.5:
            doubts.append("score")
        if self._posture_problem(window, certain=False):
            doubts.append("posture")
        if self._step_problem(window, certain=False):
            doubts.append("feet")
        active = self._active(side, window)
        doubts += [
            gate.id
            for gate, columns in self._gates
            if not gate.strict and _gate_problem(gate, columns, cycle, side, window, active)
        ]
        return tuple(doubts)

    def held(self, history: History, t_s: float) -> bool:
        """Whether the start pose was held in place until ``t_s``."""
        ready = self._settings.ready
        before = history.between(t_s - ready.still_s, t_s)
        if len(before) < 2 or before.t_s[-1] - before.t_s[0] < 0.6 * ready.still_s:
            return False
        phase = before.phase[np.isfinite(before.phase)]
        if phase.size < 2 or np.ptp(phase) > ready.phase_range or phase.max() > ready.phase_below:
            return False
        for name in ("hip_x", "hip_rise"):
            shift = before.values[:, FEATURE_INDEX[name]]
            if np.isfinite(shift).any() and np.nanmax(shift) - np.nanmin(shift) > ready.shift:
                return False
        return True


_THIGHS = [
    FEATURE_INDEX["thigh_inclination_world_deg.left"],
    FEATURE_INDEX["thigh_inclination_world_deg.right"],
]
_ANKLES = [FEATURE_INDEX["ankle_x.left"], FEATURE_INDEX["ankle_x.right"]]


def _active_columns(spec: ExerciseSpec) -> tuple[int, int]:
    """Left and right column of what moves: the range of motion, else the first sided signal."""
    uses = ((spec.range_of_motion,) if spec.range_of_motion else ()) + spec.signals
    name = next((u.feature for u in uses if u.feature in SIDED_FEATURES), "knee_flexion_deg")
    return FEATURE_INDEX[f"{name}.left"], FEATURE_INDEX[f"{name}.right"]


def _columns(use: object) -> tuple[int, ...]:
    name, side = use.feature, use.side  # type: ignore[attr-defined]
    if name not in SIDED_FEATURES:
        return (FEATURE_INDEX[name],)
    both = (FEATURE_INDEX[f"{name}.left"], FEATURE_INDEX[f"{name}.right"])
    if side in ("left", "right"):
        return (both[0 if side == "left" else 1],)
    return both


def _spread(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    if known.size < 2:
        return math.nan
    low, high = np.quantile(known, (0.05, 0.95))
    return float(high - low)


def _posture(window: Window, side: Side) -> FloatArray:
    if len(window) == 0:
        return np.full(len(_LIKENESS_COLUMNS), np.nan)
    values = window.values[:, _LIKENESS_COLUMNS]
    values = np.where(window.scores[:, _LIKENESS_COLUMNS] >= _LIKENESS_SCORE, values, np.nan)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return np.asarray(mean[_MIRRORED] if side == "right" else mean)


def _fused(
    gate: Gate, columns: tuple[int, ...], side: Side, window: Window, active: int
) -> FloatArray:
    values = np.stack([_seen(c, window) for c in columns], axis=-1)
    if len(columns) == 1:
        return values[:, 0]
    if gate.side == "each":
        return values[:, 1 if side == "right" else 0]
    if gate.side in ("active", "passive"):
        return values[:, active if gate.side == "active" else 1 - active]
    scores = window.scores[:, list(columns)]
    if gate.side == "nearest":
        return values[:, int(np.argmax(scores.mean(axis=0)))]
    with np.errstate(invalid="ignore"):
        if gate.side == "max":
            return np.fmax(values[:, 0], values[:, 1])
        if gate.side == "min":
            return np.fmin(values[:, 0], values[:, 1])
        if gate.side == "difference":
            return np.abs(values[:, 0] - values[:, 1])
        one = np.where(np.isfinite(values[:, 0]), values[:, 0], values[:, 1])
        other = np.where(np.isfinite(values[:, 1]), values[:, 1], values[:, 0])
        return (one + other) / 2


def statistic_of(
    gate: Gate, columns: tuple[int, ...], cycle: Cycle, side: Side, window: Window, active: int
) -> float:
    """The gate's statistic over the cycle; NaN where the feature was not seen."""
    if gate.statistic == "range" and gate.side in ("max", "min") and len(columns) == 2:
        ranges = [_statistic(gate, _seen(c, window), cycle, window) for c in columns]
        known = [r for r in ranges if math.isfinite(r)]
        if not known:
            return math.nan
        return max(known) if gate.side == "max" else min(known)
    return _statistic(gate, _fused(gate, columns, side, window, active), cycle, window)


def _seen(column: int, window: Window) -> FloatArray:
    """The column, NaN where its joints were too hidden to speak of other movements."""
    return np.where(
        window.scores[:, column] >= _GATE_SCORE, window.values[:, column], np.nan
    )


def _statistic(gate: Gate, values: FloatArray, cycle: Cycle, window: Window) -> float:
    known = np.isfinite(values)
    if not known.any():
        return math.nan
    seen, t_s = values[known], window.t_s[known]
    match gate.statistic:
        case "minimum":
            return float(np.quantile(seen, 0.05))
        case "maximum":
            return float(np.quantile(seen, 0.95))
        case "range":
            return float(np.quantile(seen, 0.95) - np.quantile(seen, 0.05))
        case "start":
            return float(np.median(seen[t_s <= cycle.start_s + _NEAR_S])) if (
                t_s <= cycle.start_s + _NEAR_S
            ).any() else math.nan
        case "target":
            near = np.abs(t_s - cycle.peak_s) <= _NEAR_S
            return float(np.median(seen[near])) if near.any() else math.nan
        case "mean":
            return float(seen.mean())
        case "drift":
            return float(seen[-1] - seen[0])


def _gate_problem(
    gate: Gate, columns: tuple[int, ...], cycle: Cycle, side: Side, window: Window, active: int
) -> str:
    """Why the gate fails; empty if it holds or could not be seen."""
    value = statistic_of(gate, columns, cycle, side, window, active)
    if math.isnan(value):
        return ""
    if gate.at_least is not None and value < gate.at_least:
        return f"{gate.id}: {gate.feature} {gate.statistic} {value:.2f}, at least {gate.at_least:g}"
    if gate.at_most is not None and value > gate.at_most:
        return f"{gate.id}: {gate.feature} {gate.statistic} {value:.2f}, at most {gate.at_most:g}"
    return ""
