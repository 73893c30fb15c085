"""The catalogue: one validated file per exercise."""

from aicoach.catalog.loader import Catalog, load_catalog, load_exercise
from aicoach.catalog.spec import ExerciseSpec

__all__ = ["Catalog", "ExerciseSpec", "load_catalog", "load_exercise"]
