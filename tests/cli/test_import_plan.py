"""``aicoach prescription import``: a draft, and an account of what was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aicoach.prescription import read_prescription

from .conftest import Aicoach

PLAN = {
    "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "居家运动",
    "subject": {"reference": "Patient/p1"},
    "activity": [
        {"detail": {"status": "scheduled", "code": {"text": "坐站 3组×10次"},
                    "scheduledTiming": {"repeat": {"frequency": 3, "period": 1,
                                                   "periodUnit": "wk"}}}},
        {"detail": {"status": "scheduled", "code": {"text": "步行30分钟"}}},
    ],
}  # fmt: skip


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "hospital.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("language", "open_"),
    [("en", "To be completed by a clinician"), ("zh", "需要专业人员补充")],
)
def test_a_draft_is_written_with_what_is_open_above_it(
    aicoach: Aicoach, tmp_path: Path, language: str, open_: str
) -> None:
    out = tmp_path / "draft.toml"
    done = aicoach(
        "prescription", "import", written(tmp_path, PLAN), out, "--resident", "R-0012",
        "--lang", language,
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert open_ in done.out
    assert "步行30分钟" in done.out
    text = out.read_text(encoding="utf-8")
    assert open_ in text
    assert "步行30分钟" in text
    draft = read_prescription(out)
    assert (draft.status, draft.author) == ("draft", None)
    assert [one.exercise for one in draft.items] == ["sit_to_stand"]


@pytest.mark.parametrize("frequency", ["1e400", "1" + "0" * 400, "-1e400", "NaN", '"three"', "0"])
def test_a_frequency_that_is_no_number_is_never_taken_for_one(
    aicoach: Aicoach, tmp_path: Path, frequency: str
) -> None:
    path, out = tmp_path / "hospital.json", tmp_path / "draft.toml"
    plan = json.dumps(PLAN).replace('"frequency": 3', f'"frequency": {frequency}')
    path.write_text(plan, encoding="utf-8")
    done = aicoach("prescription", "import", path, out, "--resident", "R-0012", "--lang", "en")
    assert "OverflowError" not in done.err
    if done.code == 0:
        assert "# frequency_per_week =" in out.read_text(encoding="utf-8")


def test_a_draft_that_lacks_what_a_plan_needs_is_written_all_the_same(
    aicoach: Aicoach, tmp_path: Path
) -> None:
    out = tmp_path / "draft.toml"
    only = {**PLAN, "activity": PLAN["activity"][1:]}  # type: ignore[index]
    done = aicoach(
        "prescription", "import", written(tmp_path, only), out, "--resident", "R-0012",
        "--lang", "en",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert "# frequency_per_week =" in out.read_text(encoding="utf-8")
    checked = aicoach("prescription", "check", out)
    assert checked.code == 2
    assert "items" in checked.err


def test_an_existing_file_stays_as_it_was(aicoach: Aicoach, tmp_path: Path) -> None:
    out = tmp_path / "draft.toml"
    out.write_text("mine", encoding="utf-8")
    done = aicoach("prescription", "import", written(tmp_path, PLAN), out, "--resident", "R-1")
    assert done.code == 2
    assert "exists already" in done.err
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("content", "resident", "said"),
    [
        (b"\xff\xfe", "R-1", "is not UTF-8 text"),
        (b"{}", "R-1", "this is no FHIR document"),
        (b'{"resourceType": "Patient"}', "R-1", "is Patient; give a Bundle"),
        (b"{}", "R 1!", "letters, digits"),
    ],
)
def test_what_is_no_plan_is_one_line_and_nothing_is_written(
    aicoach: Aicoach, tmp_path: Path, content: bytes, resident: str, said: str
) -> None:
    path, out = tmp_path / "bad.json", tmp_path / "draft.toml"
    path.write_bytes(content)
    done = aicoach("prescription", "import", path, out, "--resident", resident)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not out.exists()


def test_a_missing_file_and_a_wrong_ending_are_named(aicoach: Aicoach, tmp_path: Path) -> None:
    out = tmp_path / "draft.toml"
    gone = aicoach("prescription", "import", tmp_path / "no.json", out, "--resident", "R-1")
    assert (gone.code, "no.json: file: No such file" in gone.err) == (2, True)
    wrong = aicoach(
        "prescription", "import", written(tmp_path, PLAN), tmp_path / "x.json", "--resident", "R-1"
    )
    assert (wrong.code, "written as .toml" in wrong.err) == (2, True)
