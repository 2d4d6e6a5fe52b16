"""What the README promises beside its code, its commands and its links, which are tested with those of every page."""

from __future__ import annotations

import re

from doc_pages import ROOT, arguments, command_lines
from typer.main import get_command

from evidence.cli.main import app

PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


def test_two_commands_of_make_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^    make (\w+)", PAGE, flags=re.MULTILINE)
    assert targets[:2] == ["run", "test"]
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


def test_it_shows_what_the_toolkit_is_for() -> None:
    shown = {arguments(line)[0] for line in command_lines(PAGE)}
    assert shown <= set(get_command(app).commands)
    assert {"cite", "explain", "plot", "pool", "refresh", "screen", "extract", "check", "new"} <= shown
