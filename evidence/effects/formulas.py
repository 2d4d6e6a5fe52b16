"""Which numbers each measure needs, which formula turns them into an effect, and which variances it offers."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..vocabulary import VarianceType, check_option
from . import (
    association,
    binary,
    biserial,
    correlations,
    genotypes,
    glass,
    latent,
    matched,
    means,
    paired,
    paired_unequal,
    partial,
    prepost,
    proportions,
    rate_contrasts,
    rates,
    reliability,
    single_means,
    superiority,
    tetrachoric,
    variability,
)

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
    standardises : bool
        Whether that correction is Hedges' factor, which has an exact and an approximate form.
    """

    function: Callable[..., EffectPair]
    arguments: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    variances: tuple[VarianceType, ...] = ("LS",)
    corrects: bool = False
    standardises: bool = False


_GROUPS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
_CELLS = ("events1", "nonevents1", "events2", "nonevents2")
_CELL_NEEDS = (("events1",), ("nonevents1", "n1"), ("events2",), ("nonevents2", "n2"))
_PAIRS = ("mean1", "sd1", "mean2", "sd2", "n", "r")
_ONE_SIDE = ("mean1", "sd1", "mean2", "n", "r")
_ONE_MEAN = ("mean", "sd", "n")
_R_OR_TEST = ("r", "t", "pvalue")
_CONTROL_SD = ("mean1", "n1", "mean2", "sd2", "n2")
_PERSON_TIME = ("events1", "time1", "events2", "time2")
_CHANGE_BY_BASELINE = tuple(
    f"{role}{group}" for group in "12" for role in ("mean_post", "mean_pre", "sd_pre", "n", "r")
)
_CHANGE = tuple(f"{role}{group}" for group in "12" for role in ("mean_post", "sd_post", "mean_pre", "sd_pre", "n", "r"))
_PAIR_CELLS = ("pairs_both", "pairs_only1", "pairs_only2", "pairs_neither")


def _of_means(
    function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",), corrects: bool = True
) -> Formula:
    needs = tuple((role,) for role in _GROUPS)
    return Formula(function=function, arguments=_GROUPS, needs=needs, variances=variances, corrects=corrects)


def _standardised(
    function: Callable[..., EffectPair],
    arguments: tuple[str, ...],
    variances: tuple[VarianceType, ...] = ("LS",),
) -> Formula:
    needs = tuple((role,) for role in arguments)
    return Formula(
        function=function, arguments=arguments, needs=needs, variances=variances, corrects=True, standardises=True
    )


def _of_risks(function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",)) -> Formula:
    return Formula(function=function, arguments=_CELLS, needs=_CELL_NEEDS, variances=variances)


def _of_one_group(function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",)) -> Formula:
    needs = (("events",), ("nonevents", "n"))
    return Formula(function=function, arguments=("events", "nonevents"), needs=needs, variances=variances)


def _of_pairs(function: Callable[..., EffectPair], corrects: bool = True) -> Formula:
    needs = tuple((role,) for role in _PAIRS)
    return Formula(function=function, arguments=_PAIRS, needs=needs, corrects=corrects)


def _of_matched(function: Callable[..., EffectPair]) -> Formula:
    return Formula(function=function, arguments=_PAIR_CELLS, needs=tuple((role,) for role in _PAIR_CELLS))


def _of_rates(function: Callable[..., EffectPair]) -> Formula:
    return Formula(function=function, arguments=("events", "time"), needs=(("events",), ("time",)))


def _of_one(
    function: Callable[..., EffectPair],
    arguments: tuple[str, ...],
    variances: tuple[VarianceType, ...] = ("LS",),
    corrects: bool = False,
) -> Formula:
    needs = tuple((role,) for role in arguments)
    return Formula(function=function, arguments=arguments, needs=needs, variances=variances, corrects=corrects)


def _of_correlations(function: Callable[..., EffectPair], variances: tuple[VarianceType, ...] = ("LS",)) -> Formula:
    """Return a formula that takes r and n, where a test of the correlation may stand in for r."""
    return Formula(function=function, arguments=("r", "n"), needs=(_R_OR_TEST, ("n",)), variances=variances)


def _of_regressions(
    function: Callable[..., EffectPair], arguments: tuple[str, ...], variances: tuple[VarianceType, ...] = ("LS",)
) -> Formula:
    """Return a formula of a regression with m predictors, where a test may stand in for what it tests."""
    needs: list[tuple[str, ...]] = [_R_OR_TEST] if "r" in arguments else []
    needs += [("n",), ("m",)]
    if "r2" in arguments:
        needs.append(("r2",) if "r" in arguments else ("r2", "f", "pvalue"))
    return Formula(function=function, arguments=arguments, needs=tuple(needs), variances=variances)


_CHANGE_VARIANCES: tuple[VarianceType, ...] = ("LS", "LS2", "UB", "H0")
_SMD_VARIANCES: tuple[VarianceType, ...] = ("LS", "LS2", "UB", "H0", "AV", "DF", "RM", "UBG")

FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "MD": _of_means(means.mean_difference, ("LS", "HO"), corrects=False),
        "SMD": _standardised(means.standardised_mean_difference, _GROUPS, _SMD_VARIANCES),
        "SMDH": _standardised(means.standardised_mean_difference_unequal, _GROUPS),
        "SMD1": _standardised(
            glass.difference_by_control_sd, _CONTROL_SD, ("LS", "LS2", "UB", "H0", "AV", "DF", "UBG")
        ),
        "SMD1H": _standardised(glass.difference_by_control_sd_unequal, _GROUPS),
        "ROM": _of_means(means.ratio_of_means, ("LS", "HO", "AV", "AVHO")),
        "D2OR": _of_means(latent.difference_to_log_odds_logistic, corrects=False),
        "D2ORN": _of_means(latent.difference_to_log_odds_normal, corrects=False),
        "D2ORL": _of_means(latent.difference_to_log_odds_logistic, corrects=False),
        "VR": _of_one(variability.variability_ratio, ("sd1", "n1", "sd2", "n2"), corrects=True),
        "CVR": _of_means(variability.coefficient_of_variation_ratio),
        "CLES": _of_one(superiority.superiority, ("auc", "n1", "n2"), ("LS", "LS2")),
        "AUC": _of_one(superiority.superiority, ("auc", "n1", "n2"), ("LS", "LS2")),
        "CLESN": _of_means(superiority.superiority_normal, corrects=False),
        "AUCN": _of_means(superiority.superiority_normal, corrects=False),
        "RR": _of_risks(binary.risk_ratio, ("LS", "AV")),
        "OR": _of_risks(binary.odds_ratio, ("LS", "AV")),
        "RD": _of_risks(binary.risk_difference, ("LS", "UB", "AV")),
        "AS": _of_risks(binary.arcsine_difference),
        "PETO": _of_risks(binary.peto_odds_ratio),
        "PHI": _of_risks(association.phi_coefficient, ("LS", "ST", "CS")),
        "ZPHI": _of_risks(association.phi_coefficient_z, ("LS", "ST", "CS")),
        "YUQ": _of_risks(association.yule_q),
        "YUY": _of_risks(association.yule_y),
        "RTET": _of_risks(tetrachoric.tetrachoric_correlation),
        "ZTET": _of_risks(tetrachoric.tetrachoric_correlation_z),
        "PBIT": _of_risks(latent.probit_difference),
        "OR2D": _of_risks(latent.odds_ratio_to_difference_logistic),
        "OR2DN": _of_risks(latent.odds_ratio_to_difference_normal),
        "OR2DL": _of_risks(latent.odds_ratio_to_difference_logistic),
        "IRR": _of_one(rate_contrasts.rate_ratio, _PERSON_TIME),
        "IRD": _of_one(rate_contrasts.rate_difference, _PERSON_TIME),
        "IRSD": _of_one(rate_contrasts.root_rate_difference, _PERSON_TIME),
        "PR": _of_one_group(proportions.raw_proportion, ("LS", "UB", "AV")),
        "PLN": _of_one_group(proportions.log_proportion, ("LS", "AV")),
        "PLO": _of_one_group(proportions.logit_proportion, ("LS", "AV")),
        "PRZ": _of_one_group(proportions.probit_proportion),
        "PAS": _of_one_group(proportions.arcsine_proportion),
        "PFT": _of_one_group(proportions.double_arcsine_proportion),
        "MC": _of_pairs(paired.paired_mean_difference, corrects=False),
        "SMCC": _standardised(paired.standardised_by_differences, _PAIRS, _CHANGE_VARIANCES),
        "SMCR": _standardised(paired.standardised_by_one_side, _ONE_SIDE, _CHANGE_VARIANCES),
        "SMCRH": _standardised(paired_unequal.standardised_by_one_side_unequal, _PAIRS),
        "SMCRP": _standardised(paired.standardised_by_pooled_sd, _PAIRS),
        "SMCRPH": _standardised(paired_unequal.standardised_by_average_sd_unequal, _PAIRS),
        "ROMC": _of_pairs(paired.paired_ratio_of_means),
        "VRC": _of_one(variability.paired_variability_ratio, ("sd1", "sd2", "n", "r")),
        "CVRC": _of_pairs(variability.paired_coefficient_of_variation_ratio),
        "CLESCN": _of_pairs(superiority.paired_superiority_normal, corrects=False),
        "AUCCN": _of_pairs(superiority.paired_superiority_normal, corrects=False),
        "PPCM": _of_one(prepost.difference_in_change, _CHANGE),
        "PPCR": _standardised(prepost.difference_in_standardised_change, _CHANGE_BY_BASELINE, _CHANGE_VARIANCES),
        "PPCP": _standardised(prepost.difference_in_change_by_pooled_sd, _CHANGE_BY_BASELINE, _CHANGE_VARIANCES),
        "MPRR": _of_matched(matched.marginal_risk_ratio),
        "MPOR": _of_matched(matched.marginal_odds_ratio),
        "MPRD": _of_matched(matched.marginal_risk_difference),
        "MPORC": _of_matched(matched.conditional_odds_ratio),
        "MPPETO": _of_matched(matched.matched_peto_odds_ratio),
        "MPORM": Formula(
            function=matched.marginal_odds_ratio_from_margins,
            arguments=(*_CELLS, "r"),
            needs=(*_CELL_NEEDS, ("r",)),
        ),
        "IR": _of_rates(rates.raw_rate),
        "IRLN": _of_rates(rates.log_rate),
        "IRS": _of_rates(rates.square_root_rate),
        "IRFT": _of_rates(rates.freeman_tukey_rate),
        "MN": _of_one(single_means.raw_mean, _ONE_MEAN, ("LS", "HO")),
        "MNLN": _of_one(single_means.log_mean, _ONE_MEAN),
        "SMN": _of_one(single_means.standardised_mean, _ONE_MEAN, corrects=True),
        "SDLN": _of_one(single_means.log_sd, ("sd", "n"), corrects=True),
        "CVLN": _of_one(single_means.log_coefficient_of_variation, _ONE_MEAN, corrects=True),
        "COR": _of_correlations(correlations.raw_correlation, ("LS", "UB", "AV")),
        "UCOR": _of_correlations(correlations.unbiased_raw_correlation, ("LS", "UB", "AV")),
        "ZCOR": _of_correlations(correlations.fisher_z),
        "PCOR": _of_regressions(partial.partial_correlation, ("r", "n", "m"), ("LS", "AV")),
        "ZPCOR": _of_regressions(partial.fisher_z_partial, ("r", "n", "m")),
        "SPCOR": _of_regressions(partial.semipartial_correlation, ("r", "n", "r2"), ("LS", "AV")),
        "ZSPCOR": _of_regressions(partial.fisher_z_semipartial, ("r", "n", "r2"), ("LS", "AV")),
        "R2": _of_regressions(partial.r_squared, ("r2", "n", "m"), ("LS", "LS2", "AV", "AV2")),
        "ZR2": _of_regressions(partial.fisher_z_squared, ("r2", "n")),
        "RPB": _of_means(biserial.point_biserial_correlation, ("LS", "ST", "CS"), corrects=False),
        "ZPB": _of_means(biserial.fisher_z_point_biserial, ("LS", "ST", "CS"), corrects=False),
        "RBIS": _of_means(biserial.biserial_correlation, corrects=False),
        "ZBIS": _of_means(biserial.fisher_z_biserial, corrects=False),
        "ARAW": _of_one(reliability.raw_alpha, ("alpha", "m", "n")),
        "AHW": _of_one(reliability.hakstian_whalen_alpha, ("alpha", "m", "n")),
        "ABT": _of_one(reliability.bonett_alpha, ("alpha", "m", "n")),
        "REH": _of_one(genotypes.relative_excess_heterozygosity, ("homozygous1", "heterozygous", "homozygous2")),
    }
)


def apply_formula(
    measure: str, numbers: Mapping[str, FloatArray], *, vtype: str, correct: bool, factor: str = "exact"
) -> EffectPair:
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
    factor : {"exact", "approximate"}
        Passed on where that correction is Hedges' factor.

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
    if formula.standardises:
        options["factor"] = factor
    return formula.function(*(numbers[role] for role in formula.arguments), **options)
