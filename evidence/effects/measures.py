"""What each measure is called, on which scale it is pooled, and where "no effect" lies.

Plots, tables and sentences all ask here, so that a risk ratio is never drawn against 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..vocabulary import Measure, Transform, check_option

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MEASURES",
    "MeasureInfo",
    "effect_scale",
    "is_ratio",
    "measure_label",
    "needs_sizes",
    "null_value",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInfo:
    """The facts about one measure.

    Attributes
    ----------
    label : str
        Its name as readers know it, on the scale that they read.
    pooled_label : str
        The name of what is pooled, ``yi``; the same word unless ``yi`` is transformed.
    transform : str
        How ``yi`` relates to the scale that readers know; see :func:`effect_scale`.
    null : float or None
        No effect, on the readers' scale: 0 for a difference, 1 for a ratio, one half for a probability that one group
        scores above the other; None for what describes a single group, which has none.
    """

    label: str
    pooled_label: str
    transform: Transform
    null: float | None


def _difference(label: str) -> MeasureInfo:
    return MeasureInfo(label=label, pooled_label=label, transform="none", null=0.0)


def _ratio(label: str) -> MeasureInfo:
    return MeasureInfo(label=label, pooled_label=f"log {label}", transform="exp", null=1.0)


def _probability(label: str) -> MeasureInfo:
    """Return the probability that one group scores above the other: one half is no difference."""
    return MeasureInfo(label=label, pooled_label=label, transform="none", null=0.5)


def _odds_from_difference(shape: str) -> MeasureInfo:
    return _ratio(f"odds ratio from the standardised mean difference ({shape})")


def _proportion(pooled_label: str, transform: Transform) -> MeasureInfo:
    return _single("proportion", pooled_label, transform)


def _single(label: str, pooled_label: str = "", transform: Transform = "none") -> MeasureInfo:
    """Return what describes one group: there is no value that means "no effect"."""
    return MeasureInfo(label=label, pooled_label=pooled_label or label, transform=transform, null=None)


def _fisher(label: str) -> MeasureInfo:
    return MeasureInfo(label=label, pooled_label=f"Fisher's z of the {label}", transform="fisher-z", null=0.0)


MEASURES: Mapping[str, MeasureInfo] = MappingProxyType(
    {
        "MD": _difference("mean difference"),
        "SMD": _difference("standardised mean difference"),
        "SMDH": _difference("standardised mean difference (unequal variances)"),
        "SMD1": _difference("standardised mean difference (SD of group 2)"),
        "SMD1H": _difference("standardised mean difference (SD of group 2, unequal variances)"),
        "ROM": _ratio("ratio of means"),
        "D2OR": _odds_from_difference("logistic"),
        "D2ORN": _odds_from_difference("normal"),
        "D2ORL": _odds_from_difference("logistic"),
        "VR": _ratio("variability ratio"),
        "CVR": _ratio("coefficient of variation ratio"),
        "CLES": _probability("common-language effect size"),
        "AUC": _probability("area under the curve"),
        "CLESN": _probability("common-language effect size (normal)"),
        "AUCN": _probability("area under the curve (normal)"),
        "RR": _ratio("risk ratio"),
        "OR": _ratio("odds ratio"),
        "RD": _difference("risk difference"),
        "AS": _difference("arcsine risk difference"),
        "PETO": MeasureInfo(label="Peto odds ratio", pooled_label="log odds ratio (Peto)", transform="exp", null=1.0),
        "PHI": _difference("phi coefficient"),
        "ZPHI": _fisher("phi coefficient"),
        "YUQ": _difference("coefficient of association (Yule's Q)"),
        "YUY": _difference("coefficient of colligation (Yule's Y)"),
        "RTET": _difference("tetrachoric correlation"),
        "ZTET": _fisher("tetrachoric correlation"),
        "PBIT": _difference("probit risk difference"),
        "OR2D": _difference("standardised mean difference from the odds ratio (logistic)"),
        "OR2DN": _difference("standardised mean difference from the odds ratio (normal)"),
        "OR2DL": _difference("standardised mean difference from the odds ratio (logistic)"),
        "IRR": _ratio("incidence rate ratio"),
        "IRD": _difference("incidence rate difference"),
        "IRSD": _difference("square-root incidence rate difference"),
        "PR": _proportion("proportion", "none"),
        "PLN": _proportion("log proportion", "exp"),
        "PLO": _proportion("logit proportion", "logit"),
        "PRZ": _proportion("probit proportion", "probit"),
        "PAS": _proportion("arcsine proportion", "arcsine"),
        "PFT": _proportion("double arcsine proportion", "freeman-tukey"),
        "MC": _difference("paired mean difference"),
        "SMCC": _difference("paired standardised mean difference (SD of the differences)"),
        "SMCR": _difference("paired standardised mean difference (SD of side 1)"),
        "SMCRH": _difference("paired standardised mean difference (SD of side 1, unequal variances)"),
        "SMCRP": _difference("paired standardised mean difference (pooled SD)"),
        "SMCRPH": _difference("paired standardised mean difference (pooled SD, unequal variances)"),
        "ROMC": _ratio("paired ratio of means"),
        "VRC": _ratio("paired variability ratio"),
        "CVRC": _ratio("paired coefficient of variation ratio"),
        "CLESCN": _probability("paired common-language effect size (normal)"),
        "AUCCN": _probability("paired area under the curve (normal)"),
        "PPCM": _difference("difference in mean change"),
        "PPCR": _difference("difference in standardised mean change (each group's baseline SD)"),
        "PPCP": _difference("difference in standardised mean change (pooled baseline SD)"),
        "MPRR": _ratio("matched-pairs risk ratio"),
        "MPOR": _ratio("matched-pairs odds ratio (marginal)"),
        "MPRD": _difference("matched-pairs risk difference"),
        "MPORC": _ratio("matched-pairs odds ratio (conditional)"),
        "MPPETO": MeasureInfo(
            label="matched-pairs Peto odds ratio",
            pooled_label="matched-pairs log odds ratio (Peto)",
            transform="exp",
            null=1.0,
        ),
        "MPORM": _ratio("matched-pairs odds ratio (marginal, from the margins)"),
        "IR": _single("incidence rate"),
        "IRLN": _single("incidence rate", "log incidence rate", "exp"),
        "IRS": _single("incidence rate", "square root of the incidence rate", "square-root"),
        "IRFT": _single("incidence rate", "Freeman–Tukey incidence rate", "freeman-tukey-rate"),
        "MN": _single("mean"),
        "MNLN": _single("mean", "log mean", "exp"),
        "SMN": _single("standardised mean"),
        "SDLN": _single("standard deviation", "log standard deviation", "exp"),
        "CVLN": _single("coefficient of variation", "log coefficient of variation", "exp"),
        "COR": _difference("correlation"),
        "UCOR": _difference("correlation (unbiased)"),
        "ZCOR": _fisher("correlation"),
        "PCOR": _difference("partial correlation"),
        "ZPCOR": _fisher("partial correlation"),
        "SPCOR": _difference("semi-partial correlation"),
        "ZSPCOR": _fisher("semi-partial correlation"),
        "R2": _single("R²"),
        "ZR2": _single("R²", "Fisher's z of the multiple correlation", "fisher-z-squared"),
        "RPB": _difference("point-biserial correlation"),
        "ZPB": _fisher("point-biserial correlation"),
        "RBIS": _difference("biserial correlation"),
        "ZBIS": _fisher("biserial correlation"),
        "ARAW": _single("Cronbach's alpha"),
        "AHW": _single("Cronbach's alpha", "alpha (Hakstian–Whalen)", "hakstian-whalen"),
        "ABT": _single("Cronbach's alpha", "alpha (Bonett)", "bonett"),
        "REH": _ratio("relative excess heterozygosity"),
    }
)


def _info(measure: str) -> MeasureInfo:
    return MEASURES[check_option("measure", measure, Measure)]


def effect_scale(measure: str) -> Transform:
    """Return how ``yi`` of this measure relates to the scale that readers know.

    Parameters
    ----------
    measure : str
        A measure's name, as ``"RR"``.

    Returns
    -------
    str
        ``"none"``: ``yi`` is what is read. ``"exp"``: ``yi`` is a natural logarithm. ``"logit"``, ``"probit"``,
        ``"arcsine"``, ``"freeman-tukey"``: transformations of a proportion. ``"square-root"``,
        ``"freeman-tukey-rate"``: of a rate. ``"fisher-z"``: of a correlation, ``"fisher-z-squared"``: of R².
        ``"hakstian-whalen"``, ``"bonett"``: of Cronbach's alpha. :func:`~evidence.effects.back_transform` undoes each.

    Raises
    ------
    OptionError
        If there is no such measure.

    Examples
    --------
    >>> effect_scale("RR"), effect_scale("MD"), effect_scale("PFT")
    ('exp', 'none', 'freeman-tukey')
    """
    return _info(measure).transform


def is_ratio(measure: str) -> bool:
    """Return whether the measure is a ratio: pooled as a logarithm, with 1 as "no effect".

    Examples
    --------
    >>> is_ratio("OR"), is_ratio("RD"), is_ratio("IRLN")
    (True, False, False)
    """
    info = _info(measure)
    return info.transform == "exp" and info.null == 1.0


def needs_sizes(measure: str) -> bool:
    """Return whether the way back to the readers' scale needs sizes: the people of PFT, the person-time of IRFT.

    Examples
    --------
    >>> needs_sizes("PFT"), needs_sizes("IRFT"), needs_sizes("PLO")
    (True, True, False)
    """
    return _info(measure).transform in {"freeman-tukey", "freeman-tukey-rate"}


def null_value(measure: str, *, back_transformed: bool = True) -> float | None:
    """Return where "no effect" lies; None for what describes one group (a proportion, a mean), which has no such value.

    Parameters
    ----------
    measure : str
        A measure's name.
    back_transformed : bool
        On the scale that readers know (1 for a ratio), or on that of ``yi`` (0 for its logarithm). A probability that
        one group scores above the other has one half on both.

    Raises
    ------
    OptionError
        If there is no such measure.

    Examples
    --------
    >>> null_value("RR"), null_value("RR", back_transformed=False), null_value("SMD"), null_value("PLO")
    (1.0, 0.0, 0.0, None)
    >>> null_value("AUC", back_transformed=False)
    0.5
    """
    info = _info(measure)
    return info.null if back_transformed or info.null is None or info.transform == "none" else 0.0


def measure_label(measure: str, *, back_transformed: bool = True) -> str:
    """Return the measure's name in words, in lower case.

    Parameters
    ----------
    measure : str
        A measure's name.
    back_transformed : bool
        The name on the scale that readers know, or that of the pooled ``yi``.

    Raises
    ------
    OptionError
        If there is no such measure.

    Examples
    --------
    >>> measure_label("RR"), measure_label("RR", back_transformed=False)
    ('risk ratio', 'log risk ratio')
    >>> measure_label("PLO", back_transformed=False)
    'logit proportion'
    """
    info = _info(measure)
    return info.label if back_transformed else info.pooled_label
