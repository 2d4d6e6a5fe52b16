"""The function that people call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError
from ...pool import PooledResult
from ...pool.choices import check_level
from ..arguments import per_study
from ..small_study.data import check_refit
from .assemble import assemble
from .choices import check_selection
from .intervals import check_intervals
from .model import SelectionData, mirrored
from .problem import make_problem, solve, solve_cutpoint, unselected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from .choices import SelectionChoices
    from .problem import Unselected
    from .result import SelectionModel

__all__ = ["selection_model"]


def selection_model(
    fit: PooledResult,
    kind: str = "3PSM",
    *,
    steps: float | Sequence[float] | None = None,
    alternative: str = "greater",
    prec: str | None = None,
    scale_prec: bool = True,
    ni: ArrayLike | None = None,
    delta: ArrayLike | None = None,
    decreasing: bool = False,
    delta_min: ArrayLike | None = None,
    delta_max: ArrayLike | None = None,
    pval_min: float | None = None,
    subset: ArrayLike | None = None,
    empty: str = "raise",
    level: float | None = None,
) -> SelectionModel:
    r"""Estimate the mean, or a meta-regression, together with how studies were selected.

    A study with p-value p is seen with a probability proportional to :math:`w(p)`. The model is that of the fit with
    its density weighted by :math:`w`,

    .. math:: f(y_i) \propto w(p_i)\,φ(y_i; x_i'β, v_i + τ²),

    and all parameters are estimated by maximum likelihood, whatever estimator of τ² the fit has, unless it is one of
    equal effects or τ² was given.

    Parameters
    ----------
    fit : PooledResult
        The model without selection, with or without moderators.
    kind : str
        The weight function. Of p: ``"stepfun"``, a constant :math:`δ_j` between steps, relative to the first interval;
        ``"3PSM"`` and ``"4PSM"``, the same with steps 0.025, and 0.025 and 0.5; ``"beta"``
        :math:`p^{δ_1 - 1}(1 - p)^{δ_2 - 1}`; ``"halfnorm"`` :math:`e^{-δ p^2}`; ``"negexp"`` :math:`e^{-δ p}`;
        ``"logistic"`` :math:`2/(1 + e^{δ p})`; ``"power"`` :math:`(1 - p)^δ`; ``"negexppow"``
        :math:`e^{-δ_1 p^{1/δ_2}}`. Of the effect: ``"trunc"``, :math:`δ_1` on the far side of a cutpoint relative to
        the other; ``"truncest"``, the same with the cutpoint :math:`δ_2` estimated.
    steps : float or sequence of float, optional
        Upper ends of the intervals of ``"stepfun"`` (the last, 1, is added); the p-value up to which the smooth
        weights are 1; the cutpoint of ``"trunc"``, by default 0.
    alternative : {"greater", "less", "two.sided"}
        The p-values: of effects above 0, below 0, or different from 0. A step of 0.025 in one-sided p-values is the
        usual 0.05 of two-sided tests, in one direction.
    prec : {"sei", "vi", "ninv", "sqrtninv"}, optional
        A measure of imprecision by which δ of the weights of Preston and others is multiplied (:math:`δ_1` of
        ``"negexppow"``): standard error, variance, one over the sample size or over its root.
    scale_prec : bool
        Whether it is divided by its maximum, which changes δ and nothing else.
    ni : array-like, shape (k,), optional
        Sample sizes, for ``"ninv"`` and ``"sqrtninv"``.
    delta : array-like, optional
        Given selection parameters; NaN for those to estimate.
    decreasing : bool
        Whether weights of steps may only go down.
    delta_min, delta_max : array-like, optional
        Bounds of the selection parameters, by default 0 and 100; for ``"beta"`` 0.00001 and 100; of :math:`δ_2` of
        ``"negexppow"`` 0.01 and 100; with `decreasing` 0 and 1.
    pval_min : float, optional
        p-values closer to 0 or 1 count as this close; by default 0.00001 for ``"beta"`` and ``"power"``, else 0.
    subset : array-like of bool, shape (k,), optional
        The studies to which selection applies; by default all.
    empty : {"raise", "merge"}
        Whether an empty interval of a step function is an error, or is joined to the next one up, and the last to the
        one below. The steps used are in the result.
    level : float, optional
        Level of the intervals; that of the fit by default.

    Returns
    -------
    SelectionModel

    Raises
    ------
    OptionError, InputError
        Where options or values cannot be used or do not go together; where an interval is empty; where there are
        fewer studies than parameters.
    ConvergenceError
        Where the likelihood has no maximum that could be found.

    Notes
    -----
    ``selmodel(x, type=)`` of metafor. ``delta_min``, ``delta_max``, ``pval_min`` and `scale_prec` are
    ``control=list(delta.min=, delta.max=, pval.min=)`` and ``scaleprec``. Differences: an empty interval is an error
    here; several starts are made, so that the maximum can be a higher one; integrals are exact to rounding.
    ``weightr::weightfunct`` fits ``"stepfun"``.

    Standard errors are those of the observed information in all parameters that were estimated; where τ² is 0 they are
    those for τ² = 0. Tests and intervals of δ by them are rough; `SelectionModel.confint` follows the likelihood.

    References
    ----------
    Hedges LV (1992). Modeling publication selection effects in meta-analysis. doi:10.1214/ss/1177011364.
    Vevea JL, Hedges LV (1995). A general linear model for estimating effect size in the presence of publication bias.
    doi:10.1007/BF02294384.
    Preston C, Ashby D, Smyth R (2004). Adjusting for publication bias. doi:10.1111/j.1365-2753.2003.00457.x.
    Citkowicz M, Vevea JL (2017). A parsimonious weight function for modeling publication bias. doi:10.1037/met0000119.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> yi = [0.62, 0.55, 0.21, 0.71, 0.33, 0.29, 0.25, 0.21, 0.12, 0.08, 0.45, 0.05, -0.1, 0.3]
    >>> vi = [0.09, 0.07, 0.05, 0.11, 0.02, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.01, 0.05, 0.03]
    >>> fit = pool(yi, vi, tau2="ML")
    >>> found = selection_model(fit)
    >>> round(fit.estimate, 2), round(found.estimate, 2), found.delta.round(2).tolist()
    (0.21, 0.09, [1.0, 0.09])
    """
    if not isinstance(fit, PooledResult):
        raise InputError(f"selection_model() takes a fit, such as pool(yi, vi); it was given {type(fit).__name__}")
    check_refit(fit.choices, what="selection_model()", test=False)
    choices = check_selection(
        kind,
        steps=steps,
        alternative=alternative,
        prec=prec,
        scale_prec=scale_prec,
        delta=delta,
        decreasing=decreasing,
        delta_min=delta_min,
        delta_max=delta_max,
        pval_min=pval_min,
    )
    level = fit.level if level is None else check_level(level)
    plain = _plain(fit)
    data = _data(fit, choices, ni, subset)
    cut = data.sign * choices.steps[0] if choices.kind == "trunc" else math.nan
    choices, counts = check_intervals(choices, data, empty, cut)
    _check_size(fit, plain, choices)
    if choices.kind == "truncest":
        problem, top, cut, others = solve_cutpoint(data, choices, plain)
    else:
        problem = make_problem(data, choices, plain, cut=cut)
        top, others = solve(problem), ()
    return assemble(fit, choices, data, plain, problem, top, counts=counts, level=level, cut=cut, others=others)


def _data(
    fit: PooledResult, choices: SelectionChoices, ni: ArrayLike | None, subset: ArrayLike | None
) -> SelectionData:
    """Return the studies, mirrored where small effects are favoured."""
    measured = {"sei": np.sqrt(fit.vi), "vi": fit.vi}
    if choices.prec in ("ninv", "sqrtninv"):
        if ni is None:
            raise InputError(f"prec={choices.prec!r} needs ni, the sample sizes of the studies")
        sizes = per_study(fit, "ni", ni).to_numpy(dtype=float)
        if not (np.isfinite(sizes) & (sizes > 0)).all():
            raise InputError("ni must be positive numbers")
        measured |= {"ninv": 1 / sizes, "sqrtninv": 1 / np.sqrt(sizes)}
    elif ni is not None:
        raise InputError("ni is for prec='ninv' and prec='sqrtninv'")
    prec = np.ones(fit.k) if choices.prec is None else np.asarray(measured[choices.prec], dtype=float)
    if choices.prec is not None and choices.scale_prec:
        prec = prec / prec.max()
    selected = np.ones(fit.k, dtype=bool)
    if subset is not None:
        given = per_study(fit, "subset", subset)
        if not given.map(lambda item: isinstance(item, (bool, np.bool_))).all():
            raise InputError("subset must be True or False for each study")
        selected = given.to_numpy(dtype=bool)
    return mirrored(fit, -1 if choices.alternative == "less" else 1, prec, selected)


def _plain(fit: PooledResult) -> Unselected:
    """Return the model without selection."""
    if fit.k <= fit.p:
        raise InputError(f"a selection model needs more studies than coefficients; this fit has {fit.k}")
    return unselected(fit)


def _check_size(fit: PooledResult, plain: Unselected, choices: SelectionChoices) -> None:
    """Refuse a model with more parameters than studies."""
    needed = fit.p + int(plain.tau2_estimated) + sum(choices.free)
    if fit.k < needed:
        raise InputError(f"this selection model has {needed} parameters and {fit.k} studies; fix some of delta")
