"""A living review: what changed between two bases, the version that it asks for, and the log of all versions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .diff import BaseDiff, compare_bases
    from .log import append_entry, log_entries
    from .reading import read_source
    from .sources import find_sources

__all__ = ["BaseDiff", "append_entry", "compare_bases", "find_sources", "log_entries", "read_source"]

_HOME_OF = {
    "BaseDiff": "diff",
    "append_entry": "log",
    "compare_bases": "diff",
    "find_sources": "sources",
    "log_entries": "log",
    "read_source": "reading",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the report reads the log without what comparing needs."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
