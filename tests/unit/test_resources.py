"""The one place that knows where the data folders lie."""

from __future__ import annotations

import pytest

from aicoach import resources


def test_the_package_is_looked_at_before_the_checkout(tmp_path, monkeypatch):
    package = tmp_path / "checkout" / "src" / "aicoach"
    inside, beside = package / "_resources" / "models", tmp_path / "checkout" / "models"
    monkeypatch.setattr(resources, "_PACKAGE", package)
    with pytest.raises(FileNotFoundError, match="reinstall aicoach") as caught:
        resources.resource_dir("models")
    assert str(inside) in str(caught.value)
    assert str(beside) in str(caught.value)
    beside.mkdir(parents=True)
    assert resources.resource_dir("models") == beside
    inside.mkdir(parents=True)
    assert resources.resource_dir("models") == inside


def test_this_installation_has_its_exercises_and_models():
    assert (resources.resource_dir("exercises") / "squat.toml").is_file()
    assert len(list(resources.resource_dir("models").glob("*/*.onnx"))) == 2
