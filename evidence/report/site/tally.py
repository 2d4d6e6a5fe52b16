"""How far the evidence reaches: how many questions are pooled, counted, told by one trial, or open, as a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .site import Site

__all__ = ["Part", "Tally", "tally"]

_WORDS = {
    "primary": ("pooled by the primary rules", "two trials or more, analysed as planned"),
    "wider": ("pooled by wider rules only", "a sensitivity analysis, which is named"),
    "counted": ("counted, nobody with the event", "an upper limit instead of a pooled number"),
    "single": ("one trial", "not a synthesis"),
    "none": ("no trial that can be used", "asked, and not answered"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the bar.

    Attributes
    ----------
    kind, words, meaning : str
        What it counts: as a name, in words, and what that means.
    count : int
        How many questions.
    start, width : str
        Where it begins and how wide it is, of 1000.
    """

    kind: str
    words: str
    meaning: str
    count: int
    start: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The bar: its parts from the firmest to the emptiest, and the same in a sentence."""

    parts: tuple[Part, ...]
    total: int

    @property
    def sentence(self) -> str:
        """The bar in words."""
        told = ", ".join(f"{part.count} {part.words}" for part in self.parts)
        return f"{plural(self.total, 'question')}: {told}." if self.total else "No question is asked."


def tally(site: Site) -> Tally:
    """Count the questions by what there is on each; each counts once."""
    kinds = [
        ("primary" if view.row.primary else "wider") if view.kind == "pooled" else view.kind for view in site.syntheses
    ]
    return _bar(kinds)


def _bar(kinds: Sequence[str]) -> Tally:
    parts, before = [], 0
    for kind, (words, meaning) in _WORDS.items():
        count = kinds.count(kind)
        scale = 1000 / max(1, len(kinds))
        start, width = (format(value * scale, ".1f") for value in (before, count))
        parts.append(Part(kind=kind, words=words, meaning=meaning, count=count, start=start, width=width))
        before += count
    return Tally(parts=tuple(parts), total=len(kinds))
