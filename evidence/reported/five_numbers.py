"""Means and standard deviations from a median with quartiles, with a range, or with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, Problem, RowError
from ..vocabulary import (
    DataDistribution,
    FiveNumberMean,
    FiveNumberMethod,
    FiveNumberSD,
    SkewnessPolicy,
    allowed,
    check_flag,
    check_option,
)
from .finish import finish
from .five_number_blue import best_linear
from .five_number_fits import box_cox, fit_quantiles
from .five_number_formulas import (
    MEAN_FORMULAS,
    NUMBERS,
    SCENARIOS,
    SD_FORMULAS,
    Summary,
    back_transform,
    skewness_test,
)
from .values import ANY, COUNT, raise_rows, read, read_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .finish import Remark
    from .result import Derived
    from .values import BoolArray, FloatArray, Given, Values

__all__ = ["mean_sd_from_five_numbers"]

_DEFAULT = "luo/wan/shi"
_SMALLEST = 5


def mean_sd_from_five_numbers(
    *,
    n: Values,
    minimum: Values = None,
    q1: Values = None,
    median: Values = None,
    q3: Values = None,
    maximum: Values = None,
    method: str | tuple[str, str] = "default",
    dist: str | Sequence[str] = "norm",
    transf: bool = True,
    skewed: str = "withhold",
) -> Derived:
    r"""Return means and standard deviations from five-number summaries or parts of them.

    Three scenarios are told apart row by row: minimum, median and maximum; quartiles and median; all five. By default
    the mean is that of Luo (2018) and the SD that of Wan (2014) and Shi (2020), which are optimal for normal data.
    This is ``conv.fivenum`` of metafor.

    *Skewness.* The test of Shi (2023) needs the same numbers. Where it is significant at 0.05 the data are hardly
    normal, and mean and SD are withheld unless `skewed` says otherwise. With ``dist="lnorm"`` it tests the logarithms.
    For ``"qe"`` it is made only where a number is negative or the median 0, for ``"bc"`` not at all: these do not
    assume normal data.

    *Limits.* No mean lies outside its range, and no SD exceeds half of it times :math:`\sqrt{n/(n-1)}`. Where a method
    finds such numbers, they are withheld. There is a caution where the mean lies outside the quartiles.

    *Log-normal data.* With ``dist="lnorm"`` the default method is applied to the logarithms, and the result brought
    back with the bias correction of Shi (2020), unless ``transf=False``.

    Parameters
    ----------
    n : array_like of shape (k,)
        Numbers of people; with fewer than 5, nothing is derived.
    minimum, q1, median, q3, maximum : array_like of shape (k,), optional
        The numbers, in ascending order. Without a median there is an SD but no mean.
    method : str or (str, str)
        ``"default"``, which is ``"luo/wan/shi"``; ``"hozo2005"``, ``"wan2014"``, ``"bland2015"``, ``"walter2007"``;
        ``"blue"`` (Yang 2022); ``"qe"`` and ``"bc"`` (McGrath 2020). Two names give the formula of the mean
        (also ``"luo2016"``) and that of the SD (also ``"shi2020"``).
    dist : {"norm", "lnorm"} or sequence of them
        The distribution of the data; ``"lnorm"`` goes with the default method only.
    transf : bool
        Whether log-normal estimates are brought back to the raw scale.
    skewed : {"withhold", "raise", "keep"}
        What becomes of rows whose data are significantly skewed.

    Returns
    -------
    Derived
        Fields ``mean``, ``sd``; ``skewness`` and ``skewness_critical``, the statistic of the test and its critical
        value, wherever it can be computed.

    Raises
    ------
    InputError, OptionError, RowError
        Where no number is given, lengths differ, numbers are not in ascending order, or not above 0 for
        ``dist="lnorm"`` or ``method="bc"``; or — if asked — data are skewed.

    Notes
    -----
    The quantile method (``"qe"``) finds the global least-squares fit for any unit of measurement, where the reference
    implementation stops at bounds such as an SD of 50, and drops a distribution whose search fails. The Box–Cox method
    takes the moments by quadrature, where the reference draws random numbers: its answers scatter about these.

    References
    ----------
    Luo D and others (2018). doi:10.1177/0962280216669183. Wan X and others (2014). doi:10.1186/1471-2288-14-135.
    Shi J and others (2020). doi:10.1002/jrsm.1429; doi:10.4310/SII.2020.v13.n4.a9. Shi J and others (2023).
    doi:10.1177/09622802231172043. McGrath S and others (2020). doi:10.1177/0962280219889080. The others are in
    `evidence.reported.METHODS`.

    Examples
    --------
    >>> nan = float("nan")
    >>> result = mean_sd_from_five_numbers(
    ...     minimum=[2, nan, 2], q1=[nan, 4, 4], median=6, q3=[nan, 10, 10], maximum=[14, nan, 14], n=20
    ... )
    >>> result.mean.round(4), result.sd.round(4)
    (array([6.5945, 6.7195, 6.9388]), array([3.2116, 4.7871, 3.6794]))
    """
    means, sds = _methods(method)
    check_option("skewed", skewed, SkewnessPolicy)
    check_flag("transf", transf)
    columns = dict(zip(NUMBERS, (minimum, q1, median, q3, maximum), strict=True))
    if all(values is None for values in columns.values()):
        raise InputError("give at least some of minimum, q1, median, q3 and maximum")
    given = read({**{name: (values, ANY) for name, values in columns.items()}, "n": (n, COUNT)}, need=("n",))
    is_log = np.array(read_options("dist", dist, DataDistribution, len(given.labels))) == "lnorm"
    if is_log.any() and (means, sds) != (_DEFAULT, _DEFAULT):
        raise InputError(f"dist='lnorm' goes with method={_DEFAULT!r} only, not with {method!r}")
    _refuse(given, positive=is_log | (means == "bc"))
    with np.errstate(all="ignore"):
        s = _summary(given, is_log)
        statistic, critical = skewness_test(s)
        is_skewed = (statistic >= critical) & _assumes_normal(given, means)
        mean, sd, told = _estimate(s, means, sds)
        if transf:
            raw_mean, raw_sd = back_transform(s, mean, sd)
            mean, sd = np.where(is_log, raw_mean, mean), np.where(is_log, raw_sd, sd)
        numbers = {name: given[name] if transf else getattr(s, name) for name in NUMBERS}
        beyond, outside = _against_the_numbers(numbers, s, mean, sd)
    found = [
        f"the data are skewed: Shi's statistic is {value:.3f}, the critical value {limit:.3f}"
        for value, limit in zip(statistic, critical, strict=True)
    ]
    if skewed == "raise" and is_skewed.any():
        rows = np.flatnonzero(is_skewed)
        problems = [Problem(message=found[row], row=given.labels[row]) for row in rows]
        raise RowError(f"{len(rows)} row(s) are too skewed to derive a mean and SD from", problems)
    keep = skewed == "keep"
    withheld = [*_unusable(given, s), *_unfit(s, mean, sd, means, sds), beyond, (is_skewed & (not keep), found)]
    blank = np.any([where for where, _ in withheld], axis=0)
    return finish(
        _key(means, sds, is_log),
        given,
        {
            "mean": np.where(blank, np.nan, mean),
            "sd": np.where(blank, np.nan, sd),
            "skewness": statistic,
            "skewness_critical": critical,
        },
        withheld=withheld,
        notes=[*_one_only(given, s, means, sds), (np.array([bool(text) for text in told]), told)],
        cautions=[(is_skewed & keep, found), outside],
        options={
            "estimator": means if means == sds else f"{means} for the mean, {sds} for the SD",
            "dist": ", ".join(dict.fromkeys("lnorm" if log else "norm" for log in is_log)),
            "skewed": skewed,
            **({"transf": str(transf)} if is_log.any() else {}),
        },
        optional=("mean", "sd", "skewness", "skewness_critical"),
    )


def _methods(method: str | tuple[str, str]) -> tuple[str, str]:
    """Return the names of the formulas of mean and SD."""
    closed_mean, closed_sd = ((*allowed(kind), _DEFAULT) for kind in (FiveNumberMean, FiveNumberSD))
    if isinstance(method, (tuple, list)):
        if len(method) != 2:
            raise InputError("method as a pair names the formula of the mean and that of the SD")
        return check_option("method", method[0], closed_mean), check_option("method", method[1], closed_sd)
    chosen = check_option("method", method, ("default", *allowed(FiveNumberMethod)))
    return (_DEFAULT, _DEFAULT) if chosen == "default" else (chosen, chosen)


def _key(means: str, sds: str, is_log: BoolArray) -> str:
    """Return the entry of the catalogue."""
    if is_log.all():
        return "five-number-lognormal"
    if means != sds:
        return "five-number-closed"
    return f"five-number-{means.replace('/', '-')}"


def _refuse(given: Given, *, positive: BoolArray) -> None:
    """Refuse numbers that are not in ascending order, or not above 0 where their logarithm or power is taken."""
    highest, name = np.full(len(positive), -np.inf), np.full(len(positive), "", dtype=object)
    rules: list[tuple[BoolArray, str, str]] = []
    for column in NUMBERS:
        values = given[column]
        for before in NUMBERS[: NUMBERS.index(column)]:
            wrong = (values < highest) & (name == before)
            rules.append((wrong, f"it is smaller than {before}: the numbers must ascend", column))
        rules.append((positive & (values <= 0), "it must be above 0 for this distribution or method", column))
        name = np.where(given.has(column), column, name)
        highest = np.where(given.has(column), values, highest)
    raise_rows(given, rules)


def _summary(given: Given, is_log: BoolArray) -> Summary:
    """Return the summaries on their scale, with the scenario of each."""
    ends = given.has("minimum").astype(int) + given.has("maximum")
    quartiles = given.has("q1").astype(int) + given.has("q3")
    enough = given["n"] >= _SMALLEST
    scenario = np.select(
        [
            enough & (ends == 2) & (quartiles == 0),
            enough & (ends == 0) & (quartiles == 2),
            enough & (ends + quartiles == 4),
        ],
        [1, 2, 3],
        0,
    )
    scaled = {name: np.where(is_log, np.log(given[name]), given[name]) for name in NUMBERS}
    return Summary(**scaled, n=given["n"], scenario=scenario, is_log=is_log)


def _assumes_normal(given: Given, method: str) -> BoolArray:
    """Return the rows in which the method assumes normal data, so that skewness matters."""
    if method == "qe":
        only_normal: BoolArray = (given["median"] == 0) | np.any([given[name] < 0 for name in NUMBERS], axis=0)
        return only_normal
    return np.full(len(given.labels), method != "bc")


def _estimate(s: Summary, means: str, sds: str) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return means, SDs, and what is to be told of each row."""
    if means == "blue":
        return *best_linear(s), [""] * len(s.n)
    if means in {"qe", "bc"}:
        mean, sd, names = fit_quantiles(s) if means == "qe" else box_cox(s)
        return mean, sd, [f"fitted: {name}" if name else "" for name in names]
    return MEAN_FORMULAS[means](s), SD_FORMULAS[sds](s), [""] * len(s.n)


def _unusable(given: Given, s: Summary) -> list[Remark]:
    enough = given["n"] >= _SMALLEST
    return [
        *given.lacking("n"),
        (given["n"] < _SMALLEST, f"fewer than {_SMALLEST} people"),
        (enough & (s.scenario == 0), "it takes both ends of the range, or both quartiles, or all four"),
    ]


def _applies(method: str, s: Summary) -> BoolArray:
    applies: BoolArray = np.isin(s.scenario, SCENARIOS.get(method, (1, 2, 3)))
    return applies


def _unfit(s: Summary, mean: FloatArray, sd: FloatArray, means: str, sds: str) -> list[Remark]:
    """Return the rows that the method cannot serve, and why."""
    usable = s.scenario > 0
    neither = usable & ~_applies(means, s) & ~_applies(sds, s)
    whole = means in {"blue", "qe", "bc"}
    no_median = usable & np.isnan(s.median) & whole
    lost = (_applies(means, s) & ~np.isnan(s.median) & ~np.isfinite(mean)) | (
        _applies(sds, s) & ~(np.isnan(s.median) & whole) & ~np.isfinite(sd)
    )
    span = s.maximum - s.minimum
    no_spread = s.by_scenario(span, s.q3 - s.q1, span) == 0
    ties = "equal numbers leave this method without an answer" if whole else "the numbers are too large or too small"
    return [
        (
            neither,
            f"{means} needs {'all five numbers' if SCENARIOS.get(means) == (3,) else 'a range and no quartiles'}",
        ),
        (no_median, f"{means} needs a median"),
        (usable & ~neither & ~no_median & ~no_spread & lost, ties),
        (usable & no_spread, "there is no spread between the numbers"),
    ]


def _against_the_numbers(
    numbers: Mapping[str, FloatArray], s: Summary, mean: FloatArray, sd: FloatArray
) -> tuple[Remark, Remark]:
    """Return the rows whose range no sample with this mean or SD has, and those with a mean outside the quartiles.

    The SD of a sample is at most half its range, times the root of n/(n − 1).
    """
    low, high = numbers["minimum"], numbers["maximum"]
    slack = 1e-9 * (high - low)
    most = (high - low) / 2 * np.sqrt(s.n / (s.n - 1))
    beyond = np.isin(s.scenario, (1, 3)) & (high > low)
    beyond &= (mean < low - slack) | (mean > high + slack) | (sd > most + slack)
    outside = np.isin(s.scenario, (2, 3)) & ((mean < numbers["q1"]) | (mean > numbers["q3"]))
    return (
        (beyond, "no data with this minimum and maximum have the mean or SD that this method finds: use another"),
        (outside, "the mean that was derived lies outside the quartiles: possible only where data are very skewed"),
    )


def _one_only(given: Given, s: Summary, means: str, sds: str) -> list[Remark]:
    """Return the rows with a mean or an SD but not both, and why."""
    usable, no_median = s.scenario > 0, ~given.has("median")
    return [
        (usable & no_median, "no median: no mean, and no test for skewness"),
        (usable & ~no_median & ~_applies(means, s), f"no mean: {means} does not apply"),
        (usable & ~_applies(sds, s), f"no SD: {sds} does not apply"),
    ]
