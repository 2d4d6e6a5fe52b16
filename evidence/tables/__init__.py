"""Every tidy table declared once: reading, validation, writing, data dictionary, data package, templates."""

from __future__ import annotations

from .datapackage import datapackage, datapackage_bytes, write_datapackage
from .definitions import TABLES
from .dictionary import data_dictionary, write_dictionary
from .io import format_table, read_table, split_list, write_table
from .schema import Column, Reference, Table
from .templates import template
from .validate import check_tables, load_tables

__all__ = [
    "TABLES",
    "Column",
    "Reference",
    "Table",
    "check_tables",
    "data_dictionary",
    "datapackage",
    "datapackage_bytes",
    "format_table",
    "load_tables",
    "read_table",
    "split_list",
    "template",
    "write_datapackage",
    "write_dictionary",
    "write_table",
]
