"""Typed model of an exercise file.

Everything is frozen and refuses unknown keys, so that a typing error in a file is
an error and not a silent default. The field reference for authors is
``exercises/README.md``.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aicoach.features import CENTRAL_FEATURES, SIDED_FEATURES

Kind = Literal["repetition", "alternating", "hold"]
OneSide = Literal["left", "right"]
View = Literal["front", "oblique", "side"]
Posture = Literal[
    "upright", "seated", "prone", "supine", "side_lying", "hands_and_knees", "hanging", "any"
]
PhaseName = Literal["eccentric", "bottom_hold", "concentric", "top_hold"]
Severity = Literal["info", "minor", "major", "safety"]
SideRule = Literal[
    "mean", "max", "min", "each", "nearest", "active", "passive", "left", "right", "difference"
]
"""How left and right become one number. ``each``: every side is its own; ``nearest``: the
better visible one; ``active``: the one that moves more, ``passive`` the other."""
Stance = Literal["both_feet", "one_foot", "on_the_spot", "free"]
Statistic = Literal["minimum", "maximum", "range", "start", "target", "mean", "drift"]
Prop = Literal["chair", "dumbbells", "barbell", "band", "bar", "wall", "step", "mat"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
Source = Annotated[str, Field(min_length=3, max_length=120)]
"""A key of SOURCES.toml, or ``calibrated:<what>`` for a number found on recordings."""


class SpecModel(BaseModel):
    """Base of every model in an exercise file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, str_strip_whitespace=True
    )


class Names(SpecModel):
    """The exercise's name as residents read it."""

    zh: Annotated[str, Field(min_length=1, max_length=24)]
    en: Annotated[str, Field(min_length=1, max_length=48)]


class FeatureUse(SpecModel):
    """A feature and the side it is read from."""

    feature: str
    side: SideRule | None = None
    """How left and right become one number; None for features of the whole body."""

    @model_validator(mode="after")
    def _known(self) -> FeatureUse:
        if self.feature in CENTRAL_FEATURES:
            if self.side is not None:
                raise ValueError(f"feature '{self.feature}' has no sides; remove 'side'")
        elif self.feature in SIDED_FEATURES:
            if self.side is None:
                raise ValueError(f"feature '{self.feature}' has sides; give 'side'")
        else:
            raise ValueError(f"unknown feature '{self.feature}'")
        return self


class Signal(FeatureUse):
    """One voter on where in the cycle the body is: 0 at ``start``, 1 at ``target``."""

    start: float
    target: float
    weight: Annotated[float, Field(gt=0, le=5)] = 1.0
    source: Source

    @model_validator(mode="after")
    def _moves(self) -> Signal:
        if math.isclose(self.start, self.target):
            raise ValueError("start and target must differ")
        if self.side == "difference":
            raise ValueError("a signal cannot be a difference of sides")
        return self


class Repetition(SpecModel):
    """What makes a cycle a repetition."""

    count_at: Literal["return", "target"] = "return"
    """When the repetition counts: back at the start pose, or on arrival at the target."""
    rearm_phase: Annotated[float, Field(gt=0, lt=0.8)] | None = None
    """How near to the start pose the body must have been before the next count at the
    target; None for the machine's own value."""
    min_amplitude: Annotated[float, Field(gt=0.05, lt=1)]
    """Smallest swing of the phase that is a movement at all, in phase units."""
    min_peak: Annotated[float, Field(ge=0, le=1)] = 0.35
    """The phase that a cycle must reach to be believed at once."""
    strong_amplitude: Annotated[float, Field(gt=0.1, lt=1)] | None = None
    """Swing from which a prepared cycle counts at once; None for the machine's own value.
    Lower where the start pose alone says what is being done."""
    duration_s: tuple[float, float]
    """Shortest and longest cycle."""
    alone: bool = False
    """Whether a single one, out of a held start pose, may count at once. False for what
    looks like an everyday gesture: it counts from the second alike movement on."""
    source: Source

    @model_validator(mode="after")
    def _ordered(self) -> Repetition:
        if not 0.0 < self.duration_s[0] < self.duration_s[1]:
            raise ValueError("duration_s must be two increasing positive numbers")
        return self


class Gate(FeatureUse):
    """A condition on a whole cycle that tells this movement from another one."""

    id: Key
    statistic: Statistic
    """Taken over the cycle; ``start`` and ``target`` are the values at those poses,
    ``drift`` is the change from the first to the last moment."""
    at_least: float | None = None
    at_most: float | None = None
    strict: bool = False
    """True: a cycle that fails is rejected. False: it is weak evidence."""
    means: Literal["other_movement", "partial"] = "other_movement"
    """What a strict failure says: not this movement, or too little of it."""
    source: Source

    @model_validator(mode="after")
    def _bounded(self) -> Gate:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most")
        return self


class HoldCondition(FeatureUse):
    """One condition of a held position."""

    id: Key
    at_least: float | None = None
    at_most: float | None = None
    of: Literal["worked", "free"] | None = None
    """Which side must meet it when the hold is asked of one side; needs ``worked_by``."""
    source: Source

    @model_validator(mode="after")
    def _bounded(self) -> HoldCondition:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most")
        if self.of is not None and not self.either_side:
            raise ValueError("'of' is for a condition that one side is enough for")
        return self

    @property
    def either_side(self) -> bool:
        """Whether one side is enough: the greater at least, or the lesser at most, so much."""
        return (self.side == "max" and self.at_most is None) or (
            self.side == "min" and self.at_least is None
        )


class Hold(SpecModel):
    """What makes a position a hold: every condition, with some grace."""

    conditions: Annotated[tuple[HoldCondition, ...], Field(min_length=1)]
    settle_s: Annotated[float, Field(ge=0.1, le=3)] = 0.5
    """The position must be kept this long before the hold begins; it counts from its start."""
    grace_s: Annotated[float, Field(ge=0.1, le=5)] = 1.0
    """A breach shorter than this does not end the hold."""
    min_s: Annotated[float, Field(ge=0.5, le=30)] = 2.0
    """A shorter hold is reported as rejected."""
    still_within: Annotated[float, Field(gt=0, le=3)] = 0.6
    """The hip may travel at most this far, in body units of half a metre."""
    worked_by: Literal["standing_leg", "propping_arm"] | None = None
    """By what a plan names the side of the hold; None: both sides hold at once."""
    source: Source

    @model_validator(mode="after")
    def _of_one_side(self) -> Hold:
        if (self.worked_by is not None) != any(one.of is not None for one in self.conditions):
            raise ValueError("worked_by and a condition with 'of' belong together")
        return self


class RangeOfMotion(FeatureUse):
    """The range that a prescription speaks of."""

    target_deg: Annotated[float, Field(ge=-180, le=360)]
    """Default target, when the prescription gives none."""
    rest_deg: Annotated[float, Field(ge=-180, le=360)]
    """The value in the start pose."""
    tolerance_deg: Annotated[float, Field(ge=0, le=30)] = 10.0
    """Measurement error granted before a repetition is called partial."""
    source: Source


_Seen = Annotated[float, Field(gt=0.2, le=1)]


class Tempo(SpecModel):
    """Seconds per phase of the default tempo; eccentric is the way with gravity."""

    eccentric_s: Annotated[float, Field(ge=0, le=30)]
    bottom_s: Annotated[float, Field(ge=0, le=60)]
    concentric_s: Annotated[float, Field(ge=0, le=30)]
    top_s: Annotated[float, Field(ge=0, le=60)]
    outward: Literal["eccentric", "concentric"]
    """Which phase leads from the start pose to the target pose."""
    seen: tuple[_Seen, _Seen] = (1.0, 1.0)
    """How much of the eccentric and of the concentric way shows as movement: near an end pose
    the joints that are measured hardly turn. From `bench tempo`."""
    source: Source

    @property
    def cycle_s(self) -> float:
        """Seconds of one repetition."""
        return self.eccentric_s + self.bottom_s + self.concentric_s + self.top_s


class Limit(SpecModel):
    """The bound of a form rule and how long a breach must last."""

    at_most: float | None = None
    at_least: float | None = None
    major: float | None = None
    """Beyond this value the fault's severity is 'major'."""
    hold_s: Annotated[float, Field(ge=0, le=5)] = 0.1

    @model_validator(mode="after")
    def _one_bound(self) -> Limit:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give exactly one of at_most and at_least")
        if self.major is not None:
            if self.at_most is not None and self.major <= self.at_most:
                raise ValueError("major must lie beyond at_most")
            if self.at_least is not None and self.major >= self.at_least:
                raise ValueError("major must lie beyond at_least")
        return self


class FormRule(FeatureUse):
    """One declared check of form."""

    id: Key
    during: tuple[PhaseName, ...] = ()
    """Phases in which every moment is checked; empty: judged once per repetition by
    ``statistic``."""
    statistic: Statistic | None = None
    relative_to: Literal["none", "start", "baseline"] = "none"
    """'start': change from the repetition's start pose; 'baseline': from the standing or
    lying baseline of the person."""
    limit: Limit
    severity: Severity
    views: Annotated[tuple[View, ...], Field(min_length=1)]
    """Views from which it can be judged; elsewhere it is reported as not assessed."""
    confidence: Literal["high", "medium", "low"] = "medium"
    cue: Key
    source: Source

    @model_validator(mode="after")
    def _when(self) -> FormRule:
        if bool(self.during) == (self.statistic is not None):
            raise ValueError("give either 'during' (phases) or 'statistic' (per repetition)")
        return self


class TempoRule(SpecModel):
    """A bound on the duration of a phase, in seconds."""

    id: Key
    phase: PhaseName | Literal["cycle"]
    at_least_s: float
    severity: Severity
    cue: Key
    source: Source


class MotionPose(SpecModel):
    """A key pose of the demonstration: joint angles in degrees, 0 in the anatomical position.

    What a pose leaves out is taken from ``[motion.base]``, then 0. ``left`` and ``right``
    override both sides. Names and signs: exercises/README.md.
    """

    at: Annotated[float, Field(ge=0, le=1)]
    """0 is the start pose, 1 the target pose; the way back mirrors the way out unless
    ``back`` poses are given."""
    both: dict[str, float] = Field(default_factory=dict)
    left: dict[str, float] = Field(default_factory=dict)
    right: dict[str, float] = Field(default_factory=dict)
    body: dict[str, float] = Field(default_factory=dict)


class Motion(SpecModel):
    """Key poses from which ``synth`` plays the exercise and the coach demonstrates it."""

    support: Literal[
        "feet",
        "seat",
        "hands_and_feet",
        "hands_and_knees",
        "forearms_and_feet",
        "forearm_and_feet",
        "back",
        "hands",
    ]
    """What rests on the floor (or the chair, or the bar): decides where the body stands."""
    alternates: bool = False
    """The other side performs the mirrored motion in turn."""
    view: View
    """The view that explains the exercise best."""
    working: tuple[Key, ...] = ()
    """Limbs drawn in the accent colour: arms, forearms, thighs, shanks, trunk, feet."""
    props: tuple[
        Literal["chair", "dumbbells", "barbell", "band", "bar", "wall", "step", "mat"], ...
    ] = ()
    base: MotionPose
    poses: Annotated[tuple[MotionPose, ...], Field(min_length=1)]
    back: tuple[MotionPose, ...] = ()
    """Poses on the way back, ``at`` from 1 down to 0, when it differs from the way out."""


class Met(SpecModel):
    """Energy cost, Compendium of Physical Activities."""

    code: Annotated[str, Field(pattern=r"^\d{5}$")]
    value: Annotated[float, Field(gt=0.5, lt=25)]
    source: Source


class ExerciseSpec(SpecModel):
    """One exercise: how it is counted, judged, shown and when it must not be done."""

    id: Key
    kind: Kind
    names: Names
    pattern: Key
    """Movement family; members of one family look alike to the counter."""
    posture: Posture
    stance: Stance = "free"
    """Feet that stay where they are during a cycle; ``on_the_spot``: they step, but not
    along. Walking is told from exercise by it."""
    views: Annotated[tuple[View, ...], Field(min_length=1)]
    """Views it can be judged from."""
    signals: tuple[Signal, ...] = ()
    repetition: Repetition | None = None
    gates: tuple[Gate, ...] = ()
    hold: Hold | None = None
    range_of_motion: RangeOfMotion | None = None
    tempo: Tempo
    tempo_rules: tuple[TempoRule, ...] = ()
    form_rules: tuple[FormRule, ...] = ()
    met: Met
    muscles: Annotated[tuple[Key, ...], Field(min_length=1)]
    tags: tuple[Key, ...] = ()
    """Movement tags of the exercise x condition matrix."""
    contraindications: tuple[Key, ...] = ()
    equipment: tuple[Key, ...] = ()
    motion: Motion

    @model_validator(mode="after")
    def _complete(self) -> ExerciseSpec:
        if self.kind == "hold":
            if self.hold is None:
                raise ValueError("a hold needs [hold]")
            if self.repetition is not None or self.signals:
                raise ValueError("a hold has no [repetition] and no [[signals]]")
        else:
            if self.repetition is None or not self.signals:
                raise ValueError(f"kind '{self.kind}' needs [repetition] and [[signals]]")
            if self.hold is not None:
                raise ValueError(f"kind '{self.kind}' has no [hold]")
        if self.kind == "alternating" and not any(s.side == "each" for s in self.signals):
            raise ValueError("kind 'alternating' needs a signal with side = 'each'")
        for what, ids in (
            ("form rule", [r.id for r in self.form_rules] + [r.id for r in self.tempo_rules]),
            ("gate", [g.id for g in self.gates]),
        ):
            twice = {i for i in ids if ids.count(i) > 1}
            if twice:
                raise ValueError(f"{what} '{sorted(twice)[0]}' stands twice")
        return self
