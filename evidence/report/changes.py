"""What changed from version to version, as the report shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..living.log import LogVersion, log_entries
from ..tables.io import records

if TYPE_CHECKING:
    from ..base import EvidenceBase

__all__ = ["view_changes"]


def view_changes(base: EvidenceBase) -> tuple[LogVersion, ...]:
    """Return the versions of the change log, the newest first; none where nothing was logged."""
    return log_entries(records(base.tables["changes"]))
