"""Popular claims beside the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...claims import VERDICTS, claims_data, claims_view
from ..page import Entry, Page
from ..page_figures import figure_files, page_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..page_figures import PageFigure
    from ..paths import Paths
    from ..site import Site

__all__ = ["PAGE"]


def _view(site: Site) -> dict[str, Any]:
    """Return each claim with its verdict, what tests it and what was seen in print."""
    return {"claims": claims_view(site.base, site.claims), "figure": _figure(site), "meanings": VERDICTS}


def _figure(site: Site) -> PageFigure | None:
    return page_figure("claims", "claims", claims_data(site.base, site.claims)) if site.claims else None


def _files(site: Site) -> dict[str, bytes]:
    return figure_files([_figure(site)])


def _entries(site: Site, to: Paths) -> Iterator[Entry]:
    for verdict in site.claims:
        title, address = verdict.claim.claim, to.claim(verdict.claim.id)
        yield Entry(kind="Claim", title=title, text=f"{verdict.verdict}: {verdict.basis}", address=address)


PAGE = Page(
    name="claims",
    label="Claims",
    title="Popular claims beside the evidence",
    view=_view,
    entries=_entries,
    files=_files,
)
