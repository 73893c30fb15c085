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
from aicoach.catalog.spec import Repetition as RepetitionSpec
from aicoach.events import Rejection
from aicoach.tracking.evidence import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of cycles at one moment."""

    accepted: tuple[Evidence, ...] = ()
    rejected: tuple[tuple[Evidence, Rejection, str], ...] = ()


class Confirmer:
    """Decides which cycles are repetitions; steps from cycle to cycle."""

    def __init__(
        self, settings: ConfirmSettings, repetition: RepetitionSpec, *, peak_scale: float = 1.0
    ) -> None:
        self._settings, self._peak_scale = settings, peak_scale
        self._alone = repetition.alone
        self._strong_amplitude = repetition.strong_amplitude or settings.strong_amplitude
        # On arrival at the target only the way out has been seen.
        self._at_target = repetition.count_at == "target"
        self._strong_s = settings.strong_s * (0.5 if self._at_target else 1.0)
        self._pending: list[Evidence] = []
        self._recent: deque[Evidence] = deque(maxlen=5)

    def offer(self, evidence: Evidence) -> Verdict:
        """Take a cycle that nothing certain speaks against."""
        gone = self.close(evidence.cycle.start_s).rejected
        if self._recent and not self._after_pause(evidence):
            verdict = self._as_member(evidence)
        else:
            verdict = self._as_candidate(evidence)
        return Verdict(verdict.accepted, gone + verdict.rejected)

    @property
    def waiting(self) -> tuple[Evidence, ...]:
        """Cycles that may still be confirmed, oldest first."""
        return tuple(self._pending)

    def misread(self, evidence: Evidence) -> bool:
        """Whether a cycle that fails a gate is a repetition of the running set all the same.

        In its place and time, as large and as long as the ones before, and the same pose:
        then a joint was misread, or done wrong, which is for the form rules to say.
        """
        s = self._settings
        if len(self._recent) < s.known_set or self._after_pause(evidence):
            return False
        amplitude = median(e.cycle.amplitude for e in self._recent)
        duration_s = median(e.cycle.duration_s for e in self._recent)
        return (
            1 / s.same_ratio <= evidence.cycle.amplitude / amplitude <= s.same_ratio
            and 1 / s.same_ratio <= evidence.cycle.duration_s / duration_s <= s.same_ratio
            and any(
                e.posture.unlikeness_deg(evidence.posture) <= s.likeness_deg for e in self._recent
            )
        )

    def accept(self, evidence: Evidence) -> Verdict:
        """Take a cycle into the set without a question."""
        return self._accept([evidence])

    def close(self, t_s: float) -> Verdict:
        """Give up the cycles that have waited too long at ``t_s``."""
        s = self._settings
        old = [
            e for e in self._pending
            if t_s - e.cycle.end_s > max(s.keep_s, s.keep_cycles * e.cycle.duration_s)
        ]  # fmt: skip
        self._pending = [e for e in self._pending if e not in old]
        return Verdict(
            rejected=tuple((e, Rejection.NOT_CONFIRMED, "no alike movement followed") for e in old)
        )

    def _after_pause(self, evidence: Evidence) -> bool:
        durations = median(e.cycle.duration_s for e in self._recent)
        pause_s = max(self._settings.pause_s, self._settings.pause_cycles * durations)
        return evidence.cycle.start_s - self._recent[-1].cycle.end_s > pause_s

    def _as_member(self, evidence: Evidence) -> Verdict:
        """In a running set: judged against the person's own repetitions."""
        s = self._settings
        amplitude = min(1.0, median(e.cycle.amplitude for e in self._recent))
        if evidence.cycle.amplitude < s.member_share * amplitude:
            share = evidence.cycle.amplitude / amplitude
            return Verdict(
                rejected=((evidence, Rejection.PARTIAL, f"{share:.0%} of the range before"),)
            )
        durations = median(e.cycle.duration_s for e in self._recent)
        ratio = evidence.cycle.duration_s / durations
        in_rhythm = 1 / s.weak_duration_ratio <= ratio <= s.weak_duration_ratio
        strange = not self._strong(evidence) and all(
            e.posture.unlikeness_deg(evidence.posture) > s.member_deg for e in self._recent
        )
        if strange or (evidence.weak and not in_rhythm):
            return self._as_candidate(evidence)
        # A misread cycle between two members of the set belongs to it.
        between = [
            e for e in self._pending
            if e.cycle.start_s >= self._recent[-1].cycle.peak_s
            and 1 / s.weak_duration_ratio <= e.cycle.duration_s / durations <= s.weak_duration_ratio
        ]  # fmt: skip
        return self._accept([*between, evidence])

    def _as_candidate(self, evidence: Evidence) -> Verdict:
        s = self._settings
        prepared = evidence.ready or (evidence.opening and not self._recent and not self._at_target)
        known = any(self._likeness(e, evidence) >= s.likeness for e in self._recent)
        if self._strong(evidence) and (known or (self._alone and prepared)):
            earlier = [
                e for e in self._pending
                if e.cycle.amplitude >= s.member_share * evidence.cycle.amplitude
                and e.posture.unlikeness_deg(evidence.posture) <= s.likeness_deg
            ]  # fmt: skip
            return self._accept([*earlier, evidence])
        self._pending.append(evidence)
        chain, likeness = self._chain()
        if likeness < self._needed(chain):
            return Verdict()
        return self._accept(self._with_forerunners(chain))

    def _needed(self, chain: list[Evidence]) -> float:
        s = self._settings
        if any(e.weak for e in chain):
            return s.weak_likeness
        return s.likeness if self._alone else s.everyday_likeness

    def _strong(self, e: Evidence) -> bool:
        s, c = self._settings, e.cycle
        return (
            not e.weak
            and c.peak >= s.strong_peak * self._peak_scale
            and c.trough <= s.strong_start
            and c.amplitude >= self._strong_amplitude * self._peak_scale
            and c.duration_s >= self._strong_s
        )

    def _chain(self) -> tuple[list[Evidence], float]:
        """The waiting cycles that are alike to the newest or to one that is, and how much.

        Each member adds its likeness to the most alike later one, so that one misread
        cycle does not break a set.
        """
        chain, total = [self._pending[-1]], 0.0
        for earlier in reversed(self._pending[:-1]):
            likeness = max(self._likeness(earlier, later) for later in chain)
            if likeness > 0.0:
                chain.insert(0, earlier)
                total += likeness
        return chain, total

    def _with_forerunners(self, chain: list[Evidence]) -> list[Evidence]:
        """Add waiting cycles that join the chain without a pause and with enough range."""
        s = self._settings
        amplitude = median(e.cycle.amplitude for e in chain)
        duration_s = median(e.cycle.duration_s for e in chain)
        members = list(chain)
        for e in reversed([e for e in self._pending if e not in chain]):
            after = [m.cycle.start_s for m in members if m.cycle.start_s >= e.cycle.peak_s]
            joins = bool(after) and min(after) - e.cycle.end_s <= max(duration_s, 0.5 * s.pause_s)
            alike = (
                s.member_share <= e.cycle.amplitude / amplitude <= 1 / s.member_share
                and 1 / s.weak_duration_ratio
                <= e.cycle.duration_s / duration_s
                <= s.weak_duration_ratio
                and (
                    self._strong(e)
                    or min(m.posture.unlikeness_deg(e.posture) for m in members) <= s.member_deg
                )
            )
            if joins and alike:
                members.append(e)
        return sorted(members, key=lambda e: e.cycle.start_s)

    def _likeness(self, one: Evidence, other: Evidence) -> float:
        """1 for the same movement, 0 where nothing is alike."""
        s = self._settings
        big, small = sorted((one.cycle.amplitude, other.cycle.amplitude), reverse=True)
        long, short = sorted((one.cycle.duration_s, other.cycle.duration_s), reverse=True)
        return (
            self._same_pose(one, other)
            * _fading(big / small, s.same_ratio, s.other_ratio)
            * _fading(long / short, s.same_ratio, s.other_ratio)
        )

    def _same_pose(self, one: Evidence, other: Evidence) -> float:
        """1 for the same pose; joints misread in one of the two leave a little.

        Two full swings between the exercise's own poses are enough, however the rest of
        the body was held.
        """
        s = self._settings
        unlike_deg = one.posture.unlikeness_deg(other.posture)
        if unlike_deg > 2.0 * s.likeness_deg:
            return 0.0
        least = s.misread_share
        if self._alone and self._strong(one) and self._strong(other):
            least = s.likeness
        return max(least, _fading(unlike_deg, 0.0, s.likeness_deg))

    def _accept(self, chain: list[Evidence]) -> Verdict:
        left = [e for e in self._pending if e not in chain]
        self._pending.clear()
        self._recent.extend(chain)
        rejected = tuple((e, Rejection.NOT_CONFIRMED, "unlike the set that followed") for e in left)
        return Verdict(tuple(chain), rejected)


def _fading(value: float, full: float, none: float) -> float:
    """1 up to ``full``, 0 from ``none`` on, straight between."""
    return min(1.0, max(0.0, (none - value) / (none - full)))
