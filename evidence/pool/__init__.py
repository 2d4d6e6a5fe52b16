"""Pooling: fixed- and random-effects models, subgroups and meta-regression on one vectorised engine.

`pool` fits one model and returns a `PooledResult`; `subgroups` fits one for each group; `pool_many` fits thousands of
small meta-analyses at once. The estimators are in `tau2`, their arithmetic in `core`. `henmi_copas`,
`bootstrap_prediction`, `heterogeneity_tests`, `equal_tau2_tests`, `wald_test` and `vif` take a fit,
`likelihood_ratio_test` and `compare` several. `location_scale` lets τ² depend on moderators.
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from .api import pool
from .bootstrap import BootstrapPrediction, bootstrap_prediction
from .comparison import Comparison, compare
from .confint import HeterogeneityInterval
from .contrasts import WaldTestResult, wald_test
from .copas import HenmiCopasResult, henmi_copas
from .equal_tau2 import EqualTau2Tests, equal_tau2_tests
from .hettests import HeterogeneityTests, heterogeneity_tests
from .likelihood_ratio import LikelihoodRatioResult, likelihood_ratio_test
from .location_scale import LocationScaleResult, location_scale
from .many import ManyFits, pool_many
from .result import PooledResult
from .subgroup import SubgroupResult, subgroups
from .vif import VarianceInflation, vif

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BootstrapPrediction",
    "Comparison",
    "EqualTau2Tests",
    "HenmiCopasResult",
    "HeterogeneityInterval",
    "HeterogeneityTests",
    "LikelihoodRatioResult",
    "LocationScaleResult",
    "ManyFits",
    "PooledResult",
    "SubgroupResult",
    "VarianceInflation",
    "WaldTestResult",
    "bootstrap_prediction",
    "compare",
    "equal_tau2_tests",
    "henmi_copas",
    "heterogeneity_tests",
    "likelihood_ratio_test",
    "location_scale",
    "pool",
    "pool_many",
    "subgroups",
    "vif",
    "wald_test",
]


class _CallablePackage(ModuleType):
    """The package, callable as its main function.

    ``evidence.pool`` is the name of both. Importing the package binds it in ``evidence``, so it must do what the
    function does, and show, pickle and document itself as the function, whatever was imported before.
    """

    __call__ = staticmethod(pool)
    __signature__ = inspect.signature(pool)

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
        return import_module, (self.__name__,)


__doc__ = pool.__doc__ or ""  # what help(ev.pool) shows first
sys.modules[__name__].__class__ = _CallablePackage
