"""docs/reference/exceptions.md: the tree of errors, when each is raised, and what to do."""

from __future__ import annotations

import inspect
import re

from .page import markdown, note, paragraphs

__all__ = ["exceptions", "exceptions_page"]

_HEAD = """# Exceptions

What `evidence` raises on purpose. Messages say what is wrong, where, and what to do about it; on the command line they
are all that is shown, and the exit code is 1.
"""


def exceptions() -> list[type]:
    """Return every exception, each after those that it is a kind of."""
    import evidence.errors as errors

    found = [getattr(errors, name) for name in errors.__all__]
    kinds = [item for item in found if issubclass(item, Exception)]
    order = {line: place for place, line in enumerate(re.findall(r"\w+Error\b", _tree()))}
    return sorted(kinds, key=lambda item: order.get(item.__name__, -1))


def _tree() -> str:
    import evidence.errors as errors

    return inspect.cleandoc(errors.__doc__ or "").split("::\n\n")[1].split("\n\nCatch")[0]


def exceptions_page() -> str:
    """Return the page."""
    tree = "\n".join(line.removeprefix("    ") for line in _tree().splitlines())
    lines = [note("`evidence/errors.py`"), "", _HEAD, "```text", *markdown(tree).splitlines(), "```", ""]
    lines += ["`ev.EvidenceError` catches them all. An error of input is a `ValueError` as well.", ""]
    for item in exceptions():
        bases = [base.__name__ for base in item.__bases__ if not base.__name__.startswith("_")] or ["EvidenceError"]
        lines += [f"## {item.__name__}", "", f"A kind of {' and '.join(f'`{name}`' for name in bases)}.", ""]
        lines += [line for text in paragraphs(item.__doc__) for line in (markdown(text), "")]
        if problems := _example(item):
            lines += ["```text", problems, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _example(item: type) -> str:
    """Return the message that the docstring's example prints."""
    found = re.search(r">>> print\(.*\)\n\s*(.+)", item.__doc__ or "")
    return found.group(1).strip() if found else ""
