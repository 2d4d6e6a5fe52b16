"""Bad input to influence, deletions, GOSH, permutations, residuals and shrinkage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import (
    baujat,
    blup,
    covariance,
    cumulative,
    fitted,
    gosh,
    hatvalues,
    influence,
    leave_one_out,
    permutation_test,
    qqnorm,
    radial,
    ranef,
    residuals,
    rstandard,
    rstudent,
)
from evidence.errors import InputError, OptionError, RowError
from evidence.pool import PooledResult, pool

if TYPE_CHECKING:
    from collections.abc import Callable

NAN = float("nan")
YI, VI = [0.1, 0.5, 0.3, 0.9, 0.2], [0.04, 0.02, 0.06, 0.03, 0.05]
TABLE = pd.DataFrame({"study": list("ABCDE"), "yi": YI, "vi": VI, "dose": [1.0, 2.0, 3.0, 5.0, 4.0]})
FIT, REGRESSION, SINGLE = pool(TABLE), pool(TABLE, mods="~ dose"), pool([0.3], [0.1])
WEIGHTED, KENWARD = pool(TABLE, weights="equal"), pool(TABLE, test="kr")
KNOWN = pool(TABLE, tau2="EE")  # whose subsets have a closed form
Row = tuple[Any, ...]

TAKE_A_FIT: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        baujat,
        blup,
        covariance,
        cumulative,
        fitted,
        gosh,
        hatvalues,
        influence,
        leave_one_out,
        permutation_test,
        qqnorm,
        radial,
        ranef,
        residuals,
        rstandard,
        rstudent,
    )
}
FOR_A_MEAN = ("cumulative", "leave_one_out", "radial")
REFIT = ("baujat", "cumulative", "gosh", "influence", "leave_one_out", "permutation_test", "rstudent")
NO_FITS = {"None": None, "table": TABLE, "list": YI, "text": "fit"}


@pytest.mark.parametrize("name", TAKE_A_FIT)
def test_what_is_no_fit(name: str, refused: Callable[..., None]) -> None:
    for given in NO_FITS.values():
        refused(
            lambda given=given: TAKE_A_FIT[name](given),
            InputError,
            f"{name}() takes a fit, such as pool(yi, vi)",
            type(given).__name__,
        )


@pytest.mark.parametrize("name", TAKE_A_FIT)
def test_one_study(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_A_FIT[name](SINGLE), InputError, f"{name}() needs at least two studies", "has one")


@pytest.mark.parametrize("name", FOR_A_MEAN)
def test_moderators(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_A_FIT[name](REGRESSION), InputError, f"{name}() is made for a pooled mean", "dose")


@pytest.mark.parametrize("name", REFIT)
def test_a_test_that_cannot_be_refitted(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_A_FIT[name](KENWARD), InputError, "test='kr'", "use one of 'z', 't', 'hksj', 'adhoc'")


@pytest.mark.parametrize("name", ["blup", "ranef"])
def test_other_weights(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_A_FIT[name](WEIGHTED), InputError, "the weights 1/(v + τ²)", "other weights")


OPTIONS: dict[str, Row] = {
    "clusters of another length": (
        lambda: leave_one_out(FIT, cluster=[1, 2]),
        InputError,
        "cluster has 2 value(s) for 5 studies",
        "one for each",
    ),
    "a study without a cluster": (
        lambda: leave_one_out(FIT, cluster=[1, 2, NAN, 1, 1]),
        RowError,
        "row 2 · study C",
        "value missing",
    ),
    "clusters by name": (lambda: leave_one_out(FIT, cluster="team"), InputError, "cluster must hold one value"),
    "clusters in two dimensions": (
        lambda: leave_one_out(FIT, cluster=np.ones((5, 2))),
        InputError,
        "cluster must hold one value",
    ),
    "an order of another length": (lambda: cumulative(FIT, order=[1, 2]), InputError, "order has 2 value(s) for 5"),
    "an order by name": (lambda: cumulative(FIT, order="year"), InputError, "order must hold one value"),
    "a study without a place": (
        lambda: cumulative(FIT, order=[1, 2, NAN, 1, 1]),
        RowError,
        "row 2 · study C",
        "value missing",
    ),
    "an order of numbers and words": (
        lambda: cumulative(FIT, order=[1, "a", 2, 3, 4]),
        InputError,
        "order mixes values that cannot be compared",
    ),
    "descending without an order": (lambda: cumulative(FIT, descending=True), InputError, "need order="),
    "no subsets": (lambda: gosh(FIT, subsets=0), InputError, "subsets=0", "at least 2"),
    "subsets fewer than none": (lambda: gosh(FIT, subsets=-5), InputError, "subsets=-5", "at least 2"),
    "half a subset": (lambda: gosh(FIT, subsets=10.5), InputError, "subsets=10.5", "whole number"),
    "subsets by name": (lambda: gosh(FIT, subsets="all"), InputError, "subsets='all'", "whole number"),
    "subsets True": (lambda: gosh(FIT, subsets=True), InputError, "subsets=True", "whole number"),
    "seed by name": (lambda: gosh(FIT, subsets=5, seed="a"), InputError, "seed='a'", "at least 0"),
    "negative seed": (lambda: gosh(FIT, subsets=5, seed=-1), InputError, "seed=-1", "at least 0"),
    "no iterations": (lambda: permutation_test(FIT, iterations=0), InputError, "iterations=0", "at least 2"),
    "iterations by name": (lambda: permutation_test(FIT, iterations="many"), InputError, "iterations='many'"),
    "too many to try all": (
        lambda: permutation_test(pool(np.arange(60) / 10, np.ones(60)), exact=True),
        InputError,
        "10^18 arrangements",
        "give iterations=",
    ),
    "exact and iterations": (
        lambda: permutation_test(FIT, exact=True, iterations=50),
        InputError,
        "iterations=50 has no meaning",
        "leave out one",
    ),
    "descending by number": (lambda: cumulative(FIT, order=YI, descending=1), OptionError, "descending=1", "True"),
    "collapse as text": (lambda: cumulative(FIT, order=YI, collapse="no"), OptionError, "collapse='no'", "True"),
    "center as text": (lambda: radial(FIT, center="no"), OptionError, "center='no'", "True"),
    "bonferroni as text": (lambda: qqnorm(FIT, bonferroni="no"), OptionError, "bonferroni='no'", "True"),
    "progress as text": (lambda: gosh(KNOWN, progress="no"), OptionError, "progress='no'", "True"),
    "progress of permutations as text": (
        lambda: permutation_test(FIT, progress="no"),
        OptionError,
        "progress='no'",
        "True",
    ),
    "exact as text": (lambda: permutation_test(FIT, exact="yes"), InputError, "exact='yes'", "True, False or None"),
    "alternative": (
        lambda: permutation_test(FIT, alternative="two-sided"),
        OptionError,
        "alternative='two-sided'",
        "did you mean 'two.sided'?",
    ),
    "definition of p": (lambda: permutation_test(FIT, p2defn="x"), OptionError, "p2defn='x'", "'abs', 'px2'"),
    "statistic": (lambda: permutation_test(FIT, stat="z"), OptionError, "stat='z'", "'test', 'coef'"),
    "level of predictions": (lambda: blup(FIT, level=95), InputError, "level=95", "did you mean 0.95?"),
    "envelope of none": (lambda: qqnorm(FIT, envelope=0), InputError, "envelope=0", "at least 2"),
    "envelope True": (lambda: qqnorm(FIT, envelope=True), InputError, "envelope=True", "whole number"),
    "level of the envelope": (lambda: qqnorm(FIT, level=2), InputError, "level=2", "between 0 and 1"),
    "residuals to plot": (lambda: qqnorm(FIT, type="x"), OptionError, "type='x'", "'rstandard', 'rstudent'"),
    "residuals": (lambda: residuals(FIT, type="x"), OptionError, "type='x'", "'response'"),
    "standardised residuals": (lambda: rstandard(FIT, type="x"), OptionError, "type='x'", "'marginal', 'conditional'"),
    "hat values": (lambda: hatvalues(FIT, type="x"), OptionError, "type='x'", "'diagonal', 'matrix'"),
    "covariance": (lambda: covariance(FIT, type="x"), OptionError, "type='x'", "'fixed', 'obs', 'fitted', 'resid'"),
    "no study to compare": (
        lambda: qqnorm(pool(YI[:2], VI[:2]), type="rstudent"),
        InputError,
        "no study can be compared with the others",
    ),
}


@pytest.mark.parametrize("row", OPTIONS.values(), ids=OPTIONS)
def test_options(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


EDGES: dict[str, PooledResult] = {
    "two studies": pool(YI[:2], VI[:2]),
    "equal effects": pool([0.3] * 4, [0.1] * 4),
    "equal effects, normal test": pool([0.3] * 4, [0.1] * 4, test="z"),
    "a moderator that one study alone has": pool(TABLE.assign(late=[0, 0, 0, 0, 1]), mods="~ late"),
    "names given twice": pool(TABLE, labels=["A", "A", "B", "B", "C"]),
    "effects of 1e-150": pool(np.array(YI) * 1e-150, np.array(VI) * 1e-300),
    "effects of 1e149": pool(np.array(YI) * 1e149, np.array(VI) * 1e298),
    "variances of 1e-12 and 1e12": pool([1, 2, 3, 4], [1e-12, 1, 1, 1e12]),
}


@pytest.mark.parametrize("name", [name for name in TAKE_A_FIT if name not in FOR_A_MEAN])
@pytest.mark.parametrize("fit", EDGES.values(), ids=EDGES)
def test_odd_but_right_fits_are_diagnosed_and_shown(name: str, fit: PooledResult) -> None:
    found = TAKE_A_FIT[name](fit)
    assert repr(found)
    assert not hasattr(found, "summary") or found.summary()


def test_rows_that_cannot_be_computed_say_why() -> None:
    pair = EDGES["two studies"]
    assert all("no more studies than coefficients" in reason for reason in influence(pair).reasons)
    assert all(leave_one_out(FIT, cluster=["team"] * 5).reasons)
    assert rstudent(EDGES["a moderator that one study alone has"]).reasons[4]


@pytest.mark.parametrize(("k", "least"), [(2, "0.500"), (3, "0.250"), (4, "0.125")])
def test_a_permutation_test_of_few_studies_says_what_it_cannot_show(k: int, least: str) -> None:
    found = permutation_test(pool(YI[:k], VI[:k], test="z"))
    assert f"no p-value can be below {least}" in " ".join(found.cautions)
    assert np.isfinite(found.pvalue).all()


def test_a_permutation_test_of_effects_all_alike_says_that_there_is_no_statistic() -> None:
    found = permutation_test(EDGES["equal effects"])
    assert np.isnan(found.statistic).all()
    assert "no test statistic for Intercept" in " ".join(found.cautions)


def test_large_effects_have_conditional_residuals_and_a_spread_of_subsets() -> None:
    large, plain = EDGES["effects of 1e149"], pool(YI, VI)
    assert rstandard(large, type="conditional").z == pytest.approx(rstandard(plain, type="conditional").z, rel=1e-9)
    spread, expected = gosh(large).quantiles(), gosh(plain).quantiles()
    assert spread.loc["estimate", "sd"] / 1e149 == pytest.approx(expected.loc["estimate", "sd"], rel=1e-9)
