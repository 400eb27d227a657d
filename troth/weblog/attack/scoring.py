"""How well an attacker did: the share of right guesses with its interval, beside what guessing blindly would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

Z = 1.96
DOUBTLESS = 3.29
"""Deviations beyond which luck explains a score once in two thousand times, where ``Z`` lets it once in forty."""
MARGIN = 0.05
"""How much better than chance a method could still be, at most, for us to say that it was at chance."""


class Finding(StrEnum):
    """What a score says: no sample is called chance that is too small to tell."""

    ABOVE = "above"
    AT_CHANCE = "at_chance"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one method.

    Arguments:
        method: its name.
        tried: how many guesses were made.
        right: how many of them were right.
        chance: the share that guessing blindly, or always the commonest, would get right.
    """

    method: str
    tried: int
    right: int
    chance: float

    @property
    def share(self) -> float:
        """The share of right guesses."""
        return self.right / self.tried if self.tried else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % (Wilson)."""
        return self._reach(Z)

    def _reach(self, z: float) -> tuple[float, float]:
        if not self.tried:
            return 0.0, 1.0
        n, p = self.tried, self.share
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return max(middle - half, 0.0), min(middle + half, 1.0)

    @property
    def risk(self) -> float:
        """How much better than chance, from 0 to 1."""
        return max((self.share - self.chance) / (1 - self.chance), 0.0) if self.chance < 1 else 0.0

    @property
    def beats_chance(self) -> bool:
        """Whether the attacker did better than chance, beyond what luck explains."""
        return self.beats_by(Z)

    def beats_by(self, z: float) -> bool:
        """Return whether the attacker did better than chance by so many deviations."""
        return self._reach(z)[0] > self.chance

    @property
    def finding(self) -> Finding:
        """What may be said of it."""
        if self.beats_chance:
            return Finding.ABOVE
        return Finding.AT_CHANCE if self.interval[1] - self.chance <= MARGIN else Finding.UNDECIDED


def pool(samples: Sequence[Sequence[Score]]) -> list[Score]:
    """Return the scores of several samples counted together, a method each; chance is weighed by what was tried."""
    pooled = []
    for method in dict.fromkeys(score.method for sample in samples for score in sample):
        same = [score for sample in samples for score in sample if score.method == method]
        tried = sum(score.tried for score in same)
        chance = sum(score.chance * score.tried for score in same) / tried if tried else 0.0
        pooled.append(Score(method, tried, sum(score.right for score in same), chance))
    return pooled
