"""The plain parts of a protocol: what the review is, how it searches, what it measures in whom and when."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Claim", "Component", "Outcome", "Population", "Review", "Search", "Window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the review is: its id, title and question, its headline synthesis, what must be said of all its numbers.

    `correlations` are those that the automatic sensitivity analyses try where a paired or a change variance needs one;
    `licence` is that of the tables, as ``CC-BY-4.0``.
    """

    id: str
    title: str
    question: str
    headline: str = ""
    caveat: str = ""
    correlations: tuple[float, ...] = (0.3, 0.5, 0.7, 0.9)
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where and how to search, the PMIDs that a sound search must find, and how what it finds is screened.

    Attributes
    ----------
    terms : tuple of str
        Groups of words that rank and highlight records, each as ``name: word; two words; trunc*``. They exclude
        nothing. Where there are none, they are taken from the query.
    exclusion_reasons : tuple of str
        The reasons that a reviewer is offered, in order.
    reviewers : int
        How many people decide on each record: 1 or 2.
    """

    database: str
    query: str
    known_items: tuple[str, ...] = ()
    unverified_items: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    exclusion_reasons: tuple[str, ...] = ()
    reviewers: int = 1
    note: str = ""

    @property
    def term_groups(self) -> dict[str, tuple[str, ...]]:
        """The groups of words, by name.

        Examples
        --------
        >>> Search(database="PubMed", query="x", terms=("exercise: exercis*; walking",)).term_groups
        {'exercise': ('exercis*', 'walking')}
        """
        named = (entry.partition(":") for entry in self.terms)
        return {name.strip(): tuple(w.strip() for w in words.split(";") if w.strip()) for name, _, words in named}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A thing that an arm may receive. `placebo` components are ignored in differences."""

    id: str
    label: str
    group: str
    placebo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is measured: which way is better, in which unit it is pooled, which difference matters.

    Attributes
    ----------
    minimum, maximum, step : float, optional
        What one person's value can be: the ends of a scale, and the distance of its values (1 for points or counts).
        Integrity checks hold printed means and SDs against them; what is not told is not checked.
    mid : float, optional
        The smallest difference that matters to people, in `unit`; it needs `mid_source`.
    """

    id: str
    label: str
    kind: str
    direction: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    mid: float | None = None
    mid_source: str = ""
    harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who: conditions and sexes as in the studies table; an empty tuple asks for nothing."""

    id: str
    label: str
    conditions: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of time, in weeks, both ends inclusive; of several read-outs the one nearest to `target` is taken."""

    id: str
    label: str
    low: float
    high: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A popular claim, in our words, with the syntheses that test it.

    A claim that is not `measurable` is never supported or contradicted, whatever its syntheses say. `untested` names
    what of the claim none of its syntheses tests, as ``downtime``; with it, the claim is never supported as a whole.
    """

    id: str
    claim: str
    syntheses: tuple[str, ...] = ()
    measurable: bool = True
    untested: str = ""
    from_article: bool = True
    note: str = ""
