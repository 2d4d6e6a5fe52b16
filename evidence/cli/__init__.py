"""The command ``evidence``: one small module per command; thin: parse, call, print.

Data go to standard output, messages to standard error. A command exits with 1 where the work failed and with 2 where it
was called wrongly.
"""

from __future__ import annotations

from .main import main

__all__ = ["main"]
