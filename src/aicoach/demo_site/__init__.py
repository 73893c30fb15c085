"""A made-up site for training, pictures and load tests: the same one for the same seed."""

from aicoach.demo_site.people import last_full_day
from aicoach.demo_site.rows import Order, made_resident
from aicoach.demo_site.site import MadeSite, write_site

__all__ = ["MadeSite", "Order", "last_full_day", "made_resident", "write_site"]
