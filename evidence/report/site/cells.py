"""Cells of tables as people read them; empty where nothing is known."""

from __future__ import annotations

from typing import Any

from ...numbers import MINUS, file_number

__all__ = ["number_cell", "text_cell", "words_cell"]


def text_cell(value: Any) -> str:
    """Return a cell as text, empty where it is missing."""
    missing = value is None or value != value or str(value) in ("", "<NA>")
    return "" if missing else str(value)


def number_cell(value: Any) -> str:
    """Return a printed number with a true minus and with all its digits; empty where it is missing."""
    text = text_cell(value)
    return file_number(float(text)).replace("-", MINUS) if text else ""


def words_cell(value: Any) -> str:
    """Return a value of a vocabulary as words, as ``single arm``."""
    return text_cell(value).replace("-", " ")
