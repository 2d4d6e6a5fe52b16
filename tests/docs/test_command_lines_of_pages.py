"""Every `evidence …` line on a page is one that the command line understands, and those that only read end well."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from doc_pages import ROOT, arguments, command_lines, pages, prose
from typer.main import get_command
from typer.testing import CliRunner

from evidence.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in pages()}
# What only reads, costs little, and needs nothing but the base.
READS = {"bias", "cite", "claims", "datasets", "explain", "grade", "list", "reviews", "sof"}
WRITES = {"--out", "-o", "--record", "--form", "--open", "form", "record"}
# Why a line that reads is not run here.
ELSEWHERE = {
    "docs/citing.md": "a test of its own runs what the page shows, and compares what is printed",
    "docs/practice.md": "a test of its own follows the whole page in a review of its own",
    "docs/refresh.md": "a test of its own follows the whole page in a review of its own",
    "docs/retraction.md": "a test of its own follows the whole page in a review of its own",
    "docs/tutorial.md": "a test of its own follows the whole page, in a folder with the files that it speaks of",
    "docs/reference/cli.md": "the examples of the help have tests of their own",
}
NEEDS = {
    "evidence bias agreement": "trials that two people judged, of which this base has none",
    "evidence bias agreement --assessors AB,CD": "trials that two people judged, of which this base has none",
}


@cache
def tree() -> Any:
    """Return the commands; making them anew for every line would cost more than reading the lines."""
    return get_command(app)


@pytest.fixture
def fault(monkeypatch) -> Callable[[str], str]:
    """Return a function that reads a command line as a terminal would, does nothing, and says what is wrong with it."""
    for kind in type(tree()).__mro__:
        if kind.__name__ == "Command":
            monkeypatch.setattr(kind, "invoke", lambda self, ctx: None)

    def read(line: str) -> str:
        try:
            tree().main(args=arguments(line), prog_name="evidence", standalone_mode=False)
        except Exception as error:
            if getattr(error, "exit_code", None) != 2:
                raise
            return str(error) or type(error).__name__
        return ""

    return read


def lines_of(text: str) -> list[str]:
    return list(dict.fromkeys(command_lines(text)))


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if lines_of(text)])
def test_every_line_is_understood(name, fault) -> None:
    assert {line: fault(line) for line in lines_of(PAGES[name]) if fault(line)} == {}


@pytest.mark.parametrize(
    "line",
    ["evidence cite", "evidence cite X --styl ama", "evidence sit X", "evidence export prism", "evidence list X"],
)
def test_a_line_that_is_not_understood_is_seen(line, fault) -> None:
    assert fault(line)


def test_what_the_shell_takes_is_not_read(fault) -> None:
    assert fault("evidence cite X --style ama | cat") == ""
    assert fault("evidence cite X > sentence.txt  # a remark") == ""


def in_sentences(text: str) -> Iterator[str]:
    """Yield commands that stand within a sentence; they may be only the beginning of one."""
    yield from re.findall(r"`(evidence [a-z][^`]*)`", prose(text))


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if any(in_sentences(text))])
def test_commands_and_options_in_sentences_exist(name) -> None:
    assert [f"{line}: {word}" for line in in_sentences(PAGES[name]) for word in _unknown(line)] == []


def _unknown(line: str) -> Iterator[str]:
    command = tree()
    for word in shlex.split(line.replace("…", ""))[1:]:
        inner = getattr(command, "commands", {})
        if word in inner:
            command = inner[word]
        elif word.startswith("-") and word != "--help":
            known = {option for parameter in command.params for option in parameter.opts}
            if word.partition("=")[0] not in known:
                yield word
        elif command is tree():
            yield word


def reading_lines() -> list[str]:
    """Return each line that can be run here, once; examples of the help are left to the help's own test."""
    found: dict[str, None] = {}
    for name, text in PAGES.items():
        for line in command_lines(text) if name not in ELSEWHERE else ():
            words = arguments(line)
            placeholder = any(re.fullmatch(r"[A-Z]+|.*[…<\[].*", word) for word in line.split())
            if not words or words[0] not in READS or WRITES & set(words) or placeholder:
                continue
            if " ".join(words) not in " ".join((tree().commands[words[0]].epilog or "").split()):
                found[f"evidence {shlex.join(words)}"] = None
    return [line for line in found if line not in NEEDS]


def test_lines_that_only_read_end_well(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(ROOT)
    lines = reading_lines()
    assert lines
    faults = {}
    for line in lines:
        result = CliRunner().invoke(app, arguments(line))
        if result.exit_code != 0 or not result.output.strip():
            faults[line] = (result.exit_code, repr(result.exception), result.output[-300:])
    assert faults == {}


def test_no_exception_is_left_over() -> None:
    assert set(ELSEWHERE) <= set(PAGES)
    written = {line for text in PAGES.values() for line in command_lines(text)}
    assert set(NEEDS) <= {f"evidence {shlex.join(arguments(line))}" for line in written if arguments(line)}
