"""The first page: what is known, what is not, how sure; then every result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..notices import view_notices
from ..page import Page
from ..short import in_ten_seconds
from ..tally import tally

if TYPE_CHECKING:
    from ..site import Site

__all__ = ["PAGE"]


def _view(site: Site) -> dict[str, Any]:
    headline = site.protocol.review.headline
    return {
        "short": in_ten_seconds(site.base, site.answers, site.claims),
        "notices": view_notices(site.base, site.answers),
        "tally": tally(site),
        "headline": next((view for view in site.syntheses if view.id == headline), None),
        "groups": site.groups,
        "counts": {
            "trials": len(site.base.tables["studies"]),
            "all": len(site.answers),
            "some": sum(view.kind != "none" for view in site.syntheses),
            "pooled": sum(view.kind == "pooled" for view in site.syntheses),
        },
    }


PAGE = Page(name="index", label="Results", title="What the trials show", view=_view)
