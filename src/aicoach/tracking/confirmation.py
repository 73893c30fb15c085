"""From cycles to a set: a repetition is something that was prepared or that repeats.

A strong cycle out of a held start pose counts at once. Everything else waits until
alike cycles follow; alike means range, duration and the whole body's pose. So a gesture,
a walk to the handle or a bend for a shoe stays alone and is reported, not counted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from aicoach.catalog.settings import ConfirmSettings
from aicoach.events import Rejection
from aicoach.tracking.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of cycles at one moment."""

    accepted: tuple[Evidence, ...] = ()
    rejected: tuple[tuple[Evidence, Rejection, str], ...] = ()


class Confirmer:
    """Decides which cycles are repetitions; steps from cycle to cycle."""

    def __init__(self, settings: ConfirmSettings, *, peak_scale: float = 1.0) -> None:
        self._settings, self._peak_scale = settings, peak_scale
        self._pending: list[Evidence] = []
        self._recent: deque[Evidence] = deque(maxlen=5)

    def offer(self, evidence: Evidence) -> Verdict:
        """Take a cycle that nothing certain speaks against."""
        if self._recent and not self._after_pause(evidence):
            verdict = self._as_member(evidence)
            if verdict is not None:
                return verdict
        return self._as_candidate(evidence)

    def close(self, t_s: float) -> Verdict:
        """Give up the cycles that have waited too long at ``t_s``."""
        old = [e for e in self._pending if t_s - e.cycle.end_s > self._settings.keep_s]
        self._pending = [e for e in self._pending if e not in old]
        return Verdict(
            rejected=tuple((e, Rejection.NOT_CONFIRMED, "no alike movement followed") for e in old)
        )

    def _after_pause(self, evidence: Evidence) -> bool:
        durations = median(e.cycle.duration_s for e in self._recent)
        pause_s = max(self._settings.pause_s, self._settings.pause_cycles * durations)
        return evidence.cycle.start_s - self._recent[-1].cycle.end_s > pause_s

    def _as_member(self, evidence: Evidence) -> Verdict | None:
        """In a running set: judged against the person's own repetitions."""
        s = self._settings
        amplitude = median(e.cycle.amplitude for e in self._recent)
        if evidence.cycle.amplitude < s.member_share * amplitude:
            share = evidence.cycle.amplitude / amplitude
            return Verdict(
                rejected=((evidence, Rejection.PARTIAL, f"{share:.0%} of the range before"),)
            )
        if evidence.weak:
            durations = median(e.cycle.duration_s for e in self._recent)
            ratio = evidence.cycle.duration_s / durations
            if not 1 / s.weak_duration_ratio <= ratio <= s.weak_duration_ratio:
                return Verdict(
                    rejected=((evidence, Rejection.OTHER_MOVEMENT, ", ".join(evidence.weak)),)
                )
        self._recent.append(evidence)
        return Verdict(accepted=(evidence,))

    def _as_candidate(self, evidence: Evidence) -> Verdict:
        s = self._settings
        gone = self.close(evidence.cycle.start_s).rejected
        if self._strong(evidence) and (evidence.ready or evidence.opening) and not self._recent:
            earlier = [
                e for e in self._pending
                if e.cycle.amplitude >= s.member_share * evidence.cycle.amplitude
                and e.posture.unlikeness_deg(evidence.posture) <= s.likeness_deg
            ]  # fmt: skip
            return self._accept([*earlier, evidence], gone)
        self._pending.append(evidence)
        chain = self._chain()
        needed = s.weak_cycles if any(e.weak for e in chain) else 2
        if len(chain) >= needed:
            return self._accept(chain, gone)
        return Verdict(rejected=gone)

    def _strong(self, e: Evidence) -> bool:
        s, c = self._settings, e.cycle
        return (
            not e.weak
            and c.peak >= s.strong_peak * self._peak_scale
            and c.trough <= s.strong_start
            and c.amplitude >= s.strong_amplitude * self._peak_scale
            and c.duration_s >= s.strong_s
        )

    def _chain(self) -> list[Evidence]:
        """The longest run of pairwise alike cycles that ends with the newest."""
        chain = [self._pending[-1]]
        for earlier in reversed(self._pending[:-1]):
            if not self._alike(earlier, chain[0]):
                break
            chain.insert(0, earlier)
        return chain

    def _alike(self, one: Evidence, other: Evidence) -> bool:
        s = self._settings
        big, small = sorted((one.cycle.amplitude, other.cycle.amplitude), reverse=True)
        long, short = sorted((one.cycle.duration_s, other.cycle.duration_s), reverse=True)
        return (
            big <= s.amplitude_ratio * small
            and long <= s.duration_ratio * short
            and one.posture.unlikeness_deg(other.posture) <= s.likeness_deg
        )

    def _accept(
        self, chain: list[Evidence], gone: tuple[tuple[Evidence, Rejection, str], ...]
    ) -> Verdict:
        left = [e for e in self._pending if e not in chain]
        self._pending.clear()
        self._recent.extend(chain)
        rejected = tuple((e, Rejection.NOT_CONFIRMED, "unlike the set that followed") for e in left)
        return Verdict(tuple(chain), gone + rejected)
