"""One small picture of each exercise: the coach at its target.

They are kept as files, ``assets/figures/EXERCISE.png``: a page shows two dozen at once, and drawing
them takes time that the look at somebody's exercise needs. ``scripts/figures.py`` writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.figure import demonstration

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.pose import ByteImage

_SIZE_PX: Final = (240, 280)


def figure_picture(spec: ExerciseSpec) -> ByteImage:
    """280 x 240 pixels, BGR."""
    shown = demonstration(spec)
    return np.asarray(shown.render(shown.target_s, _SIZE_PX), np.uint8)
