"""Bad input to selection models, p-uniform and p-uniform*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose.selection import p_uniform, p_uniform_star, selection_model
from evidence.errors import InputError, OptionError, RowError
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
# fmt: off
YI = np.array([1.01, 0.82, 0.59, 0.44, 0.84, 0.73, 1.12, 0.04, 0.24, 0.32, 1.04, 1.31, 0.59, 0.66, 0.62, 0.47])
SEI = np.array([0.52, 0.46, 0.23, 0.18, 0.29, 0.29, 0.36, 0.37, 0.15, 0.40, 0.32, 0.57, 0.29, 0.19, 0.31, 0.27])
# fmt: on
VI = SEI**2
TABLE = pd.DataFrame({"study": [f"S{row}" for row in range(16)], "yi": YI, "vi": VI, "year": np.arange(16.0)})
FIT, REGRESSION = pool(TABLE), pool(TABLE, mods="~ year")
SINGLE, PAIR, THREE = pool(YI[:1], VI[:1]), pool(YI[:2], VI[:2]), pool(YI[:3], VI[:3])
NONE_SIGNIFICANT = ([0.1, 0.2], [1.0, 1.0])
KINDS = ("3PSM", "4PSM", "beta", "halfnorm", "negexp", "logistic", "power", "negexppow", "truncest")
Row = tuple[Any, ...]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_fit(kind: str, refused: Callable[..., None]) -> None:
    for given in (None, TABLE, list(YI)):
        refused(
            lambda given=given: selection_model(given, kind),
            InputError,
            "selection_model() takes a fit, such as pool(yi, vi)",
            type(given).__name__,
        )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "PSM" not in kind])
def test_fewer_studies_than_parameters(kind: str, refused: Callable[..., None]) -> None:
    refused(lambda: selection_model(SINGLE, kind), InputError, "more studies than coefficients", "has 1")
    refused(lambda: selection_model(PAIR, kind), InputError, "parameters and 2 studies", "fix some of delta")


@pytest.mark.parametrize("kind", KINDS)
def test_weights_of_its_own(kind: str, refused: Callable[..., None]) -> None:
    weighted = pool(TABLE, weights="equal")
    refused(lambda: selection_model(weighted, kind), InputError, "fits the model anew", "equal weights")


FAULTS: dict[str, Row] = {
    "kind": (lambda: selection_model(FIT, "step"), OptionError, "kind='step'", "did you mean 'stepfun'?"),
    "no steps": (lambda: selection_model(FIT, "stepfun"), InputError, "needs steps", "such as steps=(0.025, 0.5)"),
    "a step of 0": (lambda: selection_model(FIT, "stepfun", steps=0), InputError, "steps=0", "above 0 and at most 1"),
    "a step of 2": (lambda: selection_model(FIT, "stepfun", steps=2), InputError, "steps=2", "above 0 and at most 1"),
    "a step NaN": (lambda: selection_model(FIT, "stepfun", steps=NAN), InputError, "steps=nan", "finite"),
    "a step by name": (lambda: selection_model(FIT, "stepfun", steps="a"), InputError, "steps='a'", "numbers"),
    "an empty list of steps": (lambda: selection_model(FIT, "stepfun", steps=[]), InputError, "steps=[]"),
    "an empty interval": (
        lambda: selection_model(FIT, "stepfun", steps=[0.05, 0.0501]),
        InputError,
        "no study in 0.05 < p ≤ 0.0501",
        "empty='merge'",
    ),
    "no significant study": (
        lambda: selection_model(pool(-YI, VI)),
        InputError,
        "no study in 0 < p ≤ 0.025",
        "would go to infinity",
        "Choose other steps",
    ),
    "nothing beyond the cutpoint": (
        lambda: selection_model(FIT, "trunc"),
        InputError,
        "the cutpoint 0",
        "Choose another cutpoint",
    ),
    "empty intervals": (lambda: selection_model(FIT, empty="x"), OptionError, "empty='x'", "'raise', 'merge'"),
    "alternative": (
        lambda: selection_model(FIT, alternative="two-sided"),
        OptionError,
        "alternative='two-sided'",
        "did you mean 'two.sided'?",
    ),
    "precision": (lambda: selection_model(FIT, "halfnorm", prec="se"), OptionError, "prec='se'", "did you mean 'sei'?"),
    "precision of steps": (lambda: selection_model(FIT, prec="sei"), InputError, "prec is for halfnorm", "'stepfun'"),
    "precision without sizes": (
        lambda: selection_model(FIT, "halfnorm", prec="ninv"),
        InputError,
        "prec='ninv' needs ni",
    ),
    "sizes of another length": (
        lambda: selection_model(FIT, "halfnorm", prec="ninv", ni=[1]),
        InputError,
        "ni has 1 value(s) for 16 studies",
    ),
    "negative sizes": (
        lambda: selection_model(FIT, "halfnorm", prec="ninv", ni=[-1] * 16),
        InputError,
        "ni must be positive",
    ),
    "a negative weight": (lambda: selection_model(FIT, "beta", delta=[-1, 1]), InputError, "delta[0]=-1.0", "above 0"),
    "an infinite weight": (lambda: selection_model(FIT, "beta", delta=[INF, 1]), InputError, "delta[0]=inf", "finite"),
    "a weight by name": (lambda: selection_model(FIT, "beta", delta="a"), InputError, "delta='a'", "NaN for those"),
    "bounds upside down": (
        lambda: selection_model(FIT, delta_min=[1, 5], delta_max=[1, 2]),
        InputError,
        "delta_min=[1.0, 5.0]",
        "below delta_max=[1.0, 2.0]",
    ),
    "a bound by name": (lambda: selection_model(FIT, delta_max="a"), InputError, "delta_max='a'", "numbers"),
    "decreasing curve": (lambda: selection_model(FIT, "beta", decreasing=True), InputError, "decreasing=True", "step"),
    "smallest p of 2": (lambda: selection_model(FIT, "beta", pval_min=2), InputError, "pval_min=2", "below 0.5"),
    "smallest p NaN": (lambda: selection_model(FIT, "beta", pval_min=NAN), InputError, "pval_min=nan", "finite"),
    "a subset of another length": (lambda: selection_model(FIT, subset=[True]), InputError, "subset has 1 value(s)"),
    "a subset of none": (
        lambda: selection_model(FIT, subset=[False] * 16),
        InputError,
        "holds no study",
        "at least one",
    ),
    "a subset of numbers": (lambda: selection_model(FIT, subset=[1] * 16), InputError, "True or False for each study"),
    "a subset with a gap": (
        lambda: selection_model(FIT, subset=[NAN, *[True] * 15]),
        RowError,
        "row 0 · study S0",
        "value missing",
    ),
    "level in percent": (lambda: selection_model(FIT, level=95), InputError, "level=95", "did you mean 0.95?"),
    "interval at a level in percent": (
        lambda: selection_model(FIT).confint(level=95),
        InputError,
        "level=95",
        "did you mean 0.95?",
    ),
    "p-uniform, moderators": (
        lambda: p_uniform(REGRESSION),
        InputError,
        "p_uniform() is made for a pooled mean",
        "year",
    ),
    "p-uniform, none significant": (
        lambda: p_uniform(*NONE_SIGNIFICANT),
        InputError,
        "no study is significant on the right at alpha=0.05",
    ),
    "p-uniform, the other side": (
        lambda: p_uniform(FIT, side="left"),
        InputError,
        "no study is significant on the left",
    ),
    "p-uniform, side": (lambda: p_uniform(FIT, side="up"), OptionError, "side='up'", "'left', 'right'"),
    "p-uniform, method": (lambda: p_uniform(FIT, method="X"), OptionError, "method='X'", "'P', 'LNP'"),
    "p-uniform at 5": (lambda: p_uniform(FIT, alpha=5), InputError, "alpha=5", "such as 0.05"),
    "p-uniform, level in percent": (lambda: p_uniform(FIT, level=95), InputError, "level=95", "0.95?"),
    "p-uniform, negative variances": (lambda: p_uniform(YI, -VI), RowError, "row 0 · column vi", "must be positive"),
    "p-uniform, no variances": (lambda: p_uniform(YI), InputError, "give the sampling variances"),
    "p-uniform*, moderators": (lambda: p_uniform_star(REGRESSION), InputError, "p_uniform_star() is made for", "year"),
    "p-uniform*, one study": (lambda: p_uniform_star(SINGLE), InputError, "at least three studies", "are 1"),
    "p-uniform*, two studies": (lambda: p_uniform_star(PAIR), InputError, "at least three studies", "are 2"),
    "p-uniform*, side": (lambda: p_uniform_star(FIT, side="up"), OptionError, "side='up'", "'left', 'right'"),
    "p-uniform* at 5": (lambda: p_uniform_star(FIT, alpha=5), InputError, "alpha=5", "such as 0.05"),
    "p-uniform*, level in percent": (lambda: p_uniform_star(FIT, level=95), InputError, "level=95", "0.95?"),
}


@pytest.mark.parametrize("row", FAULTS.values(), ids=FAULTS)
def test_faults(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


CAUTIONED: dict[str, Row] = {
    "three studies": (lambda: selection_model(THREE), "With 3 studies", "at least 10", "sensitivity analysis"),
    "intervals of a few": (lambda: selection_model(FIT, "stepfun", steps=[0.1]), "holds only 2 studies"),
    "no heterogeneity": (lambda: selection_model(FIT, "beta"), "τ² is estimated as 0"),
    "at a bound": (lambda: selection_model(pool(-YI, VI), "halfnorm"), "ended at a bound"),
    "p-uniform": (lambda: p_uniform(FIT), "supposes one true effect", "p_uniform_star()"),
    "p-uniform* of three": (lambda: p_uniform_star(THREE), "With 3 studies"),
    "p-uniform*, none significant": (lambda: p_uniform_star(FIT, side="left"), "No study is significant on this side"),
    "p-uniform*, all significant": (lambda: p_uniform_star(YI + 50, VI), "Every study is significant"),
}


@pytest.mark.parametrize("row", CAUTIONED.values(), ids=CAUTIONED)
def test_right_but_to_be_read_with_care(row: Row, cautioned: Callable[..., None]) -> None:
    cautioned(*row)
