"""What the typed model cannot see: whether the files of a catalogue agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aicoach.catalog.cues import LANGUAGES, read_cues
from aicoach.catalog.loader import NOT_EXERCISES, Catalog, load_exercise, read_toml
from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.errors import ExerciseSpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aicoach.catalog.spec import ExerciseSpec, MotionPose

PATTERNS: Final = frozenset({
    "arm_raise", "bridge", "elbow", "heel_raise", "hinge", "hold_floor", "hold_standing",
    "knee_lift", "leg_raise", "lunge", "press", "pull", "push_up", "qigong", "quadruped",
    "rotation", "squat", "trunk_curl",
})  # fmt: skip
"""Movement families."""
TAGS: Final = frozenset(movement_tags())
"""Movement tags, by which a prescription or a condition forbids exercises."""
CONDITIONS: Final = frozenset(conditions())
"""Conditions with which an exercise is off unless a clinician asks for it."""
SIDED_ANGLES: Final = frozenset({
    "hip_flexion", "hip_abduction", "hip_rotation", "knee_flexion", "ankle_plantarflexion",
    "shoulder_flexion", "shoulder_abduction", "shoulder_rotation", "elbow_flexion",
})  # fmt: skip
BODY_ANGLES: Final = frozenset({
    "pitch", "lean", "yaw", "spine_flexion", "spine_lean", "spine_twist", "neck_flexion",
    "neck_turn", "rise_m", "shift_left_m", "shift_forward_m",
})  # fmt: skip
"""The vocabulary of the motion; exercises/README.md says what each means."""
WORKING: Final = frozenset({"arms", "forearms", "thighs", "shanks", "trunk", "feet"})
CALIBRATIONS: Final = ("bench", "exercise-correction", "idle", "recordings", "synth", "ui-prmd")
"""Where a number may have been found by measuring."""
LONGEST_ZH: Final = 14
"""Characters of a Chinese cue: what is said in four seconds."""
LONGEST_EN: Final = 7
"""Words of an English cue."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct."""

    file: str
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.text}"


def lint_folder(folder: Path) -> list[Problem]:
    """Check every exercise file of ``folder``, whether or not it can be read."""
    specs: dict[str, ExerciseSpec] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        if path.stem in NOT_EXERCISES:
            continue
        try:
            specs[path.stem] = load_exercise(path)
        except ExerciseSpecError as problem:
            problems.append(Problem(path.name, problem.field, problem.problem))
    return problems + lint_catalog(Catalog(specs), folder)


def lint_catalog(catalog: Catalog, folder: Path) -> list[Problem]:
    """Check exercises against each other, their sources and the wording of their cues."""
    problems: list[Problem] = []
    sources: Mapping[str, Any] = {}
    cues: dict[str, Mapping[str, str]] = {}
    try:
        sources = read_toml(folder / "SOURCES.toml")
        problems += _of_sources(sources)
        cues = {language: read_cues(language, folder) for language in LANGUAGES}
        problems += _of_cues(cues)
    except ExerciseSpecError as problem:
        problems.append(Problem(problem.path.name, problem.field, problem.problem))
    for spec in catalog.values():
        problems += [
            Problem(f"{spec.id}.toml", field, text)
            for field, text in (
                *_of_words(spec),
                *_of_counting(spec),
                *_of_rules(spec),
                *_of_references(spec, catalog, sources, cues),
                *_of_motion(spec),
            )
        ]
    return problems + list(_of_names(catalog.values()))


_Finding = tuple[str, str]


def _of_sources(sources: Mapping[str, Any]) -> Iterator[Problem]:
    for key, entry in sources.items():
        if not isinstance(entry, dict) or not entry.get("citation"):
            yield Problem("SOURCES.toml", key, "has no citation")
        elif entry.get("kind") not in ("literature", "standard", "default"):
            yield Problem("SOURCES.toml", key, "kind must be literature, standard or default")


def _of_cues(cues: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    for language, other in (("zh", "en"), ("en", "zh")):
        for key in sorted(cues[other].keys() - cues[language].keys()):
            yield Problem(f"cues.{language}.toml", key, f"stands in cues.{other}.toml only")
    for key, text in cues["zh"].items():
        if len(text) > LONGEST_ZH:
            yield Problem("cues.zh.toml", key, f"{len(text)} characters, at most {LONGEST_ZH}")
    for key, text in cues["en"].items():
        if len(text.split()) > LONGEST_EN:
            yield Problem("cues.en.toml", key, f"{len(text.split())} words, at most {LONGEST_EN}")


def _of_names(specs: Iterable[ExerciseSpec]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for spec in specs:
        for name in (spec.names.zh, spec.names.en.casefold()):
            if name in seen:
                yield Problem(f"{spec.id}.toml", "names", f"'{name}' also names {seen[name]}")
            seen[name] = spec.id


def _of_words(spec: ExerciseSpec) -> Iterator[_Finding]:
    if not any("一" <= letter <= "鿿" for letter in spec.names.zh):
        yield "names.zh", "holds no Chinese"
    if spec.pattern not in PATTERNS:
        yield "pattern", f"unknown movement family '{spec.pattern}'"
    for tag in sorted(set(spec.tags) - TAGS):
        yield "tags", f"unknown movement tag '{tag}'"
    for condition in sorted(set(spec.contraindications) - CONDITIONS):
        yield "contraindications", f"unknown condition '{condition}'"


def _of_counting(spec: ExerciseSpec) -> Iterator[_Finding]:
    if spec.kind != "alternating":
        for i, signal in enumerate(spec.signals):
            if signal.side == "each":
                yield f"signals.{i}.side", "'each' counts per side: only for kind 'alternating'"
    for field, use in (
        *((f"signals.{i}", signal) for i, signal in enumerate(spec.signals)),
        *((f"form_rules.{rule.id}", rule) for rule in spec.form_rules),
        *((f"hold.conditions.{c.id}", c) for c in (spec.hold.conditions if spec.hold else ())),
    ):
        if use.side in ("active", "passive"):
            yield f"{field}.side", f"'{use.side}' needs a whole cycle: only for gates"
    wanted = spec.range_of_motion
    if wanted is not None and abs(wanted.target_deg - wanted.rest_deg) <= wanted.tolerance_deg:
        yield "range_of_motion", "target_deg lies within tolerance_deg of rest_deg"


def _of_rules(spec: ExerciseSpec) -> Iterator[_Finding]:
    for rule in spec.form_rules:
        for view in sorted(set(rule.views) - set(spec.views)):
            yield f"form_rules.{rule.id}.views", f"'{view}' is not among the exercise's views"
    for tempo_rule in spec.tempo_rules:
        if tempo_rule.at_least_s <= 0.0:
            yield f"tempo_rules.{tempo_rule.id}.at_least_s", "must be above 0"


def _of_references(
    spec: ExerciseSpec,
    catalog: Catalog,
    sources: Mapping[str, Any],
    cues: Mapping[str, Mapping[str, str]],
) -> Iterator[_Finding]:
    document = spec.model_dump()
    for field, source in _texts(document, "source"):
        problem = _source_problem(source, catalog, sources)
        if problem:
            yield field, problem
    for field, cue in _texts(document, "cue"):
        for language, words in cues.items():
            if cue not in words:
                yield field, f"cue '{cue}' has no words in cues.{language}.toml"
    listed = sources.get(spec.met.source, {}).get("codes", {}).get(spec.met.code)
    if listed is None:
        yield "met.code", f"{spec.met.code} is not among the codes of '{spec.met.source}'"
    elif listed != spec.met.value:
        yield "met.value", f"'{spec.met.source}' gives {listed} for {spec.met.code}"


def _source_problem(source: str, catalog: Catalog, sources: Mapping[str, Any]) -> str:
    kind, _, where = source.partition(":")
    if kind != "calibrated":
        return "" if source in sources else f"source '{source}' is not in SOURCES.toml"
    collection, _, what = where.partition("/")
    if collection not in CALIBRATIONS or not what:
        return f"'{source}': write calibrated:{'|'.join(CALIBRATIONS)}/<what>"
    if collection == "synth" and what not in catalog:
        return f"'{source}': no exercise of this name"
    return ""


def _of_motion(spec: ExerciseSpec) -> Iterator[_Finding]:
    motion = spec.motion
    for pose, field in (
        (motion.base, "motion.base"),
        *((pose, f"motion.poses.{i}") for i, pose in enumerate(motion.poses)),
        *((pose, f"motion.back.{i}") for i, pose in enumerate(motion.back)),
    ):
        yield from _of_pose(pose, field)
    out = [pose.at for pose in motion.poses]
    if out != sorted(set(out)) or out[0] != 0.0 or out[-1] != 1.0:
        yield "motion.poses", "'at' must rise from 0 to 1"
    back = [pose.at for pose in motion.back]
    if back and (back != sorted(set(back), reverse=True) or back[0] != 1.0 or back[-1] != 0.0):
        yield "motion.back", "'at' must fall from 1 to 0"
    if motion.view not in spec.views:
        yield "motion.view", f"'{motion.view}' is not among the exercise's views"
    for limb in sorted(set(motion.working) - WORKING):
        yield "motion.working", f"unknown limb '{limb}'"


def _of_pose(pose: MotionPose, field: str) -> Iterator[_Finding]:
    for part, known in (
        ("both", SIDED_ANGLES), ("left", SIDED_ANGLES), ("right", SIDED_ANGLES),
        ("body", BODY_ANGLES),
    ):  # fmt: skip
        for name in sorted(set(getattr(pose, part)) - known):
            yield f"{field}.{part}", f"unknown angle '{name}'"


def _texts(node: Any, key: str, field: str = "") -> Iterator[_Finding]:
    """Where ``key`` stands and its text, however deep; lists by id where there is one."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key and isinstance(value, str):
                yield f"{field}{name}", value
            else:
                yield from _texts(value, key, f"{field}{name}.")
    elif isinstance(node, tuple | list):
        for i, value in enumerate(node):
            name = value.get("id", i) if isinstance(value, dict) else i
            yield from _texts(value, key, f"{field}{name}.")
