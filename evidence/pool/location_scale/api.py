"""The function that people call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...vocabulary import BatchTest, LikelihoodKind, ScaleLink, check_option
from ..choices import check_choices
from .estimation import fit_location_scale
from .inputs import read_location_scale
from .result import LocationScaleChoices

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from .result import LocationScaleResult

__all__ = ["location_scale"]


def location_scale(
    yi: str | pd.DataFrame | ArrayLike,
    vi: str | ArrayLike | None = None,
    *,
    scale: str | pd.DataFrame | ArrayLike,
    mods: str | pd.DataFrame | ArrayLike | None = None,
    sei: str | ArrayLike | None = None,
    data: pd.DataFrame | None = None,
    labels: str | Sequence[object] | None = None,
    link: str = "log",
    method: str = "REML",
    test: str = "hksj",
    level: float = 0.95,
    measure: str | None = None,
    intercept: bool = True,
    scale_intercept: bool = True,
    missing: str = "raise",
) -> LocationScaleResult:
    r"""Fit a meta-regression in which moderators act on the between-study variance too.

    The model is :math:`y_i = x_i'β + u_i + e_i` with :math:`e_i \sim N(0, v_i)`, :math:`u_i \sim N(0, τ_i^2)` and
    :math:`\log τ_i^2 = z_i'α`, or with the identity link :math:`τ_i^2 = z_i'α \ge 0`. It is metafor's
    ``rma(yi, vi, mods, scale)``.

    Parameters
    ----------
    yi, vi, sei, mods, data, labels, level, measure, intercept, missing
        As for `evidence.pool.pool`.
    scale : str, DataFrame or array-like, shape (k,) or (k, m)
        Variables on which τ² depends: a formula such as ``"~ year + C(setting)"``, or their values.
    link : {"log", "identity"}
        With the log link every τ² is positive, and there is no estimate where that of some studies wants to be 0. The
        identity link allows τ² = 0; where that happens the scale coefficients have no standard errors.
    method : {"REML", "ML"}
        Restricted or full likelihood. Standard errors of the scale are from its observed information.
    test : {"z", "t", "hksj", "adhoc"}
        As for `evidence.pool.pool`; for the scale all but ``"z"`` are t tests with k − q degrees of freedom.
    scale_intercept : bool
        Whether `scale` gets an intercept.

    Returns
    -------
    LocationScaleResult

    Raises
    ------
    RowError, InputError, ColumnError, OptionError
        As `evidence.pool.pool`, and where there are not more studies than coefficients of both parts.
    ConvergenceError
        Where the likelihood has no finite maximum: it goes on rising while τ² of some studies goes to 0, or it is flat.

    References
    ----------
    Viechtbauer W, López-López JA (2022). Location-scale models for meta-analysis. Research Synthesis Methods
    13:697–715. doi:10.1002/jrsm.1562.

    Examples
    --------
    >>> yi, vi = [0.1, 0.5, 0.2, 0.9, -0.4, 1.2, -0.9, 1.4], [0.04] * 8
    >>> fit = location_scale(yi, vi, scale=[1, 1, 2, 2, 3, 3, 4, 4], test="z")
    >>> fit.scale_coefficients["estimate"].round(3).tolist()
    [-4.373, 1.212]
    >>> round(fit.qs_pvalue, 3), fit.tau2[[0, -1]].round(3).tolist()
    (0.078, [0.042, 1.606])
    """
    check_option("link", link, ScaleLink)
    check_option("method", method, LikelihoodKind)
    checked = check_choices(
        tau2=method, test=test, level=level, prediction=None, measure=measure, missing=missing, tests=BatchTest
    )
    choices = LocationScaleChoices(
        link=link, method=method, test=checked.test, level=checked.level, measure=checked.measure, missing=missing
    )
    data_read = read_location_scale(
        mods=mods,
        scale=scale,
        intercept=intercept,
        scale_intercept=scale_intercept,
        yi=yi,
        vi=vi,
        sei=sei,
        data=data,
        labels=labels,
        missing=missing,
    )
    return fit_location_scale(data_read, choices)
