"""The model files: found, checked against their ``model.toml``, and only then used."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicoach.errors import ModelFileError
from aicoach.resources import resource_dir

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DETECTOR: Final = "blazepose_detector"
LANDMARK_NET: Final = "blazepose_landmark_full"
MODEL_IDS: Final = (DETECTOR, LANDMARK_NET)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model as its ``model.toml`` declares it."""

    model_id: str
    path: Path
    sha256: str
    licence: str

    @property
    def remedy(self) -> str:
        """The command that brings the right file back, for this kind of installation."""
        home, ours = self.path.parents[1], resource_dir("models")
        name = f"{self.model_id}/{self.path.name}"
        if home.resolve() != ours.resolve():
            return f"restore it with: cp {ours / name} {self.path}"
        if (home.parent / ".git").exists():
            return f"restore it with: git -C {home.parent} checkout HEAD -- {home.name}/{name}"
        if (home / "convert.py").is_file():
            return f"restore it with: python {home / 'convert.py'}"
        return "restore it with: pip install --force-reinstall --no-deps aicoach"

    def read(self) -> bytes:
        """The file's content, which is exactly what ``model.toml`` promises.

        Raises
        ------
        ModelFileError
            If the file is missing, truncated or altered.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            raise ModelFileError(self.path, self.sha256, None, self.remedy) from None
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise ModelFileError(self.path, self.sha256, found, self.remedy)
        return content


def load_model_file(model_id: str, models_dir: Path | None = None) -> ModelFile:
    """Read the declaration of a model; its ``.onnx`` file is not touched yet.

    models_dir : folder with one folder per model; None is the one of this installation.

    Raises
    ------
    FileNotFoundError
        If there is no ``model.toml`` for ``model_id``.
    """
    folder = (models_dir or resource_dir("models")) / model_id
    declared = tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))
    return ModelFile(model_id, folder / declared["file"], declared["sha256"], declared["licence"])
