"""Invented trials of invented treatments: plausible in form, never true."""

from __future__ import annotations

import datetime as dt
import random

from .pieces import DataBank, Heading, Person, Reference, Section
from .synthetic import Synthetic

__all__ = ["QUERY", "TREATMENTS", "make_records"]

TREATMENTS = ("oscillating comb", "copper lamp", "salt lantern", "felt roller")
"""What the invented trials compare; every record of `make_records` names one in its title."""

QUERY = "(" + " OR ".join(f'"{name}"[tiab]' for name in TREATMENTS) + ") NOT (animals[mh] NOT humans[mh])"
"""A query that finds every record of `make_records`."""

_COMPARATORS = ("an idle comb", "a darkened lamp", "usual care", "warm water", "no treatment")
_CONDITIONS = ("restless elbows", "evening hum", "cold left heel", "slow whistle", "wandering hiccup")
_OUTCOMES = ("tingle score", "hum count", "warmth rating", "whistle length", "calm hours")
_LAST = ("Abelard", "Brightwater", "Castellane", "Dovetail", "Ember", "Fennimore", "Gladstane", "Højlund", "Ibáñez")
_FORE = ("Ada", "Bruno", "Clea", "Dario", "Elif", "Farid", "Greta", "Hana", "Ivo")
_JOURNALS = (
    ("J Invent Treat", "Journal of invented treatments", "9999-0001", "999000001"),
    ("Ann Comb Med", "Annals of comb medicine", "9999-0002", "999000002"),
    ("Lamp Light Ther", "Lamp and light therapy", "9999-0003", "999000003"),
)
_DESIGNS = (
    ("a randomised controlled trial", ("Journal Article", "Randomized Controlled Trial")),
    ("a randomised trial", ("Journal Article",)),
    ("a pilot study", ("Journal Article",)),
    ("a case series", ("Journal Article", "Case Reports")),
    ("a systematic review", ("Journal Article", "Systematic Review")),
)


def make_records(
    n: int,
    seed: int = 1,
    *,
    first: int = 90000001,
    since: dt.date = dt.date(2015, 1, 1),
    until: dt.date = dt.date(2026, 6, 30),
    minimal: bool = False,
) -> tuple[Synthetic, ...]:
    """Return `n` invented records with PMIDs from `first` on, the same for the same arguments.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        Of the random numbers.
    first : int
        The first PMID; the others follow it.
    since, until : date
        Between which PubMed added them; a higher PMID is never older.
    minimal : bool
        Title, one author and dates only: for tests with tens of thousands.

    Examples
    --------
    >>> records = make_records(3, seed=7)
    >>> [record.pmid for record in records]
    ['90000001', '90000002', '90000003']
    >>> records == make_records(3, seed=7)
    True
    """
    rng = random.Random(seed)  # noqa: S311 - nothing here is secret
    days = sorted(rng.randrange((until - since).days + 1) for _ in range(n))
    make = _minimal if minimal else _full
    return tuple(make(rng, str(first + i), since + dt.timedelta(days=day)) for i, day in enumerate(days))


def _minimal(rng: random.Random, pmid: str, added: dt.date) -> Synthetic:
    treatment, condition = rng.choice(TREATMENTS), rng.choice(_CONDITIONS)
    return Synthetic(
        pmid=pmid,
        title=f"The {treatment} for {condition}.",
        authors=(Person(last=rng.choice(_LAST), initials="A"),),
        date=str(added.year),
        added=added,
        revised=added,
    )


def _full(rng: random.Random, pmid: str, added: dt.date) -> Synthetic:
    treatment, condition, outcome = rng.choice(TREATMENTS), rng.choice(_CONDITIONS), rng.choice(_OUTCOMES)
    comparator = rng.choice(_COMPARATORS)
    design, types = rng.choice(_DESIGNS)
    journal, journal_title, issn, nlm_id = rng.choice(_JOURNALS)
    indexed = rng.random() < 0.5
    start = rng.randrange(1, 900)
    registration = f"NCT09{int(pmid) % 10**6:06d}" if rng.random() < 0.4 else ""
    return Synthetic(
        pmid=pmid,
        title=f"{treatment.capitalize()} against {comparator} for {condition}: {design}.",
        abstract=_abstract(rng, treatment, comparator, condition, outcome, registration if indexed else ""),
        copyright="© The inventors." if rng.random() < 0.5 else "",
        authors=_authors(rng),
        journal=journal,
        journal_title=journal_title,
        issn=issn,
        nlm_id=nlm_id,
        volume=str(added.year - 2000),
        issue=str(rng.randrange(1, 13)),
        pages=f"{start}-{start + rng.randrange(1, 12)}",
        date=added.isoformat()[: rng.choice((4, 7, 10))],
        date_online=added - dt.timedelta(days=rng.randrange(60)) if rng.random() < 0.6 else None,
        added=added,
        revised=added + dt.timedelta(days=rng.randrange(1, 90)),
        completed=added + dt.timedelta(days=40) if indexed else None,
        publication_types=types,
        keywords=(treatment, condition) if rng.random() < 0.7 else (),
        mesh=_mesh(rng) if indexed else (),
        status="MEDLINE" if indexed else "PubMed-not-MEDLINE",
        doi=f"10.99999/inv.{pmid}",
        pmcid=f"PMC{pmid}" if rng.random() < 0.3 else "",
        databanks=(DataBank(name="ClinicalTrials.gov", numbers=(registration,)),) if registration and indexed else (),
        references=_references(rng) if rng.random() < 0.3 else (),
    )


def _abstract(
    rng: random.Random, treatment: str, comparator: str, condition: str, outcome: str, registration: str
) -> tuple[Section, ...] | str:
    n = 2 * rng.randrange(10, 80)
    mean, sd, p = rng.uniform(1, 9), rng.uniform(0.5, 3), rng.uniform(0.001, 0.4)
    aim = f"Whether the {treatment} eases {condition} is not known."
    methods = f"{n} adults were randomly allocated to the {treatment} or {comparator} for {rng.randrange(4, 30)} weeks."
    results = f"The {outcome} rose by {mean:.1f} (SD {sd:.1f}) against {mean / 2:.1f} (SD {sd:.1f}); p = {p:.3f}."
    end = f"The {treatment} may ease {condition}." + (f" Registered as {registration}." if registration else "")
    if rng.random() < 0.3:
        return " ".join((aim, methods, results, end))
    return (
        Section(label="BACKGROUND", category="BACKGROUND", text=aim),
        Section(label="METHODS", category="METHODS", text=methods),
        Section(label="RESULTS", category="RESULTS", text=results),
        Section(label="CONCLUSIONS", category="CONCLUSIONS", text=end),
    )


def _authors(rng: random.Random) -> tuple[Person, ...]:
    persons = []
    for last in rng.sample(_LAST, rng.randrange(1, 6)):
        fore = rng.choice(_FORE)
        persons.append(
            Person(last=last, fore=fore, initials=fore[0], affiliations=("Institute of Combs, Harrowdale.",))
        )
    return tuple(persons)


def _mesh(rng: random.Random) -> tuple[Heading, ...]:
    return (
        Heading(descriptor="Humans"),
        Heading(descriptor="Adult"),
        Heading(descriptor="Tingling Disorders", major=True, qualifiers=(("therapy", rng.random() < 0.5),)),
    )


def _references(rng: random.Random) -> tuple[Reference, ...]:
    numbers = [rng.randrange(80000000, 80999999) for _ in range(3)]
    return tuple(
        Reference(citation=f"Inventor A. Notes. {number}.", pmid=str(number), doi=f"10.88888/ref.{number}")
        for number in numbers
    )
