"""Finds what a hospital wrote in plain words: exercises, doses, frequencies, heart rates.

Chinese and English, by fixed patterns; what no pattern takes is handed back, so that it can
be told. Nothing is guessed: two readings are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.catalog.vocabulary import conditions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.catalog import ExerciseSpec

_TO: Final = r"\s*(?:-|–|—|~|～|至|到|to)\s*"
_N: Final = r"(\d{1,4}(?:\.\d+)?)"
_CHINESE: Final = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"两": "2"}
_WORDS: Final = {"once": "1", "twice": "2", "one": "1", "two": "2", "three": "3", "four": "4",
                 "five": "5", "six": "6", "seven": "7"}  # fmt: skip
_FORBIDS: Final = re.compile(
    r"避免|禁止|禁忌|不要|不宜|不得|请勿|切勿|"
    r"\bavoid|\bdo not\b|\bdon't\b|\bno\b|\bnot\b|contraindicat",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(r"保持|维持|坚持|\bhold", re.IGNORECASE)
_SECONDS: Final = {"秒": 1.0, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0,
                   "分": 60.0, "分钟": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0,
                   "minutes": 60.0}  # fmt: skip
_UNIT: Final = r"(秒钟?|分钟|分(?!\s*[/／])|seconds?|secs?|s|minutes?|mins?)(?![a-z])"
_REPS: Final = re.compile(r"\s*(?:次(?!\s*[/／])|个|reps?(?:etitions?)?|times)", re.IGNORECASE)
_RATE_UNIT: Final = (
    r"(?:\s*(?:次\s*[/／]\s*分钟?|bpm|beats?(?:\s*(?:per|a|/)\s*min(?:ute)?)?|/\s*min))?"
)
_HEART: Final = re.compile(
    r"(?:目标心率|靶心率|心率|target heart rate|heart rate|\bHR\b)[^\d%；;。]{0,16}"
    + r"(\d{2,3})(?:" + _TO + r"(\d{2,3}))?(?!\s*%)" + _RATE_UNIT,
    re.IGNORECASE,
)  # fmt: skip
_BORG: Final = re.compile(
    r"(?:RPE|Borg|自觉疲劳|主观疲劳|用力程度)[^\d；;。]{0,16}(\d{1,2})(?:"
    + _TO
    + r"(\d{1,2}))?\s*分?",
    re.IGNORECASE,
)
_PAIN: Final = re.compile(
    r"(?:疼痛|VAS|NRS|pain)[^\d；;。]{0,8}"
    r"(?:不超过|低于|小于|≤|<=|at most|not above|no more than|up to)\s*"
    r"(\d{1,2})(?!\d)(?:\s*分|\s*/\s*10)?",
    re.IGNORECASE,
)
_WEEKLY: Final = (
    re.compile(r"(?:每周|一周|每星期)\s*(\d)(?:" + _TO + r"(\d))?\s*(?:次|天|日)"),
    re.compile(r"(\d)(?:" + _TO + r"(\d))?\s*(?:次|天)\s*[/／每]\s*(?:周|星期)"),
    re.compile(
        r"(\d)(?:" + _TO + r"(\d))?\s*(?:x|times?|sessions?|days?)?\s*"
        r"(?:per|a|each|/|weekly)\s*(?:week|wk)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(\d)\s*(?:x|times?)\s*weekly\b", re.IGNORECASE),
)
_OTHERWISE: Final = re.compile(
    r"(?:每天|每日|一天|一日)\s*(?:[2-9]|\d{2,})(?:" + _TO + r"\d+)?\s*次|每周\s*\d{2,}\s*次|"
    r"(?:每\s*\d+\s*(?:天|日|周)|隔天|隔日|每月|每小时)\s*\d*\s*次?|"
    r"\b(?:[2-9]|\d{2,})\s*(?:x|times?)?\s*(?:daily|(?:a|per|each|/)\s*day)\b|"
    r"\b\d*\s*(?:x|times?)?\s*(?:(?:a|per|each|every|/)\s*(?:month|hour)|"
    r"every\s*(?:other|\d+)\s*(?:days?|weeks?)|monthly|hourly)\b",
    re.IGNORECASE,
)
"""How often in ways that a plan cannot say; the number is none of repetitions either."""
_UNREAD: Final = " ※ "
_DAILY: Final = re.compile(
    r"(?:每天|每日|一天)(?:\s*([1-9])\s*次)?|\b(?:daily|every day|once a day)\b", re.IGNORECASE
)
_FILLER: Final = re.compile(
    r"每组|每次|每侧|次数|组数|左右各|各|共|做|进行|完成|训练|练习|锻炼|运动|动作|组间|的|为|约|时|在|控制|"
    r"保持|目标|范围|有氧|力量|抗阻|平衡|柔韧|，|。|；|、|：|（|）|"
    r"\b(?:each|per|for|of|and|the|a|an|with|do|perform|exercises?|training|times?|x|sets?|reps?|"
    r"repetitions?|to|at|in|about|then|keep|aerobic|strength|resistance|balance)\b|[\s,.;:()\-×x*/+|]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A dose as far as it was said."""

    sets: int | None = None
    reps_min: int | None = None
    reps_max: int | None = None
    seconds: float | None = None
    holds: bool = False


def forbids(text: str) -> bool:
    """Whether a text says that something is not to be done."""
    return _FORBIDS.search(text) is not None


def plain_numbers(text: str) -> str:
    """The text with figures for small numbers in words."""
    for word, figure in _WORDS.items():
        text = re.sub(rf"\b{word}\b", figure, text, flags=re.IGNORECASE)
    return re.sub(
        r"(?<![一二三四五六七八九十百])([一二两三四五六七八九])(?=\s*(?:次|组|天|日|秒|分钟|个))",
        lambda found: _CHINESE[found[1]],
        text,
    )


def find_weekly(text: str) -> tuple[int, int, str] | None:
    """Lowest and highest times a week, and the text without them."""
    text = _OTHERWISE.sub(_UNREAD, text)
    for pattern in _WEEKLY:
        found = pattern.search(text)
        if found:
            low = int(found[1])
            second = found[2] if pattern.groups > 1 else None
            return low, int(second) if second else low, _without(text, found)
    found = _DAILY.search(text)
    if found and (found.lastindex is None or found[1] is None or found[1] == "1"):
        return 7, 7, _without(text, found)
    return None


def find_heart_rate(text: str) -> tuple[float | None, float | None, str] | None:
    """Lower and upper heart rate in beats a minute, and the text without them."""
    found = _HEART.search(text)
    if found is None:
        return None
    before = found[0][: found.start(1) - found.start()]
    low, high = float(found[1]), float(found[2]) if found[2] else None
    if high is None:
        upper = re.search(r"<|≤|不超过|低于|小于|below|under|at most|up to", before, re.IGNORECASE)
        if upper is None:
            return None  # one number without a direction is no range
        low, high = None, low  # type: ignore[assignment]
    return low, high, _without(text, found)


def find_effort(text: str) -> tuple[float, float, str] | None:
    """Lower and upper effort on whatever scale, and the text without them."""
    found = _BORG.search(text)
    if found is None:
        return None
    low = float(found[1])
    # "Borg 6-20" names the scale, not the effort.
    if found[2] == "20":
        rest = find_effort("RPE" + _without(text, found))
        return rest
    return low, float(found[2]) if found[2] else low, _without(text, found)


def find_pain(text: str) -> tuple[float, str] | None:
    """Highest pain that is allowed, 0 to 10, and the text without it."""
    found = _PAIN.search(text)
    if found is None or float(found[1]) > 10.0:
        return None
    return float(found[1]), _without(text, found)


def find_amount(text: str) -> tuple[Amount, str]:
    """The dose, and the text without it."""
    text = _OTHERWISE.sub(_UNREAD, text)
    sets = reps_min = reps_max = None
    seconds = None
    both = re.search(
        _N + r"\s*(?:组|sets?)?\s*(?:of|[x×*，,])\s*(?:每组)?\s*" + _N + r"(?:" + _TO + _N + r")?",
        text,
        re.IGNORECASE,
    )
    if both:
        unit = re.match(r"\s*" + _UNIT, text[both.end() :], re.IGNORECASE)
        sets = int(float(both[1]))
        if unit:
            seconds = float(both[2]) * _factor(unit[1])
            text = text[: both.start()] + " " + text[both.end() + unit.end() :]
        else:
            reps_min = int(float(both[2]))
            reps_max = int(float(both[3])) if both[3] else reps_min
            tail = _REPS.match(text[both.end() :])
            text = text[: both.start()] + " " + text[both.end() + (tail.end() if tail else 0) :]
    if sets is None:
        found = re.search(_N + r"\s*(?:组|sets?\b)", text, re.IGNORECASE)
        if found:
            sets, text = int(float(found[1])), _without(text, found)
    if reps_min is None:
        found = re.search(
            _N
            + r"(?:"
            + _TO
            + _N
            + r")?\s*(?:次(?!\s*[/／])|个|下|reps?\b|repetitions?\b|times\b)",
            text,
            re.IGNORECASE,
        )
        if found:
            reps_min = int(float(found[1]))
            reps_max = int(float(found[2])) if found[2] else reps_min
            text = _without(text, found)
    if seconds is None:
        found = re.search(_N + r"\s*" + _UNIT, text, re.IGNORECASE)
        if found:
            seconds, text = float(found[1]) * _factor(found[2]), _without(text, found)
    holds = _HOLDS.search(text) is not None
    text = _HOLDS.sub(" ", text)
    amount = Amount(sets=sets, reps_min=reps_min, reps_max=reps_max, seconds=seconds, holds=holds)
    return amount, text


def _factor(unit: str) -> float:
    return _SECONDS[unit.lower().removesuffix("钟") if unit == "秒钟" else unit.lower()]


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def left_over(text: str) -> str:
    """What remains of a text when all that says nothing is taken away."""
    return text.strip() if _FILLER.sub("", text) else ""


def find_exercise(
    text: str, catalog: Mapping[str, ExerciseSpec]
) -> tuple[str, str] | tuple[str, ...] | None:
    """The exercise of the catalogue that a text names, and the text without the name.

    None where no name is in it; names of several where it is not clear which is meant.
    """
    plain = text
    found: list[str] = []
    names = sorted(
        ((name, spec.id) for spec in catalog.values() for name in _names(spec)),
        key=lambda pair: -len(pair[0]),
    )
    for name, code in names:
        pattern = re.compile(_pattern(name), re.IGNORECASE)
        if pattern.search(plain):
            plain = pattern.sub(" ", plain)
            if code not in found:
                found.append(code)
    if not found:
        return None
    return (found[0], plain) if len(found) == 1 else ("", *found)


def _names(spec: ExerciseSpec) -> tuple[str, ...]:
    return (spec.names.zh, spec.names.en, spec.id.replace("_", " "))


def _pattern(name: str) -> str:
    if not name.isascii():
        return re.escape(name)
    words = re.split(r"[\s\-]+", name)
    last = words[-1]
    words[-1] = last[:-1] if last.endswith("s") and len(last) > 4 else last
    return r"\b" + r"[\s\-]*".join(map(re.escape, words)) + r"(?:e?s)?\b"


def find_conditions(text: str) -> tuple[str, ...]:
    """Conditions of our list whose name stands in the text, the longest name first."""
    plain, found = text.lower(), []
    pairs = sorted(
        (
            (name.lower(), code)
            for code, one in conditions().items()
            for name in (one.zh, one.en, code.replace("_", " "))
        ),
        key=lambda pair: -len(pair[0]),
    )
    for name, code in pairs:
        if name in plain:
            plain = plain.replace(name, " ")
            if code not in found:
                found.append(code)
    return tuple(found)
