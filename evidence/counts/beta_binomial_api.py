"""The beta-binomial model for proportions, and for two groups with a common overdispersion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, expit

from ..errors import InputError
from ..pool.choices import check_level
from ..pool.likelihood import FitStatistics
from ..vocabulary import BetaBinomialMeasure, check_option
from .beta_binomial_likelihood import BetaBinomialOptimum, gather_arms, maximise_beta_binomial
from .beta_binomial_result import BetaBinomialResult
from .glmm_data import CountStudies, read_count_studies
from .glmm_families import Binomial
from .glmm_inference import wald_inference
from .glmm_models import build_model, need_finite_estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..pool.core import Array
    from .reading import Values

__all__ = ["beta_binomial"]

_TWO_GROUPS = ("OR", "RR", "RD")


def beta_binomial(
    table: pd.DataFrame | None = None,
    measure: str = "OR",
    *,
    mods: str | pd.DataFrame | Array | None = None,
    level: float = 0.95,
    intercept: bool = True,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> BetaBinomialResult:
    r"""Pool events by a beta-binomial model.

    The risk of each arm is drawn from a beta distribution with mean μ and variance :math:`μ(1-μ)ρ`. For two groups
    the logit of μ differs between the groups and ρ is common to them, as in logistic regression on the group with
    a beta-binomial instead of a binomial likelihood. Arms without events count like any other, with no correction.

    ======= ================================ ===================================================================
    measure estimate                         numbers (columns of these names, or mapped by keyword)
    ======= ================================ ===================================================================
    OR      logit of μ₁ less logit of μ₂     events1, nonevents1 or n1, events2, nonevents2 or n2
    RR      :math:`\ln μ_1 - \ln μ_2`        the same
    RD      :math:`μ_1 - μ_2`                the same
    PLO     logit of μ                       events, nonevents or n
    PLN     :math:`\ln μ`                    the same
    PR      μ                                the same
    ======= ================================ ===================================================================

    Parameters
    ----------
    table, data : DataFrame of n rows, optional
        The table; give it as either. It is not needed if every number is an array.
    measure : {"OR", "RR", "RD", "PLO", "PLN", "PR"}
        As above. The likelihood of the three for two groups is the same, and so is that of the three for one.
    mods : str, DataFrame or array-like, shape (n,) or (n, m), optional
        For PLO: moderators of the logit, as a right-hand-side formula in the columns of the table, or their values.
        With one row per arm and the group among the moderators their coefficients are log odds ratios.
    level : float
        Level of every interval.
    intercept : bool
        Whether `mods` get an intercept.
    labels : sequence or str, optional
        Study names. By default the table's column ``study``, ``label`` or ``study_id``, or its index.
    missing : {"raise", "drop"}
        Whether rows that lack a number are an error, or are left out with the reason.
    **columns
        For each number a column's name, an array, a Series with the table's index, or a constant.

    Returns
    -------
    BetaBinomialResult

    Raises
    ------
    ColumnError, RowError
        Where numbers are not to be found or cannot be used; each is named.
    OptionError, InputError
        Where options do not fit, counts are not whole, or they determine no finite estimate.
    ConvergenceError
        Where the likelihood rises as ρ goes to 1.

    References
    ----------
    Kuss O (2015). Statistical methods for meta-analyses including information from studies without any events: add
    nothing to nothing and succeed nevertheless. doi:10.1002/sim.6383.

    Examples
    --------
    >>> fit = beta_binomial(
    ...     events1=[4, 6, 3, 0], n1=[123, 306, 231, 40], events2=[11, 29, 11, 0], n2=[139, 303, 220, 38]
    ... )
    >>> [round(value, 3) for value in fit.back_transformed]
    [0.245, 0.123, 0.486]
    >>> round(fit.rho, 4), fit.k
    (0.0004, 4)
    """
    check_option("measure", measure, BetaBinomialMeasure)
    level = check_level(level)
    if mods is not None and measure != "PLO":
        raise InputError(f"mods are for measure='PLO', not {measure!r}; for groups give one row per arm, and the group")
    studies = read_count_studies(
        table,
        measure,
        mods=mods,
        intercept=intercept,
        labels=labels,
        missing=missing,
        data=data,
        columns=dict(columns),
        keep_uninformative=True,
    )
    x, n, design, names = _arms(studies, measure)
    if (n == 1).all():
        raise InputError("every arm is one person: such counts say nothing about how much risks vary")
    family = Binomial(x=x[:, None], n=n[:, None])
    model = build_model(family, np.zeros((len(x), 1)), design, model="", random=False, coding=0.5, cor=False)
    need_finite_estimate(model, family, names)
    found = maximise_beta_binomial(gather_arms(x, n, design))
    return _result(studies, measure, level, found, family)


def _arms(studies: CountStudies, measure: str) -> tuple[Array, Array, Array, tuple[str, ...]]:
    """Return events, people, design and names of coefficients, one row per arm."""
    numbers = studies.numbers
    if studies.table.fractional[studies.included].any():
        raise InputError("the beta-binomial likelihood needs whole counts")
    numbers = np.round(numbers)
    if measure not in _TWO_GROUPS:
        return numbers[0], numbers[1], studies.design.matrix, studies.design.names
    a, b, c, d = numbers
    group = np.repeat([1.0, 0.0], len(a))
    design = np.column_stack([np.ones(len(group)), group])
    return np.concatenate([a, c]), np.concatenate([a + b, c + d]), design, ("the mean of group 2", "the effect")


def _result(
    studies: CountStudies, measure: str, level: float, found: BetaBinomialOptimum, family: Binomial
) -> BetaBinomialResult:
    p = len(found.coef)
    bound = found.rho == 0
    kept = p if bound else p + 1
    covariance = np.linalg.inv(-found.at.hessian[:kept, :kept])
    effect, slope, risks = _effect(found.coef, measure, has_moderators=studies.design.has_moderators)
    vcov = slope @ covariance[:p, :p] @ slope.T
    lrt = max(0.0, 2 * (found.at.loglik - found.binomial.loglik))
    arms = len(family.x)
    return BetaBinomialResult(
        studies=studies,
        measure=measure,
        level=level,
        inference=wald_inference(effect, 0.5 * (vcov + vcov.T), studies.design, k=arms, test="z", level=level),
        risks=risks,
        rho=found.rho,
        rho_se=math.nan if bound else math.sqrt(covariance[p, p]),
        rho_lrt=lrt,
        rho_pvalue=1.0 if lrt == 0 else 0.5 * float(chdtrc(1, lrt)),
        statistics=_statistics(found.at.loglik, float(family.saturated().sum()), p + 1, arms),
        parameters=p + 1,
        distance=found.distance,
        iterations=found.iterations,
        modes=found.modes,
        logliks=found.logliks,
        cautions=_cautions(studies, measure, found),
    )


def _effect(coef: Array, measure: str, *, has_moderators: bool) -> tuple[Array, Array, tuple[float, ...]]:
    """Return the effect, its derivatives by the coefficients, and the mean risks."""
    if has_moderators:
        return coef, np.eye(len(coef)), (math.nan,)
    if measure in ("PLO", "PLN", "PR"):
        logit = float(coef[0])
        mu = float(expit(logit))
        value, slope = {"PLO": (logit, 1.0), "PLN": (math.log(mu), 1 - mu), "PR": (mu, mu * (1 - mu))}[measure]
        return np.array([value]), np.array([[slope]]), (mu,)
    one, two = float(expit(coef[0] + coef[1])), float(expit(coef[0]))
    if measure == "OR":
        return coef[1:], np.array([[0.0, 1.0]]), (one, two)
    if measure == "RR":
        return np.array([math.log(one / two)]), np.array([[two - one, 1 - one]]), (one, two)
    first, second = one * (1 - one), two * (1 - two)
    return np.array([one - two]), np.array([[first - second, first]]), (one, two)


def _statistics(loglik: float, saturated: float, parameters: int, arms: int) -> FitStatistics:
    corrected = max(arms, parameters + 2)
    return FitStatistics(
        loglik=loglik,
        deviance=2 * (saturated - loglik),
        aic=-2 * loglik + 2 * parameters,
        bic=-2 * loglik + parameters * math.log(arms),
        aicc=-2 * loglik + 2 * parameters * corrected / (corrected - parameters - 1),
    )


def _cautions(studies: CountStudies, measure: str, found: BetaBinomialOptimum) -> tuple[str, ...]:
    k = int(studies.included.sum())
    said = []
    if k == 1:
        said.append("This is one study, not a synthesis.")
    elif k == 2:
        said.append("Two studies say next to nothing about how much risks vary between studies.")
    if studies.reasons:
        said.append(f"{len(studies.reasons)} rows left out; to_frame() lists them with the reason.")
    if measure in _TWO_GROUPS:
        said.append(
            "Arms are compared as if none belonged together: the pairing of arms within trials, and so the protection "
            "by randomisation within each, is not used."
        )
    if len(found.modes) > 1:
        modes = ", ".join(f"{mode:.3g}" for mode in found.modes)
        said.append(f"The likelihood has {len(found.modes)} maxima (ρ {modes}); the highest was taken.")
    return tuple(said)
