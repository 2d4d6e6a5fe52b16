"""Figures for papers, composed by measuring their text; matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alternative import alt_text
    from .bias_data import BiasData, BiasForm, BiasRow
    from .bias_plot import bias_summary, light_pages, traffic_lights
    from .bubble_plot import bubble
    from .change_data import ChangeData, ChangePanel, ChangePoint, ChangeRow
    from .claims_data import ClaimInterval, ClaimLine, ClaimsData
    from .claims_plot import claims_figure
    from .drapery_plot import drapery
    from .forest_data import ArmCell, ForestData, ForestFacts, ForestRow, ForestSummary
    from .forest_fit import from_fit
    from .forest_plot import forest
    from .forest_variants import cumulative_data, leave_one_out_data
    from .funnel_plot import funnel
    from .kinds import draw_figure
    from .labbe_counts import LabbeData, LabbeStudy, labbe_data
    from .labbe_plot import labbe
    from .map_data import MapCell, MapData
    from .map_plot import evidence_map
    from .prisma_plot import prisma_flow
    from .radial_plot import radial
    from .save import save_figure
    from .specification_data import ChoiceGroup, Specification, SpecificationData
    from .specification_plot import specification_curve

__all__ = [
    "ArmCell",
    "BiasData",
    "BiasForm",
    "BiasRow",
    "ChangeData",
    "ChangePanel",
    "ChangePoint",
    "ChangeRow",
    "ChoiceGroup",
    "ClaimInterval",
    "ClaimLine",
    "ClaimsData",
    "ForestData",
    "ForestFacts",
    "ForestRow",
    "ForestSummary",
    "LabbeData",
    "LabbeStudy",
    "MapCell",
    "MapData",
    "Specification",
    "SpecificationData",
    "alt_text",
    "bias_summary",
    "bubble",
    "claims_figure",
    "cumulative_data",
    "drapery",
    "draw_figure",
    "evidence_map",
    "forest",
    "from_fit",
    "funnel",
    "labbe",
    "labbe_data",
    "leave_one_out_data",
    "light_pages",
    "prisma_flow",
    "radial",
    "save_figure",
    "specification_curve",
    "traffic_lights",
]

_MODULES = {
    "ArmCell": "forest_data",
    "BiasData": "bias_data",
    "BiasForm": "bias_data",
    "BiasRow": "bias_data",
    "ChangeData": "change_data",
    "ChangePanel": "change_data",
    "ChangePoint": "change_data",
    "ChangeRow": "change_data",
    "ChoiceGroup": "specification_data",
    "ClaimInterval": "claims_data",
    "ClaimLine": "claims_data",
    "ClaimsData": "claims_data",
    "ForestData": "forest_data",
    "ForestFacts": "forest_data",
    "ForestRow": "forest_data",
    "ForestSummary": "forest_data",
    "LabbeData": "labbe_counts",
    "LabbeStudy": "labbe_counts",
    "MapCell": "map_data",
    "MapData": "map_data",
    "Specification": "specification_data",
    "SpecificationData": "specification_data",
    "alt_text": "alternative",
    "bias_summary": "bias_plot",
    "bubble": "bubble_plot",
    "claims_figure": "claims_plot",
    "cumulative_data": "forest_variants",
    "draw_figure": "kinds",
    "drapery": "drapery_plot",
    "evidence_map": "map_plot",
    "forest": "forest_plot",
    "from_fit": "forest_fit",
    "funnel": "funnel_plot",
    "labbe": "labbe_plot",
    "labbe_data": "labbe_counts",
    "leave_one_out_data": "forest_variants",
    "light_pages": "bias_plot",
    "prisma_flow": "prisma_plot",
    "radial": "radial_plot",
    "save_figure": "save",
    "specification_curve": "specification_plot",
    "traffic_lights": "bias_plot",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
