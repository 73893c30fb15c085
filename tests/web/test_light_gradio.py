"""Gradio is whole without the descriptions that it writes while it is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import inspect, json, pathlib, sys
before = inspect.getfile
opened = []
sys.addaudithook(lambda name, given: opened.append(str(given[0])) if name == "open" else None)
from aicoach.web.pages.light_gradio import gr
folder = str(pathlib.Path(gr.__file__).parent)
print(json.dumps({
    "described": [one for one in opened if one.startswith(folder) and one.endswith(".pyi")],
    "kept": inspect.getfile is before and inspect.getfile(gr.HTML).endswith("html.py"),
    "works": callable(gr.HTML(value={}).submit),
}))
"""


def test_it_is_loaded_whole_and_describes_nothing(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == '{"described": [], "kept": true, "works": true}'
