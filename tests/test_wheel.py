"""The built wheel works by itself: no checkout, no development tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from aicoach.catalog import load_catalog
from aicoach.synth import perform

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: object, cwd: Path) -> str:
    """Standard output of a command that must succeed, away from this environment."""
    apart = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV", "AICOACH"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=apart,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation")
    run(*build, "--wheel-dir", folder, root, cwd=folder)
    return next(folder.glob("aicoach-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the programs of a fresh environment that holds the wheel and its lock."""
    venv = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", venv, cwd=venv.parent)
    lock = root / "requirements" / "runtime.lock"
    install = (venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps")
    hashed = ("--no-compile", "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    run(*install, *hashed, cwd=venv.parent)
    run(*install, wheel, cwd=venv.parent)
    return venv / "bin"


def test_wheel_holds_exercises_and_models_but_no_converter(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "aicoach/_resources/exercises/squat.toml" in names
    assert "aicoach/py.typed" in names
    assert sum(name.endswith(".onnx") for name in names) == 2
    assert not [name for name in names if "_resources" in name and name.endswith(".py")]


@pytest.mark.thorough
def test_an_installed_program_has_all_that_it_asks_for_and_counts_with_its_own_models(
    installed: Path, tmp_path: Path
) -> None:
    """One test, so that the environment is made once, whichever worker takes it."""
    run(installed / "python", "-m", "pip", "check", cwd=tmp_path)
    counts_a_recording(installed, tmp_path)
    loads_its_own_models(installed, tmp_path)


def counts_a_recording(installed: Path, tmp_path: Path) -> None:
    track = perform(load_catalog()["squat"], reps=4, view="side").track
    np.savez_compressed(
        tmp_path / "squats.npz",
        t_s=track.t_s,
        image_xyzs=track.image_xyzs.astype(np.float32),
        world_xyz=track.world_xyz.astype(np.float32),
        frame_size=np.array(track.frame_size_px),
        meta=json.dumps({"source": "synthetic"}),
    )
    command = (installed / "aicoach", "analyse", "squats.npz", "--exercise", "squat")
    report = json.loads(run(*command, "--json", "-", cwd=tmp_path))
    assert report["count"] == 4


def loads_its_own_models(installed: Path, tmp_path: Path) -> None:
    code = """
from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.resources import resource_dir
OnnxPoseEstimator().close()
print(resource_dir("models"))
"""
    folder = Path(run(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert folder.is_relative_to(installed.parent.resolve())
