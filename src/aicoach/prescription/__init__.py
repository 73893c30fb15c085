"""Plans: what a resident is asked to do, within which limits, and who set them."""

from aicoach.prescription.blocks import Block
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.check_standing import PlanState, notices, state_of
from aicoach.prescription.checks import (
    content_problems,
    find_problems,
    require_runnable,
    session_limits,
)
from aicoach.prescription.model import SCHEMA, Prescription
from aicoach.prescription.reading import parse_prescription, read_prescription
from aicoach.prescription.session_blocks import Replacement, SessionPlan, session_blocks

__all__ = [
    "SCHEMA",
    "Block",
    "PlanProblem",
    "PlanState",
    "Prescription",
    "Replacement",
    "SessionPlan",
    "content_problems",
    "find_problems",
    "notices",
    "parse_prescription",
    "read_prescription",
    "require_runnable",
    "session_blocks",
    "session_limits",
    "state_of",
]
