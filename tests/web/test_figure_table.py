"""The coach's figure as numbers: the same body as the drawn one, and light."""

from __future__ import annotations

import gzip
import json

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from aicoach.catalog.loader import load_catalog
from aicoach.figure.demonstration import demonstration
from aicoach.figure.parts import parts_of
from aicoach.web.assets_routes import ASSETS
from aicoach.web.figure_pictures import figure_picture
from aicoach.web.figure_routes import figure_router
from aicoach.web.figure_table import BONES, UNIT_M, figure_table, mannequin_table

CATALOG = load_catalog()
SAMPLES = (
    "squat",
    "push_up",
    "sit_to_stand",
    "step_up",
    "seated_band_row",
    "dead_bug",
    "side_plank",
)
HEAVIEST_KB = 60


@pytest.fixture(scope="module")
def client():
    app = FastAPI()
    app.include_router(figure_router(CATALOG))
    return TestClient(app)


def rows_of(steps):
    return np.cumsum(np.array(steps), axis=0) * UNIT_M


def turned(quaternion):
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip


@pytest.mark.parametrize("exercise", SAMPLES)
def test_every_ball_lies_where_the_drawn_figure_has_it(exercise):
    table, body = figure_table(CATALOG[exercise]), mannequin_table()
    shown = demonstration(CATALOG[exercise], view="front")
    bones = rows_of(table["bones"]).reshape(table["frames"], len(BONES), 7)
    farthest = 0.0
    for frame in range(0, table["frames"], 9):
        drawn = parts_of(shown.body, 2 * frame)
        for key, part in body["parts"].items():
            for i, (bone, *place, radius) in enumerate(part["balls"]):
                at = bones[frame, bone, :3] + turned(bones[frame, bone, 3:]) @ place
                farthest = max(farthest, float(np.linalg.norm(at - drawn[key].centres[i])))
                assert radius == drawn[key].radii[i]
    assert farthest < 0.0008


@pytest.mark.parametrize("exercise", SAMPLES)
def test_a_bone_turns_without_a_jump_so_that_frames_may_be_drawn_between(exercise):
    table = figure_table(CATALOG[exercise])
    turns = rows_of(table["bones"]).reshape(table["frames"], len(BONES), 7)[:, :, 3:]
    assert np.einsum("tbi,tbi->tb", turns[1:], turns[:-1]).min() > 0.9


def test_a_chair_is_sent_once_and_a_dumbbell_moves():
    chair, *_ = figure_table(CATALOG["sit_to_stand"])["solids"]
    dumbbell, *_ = figure_table(CATALOG["bicep_curl"])["solids"]
    assert len(chair["points"]) == 1
    assert chair["radii"] is None
    assert len(dumbbell["points"]) == figure_table(CATALOG["bicep_curl"])["frames"]


@pytest.mark.parametrize("exercise", ["squat", "marching", "plank"])
def test_the_target_lies_in_the_loop_and_its_phases_follow_each_other(exercise):
    table = figure_table(CATALOG[exercise])
    times = [moment for _, start, end in table["phases"] for moment in (start, end)]
    assert times == sorted(times)
    assert times[0] > 0.0
    assert times[-1] <= table["loop_s"]
    assert 0.0 < table["target_s"] < table["loop_s"]
    names = [name for name, _, _ in table["phases"]]
    assert names[0] == "out"
    assert names[-1] == "back"


def test_exercises_are_served_and_light(client):
    for name in (*list(CATALOG)[::8], "baduanjin_2"):  # the heaviest is among them
        answer = client.get(f"/figure/abc/{name}.json")
        assert answer.status_code == 200
        assert len(gzip.compress(answer.content)) < HEAVIEST_KB * 1024
        assert answer.json()["exercise"] == name


def test_it_is_packed_only_for_who_can_unpack(client):
    packed = client.get("/figure/abc/squat.json", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/figure/abc/squat.json", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert json.loads(plain.content) == packed.json()
    assert "immutable" in packed.headers["cache-control"]


@pytest.mark.parametrize("name", ["nobody", "..%2Fsquat", "squat.json", "SQUAT"])
def test_an_unknown_exercise_is_not_found(client, name):
    answer = client.get(f"/figure/abc/{name}.json")
    assert answer.status_code == 404


def test_the_face_is_not_drawn_and_the_working_parts_are_named():
    body = mannequin_table()
    assert not {"left_eye", "nose", "mouth"} & set(body["parts"])
    works = {part["works"] for part in body["parts"].values()} - {None}
    for spec in CATALOG.values():
        assert set(spec.motion.working) <= works


def test_every_exercise_has_its_picture_as_a_file() -> None:
    files = {one.stem for one in (ASSETS / "figures").glob("*.png")}
    assert files == set(CATALOG), "python scripts/figures.py"


@pytest.mark.parametrize("exercise", SAMPLES)
def test_a_picture_shows_the_figure_as_it_is_drawn_today(exercise: str) -> None:
    kept = cv2.imread(str(ASSETS / "figures" / f"{exercise}.png")).astype(float)
    drawn = figure_picture(CATALOG[exercise]).astype(float)
    assert kept.shape == drawn.shape
    assert np.abs(kept - drawn).mean() < 1.0, "python scripts/figures.py"
