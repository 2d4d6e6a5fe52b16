"""The options of a generalised linear mixed model, checked and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ..errors import InputError, OptionError
from ..pool.choices import check_level
from ..vocabulary import GlmmMeasure, GlmmModel, LikelihoodTau2, WaldTest, check_option
from .quadrature import MOST_POINTS

__all__ = ["GlmmChoices", "check_glmm_choices"]

_CODINGS = (0.5, 1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlmmChoices:
    """What was asked for: the options of `evidence.counts.glmm`; `model` is empty for a measure of one group."""

    measure: str
    model: str
    tau2: str
    test: str
    level: float
    nagq: int | None
    coding: float
    cor: bool
    drop00: bool
    missing: str


def check_glmm_choices(*, coding: Any, nagq: Any, **given: Any) -> GlmmChoices:
    """Check the options of `evidence.counts.glmm`, which these are.

    Raises
    ------
    OptionError, InputError
        Where an option has a value that is not allowed, or two do not fit.

    Examples
    --------
    >>> options = dict(tau2="ML", test="z", level=0.95, nagq=None, coding=0.5, cor=False, drop00=False, missing="raise")
    >>> check_glmm_choices(measure="IRR", model=None, **options).model
    'UM.FS'
    """
    check_option("measure", given["measure"], GlmmMeasure)
    check_option("tau2", given["tau2"], LikelihoodTau2)
    check_option("test", given["test"], WaldTest)
    if isinstance(coding, bool) or coding not in _CODINGS:
        raise OptionError("coding", coding, ("0.5", "1", "0"))
    for name in ("cor", "drop00"):
        if not isinstance(given[name], bool):
            raise InputError(f"{name}={given[name]!r} must be True or False")
    whole = isinstance(nagq, Integral) and not isinstance(nagq, bool)
    if nagq is not None and not (whole and 1 <= int(nagq) <= MOST_POINTS):
        raise InputError(f"nagq={nagq!r} must be a whole number between 1 and {MOST_POINTS}")
    model = _check_model(given["measure"], given["model"])
    if given["cor"] and model != "UM.RS":
        raise InputError("cor=True is for model='UM.RS': the others have one random effect")
    return GlmmChoices(
        measure=given["measure"],
        model=model,
        tau2=given["tau2"],
        test=given["test"],
        level=check_level(given["level"]),
        nagq=None if nagq is None else int(nagq),
        coding=float(coding),
        cor=given["cor"],
        drop00=given["drop00"],
        missing=given["missing"],
    )


def _check_model(measure: str, model: Any) -> str:
    """Return the model; empty for a measure of one group, which has a single one."""
    if measure in ("PLO", "IRLN"):
        if model not in (None, "UM.FS"):
            raise InputError(
                f"model={model!r} is for two groups (OR, IRR); measure={measure!r} has one group and a single model: "
                "leave out model="
            )
        return ""
    chosen = "UM.FS" if model is None else check_option("model", model, GlmmModel)
    # given their sum, Poisson counts are binomial: there is nothing to approximate
    return "CM.EL" if measure == "IRR" and chosen == "CM.AL" else chosen
