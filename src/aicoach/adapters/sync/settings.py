"""How much at once, how long to wait, how often: ``rules/sync.toml``."""

from __future__ import annotations

from dataclasses import dataclass

from aicoach.catalog.thresholds import load_settings


@dataclass(frozen=True, slots=True)
class CabinSettings:
    """How a cabin hands things over."""

    lines_per_batch: float
    bytes_per_batch: float
    """Of lines, before they are packed; one line may be longer."""
    sessions_per_batch: float
    rows_per_batch: float
    connect_s: float
    answer_s: float
    first_wait_s: float
    """After a failure; each further one doubles it."""
    longest_wait_s: float
    jitter: float
    """Share of a wait that is left to chance, so that cabins do not come all at once."""
    attempts: float
    """Failures in a row, with nothing confirmed between them, until ``--once`` gives up."""
    ask_refused_again_s: float

    @classmethod
    def load(cls) -> CabinSettings:
        """The settings of the rule file."""
        return load_settings(cls, "sync", "cabin")


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """What a centre takes from a cabin."""

    sent_bytes: float
    """Of one request, as it travels."""
    unpacked_bytes: float
    """Of one request, unpacked."""
    body_s: float
    """A request that takes longer to arrive is given up."""
    requests_per_min: float
    requests_at_once: float
    """Of one cabin: as many may come in a row before it has to slow down."""
    refusals_per_min: float
    refusals_at_once: float
    """Of one address: attempts with a token that is not known."""
    work_at_once: float
    """Requests that use the database at the same time."""

    @classmethod
    def load(cls) -> CentreSettings:
        """The settings of the rule file."""
        return load_settings(cls, "sync", "centre")
