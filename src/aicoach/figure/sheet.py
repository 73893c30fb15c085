"""A contact sheet: start and target pose of every exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from aicoach.figure.demonstration import demonstration
from aicoach.pose import ByteImage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aicoach.catalog.spec import ExerciseSpec

_TILE_PX: Final = (170, 185)
_LABEL_PX: Final = 26
_GAP_PX: Final = 8
_INK: Final = (70, 60, 55)


def contact_sheet(exercises: Mapping[str, ExerciseSpec], path: Path, *, columns: int = 6) -> None:
    """Write a picture with start and target pose of every exercise, in order of their ids."""
    cells = [_cell(exercises[name]) for name in sorted(exercises)]
    while len(cells) % columns:
        cells.append(np.full_like(cells[0], 255))
    rows = [np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    done, png = cv2.imencode(".png", np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if done:
        path.write_bytes(png.tobytes())


def _cell(spec: ExerciseSpec) -> ByteImage:
    shown = demonstration(spec)
    pair = np.hstack([shown.render(t_s, _TILE_PX) for t_s in (0.0, shown.target_s)])
    label = np.full((_LABEL_PX, pair.shape[1], 3), 255, np.uint8)
    cv2.putText(label, spec.id, (4, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
    cell = np.vstack((label, pair))
    return np.asarray(
        cv2.copyMakeBorder(
            cell, 0, _GAP_PX, 0, _GAP_PX, cv2.BORDER_CONSTANT, value=(255, 255, 255)
        ),
        np.uint8,
    )
