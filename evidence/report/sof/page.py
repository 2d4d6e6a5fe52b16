"""The table as HTML: a fragment for other pages, or a page of its own; it can be pasted into Word as a table."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ..wording import capital
from .layout import ABSOLUTE, circles
from .row import COLUMNS

if TYPE_CHECKING:
    from jinja2 import Environment

    from .table import SummaryOfFindings

__all__ = ["html", "style"]

_HERE = Path(__file__).parent


def html(table: SummaryOfFindings, *, standalone: bool = False, prefix: str = "sof") -> str:
    """Return the table with a caption, headings with their scope, and notes that its letters lead to.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.
    standalone : bool
        Whether to return a whole page with `style`; a fragment has classes and no style.
    prefix : str
        What ids begin with: a letter, then letters, digits and hyphens.

    Raises
    ------
    InputError
        If the prefix is no id.
    """
    if not (prefix[:1].isalpha() and prefix.replace("-", "").isalnum() and prefix.isascii()):
        raise InputError(f"prefix {prefix!r} is no id; take letters, digits and hyphens, a letter first")
    context = {
        "table": table,
        "prefix": prefix,
        "columns": COLUMNS,
        "absolute": ABSOLUTE,
        "circles": circles,
        "capital": capital,
        "style": style() if standalone else "",
    }
    name = "page.html.j2" if standalone else "table.html.j2"
    text: str = _environment().get_template(name).render(context)
    return text


def style() -> str:
    """Return the style sheet of the table, for pages that show the fragment."""
    return (_HERE / "style.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    """Return the environment, made once: it keeps its templates compiled, and a site sets many tables."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
