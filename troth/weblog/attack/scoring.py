"""How well an attacker did: the share of right guesses with its interval, beside what guessing blindly would give."""

from dataclasses import dataclass
from math import sqrt

Z = 1.96


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
        if not self.tried:
            return 0.0, 1.0
        n, p = self.tried, self.share
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        return max(middle - half, 0.0), min(middle + half, 1.0)

    @property
    def risk(self) -> float:
        """How much better than chance, from 0 to 1."""
        return max((self.share - self.chance) / (1 - self.chance), 0.0) if self.chance < 1 else 0.0

    @property
    def beats_chance(self) -> bool:
        """Whether the attacker did better than chance, beyond what luck explains."""
        return self.interval[0] > self.chance
