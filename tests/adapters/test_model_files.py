"""Model files: exactly those that model.toml promises, or an error one can act on."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
from pathlib import Path

import onnxruntime
import pytest

from aicoach.adapters.onnx_pose import OnnxPoseEstimator
from aicoach.adapters.onnx_pose import model_files as module
from aicoach.adapters.onnx_pose.model_files import MODEL_IDS, load_model_file
from aicoach.errors import ModelFileError
from aicoach.resources import resource_dir

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the model folder, to be damaged."""
    return Path(shutil.copytree(resource_dir("models"), tmp_path / "models"))


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("model_id", MODEL_IDS)
@pytest.mark.parametrize("damage", [remove, truncate, empty, alter])
def test_a_damaged_model_names_file_hashes_and_remedy(models, model_id, damage):
    file = load_model_file(model_id, models)
    damage(file.path)
    with pytest.raises(ModelFileError) as caught:
        OnnxPoseEstimator(models)
    error = caught.value
    present = file.path.exists()
    found = hashlib.sha256(file.path.read_bytes()).hexdigest() if present else None
    assert (error.path, error.expected_sha256, error.found_sha256) == (
        file.path,
        file.sha256,
        found,
    )
    for part in (str(file.path), file.sha256, found or "no file", error.remedy):
        assert part in str(error)


def test_the_remedy_for_a_copied_folder_is_to_copy_the_file_again(models):
    file = load_model_file(MODEL_IDS[0], models)
    file.path.unlink()
    command = file.remedy.removeprefix("restore it with: ").split()
    assert command[0] == "cp"
    shutil.copy(*command[1:])
    assert file.read()


@pytest.mark.parametrize(
    ("beside", "program"), [(".git", "git"), ("models/convert.py", "python"), (None, "pip")]
)
def test_the_remedy_suits_the_installation(models, monkeypatch, beside, program):
    (models / "convert.py").unlink(missing_ok=True)
    if beside is not None:
        (models.parent / beside).touch()
    monkeypatch.setattr(module, "resource_dir", lambda _: models)
    file = load_model_file(MODEL_IDS[0], models)
    assert file.remedy.startswith(f"restore it with: {program} ")


def test_an_unknown_model_is_no_file(models):
    with pytest.raises(FileNotFoundError):
        load_model_file("no_such_model", models)


@pytest.mark.parametrize("model_id", MODEL_IDS)
def test_the_declaration_of_a_model_is_true(model_id):
    folder = resource_dir("models") / model_id
    declared = tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))
    content = load_model_file(model_id).read()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    assert [(value.name, value.shape) for value in session.get_inputs()] == [
        (value["name"], value["shape"]) for value in declared["inputs"]
    ]
    assert [(value.name, value.shape) for value in session.get_outputs()] == [
        (value["name"], value["shape"]) for value in declared["outputs"]
    ]
    assert declared["licence"] == "Apache-2.0"
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert f"{len(content):,} bytes" in card


@pytest.mark.slow
@pytest.mark.parametrize("model_id", MODEL_IDS)
def test_the_converter_makes_the_committed_file_byte_for_byte(root, model_id):
    for needed in ("onnx", "tflite"):
        pytest.importorskip(needed, reason="needs the extra `convert`")
    declared = tomllib.loads((root / "models" / model_id / "model.toml").read_text("utf-8"))
    member = declared["origin"]["member"]
    found = sorted((root / ".venv-mediapipe").glob(f"lib/python*/site-packages/{member}"))
    if not found:
        pytest.skip("no mediapipe in .venv-mediapipe; make it with `make reference`")
    content = found[0].read_bytes()
    assert hashlib.sha256(content).hexdigest() == declared["origin"]["sha256"]
    spec = importlib.util.spec_from_file_location("convert", root / "models" / "convert.py")
    convert = importlib.util.module_from_spec(spec)
    sys.modules["convert"] = convert
    spec.loader.exec_module(convert)
    made = convert.convert(content, declared)
    assert hashlib.sha256(made).hexdigest() == declared["sha256"]
