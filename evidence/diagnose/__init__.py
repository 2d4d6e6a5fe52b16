"""Influence and sensitivity: what each study, each subset and each rearrangement does to a fit."""

from __future__ import annotations

from .baujat import Baujat, baujat
from .cumulative import Cumulative, cumulative
from .gosh import gosh
from .gosh_result import Gosh
from .influence import Influence, influence
from .leave_one_out import LeaveOneOut, leave_one_out
from .permutation import permutation_test
from .permutation_result import PermutationTest
from .quantiles import NormalQuantiles, Radial, qqnorm, radial
from .residuals import Residuals, covariance, fitted, hatvalues, residuals, rstandard, rstudent
from .rows import PooledRows
from .shrinkage import Predictions, blup, ranef

__all__ = [
    "Baujat",
    "Cumulative",
    "Gosh",
    "Influence",
    "LeaveOneOut",
    "NormalQuantiles",
    "PermutationTest",
    "PooledRows",
    "Predictions",
    "Radial",
    "Residuals",
    "baujat",
    "blup",
    "covariance",
    "cumulative",
    "fitted",
    "gosh",
    "hatvalues",
    "influence",
    "leave_one_out",
    "permutation_test",
    "qqnorm",
    "radial",
    "ranef",
    "residuals",
    "rstandard",
    "rstudent",
]
