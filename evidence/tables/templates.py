"""Blank tables to fill in: the header and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .definitions import TABLES

if TYPE_CHECKING:
    from .schema import Table

__all__ = ["template"]


def template(table: Table | str) -> str:
    r"""Return an empty table: its header line.

    Examples
    --------
    >>> template("sources")
    'source_id,url,kind,studies,extent_seen,trust\n'
    """
    declared = TABLES[table] if isinstance(table, str) else table
    return ",".join(declared.names) + "\n"
