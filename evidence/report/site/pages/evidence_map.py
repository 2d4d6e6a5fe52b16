"""Where there are trials and where there are none: comparisons by outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..page import Page
from ..page_figures import figure_files, page_figure

if TYPE_CHECKING:
    from ..page_figures import PageFigure
    from ..site import Site
    from ..synthesis_view import SynthesisView

__all__ = ["PAGE"]


def _view(site: Site) -> dict[str, Any]:
    """Return the figure, and for each comparison its outcomes with a link to each question."""
    outcomes = site.protocol.outcomes
    groups = []
    for group in site.groups:
        cells: dict[str, list[tuple[SynthesisView, str]]] = {}
        for view in group.syntheses:
            told = {
                "pooled": f"{view.row.k} pooled",
                "counted": f"{view.row.k} counted",
                "single": "1, not a synthesis",
            }
            name = outcomes[site.answers[view.id].synthesis.outcome].label
            cells.setdefault(name, []).append((view, told.get(view.kind, "none that can be used")))
        groups.append({"label": group.comparison.label, "id": group.comparison.id, "cells": list(cells.items())})
    return {"figure": _figure(site), "groups": groups}


def _figure(site: Site) -> PageFigure:
    from ...figures import map_data

    return page_figure("map", "map", map_data(site.base, site.answers))


def _files(site: Site) -> dict[str, bytes]:
    return figure_files([_figure(site)])


def _there(site: Site) -> bool:
    return bool(site.answers)


PAGE = Page(name="map", label="Map", title="Where there are trials", view=_view, there=_there, files=_files)
