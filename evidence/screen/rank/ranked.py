"""A ranked record: its score, and every part of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...numbers import MINUS

__all__ = ["Part", "Ranked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score.

    Attributes
    ----------
    name : str
        The rule, as docs/screening.md lists it.
    points : float
        What it adds; 0 where the rule only tells something.
    because : str
        What in the record made it so.
    """

    name: str
    points: float
    because: str

    @property
    def shown(self) -> str:
        """The points with their sign, as people read them.

        Examples
        --------
        >>> [Part(name="x", points=points, because="").shown for points in (2, -0.5, 0)]
        ['+2', '−0.5', '0']
        """
        return f"{self.points:+g}".replace("-", MINUS) if self.points else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A record's place in the order of reading.

    Attributes
    ----------
    pmid : str
        The record.
    score : float
        The sum of the points of all parts.
    parts : tuple of Part
        In the order of the rules.
    """

    pmid: str
    score: float
    parts: tuple[Part, ...]
