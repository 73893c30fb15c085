"""Drawing synthetic people: footage for the pose model, and the demonstrating coach."""

from aicoach.figure.demonstration import (
    Demonstration,
    demonstration,
    render_demonstration,
    write_demonstration_video,
)
from aicoach.figure.film import film
from aicoach.figure.mannequin import Palette, draw_mannequin
from aicoach.figure.person import Clothes, draw_person
from aicoach.figure.sheet import contact_sheet

__all__ = [
    "Clothes",
    "Demonstration",
    "Palette",
    "contact_sheet",
    "demonstration",
    "draw_mannequin",
    "draw_person",
    "film",
    "render_demonstration",
    "write_demonstration_video",
]
