"""Pooling: fixed- and random-effects models, subgroups and meta-regression on one vectorised engine.

`pool` fits one model and returns a `PooledResult`; `subgroups` fits one for each group; `pool_many` fits thousands of
small meta-analyses at once. The estimators are in `tau2`, their arithmetic in `core`. `henmi_copas`,
`bootstrap_prediction`, `heterogeneity_tests` and `equal_tau2_tests` take a fit.
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from .api import pool
from .bootstrap import BootstrapPrediction, bootstrap_prediction
from .confint import HeterogeneityInterval
from .copas import HenmiCopasResult, henmi_copas
from .equal_tau2 import EqualTau2Tests, equal_tau2_tests
from .hettests import HeterogeneityTests, heterogeneity_tests
from .many import ManyFits, pool_many
from .result import PooledResult
from .subgroup import SubgroupResult, subgroups

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BootstrapPrediction",
    "EqualTau2Tests",
    "HenmiCopasResult",
    "HeterogeneityInterval",
    "HeterogeneityTests",
    "ManyFits",
    "PooledResult",
    "SubgroupResult",
    "bootstrap_prediction",
    "equal_tau2_tests",
    "henmi_copas",
    "heterogeneity_tests",
    "pool",
    "pool_many",
    "subgroups",
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
