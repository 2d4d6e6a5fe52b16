"""The function that people call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
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
) -> PooledResult:
    r"""Pool effects, or regress them on moderators.

    The model is :math:`y_i = x_i'β + u_i + e_i` with :math:`u_i \sim N(0, τ²)` and
    :math:`e_i \sim N(0, v_i)`; the weights are :math:`1/(v_i + τ²)`.

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
    tau2 : {"EE", "DL", "PM", "ML", "REML"} or float
        Estimator of the between-study variance, or its value. ``"EE"`` is the equal-effects model.
    test : {"z", "t", "hksj", "adhoc"}
        Normal; t with k − p degrees of freedom; Hartung–Knapp–Sidik–Jonkman; the same with its scale not below 1.
    level : float
        Level of every interval.
    prediction : {"k-p", "k-p-1", "normal"}, optional
        Distribution of the prediction interval; by default that of the test.
    measure : str, optional
        The effect measure, such as ``"RR"``. It labels the result and back-transforms what is displayed; it changes
        no number.
    intercept : bool
        Whether `mods` get an intercept.
    missing : {"raise", "drop"}
        Whether rows that lack a value are an error, or are left out, listed with the reason in ``to_frame()``.

    Returns
    -------
    PooledResult

    Raises
    ------
    RowError
        Listing every row with a value that cannot be used.
    InputError, ColumnError, OptionError
        Where lengths, columns or options do not fit, or moderators are collinear or too many.
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
    choices = check_choices(tau2=tau2, test=test, level=level, prediction=prediction, measure=measure, missing=missing)
    studies = read_studies(yi, vi, sei=sei, mods=mods, data=data, labels=labels, missing=missing)
    if studies.moderators is None:
        if not intercept:
            raise InputError("without an intercept and without moderators there is nothing to estimate")
        design = mean_design(len(studies.yi))
    else:
        design = build_design(studies.moderators, studies.data, intercept=intercept, labels=studies.labels)
    return fit_studies(studies, design, choices)
