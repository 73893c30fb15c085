"""Where and how the body stands: orientation, planted feet, walking, a held start pose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.features import FEATURE_INDEX
from aicoach.tracking.gates import spread_of
from aicoach.tracking.ranks import median_of, share_of

if TYPE_CHECKING:
    from aicoach.catalog.settings import CountingSettings
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.pose import FloatArray
    from aicoach.tracking.history import History, Window

_THIGHS: Final = [
    FEATURE_INDEX["thigh_inclination_world_deg.left"],
    FEATURE_INDEX["thigh_inclination_world_deg.right"],
]
_TRUNK: Final = FEATURE_INDEX["trunk_inclination_world_deg"]
_ANKLES: Final = [FEATURE_INDEX["ankle_x.left"], FEATURE_INDEX["ankle_x.right"]]
_ON_THE_BACK: Final = ("supine", "side_lying")
_END_ROWS: Final = 3
"""Frames over which the first and the last position of a foot are read."""


class PlaceReader:
    """Says what is wrong with the place or the orientation of a movement; empty is fine."""

    def __init__(self, spec: ExerciseSpec, settings: CountingSettings) -> None:
        self._spec, self._settings = spec, settings
        self._window: Window | None = None
        self._at_start = np.empty(0)
        self._inverted = 0.0

    def feet_hidden(self, window: Window) -> bool:
        """Whether neither foot is seen well enough to tell stepping from swaying."""
        ankles = window.scores[:, _ANKLES].mean(axis=0)
        return float(ankles.max()) < self._settings.place.feet_score

    def posture_problem(self, window: Window, *, certain: bool) -> str:
        """The trunk is not where the exercise starts; with ``certain`` beyond any doubt."""
        posture = self._spec.posture
        if posture in ("any", "hanging"):
            return ""
        place = self._settings.place
        if window is not self._window:  # it is asked twice: beyond doubt, and with doubt
            self._window, self._at_start, self._inverted = window, *self._trunk_in(window)
        at_start = self._at_start
        if at_start.size == 0:
            return "trunk not seen"
        if self._inverted > 1.0 - place.posture_share:
            return "upside down"
        if posture in ("upright", "seated"):
            bound = place.upright_never_above_deg if certain else place.upright_below_deg
            fits, wanted = at_start < bound, f"under {bound:g}"
        else:
            bound = place.lying_never_below_deg if certain else place.lying_above_deg
            fits, wanted = at_start > bound, f"over {bound:g}"
        if share_of(fits) >= place.posture_share:
            return ""
        return f"trunk {median_of(at_start):.0f} deg from upright, {wanted} needed"

    def _trunk_in(self, window: Window) -> tuple[FloatArray, float]:
        """Inclinations of the trunk near the start pose, and how much of it all is upside down."""
        place = self._settings.place
        inclination = window.values[:, _TRUNK]
        known = np.isfinite(inclination)
        early = known & (window.phase <= place.start_phase)
        at_start = inclination[early if early.any() else known]
        if at_start.size == 0:
            return at_start, 0.0
        thighs = (window.values[:, _THIGHS[0]] + window.values[:, _THIGHS[1]]) / 2.0
        inverted = (inclination > place.inverted_above_deg) & (thighs > place.inverted_above_deg)
        return at_start, share_of(inverted)

    def travel_problem(self, window: Window) -> str:
        """The person ended elsewhere than they began."""
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

    def step_problem(self, window: Window, *, certain: bool) -> str:
        """Feet that should have stayed did not; empty if they did or could not be seen."""
        stance, place = self._spec.stance, self._settings.place
        if stance == "free":
            return ""
        steps = []
        for side in ("left", "right"):
            columns = [FEATURE_INDEX[f"ankle_x.{side}"], FEATURE_INDEX[f"ankle_rise.{side}"]]
            if median_of(window.scores[:, columns[0]]) < place.foot_score:
                continue
            if stance == "on_the_spot":
                columns = columns[:1]
            path = window.values[:, columns]
            path = path[np.isfinite(path).all(axis=1)]
            if len(path) > 1:
                travel = math.hypot(*(spread_of(way) for way in path.T))
                away = math.hypot(
                    *(median_of(w[-_END_ROWS:]) - median_of(w[:_END_ROWS]) for w in path.T)
                )
                steps.append((travel, away))
        if not steps or (stance == "one_foot" and len(steps) < 2):
            return ""
        travel, away = min(steps) if stance == "one_foot" else max(steps)
        most = place.stance_travel if stance == "one_foot" else place.foot_travel
        factor = place.step_factor if certain and stance != "one_foot" else 1.0
        if travel <= factor * most and away <= factor * place.foot_shift:
            return ""
        return f"a foot moved by {travel:.1f} and ended {away:.1f} body units away"

    def settling_problem(self, window: Window) -> str:
        """Steps along the floor look like steps on the spot; the way they lead does not."""
        if self._spec.kind != "alternating" or self._spec.posture in _ON_THE_BACK:
            return ""
        place = self._settings.place
        for name, most, words in (
            ("hip_x", place.settled_travel, "walked {:.1f} body units sideways"),
            ("log_scale", place.settled_approach, "came nearer or went by a factor of e^{:.2f}"),
        ):
            travel = spread_of(window.values[:, FEATURE_INDEX[name]])
            if travel > most:
                return words.format(travel)
        return ""

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
