"""Words of a record as cells of a table: whatever a title holds, the table stays readable, here and in a spreadsheet.

The raw answer keeps everything; a cell loses only what nobody sees (control, direction and other invisible characters)
and what would be read as something else (a formula, a missing value, a date).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING

from ..tables.cells import cell_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..tables.schema import Column

__all__ = ["LONGEST", "clean_list", "clean_text"]

LONGEST = 20_000
"""How many characters a cell may have: far below what readers of CSV refuse."""

_FORMULA = "=+-@"
_BROKEN_LEADS = {mark: unicodedata.normalize("NFD", mark) for mark in "ÂÃÎÏâï"}
_INVISIBLE = ("Cc", "Cf", "Cs")


def clean_text(text: str, column: Column) -> str:
    r"""Return words as a cell that a column takes: one line, no invisible characters, never read as something else.

    Parameters
    ----------
    text : str
        Words of a record.
    column : Column
        The column, whose checks the cell then passes.

    Examples
    --------
    >>> from evidence.tables import TABLES
    >>> title = TABLES["records"].column("title")
    >>> clean_text("A trial\n of  x\u202e", title), clean_text("None", title), clean_text("=1+1", title)
    ('A trial of x', '“None”', "'=1+1")
    """
    line = _one_line(text)
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip() + "…"
    if not line:
        return ""
    if line[0] in _FORMULA:
        line = "'" + line
    if cell_fault(line, column):
        line = _apart(line)
    return f"“{line}”" if cell_fault(line, column) else line


def clean_list(members: Iterable[str], column: Column) -> str:
    """Return members as a ``list`` cell: sorted, each once, parted by ``;``, which no member keeps.

    Examples
    --------
    >>> from evidence.tables import TABLES
    >>> links = TABLES["records"].column("other_links")
    >>> clean_list(["CommentIn 2", "CommentIn Ann X; 5", "CommentIn 2"], links)
    'CommentIn 2;CommentIn Ann X, 5'
    """
    from ..tables.io import natural_key

    lines = (_one_line(_plain_digits(member.replace(";", ","))) for member in members)
    kept = [line if line[0] not in _FORMULA else "'" + line for line in dict.fromkeys(lines) if line]
    kept.sort(key=natural_key)
    ends = accumulate(len(member) + 1 for member in kept)
    kept = [member for member, end in zip(kept, ends, strict=True) if end <= LONGEST]
    cell = ";".join(kept)
    if cell and cell_fault(cell, column):
        cell = ";".join(sorted({_apart(member) for member in kept}, key=natural_key))
    return f"“{cell}”" if cell and cell_fault(cell, column) else cell


def _one_line(text: str) -> str:
    """Return text without what cannot be seen, every run of blanks as one blank."""
    spaced = re.sub(r"\s+", " ", text)
    seen = "".join(mark for mark in spaced if unicodedata.category(mark) not in _INVISIBLE)
    return re.sub(r" +", " ", seen).strip()


def _plain_digits(text: str) -> str:
    """Return text with raised and circled digits as digits: a list is sorted by the numbers in it."""
    return "".join(str(unicodedata.digit(mark)) if mark.isdigit() and not mark.isdecimal() else mark for mark in text)


def _apart(text: str) -> str:
    """Return text that looks the same, but whose letters are not taken for those of another encoding."""
    return "".join(_BROKEN_LEADS.get(mark, mark) for mark in text).replace("\ufffd", "?")
