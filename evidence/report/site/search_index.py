"""The index of the search: a script that holds what can be found, and is loaded when somebody begins to search."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING

from .page import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .page import Page
    from .paths import Paths
    from .site import Site

__all__ = ["search_script"]


def search_script(site: Site, pages: Sequence[Page], to: Paths) -> bytes:
    """Return the index: syntheses first, then what each page tells of, then the pages themselves.

    A page that is opened from a folder may not fetch data, but it may run a script beside it.
    """
    rows = ",\n".join(json.dumps(astuple(entry)) for entry in _entries(site, pages, to))
    return f"window.evidenceIndex = [\n{rows}\n];\n".encode("ascii")


def _entries(site: Site, pages: Sequence[Page], to: Paths) -> Iterator[Entry]:
    for group in site.groups:
        for view in group.syntheses:
            told = "; ".join(text for text in (view.row.effect, view.row.says) if text)
            yield Entry(kind="Question", title=view.label, text=told, address=to.synthesis(view.id))
    for page in pages:
        yield from page.entries(site, to)
    for page in pages:
        yield Entry(kind="Page", title=page.label, text=page.title, address=to.page(page.name))
