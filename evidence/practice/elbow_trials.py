"""The records of an invented question: does an oscillating comb ease restless elbows? Every word is invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .pieces import DataBank, Heading, Link, Person, Section
from .synthetic import Synthetic

__all__ = ["elbow_records", "late_trial"]

_AIM = "Restless elbows keep people awake. Whether an oscillating comb eases them is not certain."
_IN = "Adults with restless elbows"
_TYPES = ("Journal Article", "Randomized Controlled Trial")
_HUMAN = (Heading(descriptor="Humans"), Heading(descriptor="Adult"), Heading(descriptor="Restless Elbows", major=True))
_RAT = (Heading(descriptor="Animals"), Heading(descriptor="Rats"))
_COMB, _LAMP = ("Ann Comb Med", "Annals of comb medicine"), ("Lamp Light Ther", "Lamp and light therapy")


def _people(*names: str) -> tuple[Person, ...]:
    return tuple(
        Person(last=last, fore=fore, initials=fore[0], affiliations=("Institute of Combs, Harrowdale.",))
        for last, fore in (name.split(" ") for name in names)
    )


def _abstract(methods: str, results: str, end: str, aim: str = _AIM) -> tuple[Section, ...]:
    texts = {"BACKGROUND": aim, "METHODS": methods, "RESULTS": results, "CONCLUSIONS": end}
    return tuple(Section(label=label, category=label, text=text) for label, text in texts.items())


def _trial(randomised: int, comb: str, idle: str, end: str, *, seen: tuple[int, int]) -> Any:
    """Return the abstract of a trial; `seen` is how many people of each arm the means are of."""
    return _abstract(
        f"{_IN} (n = {randomised}) were randomly allocated to an oscillating comb or an idle comb for 8 weeks. The "
        "tingle score, from 0 (calm) to 10, was told to an assessor who did not know the comb.",
        f"At 8 weeks the mean tingle score was {comb} with the oscillating comb (n = {seen[0]}) and {idle} with the "
        f"idle comb (n = {seen[1]}).",
        end,
    )


def _record(number: int, day: str, title: str, authors: tuple[Person, ...], abstract: Any, **fields: Any) -> Synthetic:
    """Return a record; it was indexed 40 days after it came, unless told otherwise."""
    added = dt.date.fromisoformat(day)
    journal, journal_title = fields.pop("printed", _COMB)
    indexed = fields.pop("indexed", True)
    own: dict[str, Any] = {
        "title": f"Invented: {title}",
        "abstract": abstract,
        "authors": authors,
        "journal": journal,
        "journal_title": journal_title,
        "volume": str(added.year - 2000),
        "pages": f"{number}01-9",
        "date": day[:7],
        "added": added,
        "revised": added + dt.timedelta(days=40 if indexed else 1),
        "completed": added + dt.timedelta(days=40) if indexed else None,
        "publication_types": _TYPES,
        "mesh": _HUMAN if indexed else (),
        "status": "MEDLINE" if indexed else "PubMed-not-MEDLINE",
        "doi": f"10.99999/elbow.{number}",
    }
    return Synthetic(pmid=str(90000000 + number), **(own | fields))


def _registered(number: str) -> dict[str, Any]:
    return {"databanks": (DataBank(name="ClinicalTrials.gov", numbers=(number,)),)}


_EMBER = _people("Ember Elif", "Højlund Ivo")
_EIGHT_WEEKS = "eight weeks of an oscillating comb for restless elbows: a randomised controlled trial."
_EIGHT_WEEKS_FOUND = _trial(110, "3.9 (SD 2.1)", "4.5 (SD 2.2)", "The difference is small.", seen=(55, 54))


def elbow_records() -> tuple[Synthetic, ...]:
    """Return what stands in the invented PubMed in the first week: trials, and what only looks like one.

    Examples
    --------
    >>> records = elbow_records()
    >>> len(records), records[0].title
    (16, 'Invented: an oscillating comb for restless elbows: a randomised controlled trial.')
    >>> all(record.title.startswith("Invented: ") for record in records)
    True
    """
    return (*_in_the_review(), *_still_unread(), *_about_it(), *_beside_it())


def late_trial() -> Synthetic:
    """Return the trial whose results come in the second week."""
    return _record(
        101,
        "2026-01-08",
        "the ELBOW-2 trial of an oscillating comb for restless elbows: a randomised controlled trial.",
        _people("Gladstane Greta", "Ember Elif"),
        _trial(144, "4.0 (SD 2.0)", "4.2 (SD 2.1)", "The comb did not differ.", seen=(70, 71)),
        indexed=False,
        publication_types=("Journal Article",),
        **_registered("NCT09000008"),
    )


def _in_the_review() -> tuple[Synthetic, ...]:
    """Return the trials that the review of the practice has already."""
    return (
        _record(
            1,
            "2016-03-07",
            "an oscillating comb for restless elbows: a randomised controlled trial.",
            _people("Abelard Ada", "Ember Elif"),
            _trial(84, "3.3 (SD 2.0)", "4.4 (SD 2.1)", "The comb eased restless elbows.", seen=(40, 40)),
            **_registered("NCT09000001"),
        ),
        _record(
            2,
            "2018-05-14",
            "oscillating comb against an idle comb in people with restless elbows: a randomized trial.",
            _people("Brightwater Bruno"),
            _trial(52, "3.6 (SD 2.2)", "4.0 (SD 2.3)", "No difference was shown.", seen=(25, 26)),
            printed=_LAMP,
        ),
        _record(
            3,
            "2020-10-19",
            "combing at night for the restless elbow: a double-blind randomised trial of an oscillating comb.",
            _people("Castellane Clea", "Fennimore Farid", "Ibáñez Hana"),
            _trial(120, "3.9 (SD 1.9)", "4.4 (SD 2.0)", "The comb may ease restless elbows.", seen=(60, 58)),
        ),
        _record(
            4,
            "2023-02-06",
            "the oscillating comb relieves restless elbows: a randomised controlled trial.",
            _people("Dovetail Dario"),
            _trial(90, "3.0 (SD 1.7)", "4.5 (SD 1.8)", "The comb is a powerful remedy.", seen=(45, 45)),
            printed=_LAMP,
        ),
    )


def _still_unread() -> tuple[Synthetic, ...]:
    """Return trials of the question that nobody has read yet; one of them also as a preprint."""
    only_p = _abstract(
        f"{_IN} (n = 64) were randomised to an oscillating comb or an idle comb for 8 weeks.",
        "The tingle score was lower with the oscillating comb (p = 0.04).",
        "The comb eased restless elbows.",
    )
    return (
        _record(
            5, "2025-06-16", _EIGHT_WEEKS, _EMBER, _EIGHT_WEEKS_FOUND, indexed=False,
            publication_types=("Journal Article",), **_registered("NCT09000005"),
        ),
        _record(6, "2025-09-08", "oscillating or idle comb for restless elbows: a randomised trial.",
                _people("Fennimore Farid"), only_p, indexed=False, publication_types=("Journal Article",)),
        _record(
            7, "2025-01-13", _EIGHT_WEEKS, _EMBER, _EIGHT_WEEKS_FOUND, indexed=False, printed=("combRxiv", "combRxiv"),
            volume="", pages="", publication_types=("Preprint",), **_registered("NCT09000005"),
        ),
    )  # fmt: skip


def _about_it() -> tuple[Synthetic, ...]:
    """Return records about trials of the question that are none themselves."""
    protocol = _abstract(
        f"{_IN} will be randomised to an oscillating comb or an idle comb for 8 weeks.",
        "The first results are expected in 2026.",
        "The trial will show whether the comb helps.",
    )
    review = _abstract(
        "We searched three databases for randomised trials of combs for restless elbows.",
        "Four trials with 346 participants were found.",
        "Combs may help; larger trials are needed.",
    )
    later = _abstract(
        "Of 80 adults of a randomised trial of an oscillating comb for restless elbows, 61 were seen again.",
        "At 26 weeks the tingle score was 3.8 (SD 2.2) with the oscillating comb and 4.3 (SD 2.2) with the idle comb.",
        "The effect fades.",
    )
    letter = "To the editor: in the trial by Castellane, combs and restless elbows were counted by the same person."
    return (
        _record(8, "2024-11-04", "oscillating comb for restless elbows (ELBOW-2): protocol of a randomised trial.",
                _people("Gladstane Greta"), protocol, publication_types=("Journal Article", "Clinical Trial Protocol"),
                **_registered("NCT09000008")),
        _record(9, "2024-04-15", "combs for restless elbows: a systematic review and meta-analysis.",
                _people("Højlund Ivo"), review,
                publication_types=("Journal Article", "Systematic Review", "Meta-Analysis")),
        _record(15, "2017-08-21", "oscillating comb for restless elbows: half a year later.",
                _people("Abelard Ada"), later, publication_types=("Journal Article",), **_registered("NCT09000001")),
        _record(14, "2021-03-01", "restless elbows and the blinding of combs.", _people("Brightwater Bruno"), letter,
                publication_types=("Letter", "Comment"),
                links=(Link(kind="CommentOn", source="Ann Comb Med. 2020;20:301-9.", pmid="90000003"),)),
    )  # fmt: skip


def _beside_it() -> tuple[Synthetic, ...]:
    """Return records that the query finds and the question does not mean."""
    rats = _abstract(
        "Twelve rats were randomly combed.", "Elbow movements fell.", "Combs calm rats.", "Rats move their elbows."
    )
    hum = _abstract(
        "Forty adults with evening hum, some of them with stiff elbows, were randomised to an oscillating comb or warm "
        "water.", "The hum count fell by 2.0 (SD 1.1).", "The comb eases evening hum.", "Evening hum is common.",
    )  # fmt: skip
    bundle = _abstract(
        f"{_IN} (n = 50) were randomised to an oscillating comb together with a copper lamp, or to no treatment.",
        "At 8 weeks the tingle score was 2.9 (SD 1.8) and 4.7 (SD 1.9).",
        "Comb and lamp ease restless elbows.",
    )
    choice = _abstract(
        f"{_IN} (n = 70) chose an oscillating comb or an idle comb.",
        "At 8 weeks the tingle score was 3.1 (SD 2.0) and 4.6 (SD 2.1).",
        "Those who chose the comb did better.",
    )
    cases = "Six people with restless elbows were given an oscillating comb. All said that they felt calmer."
    return (
        _record(10, "2019-06-03", "oscillating combs calm the elbows of rats.", _people("Ibáñez Hana"), rats,
                mesh=_RAT, publication_types=("Journal Article",)),
        _record(11, "2022-01-17", "an oscillating comb for evening hum: a randomised controlled trial.",
                _people("Castellane Clea"), hum, printed=_LAMP),
        _record(12, "2021-11-29", "oscillating comb and copper lamp together for restless elbows: a randomised trial.",
                _people("Ember Elif"), bundle, printed=_LAMP),
        _record(13, "2015-09-14", "six people with restless elbows and a comb: a case series.",
                _people("Højlund Ivo"), cases, publication_types=("Journal Article", "Case Reports")),
        _record(16, "2022-08-08", "oscillating or idle comb for restless elbows, as people preferred.",
                _people("Dovetail Dario"), choice, publication_types=("Journal Article", "Observational Study")),
    )  # fmt: skip
