"""Chance that comes out the same for the same seed: draws by name, ids by moment."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timezone
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def chance(seed: int, *names: object) -> random.Random:
    """A stream of draws of its own for each name, whatever else is drawn."""
    return random.Random("/".join(map(str, (seed, *names))))


def made_id(moment: datetime, draws: random.Random) -> str:
    """A UUID of version 7 of a moment that never was; ``draws`` gives its random part."""
    milliseconds = int((moment - _EPOCH).total_seconds() * 1000.0)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | draws.getrandbits(12) << 64
    value |= 0b10 << 62 | draws.getrandbits(62)
    return str(uuid.UUID(int=value))
