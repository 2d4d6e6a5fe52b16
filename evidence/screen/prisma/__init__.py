"""PRISMA 2020 and PRISMA-S: the flow of records counted from the ledgers, and the search as it must be reported."""

from __future__ import annotations

from .app_csv import app_csv
from .count import flow_counts
from .flow import Flow, ReasonCount, SourceCount, check_sums
from .search_page import items_csv, items_markdown, items_plain
from .search_report import Item, search_report

__all__ = [
    "Flow",
    "Item",
    "ReasonCount",
    "SourceCount",
    "app_csv",
    "check_sums",
    "flow_counts",
    "items_csv",
    "items_markdown",
    "items_plain",
    "search_report",
]
