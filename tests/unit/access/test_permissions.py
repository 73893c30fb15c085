"""Every cell of the table of permissions, against a table that was written by hand."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path
from typing import Final

import pytest

import aicoach
from aicoach.access import (
    Actor,
    Relation,
    Role,
    Subject,
    Why,
    console_actor,
    permits,
    relation_of,
    say_decision,
)
from aicoach.access.permissions import decide, permissions, read_permissions
from aicoach.errors import ExerciseSpecError
from aicoach.resources import resource_dir

LETTERS: Final = {
    "O": Relation.OWN,
    "F": Relation.FAMILY_OF,
    "S": Relation.OWN_SITE,
    "X": Relation.OTHER_SITE,
    "Y": Relation.SYSTEM,
}
# One column per role: resident, family, staff, clinician, site_admin, system_admin, console.
# O own, F family of, S own site, X other site, Y system, . nothing.
EXPECTED: Final = """
resident.view             O     F    OS    OS    OS     O     X
resident.add              .     .     S     S     S     .    XY
resident.change           .     .     S     S     S     .     X
consent.view              O     F    OS    OS    OS     O     X
consent.change            O     .    OS    OS     O     O     X
enrolment.view            O     .    OS    OS     O     O     X
enrolment.answer          O     .    OS    OS     O     O     X
plan.view                 O     F    OS    OS     O     O     X
plan.draft                .     .     S     S     .     .     X
plan.sign_fitness         .     .     S     S     .     .     .
plan.sign_medical         .     .     .     S     .     .     .
session.view              O     F    OS    OS     O     O     X
session.record            O     .    OS    OS     O     O    XY
session.lift              .     .     S     S     .     .     .
triage.view               .     .     S     S     .     .    XY
report.view               O     F    OS    OS     O     O     X
keypoints.view            O     .    OS    OS     O     O     X
review.view               O     .    OS    OS     O     O     X
review.write              .     .     S     S     .     .     .
message.view              O     F    OS    OS     O     O     .
message.write             O     F    OS    OS     O     O     .
record.export             O     .     O    OS    OS     O     X
record.erase              .     .     .     .     S     .     X
audit.view                O     .     O     O    OS    OY    XY
account.view              O     O     O     O    OS  OSXY    XY
account.manage            .     .     .     .     S   SXY    XY
account.manage_admin      .     .     .     .     .   SXY    XY
account.password          O     O     O     O    OS  OSXY    XY
card.issue                O     .     S     S     S     .     X
cabin.view                .     .     S     S     S   SXY    XY
cabin.manage              .     .     .     .     S   SXY    XY
site.view                 S     S     S     S     S   SXY    XY
site.manage               .     .     .     .     S   SXY    XY
database.copy             .     .     .     .     .     Y     Y
database.keep             .     .     .     .     .     Y     Y
retention.run             .     .     .     .     .     Y     Y
sync.run                  .     .     .     .     .     Y     Y
"""
ROLES: Final = tuple(Role)


def expected() -> dict[tuple[str, Role, Relation], bool]:
    cells = {}
    for line in EXPECTED.strip().splitlines():
        action, *columns = line.split()
        for role, letters in zip(ROLES, columns, strict=True):
            for letter, relation in LETTERS.items():
                cells[action, role, relation] = letter in letters
    return cells


WANTED: Final = expected()
ME: Final = Actor(
    account="a-me", role=Role.STAFF, site="site-1", resident="R-0001", licence="110-2026"
)
SUBJECTS: Final = {
    Relation.OWN: Subject(resident="R-0001", site="site-1"),
    Relation.FAMILY_OF: Subject(resident="R-0001", site="site-1"),
    Relation.OWN_SITE: Subject(resident="R-0002", site="site-1"),
    Relation.OTHER_SITE: Subject(resident="R-0003", site="site-2"),
    Relation.SYSTEM: Subject(),
}


def actor(role: Role, **changes: str | None) -> Actor:
    values: dict[str, str | None] = {
        "site": ME.site, "resident": ME.resident, "licence": ME.licence,
    }  # fmt: skip
    return Actor(account=ME.account, role=role, **(values | changes))


def test_every_action_of_the_table_is_asked_for_somewhere() -> None:
    said = {
        node.value
        for file in Path(aicoach.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(set(permissions().actions) - said) == []


def test_the_written_table_and_the_file_name_the_same_actions() -> None:
    assert permissions().actions == tuple(dict.fromkeys(action for action, _, _ in WANTED))


def test_no_cell_of_the_file_is_missing() -> None:
    every = set(itertools.product(permissions().actions, Role, Relation))
    assert sorted(every - permissions().cells.keys()) == []
    assert len(every) == len(WANTED)


@pytest.mark.parametrize("action", dict.fromkeys(action for action, _, _ in WANTED))
def test_every_role_may_do_what_the_written_table_says_and_nothing_else(action: str) -> None:
    wrong = []
    for role, relation in itertools.product(Role, Relation):
        wanted = WANTED[action, role, relation]
        who = actor(role)
        what = Subject(account=ME.account) if relation is Relation.OWN else SUBJECTS[relation]
        if relation_of(who, what) is relation:
            found = permits(who, action, what).allowed
        else:  # only family stands as family to anybody: for all others the cell is shut
            assert relation is Relation.FAMILY_OF
            assert role is not Role.FAMILY
            assert not wanted
            found = permissions().cells[action, role, relation]
        if found is not wanted:
            wrong.append((role.value, relation.value, found))
    assert wrong == []


def test_an_action_that_nobody_wrote_down_is_refused() -> None:
    for role, subject in itertools.product(Role, SUBJECTS.values()):
        decision = permits(actor(role), "resident.sell", subject)
        assert (decision.allowed, decision.why) == (False, Why.UNKNOWN)


def test_a_cell_that_is_missing_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "permissions.toml"
    path.write_text(
        'columns = ["own", "family_of", "own_site", "other_site", "system"]\n[needs]\n'
        '[action."plan.view"]\nstaff = "x - x"\n',
        encoding="utf-8",
    )
    table = read_permissions(path)
    staff, clinician = actor(Role.STAFF), actor(Role.CLINICIAN)
    assert decide(table, staff, "plan.view", SUBJECTS[Relation.OWN_SITE]).allowed
    for who, subject in (
        (staff, SUBJECTS[Relation.OTHER_SITE]),
        (staff, SUBJECTS[Relation.SYSTEM]),
        (clinician, SUBJECTS[Relation.OWN_SITE]),
    ):
        assert decide(table, who, "plan.view", subject).why is Why.UNKNOWN


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('emperor = "x x x x x"', "action.plan.view.emperor: is no role"),
        ('staff = "x x x x x x"', "action.plan.view.staff: must be 5 of x and -"),
        ('staff = "x y - - -"', "must be 5 of x and -"),
        ("staff = true", "must be 5 of x and -"),
    ],
)
def test_a_row_that_is_none_is_an_error_and_no_permission(
    tmp_path: Path, line: str, problem: str
) -> None:
    text = (resource_dir("rules") / "permissions.toml").read_text(encoding="utf-8")
    path = tmp_path / "permissions.toml"
    path.write_text(
        'columns = ["own", "family_of", "own_site", "other_site", "system"]\n'
        f'[needs]\n[action."plan.view"]\n{line}\n',
        encoding="utf-8",
    )
    with pytest.raises(ExerciseSpecError, match=r"must be|is no role") as caught:
        read_permissions(path)
    assert problem in str(caught.value)
    for change in (('columns = ["own"', 'columns = ["mine"'), ("[needs]", "[needz]"),
                   ('sign_medical" = "licence"', 'sign_medical" = "beard"')):  # fmt: skip
        path.write_text(text.replace(*change), encoding="utf-8")
        with pytest.raises(ExerciseSpecError, match=r"permissions\.toml"):
            read_permissions(path)


def test_a_medical_plan_is_signed_by_a_clinician_with_a_licence_and_by_nobody_else() -> None:
    theirs = SUBJECTS[Relation.OWN_SITE]
    assert permits(actor(Role.CLINICIAN), "plan.sign_medical", theirs).allowed
    for licence in (None, ""):
        without = permits(actor(Role.CLINICIAN, licence=licence), "plan.sign_medical", theirs)
        assert (without.allowed, without.why) == (False, Why.NO_LICENCE)
    others = [
        role
        for role, subject in itertools.product(Role, SUBJECTS.values())
        if role is not Role.CLINICIAN and permits(actor(role), "plan.sign_medical", subject).allowed
    ]
    assert others == []


def test_nobody_signs_their_own_plan() -> None:
    for action, role in itertools.product(("plan.sign_medical", "plan.sign_fitness"), Role):
        assert not permits(actor(role), action, SUBJECTS[Relation.OWN]).allowed


def test_two_without_a_site_have_no_site_in_common() -> None:
    who = actor(Role.STAFF, site=None, resident=None)
    assert relation_of(who, Subject(resident="R-0002")) is Relation.OTHER_SITE
    assert relation_of(who, Subject(account="a-other")) is Relation.OTHER_SITE


def test_family_sees_their_resident_and_no_other() -> None:
    family = actor(Role.FAMILY)
    assert permits(family, "session.view", SUBJECTS[Relation.FAMILY_OF]).allowed
    other = permits(family, "session.view", SUBJECTS[Relation.OWN_SITE])
    assert (other.allowed, other.why) == (False, Why.NOT_THIS_ONE)


def test_the_console_runs_the_place_and_signs_nothing() -> None:
    console = console_actor("cabin")
    assert console.account == "console:cabin"
    for subject in (Subject(), Subject(resident="R-1", site="site-1"), Subject(site="site-1")):
        for action in ("plan.sign_medical", "plan.sign_fitness", "review.write", "message.write"):
            assert not permits(console, action, subject).allowed
    assert permits(console, "record.erase", Subject(resident="R-1")).allowed


def test_reasons_are_said_in_both_languages_without_a_gap() -> None:
    found = {
        permits(actor(role, licence=None), action, subject)
        for action in (*permissions().actions, "resident.sell")
        for role in Role
        for subject in SUBJECTS.values()
    }
    assert {decision.why for decision in found} == set(Why)
    for decision in found:
        for language in ("zh", "en"):
            said = say_decision(decision, language)  # type: ignore[arg-type]
            assert said
            assert "{" not in said
