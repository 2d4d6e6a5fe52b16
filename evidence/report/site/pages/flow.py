"""How records and reports came in: the flow diagram, what is not decided yet, and what the search report says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ....screen.prisma import flow_counts, search_report
from ..page import Page
from ..page_figures import figure_files, page_figure

if TYPE_CHECKING:
    from ..page_figures import PageFigure
    from ..site import Site

__all__ = ["PAGE"]

_FENCE = re.compile(r"^`{3,}\w*$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


def _view(site: Site) -> dict[str, Any]:
    flow = flow_counts(site.base.tables, site.protocol)
    items = search_report(site.base.tables, site.protocol)
    return {
        "figure": _figure(site),
        "lines": "\n".join(flow.lines()),
        "open": [(words, str(number)) for words, number in flow.open.items()],
        "notes": flow.notes,
        "items": [(item, _plain(item.text)) for item in items],
        "reported": sum(item.reported for item in items),
    }


def _plain(text: str) -> str:
    """Return Markdown without its marks for code: quotation marks in a line, nothing around a block."""
    return _CODE.sub(r"“\1”", _FENCE.sub("", text)).strip()


def _figure(site: Site) -> PageFigure:
    return page_figure("flow", "prisma", flow_counts(site.base.tables, site.protocol))


def _files(site: Site) -> dict[str, bytes]:
    return figure_files([_figure(site)])


PAGE = Page(name="flow", label="Flow", title="How the reports came in", view=_view, files=_files)
