"""A session rehearsed: somebody who reacts stands in front of it, time is counted, not waited.

Public, for tests, for benchmarks and for trying a plan: a performer gives the poses of
every moment, a respondent answers what is asked, a heart-rate source beats.
"""

from aicoach.rehearsal.pulse import PulseCourse
from aicoach.rehearsal.rehearsing import (
    SILENT,
    Interruption,
    Performer,
    Rehearsal,
    Responder,
    Silence,
    TapedPerformer,
    well,
)
from aicoach.rehearsal.resident import Manner, Picture, SyntheticResident

__all__ = [
    "SILENT",
    "Interruption",
    "Manner",
    "Performer",
    "Picture",
    "PulseCourse",
    "Rehearsal",
    "Responder",
    "Silence",
    "SyntheticResident",
    "TapedPerformer",
    "well",
]
