"""A plan that a hospital wrote, in any of the usual styles, as the document of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.addresses import LOINC
from aicoach.adapters.fhir.foreign_items import (
    Aims,
    ReadItem,
    read_aims,
    read_item,
    take_heart_rate,
)
from aicoach.adapters.fhir.ledger import Node, shown
from aicoach.adapters.fhir.recognising import find_conditions, left_over, plain_numbers
from aicoach.adapters.fhir.timings import Timing, read_period
from aicoach.errors import FhirError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.documents import Resources
    from aicoach.adapters.fhir.imported import Account
    from aicoach.adapters.fhir.ledger import Ledger

_HEART_RATE: Final = "8867-4"
_DURATION: Final = "55411-3"
_PER_MINUTE: Final = frozenset({"/min", "{beats}/min", "bpm", "beats/min", "beats/minute", "次/分"})
_NAMING: Final = frozenset({"reference", "type", "display", "identifier"})
_PERSONAL: Final = ("name", "telecom", "address", "photo", "contact", "maritalStatus")
_TITLE_LONGEST: Final = 200
_DENIED: Final = frozenset({"refuted", "entered-in-error"})


def read_foreign(
    resources: Resources, plan: Ledger | None, resident: str, account: Account
) -> dict[str, Any]:
    """The document of a draft; what it lacks is for a clinician to complete.

    Raises
    ------
    FhirError
        If a part of the plan is named and not in the file, or the parts are of two people.
    """
    aims, timing = Aims(), Timing()
    orders = list(_orders(resources, plan))
    root = plan.root() if plan is not None else None
    _one_person([one for one in (plan, *orders) if one is not None], resources)
    items = []
    if root is not None:
        _head(root, timing, aims, account)
        for activity in root.each("activity"):
            detail = activity.get("detail")
            if detail is not None:
                items.append(read_item(detail, account, aims))
            for key in ("reference", "plannedActivityReference"):
                if activity.get(key) is not None:
                    activity.use(key)
    items += [read_item(one.root(), account, aims) for one in orders]
    _goals(resources, root, aims, account)
    known = [one for one in items if one is not None]
    document: dict[str, Any] = {
        "schema": 1,
        "id": f"{resident}-imported"[:64],
        "status": "draft",
        "kind": "medical",
        "title": _title(root, account),
        "conditions": list(_conditions(resources, [plan, *orders], account)),
        "resident": _resident(resources, resident, account),
        "items": [one.document for one in known],
    }
    _dates(document, timing, known)
    _intensity(document, aims)
    _volume(document, aims, known, account)
    account.note("to_complete", "kind", "kind")
    account.note("to_complete", "medications", "medications")
    account.note("to_complete", "author", "sign")
    return {key: value for key, value in document.items() if value not in (None, [], {})}


def _orders(resources: Resources, plan: Ledger | None) -> Iterator[Ledger]:
    """ServiceRequests of the plan, or all where no plan holds them together."""
    if plan is None:
        yield from resources.of("ServiceRequest")
        return
    for activity in plan.root().each("activity"):
        for key in ("reference", "plannedActivityReference"):
            reference = activity.get(key)
            if reference is None or reference.text("reference") is None:
                continue
            found = resources.require(reference)
            if found.document.get("resourceType") == "ServiceRequest":
                yield found
    named = plan.document.get("id")
    for one in resources.of("ServiceRequest"):
        for based in one.root().each("basedOn"):
            if named is not None and str(based.text("reference")).endswith(f"CarePlan/{named}"):
                yield one


def _one_person(parts: list[Ledger], resources: Resources) -> None:
    said = {
        reference.text("reference"): reference
        for one in parts
        if (reference := one.root().get("subject")) is not None and reference.text("reference")
    }
    people = {id(resources.find(node)) if resources.find(node) else name for name, node in
              said.items()}  # fmt: skip
    if len(people) > 1:
        names = " and ".join(sorted(str(name) for name in said))
        raise FhirError(resources.name, "subject", f"the parts of the plan are of {names}")
    for one in parts:
        subject = one.root().get("subject")
        if (
            subject is not None
            and isinstance(subject.value, dict)
            and set(subject.value) <= _NAMING
        ):
            subject.use()


def _head(root: Node, timing: Timing, aims: Aims, account: Account) -> None:
    status = root.take("status")
    if status is not None:
        account.note("understood", root, "status", status=status)
    for key in ("intent", "instantiatesCanonical"):
        root.take(key)
    for category in root.each("category"):
        said = category.text("text") or category.text("coding", 0, "display")
        account.note("left_out", category, "category", text=shown(said or category.value))
        category.use()
    period = root.get("period")
    if period is not None:
        read_period(period, timing, account)
    for node in [root.get("description"), *(one.get("text") for one in root.each("note"))]:
        if node is not None and node.text() is not None:
            text = plain_numbers(node.text() or "")
            rest = read_aims(text, node, aims, account)
            if left_over(rest):
                account.note("not_understood", node, "words", text=shown(node.text() or ""))
            node.use()


def _title(root: Node | None, account: Account) -> dict[str, str]:
    said = root.take("title") if root is not None else None
    if said is not None:
        account.note("to_complete", "title", "title")
        short = said[:_TITLE_LONGEST]
        return {"zh": short, "en": short}
    return {"zh": "医院的运动计划", "en": "Plan from the hospital"}


def _goals(resources: Resources, root: Node | None, aims: Aims, account: Account) -> None:
    ledgers = resources.of("Goal")
    if root is not None:
        for reference in root.each("goal"):
            if reference.text("reference") is not None:
                found = resources.require(reference)
                if found not in ledgers:
                    ledgers.append(found)
                reference.use()
    for ledger in ledgers:
        _goal(ledger.root(), aims, account)


def _goal(goal: Node, aims: Aims, account: Account) -> None:
    for key in ("lifecycleStatus", "startDate", "statusDate"):
        goal.take(key)
    goal.use("subject")
    for target in goal.each("target"):
        _target(target, aims, account)
    text = goal.get("description", "text")
    if text is None or text.text() is None:
        return
    read = Aims()
    rest = read_aims(plain_numbers(text.text() or ""), text, read, account)
    if (aims.lower_bpm, aims.upper_bpm) == (None, None):
        aims.lower_bpm, aims.upper_bpm = read.lower_bpm, read.upper_bpm
    aims.effort = aims.effort or read.effort
    if left_over(rest):
        account.note("not_understood", text, "words", text=shown(text.text() or ""))
    text.use()


def _target(target: Node, aims: Aims, account: Account) -> None:
    measure = target.get("measure")
    codes = {
        coding.text("code")
        for coding in (measure.each("coding") if measure is not None else [])
        if coding.text("system") in (LOINC, None)
    }
    said = (measure.text("text") or "") if measure is not None else ""
    about_heart = _HEART_RATE in codes or "心率" in said or "heart rate" in said.lower()
    ends = _ends(target)
    if about_heart and ends is not None and ends[2] in _PER_MINUTE:
        take_heart_rate(ends[0], ends[1], target, aims, account)
        target.use()
    elif _DURATION in codes and ends is not None and ends[2] == "min" and ends[1] is not None:
        aims.main_min = ends[1]
        account.note("understood", target, "main_min", n=f"{ends[1]:g}")
        target.use()


def _ends(target: Node) -> tuple[float | None, float | None, str] | None:
    """Lower end, upper end, unit."""
    window = target.get("detailRange")
    if window is not None:
        low, high = window.number("low", "value"), window.number("high", "value")
        units = {
            str(window.text(end, "code") or window.text(end, "unit"))
            for end, value in (("low", low), ("high", high))
            if value is not None
        }
        return (low, high, units.pop()) if len(units) == 1 else None
    one = target.get("detailQuantity")
    if one is None or one.number("value") is None:
        return None
    value, sign = one.number("value"), one.text("comparator") or ""
    unit = str(one.text("code") or one.text("unit"))
    if sign in ("<", "<="):
        return None, value, unit
    if sign in (">", ">="):
        return value, None, unit
    return value, value, unit


def _conditions(
    resources: Resources, parts: list[Ledger | None], account: Account
) -> Iterator[str]:
    """Conditions of our list that the plan or its reasons name; more of them only tighten."""
    given: list[Node] = []
    for ledger in parts:
        if ledger is not None:
            for key in ("addresses", "reasonCode", "reasonReference", "reason"):
                given += ledger.root().each(key)
    concepts = [ledger.root() for ledger in resources.of("Condition")]
    found: list[str] = []
    for node in [*given, *concepts]:
        if not isinstance(node.value, dict):
            continue
        if node.value.get("resourceType") == "Condition" and _denied(node):
            account.note("left_out", node, "denied")
            continue
        texts = list(_words_of(node))
        codes = [code for text in texts for code in find_conditions(text)]
        for code in codes:
            account.note("understood", node, "condition", name=account.words.condition(code))
        points = node.get("reference") or node.get("reference", "reference")
        if codes or (points is not None and not texts):
            node.use()  # a bare reference is read where the Condition stands
        elif texts:
            account.note("not_understood", node, "condition_unknown", text=shown(" / ".join(texts)))
            account.note("to_complete", node, "condition_unknown", text=shown(" / ".join(texts)))
            node.use()
        found += codes
    yield from dict.fromkeys(found)


def _denied(node: Node) -> bool:
    return any(
        coding.text("code") in _DENIED
        for coding in (node.get("verificationStatus") or node).each("coding")
    )


def _words_of(node: Node) -> Iterator[str]:
    """Every text and display of a concept, a reference, or a Condition."""
    for key in ("code", "concept"):
        inner = node.get(key)
        if inner is not None and isinstance(inner.value, dict):
            yield from _words_of(inner)
    for text in (node.text("text"), node.text("display"), node.text("reference", "display")):
        if text is not None:
            yield text
    for coding in node.each("coding"):
        said = coding.text("display") or coding.text("code")
        if said is not None:
            yield said


def _resident(resources: Resources, resident: str, account: Account) -> dict[str, Any]:
    found: dict[str, Any] = {"id": resident}
    people = resources.of("Patient")
    if len(people) != 1:
        account.note("to_complete", "resident", "check_person", code=resident)
        return found
    person = people[0].root()
    born = person.text("birthDate")
    if born is not None and born[:4].isdigit():
        found["birth_year"] = int(born[:4])
        person.use("birthDate")
        account.note("understood", person, "born", year=born[:4])
    sex = person.text("gender")
    if sex in ("female", "male", "other", "unknown"):
        found["sex"] = sex
        person.use("gender")
    for key in _PERSONAL:
        if person.get(key) is not None:
            account.note("left_out", f"{person.place}.{key}", "personal")
            person.use(key)
    account.note("to_complete", "resident", "check_person", code=resident)
    return found


def _dates(document: dict[str, Any], timing: Timing, items: list[ReadItem]) -> None:
    firsts = [one for one in (timing.first, *(i.timing.first for i in items)) if one is not None]
    lasts = [one for one in (timing.last, *(i.timing.last for i in items)) if one is not None]
    first, last = min(firsts, default=None), max(lasts, default=None)
    if first is not None:
        document["valid_from"] = first.isoformat()
    if last is not None:
        document["valid_until"] = last.isoformat()


def _intensity(document: dict[str, Any], aims: Aims) -> None:
    intensity: dict[str, Any] = {}
    if (aims.lower_bpm, aims.upper_bpm) != (None, None):
        heart = {"method": "absolute", "lower_bpm": aims.lower_bpm, "upper_bpm": aims.upper_bpm}
        intensity["heart_rate"] = {key: value for key, value in heart.items() if value is not None}
    if aims.pain is not None:
        intensity["pain_stop"] = aims.pain
    if aims.effort is not None:
        low, high = aims.effort
        intensity["effort"] = {"scale": "borg6_20", "lower": low, "upper": high}
    document["intensity"] = intensity


def _volume(document: dict[str, Any], aims: Aims, items: list[ReadItem], account: Account) -> None:
    often = [one.timing.per_week for one in items]
    most = max((one for one in often if one is not None), default=None)
    session: dict[str, Any] = {}
    if most is None:
        account.note("to_complete", "session.frequency_per_week", "no_frequency")
    else:
        session["frequency_per_week"] = most
    if aims.main_min is not None:
        session["main_min"] = aims.main_min
    document["session"] = session
    for one, weekly in zip(items, often, strict=True):
        if weekly is not None and weekly != most:
            one.document["per_week"] = weekly
        elif weekly is None and most is not None:
            account.note("to_complete", one.where, "no_frequency_item", n=most)
