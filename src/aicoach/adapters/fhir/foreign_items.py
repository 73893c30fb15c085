"""One exercise as a hospital wrote it: ServiceRequest, or the detail of a CarePlan's activity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.addresses import EXERCISES
from aicoach.adapters.fhir.exercise_types import said_type, usual_type
from aicoach.adapters.fhir.ledger import shown
from aicoach.adapters.fhir.plans import dose_text
from aicoach.adapters.fhir.recognising import (
    Amount,
    find_amount,
    find_effort,
    find_exercise,
    find_heart_rate,
    find_pain,
    find_weekly,
    forbids,
    left_over,
    plain_numbers,
)
from aicoach.adapters.fhir.timings import Timing, read_period, read_timing, read_words
from aicoach.prescription.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.imported import Account
    from aicoach.adapters.fhir.ledger import Node
    from aicoach.adapters.fhir.wording import Words

_OVER: Final = frozenset({"revoked", "entered-in-error", "cancelled", "stopped", "completed"})
_TIMES: Final = ("occurrence", "scheduled")


@dataclass(slots=True)
class Aims:
    """What was said about the whole session, wherever it stood."""

    lower_bpm: float | None = None
    upper_bpm: float | None = None
    effort: tuple[float, float] | None = None
    main_min: float | None = None
    pain: float | None = None


@dataclass(slots=True)
class ReadItem:
    """An exercise in the making."""

    where: Node
    document: dict[str, Any] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)


def read_item(where: Node, account: Account, aims: Aims) -> ReadItem | None:
    """An exercise; None where it is over, forbidden, or not in the catalogue: all that is told."""
    name = _name(where)
    for key in ("kind", "intent", "authoredOn", "priority"):
        where.take(key)
    status = where.take("status")
    if status in _OVER:
        account.note("left_out", where, "over", name=name, status=status)
        where.use()
        return None
    for flag in ("doNotPerform", "prohibited"):
        node = where.get(flag)
        if node is not None and node.value is True:
            account.note("to_complete", where, "forbidden", name=name)
            return None
        if node is not None and node.value is False:
            node.use()
    texts = _texts(where)
    exercise = _exercise(where, texts, account)
    if exercise is None:
        return None
    item = ReadItem(where)
    amount = Amount()
    for node in texts:
        amount = _read_text(node, item, amount, aims, account)
    amount = _quantities(where, amount, account)
    _times(where, item, account)
    _finish(item, exercise, amount, account)
    return item


def _name(where: Node) -> str:
    for keys in (("code", "text"), ("code", "concept", "text"), ("description",)):
        said = where.text(*keys)
        if said:
            return shown(said)
    coding = where.get("code", "coding", 0) or where.get("code", "concept", "coding", 0)
    if coding is not None:
        return shown(coding.text("display") or coding.text("code") or "")
    return where.place


def _concepts(where: Node) -> Iterator[Node]:
    """Every concept that says what is to be done; R5 wraps them once more."""
    for key in ("code", "orderDetail", "reasonCode", "category"):
        for one in where.each(key):
            yield one.get("concept") or one


def _texts(where: Node) -> list[Node]:
    """Every text about the exercise, what it is first."""
    found: list[Node | None] = []
    for one in (*where.each("code"), *where.each("orderDetail")):
        concept = one.get("concept") or one
        found.append(concept.get("text"))
        found += [coding.get("display") for coding in concept.each("coding")]
    found.append(where.get("description"))
    for one in where.each("patientInstruction"):
        found.append(one.get("instructionMarkdown") or one)
    found += [one.get("text") for one in where.each("note")]
    return [node for node in found if node is not None and node.text() is not None]


def _exercise(where: Node, texts: list[Node], account: Account) -> str | None:
    catalog = account.words.catalog
    concepts = [one.get("concept") or one for one in where.each("code")]
    for concept in concepts:
        for coding in concept.each("coding"):
            if coding.text("system") == EXERCISES and coding.text("code") in catalog:
                code = coding.take("code") or ""
                coding.use()
                account.note("understood", coding, "exercise", name=account.words.exercise(code))
                return code
    for node in texts:
        said = plain_numbers(node.text() or "")
        if forbids(said):
            account.note("to_complete", node, "forbidden", name=shown(said))
            return None
        found = find_exercise(said, catalog)
        if found is None:
            continue
        if found[0] == "":
            names = " / ".join(account.words.exercise(code) for code in found[1:])
            account.note("to_complete", node, "several", name=shown(said), names=names)
            return None
        account.note("understood", node, "exercise", name=account.words.exercise(found[0]))
        return found[0]
    name = _name(where)
    account.note("to_complete", where, "no_exercise", name=name)
    return None


def _read_text(node: Node, item: ReadItem, amount: Amount, aims: Aims, account: Account) -> Amount:
    """Takes what a text says; what no pattern takes is told."""
    heard = node.text() or ""
    text = plain_numbers(heard)
    text = read_aims(text, node, aims, account)
    named = find_exercise(text, account.words.catalog)
    if named is not None and named[0]:
        text = named[1]
    seen = find_weekly(text)
    if seen is not None:
        timing = Timing()
        read_words(text, timing)
        text = seen[2]
        if item.timing.per_week is None:
            item.timing.per_week = timing.per_week
            account.note("understood", node, "per_week", n=timing.per_week)
        elif timing.per_week != item.timing.per_week:
            account.note("not_understood", node, "contradicts", text=shown(heard))
    found, text = find_amount(text)
    amount = _merged(amount, found, node, account)
    rest = left_over(text)
    if rest:
        account.note("not_understood", node, "words", text=shown(heard))
    node.use()
    return amount


def read_aims(text: str, node: Node, aims: Aims, account: Account) -> str:
    """Heart rate and effort for the session from a text; returns the text without them."""
    heart = find_heart_rate(text)
    if heart is not None:
        low, high, text = heart
        take_heart_rate(low, high, node, aims, account)
    pain = find_pain(text)
    if pain is not None:
        most, text = pain
        aims.pain = most if aims.pain is None else min(most, aims.pain)
        account.note("understood", node, "pain", n=f"{most:g}")
    effort = find_effort(text)
    if effort is not None:
        *ends, text = effort
        pair = (float(ends[0]), float(ends[1]))
        if pair[1] <= 10.0:
            ends_said = {"low": f"{pair[0]:g}", "high": f"{pair[1]:g}"}
            account.note("not_understood", node, "effort_scale", **ends_said)
            account.note("to_complete", node, "effort_scale", **ends_said)
        else:
            aims.effort = pair
            account.note("understood", node, "effort", low=f"{pair[0]:g}", high=f"{pair[1]:g}")
    return text


def take_heart_rate(
    low: float | None, high: float | None, node: Node, aims: Aims, account: Account
) -> None:
    """The tighter of two windows holds; a second one is told."""
    if (aims.lower_bpm, aims.upper_bpm) != (None, None) and (low, high) != (
        aims.lower_bpm,
        aims.upper_bpm,
    ):
        account.note("not_understood", node, "two_heart_rates")
    lows = [one for one in (aims.lower_bpm, low) if one is not None]
    highs = [one for one in (aims.upper_bpm, high) if one is not None]
    aims.lower_bpm, aims.upper_bpm = max(lows, default=None), min(highs, default=None)
    ends = {"low": f"{low:g}" if low else "…", "high": f"{high:g}" if high else "…"}
    account.note("understood", node, "heart_rate", **ends)


def _merged(held: Amount, found: Amount, node: Node, account: Account) -> Amount:
    merged: dict[str, Any] = {}
    for name in ("sets", "reps_min", "reps_max", "seconds"):
        old, new = getattr(held, name), getattr(found, name)
        merged[name] = new if old is None else old
        if old is not None and new is not None and old != new:
            account.note("not_understood", node, "contradicts", text=shown(node.text() or ""))
    return Amount(**merged, holds=held.holds or found.holds)


def _quantities(where: Node, amount: Amount, account: Account) -> Amount:
    """Amounts that stand as numbers with a unit."""
    for key in ("quantity", "quantityQuantity", "quantityRange", "dailyAmount"):
        node = where.get(key)
        if node is None or key == "dailyAmount":
            continue
        low = node if node.number("value") is not None else node.get("low")
        high = node.get("high") or low
        if low is None or high is None or low.number("value") is None:
            continue
        unit = low.text("unit") or low.text("code") or "次"
        first, last = low.number("value"), high.number("value")
        found, rest = find_amount(f"{first:g}-{last:g}{unit.strip('{}')}")
        if not left_over(rest) and found != Amount():
            node.use()
            amount = _merged(amount, found, node, account)
    return amount


def _times(where: Node, item: ReadItem, account: Account) -> None:
    for stem in _TIMES:
        timing = where.get(f"{stem}Timing")
        if timing is not None:
            read = read_timing(timing, account)
            _take_timing(item, read, timing, account)
        period = where.get(f"{stem}Period")
        if period is not None:
            read_period(period, item.timing, account)
        said = where.get(f"{stem}String")
        if said is not None and said.text() is not None:
            read = Timing()
            rest = read_words(said.text() or "", read)
            if read.per_week is not None:
                account.note("understood", said, "per_week", n=read.per_week)
                _take_timing(item, read, said, account)
            if rest:
                account.note("not_understood", said, "words", text=shown(said.text() or ""))
            said.use()


def _take_timing(item: ReadItem, read: Timing, node: Node, account: Account) -> None:
    held = item.timing
    if read.per_week is not None:
        if held.per_week not in (None, read.per_week):
            account.note("not_understood", node, "contradicts", text=f"{held.per_week}/wk")
        held.per_week = read.per_week  # numbers go before words
    held.seconds = read.seconds if held.seconds is None else held.seconds
    held.first, held.last = read.first or held.first, read.last or held.last


def _finish(item: ReadItem, exercise: str, amount: Amount, account: Account) -> None:
    """The document of the item; what a plan needs and nobody said is told."""
    words, where = account.words, item.where
    spec = words.catalog[exercise]
    said = " ".join(
        text
        for concept in _concepts(where)
        for text in (concept.text("text"), concept.text("coding", 0, "display"))
        if text
    )
    kind = said_type(said)
    if kind is None:
        kind = usual_type(spec)
        named = words.say(f"type.{kind}")
        account.note("to_complete", where, "type", name=words.exercise(exercise), kind=named)
    document: dict[str, Any] = {"exercise": exercise, "type": kind}
    seconds = amount.seconds
    if seconds is None and amount.reps_min is None and item.timing.seconds is not None:
        seconds = item.timing.seconds / (amount.sets or 1)
    if spec.kind == "hold" or (amount.holds and seconds is not None):
        document |= {"mode": "hold", "hold_s": seconds}
    elif amount.reps_min is not None:
        document |= {"mode": "reps", "reps_min": amount.reps_min, "reps_max": amount.reps_max}
        if seconds is not None:
            account.note("not_understood", where, "time_and_reps", n=f"{seconds:g}")
    elif seconds is not None:
        document |= {"mode": "duration", "duration_s": seconds}
    else:
        document["mode"] = "reps"
        account.note("to_complete", where, "no_dose", name=words.exercise(exercise))
    if amount.sets is None:
        account.note("to_complete", where, "no_sets", name=words.exercise(exercise))
    else:
        document["sets"] = amount.sets
    item.document = {key: value for key, value in document.items() if value is not None}
    account.note(
        "understood", where, "dose", name=words.exercise(exercise), dose=_said(item, words)
    )


def _said(item: ReadItem, words: Words) -> str:
    """The dose as residents read it."""
    given = Item.model_construct(**{"sets": 1, **item.document})
    kind = words.say(f"type.{given.type}")
    if (given.reps_min, given.hold_s, given.duration_s) == (None, None, None):
        return kind
    return words.say("dose.between").join((kind, dose_text(given, words)))
