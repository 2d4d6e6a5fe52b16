"""Several fits side by side: what they found, what was chosen differently, and which tests between them are sound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy.special import ndtr

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..numbers import format_p
from .choices import check_level
from .compared_fits import ComparedFit, describe_fit, list_choices, relate_studies, shared_values
from .likelihood_ratio import LikelihoodRatioResult, likelihood_ratio_test
from .nesting import kind_of_pair, read_model
from .prediction import critical_value

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ComparedPair", "Comparison", "compare"]

_SHOWN = ("k", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "tau2_method", "test")
_CRITERIA = ("loglik", "aic", "aicc", "bic")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """What can be said between two fits.

    Attributes
    ----------
    one, other : str
        Their labels.
    studies : {"same data", "same studies", "overlapping", "disjoint", "unknown"}
        How their studies are related.
    difference, se, statistic, pvalue, ci_low, ci_high : float
        The first estimate less the second, with a z test; NaN unless the studies are disjoint and the measure is one.
    likelihood_ratio : LikelihoodRatioResult or None
        The test between the two, where they are nested models of the same data.
    note : str
        Which test is given, or why none is.
    """

    one: str
    other: str
    studies: str
    difference: float
    se: float
    statistic: float
    pvalue: float
    ci_low: float
    ci_high: float
    likelihood_ratio: LikelihoodRatioResult | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Comparison(Carded):
    """Several fits side by side.

    Attributes
    ----------
    fits : tuple of ComparedFit
        What each found.
    differing : dict
        For each choice that is not the same in all fits, its value in each.
    pairs : tuple of ComparedPair
        What can be said between each two.
    criteria_kind : {"ML", "REML", ""}
        The likelihood of the log-likelihoods and information criteria; empty where these cannot be compared.
    level : float
        Confidence level of the differences.
    notes : tuple of str
        Why something is not given.
    cautions : tuple of str
        What a reader must know before quoting the comparison.
    """

    fits: tuple[ComparedFit, ...]
    differing: dict[str, tuple[str, ...]]
    pairs: tuple[ComparedPair, ...]
    criteria_kind: str
    level: float
    notes: tuple[str, ...]
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per fit, with all that was read off it."""
        return pd.DataFrame([asdict(fit) for fit in self.fits]).set_index("label")

    def pairs_frame(self) -> pd.DataFrame:
        """Return one row per pair: studies, difference, its test, and the likelihood-ratio test."""
        rows = []
        for pair in self.pairs:
            ratio = pair.likelihood_ratio
            rows.append(
                {
                    "one": pair.one,
                    "other": pair.other,
                    "studies": pair.studies,
                    "difference": pair.difference,
                    "se": pair.se,
                    "statistic": pair.statistic,
                    "pvalue": pair.pvalue,
                    "ci_low": pair.ci_low,
                    "ci_high": pair.ci_high,
                    "lrt": math.nan if ratio is None else ratio.statistic,
                    "lrt_df": math.nan if ratio is None else ratio.df,
                    "lrt_pvalue": math.nan if ratio is None else ratio.pvalue,
                    "note": pair.note,
                }
            )
        return pd.DataFrame(rows)

    def _card(self) -> Card:
        facts = [("fits", str(len(self.fits)))]
        facts += [
            (f"differing: {name}", ", ".join(value or "—" for value in values))
            for name, values in self.differing.items()
        ]
        table = self.to_frame()
        shown = [name for name in _SHOWN if not table[name].isna().all() and not (table[name] == "").all()]
        if self.criteria_kind:
            shown += list(_CRITERIA)
        pairs = [f"{pair.one} and {pair.other}: {pair.note}" for pair in self.pairs]
        return Card(
            title="Comparison of fits",
            facts=tuple(facts),
            table=table[shown],
            notes=(*pairs, *self.notes),
            cautions=self.cautions,
        )


def compare(
    *fits: Any, labels: Sequence[str] | None = None, independent: bool = False, level: float = 0.95
) -> Comparison:
    r"""Put several fits side by side.

    A difference is tested only between fits that share no study: with z, :math:`(a - b)/\sqrt{se_a^2 + se_b^2}`, and
    only on the same scale. A likelihood-ratio test is made only between nested models of the same data. Where there
    is neither, the comparison says why. No average of the fits is made: a mean of pooled effects is a model of its own,
    and `evidence.pool.pool` fits it, given their estimates and squared standard errors.

    Parameters
    ----------
    *fits : results, or one mapping from labels to results
        At least two: from `evidence.pool.pool`, `evidence.pool.location_scale.location_scale`, Mantel–Haenszel, or any
        result with ``k`` and ``estimate``.
    labels : sequence of str, optional
        Names of the fits; by default fit 1, fit 2, and so on.
    independent : bool
        Your word that the fits share no study, where their studies have no names to tell by.
    level : float
        Level of the intervals of differences.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Where there are fewer than two fits, labels do not fit or repeat, something is no fit, or fits that are said to
        be independent share studies.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> yi, vi = [0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03]
    >>> found = compare(pool(yi, vi, tau2="ML"), pool(yi, vi, tau2="EE"), labels=["random", "equal"])
    >>> found.pairs[0].note
    'likelihood-ratio test (ML): chi-squared 1.673 on 1, p = 0.196; at the boundary p = 0.098'
    """
    named = _named(fits, labels)
    level = check_level(level)
    rows = [describe_fit(fit, label) for label, fit in named.items()]
    kind, why = _criteria_kind(list(named.values()))
    if kind:
        rows = [_with_criteria(row, fit, kind) for row, fit in zip(rows, named.values(), strict=True)]
    pairs = tuple(
        _pair(one, other, named, independent=independent, level=level) for one, other in combinations(rows, 2)
    )
    return Comparison(
        fits=tuple(rows),
        differing=_differing(list(named.values())),
        pairs=pairs,
        criteria_kind=kind,
        level=level,
        notes=(why,) if why else (),
        cautions=_cautions(rows, pairs, named),
    )


def _named(fits: tuple[Any, ...], labels: Sequence[str] | None) -> dict[str, Any]:
    if len(fits) == 1 and isinstance(fits[0], Mapping):
        if labels is not None:
            raise InputError("the mapping names the fits already; leave labels= out")
        labels, fits = [str(label) for label in fits[0]], tuple(fits[0].values())
    if len(fits) < 2:
        raise InputError("a comparison needs at least two fits")
    names = [f"fit {place}" for place in range(1, len(fits) + 1)] if labels is None else [str(name) for name in labels]
    if len(names) != len(fits) or len(set(names)) != len(names):
        raise InputError(f"there must be one label for each of the {len(fits)} fits, and no two alike")
    return dict(zip(names, fits, strict=True))


def _differing(fits: list[Any]) -> dict[str, tuple[str, ...]]:
    """Return the choices that are not the same in all fits."""
    lists = [list_choices(fit) for fit in fits]
    names = dict.fromkeys(name for choices in lists for name in choices)
    values = {name: tuple(choices.get(name, "") for choices in lists) for name in names}
    return {name: found for name, found in values.items() if len(set(found)) > 1}


def _criteria_kind(fits: list[Any]) -> tuple[str, str]:
    """Return the likelihood by which all fits can be compared; empty, and why, where there is none."""
    head = "Log-likelihoods and information criteria are left out: "
    if any(relate_studies(fits[0], fit) != "same data" for fit in fits[1:]):
        return "", f"{head}the fits are not all to the same data."
    try:
        models = [read_model(fit) for fit in fits]
        kinds = {kind_of_pair(one, other) for one, other in combinations(models, 2)}
    except InputError as error:
        return "", f"{head}{str(error).split('; refit')[0]}."
    # one pair by REML means all by REML, or τ² known
    return ("REML" if "REML" in kinds else "ML"), ""


def _with_criteria(row: ComparedFit, fit: Any, kind: str) -> ComparedFit:
    found = read_model(fit).statistics(kind)
    return replace(row, loglik=found.loglik, aic=found.aic, aicc=found.aicc, bic=found.bic)


def _pair(
    one: ComparedFit, other: ComparedFit, named: dict[str, Any], *, independent: bool, level: float
) -> ComparedPair:
    first, second = named[one.label], named[other.label]
    studies = relate_studies(first, second)
    if independent:
        if studies != "disjoint" and studies != "unknown":
            raise InputError(
                f"independent=True, but {one.label!r} and {other.label!r} are fits to {_in_words(studies)}"
            )
        studies = "disjoint"
    nothing = ComparedPair(
        one=one.label,
        other=other.label,
        studies=studies,
        difference=math.nan,
        se=math.nan,
        statistic=math.nan,
        pvalue=math.nan,
        ci_low=math.nan,
        ci_high=math.nan,
        likelihood_ratio=None,
        note="",
    )
    if studies == "same data":
        return _with_ratio(nothing, first, second)
    if studies != "disjoint":
        reason = (
            "it is not known whether they share studies, which have no names; independent=True says that they do not"
            if studies == "unknown"
            else f"they are fits to {_in_words(studies)}, so that one estimate depends on the other"
        )
        return replace(nothing, note=f"no test: {reason}")
    return _with_difference(nothing, one, other, level)


def _with_ratio(pair: ComparedPair, first: Any, second: Any) -> ComparedPair:
    try:
        found = likelihood_ratio_test(first, second)
    except InputError as error:
        return replace(pair, note=f"no test: same data, and {str(error).split('; refit')[0]}")
    words = f"chi-squared {show_number(found.statistic)} on {found.df:.0f}, {format_p(found.pvalue)}"
    if not math.isnan(found.boundary_pvalue):
        words += f"; at the boundary {format_p(found.boundary_pvalue)}"
    return replace(pair, likelihood_ratio=found, note=f"likelihood-ratio test ({found.kind}): {words}")


def _with_difference(pair: ComparedPair, one: ComparedFit, other: ComparedFit, level: float) -> ComparedPair:
    if one.measure != other.measure:
        measures = " and ".join(measure or "not said" for measure in (one.measure, other.measure))
        return replace(pair, note=f"no test: the effect measures differ ({measures})")
    difference, se = one.estimate - other.estimate, math.hypot(one.se, other.se)
    if not (math.isfinite(difference) and math.isfinite(se) and se > 0):
        return replace(pair, note="no test: there is no single estimate with a standard error in both")
    statistic = difference / se
    half = critical_value(math.inf, level) * se
    pvalue = float(2 * ndtr(-abs(statistic)))
    return replace(
        pair,
        difference=difference,
        se=se,
        statistic=statistic,
        pvalue=pvalue,
        ci_low=difference - half,
        ci_high=difference + half,
        note=f"difference {show_number(difference)} ({show_number(difference - half)} to "
        f"{show_number(difference + half)}), z test of independent estimates: {format_p(pvalue)}",
    )


def _in_words(studies: str) -> str:
    return {"same data": "the same data", "same studies": "the same studies"}.get(studies, "studies that overlap")


def _cautions(rows: list[ComparedFit], pairs: tuple[ComparedPair, ...], named: dict[str, Any]) -> tuple[str, ...]:
    found = []
    measures = {row.measure for row in rows if row.measure}
    if len(measures) > 1:
        found.append(
            f"The fits are on different scales ({', '.join(sorted(measures))}); do not compare their estimates."
        )
    levels = {row.level for row in rows if not math.isnan(row.level)}
    if len(levels) > 1:
        found.append("The intervals are at different levels.")
    for pair in pairs:
        common = shared_values(named[pair.one], named[pair.other]) if pair.studies == "disjoint" else 0
        if common:
            found.append(
                f"{pair.one} and {pair.other} have no study in common by name, but {common} effect(s) with the same "
                "variance: check that no study is in both."
            )
    tested = [pair for pair in pairs if not math.isnan(pair.pvalue)]
    small = [row.label for row in rows if row.k < 5 and any(row.label in (pair.one, pair.other) for pair in tested)]
    if small:
        found.append(f"The z test is too bold with few studies ({', '.join(small)}).")
    return tuple(found)
