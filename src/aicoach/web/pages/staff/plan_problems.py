"""What is wrong with a plan, said to staff in their language.

The checks speak English, exactly, for files and commands. Here their sentences are known by
their shape, and said anew; one that is not known is shown as it is, behind a word that names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aicoach.catalog.vocabulary import conditions, movement_tags

if TYPE_CHECKING:
    from aicoach.web.pages.staff.desk import Desk

_N: Final = r"(-?[\d.]+)"
_D: Final = r"(\d{4}-\d\d-\d\d)"
SHAPES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("missing_needed", r"is missing: (?:mode|method|type) '.*' needs it", ()),
    ("missing_clinician", r"is missing: with (\w+) a clinician must enter it", ("condition",)),
    ("missing_joint", r"never_above_deg for (\w+) is missing: with (\w+) .*",
     ("joint", "condition")),
    ("missing_licence", r"is missing: a medical plan needs it", ()),
    ("missing_end", r"is missing: a medical plan must have an end", ()),
    ("missing_age", r"is missing: (?:limits depend on the age|id and birth_year are needed)", ()),
    ("missing_max", r"is missing: max_source is '.*'", ()),
    ("missing", r"is missing", ()),
    ("between", rf"is {_N}, must lie between {_N} and {_N} (\S+)",
     ("value", "low", "high", "unit")),
    ("whole", r"must be a valid integer.*", ()),
    ("number", r"must be a valid number.*", ()),
    ("text_short", r"String should have at least (\d+) characters?.*", ("n",)),
    ("text_long", r"String should have at most (\d+) characters?.*", ("n",)),
    ("pattern", r"String should match pattern .*", ()),
    ("least", rf"must be greater than or equal to {_N}.*", ("low",)),
    ("most", rf"must be less than or equal to {_N}.*", ("high",)),
    ("choice", r"must be '.*", ()),
    ("empty_list", r"Tuple should have at least 1 item.*", ()),
    ("is_hold", r"(\w+) is a hold; use mode 'hold'", ("exercise",)),
    ("is_counted", r"(\w+) is counted; use mode 'reps' or 'duration'", ("exercise",)),
    ("both_sides", r"(\w+) moves both sides at once; use 'both'", ("exercise",)),
    ("not_seated", r"(\w+) is done in posture '.*', not seated", ("exercise",)),
    ("too_much_met", rf"(\w+) costs {_N} MET, (?:intensity.met.upper is|must lie below) {_N}.*",
     ("exercise", "value", "high")),
    ("off", r"(\w+) is off: (.*); replace it, .*", ("exercise", "why")),
    ("unwatched", r"(\w+) (?:is measured by \w+|has no range of motion); a target for (\w+) .*",
     ("exercise", "joint")),
    ("beyond_limit", rf"is {_N} deg, beyond the hard limit of {_N}.*", ("value", "high")),
    ("no_movement", rf"is {_N} deg, hardly a movement: the start pose is {_N}", ("value", "low")),
    ("starts_beyond", rf"(\w+) starts at {_N} deg of (\w+), beyond .*",
     ("exercise", "value", "joint")),
    ("cool_down_short", rf"takes {_N} min, at least {_N} after aerobic work", ("value", "low")),
    ("too_long", rf"is {_N}, but the session takes about {_N} min", ("value", "high")),
    ("parts_too_long", rf"is {_N}.*(?:warm-up|warm_up).*", ("value",)),
    ("other_mode", r"belongs to mode '.*', but the mode is '.*'", ()),
    ("method_takes", r"method '.*' takes .*", ()),
    ("below_other", rf"is {_N}, below (?:reps_min|lower|upper) {_N}", ("value", "low")),
    ("must_be_above", rf"is {_N}, must be above \w+ {_N}", ("value", "low")),
    ("looser", rf"is {_N} (\S+), looser than {_N} \(.*", ("value", "unit", "high")),
    ("phase_long", rf"a phase lasts at most {_N} s", ("high",)),
    ("nothing_moves", r"nothing moves: .*", ()),
    ("too_slow", rf"{_N} s a repetition cannot reach {_N} a minute", ("value", "low")),
    ("no_weight", r"type '.*' has no (?:weight|band)", ()),
    ("give_rom", r"give (?:target_deg|never_above_deg).*", ()),
    ("too_often", rf"is {_N}, above frequency_per_week {_N}", ("value", "high")),
    ("rest_days", rf"strength on (\d+) days a week leaves no .*at most {_N}.*", ("value", "high")),
    ("circle", r"goes in a circle: .*", ()),
    ("before", rf"is {_D}, before \w+ {_D}", ("value", "low")),
    ("to_come", rf"is {_D}, a day to come", ("value",)),
    ("review_was_due", rf"the review was due on {_D}", ("value",)),
    ("beta_unknown", r"is unknown: no heart-rate window by formula.*", ()),
    ("no_cap", r"is true, but no limit can be computed .*", ()),
    ("brawner", r"formula:brawner is for people on a beta-blocker only.*", ()),
    ("age", rf"makes an age of {_N}; plans are for {_N} to {_N} years", ("value", "low", "high")),
    ("rest_rate", rf"is {_N}; zones are computed only from {_N} to {_N} bpm",
     ("value", "low", "high")),
    ("detection", rf"must be given and at most {_N}, below the detection rate", ("high",)),
    ("unknown_exercise", r"unknown exercise '(\w*)'.*", ("exercise",)),
    ("may_not_sign", r"'\w+' may not sign a medical plan; .*", ()),
    ("unsigned", r"the medical plan is not signed", ()),
    ("no_author", r"a medical plan must name who answers for it", ()),
    ("draft", r"is 'draft'; set 'active' .*", ()),
    ("expired", rf"the plan expired on {_D}", ("value",)),
    ("unknown_key", r"is not a key of a plan.*", ()),
)  # fmt: skip
_KNOWN: Final = tuple((name, re.compile(shape), places) for name, shape, places in SHAPES)


def say_problem(desk: Desk, text: str) -> str:
    """One problem in the words of this browser."""
    for name, shape, places in _KNOWN:
        found = shape.fullmatch(text)
        if found:
            given = {
                place: _said(desk, place, value)
                for place, value in zip(places, found.groups(), strict=True)
            }
            return desk.text(f"plan_problem.{name}", **given)
    return desk.text("plan_problem.other", text=text)


def _said(desk: Desk, place: str, value: str) -> str:
    match place:
        case "exercise":
            return desk.words.exercise(value)
        case "joint":
            return desk.words.joint(value)
        case "condition":
            known = conditions().get(value)
            return value if known is None else known.name(desk.language)
        case "unit":
            return desk.known(f"edit.unit.{value}", "")
        case "why":
            return _why(desk, value)
        case _:
            return value


def _why(desk: Desk, text: str) -> str:
    """The codes of conditions and tags in a refusal, by their names."""
    named = {code: one.name(desk.language) for code, one in conditions().items()}
    named |= {code: one.name(desk.language) for code, one in movement_tags().items()}
    said = []
    for part in text.split(", "):
        forbids = re.fullmatch(r"(\w+) forbids (\w+)", part)
        if forbids:
            by = (
                desk.text("edit.by_plan")
                if forbids[1] == "plan"
                else named.get(forbids[1], forbids[1])
            )
            said.append(desk.text("edit.off.tag", by=by, tag=named.get(forbids[2], forbids[2])))
            continue
        code = part.removeprefix("not with ").removesuffix(" allows only some exercises")
        kind = "exercise" if part.startswith("not with ") else "only"
        said.append(desk.text(f"edit.off.{kind}", by=named.get(code, code), tag=""))
    return desk.words("join").join(said)
