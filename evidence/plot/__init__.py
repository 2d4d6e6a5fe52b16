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
    from .specification_data import ChoiceGroup, Specification, SpecificationData
    from .specification_plot import specification_curve

__all__ = [
    "ChoiceGroup",
    "ForestData",
    "ForestRow",
    "ForestSummary",
    "Specification",
    "SpecificationData",
    "alt_text",
    "forest",
    "from_fit",
    "funnel",
    "save_figure",
    "specification_curve",
]

_MODULES = {
    "ChoiceGroup": "specification_data",
    "ForestData": "forest_data",
    "ForestRow": "forest_data",
    "ForestSummary": "forest_data",
    "Specification": "specification_data",
    "SpecificationData": "specification_data",
    "alt_text": "alternative",
    "forest": "forest_plot",
    "from_fit": "forest_fit",
    "funnel": "funnel_plot",
    "save_figure": "save",
    "specification_curve": "specification_plot",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
