"""Drawn footage of a synthetic person: what a camera would have filmed, with known truth.

A pose model follows it (docs/synthetic-people.md says how well), so that the demonstration
and the tests need no footage of people. Figures measured on it say nothing about people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aicoach.figure.person import Clothes, draw_person
from aicoach.figure.props import draw_solids, props_of
from aicoach.figure.room import room
from aicoach.pose import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.synth.performance import Performance


def film(
    performance: Performance,
    *,
    size_px: tuple[int, int] = (640, 480),
    clothes: Clothes | None = None,
    brightness: float = 1.0,
    grain: float = 0.0,
    seed: int = 0,
) -> Iterator[Frame]:
    """Frames of a performance, one per row of its track.

    ``brightness`` below 1 dims the room; ``grain`` is the standard deviation of pixel noise.
    """
    rng = np.random.default_rng(seed)
    camera = performance.camera.sized(size_px)
    for row, t_s in enumerate(performance.track.t_s):
        image = room(camera)
        draw_solids(image, props_of(performance.spec, performance.body, row), camera)
        draw_person(image, performance.body, row, camera, clothes=clothes)
        if brightness != 1.0 or grain > 0.0:
            light = image * brightness
            if grain > 0.0:
                light = light + rng.normal(0.0, grain, image.shape)
            image = np.clip(light, 0, 255).astype(np.uint8)
        yield Frame(float(t_s), image)
