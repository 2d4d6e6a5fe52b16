"""A terminal inside a cell: runs a command of the toolkit in this very process, so that it works in a browser too."""

from __future__ import annotations

import contextlib
import shlex
import textwrap
from pathlib import Path
from unittest import mock

from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.errors import EvidenceError

__all__ = ["WIDTH", "terminal"]

WIDTH = 80
# The same on every machine: no colours, no links, one width.
_SURROUNDINGS = {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb", "FORCE_COLOR": None, "TTY_COMPATIBLE": None}


def terminal(line: str, *, fails: bool = False, folder: Path | str | None = None) -> None:
    """Run ``evidence …`` and print what a terminal of 80 columns would show, without colours.

    Parameters
    ----------
    line : str
        The command as typed, with the word ``evidence`` in front.
    fails : bool
        Whether the command is meant to fail, to show its message; any other failure is raised.
    folder : Path or str, optional
        Where it runs; by default here. Its name stands before the ``$``, and its path is shortened to that name in what
        is printed, since it differs from machine to machine.
    """
    program, *arguments = shlex.split(line)
    if program != "evidence":
        raise ValueError(f"Only 'evidence' runs here, not {program!r}.")
    place = Path(folder).resolve() if folder is not None else None
    with contextlib.chdir(place or "."), mock.patch("rich.console._is_jupyter", return_value=False):
        result = CliRunner().invoke(app, arguments, env=_SURROUNDINGS, prog_name="evidence")
    output = result.output
    if isinstance(result.exception, EvidenceError):
        output += f"error: {result.exception}\n"
    print(f"{place.name if place else ''}$ {line}")
    print(_as_shown(output, place))
    if (result.exit_code != 0) is not fails:
        raise RuntimeError(f"The command ended with exit code {result.exit_code}.") from result.exception


def _as_shown(output: str, place: Path | None) -> str:
    """Return the lines as a window shows them: wrapped, without trailing blanks, long paths shortened."""
    if place is not None:
        output = output.replace(f"{place}/", "").replace(str(place), place.name)
    return "\n".join(shown for line in output.rstrip().splitlines() for shown in _wrapped(line.rstrip()))


def _wrapped(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
