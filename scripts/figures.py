"""Draw the small picture of every exercise anew: ``src/aicoach/web/assets/figures/*.png``.

Run after an exercise's movement or the coach's body was changed; a test says so when it was not.
"""

from __future__ import annotations

import cv2

from aicoach.catalog import load_catalog
from aicoach.web.assets_routes import ASSETS
from aicoach.web.figure_pictures import figure_picture


def main() -> None:
    """Write all of them, and remove those of exercises that are gone."""
    folder = ASSETS / "figures"
    folder.mkdir(exist_ok=True)
    catalog = load_catalog()
    for old in folder.glob("*.png"):
        if old.stem not in catalog:
            old.unlink()
    for name, spec in catalog.items():
        smallest = [cv2.IMWRITE_PNG_COMPRESSION, 9]
        cv2.imwrite(str(folder / f"{name}.png"), figure_picture(spec), smallest)


if __name__ == "__main__":
    main()
