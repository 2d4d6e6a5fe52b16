"""Figures for papers, composed by measuring their text; matplotlib is imported when the first one is drawn."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fit_plots.baujat import baujat_plot
    from .fit_plots.bubble import bubble
    from .fit_plots.drapery import drapery
    from .fit_plots.funnel import funnel
    from .fit_plots.gosh import gosh_plot
    from .fit_plots.labbe import labbe
    from .fit_plots.labbe_counts import LabbeData, LabbeStudy, labbe_data
    from .fit_plots.radial import radial
    from .forest_plot.alternative import alt_text
    from .forest_plot.data import ArmCell, ForestData, ForestFacts, ForestRow, ForestSummary
    from .forest_plot.fit import from_fit
    from .forest_plot.plot import forest
    from .forest_plot.variants import cumulative_data, leave_one_out_data
    from .kinds import draw_figure
    from .page.save import save_figure
    from .page.theme import theme
    from .review_plots.bias import bias_summary, light_pages, traffic_lights
    from .review_plots.bias_data import BiasData, BiasForm, BiasRow
    from .review_plots.change import change_plot
    from .review_plots.change_data import ChangeData, ChangePanel, ChangePoint, ChangeRow
    from .review_plots.claims import claims_figure
    from .review_plots.claims_data import ClaimInterval, ClaimLine, ClaimsData
    from .review_plots.map import evidence_map
    from .review_plots.map_data import MapCell, MapData
    from .review_plots.prisma import prisma_flow
    from .specification.specification_data import ChoiceGroup, Specification, SpecificationData
    from .specification.specification_plot import specification_curve

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
    "baujat_plot",
    "bias_summary",
    "bubble",
    "change_plot",
    "claims_figure",
    "cumulative_data",
    "drapery",
    "draw_figure",
    "evidence_map",
    "forest",
    "from_fit",
    "funnel",
    "gosh_plot",
    "labbe",
    "labbe_data",
    "leave_one_out_data",
    "light_pages",
    "prisma_flow",
    "radial",
    "save_figure",
    "specification_curve",
    "theme",
    "traffic_lights",
]

_MODULES = {
    "ArmCell": "forest_plot.data",
    "BiasData": "review_plots.bias_data",
    "BiasForm": "review_plots.bias_data",
    "BiasRow": "review_plots.bias_data",
    "ChangeData": "review_plots.change_data",
    "ChangePanel": "review_plots.change_data",
    "ChangePoint": "review_plots.change_data",
    "ChangeRow": "review_plots.change_data",
    "ChoiceGroup": "specification.specification_data",
    "ClaimInterval": "review_plots.claims_data",
    "ClaimLine": "review_plots.claims_data",
    "ClaimsData": "review_plots.claims_data",
    "ForestData": "forest_plot.data",
    "ForestFacts": "forest_plot.data",
    "ForestRow": "forest_plot.data",
    "ForestSummary": "forest_plot.data",
    "LabbeData": "fit_plots.labbe_counts",
    "LabbeStudy": "fit_plots.labbe_counts",
    "MapCell": "review_plots.map_data",
    "MapData": "review_plots.map_data",
    "Specification": "specification.specification_data",
    "SpecificationData": "specification.specification_data",
    "alt_text": "forest_plot.alternative",
    "baujat_plot": "fit_plots.baujat",
    "bias_summary": "review_plots.bias",
    "bubble": "fit_plots.bubble",
    "change_plot": "review_plots.change",
    "claims_figure": "review_plots.claims",
    "cumulative_data": "forest_plot.variants",
    "draw_figure": "kinds",
    "drapery": "fit_plots.drapery",
    "evidence_map": "review_plots.map",
    "forest": "forest_plot.plot",
    "from_fit": "forest_plot.fit",
    "funnel": "fit_plots.funnel",
    "gosh_plot": "fit_plots.gosh",
    "labbe": "fit_plots.labbe",
    "labbe_data": "fit_plots.labbe_counts",
    "leave_one_out_data": "forest_plot.variants",
    "light_pages": "review_plots.bias",
    "prisma_flow": "review_plots.prisma",
    "radial": "fit_plots.radial",
    "save_figure": "page.save",
    "specification_curve": "specification.specification_plot",
    "theme": "page.theme",
    "traffic_lights": "review_plots.bias",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
