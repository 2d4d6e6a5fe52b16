"""What changed from version to version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....living.log import log_entries
from ....tables.io import records
from ..page import Page

if TYPE_CHECKING:
    from ..site import Site

__all__ = ["PAGE"]


def _view(site: Site) -> dict[str, Any]:
    return {"changes": log_entries(records(site.base.tables["changes"]))}


def _there(site: Site) -> bool:
    return len(site.base.tables["changes"]) > 0


PAGE = Page(name="changes", label="Changes", title="What changed", view=_view, there=_there)
