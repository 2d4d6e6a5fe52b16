"""Which numbers each measure needs, which formula turns them into an effect, and which variances it offers."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..vocabulary import VarianceType, check_option
from . import binary, matched, means, paired, proportions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .arrays import EffectPair, FloatArray

__all__ = ["FORMULAS", "Formula", "apply_formula"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How one measure is computed.

    Attributes
    ----------
    function : callable
        Arrays in, ``(yi, vi)`` out.
    arguments : tuple of str
        The roles that the function takes, in its order.
    needs : tuple of tuple of str
        What a table must offer: one role of each inner tuple.
    variances : tuple of str
        The variance types to choose from; the first is the default.
    corrects : bool
        Whether there is a small-sample or bias correction to switch off.
    """

    function: Callable[..., EffectPair]
    arguments: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    variances: tuple[VarianceType, ...] = ("LS",)
    corrects: bool = False


_GROUPS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
_CELLS = ("events1", "nonevents1", "events2", "nonevents2")
_CELL_NEEDS = (("events1",), ("nonevents1", "n1"), ("events2",), ("nonevents2", "n2"))
_PAIRS = ("mean1", "sd1", "mean2", "sd2", "n", "r")
_ONE_SIDE = ("mean1", "sd1", "mean2", "n", "r")
_PAIR_CELLS = ("pairs_both", "pairs_only1", "pairs_only2", "pairs_neither")


def _of_means(
    function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",), corrects: bool = True
) -> Formula:
    needs = tuple((role,) for role in _GROUPS)
    return Formula(function=function, arguments=_GROUPS, needs=needs, variances=variances, corrects=corrects)


def _of_risks(function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",)) -> Formula:
    return Formula(function=function, arguments=_CELLS, needs=_CELL_NEEDS, variances=variances)


def _of_one_group(function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",)) -> Formula:
    needs = (("events",), ("nonevents", "n"))
    return Formula(function=function, arguments=("events", "nonevents"), needs=needs, variances=variances)


def _of_pairs(
    function: Callable[..., EffectPair],
    variances: tuple[VarianceType, ...] = ("LS",),
    corrects: bool = True,
    arguments: tuple[str, ...] = _PAIRS,
) -> Formula:
    needs = tuple((role,) for role in arguments)
    return Formula(function=function, arguments=arguments, needs=needs, variances=variances, corrects=corrects)


def _of_matched(function: Callable[..., EffectPair]) -> Formula:
    return Formula(function=function, arguments=_PAIR_CELLS, needs=tuple((role,) for role in _PAIR_CELLS))


_CHANGE_VARIANCES: tuple[VarianceType, ...] = ("LS", "LS2", "UB", "H0")

FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "MD": _of_means(means.mean_difference, ("LS", "HO"), corrects=False),
        "SMD": _of_means(means.standardised_mean_difference, ("LS", "LS2", "UB", "H0", "AV")),
        "SMDH": _of_means(means.standardised_mean_difference_unequal),
        "ROM": _of_means(means.ratio_of_means, ("LS", "HO", "AV", "AVHO")),
        "RR": _of_risks(binary.risk_ratio, ("LS", "AV")),
        "OR": _of_risks(binary.odds_ratio, ("LS", "AV")),
        "RD": _of_risks(binary.risk_difference, ("LS", "UB", "AV")),
        "PETO": _of_risks(binary.peto_odds_ratio),
        "PR": _of_one_group(proportions.raw_proportion, ("LS", "UB", "AV")),
        "PLO": _of_one_group(proportions.logit_proportion, ("LS", "AV")),
        "PAS": _of_one_group(proportions.arcsine_proportion),
        "PFT": _of_one_group(proportions.double_arcsine_proportion),
        "MC": _of_pairs(paired.paired_mean_difference, corrects=False),
        "SMCC": _of_pairs(paired.standardised_by_differences, _CHANGE_VARIANCES),
        "SMCR": _of_pairs(paired.standardised_by_one_side, _CHANGE_VARIANCES, arguments=_ONE_SIDE),
        "SMCRP": _of_pairs(paired.standardised_by_pooled_sd),
        "ROMC": _of_pairs(paired.paired_ratio_of_means),
        "MPRR": _of_matched(matched.marginal_risk_ratio),
        "MPOR": _of_matched(matched.marginal_odds_ratio),
        "MPRD": _of_matched(matched.marginal_risk_difference),
        "MPORC": _of_matched(matched.conditional_odds_ratio),
        "MPPETO": _of_matched(matched.matched_peto_odds_ratio),
    }
)


def apply_formula(measure: str, numbers: Mapping[str, FloatArray], *, vtype: str, correct: bool) -> EffectPair:
    """Return effects and variances of a measure from its numbers.

    Parameters
    ----------
    measure : str
        One of the keys of ``FORMULAS``.
    numbers : mapping of str to ndarray of shape (k,)
        An array for each of the formula's arguments.
    vtype : str
        The variance type; it must be among those that the formula offers.
    correct : bool
        Passed on where there is a correction.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    Raises
    ------
    OptionError
        If the measure does not offer this variance type.

    Examples
    --------
    >>> import numpy as np
    >>> numbers = {"events": np.array([16.0]), "nonevents": np.array([4.0])}
    >>> apply_formula("PR", numbers, vtype="LS", correct=True)
    (array([0.8]), array([0.008]))
    """
    formula = FORMULAS[measure]
    check_option("vtype", vtype, formula.variances)
    options: dict[str, object] = {}
    if len(formula.variances) > 1:
        options["vtype"] = vtype
    if formula.corrects:
        options["correct"] = correct
    return formula.function(*(numbers[role] for role in formula.arguments), **options)
