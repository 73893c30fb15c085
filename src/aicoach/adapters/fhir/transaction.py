"""A transaction in the making: every resource once, under a name that never changes.

What was done is created where the server does not have it yet, so that sending a bundle
twice changes nothing. What may change later (a consent, a plan's status, a week to which a
late session is added) replaces our own resource of the same identifier.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from aicoach.adapters.fhir.elements import Json, moment, narrative, without_none

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aicoach.adapters.fhir.addresses import Addresses

_BY_TAG: Final = frozenset({"Provenance", "AuditEvent"})
"""They have no identifier in R4; a server finds them by their tag."""
_ONE_IDENTIFIER: Final = frozenset({"QuestionnaireResponse"})


class Transaction:
    """Resources of one bundle, and how they name each other."""

    def __init__(self, addresses: Addresses, language: str) -> None:
        self.addresses, self.language = addresses, language
        self._entries: list[Json] = []
        self._known: set[str] = set()

    def add(
        self,
        resource: Json,
        kind: str,
        key: str,
        text: Iterable[str] = (),
        *,
        changing: bool = False,
    ) -> Json:
        """Put a resource in; returns the reference by which others name it.

        Parameters
        ----------
        kind, key
            Name among the identifiers of this installation.
        text
            Lines for people, in the language of the bundle.
        changing
            The server's copy is replaced instead of left as it is.
        """
        name = resource["resourceType"]
        url = self.addresses.full_url(kind, key)
        if url in self._known:
            return {"reference": url}
        self._known.add(url)
        identifier = {"system": self.addresses.of(kind), "value": key}
        head: Json = {"resourceType": name}
        if name in _BY_TAG:
            head["meta"] = {"tag": [{"system": identifier["system"], "code": key}]}
            search = self.addresses.condition(kind, key, "_tag")
        else:
            search = self.addresses.condition(kind, key)
        head["language"] = self.language
        lines = tuple(text)
        if lines:
            head["text"] = narrative(lines, self.language)
        if name not in _BY_TAG:
            head["identifier"] = identifier if name in _ONE_IDENTIFIER else [identifier]
        request: Json = (
            {"method": "PUT", "url": f"{name}?{search}"}
            if changing
            else {"method": "POST", "url": name, "ifNoneExist": search}
        )
        whole = {**head, **without_none(resource)}
        self._entries.append({"fullUrl": url, "resource": whole, "request": request})
        return {"reference": url}

    def somebody(self, kind: str, key: str, resource_type: str) -> Json:
        """A reference to somebody of whom nothing but the code is known."""
        identifier = {"system": self.addresses.of(kind), "value": key}
        return {"type": resource_type, "identifier": identifier}

    def bundle(self, at: datetime) -> dict[str, Any]:
        """The transaction."""
        return {
            "resourceType": "Bundle",
            "type": "transaction",
            "timestamp": moment(at),
            # Apart from each other and from every constant: whoever gets it may change it.
            "entry": json.loads(json.dumps(self._entries)),
        }
