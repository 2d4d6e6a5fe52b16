"""How-to pages are run as they stand: each command, in its order, prints what the page says."""

from __future__ import annotations

import re
import shlex
import textwrap
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from evidence.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["assert_prints_what_it_says", "decide", "run_in_process"]

_COLUMNS = 80
_STEP = re.compile(r"<!-- (?P<note>.+?) -->|```console\n(?P<block>.*?)```", re.DOTALL)
_CHANGING = (
    (re.compile(r"pubmed-\d{8}T\d{6}Z(-\d+)?"), "pubmed-20261122T101500Z"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-11-22"),
    (re.compile(r"T\d{2}:\d{2}:\d{2}Z"), "T10:15:00Z"),
    (re.compile(r"in \d+(\.\d+)? s\b"), "in 3 s"),
    (re.compile(r"waiting \d+ s\b"), "waiting 1 s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8042"),
    (re.compile(r"\S*/results/report/index.html"), "results/report/index.html"),
    (re.compile(r"\d+ new findings?"), "1 new finding"),
    (re.compile(r"\d+ files written"), "58 files written"),
    (re.compile(r"\([0-9a-f]{12}\)"), "(0123456789ab)"),
)


def _plain(text: str) -> str:
    """Return text without what differs from run to run: times, places."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with the lines that the page says it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield command, [line for line in lines if line.strip()]


def _shown(text: str) -> Iterator[str]:
    """Yield the lines of a text, and after a long one that line again as a window of 80 columns breaks it."""
    for line in text.split("\n"):
        yield line
        if len(line) > _COLUMNS:
            yield from textwrap.wrap(line, _COLUMNS, break_long_words=False, break_on_hyphens=False)


def assert_prints_what_it_says(page: str, *, run: Callable[[str], str], do: Callable[[str], None]) -> None:
    """Follow a page.

    Parameters
    ----------
    page : str
        Its text. Commands stand in ``console`` blocks behind a ``$``, each with all or, between lines of ``…``, some of
        the lines that it prints.
    run : callable
        Runs a command and returns what it prints.
    do : callable
        Does what an HTML comment of the page says.
    """
    commands = 0
    for step in _STEP.finditer(page):
        if step["note"]:
            do(step["note"])
            continue
        for command, lines in _commands(step["block"]):
            printed = _shown(_plain(run(command)))
            commands += 1
            assert lines, f"the page does not say what {command} prints"
            for line in lines:
                if line.strip() != "…":
                    assert _plain(line.rstrip()) in (found.rstrip() for found in printed), f"{command}: {line}"
    assert commands == page.count("\n$ evidence ")


def run_in_process(command: str, environ: dict[str, str], *, fails: bool = False) -> str:
    """Run a command here, 80 columns wide, and return what it prints, messages and errors among it."""
    arguments = shlex.split(command)
    assert arguments[0] == "evidence"
    ran = CliRunner().invoke(app, arguments[1:], env={"COLUMNS": str(_COLUMNS)} | environ)
    assert (ran.exit_code != 0) is fails, f"{command}: {ran.output}{ran.exception!r}"
    return f"{ran.output}error: {ran.exception}\n" if fails else ran.output


def decide(path: Path, rows: list[tuple[str, str, str]]) -> None:
    """Write decisions on records into a file."""
    lines = ["pmid,decision,reason", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
