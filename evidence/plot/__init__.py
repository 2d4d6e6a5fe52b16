"""Figures for papers, composed by measuring their text; matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alternative import alt_text
    from .forest_data import ForestData, ForestRow, ForestSummary
    from .forest_fit import from_fit
    from .forest_plot import forest
    from .funnel_plot import funnel
    from .save import save_figure

__all__ = ["ForestData", "ForestRow", "ForestSummary", "alt_text", "forest", "from_fit", "funnel", "save_figure"]

_MODULES = {
    "ForestData": "forest_data",
    "ForestRow": "forest_data",
    "ForestSummary": "forest_data",
    "alt_text": "alternative",
    "forest": "forest_plot",
    "from_fit": "forest_fit",
    "funnel": "funnel_plot",
    "save_figure": "save",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
