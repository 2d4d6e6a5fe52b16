"""Write the reference pages that the repository holds: run ``python docs/generate.py`` when their subjects changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _generate.api import api_page
from _generate.cli import cli_page
from _generate.exceptions import exceptions_page
from _generate.protocol import protocol_page

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PAGES", "main"]

FOLDER = Path(__file__).resolve().parent / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "cli.md": cli_page,
    "exceptions.md": exceptions_page,
    "protocol.md": protocol_page,
}


def main() -> None:
    """Write every page that is not as the code says."""
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
