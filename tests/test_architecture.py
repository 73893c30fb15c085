"""The layers hold: who may import whom is written in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aicoach.catalog.loader import read_toml

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


def test_every_module_is_placed_and_no_import_crosses_a_layer_upwards(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_module_that_counts_loads_without_camera_model_or_screen(root: Path) -> None:
    """What the contracts promise, seen at run time: nothing heavy comes along by a side door."""
    heavy = ("cv2", "onnxruntime", "mediapipe", "pydantic", "rich", "typer")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, aicoach.kinematics; print(*(m for m in {heavy} if m in sys.modules))",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


def test_no_module_is_left_out_of_the_contract_that_keeps_the_screen_replaceable(
    root: Path,
) -> None:
    config = read_toml(root / "pyproject.toml")
    (contract,) = (
        one
        for one in config["tool"]["importlinter"]["contracts"]
        if one["name"] == "The screen is replaceable"
    )
    assert {"fastapi", "gradio"} <= set(contract["forbidden_modules"])
    composed = {"__init__", "__main__", "bench", "cli", "web"}
    found = {
        one.stem
        for one in (root / "src" / "aicoach").iterdir()
        if one.suffix == ".py" or (one / "__init__.py").exists()
    }
    assert {f"aicoach.{one}" for one in found - composed} == set(contract["source_modules"])
