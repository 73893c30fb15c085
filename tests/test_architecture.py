"""The layers hold: who may import whom is written in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
