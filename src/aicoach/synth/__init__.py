"""Synthetic people with known truth: any exercise of the catalogue, any view, seeded."""

from aicoach.synth.imperfections import Imperfections
from aicoach.synth.performance import Performance, Truth, camera_for, perform

__all__ = ["Imperfections", "Performance", "Truth", "camera_for", "perform"]
