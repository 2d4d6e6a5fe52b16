"""Where the methods come from, as references."""

from __future__ import annotations

import hashlib
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from ...curate.derive import DERIVATIONS
from ..references.keys import key_of
from ..references.model import Reference
from ..references.names import parse_authors
from ..references.places import parse_place

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LITERATURE", "cited", "derivation_sources"]

_DOI = re.compile(r",?\s*doi:(\S+?)(?=[,;]|\s|$)")
# A marker in a clause that the paragraph turns into a number: no text of a table can hold it.
_MARKER = "\ue100{}\ue101"


def _paper(key: str, authors: str, title: str, journal: str, year: int, place: str, doi: str) -> Reference:
    names, others = parse_authors(authors)
    where = parse_place(place)
    return Reference(
        key=f"method-{key}", kind="article", label=key, authors=names, others=others, title=title, journal=journal,
        year=year, volume=where.volume, issue=where.issue, pages=where.pages, doi=doi,
    )  # fmt: skip


_PAPERS = (
    _paper(
        "Viechtbauer2005", "Viechtbauer W", "Bias and efficiency of meta-analytic variance estimators in the "
        "random-effects model", "J Educ Behav Stat", 2005, "30(3):261-293", "10.3102/10769986030003261",
    ),
    _paper(
        "DerSimonianLaird1986", "DerSimonian R; Laird N", "Meta-analysis in clinical trials", "Control Clin Trials",
        1986, "7(3):177-188", "10.1016/0197-2456(86)90046-2",
    ),
    _paper(
        "PauleMandel1982", "Paule RC; Mandel J", "Consensus values and weighting factors", "J Res Natl Bur Stand", 1982,
        "87(5):377-385", "10.6028/jres.087.022",
    ),
    _paper(
        "SidikJonkman2005", "Sidik K; Jonkman JN", "Simple heterogeneity variance estimation for meta-analysis",
        "J R Stat Soc Ser C Appl Stat", 2005, "54(2):367-384", "10.1111/j.1467-9876.2005.00489.x",
    ),
    _paper(
        "HartungKnapp2001", "Hartung J; Knapp G", "A refined method for the meta-analysis of controlled clinical "
        "trials with binary outcome", "Stat Med", 2001, "20(24):3875-3889", "10.1002/sim.1009",
    ),
    _paper(
        "SidikJonkman2002", "Sidik K; Jonkman JN", "A simple confidence interval for meta-analysis", "Stat Med", 2002,
        "21(21):3153-3159", "10.1002/sim.1262",
    ),
    _paper(
        "Higgins2009", "Higgins JPT; Thompson SG; Spiegelhalter DJ", "A re-evaluation of random-effects meta-analysis",
        "J R Stat Soc Ser A Stat Soc", 2009, "172(1):137-159", "10.1111/j.1467-985X.2008.00552.x",
    ),
    _paper(
        "HigginsThompson2002", "Higgins JPT; Thompson SG", "Quantifying heterogeneity in a meta-analysis", "Stat Med",
        2002, "21(11):1539-1558", "10.1002/sim.1186",
    ),
    _paper(
        "Hedges1981", "Hedges LV", "Distribution theory for Glass's estimator of effect size and related estimators",
        "J Educ Stat", 1981, "6(2):107-128", "10.3102/10769986006002107",
    ),
    _paper(
        "FreemanTukey1950", "Freeman MF; Tukey JW", "Transformations related to the angular and the square root",
        "Ann Math Stat", 1950, "21(4):607-611", "10.1214/aoms/1177729756",
    ),
    _paper(
        "Miller1978", "Miller JJ", "The inverse of the Freeman–Tukey double arcsine transformation", "Am Stat", 1978,
        "32(4):138", "10.1080/00031305.1978.10479283",
    ),
    _paper(
        "ClopperPearson1934", "Clopper CJ; Pearson ES", "The use of confidence or fiducial limits illustrated in the "
        "case of the binomial", "Biometrika", 1934, "26(4):404-413", "10.1093/biomet/26.4.404",
    ),
    _paper(
        "Hanley1983", "Hanley JA; Lippman-Hand A", "If nothing goes wrong, is everything all right?", "JAMA", 1983,
        "249(13):1743-1745", "10.1001/jama.249.13.1743",
    ),
    _paper(
        "Yusuf1985", "Yusuf S; Peto R; Lewis J; Collins R; Sleight P", "Beta blockade during and after myocardial "
        "infarction: an overview of the randomized trials", "Prog Cardiovasc Dis", 1985, "27(5):335-371",
        "10.1016/S0033-0620(85)80003-7",
    ),
    _paper(
        "Sterne2019", "Sterne JAC; Savović J; Page MJ; et al", "RoB 2: a revised tool for assessing risk of bias in "
        "randomised trials", "BMJ", 2019, "366:l4898", "10.1136/bmj.l4898",
    ),
    _paper(
        "Sterne2016", "Sterne JAC; Hernán MA; Reeves BC; et al", "ROBINS-I: a tool for assessing risk of bias in "
        "non-randomised studies of interventions", "BMJ", 2016, "355:i4919", "10.1136/bmj.i4919",
    ),
    _paper(
        "Guyatt2008", "Guyatt GH; Oxman AD; Vist GE; et al", "GRADE: an emerging consensus on rating quality of "
        "evidence and strength of recommendations", "BMJ", 2008, "336(7650):924-926", "10.1136/bmj.39489.470347.AD",
    ),
)  # fmt: skip
LITERATURE: Mapping[str, Reference] = MappingProxyType({paper.label: paper for paper in _PAPERS})


def cited(*keys: str) -> str:
    """Return the marker of sources in a clause; the paragraph numbers them in their order."""
    return "".join(_MARKER.format(key) for key in keys)


def derivation_sources(method: str) -> dict[str, Reference]:
    """Return the sources of a derivation by their keys, as its entry in the catalogue words them.

    Examples
    --------
    >>> [source.doi for source in derivation_sources("contrast-p").values()]
    ['10.1136/bmj.d2090']
    """
    found = (_source(part) for part in DERIVATIONS[method].source.split("; "))
    return {source.key: source for source in found}


def _source(text: str) -> Reference:
    found = _DOI.search(text)
    printed = " ".join(_DOI.sub("", text).split())
    mark = hashlib.sha256(printed.encode()).hexdigest()[:4]
    key = f"method-{key_of(printed.split(' ')[0])}-{mark}"
    return Reference(key=key, kind="text", label=printed, citation=printed, doi=found[1] if found else "")
