"""``python -m evidence.cli``: the command line without the installed script."""

from __future__ import annotations

from . import main

__all__: list[str] = []

main()
