"""The page on messages quotes what the code says, and sends nobody to a command that does not exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^- (`[^`]+`)\\\n((?:  .+\n)+)", PAGE, flags=re.MULTILINE)
MESSAGES = [message for message, _ in ENTRIES]

# Where messages to people on the command line come from; to read all of the package takes seconds.
SPEAKING = (
    "*.py", "cli/*.py", "doctor/*.py", "effects/notes.py", "export/*.py", "extract/*.py", "fetch/*.py", "living/*.py",
    "pool/inputs.py", "refresh/*.py", "report/*.py", "screen/*.py", "starter/*.py", "tables/*.py",
)  # fmt: skip


@cache
def literals() -> tuple[str, ...]:
    """Return every text in the code, with … for what is filled in."""
    found = []
    for path in (path for part in SPEAKING for path in sorted((ROOT / "evidence").glob(part))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                found.append("".join(str(part) for part in parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return tuple(found)


def is_said(message: str) -> bool:
    """Whether some text of the code has the parts of a message in their order."""
    parts = [part.strip() for part in message.split("…")]
    pattern = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
    return any(pattern.search(text) for text in literals() if all(part in text for part in parts))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_quoted_message_is_one_of_the_code(message) -> None:
    assert re.fullmatch(r"`[^`]+`", message)
    words = message.strip("`")
    assert len(re.findall(r"[A-Za-z]{2,}", words)) >= 1
    assert is_said(words), f"nothing says {words!r}"


def test_the_search_for_messages_can_fail() -> None:
    assert not is_said("no project inside …")
    assert len(MESSAGES) > 35
    assert PAGE.count("\n- ") == len(ENTRIES)
    for _, told in ENTRIES:
        means, _, todo = told.partition("*What to do:*")
        assert len(means.split()) > 2
        assert len(todo.split()) > 1


def test_commands_named_exist() -> None:
    import typer.main

    from evidence.cli.main import app

    there = typer.main.get_command(app).commands
    named = set(re.findall(r"`evidence ([a-z]+)", PAGE))
    assert len(named) >= 10
    assert named - set(there) == set()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE):
        assert (ROOT / "docs" / target).is_file(), target
