"""Which PMIDs a request names: by a list, or by a set of the history server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .history import History

__all__ = ["Selection", "select"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The PMIDs named, those that are no numbers, or the message for which there are none."""

    pmids: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    error: str = ""
    status: int = 200


def select(params: Mapping[str, str], history: History, cap: int) -> Selection:
    """Return what a request of efetch, esummary or elink is about."""
    if "WebEnv" in params:
        return _from_history(params, history, cap)
    given = tuple(text.strip() for text in params.get("id", "").split(",") if text.strip())
    pmids = tuple(text for text in given if text.isdecimal())
    if not pmids:
        return Selection(error="ID list is empty! Possibly it has no correct IDs.", status=400)
    return Selection(pmids=pmids, invalid=tuple(text for text in given if not text.isdecimal()))


def _from_history(params: Mapping[str, str], history: History, cap: int) -> Selection:
    key = params.get("query_key", "")
    kept = history.get(params["WebEnv"], key)
    if kept is None:
        return Selection(error=f"Unable to obtain query #{key or '?'}")
    start = int(params.get("retstart") or 0)
    if start and start >= min(len(kept), cap):
        return Selection(
            error=f"Cannot retrieve history data: OUT OF RANGE. Parameter retstart={start} is greater than number of "
            f"records available in history. History includes {len(kept)} IDs.",
            status=400,
        )
    return Selection(pmids=kept[start : min(start + int(params.get("retmax") or cap), cap)])
