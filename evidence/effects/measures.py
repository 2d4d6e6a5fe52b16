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

__all__ = ["MEASURES", "MeasureInfo", "effect_scale", "is_ratio", "measure_label", "null_value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInfo:
    """The facts about one measure.

    Attributes
    ----------
    label : str
        Its name as readers know it, on the scale that they read.
    pooled_label : str
        The name of what is pooled, ``yi``; the same word unless ``yi`` is transformed.
    transform : {"none", "exp", "logit", "arcsine", "freeman-tukey"}
        How ``yi`` relates to the scale that readers know.
    null : float or None
        No effect, on the readers' scale; None for a single proportion, which has none.
    """

    label: str
    pooled_label: str
    transform: Transform
    null: float | None


def _difference(label: str) -> MeasureInfo:
    return MeasureInfo(label=label, pooled_label=label, transform="none", null=0.0)


def _ratio(label: str) -> MeasureInfo:
    return MeasureInfo(label=label, pooled_label=f"log {label}", transform="exp", null=1.0)


def _proportion(pooled_label: str, transform: Transform) -> MeasureInfo:
    return MeasureInfo(label="proportion", pooled_label=pooled_label, transform=transform, null=None)


MEASURES: Mapping[str, MeasureInfo] = MappingProxyType(
    {
        "MD": _difference("mean difference"),
        "SMD": _difference("standardised mean difference"),
        "SMDH": _difference("standardised mean difference (unequal variances)"),
        "ROM": _ratio("ratio of means"),
        "RR": _ratio("risk ratio"),
        "OR": _ratio("odds ratio"),
        "RD": _difference("risk difference"),
        "PETO": MeasureInfo(label="Peto odds ratio", pooled_label="log odds ratio (Peto)", transform="exp", null=1.0),
        "PR": _proportion("proportion", "none"),
        "PLO": _proportion("logit proportion", "logit"),
        "PAS": _proportion("arcsine proportion", "arcsine"),
        "PFT": _proportion("double arcsine proportion", "freeman-tukey"),
        "MC": _difference("paired mean difference"),
        "SMCC": _difference("paired standardised mean difference (SD of the differences)"),
        "SMCR": _difference("paired standardised mean difference (SD of side 1)"),
        "SMCRP": _difference("paired standardised mean difference (pooled SD)"),
        "ROMC": _ratio("paired ratio of means"),
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
    {"none", "exp", "logit", "arcsine", "freeman-tukey"}
        ``"none"``: ``yi`` is what is read. ``"exp"``: ``yi`` is a natural logarithm. The others name the
        transformation of a proportion. :func:`~evidence.effects.back_transform` undoes each.

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
    >>> is_ratio("OR"), is_ratio("RD")
    (True, False)
    """
    return _info(measure).transform == "exp"


def null_value(measure: str, *, back_transformed: bool = True) -> float | None:
    """Return where "no effect" lies; None for a single proportion, which has no such value.

    Parameters
    ----------
    measure : str
        A measure's name.
    back_transformed : bool
        On the scale that readers know (1 for a ratio), or on that of ``yi`` (0 for its logarithm).

    Raises
    ------
    OptionError
        If there is no such measure.

    Examples
    --------
    >>> null_value("RR"), null_value("RR", back_transformed=False), null_value("SMD"), null_value("PLO")
    (1.0, 0.0, 0.0, None)
    """
    info = _info(measure)
    return info.null if back_transformed or info.null is None else 0.0


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
