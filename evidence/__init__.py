"""Evidence synthesis that explains itself: tables of trials, effect sizes, meta-analysis, and the way back to sources.

>>> import evidence as ev
>>> fit = ev.pool([0.10, 0.30, 0.35], [0.03, 0.03, 0.05], tau2="REML", test="hksj")
>>> fit.k
3

Names are imported when they are first used, so that ``import evidence`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .base import EvidenceBase, load
    from .counts import beta_binomial, glmm, mantel_haenszel, peto
    from .diagnose import (
        baujat,
        blup,
        cumulative,
        gosh,
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
    from .diagnose.selection import p_uniform, p_uniform_star, selection_model
    from .diagnose.small_study import (
        begg,
        debray,
        deeks,
        egger,
        excess_significance,
        fail_safe_n,
        harbord,
        limit_meta_analysis,
        macaskill,
        peese,
        pet,
        pet_peese,
        peters,
        ruecker,
        schwarzer,
        trim_and_fill,
    )
    from .effects import back_transform, delta_method, effect_sizes, proportion_interval, transform_effects
    from .errors import (
        ColumnError,
        ConvergenceError,
        EvidenceError,
        InputError,
        NotPooledError,
        OptionError,
        ProjectError,
        ProtocolError,
        RowError,
        TableError,
        UnknownIdError,
    )
    from .plot import forest, funnel, save_figure
    from .pool import (
        PooledResult,
        bootstrap_prediction,
        compare,
        equal_tau2_tests,
        henmi_copas,
        heterogeneity_tests,
        likelihood_ratio_test,
        location_scale,
        pool,
        pool_many,
        subgroups,
        vif,
        wald_test,
    )
    from .sensitivity.multiverse import multiverse
    from .sensitivity.multiverse_result import Multiverse
    from .sensitivity.result import Sensitivity
    from .simulation import simulate
    from .synthesis import SynthesisResult

__all__ = [
    "ColumnError",
    "ConvergenceError",
    "EvidenceBase",
    "EvidenceError",
    "InputError",
    "Multiverse",
    "NotPooledError",
    "OptionError",
    "PooledResult",
    "ProjectError",
    "ProtocolError",
    "RowError",
    "Sensitivity",
    "SynthesisResult",
    "TableError",
    "UnknownIdError",
    "__version__",
    "back_transform",
    "baujat",
    "begg",
    "beta_binomial",
    "blup",
    "bootstrap_prediction",
    "compare",
    "cumulative",
    "debray",
    "deeks",
    "delta_method",
    "effect_sizes",
    "egger",
    "equal_tau2_tests",
    "excess_significance",
    "fail_safe_n",
    "forest",
    "funnel",
    "glmm",
    "gosh",
    "harbord",
    "henmi_copas",
    "heterogeneity_tests",
    "influence",
    "leave_one_out",
    "likelihood_ratio_test",
    "limit_meta_analysis",
    "load",
    "location_scale",
    "macaskill",
    "mantel_haenszel",
    "multiverse",
    "p_uniform",
    "p_uniform_star",
    "peese",
    "permutation_test",
    "pet",
    "pet_peese",
    "peters",
    "peto",
    "pool",
    "pool_many",
    "proportion_interval",
    "qqnorm",
    "radial",
    "ranef",
    "residuals",
    "rstandard",
    "rstudent",
    "ruecker",
    "save_figure",
    "schwarzer",
    "selection_model",
    "simulate",
    "subgroups",
    "transform_effects",
    "trim_and_fill",
    "vif",
    "wald_test",
]

__version__ = "0.1.0"

_HOMES = {
    "base": (
        "EvidenceBase",
        "load",
    ),
    "counts": (
        "beta_binomial",
        "glmm",
        "mantel_haenszel",
        "peto",
    ),
    "diagnose": (
        "baujat",
        "blup",
        "cumulative",
        "gosh",
        "influence",
        "leave_one_out",
        "permutation_test",
        "qqnorm",
        "radial",
        "ranef",
        "residuals",
        "rstandard",
        "rstudent",
    ),
    "diagnose.selection": (
        "p_uniform",
        "p_uniform_star",
        "selection_model",
    ),
    "diagnose.small_study": (
        "begg",
        "debray",
        "deeks",
        "egger",
        "excess_significance",
        "fail_safe_n",
        "harbord",
        "limit_meta_analysis",
        "macaskill",
        "peese",
        "pet",
        "pet_peese",
        "peters",
        "ruecker",
        "schwarzer",
        "trim_and_fill",
    ),
    "effects": (
        "back_transform",
        "delta_method",
        "effect_sizes",
        "proportion_interval",
        "transform_effects",
    ),
    "errors": (
        "ColumnError",
        "ConvergenceError",
        "EvidenceError",
        "InputError",
        "NotPooledError",
        "OptionError",
        "ProjectError",
        "ProtocolError",
        "RowError",
        "TableError",
        "UnknownIdError",
    ),
    "plot": (
        "forest",
        "funnel",
        "save_figure",
    ),
    "pool": (
        "PooledResult",
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
    ),
    "sensitivity.multiverse": ("multiverse",),
    "sensitivity.multiverse_result": ("Multiverse",),
    "sensitivity.result": ("Sensitivity",),
    "simulation": ("simulate",),
    "synthesis": ("SynthesisResult",),
}
# Packages whose functions are called by way of them, as in ev.reported.sd_from_se.
_PACKAGES = ("counts", "datasets", "diagnose", "effects", "practice", "reported")
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name in _PACKAGES:
        return import_module(f".{name}", __name__)
    if name not in _HOME_OF:
        raise AttributeError(f"module 'evidence' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    # Importing the package `pool` has bound it here already, callable as its function; it stays.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
