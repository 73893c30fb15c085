"""A cabin hands on what it measured, and takes what its centre decided; docs/sync.md.

What is waiting and what is taken lies in the store, which this knows by its protocols only.
"""

from aicoach.adapters.sync.backing_off import BackOff
from aicoach.adapters.sync.centre import Centre
from aicoach.adapters.sync.exchange import CabinSide, Exchange, Exchanged
from aicoach.adapters.sync.messages import PROTOCOL, Hello
from aicoach.adapters.sync.settings import CabinSettings, CentreSettings
from aicoach.adapters.sync.visiting import World, told, visit_forever, visit_once

__all__ = [
    "PROTOCOL",
    "BackOff",
    "CabinSettings",
    "CabinSide",
    "Centre",
    "CentreSettings",
    "Exchange",
    "Exchanged",
    "Hello",
    "World",
    "told",
    "visit_forever",
    "visit_once",
]
