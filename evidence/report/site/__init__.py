"""The report as a site of static pages: no server, nothing loaded from elsewhere, readable without scripts.

`write_site` gives every file by its path. A page is a module in ``pages`` with a template of its own; the pages of the
syntheses come from one template. Nothing here reads a clock: the same base gives the same bytes.
"""

from __future__ import annotations

from .drawings import FIGURE_SUFFIXES, drawn_files, drawn_suffixes
from .paths import Paths, file_name
from .site import Site, make_site
from .write import write_site

__all__ = ["FIGURE_SUFFIXES", "Paths", "Site", "drawn_files", "drawn_suffixes", "file_name", "make_site", "write_site"]
