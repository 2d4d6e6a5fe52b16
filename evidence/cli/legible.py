"""Help that is read: each example of a command on a line of its own."""

from __future__ import annotations

import copy
import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["LegibleCommand", "LegibleGroup", "examples_of"]


def examples_of(epilog: str | None) -> list[str]:
    """Return the examples that stand below a command's help.

    Examples
    --------
    >>> examples_of("Examples: evidence list · evidence list --json")
    ['evidence list', 'evidence list --json']
    """
    text = re.sub(r"^Examples?: ", "", (epilog or "").strip())
    return [part.strip() for part in text.split(" · ") if part.strip()]


def _listed(epilog: str | None) -> str | None:
    """Return the examples as a list in Markdown."""
    examples = examples_of(epilog)
    if not examples:
        return epilog
    head = "Example:" if len(examples) == 1 else "Examples:"
    return "\n\n".join([head, *(f"- `{example}`" for example in examples)])


class LegibleCommand(TyperCommand):
    """A command whose help lists its examples."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        shown = copy.copy(self)
        shown.epilog = _listed(self.epilog)
        super(LegibleCommand, shown).format_help(ctx, formatter)


class LegibleGroup(TyperGroup):
    """A group of commands whose help lists its examples."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        shown = copy.copy(self)
        shown.epilog = _listed(self.epilog)
        super(LegibleGroup, shown).format_help(ctx, formatter)
