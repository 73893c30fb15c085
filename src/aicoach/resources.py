"""Where the data beside the code lies: ``exercises/``, ``models/`` and the like.

An installed wheel carries these folders inside the package; an editable install does
not, so the checkout is looked at second. Nothing else in aicoach builds such a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

ResourceFolder = Literal["exercises", "models", "phrases", "prescriptions", "rules"]

_PACKAGE: Final = Path(__file__).resolve().parent


def resource_dir(folder: ResourceFolder) -> Path:
    """Folder with the data files of this installation.

    Raises
    ------
    FileNotFoundError
        If neither the package nor the checkout has it; the message names both places.
    """
    places = (_PACKAGE / "_resources" / folder, _PACKAGE.parents[1] / folder)
    for place in places:
        if place.is_dir():
            return place
    looked = " or ".join(str(place) for place in places)
    raise FileNotFoundError(f"no folder {folder}: expected at {looked}; reinstall aicoach")
