"""``python -m evidence.cli``: the command line without the installed script."""

from __future__ import annotations

from .main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
