"""Synthetic people with known truth: any exercise of the catalogue, any view, seeded."""

from aicoach.synth.idle import IDLE_ALLOWED, IDLE_KINDS, idle
from aicoach.synth.imperfections import Imperfections
from aicoach.synth.people import with_bystander
from aicoach.synth.performance import Performance, Truth, camera_for, perform
from aicoach.synth.scenarios import SCENARIOS, Scenario

__all__ = [
    "IDLE_ALLOWED",
    "IDLE_KINDS",
    "SCENARIOS",
    "Imperfections",
    "Performance",
    "Scenario",
    "Truth",
    "camera_for",
    "idle",
    "perform",
    "with_bystander",
]
