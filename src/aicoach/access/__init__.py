"""Who may see or change what: roles, the table of permissions, consents, and secrets.

Pure: everything is handed in. The store asks at its gate; docs/privacy.md has the table in words.
"""

from aicoach.access.actors import Actor, Relation, Role, Subject, console_actor, relation_of
from aicoach.access.permissions import Decision, Why, permits, say_decision

__all__ = [
    "Actor",
    "Decision",
    "Relation",
    "Role",
    "Subject",
    "Why",
    "console_actor",
    "permits",
    "relation_of",
    "say_decision",
]
