"""How far reviews rest on the same trials: the corrected covered area."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...numbers import format_percent
from ...tables.io import records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

    from .rows import PublishedResult

__all__ = ["Overlap", "corrected_covered_area", "overlap_of"]

_SEEN = "review-table"
_DEGREES = ((5.0, "slight"), (10.0, "moderate"), (15.0, "high"), (math.inf, "very high"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Which trials stand behind which reviews.

    Attributes
    ----------
    trials : mapping of str to tuple of str
        Review → its trials, for the reviews whose list of trials is known and complete.
    unknown : tuple of str
        The reviews for which it is not.
    """

    trials: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()

    @property
    def cca(self) -> float:
        """The corrected covered area of the reviews whose trials are known, from 0 to 1; NaN below two reviews."""
        return corrected_covered_area(self.trials.values())

    @property
    def sentence(self) -> str:
        """What is known of the overlap, in a sentence or two."""
        total = len(self.trials) + len(self.unknown)
        if total < 2:
            return ""
        if math.isnan(self.cca):
            return f"How far they share trials cannot be computed: the trials of {self._missing(total)} are not known."
        area = 100 * self.cca
        degree = next(words for limit, words in _DEGREES if area <= limit)
        text = (
            f"Corrected covered area {format_percent(area, 1)} ({degree} overlap) of {len(self.trials)} reviews with "
            f"{len({name for names in self.trials.values() for name in names})} trials."
        )
        return f"{text} The trials of {self._missing(total)} are not known." if self.unknown else text

    def _missing(self, total: int) -> str:
        return f"{len(self.unknown)} of {total} reviews"


def corrected_covered_area(trials: Iterable[Iterable[str]]) -> float:
    r"""Return the corrected covered area, :math:`(N - r) / (rc - r)`.

    N counts every trial as often as reviews include it, r the different trials, c the reviews: 0 where no trial is in
    two reviews, 1 where every trial is in each.

    Parameters
    ----------
    trials : iterable of iterable of str
        The trials of each review.

    Returns
    -------
    float
        From 0 to 1; NaN below two reviews or without trials.

    References
    ----------
    Pieper D, Antoine S-L, Mathes T, Neugebauer EAM, Eikermann M (2014). Systematic review finds overlapping reviews
    were not mentioned in every other overview. doi:10.1016/j.jclinepi.2013.11.007

    Examples
    --------
    >>> corrected_covered_area([["a", "b", "c"], ["a", "b", "d"]])
    0.5
    """
    sets = [set(names) for names in trials]
    different = len(set().union(*sets))
    if len(sets) < 2 or not different:
        return math.nan
    return (sum(map(len, sets)) - different) / (different * len(sets) - different)


def overlap_of(rows: Iterable[PublishedResult], tables: Mapping[str, pd.DataFrame]) -> Overlap:
    """Return which trials stand behind the reviews of some results.

    The trials of a review are those that ``review_inputs`` lists for the plots of the results. They count only if
    every plot's list is complete: as many trials as its result pools, or, where that is not printed of each, as many
    in all as the review pools. A trial that was not recognised goes by the name under which a review lists it.

    Parameters
    ----------
    rows : iterable of PublishedResult
        The results.
    tables : mapping of str to DataFrame
        The evidence base.
    """
    sizes: dict[str, dict[str, int]] = {}  # review → plot → trials that its largest result pools; 0 if not printed
    for row in rows:
        plots = sizes.setdefault(row.review_id, {})
        plots[row.plot] = max(plots.get(row.plot, 0), row.k_number or 0)
    pooled = {row["review_id"]: _text(row["n_studies_pooled"]) for row in records(tables["review_reports"])}
    known, unknown = {}, []
    listed = [row for row in records(tables["review_inputs"]) if row["level"] == _SEEN and _text(row["study"])]
    for review, plots in sizes.items():
        trials = _trials(listed, review, plots)
        if all(plots.values()):
            complete = all(len(_trials(listed, review, (plot,))) == size for plot, size in plots.items())
        else:
            complete = str(len(trials)) == pooled.get(review)
        if trials and complete:
            known[review] = trials
        else:
            unknown.append(review)
    return Overlap(trials=known, unknown=tuple(unknown))


def _trials(listed: list[dict[str, Any]], review: str, plots: Collection[str]) -> tuple[str, ...]:
    own = [row for row in listed if row["review_id"] == review and _text(row["plot"]) in plots]
    names = (_text(row["study_id"]) or " ".join(_text(row["study"]).casefold().split()) for row in own)
    return tuple(dict.fromkeys(names))


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)
