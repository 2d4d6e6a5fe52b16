"""The plain parts of a protocol: what the review is, how it searches, what it measures in whom and when."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Claim", "Component", "Outcome", "Population", "Review", "Search", "Window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the review is: its id, title and question, its headline synthesis, what must be said of all its numbers.

    Attributes
    ----------
    id : str
        The review's name in files and releases: small letters, digits, points, hyphens and underscores.
    title : str
        The title of the report.
    question : str
        What the review asks, as a whole sentence.
    headline : str
        The synthesis that opens the report.
    caveat : str
        What must be said of all its numbers; it stands in the report.
    correlations : tuple of float
        What the automatic sensitivity analyses try where a paired or a change variance needs a correlation.
    licence : str
        The licence of the tables, as ``CC-BY-4.0``.
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
    database : str
        The database that is searched, as ``PubMed``.
    query : str
        The query, as it is sent.
    known_items : tuple of str
        PMIDs of records that a sound search must find; a refresh says which are missing.
    unverified_items : tuple of str
        PMIDs that probably belong among them, but that nobody has looked up; nothing is asked of them.
    terms : tuple of str
        Groups of words that rank and highlight records, each as ``name: word; two words; trunc*``. They exclude
        nothing. Where there are none, they are taken from the query.
    exclusion_reasons : tuple of str
        The reasons that a reviewer is offered, in order.
    reviewers : int
        How many people decide on each record: 1 or 2.
    note : str
        What must be known of the search: how it was built, and what it cannot find.
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
    """A thing that an arm may receive.

    Attributes
    ----------
    id : str
        As it stands in the column ``components`` of the arms.
    label : str
        As people write it.
    group : str
        What a comparison may ask for in place of one component, as ``group:NAME``.
    placebo : bool
        Whether it is ignored in differences, as a vehicle or a sham is.
    """

    id: str
    label: str
    group: str
    placebo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is measured: which way is better, in which unit it is pooled, which difference matters.

    Attributes
    ----------
    id : str
        As it stands in the tables.
    label : str
        As people write it.
    kind : str
        Whether it is a number of each person, or counts of people.
    direction : str
        Which way is better for people.
    unit : str
        The unit in which results are pooled; others convert into it where they can.
    minimum, maximum : float, optional
        The ends of the scale of one person's value. Integrity checks hold printed means and SDs against them; what is
        not told is not checked.
    step : float, optional
        The distance between two values that one person can have: 1 for points or counts. Printed means are held
        against it.
    mid : float, optional
        The smallest difference that matters to people, in `unit`; it needs `mid_source`.
    mid_source : str
        Where that difference was published.
    harm : bool
        Whether it is a harm. Where nobody had it, a claim that rests on it says so.
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
    """Who is asked about.

    Attributes
    ----------
    id : str
        The name by which a synthesis asks for it.
    label : str
        As people write it.
    conditions : tuple of str
        Conditions of the studies table that enter; empty asks for nothing.
    sexes : tuple of str
        Sexes of the studies table that enter; empty asks for nothing.
    """

    id: str
    label: str
    conditions: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of time, in weeks.

    Attributes
    ----------
    id : str
        The name by which a synthesis asks for it.
    label : str
        As people write it.
    low : float
        Its first week; it belongs to the window.
    high : float
        Its last week; it belongs to the window.
    target : float
        Of several read-outs of a trial the one nearest to this week is taken.
    """

    id: str
    label: str
    low: float
    high: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A popular claim, in our words, with the syntheses that test it.

    Attributes
    ----------
    id : str
        As it stands in ``claims.csv``.
    claim : str
        What people say, in our words.
    syntheses : tuple of str
        The syntheses that test it.
    measurable : bool
        Whether a trial could show it. If not, it is never supported or contradicted, whatever its syntheses say.
    untested : str
        What of the claim none of its syntheses tests, as ``downtime``; with it, it is never supported as a whole.
    from_article : bool
        Whether it is one of the article from which the review starts.
    note : str
        What a reader must know of it.
    """

    id: str
    claim: str
    syntheses: tuple[str, ...] = ()
    measurable: bool = True
    untested: str = ""
    from_article: bool = True
    note: str = ""
