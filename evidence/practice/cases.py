"""One invented record for each form that real records take, and the set that holds them all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .documents import record_set
from .pieces import Book, DataBank, Heading, Link, OtherAbstract, Person, Reference, Section
from .synthetic import Synthetic

if TYPE_CHECKING:
    from typing import Any

__all__ = ["DELETED", "structural_cases", "structural_set"]

DELETED = ("90109001", "90109002", "90109003")
"""The PMIDs that the set of all cases names as deleted."""

_MATH = (
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mrow><mml:msup><mml:mi>{name}</mml:mi>'
    "<mml:mn>2</mml:mn></mml:msup><mml:mo>&lt;</mml:mo><mml:mn>{bound}</mml:mn></mml:mrow></mml:math>"
)
_PLAIN = "The oscillating comb was compared with an idle comb in 40 adults; the tingle score fell by 2.1 (SD 1.3)."
_ADA = Person(last="Abelard", fore="Ada B", initials="AB", affiliations=("Institute of Combs, Harrowdale.",))
_SOURCE = "J Invent Treat. 2024 Mar;24(3):{page}"


def structural_cases() -> dict[str, Synthetic]:
    """Return a record for each form, by the name of the form.

    Examples
    --------
    >>> cases = structural_cases()
    >>> cases["year-only"].date
    '2024'
    >>> len({record.pmid for record in cases.values()}) == len(cases)
    True
    """
    parts = _notices() | _texts() | _persons() | _registrations() | _dates() | _identity()
    return {
        name: Synthetic(pmid=str(90100001 + place), **(_defaults(name) | fields))
        for place, (name, fields) in enumerate(parts.items())
    }


def structural_set() -> bytes:
    """Return one document with every case, one PMID in it twice, and deleted PMIDs at its end."""
    cases = structural_cases()
    twice = cases["pmid-twice"]
    older = twice.but(title="The copper lamp: what was first sent.", revised=dt.date(2024, 2, 1))
    return record_set([older, *cases.values()], deleted=DELETED)


Fields = dict[str, "Any"]


def _defaults(name: str) -> Fields:
    words = name.replace("-", " ")
    return {
        "title": f"The oscillating comb: a report with {words}.",
        "abstract": _PLAIN,
        "authors": (_ADA,),
        "date": "2024-03",
        "volume": "24",
        "issue": "3",
        "pages": "101-9",
        "added": dt.date(2024, 3, 4),
        "revised": dt.date(2024, 4, 5),
        "doi": f"10.99999/case.{name}",
    }


def _link(kind: str, pmid: str = "", page: str = "200", note: str = "") -> Link:
    return Link(kind=kind, source=_SOURCE.format(page=page), pmid=pmid, note=note)


def _notices() -> dict[str, Fields]:
    def linked(kind: str, *types: str) -> Fields:
        return {"publication_types": ("Journal Article", *types), "links": (_link(kind, "90108001"),)}

    notice = "Retraction: the copper lamp."
    return {
        "retraction-in": linked("RetractionIn", "Retracted Publication"),
        "retracted-by-type-alone": {"publication_types": ("Journal Article", "Retracted Publication")},
        "retracted-by-link-alone": linked("RetractionIn"),
        "retraction-notice": linked("RetractionOf", "Retraction of Publication") | {"title": notice, "abstract": ""},
        "expression-of-concern-in": linked("ExpressionOfConcernIn"),
        "expression-of-concern": linked("ExpressionOfConcernFor", "Expression of Concern"),
        "erratum-in": linked("ErratumIn"),
        "erratum-in-without-pmid": {"links": (_link("ErratumIn", note="Dosage error in article text"),)},
        "erratum": linked("ErratumFor", "Published Erratum"),
        "update-in": linked("UpdateIn"),
        "update-of": linked("UpdateOf"),
        "preprint": linked("UpdateIn", "Preprint") | {"journal": "inventRxiv", "status": "PubMed-not-MEDLINE"},
        "comment-in-and-on": {"links": (_link("CommentIn", "90108002"), _link("CommentOn", "90108003", "7"))},
        "republished-in": linked("RepublishedIn"),
        "republished-from": linked("RepublishedFrom"),
        "corrected-and-republished-in": linked("CorrectedandRepublishedIn"),
        "corrected-and-republished-from": linked("CorrectedandRepublishedFrom", "Corrected and Republished Article"),
        "retracted-and-republished-in": linked("RetractedandRepublishedIn", "Retracted Publication"),
        "retracted-and-republished-from": linked("RetractedandRepublishedFrom"),
        "every-other-link": {
            "links": tuple(
                _link(kind, str(90108010 + place))
                for place, kind in enumerate(
                    (
                        "AssociatedDataset",
                        "AssociatedPublication",
                        "SummaryForPatientsIn",
                        "OriginalReportIn",
                        "ReprintIn",
                        "ReprintOf",
                        "Cites",
                    )
                )
            )
        },
    }


def _texts() -> dict[str, Fields]:
    math = _MATH.format(name="R", bound="0.5")
    sections = (
        Section(text="What came before any label."),
        Section(label="METHODS", category="METHODS", text="Forty adults held a lamp."),
        Section(label="UNASSIGNED REMARK", text="A label without a category."),
        Section(category="RESULTS", text="A category without a label."),
    )
    return {
        "mathml-title": {"title_markup": f"The copper lamp when {math} in adults.", "title": ""},
        "mathml-abstract": {"abstract": (Section(markup=f"The fit was good ({math}), and 5 &lt; 6."),)},
        "display-formula": {"abstract": (Section(markup=f"See <DispFormula>{math}</DispFormula> below."),)},
        "title-markup": {
            "title_markup": "Effect of <i>Combus oscillans</i> on H<sub>2</sub>O and 10<sup>6</sup> "
            "<b>b</b>ristles: <i>in <u>vitro</u></i> &amp; beyond.",
            "title": "",
        },
        "bare-less-than": {
            "title_markup": "Lamps with p &lt; 0.05 &amp; <i>a</i>&lt;<i>b</i>: &lt;i&gt; is no tag.",
            "title": "",
            "abstract": (
                Section(
                    markup="Scores &lt;5 and &gt;9 fell (p&lt;0.001; <i>n</i>&lt;<b>40</b>); &amp;lt; stays, "
                    "and so does x&lt;y&gt;z."
                ),
            ),
        },
        "mixed-sections": {"abstract": sections},
        "all-categories": {
            "abstract": tuple(
                Section(label=word, category=word, text=f"The section on {word.lower()}.")
                for word in ("BACKGROUND", "OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS", "UNASSIGNED")
            ),
            "copyright": "© 2024 The inventors & friends <all rights>.",
        },
        "no-abstract": {"abstract": ""},
        "other-abstract": {
            "other_abstracts": (
                OtherAbstract(sections=(Section(text="El peine oscilante se comparó con un peine parado."),)),
                OtherAbstract(
                    kind="plain-language-summary",
                    language="eng",
                    sections=(
                        Section(label="WHY", text="We wished to know."),
                        Section(markup="It is <i>not</i> clear."),
                    ),
                    copyright="© 2024 The inventors.",
                ),
            )
        },
        "empty-title-with-vernacular": {
            "title": "",
            "vernacular_title": "Der schwingende Kamm: ein Bericht über Ängste.",
            "languages": ("ger",),
        },
        "translated-title": {
            "title": "[The felt roller for cold left heel].",
            "vernacular_title": "Le rouleau de feutre pour le talon gauche froid.",
            "languages": ("fre", "eng"),
            "publication_types": ("English Abstract", "Journal Article"),
        },
        "non-ascii-text": {
            "title": "Lampes de cuivre à 37 °C: β₂-test, 10 µm ± 2, “quoted” – 日本語のくし.",
            "abstract": "Χάλκινη λάμπα. Медная лампа. 銅のランプ. ≥ 5 ≤ 9; naïve façade, e\u0301 and é.",
        },
    }


def _persons() -> dict[str, Fields]:
    group = Person(collective="Copper Lamp <i>in vivo</i> Study Group", affiliations=("Harrowdale.",))
    suffixed = Person(last="Dovetail", fore="Bruno", initials="B", suffix="Jr", orcid="0000-0001-2345-6789")
    return {
        "no-authors": {"authors": ()},
        "collective": {"authors": (_ADA, group)},
        "collective-alone": {"authors": (group,)},
        "investigators": {
            "authors": (group,),
            "investigators": (
                Person(last="Ember", fore="Clea", initials="C", affiliations=("Lantern House.",)),
                Person(last="Fennimore", fore="Dario", initials="D", orcid="0000-0002-3456-7890"),
            ),
        },
        "several-affiliations": {
            "authors": (
                Person(
                    last="Gladstane",
                    fore="Elif",
                    initials="E",
                    orcid="http://orcid.org/0000-0003-4567-8901",
                    affiliations=("First Institute, Harrowdale.", "Second Institute & Sons, Lampton.", "Third."),
                ),
                suffixed,
            )
        },
        "superseded-name": {"authors": (Person(last="Emberr", initials="C", valid=False), suffixed)},
        "incomplete-authors": {"authors_complete": False},
        "non-ascii-names": {
            "authors": (
                Person(last="Højlund", fore="Åse", initials="Å"),
                Person(last="Ibáñez-Núñez", fore="José María", initials="JM"),
                Person(last="王", fore="小明", initials="小"),
            )
        },
        "right-to-left-names": {
            "authors": (
                Person(last="כהן", fore="דוד", initials="ד"),
                Person(last="الأحمد", fore="فاطمة", initials="ف", affiliations=("معهد الأمشاط.",)),
            )
        },
        "last-name-alone": {"authors": (Person(last="Mononym"),)},
        "grants-and-interests": {
            "grants": ("C-0001|Comb Council|England", "L2"),
            "coi": "A. B. owns a comb & a lamp.",
        },
    }


def _registrations() -> dict[str, Fields]:
    return {
        "nct-in-databank": {"databanks": (DataBank(name="ClinicalTrials.gov", numbers=("NCT09000001",)),)},
        "nct-in-text": {"abstract": "Combs were compared. Registered at ClinicalTrials.gov: NCT09000002."},
        "nct-in-both": {
            "databanks": (DataBank(name="ClinicalTrials.gov", numbers=("NCT09000003", "NCT09000004")),),
            "abstract": "Registered as NCT09000003; see also NCT09000005.",
        },
        "isrctn": {
            "databanks": (DataBank(name="ISRCTN", numbers=("ISRCTN90000001",)),),
            "abstract": "Trial registration: ISRCTN90000001.",
        },
        "databank-without-numbers": {"databanks": (DataBank(name="figshare"),)},
        "ids-of-references": {
            "doi": "10.99999/case.own",
            "pmcid": "PMC90100099",
            "references": (
                Reference(citation="A & B. Combs.", pmid="80000001", doi="10.88888/not-ours", pmcid="PMC80000001"),
                Reference(citation="C. Lamps.", pmid="80000002"),
            ),
        },
    }


def _dates() -> dict[str, Fields]:
    medline = {
        "medline-date-months": "2020 Dec-2021 Jan",
        "medline-date-winter": "1998 Winter",
        "medline-date-seasons": "2000 Spring-Summer",
        "medline-date-years": "1979-1980",
        "medline-date-days": "2012 Mar 5-11",
    }
    return {name: {"medline_date": text, "date": ""} for name, text in medline.items()} | {
        "season": {"date": "2023", "season": "Summer"},
        "year-only": {"date": "2024"},
        "month-as-number": {"date": "2024-03-05", "month_as_number": True},
        "day-of-issue": {"date": "2024-03-05"},
        "online-first": {"date": "2024-03", "date_online": dt.date(2023, 12, 30), "publication_status": "epublish"},
        "added-late": {"date": "2010-05", "entered": dt.date(2010, 5, 1), "added": dt.date(2024, 3, 4)},
    }


def _identity() -> dict[str, Fields]:
    return {
        "version-2": {"version": 2},
        "pmid-twice": {"title": "The copper lamp: what was sent afterwards."},
        "doi-outside-the-ids": {"doi_in_ids": False, "pii": "S9999-0001(24)00001-1"},
        "doi-superseded": {"doi_in_ids": False, "doi_valid": False},
        "no-identifiers": {"doi": "", "pages": ""},
        "mesh-and-keywords": {
            "status": "MEDLINE",
            "indexing_method": "Curated",
            "completed": dt.date(2024, 4, 1),
            "mesh": (
                Heading(descriptor="Humans"),
                Heading(descriptor="Tingling Disorders", qualifiers=(("drug therapy", True), ("therapy", False))),
                Heading(descriptor="Combs", major=True),
            ),
            "keywords": ("comb", "lamp & light"),
            "nlm_keywords": ("tingling",),
            "chemicals": ("Copper",),
        },
        "randomised-trial": {"publication_types": ("Journal Article", "Randomized Controlled Trial")},
        "book-article": {
            "title": "Combs and lamps in practice",
            "authors": (_ADA,),
            "doi": "",
            "publication_types": ("Review",),
            "date": "2024",
            "date_online": dt.date(2024, 1, 9),
            "book": Book(
                title="Invented treatments",
                sections=("Continuing Education Activity", "Introduction"),
                editors=(Person(last="Fennimore", fore="Dario", initials="D"),),
            ),
        },
    }
