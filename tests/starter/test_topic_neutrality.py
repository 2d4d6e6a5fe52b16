"""Nothing in the package is particular to one topic; what is stands in the protocol and the tables.

Examples may be of any topic: those that run as doctests, and those that a command's help shows.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPIC = re.compile(
    r"\b(hair|needl|microneedl|minoxid|scalp|alopec|dermarol|platelet|prp\b|finasterid|bald|follic|bcg\b|tubercul|vaccin)",
    re.IGNORECASE,
)
# The name under which the package is installed, and the examples that the starter carries.
NAMES = re.compile(r"microneedling-evidence|bcg-vaccine")


def _without_doctests(text: str) -> str:
    """Return the text with doctests blanked: from each prompt to the next empty line, or the end of the docstring."""
    lines, inside = [], False
    for line in text.splitlines():
        inside = line.lstrip().startswith(">>>") or (inside and bool(line.strip()) and '"""' not in line)
        lines.append("" if inside else line)
    return "\n".join(lines)


def _help_examples(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Yield the lines of what stands below a command's help."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "epilog":
            yield node.value.lineno, node.value.end_lineno or node.value.lineno


def topic_words(path: Path) -> list[str]:
    text = _without_doctests(path.read_text(encoding="utf-8"))
    lines = text.splitlines()
    if path.suffix == ".py":
        for first, last in _help_examples(ast.parse(path.read_text(encoding="utf-8"))):
            lines[first - 1 : last] = [""] * (last - first + 1)
    return [
        f"{path.name}:{number}: {line.strip()}"
        for number, line in enumerate(lines, start=1)
        if TOPIC.search(NAMES.sub("", line))
    ]


def test_no_topic_stands_in_the_package(root: Path) -> None:
    files = [
        path
        for suffix in ("py", "j2", "css", "toml", "md")
        for path in sorted((root / "evidence").rglob(f"*.{suffix}"))
        # What is declared of a published data set names what it is about.
        if not {"shipped", "examples", "datasets"} & set(path.relative_to(root / "evidence").parts)
    ]
    assert len(files) > 200
    assert [word for path in files for word in topic_words(path)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('X = "needling"\n', 1),
        ("# a hair beyond\nX = 1\n", 1),
        ('"""On hair."""\n', 1),
        ('"""\n>>> "hair"\n\'hair\'\n\nhair\n"""\n', 1),
        ('f(epilog="evidence pool addon-minoxidil")\nf(help="minoxidil")\n', 1),
        ('X = "chair of chairs"\n', 0),
        ('X = "pip install microneedling-evidence"\n', 0),
    ],
)
def test_the_search_finds_what_it_should(tmp_path: Path, text: str, found: int) -> None:
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    assert len(topic_words(path)) == found
