"""Bad input to `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evidence.errors import InputError, OptionError
from evidence.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
Row = tuple[Any, ...]


def small(k: Any, **options: Any) -> Any:
    """Simulate next to nothing."""
    return simulate(k, **{"replications": 20, "seed": 1, "progress": False, **options})


def fail(*_: object) -> Any:
    """Fail."""
    raise ZeroDivisionError("by nothing")


FAULTS: dict[str, Row] = {
    "a thousand million studies": (lambda: small(10**9), InputError, "k=1000000000", "at most 5000000"),
    "an effect of 1e300": (lambda: small(5, effect=1e300), InputError, "effect=1e+300", "at most 1e+30"),
    "an effect True": (lambda: small(5, effect=True), InputError, "effect=True", "finite"),
    "τ² True": (lambda: small(5, tau2=True), InputError, "tau2=True", "finite"),
    "τ² of 1e300": (lambda: small(5, tau2=1e300), InputError, "tau2=1e+300", "at most 1e+60"),
    "data that fail": (
        lambda: small(5, data=fail),
        InputError,
        "fail() failed",
        "k=5",
        "ZeroDivisionError: by nothing",
    ),
    "data that are text": (lambda: small(5, data=lambda *_: "x"), InputError, "two arrays of shape (20, 5)"),
    "data that are none": (lambda: small(5, data=lambda *_: None), InputError, "two arrays of shape (20, 5)"),
    "data of another shape": (
        lambda: small(5, data=lambda *_: (np.ones((20, 6)), np.ones((20, 6)))),
        InputError,
        "effects of shape (20, 5)",
        "(20, 6)",
    ),
    "variances as text": (lambda: small(5, vi="a"), InputError, "vi='a'", "a list of numbers"),
    "no process": (lambda: small(5, jobs=0), InputError, "jobs=0", "all cores"),
    "processes as text": (lambda: small(5, jobs="a"), InputError, "jobs='a'", "all cores"),
    "fewer processes than none": (lambda: small(5, jobs=-2), InputError, "jobs=-2", "all cores"),
    "progress as text": (lambda: small(5, progress="no"), OptionError, "progress='no'"),
    "too many people": (lambda: small(5, data="binary", n=10**20), InputError, "such as (20, 100)"),
    "too many replications": (lambda: small(5, replications=10**15), InputError, "at most 1e+09"),
    "no study": (lambda: small(0), InputError, "k=0", "at least 2 studies"),
    "one study": (lambda: small(1), InputError, "k=1", "at least 2 studies"),
    "fewer than none": (lambda: small(-3), InputError, "k=-3", "at least 2 studies"),
    "half a study": (lambda: small(2.5), InputError, "k=2.5", "whole number"),
    "studies as text": (lambda: small("5"), InputError, "k='5'", "whole number"),
    "studies True": (lambda: small(True), InputError, "k=True", "whole number"),
    "studies NaN": (lambda: small(NAN), InputError, "k=nan", "whole number"),
    "one of several": (lambda: small([5, 1]), InputError, "k=1", "at least 2 studies"),
    "no k": (lambda: small([]), InputError, "nothing to simulate", "at least one k"),
    "no estimator": (lambda: small(5, estimators=[]), InputError, "nothing to simulate", "estimator"),
    "no test": (lambda: small(5, tests=[]), InputError, "nothing to simulate", "test"),
    "studies None": (lambda: small(None), InputError, "k=None", "whole number"),
    "effect by name": (lambda: small(5, effect="a"), InputError, "effect='a'", "finite"),
    "τ² by name": (lambda: small(5, tau2="DL"), InputError, "tau2='DL'", "at least 0"),
    "people by name": (lambda: small(5, n="a"), InputError, "n='a'", "such as (20, 100)"),
    "half a person": (lambda: small(5, n=20.5), InputError, "n=20.5", "such as (20, 100)"),
    "a range of three": (lambda: small(5, n=(1, 2, 3)), InputError, "n=(1, 2, 3)", "such as (20, 100)"),
    "a risk by name": (lambda: small(5, data="binary", risk="a"), InputError, "risk='a'", "between 0 and 1"),
    "a negative seed": (lambda: small(5, seed=-1), InputError, "seed=-1", "at least 0"),
    "a seed by name": (lambda: small(5, seed="a"), InputError, "seed='a'", "at least 0"),
    "half a seed": (lambda: small(5, seed=1.5), InputError, "seed=1.5", "whole number"),
    "effect NaN": (lambda: small(5, effect=NAN), InputError, "effect=nan", "finite"),
    "effect infinite": (lambda: small(5, effect=INF), InputError, "effect=inf", "finite"),
    "a negative τ²": (lambda: small(5, tau2=-1), InputError, "tau2=-1", "at least 0"),
    "τ² NaN": (lambda: small(5, tau2=NAN), InputError, "tau2=nan", "at least 0"),
    "data": (lambda: small(5, data="poisson"), OptionError, "data='poisson'", "'normal', 'binary'"),
    "effects that are missing": (
        lambda: small(5, data=lambda rng, draws, scenario: (np.full((draws, 5), NAN), np.ones((draws, 5)))),
        InputError,
        "must be finite",
    ),
    "negative variances": (lambda: small(5, vi=[-1] * 5), InputError, "vi", "positive and finite"),
    "variances of 0": (lambda: small(5, vi=[0] * 5), InputError, "vi", "positive and finite"),
    "variances NaN": (lambda: small(5, vi=[NAN] * 5), InputError, "vi", "positive and finite"),
    "four variances": (lambda: small(5, vi=[1] * 4), InputError, "vi holds 4", "one for each"),
    "nobody": (lambda: small(5, n=0), InputError, "n=0", "such as (20, 100)"),
    "fewer than nobody": (lambda: small(5, n=-4), InputError, "n=-4", "such as (20, 100)"),
    "a range upside down": (lambda: small(5, n=(100, 20)), InputError, "n=(100, 20)", "such as (20, 100)"),
    "a risk of 0": (lambda: small(5, data="binary", risk=0), InputError, "risk=0", "between 0 and 1"),
    "a risk of 1": (lambda: small(5, data="binary", risk=1), InputError, "risk=1", "between 0 and 1"),
    "a risk of 2": (lambda: small(5, data="binary", risk=2), InputError, "risk=2", "between 0 and 1"),
    "a risk NaN": (lambda: small(5, data="binary", risk=NAN), InputError, "risk=nan", "between 0 and 1"),
    "estimator": (lambda: small(5, estimators="XX"), OptionError, "'XX'", "'REML'"),
    "an estimator that needs weights": (lambda: small(5, estimators="GENQ"), InputError, "'GENQ'", "weights"),
    "test": (lambda: small(5, tests="kr"), OptionError, "'kr'", "'hksj'"),
    "level in percent": (lambda: small(5, level=95), InputError, "level=95", "did you mean 0.95?"),
    "no replication": (lambda: small(5, replications=0), InputError, "replications=0", "at least 2"),
    "one replication": (lambda: small(5, replications=1), InputError, "replications=1", "at least 2"),
    "half a replication": (lambda: small(5, replications=1.5), InputError, "replications=1.5", "whole number"),
    "replications by name": (lambda: small(5, replications="a"), InputError, "replications='a'", "whole number"),
    "engine": (lambda: small(5, engine="gpu"), OptionError, "engine='gpu'", "'numpy', 'numba'"),
}


@pytest.mark.parametrize("row", FAULTS.values(), ids=FAULTS)
def test_faults(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


def test_two_studies_and_a_rare_event_give_numbers() -> None:
    assert small(2).table[["bias", "coverage"]].notna().all(axis=None)
    assert small(3, data="binary", risk=1e-9).table[["bias", "coverage"]].notna().all(axis=None)
