"""A bundle says what is known, says it once, and says nothing else."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aicoach.adapters.fhir.addresses import Addresses
from aicoach.adapters.fhir.checking import find_faults, references
from aicoach.adapters.fhir.exporting import bundle_of
from aicoach.errors import FhirError
from aicoach.resident_file import PlanRecord, ResidentFile

from .conftest import MONDAY, Find, consent, kept, signed

Bundle = dict[str, Any]


@pytest.fixture(scope="module")
def bundle(resident_file: ResidentFile) -> Bundle:
    return bundle_of(resident_file, "en")


class Server:
    """Takes a transaction as FHIR R4 says: creates what is not there, replaces what is put."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}

    def take(self, bundle: Bundle) -> None:
        names = {one["fullUrl"]: self._search(one) for one in bundle["entry"]}
        for one in bundle["entry"]:
            name = names[one["fullUrl"]]
            if name in self.held and one["request"]["method"] == "POST":
                continue
            text = json.dumps(one["resource"])
            for url, told in names.items():
                text = text.replace(url, told)
            self.held[name] = json.loads(text)

    @staticmethod
    def _search(entry: dict[str, Any]) -> str:
        request = entry["request"]
        if request["method"] == "POST":
            return f"{request['url']}?{request['ifNoneExist']}"
        return str(request["url"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_resource_is_valid_by_the_published_models(
    resident_file: ResidentFile, language: Any
) -> None:
    assert find_faults(bundle_of(resident_file, language)) == ()


def test_a_fault_of_a_bundle_is_found_and_named(bundle: Bundle) -> None:
    broken = copy.deepcopy(bundle)
    broken["entry"][0]["resource"]["gender"] = 7
    broken["entry"][1]["resource"]["parent"] = {"reference": "urn:uuid:nobody"}
    broken["entry"].append(broken["entry"][2])
    faults = find_faults(broken)
    assert any("Patient.gender" in one for one in faults)
    assert any("urn:uuid:nobody is not in the bundle" in one for one in faults)
    assert any("stands twice" in one for one in faults)


def test_sending_a_bundle_twice_changes_nothing(bundle: Bundle) -> None:
    server = Server()
    server.take(bundle)
    before = copy.deepcopy(server.held)
    server.take(bundle)
    assert server.held == before
    assert len(before) == len(bundle["entry"])


def test_a_later_export_adds_what_is_new_and_tells_what_was_withdrawn(
    resident_file: ResidentFile, find: Find
) -> None:
    server = Server()
    server.take(bundle_of(resident_file, "en"))
    before = set(server.held)
    later = replace(
        resident_file,
        sessions=(*resident_file.sessions, kept(5)),
        consents=(consent(withdrawn_at=MONDAY, withdrawn_by="R-0001"),),
    )
    server.take(bundle_of(later, "en"))
    new = [server.held[name] for name in set(server.held) - before]
    assert {one["resourceType"] for one in new} == {
        "Procedure", "Observation", "QuestionnaireResponse", "Provenance"
    }  # fmt: skip
    sharing = next(
        one for one in server.held.values()
        if one["resourceType"] == "Consent" and one["identifier"][0]["value"] == "consent-sharing"
    )  # fmt: skip
    assert sharing["status"] == "inactive"


def test_the_same_file_gives_the_same_bundle(resident_file: ResidentFile, bundle: Bundle) -> None:
    assert bundle_of(resident_file, "en") == bundle


def test_a_resource_keeps_its_address_in_another_language_and_another_period(
    resident_file: ResidentFile, bundle: Bundle
) -> None:
    part = replace(resident_file, sessions=resident_file.sessions[:1])
    urls = {one["fullUrl"] for one in bundle_of(part, "zh")["entry"]}
    known = {one["fullUrl"] for one in bundle["entry"]}
    assert urls < known


def test_plans_of_one_name_of_two_residents_are_two(resident_file: ResidentFile) -> None:
    other = replace(
        resident_file,
        resident="R-0002",
        sessions=(),
        enrolments=(),
        plans=(
            PlanRecord(id="2", plan=signed(resident="R-0002"), status="active", created_at=MONDAY),
        ),
    )
    here = {one["fullUrl"]: one for one in bundle_of(resident_file, "en")["entry"]}
    there = {one["fullUrl"]: one for one in bundle_of(other, "en")["entry"]}
    shared = {here[url]["resource"]["resourceType"] for url in here.keys() & there.keys()}
    assert shared == {"Device", "AuditEvent", "Consent"}  # the fixture's own names


def test_another_installation_has_other_addresses(resident_file: ResidentFile) -> None:
    here = bundle_of(resident_file, "en")
    there = bundle_of(resident_file, "en", addresses=Addresses("https://hospital.example/aicoach/"))
    assert not {one["fullUrl"] for one in here["entry"]} & {
        one["fullUrl"] for one in there["entry"]
    }
    systems = {
        one["resource"]["identifier"][0]["system"]
        for one in there["entry"]
        if one["resource"]["resourceType"] == "Patient"
    }
    assert systems == {"https://hospital.example/aicoach/resident"}


@pytest.mark.parametrize("system", ["", "hospital", "http://", "https://a b", "urn:x", "urn:a:b|c"])
def test_a_system_that_is_no_uri_is_refused(system: str) -> None:
    with pytest.raises(FhirError, match="system: must be a URI"):
        Addresses(system)


def test_every_reference_leads_somewhere_in_the_bundle(bundle: Bundle) -> None:
    known = {one["fullUrl"] for one in bundle["entry"]}
    found = {one for entry in bundle["entry"] for one in references(entry["resource"])}
    assert found
    assert found <= known


def test_what_was_not_measured_has_its_reason_and_no_value(
    resident_file: ResidentFile, find: Find
) -> None:
    bare = replace(resident_file, sessions=(kept(1, strap=False),))
    found = find(bundle_of(bare, "en"), "Observation", "/heart-rate-mean")
    assert find(bundle_of(bare, "en"), "Observation", "/minutes-in-zone")[0]["dataAbsentReason"]
    assert len(found) == 1
    reason = found[0]["dataAbsentReason"]["coding"][0]["code"]
    assert (reason, [key for key in found[0] if key.startswith("value")]) == ("not-performed", [])
    assert "dataAbsentReason" in found[0]["component"][0]
    pain = find(bundle_of(bare, "en"), "Observation", "/pain")[0]
    assert pain["dataAbsentReason"]["coding"][0]["code"] == "not-asked"


def test_an_observation_has_a_value_or_a_reason_or_members_or_parts(bundle: Bundle) -> None:
    for entry in bundle["entry"]:
        one = entry["resource"]
        if one["resourceType"] == "Observation":
            has = [key for key in one if key.startswith("value")] + [
                key for key in ("dataAbsentReason", "hasMember") if key in one
            ]
            if "component" in one and not has:
                has = ["component"]
            assert len(has) == 1, one["code"]["text"]


def test_steps_and_calories_are_not_invented(bundle: Bundle) -> None:
    said = json.dumps(bundle)
    for code in ("55424-6", "55423-8", "41950-7", "89574-8"):
        assert code not in said


def test_the_mean_heart_rate_says_on_how_much_it_rests(bundle: Bundle, find: Find) -> None:
    found = find(bundle, "Observation", "/heart-rate-mean")[0]
    assert found["valueQuantity"]["code"] == "/min"
    coverage = found["component"][0]
    assert coverage["code"]["coding"][0]["code"] == "heart-rate-coverage"
    assert 0.0 < coverage["valueQuantity"]["value"] <= 100.0


def test_times_keep_the_residents_clock_and_name_the_time_zone(bundle: Bundle, find: Find) -> None:
    period = find(bundle, "Procedure", "000000000001")[0]["performedPeriod"]
    assert period["start"] == "2026-03-02T09:30:00.000+08:00"
    assert period["_start"]["extension"][0]["valueCode"] == "Asia/Shanghai"


def test_a_session_that_was_cut_off_is_stopped_with_the_reason(
    resident_file: ResidentFile, find: Find
) -> None:
    one = kept(1)
    cut = replace(one, session=replace(one.session, why_ended="interrupted"))
    found = find(
        bundle_of(replace(resident_file, sessions=(cut,)), "en"), "Procedure", "000000000001"
    )[0]
    assert found["status"] == "stopped"
    assert found["statusReason"]["text"] == "Cut off, by a power cut for example"


def test_a_visit_without_exercise_was_not_done(resident_file: ResidentFile, find: Find) -> None:
    one = replace(kept(1), sets=(), repetitions=(), faults=(), rejected=())
    made = bundle_of(replace(resident_file, sessions=(one,)), "en")
    assert [found["status"] for found in find(made, "Procedure")] == ["not-done"]
    assert find_faults(made) == ()


def test_only_weeks_that_are_whole_and_over_are_summed(
    resident_file: ResidentFile, find: Find
) -> None:
    def weeks(file: ResidentFile) -> list[str]:
        found = find(bundle_of(file, "en"), "Observation", "/moderate-minutes")
        return [one["effectivePeriod"]["start"] for one in found if "partOf" not in one]

    assert weeks(resident_file) == ["2026-03-02", "2026-03-09"]
    cut = replace(resident_file, first=date(2026, 3, 4), last=date(2026, 3, 10))
    assert weeks(cut) == []


def test_a_week_is_a_lower_bound_because_only_this_place_is_seen(
    bundle: Bundle, find: Find
) -> None:
    week = find(bundle, "Observation", "2026-03-02/moderate-minutes")[0]
    assert week["code"]["coding"][0]["code"] == "82290-8"
    assert week["valueQuantity"]["comparator"] == ">="


def test_the_audit_goes_to_the_resident_and_not_to_the_hospital(
    resident_file: ResidentFile, find: Find
) -> None:
    mine = find(bundle_of(resident_file, "en"), "AuditEvent")
    theirs = find(bundle_of(resident_file, "en", receiver="hospital"), "AuditEvent")
    assert (len(mine), len(theirs)) == (2, 1)


def test_the_signature_names_its_author_and_nothing_unsigned_has_one(
    resident_file: ResidentFile, find: Find
) -> None:
    def author(file: ResidentFile) -> list[str]:
        found = find(bundle_of(replace(file, sessions=()), "en"), "Provenance")
        return [a["who"].get("display", "") for one in found for a in one["agent"]]

    assert author(resident_file)[0] == "example-clinician (physician)"
    draft = signed().model_copy(update={"signed_at": None, "status": "draft", "author": None})
    record = PlanRecord(id="1", plan=draft, status="draft", created_at=MONDAY)
    assert author(replace(resident_file, plans=(record,))) == [""]


def test_no_profile_is_claimed_and_no_snomed_code_is_used(bundle: Bundle) -> None:
    said = json.dumps(bundle)
    assert '"profile"' not in said
    assert "snomed" not in said


def test_names_of_people_are_text_and_cannot_become_markup(
    resident_file: ResidentFile, find: Find
) -> None:
    odd = replace(resident_file, resident="<b>R&1</b>", sessions=(), plans=())
    text = find(bundle_of(odd, "en"), "Patient")[0]["text"]["div"]
    assert "<b>" not in text
    assert "&lt;b&gt;R&amp;1" in text


def test_every_address_of_ours_is_documented(bundle: Bundle) -> None:
    page = (Path(__file__).parents[3] / "docs" / "fhir.md").read_text(encoding="utf-8")
    said = set(re.findall(r'"(urn:aicoach:(?!id:)[a-z:-]+)', json.dumps(bundle)))
    assert said
    missing = sorted(one for one in said if one.rstrip(":") not in page)
    assert missing == []


def test_every_answer_about_health_is_told_with_who_wrote_it_down(
    bundle: Bundle, find: Find
) -> None:
    (old,) = find(bundle, "QuestionnaireResponse", "health-1")
    (new,) = find(bundle, "QuestionnaireResponse", "health-2")
    assert (old["status"], new["status"]) == ("stopped", "completed"), "one was not known"
    assert "answer" not in old["item"][2]
    assert new["item"][1]["answer"] == [{"valueBoolean": True}]
    assert "disease" in new["item"][1]["text"]
    assert "author" not in old
    assert new["author"]["identifier"]["value"] == "staff-1"
    assert all("partOf" not in one for one in (old, new)), "they belong to no session"
