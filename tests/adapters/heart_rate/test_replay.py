"""Files of heart rates: read as they come out of devices, refused where they mislead."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adapters.heart_rate.replay import ReplayedHeartRate
from aicoach.adapters.heart_rate.trace import HeartRateTrace
from aicoach.adapters.heart_rate.trace_file import read_heart_rate_trace
from aicoach.errors import HeartRateTraceError
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.ports import HeartRateSource

TCX = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">
<Activities><Activity Sport="Other"><Lap StartTime="2024-05-01T08:30:00Z"><Track>
{points}
</Track></Lap></Activity></Activities></TrainingCenterDatabase>
"""
POINT = (
    "<Trackpoint><Time>{time}</Time><HeartRateBpm><Value>{bpm}</Value></HeartRateBpm></Trackpoint>"
)


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "trace.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rates(trace: HeartRateTrace) -> list[tuple[float, float | None]]:
    return list(zip(trace.t_s, trace.bpm, strict=True))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("t_s,bpm\n0,70\n1.5,72.5\n", "utf-8"),
        ("t_s,hr_bpm,load_w,vo2_ml_min\n0.0,70,,298.0\n1.5,72.5,100,3\n", "utf-8"),
        ("bpm;t_s\n70;0\n72,5;1,5\n", "utf-8"),
        ("Time (s)\tHeart Rate (bpm)\n0\t70\n1,5\t72,5\n", "utf-8"),
        ("\ufeffTime,HR\r\n00:00,70\r\n00:01.5,72.5\r\n", "utf-8"),
        ("t,Rf,HR\nh:mm:ss,1/min,bpm\n\n0:00:00,12,70\n0:00:01.5,13,72.5 bpm\n", "utf-8"),
        ("Subject:,M.\nTest:,ramp\n\nt,HR\nmm:ss,bpm\n0:00,70\n0:01.5,72.5\n", "utf-8"),
        ('"Time, elapsed",x,"time","hr"\n"a",1,"0","70"\n"b",1,"1.5","72.5"\n', "utf-8"),
        ("时间,心率\n0,70\n1.5,72.5\n", "gb18030"),
        ("时间(s);心率(bpm)\n0;70\n1,5;72,5\n", "utf-16"),
        ("Größe;Zeit (s);HF (1/min)\n1;0;70\n1;1,5;72,5\n", "latin-1"),
        ("timestamp,bpm\n2024-05-01T08:30:00Z,70\n2024-05-01T08:30:01.5Z,72.5\n", "utf-8"),
        ("timestamp,bpm\n2024-05-01 10:30:00,70\n2024-05-01 10:30:01.500,72.5\n", "utf-8"),
        ("time_ms,pulse\n0,70\n1500,72.5\n", "utf-8"),
        ("time (min),pulse\n0,70\n0.025,72.5\n", "utf-8"),
        ("time,hr\n09:30:00,70\n09:30:01.5,72.5\n", "utf-8"),
        ("0,70\n1.5,72.5\n", "utf-8"),
    ],
)
def test_the_usual_ways_to_write_a_trace_say_the_same(
    tmp_path: Path, text: str, encoding: str
) -> None:
    trace = read_heart_rate_trace(written(tmp_path, text, encoding))
    assert trace.t_s == pytest.approx((0.0, 1.5), abs=1e-6)
    assert trace.bpm == (70.0, 72.5)


def test_a_training_file_is_timed_from_its_first_track_point(tmp_path: Path) -> None:
    points = "\n".join(
        (
            POINT.format(time="2024-05-01T08:30:00Z", bpm=70),
            "<Trackpoint><Time>2024-05-01T08:30:01Z</Time></Trackpoint>",
            POINT.format(time="2024-05-01T10:30:02.25+02:00", bpm=72),
        )
    )
    trace = read_heart_rate_trace(written(tmp_path, TCX.format(points=points), name="t.tcx"))
    assert rates(trace) == [(0.0, 70.0), (1.0, None), (2.25, 72.0)]
    assert "1 of 3 rows have no heart rate" in trace.notes


@pytest.mark.parametrize("blank", ["", "0", "0.0", "--", "NaN", "N/A", "null"])
def test_a_row_without_a_rate_is_unknown_and_not_a_low_rate(tmp_path: Path, blank: str) -> None:
    trace = read_heart_rate_trace(written(tmp_path, f"t_s,bpm\n0,70\n1,{blank}\n2,71\n"))
    assert rates(trace) == [(0.0, 70.0), (1.0, None), (2.0, 71.0)]
    assert trace.notes == ("1 of 3 rows have no heart rate",)


@pytest.mark.parametrize("odd", ["pause", "-70", "7O", "1e999", "inf"])
def test_text_in_place_of_a_rate_is_unknown_and_noted_with_its_line(
    tmp_path: Path, odd: str
) -> None:
    trace = read_heart_rate_trace(written(tmp_path, f"t_s,bpm\n0,70\n1,{odd}\n2,71\n"))
    assert trace.bpm == (70.0, None, 71.0)
    assert trace.notes == (f"line 3: '{odd}' is no heart rate (1 such rows)",)


def test_a_jump_is_handed_over_as_sent_since_the_guard_judges_it(tmp_path: Path) -> None:
    trace = read_heart_rate_trace(written(tmp_path, "t_s,bpm\n0,70\n1,240\n2,71\n"))
    assert trace.bpm == (70.0, 240.0, 71.0)


def test_a_gap_is_noted_and_stays_a_gap(tmp_path: Path) -> None:
    trace = read_heart_rate_trace(written(tmp_path, "t_s,bpm\n0,70\n40,75\n41,75\n"))
    assert trace.t_s == (0.0, 40.0, 41.0)
    assert trace.notes == ("line 3: nothing between 0 s and 40 s",)


def test_a_row_without_a_time_is_left_out_and_noted(tmp_path: Path) -> None:
    trace = read_heart_rate_trace(written(tmp_path, "t_s,bpm\n0,70\nlap,\n2,71\n,72\n4,73\n"))
    assert rates(trace) == [(0.0, 70.0), (2.0, 71.0), (4.0, 73.0)]
    assert "line 3: 'lap' is no time; left out (2 such rows)" in trace.notes


def test_two_rows_at_one_time_both_count(tmp_path: Path) -> None:
    trace = read_heart_rate_trace(written(tmp_path, "t_s,bpm\n0,70\n5,71\n5,72\n"))
    assert rates(trace) == [(0.0, 70.0), (5.0, 71.0), (5.0, 72.0)]


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        (b"", "file", "is empty"),
        (b"   \n", "file", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file", "is not text"),
        (b"\xff\xfet\0_\0s", "file", "is not text in utf-16"),
        (b"t_s,bpm\n0,70\n3,71\n2,72\n", "line 4", "time goes back from 3 s to 2 s"),
        (b"t_s,bpm\n", "file", "has no row with a time"),
        (b"t_s,bpm\n0,0\n1,\n", "line 2", "none of its 2 rows has a heart rate"),
        (b"t_s,bpm\na,70\nb,71\n3,72\n", "line 2", "'a' is no time; allowed: seconds (12.5)"),
        (b"t_s,watt\n0,70\n", "line 1", "no column of time and heart rate found"),
        (b"hello\nworld\n", "line 1", "such as t_s,bpm"),
        (b"<TrainingCenterDatabase><Activities>", "line 1", "is not whole XML"),
        (b"<gpx></gpx>", "file", "is XML of another kind ('gpx')"),
        (b"<TrainingCenterDatabase/>", "file", "has no track point"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "file", "declares a document type"),
    ],
)
def test_an_unusable_file_is_refused_with_its_place_and_what_is_allowed(
    tmp_path: Path, content: bytes, where: str, problem: str
) -> None:
    path = tmp_path / "trace.csv"
    path.write_bytes(content)
    with pytest.raises(HeartRateTraceError) as refused:
        read_heart_rate_trace(path)
    assert refused.value.where == where
    assert problem in refused.value.problem
    assert str(refused.value).startswith(f"{path}: {where}: ")
    assert "\n" not in str(refused.value)


def test_a_track_point_without_a_usable_time_is_named(tmp_path: Path) -> None:
    points = POINT.format(time="2024-05-01T08:30:00Z", bpm=70) + POINT.format(time="soon", bpm=70)
    with pytest.raises(HeartRateTraceError, match="track point 2: 'soon' is no time"):
        read_heart_rate_trace(written(tmp_path, TCX.format(points=points)))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HeartRateTraceError, match="there is no such file"):
        read_heart_rate_trace(tmp_path / "absent.csv")
    with pytest.raises(HeartRateTraceError, match="is not a file"):
        read_heart_rate_trace(tmp_path)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_the_error_of_a_trace(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(content)
    with contextlib.suppress(HeartRateTraceError):
        read_heart_rate_trace(path)


@given(st.text(alphabet="0123456789.,:;-e\tTZ \n\"'abc时", max_size=200))
def test_no_rows_raise_anything_but_the_error_of_a_trace(
    tmp_path_factory: pytest.TempPathFactory, rows: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "rows.csv"
    path.write_text("t_s,bpm\n" + rows, encoding="utf-8")
    try:
        trace = read_heart_rate_trace(path)
    except HeartRateTraceError:
        return
    assert all(later >= earlier for earlier, later in itertools.pairwise(trace.t_s))
    assert all(bpm is None or bpm > 0.0 for bpm in trace.bpm)


TRACE = HeartRateTrace(
    path=Path("trace.csv"), t_s=(0.0, 1.0, 2.0, 5.0), bpm=(70.0, None, 72.0, 75.0)
)


def test_a_replay_says_when_the_link_is_there_and_when_the_trace_has_ended() -> None:
    with ReplayedHeartRate(TRACE) as source:
        assert isinstance(source, HeartRateSource)
        first, *samples, last = source.poll(60.0)
    assert first == HeartRateLink(t_s=0.0, state="connected", detail="trace.csv")
    assert last == HeartRateLink(t_s=5.0, state="lost", detail="trace.csv has ended")
    assert [sample.bpm for sample in samples if isinstance(sample, HeartRateSample)] == [
        70.0,
        None,
        72.0,
        75.0,
    ]


@given(st.lists(st.floats(0.0, 10.0), max_size=30))
def test_a_replay_gives_the_same_whenever_it_is_polled(times: list[float]) -> None:
    whole = ReplayedHeartRate(TRACE, start_s=1.0).poll(10.0)
    source, seen = ReplayedHeartRate(TRACE, start_s=1.0), []
    for t_s in [*sorted(times), 10.0]:
        for observation in source.poll(t_s):
            assert observation.t_s <= t_s
            seen.append(observation)
    assert tuple(seen) == whole


def test_a_replay_hands_over_nothing_from_the_future_and_nothing_twice() -> None:
    source = ReplayedHeartRate(TRACE)
    assert [seen.t_s for seen in source.poll(1.5)] == [0.0, 0.0, 1.0]
    assert source.poll(1.5) == ()
    assert source.poll(0.5) == ()
    assert [seen.t_s for seen in source.poll(4.9)] == [2.0]


def test_a_replay_describes_its_file_and_what_to_know_of_it(tmp_path: Path) -> None:
    path = written(tmp_path, "t_s,bpm\n0,70\n1,\n75,71\n")
    assert ReplayedHeartRate.from_file(path).describe() == (
        "trace.csv, 1 min 15 s of recorded heart rate; 1 of 3 rows have no heart rate; "
        "line 4: nothing between 1 s and 75 s"
    )


@pytest.mark.parametrize(
    ("name", "rows", "lowest", "highest"),
    [
        ("whippr_ramp_cosmed", 390, 80.0, 193.0),
        ("whippr_step_cortex", 792, 66.0, 171.0),
        ("spiro_hr_ramp_tcx", 924, 114.0, 202.0),
    ],
)
def test_graded_exercise_tests_are_read_whole(
    data_dir: Path, name: str, rows: int, lowest: float, highest: float
) -> None:
    trace = read_heart_rate_trace(data_dir / "heart-rate" / f"{name}.csv")
    known = [bpm for bpm in trace.bpm if bpm is not None]
    assert len(trace.t_s) == len(known) == rows
    assert (min(known), max(known)) == (lowest, highest)


@pytest.mark.parametrize("name", ["spiro_zan_gxt", "spiro_zan_ramp", "whippr_example_cosmed"])
def test_exports_whose_heart_rate_is_zero_throughout_are_refused(data_dir: Path, name: str) -> None:
    with pytest.raises(HeartRateTraceError, match=r"line 2: none of its .* rows has a heart rate"):
        read_heart_rate_trace(data_dir / "heart-rate" / f"{name}.csv")
