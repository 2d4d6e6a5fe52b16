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
    from .effects import back_transform, effect_sizes
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
    from .pool import PooledResult, pool, subgroups
    from .synthesis import SynthesisResult

__all__ = [
    "ColumnError",
    "ConvergenceError",
    "EvidenceBase",
    "EvidenceError",
    "InputError",
    "NotPooledError",
    "OptionError",
    "PooledResult",
    "ProjectError",
    "ProtocolError",
    "RowError",
    "SynthesisResult",
    "TableError",
    "UnknownIdError",
    "__version__",
    "back_transform",
    "effect_sizes",
    "forest",
    "funnel",
    "load",
    "pool",
    "save_figure",
    "subgroups",
]

__version__ = "0.1.0"

_HOMES = {
    "base": ("EvidenceBase", "load"),
    "effects": ("back_transform", "effect_sizes"),
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
    "plot": ("forest", "funnel", "save_figure"),
    "pool": ("PooledResult", "pool", "subgroups"),
    "synthesis": ("SynthesisResult",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'evidence' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    # Importing the package `pool` has bound it here already, callable as its function; it stays.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
