"""The templates: everything that they print is escaped, and a name that nobody gave is a fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..wording import capital, plural
from .addresses import linked
from .paths import anchor

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["POLICY", "make_environment"]

# Nothing may be loaded or run but the files beside the page, so that a text that became markup would still do nothing.
# A page that is read from a folder has no origin in some browsers, and 'self' is then nothing; `file:` is the folder.
# On a server `file:` allows nothing: browsers load no local file into such a page.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' file: data:",
        "style-src 'self' file:",
        "script-src 'self' file:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


def make_environment() -> Environment:
    """Return the environment of the templates."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(linked=linked, capfirst=capital)
    environment.globals.update(anchor=anchor, plural=plural, policy=POLICY)
    return environment
