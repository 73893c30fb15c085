"""``aicoach doctor`` says what is there, what is missing, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from aicoach.adapters import camera as camera_module
from aicoach.adapters import onnx_pose
from aicoach.adapters.heart_rate import ble
from aicoach.adapters.heart_rate.ble_errors import bluetooth_error
from aicoach.cli import doctor
from aicoach.errors import BluetoothProblem, ModelFileError


@pytest.fixture(autouse=True)
def no_camera(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches a real camera or radio; and a short measurement is enough."""
    monkeypatch.setattr(camera_module, "_device", lambda n: tmp_path / f"video{n}")
    monkeypatch.setattr(ble, "check_bluetooth", lambda: None)
    monkeypatch.setattr(doctor, "N_TIMED_FRAMES", 3)


@pytest.mark.model
def test_a_computer_without_camera_and_screen_can_still_analyse(
    aicoach: Callable[..., Any],
) -> None:
    ran = aicoach("doctor")
    assert ran.code == 0
    assert "[ok  ] pose models" in ran.out
    assert "frames per second" in ran.out
    assert "[warn] camera 0: absent" in ran.out
    assert "-> plug it in" in ran.out


def test_an_altered_model_makes_it_unusable_and_says_what_to_do(
    aicoach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ModelFileError(Path("a.onnx"), "aa", "bb", "reinstall")

    monkeypatch.setattr(onnx_pose, "OnnxPoseEstimator", broken)
    ran = aicoach("doctor")
    assert ran.code == 1
    assert "[FAIL] pose models: a.onnx: expected sha256 aa, found sha256 bb" in ran.out


def test_a_missing_library_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    finding = next(found for found in map(doctor._library, ["onnxruntime"]))
    assert (finding.level, finding.remedy) == ("fail", "pip install onnxruntime")


def test_two_opencv_wheels_of_different_versions_are_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = {"opencv-python": "5.0", "opencv-python-headless": "4.9"}

    def version(name: str) -> str:
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(metadata, "version", version)
    assert doctor._opencv_twice().level == "warn"


def test_bluetooth_that_works_is_said_in_one_word() -> None:
    assert (doctor._bluetooth().level, doctor._bluetooth().found) == ("ok", "works")


@pytest.mark.parametrize("reason", [BluetoothProblem.OFF, BluetoothProblem.NO_SERVICE])
def test_bluetooth_that_fails_is_a_warning_with_its_reason_and_remedy(
    monkeypatch: pytest.MonkeyPatch, reason: BluetoothProblem
) -> None:
    def fail() -> None:
        raise bluetooth_error(reason)

    monkeypatch.setattr(ble, "check_bluetooth", fail)
    finding = doctor._bluetooth()
    assert finding.level == "warn"
    assert finding.found == f"{reason.value}; only a heart-rate strap needs it"
    assert finding.remedy == bluetooth_error(reason).remedy


def test_without_the_bluetooth_library_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_is_installed", lambda name: name != "bleak")
    monkeypatch.setattr(ble, "check_bluetooth", lambda: pytest.fail("Bluetooth was tried"))
    finding = doctor._bluetooth()
    assert finding.level == "ok"
    assert "pip install 'aicoach[ble]'" in finding.found
