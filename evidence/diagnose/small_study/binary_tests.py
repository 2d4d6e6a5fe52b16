"""Regression tests of funnel plot asymmetry for 2×2 tables and event counts.

The standard error of a log odds ratio depends on the odds ratio, so that Egger's test finds asymmetry where there is
no bias. These tests measure precision in ways that do not depend on the effect, or depend less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ...vocabulary import DebrayWeights, MacaskillWeights, ScoreMeasure, check_option
from .data import check_enough, numbers_per_study, read_data
from .lines import fit_line
from .regression_tests import RegressionTest, as_regression_test
from .tables import read_two_by_two

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from ...pool import PooledResult
    from ...pool.core import Array
    from .tables import TwoByTwo

__all__ = ["debray", "deeks", "harbord", "macaskill", "peters"]


def harbord(
    table: pd.DataFrame, *, measure: str = "OR", level: float = 0.95, force: bool = False, **columns: Any
) -> RegressionTest:
    r"""Test for funnel plot asymmetry with the efficient score of each 2×2 table (Harbord).

    With d events among N people, :math:`n_1` of them in group 1 and a of the events there, the score is
    :math:`Z = a - d n_1/N` with variance :math:`V = n_1 n_2 d (N-d)/(N^2(N-1))` for the odds ratio, and
    :math:`Z = (aN - d n_1)/(N-d)` with :math:`V = n_1 n_2 d/(N(N-d))` for the risk ratio. :math:`Z/V` is regressed
    on :math:`1/\sqrt{V}` with weights V.

    Parameters
    ----------
    table : DataFrame
        One row per study: ``events1``, ``n1`` or ``nonevents1``, ``events2``, ``n2`` or ``nonevents2``.
    measure : {"OR", "RR"}
        The effect.
    level : float
        Level of the intervals.
    force : bool
        Whether to test fewer than ten studies.
    **columns
        Where the numbers are, if their columns have other names; as for `evidence.effects.effect_sizes`.

    Returns
    -------
    RegressionTest
        Studies in which nobody, or everybody, had the event are left out.

    Raises
    ------
    ColumnError, RowError
        Where columns or counts cannot be used.
    InputError
        With fewer than ten studies unless forced.

    References
    ----------
    Harbord RM, Egger M, Sterne JAC (2006). A modified test for small-study effects. doi:10.1002/sim.2380.
    Harbord RM, Harris RJ, Sterne JAC (2009). Updated tests for small-study effects in meta-analyses.
    doi:10.1177/1536867X0900900202.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [1, 4, 10, 30], "n1": [20, 40, 90, 200],
    ...                        "events2": [5, 9, 14, 34], "n2": [20, 40, 90, 200]})
    >>> found = harbord(trials, force=True)
    >>> round(found.statistic, 3), round(found.pvalue, 4)
    (-8.758, 0.0128)
    """
    measure = check_option("measure", measure, ScoreMeasure)
    counts = read_two_by_two(table, columns, measure=measure)
    small = check_enough(counts.k, what="Harbord's test", force=force)
    n1, n2, n, events, nonevents = counts.n1, counts.n2, counts.n, counts.events, counts.nonevents
    if measure == "OR":
        # a - d n1/N, as a difference of products that are exact for counts
        score = (counts.a * n2 - counts.c * n1) / n
        variance = (n1 / n) * (n2 / n) * events * (nonevents / (n - 1))
    else:
        score = (counts.a * n2 - counts.c * n1) / nonevents
        variance = (n1 / n) * n2 * (events / nonevents)
    return _line(
        counts,
        score / variance,
        1 / variance,
        np.sqrt(1 / variance),
        method=f"Harbord's score test of funnel plot asymmetry ({measure})",
        predictor="sqrt(1/V)",
        vanishes=True,
        level=level,
        cautions=small,
    )


def peters(
    table: pd.DataFrame, *, measure: str = "OR", level: float = 0.95, force: bool = False, **columns: Any
) -> RegressionTest:
    r"""Test for funnel plot asymmetry by regression on the inverse of the sample size (Peters).

    With d events among N people the weights are :math:`1/(1/d + 1/(N-d))`, which do not depend on the effect.

    Parameters
    ----------
    table, level, force, **columns
        As for `harbord`.
    measure : {"OR", "RR", "RD"}
        The effect; half an event is added to rows with a zero cell.

    Returns
    -------
    RegressionTest
        Studies in which nobody, or everybody, had the event are left out.

    References
    ----------
    Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L (2006). Comparison of two methods to detect publication bias
    in meta-analysis. doi:10.1001/jama.295.6.676.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [1, 4, 10, 30], "n1": [20, 40, 90, 200],
    ...                        "events2": [5, 9, 14, 34], "n2": [20, 40, 90, 200]})
    >>> found = peters(trials, force=True)
    >>> round(found.statistic, 3), round(found.pvalue, 4)
    (-38.04, 0.0007)
    """
    counts = read_two_by_two(table, columns, measure=check_option("measure", measure, ("OR", "RR", "RD")))
    small = check_enough(counts.k, what="Peters' test", force=force)
    return _line(
        counts,
        counts.yi,
        _pooled_variance(counts),
        1 / counts.n,
        method=f"Peters' regression test of funnel plot asymmetry ({measure})",
        predictor="1/n",
        vanishes=True,
        level=level,
        cautions=small,
    )


def macaskill(
    table: pd.DataFrame,
    *,
    measure: str = "OR",
    weights: str = "FPV",
    level: float = 0.95,
    force: bool = False,
    **columns: Any,
) -> RegressionTest:
    r"""Test for funnel plot asymmetry by regression on the sample size (Macaskill).

    Parameters
    ----------
    table, level, force, **columns
        As for `harbord`.
    measure : {"OR", "RR", "RD"}
        The effect; half an event is added to rows with a zero cell.
    weights : {"FPV", "FIV"}
        With d events among N people, :math:`1/(1/d + 1/(N-d))`, from the pooled risk; or the inverse of each
        study's own variance, which is ``egger(fit, predictor="ni")``.

    Returns
    -------
    RegressionTest
        Studies in which nobody, or everybody, had the event are left out.

    References
    ----------
    Macaskill P, Walter SD, Irwig L (2001). A comparison of methods to detect publication bias in meta-analysis.
    doi:10.1002/sim.698.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [1, 4, 10, 30], "n1": [20, 40, 90, 200],
    ...                        "events2": [5, 9, 14, 34], "n2": [20, 40, 90, 200]})
    >>> round(macaskill(trials, force=True).pvalue, 4)
    0.1597
    """
    counts = read_two_by_two(table, columns, measure=check_option("measure", measure, ("OR", "RR", "RD")))
    kind = check_option("weights", weights, MacaskillWeights)
    small = check_enough(counts.k, what="Macaskill's test", force=force)
    return _line(
        counts,
        counts.yi,
        counts.vi if kind == "FIV" else _pooled_variance(counts),
        counts.n,
        method=f"Macaskill's regression test of funnel plot asymmetry ({measure}, {kind})",
        predictor="n",
        vanishes=False,
        level=level,
        cautions=small,
    )


def deeks(table: pd.DataFrame, *, level: float = 0.95, force: bool = False, **columns: Any) -> RegressionTest:
    r"""Test for funnel plot asymmetry of diagnostic odds ratios (Deeks).

    The log odds ratio is regressed on :math:`1/\sqrt{ESS}` with weights ESS, the effective sample size
    :math:`4 n_1 n_2/(n_1 + n_2)`. Group 1 are people with the disease and group 2 people without it; an event is a
    positive test.

    Parameters
    ----------
    table, level, force, **columns
        As for `harbord`; half an event is added to rows with a zero cell.

    Returns
    -------
    RegressionTest
        Studies in which every test, or none, was positive are left out.

    References
    ----------
    Deeks JJ, Macaskill P, Irwig L (2005). The performance of tests of publication bias and other sample size effects
    in systematic reviews of diagnostic test accuracy. doi:10.1016/j.jclinepi.2005.01.016.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [18, 30, 70, 150], "n1": [20, 40, 90, 200],
    ...                        "events2": [2, 9, 14, 34], "n2": [20, 40, 80, 200]})
    >>> round(deeks(trials, force=True).pvalue, 4)
    0.4289
    """
    counts = read_two_by_two(table, columns)
    small = check_enough(counts.k, what="Deeks' test", force=force)
    size = 4 * counts.n1 * (counts.n2 / counts.n)
    return _line(
        counts,
        counts.yi,
        1 / size,
        1 / np.sqrt(size),
        method="Deeks' regression test of funnel plot asymmetry (diagnostic odds ratio)",
        predictor="1/sqrt(ESS)",
        vanishes=True,
        level=level,
        cautions=small,
    )


def debray(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    events: ArrayLike | None = None,
    events1: ArrayLike | None = None,
    events2: ArrayLike | None = None,
    weights: str = "FIV",
    level: float | None = None,
    force: bool = False,
) -> RegressionTest:
    r"""Test for funnel plot asymmetry by regression on the inverse of the number of events (Debray).

    Made for hazard ratios, whose precision follows from the events rather than from the people.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    events : array-like, shape (k,), optional
        Events in both groups; by default the sum of `events1` and `events2`. Without any event, 1 is used.
    events1, events2 : array-like, shape (k,), optional
        Events in each group. Where one of them is 0, half an event is added to both.
    weights : {"FIV", "FAV"}
        The inverse of each study's variance; or :math:`1/(1/d_1 + 1/d_2)`, for which the events of both groups are
        needed.
    level : float, optional
        Level of the intervals; that of the fit by default.
    force : bool
        Whether to test fewer than ten studies.

    Returns
    -------
    RegressionTest

    Raises
    ------
    InputError
        Where events are missing, negative or contradict each other; with fewer than ten studies unless forced.

    References
    ----------
    Debray TPA, Moons KGM, Riley RD (2018). Detecting small-study effects and funnel plot asymmetry in meta-analysis of
    survival data. doi:10.1002/jrsm.1266.

    Examples
    --------
    >>> found = debray([-0.9, -0.5, -0.4, -0.2], [0.40, 0.15, 0.08, 0.03], events=[10, 26, 50, 130], force=True)
    >>> round(found.statistic, 3), round(found.pvalue, 4)
    (-5.253, 0.0344)
    """
    data = read_data(fit, vi, what="debray()", level=level, moderators=False)
    kind = check_option("weights", weights, DebrayWeights)
    small = check_enough(data.k, what="Debray's test", force=force)
    given = {
        name: numbers_per_study(name, values, data)
        for name, values in {"events": events, "events1": events1, "events2": events2}.items()
        if values is not None
    }
    negative = [name for name, values in given.items() if (values < 0).any()]
    if negative:
        raise InputError(f"{' and '.join(negative)} cannot be negative")
    both = "events1" in given and "events2" in given
    if kind == "FAV" and not both:
        raise InputError("weights='FAV' needs the events of both groups: give events1= and events2=")
    if not both and "events" not in given:
        raise InputError("debray() needs the number of events: give events=, or events1= and events2=")
    if both and "events" in given and not np.allclose(given["events"], given["events1"] + given["events2"]):
        raise InputError("events is not the sum of events1 and events2; give one or the other")
    total = given["events"] if "events" in given else given["events1"] + given["events2"]
    variance, values = data.vi, np.where(total == 0, 1.0, total)
    if kind == "FAV":
        more = np.where((given["events1"] == 0) | (given["events2"] == 0), 0.5, 0.0)
        first, second = given["events1"] + more, given["events2"] + more
        variance, values = 1 / first + 1 / second, first + second
    choices = data.choices
    line = fit_line(
        data.yi,
        variance,
        np.column_stack([np.ones(data.k), 1 / values]),
        tau2="EE",
        test="hksj",
        level=choices.level,
        predictor="the number of events",
    )
    return as_regression_test(
        line,
        method=f"Debray's regression test of funnel plot asymmetry ({kind})",
        model="lm",
        predictor="1/events",
        k=data.k,
        terms=("Intercept", "1/events"),
        vanishes=True,
        tau2_method="EE",
        test="hksj",
        level=choices.level,
        cautions=small,
    )


def _pooled_variance(counts: TwoByTwo) -> Array:
    return np.asarray(1 / counts.events + 1 / counts.nonevents)


def _line(
    counts: TwoByTwo,
    yi: Array,
    vi: Array,
    values: Array,
    *,
    method: str,
    predictor: str,
    vanishes: bool,
    level: float,
    cautions: tuple[str, ...],
) -> RegressionTest:
    """Regress effects on values with weights 1/vi and free dispersion."""
    line = fit_line(
        yi,
        vi,
        np.column_stack([np.ones(counts.k), values]),
        tau2="EE",
        test="hksj",
        level=level,
        predictor=f"the predictor ({predictor})",
    )
    return as_regression_test(
        line,
        method=method,
        model="lm",
        predictor=predictor,
        k=counts.k,
        terms=("Intercept", predictor),
        vanishes=vanishes,
        tau2_method="EE",
        test="hksj",
        level=level,
        cautions=(*cautions, *counts.cautions()),
        excluded=counts.excluded,
    )
