"""Generalised linear mixed models for odds ratios, rate ratios, proportions and rates."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

from ..errors import InputError, OptionError
from ..pool.choices import check_level
from ..vocabulary import GlmmMeasure, GlmmModel, LikelihoodTau2, WaldTest, check_option
from .glmm_data import read_count_studies
from .glmm_fit import fit_counts
from .glmm_result import GlmmChoices, GlmmResult
from .quadrature import MOST_POINTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import pandas as pd

    from ..pool.core import Array
    from .tables import Values

__all__ = ["glmm"]

_CODINGS = (0.5, 1.0, 0.0)


def glmm(
    table: pd.DataFrame | None = None,
    measure: str = "OR",
    *,
    model: str = "UM.FS",
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
    model : {"UM.FS", "UM.RS", "CM.EL", "CM.AL"}
        For two groups: unconditional with a fixed level for each study, or with random study levels; conditional on
        the number of events in each study, with the exact (noncentral hypergeometric) likelihood, or with the
        binomial one that approximates it where events are rare. For rates both conditional models are exact and
        the same. Without meaning for one group.
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
    prediction : {"k-p", "k-p-1", "normal"}, optional
        Distribution of the prediction interval; by default that of the test.
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
    choices = _check_choices(
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


def _check_choices(*, coding: Any, nagq: Any, **given: Any) -> GlmmChoices:
    check_option("measure", given["measure"], GlmmMeasure)
    check_option("model", given["model"], GlmmModel)
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
    one_group = given["measure"] in ("PLO", "IRLN")
    model = "" if one_group else given["model"]
    if given["cor"] and model != "UM.RS":
        raise InputError("cor=True is for model='UM.RS': the others have one random effect")
    if given["measure"] == "IRR" and model == "CM.AL":
        model = "CM.EL"  # given their sum, Poisson counts are binomial: there is nothing to approximate
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
