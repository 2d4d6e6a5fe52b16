"""The options of the Mantel–Haenszel, Cochran and Peto analyses, checked and recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ..errors import InputError, OptionError
from ..pool.choices import check_level
from ..vocabulary import (
    CorrectionTarget,
    MantelHaenszelMeasure,
    MantelHaenszelMethod,
    QCentre,
    RiskDifferenceVariance,
    ZeroCellPolicy,
    check_option,
)
from .zero_policy import TACC, ZeroCells

__all__ = ["RATE_MEASURES", "CountChoices", "check_count_choices"]

RATE_MEASURES = frozenset({"IRR", "IRD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CountChoices:
    """What was asked for.

    Attributes
    ----------
    method : {"MH", "Cochran", "Peto"}
        The estimator.
    measure : {"OR", "RR", "RD", "IRR", "IRD", "PETO"}
        The effect.
    effects, pooled : ZeroCells
        The zero-cell policy for the effects of the studies, from which Q is made, and for the pooled estimate.
    correct : bool
        Whether the Cochran–Mantel–Haenszel test is corrected for continuity.
    correction : {"cells", "events"}
        What corrections apply to, as in :func:`~evidence.counts.mantel_haenszel`.
    q_around : {"pooled", "iv"}
        Around which estimate Q is taken.
    rd_variance : {"sato", "gr"}
        The variance of a risk difference.
    level : float
        Confidence level.
    missing : {"raise", "drop"}
        What becomes of rows that lack a number.
    """

    method: str
    measure: str
    effects: ZeroCells
    pooled: ZeroCells
    correct: bool
    correction: str
    q_around: str
    rd_variance: str
    level: float
    missing: str

    @property
    def formula(self) -> str:
        """Which of the estimators this is."""
        return f"{self.method} {self.measure}" + (f" {self.rd_variance}" if self.measure == "RD" else "")

    @property
    def rates(self) -> bool:
        """Whether the counts are over person-time."""
        return self.measure in RATE_MEASURES


def check_count_choices(
    *,
    method: str,
    measure: str,
    add: Any,
    to: Any,
    drop00: Any,
    correct: bool,
    correction: str,
    q_around: str,
    rd_variance: str,
    level: float,
    missing: str,
) -> CountChoices:
    """Check the options of `mantel_haenszel` and `peto`, which these are.

    Raises
    ------
    OptionError, InputError
        Where an option has a value that is not allowed.

    Examples
    --------
    >>> options = dict(correct=True, correction="cells", q_around="pooled", rd_variance="sato", level=0.95)
    >>> options["missing"] = "raise"
    >>> check_count_choices(method="MH", measure="OR", add=0.5, to="only0", drop00=True, **options).pooled
    ZeroCells(add=0.0, to='none', drop00=False)
    """
    if method != "Peto":
        check_option("method", method, MantelHaenszelMethod)
        check_option("measure", measure, MantelHaenszelMeasure)
        if method == "Cochran" and measure != "IRR":
            raise OptionError("measure", measure, ("IRR",))
    check_option("correction", correction, CorrectionTarget)
    check_option("q_around", q_around, QCentre)
    check_option("rd_variance", rd_variance, RiskDifferenceVariance)
    adds, tos, drops = _pair("add", add, 0.0), _pair("to", to, "none"), _pair("drop00", drop00, False)
    for value in adds:
        _check_add(value, rates=measure in RATE_MEASURES)
    for value in tos:
        check_option("to", value, ZeroCellPolicy)
    for name, values in (("drop00", drops), ("correct", (correct,))):
        for answer in values:
            if not isinstance(answer, bool):
                raise InputError(f"{name}={answer!r} must be True or False")
    effects, pooled = (ZeroCells(*parts) for parts in zip(adds, tos, drops, strict=True))
    return CountChoices(
        method=method,
        measure=measure,
        effects=effects,
        pooled=pooled,
        correct=correct,
        correction=correction,
        q_around=q_around,
        rd_variance=rd_variance,
        level=check_level(level),
        missing=missing,
    )


def _pair(name: str, value: Any, second: Any) -> tuple[Any, Any]:
    """Return the values for the effects of the studies and for the pooled estimate; one value is for the former."""
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise InputError(f"{name} takes one value, or two: for the effects of the studies and for the pooled one")
        return value[0], value[1]
    return value, second


def _check_add(value: object, *, rates: bool) -> None:
    if isinstance(value, str) and not rates:
        check_option("add", value, (TACC,))
    elif isinstance(value, bool) or not isinstance(value, Real) or not 0 <= float(value) < math.inf:
        raise InputError(f"add={value!r} must be a finite number, 0 or more" + ("" if rates else f", or {TACC!r}"))
