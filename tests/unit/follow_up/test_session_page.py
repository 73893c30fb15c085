"""One session in full: gaps stay gaps, every alert has its cause, what was unseen is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.bench.report_resident import made_prescription, made_visits
from aicoach.catalog import ExerciseSpec
from aicoach.catalog.loader import Catalog as Catalogue
from aicoach.follow_up import SessionPage, session_page, words_of
from aicoach.follow_up.exercise_detail import ExerciseDetail
from aicoach.follow_up.heart_rate import GAP_S, heart_rate_course
from aicoach.records import HeartRateRecord, KeptSession, LimitRecord

from .conftest import FIRST, TODAY, a_stop

Catalog = Mapping[str, ExerciseSpec]


def page_of(kept: KeptSession, catalog: Catalog) -> SessionPage:
    return session_page(kept, "en", catalog, TODAY)


def test_the_clock_is_the_residents(visits: tuple[KeptSession, ...], catalog: Catalog) -> None:
    page = page_of(visits[0], catalog)
    assert (page.day.isoformat(), page.weekday, page.began[:2]) == ("2026-08-31", "Monday", "09")


def test_every_repetition_of_the_main_part_is_there(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    kept = visits[0]
    page = page_of(kept, catalog)
    main = {one.ordinal for one in kept.sets if one.part == "main"}
    shown = sum(len(one.repetitions) for one in page.exercises)
    assert shown == sum(one.set in main for one in kept.repetitions)


def test_range_is_told_from_the_start_pose_whichever_way_a_joint_moves(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    page = page_of(visits[0], catalog)
    standing_up = next(one for one in page.exercises if one.exercise == "sit_to_stand")
    assert standing_up.target_deg == pytest.approx(65.0)  # from 85 degrees to 20
    assert all(50.0 < (one.range_deg or 0.0) < 80.0 for one in standing_up.repetitions)


def test_a_hard_limit_stands_beside_the_range_with_its_author(catalog: Catalog) -> None:
    plan = made_prescription(FIRST, ready="knee_osteoarthritis")
    kept = next(iter(made_visits(plan, catalog, FIRST, weeks=1))).kept()
    squat = next(one for one in page_of(kept, catalog).exercises if one.exercise == "half_squat")
    assert squat.limit_deg is not None
    assert squat.target_deg is not None
    assert squat.limit_deg > squat.target_deg
    assert squat.limit_author == "clinician-1"


def test_a_limit_behind_the_start_pose_is_not_drawn_ahead_of_it(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    motion = catalog["sit_to_stand"].range_of_motion
    assert motion is not None
    bend = LimitRecord(
        what=motion.feature, exercise="sit_to_stand", value=90.0, unit="deg",
        author="clinician-1", source="protocol",
    )  # fmt: skip
    straight = replace(bend, value=5.0)

    def standing_up(*limits: LimitRecord) -> ExerciseDetail:
        page = page_of(replace(visits[0], limits=limits), catalog)
        return next(one for one in page.exercises if one.exercise == "sit_to_stand")

    behind = standing_up(bend)  # it starts at 85 degrees and opens the knee
    assert (behind.limit_deg, behind.limit_angle_deg) == (None, 90.0)
    both = standing_up(bend, straight)
    assert (both.limit_deg, both.limit_angle_deg) == (80.0, 5.0)


def test_every_alert_has_its_cause_and_what_was_heard(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    page = page_of(replace(visits[0], alerts=(a_stop(visits[0]),)), catalog)
    (alert,) = page.alerts
    assert (alert.number, alert.level, alert.rule) == (1, "stop", "STOP-10")
    assert alert.inputs == ("time above 5 s",)
    assert (alert.said, alert.staff_told, alert.during) == (
        "That is all.", True, "Marching on the spot",
    )  # fmt: skip


def test_a_session_without_heart_rate_says_so(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    kept = replace(visits[0], heart_rate=HeartRateRecord(main_s=900.0))
    page = page_of(kept, catalog)
    assert page.heart_rate.pieces == ()
    assert "The heart rate was not measured" in page.not_measured
    assert dict(page.facts)["Highest"] == "not measured"


def test_a_session_with_nothing_in_it_has_a_page(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    kept = KeptSession(
        session=replace(visits[0].session, why_ended="block"), planned=visits[0].planned
    )
    page = page_of(kept, catalog)
    assert (page.exercises, page.sets, page.alerts) == ((), (), ())
    assert dict(page.facts)["Ended"].startswith("not today")


def test_form_that_nobody_could_judge_is_not_called_good(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    unseen = tuple(replace(one, score=None, range_deg=None) for one in visits[0].repetitions)
    page = page_of(replace(visits[0], repetitions=unseen), catalog)
    assert any("form could not be judged in" in one for one in page.not_measured)
    assert any("range not measured in" in one for one in page.not_measured)


def test_without_joints_the_page_says_that_none_were_kept(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    page = page_of(visits[0], catalog)
    assert page.snapshots == ()
    assert page.snapshots_note.startswith("No joints were kept")


def test_a_lost_strap_leaves_a_gap(visits: tuple[KeptSession, ...]) -> None:
    rate = visits[0].heart_rate
    cut = tuple(
        None if 700.0 < t_s < 800.0 else bpm for t_s, bpm in zip(rate.t_s, rate.bpm, strict=True)
    )
    pieces = heart_rate_course(replace(visits[0], heart_rate=replace(rate, bpm=cut))).pieces
    assert not any(piece[0][0] < 700.0 and piece[-1][0] > 800.0 for piece in pieces)
    assert not any(700.0 < t_s < 800.0 for piece in pieces for t_s, _ in piece)


def test_slow_packets_are_one_line_and_not_dots(visits: tuple[KeptSession, ...]) -> None:
    slow = HeartRateRecord(
        t_s=tuple(10.0 * i for i in range(60)), bpm=tuple(100.0 + i % 7 for i in range(60))
    )
    assert len(heart_rate_course(replace(visits[0], heart_rate=slow)).pieces) == 1


@given(
    st.lists(
        st.tuples(st.floats(0.5, 30.0), st.none() | st.floats(40.0, 200.0)),
        min_size=1,
        max_size=400,
    )
)
def test_thinning_draws_only_what_was_measured_and_keeps_the_peak(
    steps: list[tuple[float, float | None]],
) -> None:
    t_s, now = [], 0.0
    for step, _ in steps:
        now += step
        t_s.append(now)
    rate = HeartRateRecord(t_s=tuple(t_s), bpm=tuple(bpm for _, bpm in steps))
    kept = KeptSession(session=None, planned=None, heart_rate=rate)  # type: ignore[arg-type]
    drawn = [point for piece in heart_rate_course(kept).pieces for point in piece]
    measured = [(t, bpm) for t, bpm in zip(rate.t_s, rate.bpm, strict=True) if bpm is not None]
    assert set(drawn) <= set(measured)
    assert drawn == sorted(drawn)
    assert max((bpm for _, bpm in drawn), default=0) == max((b for _, b in measured), default=0)


def test_the_rate_at_a_moment_is_unknown_inside_a_gap() -> None:
    rate = HeartRateRecord(t_s=(1.0, 2.0, 60.0, 61.0), bpm=(90.0, 91.0, 120.0, 121.0))
    kept = KeptSession(session=None, planned=None, heart_rate=rate)  # type: ignore[arg-type]
    course = heart_rate_course(kept)
    assert (course.at(2.4), course.at(2.0 + GAP_S + 1.0), course.at(60.2)) == (91.0, None, 120.0)


def test_an_exercise_that_left_the_catalogue_is_shown_by_its_id(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    left = Catalogue({name: spec for name, spec in catalog.items() if name != "sit_to_stand"})
    page = session_page(visits[0], "en", left, TODAY, lambda _: None)
    assert "sit_to_stand" in [one.name for one in page.exercises]
    assert "Wall push-up" in [one.name for one in page.exercises]


def test_without_a_zone_the_page_says_that_none_was_asked_for(
    visits: tuple[KeptSession, ...], catalog: Catalog
) -> None:
    kept = next(one for one in visits if one.heart_rate.in_zone_s is not None)
    bare = replace(
        kept,
        heart_rate=replace(kept.heart_rate, lower_bpm=None, upper_bpm=None, in_zone_s=None,
                           above_zone_s=None),
    )  # fmt: skip
    for language, said in (("zh", "没有要求心率区间"), ("en", "no zone was asked for")):
        facts = dict(session_page(bare, language, catalog, TODAY).facts)
        words = words_of(language, catalog)
        assert facts[words("fact.in_zone")] == said
        assert words("fact.above_zone") not in facts
        asked = dict(session_page(kept, language, catalog, TODAY).facts)
        assert asked[words("fact.in_zone")] != said


def test_every_rule_that_ends_a_session_is_said_in_words(
    catalog: Catalog,
) -> None:
    rules = [f"STOP-{number}" for number in range(1, 15)]
    for language in ("zh", "en"):
        words = words_of(language, catalog)
        for rule in rules:
            assert rule not in words.ended(rule)
