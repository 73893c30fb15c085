"""Parts of a plan: who wrote it, for whom, how hard, how long. Shapes only, no judgement."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from aicoach.catalog.cues import Language
from aicoach.prescription.quantities import (
    Age,
    CapBpm,
    MaxBpm,
    Minutes,
    Percent,
    Quantity,
    RestBpm,
    TargetBpm,
)

Role = Literal["physician", "physiotherapist", "exercise_prescriber", "coach", "resident"]
CLINICAL_ROLES: Final = frozenset({"physician", "physiotherapist", "exercise_prescriber"})
"""Who may sign a medical plan and allow what a rule forbids."""
Known = Literal["yes", "no", "unknown"]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=64)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
FormulaName = Literal["gellish", "tanaka", "aerobics", "fox", "brawner"]
MaxSource = Literal[
    "measured",
    "clinician",
    "formula:gellish",
    "formula:tanaka",
    "formula:aerobics",
    "formula:fox",
    "formula:brawner",
]
EffortScale = Literal["project0_10", "cr10", "borg6_20"]
TalkTest = Literal["light", "moderate", "vigorous"]


class PlanModel(BaseModel):
    """Base of every model in a plan: what is not known is refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        use_attribute_docstrings=True,
    )


class Title(PlanModel):
    """The plan's name as residents read it."""

    zh: Words
    en: Words

    def text(self, language: Language) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en


class Author(PlanModel):
    """Who answers for the plan."""

    id: Code
    """Code of the person in your records; not the name."""
    role: Role
    """physician, physiotherapist and exercise_prescriber may sign medical plans."""
    qualification_no: Code | None = None
    """Number of the qualification; a medical plan needs it."""


class Resident(PlanModel):
    """For whom the plan is."""

    id: Code
    """Code of the resident in your records; not the name."""
    birth_year: Age | None = None
    """A plan in force needs it."""
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    height_cm: Annotated[float, Quantity("height_cm")] | None = None
    mass_kg: Annotated[float, Quantity("mass_kg")] | None = None
    trained: bool = False
    """Used to regular training: the wider bounds of fatigue hold."""
    falls_12_months: Annotated[int, Quantity("falls")] | None = None
    """Falls of the last twelve months; without it the resident is asked where it matters."""
    tug_s: Annotated[float, Quantity("tug_s")] | None = None
    """Timed up-and-go."""


class Medications(PlanModel):
    """What changes the heart rate or the blood sugar. Unknown is never taken for no."""

    beta_blocker: Known = "unknown"
    """Beta-blockers and other drugs that slow the heart (verapamil, diltiazem, ivabradine)."""
    insulin: Known = "unknown"
    sulfonylurea_glinide: Known = "unknown"
    """Tablets that can make the blood sugar fall too low."""
    anticoagulant: Known = "unknown"
    nitrate: Known = "unknown"


class HeartRateAim(PlanModel):
    """The heart-rate window and the cap that is never passed."""

    method: Literal["hrr", "pct_hrmax", "absolute", "none"] = "none"
    """hrr: per cent of the reserve; pct_hrmax: per cent of the maximum; absolute: in bpm."""
    lower_pct: Percent | None = None
    """For hrr and pct_hrmax."""
    upper_pct: Percent | None = None
    """For hrr and pct_hrmax."""
    lower_bpm: TargetBpm | None = None
    """For absolute."""
    upper_bpm: TargetBpm | None = None
    """For absolute."""
    rest_bpm: RestBpm | None = None
    """At rest, seated, after five quiet minutes. hrr needs it."""
    max_source: MaxSource = "formula:gellish"
    """Where the maximal heart rate comes from; a formula computes it from the age."""
    max_bpm: MaxBpm | None = None
    """Only when measured, or entered by a clinician."""
    hard_cap_bpm: CapBpm | None = None
    """At this heart rate the session stops. Without it the cautious default holds."""
    ischaemic_threshold_bpm: CapBpm | None = None
    """Heart rate at which an exercise test showed ischaemia; the window ends 10 below."""
    icd_detection_bpm: CapBpm | None = None
    """Lowest detection rate of an implanted defibrillator; the cap must lie 10 below."""
    required: bool = False
    """The session pauses when no heart rate comes in."""


class EffortAim(PlanModel):
    """How hard it may feel; every value is on the scale named here."""

    scale: EffortScale = "project0_10"
    lower: Annotated[float, Quantity("effort")] | None = None
    upper: Annotated[float, Quantity("effort")] | None = None
    stop_at: Annotated[float, Quantity("effort")] | None = None
    """At this effort the set ends."""


class MetAim(PlanModel):
    """Energy cost of the exercises, in metabolic equivalents."""

    lower: Annotated[float, Quantity("met")] | None = None
    upper: Annotated[float, Quantity("met")] | None = None


class Intensity(PlanModel):
    """How hard: heart rate, effort, talk test, energy cost. The strictest one leads."""

    talk: TalkTest | None = None
    """light: talks and sings; moderate: talks, cannot sing; vigorous: a few words."""
    pain_stop: Annotated[float, Quantity("pain")] | None = None
    """Pain above this, 0 to 10, ends the exercise."""
    encourage: bool = False
    """The coach may ask for more when the heart rate stays below the window."""
    heart_rate: HeartRateAim = HeartRateAim()
    effort: EffortAim = EffortAim()
    met: MetAim = MetAim()


class Volume(PlanModel):
    """How often and how long."""

    frequency_per_week: Annotated[int, Quantity("per_week")]
    min_rest_days_between_strength: Annotated[int, Quantity("rest_days")] = 1
    """Days without strength work between two days with it."""
    warm_up_min: Minutes = 5.0
    main_min: Minutes | None = None
    """Planned length of the main part; without it, what the items take."""
    cool_down_min: Minutes = 5.0
    """At least five minutes after aerobic work."""
    total_min_max: Minutes | None = None
    """The session never lasts longer than this."""


class Progression(PlanModel):
    """How the dose grows. It is only ever proposed; a person decides."""

    type: Literal["none", "2for2", "weekly_pct"] = "none"
    """2for2: two extra good repetitions in the last set of two sessions in a row."""
    pct: Annotated[float, Quantity("progression_pct")] | None = None
    """Step in per cent."""
    min_sessions_ok: Annotated[int, Quantity("sessions_ok")] | None = None
    cap: Annotated[float, Quantity("progression_cap")] | None = None
    """Highest multiple of the first dose."""


class Override(PlanModel):
    """A clinician sets a limit looser than the computed one, and says why."""

    limit: Literal[
        "heart_rate.upper",
        "heart_rate.hard_cap",
        "effort.upper",
        "effort.stop_at",
        "pain_stop",
        "talk",
        "cadence",
        "hold_s",
        "total_min_max",
    ]
    exercise: str | None = None
    """For cadence, hold_s, effort.upper and pain_stop of one exercise."""
    author: Code
    role: Literal["physician", "physiotherapist", "exercise_prescriber"]
    reason: Annotated[str, Field(min_length=8, max_length=300)]
    decided_on: date
