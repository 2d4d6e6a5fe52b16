"""The documentation as tests read it: its pages, their code, their commands, their headings and links."""

from __future__ import annotations

import re
import shlex
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DOCS", "ROOT", "anchors", "arguments", "command_lines", "links", "pages", "prose", "python_blocks"]

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Made for the site alone, and not in the repository: copies of the notebooks, and what is written from docstrings.
_MADE = ("notebooks", "reference/api", "_build")
_BLOCK = re.compile(
    r"^(?P<fence>`{3,}|:{3,})(?P<kind>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE
)


def pages() -> list[Path]:
    """Return the pages of the documentation that are in the repository, and the README."""
    made = [DOCS / name for name in _MADE]
    found = [path for path in DOCS.rglob("*.md") if not any(folder in path.parents for folder in made)]
    return [*sorted(found), ROOT / "README.md"]


def python_blocks(text: str) -> list[tuple[str, str | None]]:
    """Return the blocks of Python of a page in order, each with what the page says that it prints."""
    found = list(_BLOCK.finditer(text))
    blocks: list[tuple[str, str | None]] = []
    for block, after in zip_longest(found, found[1:]):
        if block["kind"].strip() == "python":
            follows = after is not None and not text[block.end() : after.start()].strip()
            printed = after["body"] if after is not None and follows and after["kind"].strip() == "text" else None
            blocks.append((block["body"], printed))
    return blocks


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return _BLOCK.sub("", text)


def command_lines(text: str) -> Iterator[str]:
    """Yield the lines of a page that one would type: in blocks of shell, after a prompt, or set in."""
    for found in _BLOCK.finditer(text):
        kind = found["kind"].strip()
        for line in _joined(found["body"]):
            if kind == "console" and line.startswith("$ evidence "):
                yield line.removeprefix("$ ")
            elif kind in ("sh", "bash") and line.startswith("evidence "):
                yield line
    for line in _joined(prose(text)):
        if re.match(r" {4}(\$ )?evidence ", line):
            # What stands apart by blanks, or after a hash, says what the line does.
            yield re.split(r" {2,}", line.strip().removeprefix("$ "))[0]


def _joined(text: str) -> list[str]:
    """Return lines, with those that end in a backslash joined to the next."""
    return re.sub(r" *\\\n\s*", " ", text).splitlines()


def arguments(line: str) -> list[str]:
    """Return the arguments of a command line, as far as the shell gives them to the command."""
    words = shlex.split(line.replace("…", ""), comments=True)
    end = next((place for place, word in enumerate(words) if word in ("|", ">", ">>", "&&", ";")), len(words))
    return words[1:end]


def links(text: str) -> Iterator[str]:
    """Yield the targets of the links and pictures of a page."""
    bare = re.sub(r"(`+)(?:(?!\1).)+?\1", "", prose(text), flags=re.DOTALL)
    text_with_code = prose(text)
    # A link's words may be code; its target never is. Code that looks like a link is not one.
    for found in re.finditer(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", text_with_code):
        if found.group(0) in bare or f"]({found.group(1)}" in bare:
            yield found.group(1)


def anchors(text: str) -> set[str]:
    """Return the anchors of a page: its headings as code hosts and the site name them, and those set by hand."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#{1,6} +(.+?)\s*$", prose(text), flags=re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        if found[slug]:
            found[f"{slug}-{found[slug]}"] = 0
    set_by_hand = re.findall(r"^\(([\w-]+)\)=$", text, flags=re.MULTILINE) + re.findall(
        r"<a (?:id|name)=\"([^\"]+)\"", text
    )
    return {*found, *set_by_hand}
