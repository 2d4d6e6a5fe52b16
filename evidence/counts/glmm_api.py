"""Generalised linear mixed models for odds ratios, rate ratios, proportions and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .glmm_choices import check_glmm_choices
from .glmm_data import read_count_studies
from .glmm_fit import fit_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..pool.core import Array
    from .glmm_result import GlmmResult
    from .reading import Values

__all__ = ["glmm"]


def glmm(
    table: pd.DataFrame | None = None,
    measure: str = "OR",
    *,
    model: str | None = None,
    tau2: str = "ML",
    mods: str | pd.DataFrame | Array | None = None,
    test: str = "z",
    level: float = 0.95,
    nagq: int | None = None,
    coding: float = 0.5,
    cor: bool = False,
    drop00: bool = False,
    prediction: str | None = None,
    intercept: bool = True,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> GlmmResult:
    r"""Pool counts by a generalised linear mixed model, or regress their effect on moderators.

    The counts are binomial or Poisson within studies, and the studies' effects normal around their average with
    variance τ². No effect size is computed and no zero cell corrected.

    ========= ========================== ==================================================================
    measure   estimate                   numbers (columns of these names, or mapped by keyword)
    ========= ========================== ==================================================================
    OR        log odds ratio             events1, nonevents1 or n1, events2, nonevents2 or n2
    IRR       log rate ratio             events1, time1, events2, time2
    PLO       log odds of a proportion   events, nonevents or n
    IRLN      log rate                   events, time
    ========= ========================== ==================================================================

    Parameters
    ----------
    table, data : DataFrame of n rows, optional
        The table; give it as either. It is not needed if every number is an array.
    measure : {"OR", "IRR", "PLO", "IRLN"}
        As above.
    model : {"UM.FS", "UM.RS", "CM.EL", "CM.AL"}, optional
        For two groups: unconditional with a fixed level for each study, or with random study levels; conditional on
        the number of events in each study, with the exact (noncentral hypergeometric) likelihood, or with the
        binomial one that approximates it where events are rare. For rates the conditional likelihood is
        binomial exactly: CM.AL is taken and recorded as CM.EL. By default UM.FS; measures of one group have a single
        model.
    tau2 : {"ML", "EE"}
        Whether τ² is estimated by maximum likelihood or 0: one effect for all studies.
    mods : str, DataFrame or array-like, shape (n,) or (n, m), optional
        Moderators of the effect: a right-hand-side formula in the columns of the table, or their values.
    test : {"z", "t"}
        Normal, or t with k − p degrees of freedom.
    level : float
        Level of every interval.
    nagq : int, optional
        Points of adaptive Gauss–Hermite quadrature for each random effect; 1 is Laplace's approximation. By default
        as many as it takes for the log-likelihood not to change in its ninth digit.
    coding : {0.5, 1, 0}
        How the random effect of an unconditional model enters the two groups: ±½; in group 1; in group 2.
    cor : bool
        For UM.RS: whether study levels and effects may be correlated.
    drop00 : bool
        For UM.RS: whether studies in which nobody, or everybody, has the event are left out. They inform about the
        study levels. In the other models they say nothing about the effect and are always left out, with the reason.
    prediction : {"k-p", "k-p-1", "normal", "tau"}, optional
        Distribution of the prediction interval; by default that of the test. "tau" is the normal interval from τ²
        alone, without the uncertainty of the estimate.
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
    GlmmResult

    Raises
    ------
    ColumnError, RowError
        Where numbers are not to be found or cannot be used; each is named.
    OptionError, InputError
        Where options do not fit, no study informs, or the counts determine no finite estimate.
    ConvergenceError
        Where the likelihood rises with τ² beyond every bound.

    Notes
    -----
    ``rma.glmm()`` of metafor is ``nagq=7`` (for UM.RS with τ² ``nagq=1``, all that lme4 can do) and
    ``drop00=True``; its ``method`` is `tau2` here, ``level`` a share instead of a percentage, ``nAGQ``, ``coding``
    and ``cor`` the same. Two numbers differ on purpose. The log-likelihood here is that of the counts with the random
    effects integrated out, so that models can be compared by it. In models with τ² other than CM.EL and UM.RS
    metafor (to version 5.1) has that of the counts given the most likely random effects, which is higher; that one,
    with its deviance and criteria, is `conditional_statistics` here. For UM.RS without τ² metafor's log-likelihood
    lacks the log-likelihood of the counts at their own proportions or rates.

    Variances of the coefficients take into account that τ² is estimated (the inverse of the whole information matrix),
    as there.

    References
    ----------
    Stijnen T, Hamza TH, Özdemir P (2010). doi:10.1002/sim.4040.
    Jackson D, Law M, Stijnen T, Viechtbauer W, White IR (2018). doi:10.1002/sim.7588.

    Examples
    --------
    >>> fit = glmm(events1=[4, 6, 3, 0], n1=[123, 306, 231, 40], events2=[11, 29, 11, 2], n2=[139, 303, 220, 38])
    >>> [round(value, 3) for value in fit.back_transformed]
    [0.232, 0.125, 0.43]
    >>> fit.k, round(fit.tau2, 3), round(fit.q_lrt_pvalue, 3)
    (4, 0.0, 0.607)
    """
    choices = check_glmm_choices(
        measure=measure,
        model=model,
        tau2=tau2,
        test=test,
        level=level,
        nagq=nagq,
        coding=coding,
        cor=cor,
        drop00=drop00,
        missing=missing,
    )
    studies = read_count_studies(
        table,
        measure,
        mods=mods,
        intercept=intercept,
        labels=labels,
        missing=missing,
        data=data,
        columns=dict(columns),
        keep_uninformative=choices.model == "UM.RS" and not drop00,
    )
    return fit_counts(studies, choices, prediction)
