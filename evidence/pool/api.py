"""The function that people call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
from ..vocabulary import TestName, check_flag
from .choices import check_choices
from .design import build_design, mean_design
from .fit import fit_studies
from .inputs import read_studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from .result import PooledResult

__all__ = ["pool"]


def pool(
    yi: str | pd.DataFrame | ArrayLike,
    vi: str | ArrayLike | None = None,
    *,
    sei: str | ArrayLike | None = None,
    mods: str | pd.DataFrame | ArrayLike | None = None,
    data: pd.DataFrame | None = None,
    labels: str | Sequence[object] | None = None,
    tau2: str | float = "REML",
    test: str = "hksj",
    level: float = 0.95,
    prediction: str | None = None,
    measure: str | None = None,
    intercept: bool = True,
    missing: str = "raise",
    weights: str | ArrayLike | None = None,
    tau2_ci_method: str | None = None,
) -> PooledResult:
    r"""Pool effects, or regress them on moderators.

    The model is :math:`y_i = x_i'β + u_i + e_i` with :math:`u_i \sim N(0, τ²)` and
    :math:`e_i \sim N(0, v_i)`; the weights are :math:`1/(v_i + τ²)` unless others are given.

    Parameters
    ----------
    yi : array-like, shape (k,), str or DataFrame
        Effects; a column of `data`; or a table with columns ``yi`` and ``vi``, which then is `data`.
    vi : array-like, shape (k,), or str, optional
        Their sampling variances, in the squared unit of the effects.
    sei : array-like, shape (k,), or str, optional
        Their standard errors, instead of `vi`.
    mods : str, DataFrame or array-like, shape (k,) or (k, m), optional
        Moderators: a right-hand-side formula such as ``"~ latitude + C(allocation)"`` in the columns of the table,
        or their values.
    data : DataFrame, optional
        The table in which names are looked up.
    labels : sequence or str, optional
        Study names. By default the table's column ``study``, ``label`` or ``study_id``, or its index.
    tau2 : str or float
        Estimator of the between-study variance, or its value: ``"REML"``, ``"ML"``, ``"DL"``, ``"PM"``, ``"EB"``,
        ``"HE"``, ``"HS"``, ``"HSk"``, ``"SJ"``, ``"PMM"``, ``"DLIT"``, ``"SJIT"``, and ``"GENQ"`` and ``"GENQM"``,
        which are made of `weights` (`evidence.pool.tau2.estimate_tau2`). ``"EE"`` is the equal-effects model, and
        ``"FE"``, fixed effects, the same numbers by another name.
    test : {"z", "t", "hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6", "kr"}
        Normal; t with k − p degrees of freedom; Hartung–Knapp–Sidik–Jonkman (also ``"knha"`` or ``"hk"``); the same
        with its scale not below 1; the same but never narrower than the normal interval; the same with its scale not
        below 1 where it would be narrower than DerSimonian and Laird's interval; Kenward–Roger. In meta these are
        ``method.random.ci`` classic, –, HK, HK with ``adhoc.hakn.ci`` se, ci and IQWiG6, and KR. The last three are
        for a mean.
    level : float
        Level of every interval.
    prediction : {"k-p", "k-p-1", "normal", "tau", "kr", "kr-1"}, optional
        Distribution of the prediction interval; by default that of the test. meta's ``method.predict`` are: with
        ``test="z"`` or ``"t"`` V ``"k-p"``, HTS ``"k-p-1"``, S ``"normal"``; with ``test="hksj"`` HK ``"k-p"``, HK-PR
        ``"k-p-1"``; with ``test="kr"`` KR ``"kr"``, KR-PR ``"kr-1"``. metafor's ``predtype`` are riley ``"k-p-1"``, t
        ``"k-p"`` and simple ``"tau"``. For the parametric bootstrap (NNF) see `bootstrap_prediction`.
    measure : str, optional
        The effect measure, such as ``"RR"``. It labels the result and back-transforms what is displayed; it changes
        no number.
    intercept : bool
        Whether `mods` get an intercept. A column of ones in `mods` is taken for one.
    missing : {"raise", "drop"}
        Whether rows that lack a value are an error, or are left out, listed with the reason in ``to_frame()``.
    weights : array-like, shape (k,), or str, optional
        Weights of the estimate instead of the inverse variances: positive numbers, a column of `data`, or ``"equal"``.
        The standard error is that of the weighted mean under the model. ``"GENQ"`` and ``"GENQM"`` use them for τ².
    tau2_ci_method : {"QP", "GENQ", "BJ", "J", "PL", "Wald", "HT"}, optional
        Interval of τ², I² and H² (`evidence.pool.intervals`); by default Q-profile, and generalised Q with the
        estimators of that name.

    Returns
    -------
    PooledResult

    Raises
    ------
    RowError
        Listing every row with a value that cannot be used.
    InputError, ColumnError, OptionError
        Where lengths, columns or options do not fit, moderators are collinear or too many, or a test, an interval or
        an estimator is asked for that does not go with the model.
    ConvergenceError
        Where τ² was not found; there is no known case.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03.
    IntHout J, Ioannidis JPA, Borm GF (2014). The Hartung–Knapp–Sidik–Jonkman method. doi:10.1186/1471-2288-14-25.

    Examples
    --------
    >>> fit = pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01], measure="SMD")
    >>> round(fit.estimate, 3), tuple(round(limit, 3) for limit in fit.ci)
    (0.377, (-0.011, 0.766))
    >>> fit.k, round(fit.tau2, 4), round(fit.i2, 1)
    (4, 0.0429, 63.0)
    """
    intercept = check_flag("intercept", intercept)
    equal = isinstance(weights, str) and weights == "equal"
    choices = check_choices(
        tau2=tau2,
        test=test,
        level=level,
        prediction=prediction,
        measure=measure,
        missing=missing,
        weights="equal" if equal else "inverse-variance" if weights is None else "given",
        tau2_ci_method=tau2_ci_method,
        tests=TestName,
    )
    studies = read_studies(
        yi, vi, sei=sei, mods=mods, data=data, labels=labels, missing=missing, weights=None if equal else weights
    )
    if studies.moderators is None:
        if not intercept:
            raise InputError("without an intercept and without moderators there is nothing to estimate")
        design = mean_design(len(studies.yi))
    else:
        design = build_design(studies.moderators, studies.data, intercept=intercept, labels=studies.labels)
    return fit_studies(studies, design, choices)
