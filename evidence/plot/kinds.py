"""Every kind of figure by name: what it shows, what it is made of, which options it takes, and how it is drawn.

What a figure is made of is an answer, or data that a base or a comparison of bases was turned into: nothing here reads
a table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InputError
from ..vocabulary import check_option
from . import kind_functions as functions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

__all__ = ["KINDS", "Kind", "Subject", "check_figure", "draw_figure"]

Subject = Literal["synthesis", "base", "diff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of figure.

    Attributes
    ----------
    name : str
        As ``leave-one-out``.
    about : str
        What it shows, in a line.
    subject : {"synthesis", "base", "diff"}
        Whether it shows one answer, the base, or what changed between two bases.
    draw : callable
        Takes the answer, or the data, and ``width_mm=``, ``preset=`` and the options.
    options : mapping of str to str
        What else it takes (``sort``, ``by``, ``page``): the option and its values or meaning.
    fewest : int
        Fewest trials that it can be drawn of; 0 where that does not matter.
    because : str
        Why it needs so many.
    argument : {"ID", "[ID]", "OUTCOME", "A..B", ""}
        What is named for it: a synthesis, one or none, an outcome as published reviews call it, two bases, or nothing.
    """

    name: str
    about: str
    subject: Subject
    draw: Callable[..., Figure]
    options: Mapping[str, str] = field(default_factory=dict)
    fewest: int = 0
    because: str = ""
    argument: Literal["ID", "[ID]", "OUTCOME", "A..B", ""] = "ID"


def draw_figure(
    kind: str,
    source: Any,
    *,
    width_mm: float = 174.0,
    preset: str = "house",
    sort: str | None = None,
    by: str | None = None,
    page: int | None = None,
    **options: Any,
) -> Figure:
    """Return a figure of a kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    source : PooledResult, SynthesisResult, or the data of the kind
        What it is made of.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The look.
    sort, by : str, optional
        As the kind's `options` say.
    page : int, optional
        Which page of a figure of several, from 1 on.
    **options
        Anything else that the function of the figure takes, as ``title``.

    Raises
    ------
    OptionError
        If there is no such kind, preset or order.
    InputError
        If the kind takes no such option, there are fewer trials than it needs, or the width is under 80 mm.
    NotPooledError
        If it shows a pooled effect and there is none.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06])
    >>> draw_figure("leave-one-out", fit, width_mm=84).heading
    'Leave-one-out analysis'
    """
    found = check_figure(kind, width_mm=width_mm, preset=preset, sort=sort, by=by, page=page)
    answer = hasattr(source, "contrasts") or hasattr(source, "yi") or hasattr(source, "groups")
    if answer and found.subject != "synthesis":
        raise InputError(f"the figure {kind!r} is not made of one answer: EvidenceBase.plot({kind!r}) draws it")
    named = {"sort": sort, "by": by, "page": page}
    options |= {name: value for name, value in named.items() if value is not None}
    if found.fewest:
        _check_enough(found, source)
    return found.draw(source, width_mm=width_mm, preset=preset, **options)


def check_figure(
    kind: str,
    *,
    width_mm: float = 174.0,
    preset: str = "house",
    sort: str | None = None,
    by: str | None = None,
    page: int | None = None,
) -> Kind:
    """Return a kind, if a figure of it can be drawn so: asked before anything is computed, which may take minutes.

    Parameters are those of `draw_figure`.

    Raises
    ------
    OptionError, InputError
        As `draw_figure` has it.

    Examples
    --------
    >>> check_figure("funnel", by="year")
    Traceback (most recent call last):
    evidence.errors.InputError: the figure 'funnel' takes no by='year'; these do: cumulative, gosh, bubble, reviews
    """
    from .page.style import style_for

    found = KINDS[check_option("kind", kind, KINDS)]
    style_for(preset, width_mm)
    for name, value in (("sort", sort), ("by", by), ("page", page)):
        if value is not None and name not in found.options:
            takes = ", ".join(other.name for other in KINDS.values() if name in other.options)
            raise InputError(f"the figure {kind!r} takes no {name}={value!r}; these do: {takes}")
    return found


def _check_enough(kind: Kind, source: Any) -> None:
    """Refuse a figure of fewer trials than it needs."""
    if hasattr(source, "contrasts"):
        count, noun, name = source.trials, "trial", f"{source.id} ({source.analysis.id})"
    elif hasattr(source, "k") and hasattr(source, "yi"):
        count, noun, name = source.k, "study", "this fit"
    else:
        return
    if count < kind.fewest:
        plural = {"trial": "trials", "study": "studies"}[noun]
        what = noun if kind.fewest == 1 else plural
        has = f"has {count or 'no'} {noun if count == 1 else plural}"
        why = f"; {reason}" if (reason := str(getattr(source, "reason", ""))) else ""
        if hasattr(source, "analysis") and source.analysis.primary:
            why += f". `evidence sensitivity {source.id}` shows whether another analysis has more"
        raise InputError(
            f"the figure {kind.name!r} needs at least {kind.fewest} {what}, {kind.because}; {name} {has}{why}"
        )


_SORT = {"sort": "given, year, label, estimate, weight or precision"}
_KINDS = (
    Kind(
        name="forest",
        about="the result of every trial and what they amount to",
        subject="synthesis",
        draw=functions.draw_forest,
        options=_SORT,
    ),
    Kind(
        name="cumulative",
        about="the pooled effect as trials came in, one after another",
        subject="synthesis",
        draw=functions.draw_cumulative,
        options={"by": "given, year, label, estimate, weight, precision or refresh"},
        fewest=2,
        because="since one trial is no synthesis",
    ),
    Kind(
        name="leave-one-out",
        about="the pooled effect without each trial in turn",
        subject="synthesis",
        draw=functions.draw_leave_one_out,
        options=_SORT,
        fewest=3,
        because="since without one of two no synthesis is left",
    ),
    Kind(
        name="funnel",
        about="effects against their standard errors, with contours of significance",
        subject="synthesis",
        draw=functions.draw_funnel,
        fewest=2,
        because="since it shows them around their pooled effect",
    ),
    Kind(
        name="radial",
        about="standardised effects against precision (Galbraith)",
        subject="synthesis",
        draw=functions.draw_radial,
        fewest=2,
        because="since its line is their pooled effect",
    ),
    Kind(
        name="labbe",
        about="event rates of the two groups of every trial against each other (L'Abbé)",
        subject="synthesis",
        draw=functions.draw_labbe,
        fewest=1,
        because="with events and people of both groups",
    ),
    Kind(
        name="baujat",
        about="which trials add to heterogeneity, and which move the pooled effect",
        subject="synthesis",
        draw=functions.draw_baujat,
        fewest=3,
        because="since without one of two no synthesis is left",
    ),
    Kind(
        name="drapery",
        about="p-values of every trial and of the pooled effect against every effect",
        subject="synthesis",
        draw=functions.draw_drapery,
        fewest=2,
        because="since it shows their pooled effect",
    ),
    Kind(
        name="gosh",
        about="the pooled effects of all subsets of the trials (GOSH)",
        subject="synthesis",
        draw=functions.draw_gosh,
        options={"by": "the label of a trial, whose subsets are then told apart"},
        fewest=3,
        because="since two have one subset to pool",
    ),
    Kind(
        name="bubble",
        about="effects against what differs between the trials, with the meta-regression",
        subject="synthesis",
        draw=functions.draw_bubble,
        options={"by": "the moderator, as year; an unknown one lists those that can be taken"},
        fewest=3,
        because="since a line through two fits whatever they say",
    ),
    Kind(
        name="multiverse",
        about="the result under every admissible combination of choices (specification curve)",
        subject="base",
        draw=functions.draw_multiverse,
    ),
    Kind(
        name="traffic-lights",
        about="risk of bias of every trial by domain",
        subject="base",
        draw=functions.draw_traffic_lights,
        options={"page": "which page, where there are more trials than one holds"},
        argument="[ID]",
    ),
    Kind(
        name="bias-summary",
        about="how much of the trials, or of a synthesis's weight, is at which risk of bias",
        subject="base",
        draw=functions.draw_bias_summary,
        argument="[ID]",
    ),
    Kind(
        name="prisma",
        about="the flow of records and reports through the review (PRISMA 2020)",
        subject="base",
        draw=functions.draw_prisma,
        argument="",
    ),
    Kind(
        name="map",
        about="where there are trials and where there are none: comparisons by outcomes",
        subject="base",
        draw=functions.draw_map,
        argument="",
    ),
    Kind(
        name="changes",
        about="pooled effects before and after a refresh, or between any two versions",
        subject="diff",
        draw=functions.draw_changes,
        argument="A..B",
    ),
    Kind(
        name="claims",
        about="popular claims beside the results that test them",
        subject="base",
        draw=functions.draw_claims,
        argument="",
    ),
    Kind(
        name="reviews",
        about="pooled results of published reviews on one outcome beside each other",
        subject="base",
        draw=functions.draw_reviews,
        options={"by": "the measure as printed, where the results have several"},
        argument="OUTCOME",
    ),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})
