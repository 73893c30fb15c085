"""What is written is true: examples run, commands, exercises and cues are all there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from aicoach.catalog import load_catalog
from aicoach.catalog.loader import read_toml
from aicoach.cli import commands as all_commands

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "src").rglob("*.py"))
READMES = ("README.md", "README.zh.md")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "exercises").glob("*.md")]


def commands(
    group: typer.Typer | None = None, prefix: str = "aicoach"
) -> Iterator[tuple[str, ...]]:
    """Every command as its words."""
    group = all_commands() if group is None else group
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield (*prefix.split(), name)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{prefix} {inner.name}")


def cues(value: Any) -> Iterator[str]:
    """Every cue key that a TOML document mentions."""
    if isinstance(value, dict):
        if isinstance(value.get("cue"), str):
            yield value["cue"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from cues(item)


@pytest.mark.parametrize("page", READMES)
def test_example_of_the_readme_prints_what_it_says(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```\n+```text\n(.*?)```", text, re.DOTALL)
    assert example, "no example with its output"
    code, said = example.groups()
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == said, done.stderr


@pytest.mark.parametrize("page", READMES)
@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_stands_in_the_readme(command: tuple[str, ...], page: str) -> None:
    rows = re.findall(r"^\|.*\|$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    words = [set(re.findall(r"[a-z-]+", row)) for row in rows]
    assert any(set(command) <= row for row in words), f"{' '.join(command)} is in no table row"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_exercise_stands_in_the_table() -> None:
    table = (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    assert [name for name in load_catalog() if f"`{name}`" not in table] == []


def test_every_cue_has_a_text_in_both_languages() -> None:
    folder = ROOT / "exercises"
    files = [path for path in folder.glob("*.toml") if not path.name.startswith("cues.")]
    wanted = {cue for path in files for cue in cues(read_toml(path))}
    for language in ("zh", "en"):
        texts = read_toml(folder / f"cues.{language}.toml")
        assert sorted(wanted - texts.keys()) == [], language
        assert [key for key, text in texts.items() if not text] == [], language


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
