"""docs/reference/cli.md: every command with its arguments, options, defaults, examples and exit codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .page import markdown, note, table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXIT_CODES", "cli_page", "commands", "examples"]

# What a command ends with beside 0 (done), 1 (a message says why not) and 2 (the line was not understood).
EXIT_CODES = {
    "evidence check": (
        (1, "a table or the protocol has a fault"),
        (2, "with `--strict`: an impossible or inconsistent finding is open"),
    ),
    "evidence doctor": ((1, "something is broken, and not merely waiting to be done"),),
    "evidence extract": ((1, "with `--check`: the draft has faults"),),
    "evidence refresh": (
        (130, "stopped by Ctrl-C; the tables are as before, and the next refresh goes on from there"),
    ),
    "evidence screen": ((130, "stopped by Ctrl-C; every decision so far is kept"),),
}

_HEAD = """# The command line

Every command with its options, as `evidence COMMAND --help` says them.

- **Output.** Data go to standard output, messages to standard error. `--json` prints data for other programs, never
  coloured.
- **Exit codes.** 0: done. 1: it could not be done, and a message says why and what to do. 2: the line was not
  understood. Codes that a command has beside these stand with it.
- **Project.** Commands work on the project around the current folder, on the one that `--project` names, or, where they
  only read, on the base that came with the package.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield each command as it is typed, groups before what is in them."""
    from typer.main import get_command

    from evidence.cli.main import app

    yield from _walk("evidence", get_command(app))


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    inner = getattr(command, "commands", None) or {}
    for name in command.list_commands(None) if inner else ():
        if not inner[name].hidden:
            yield from _walk(f"{path} {name}", inner[name])


def examples(command: Any) -> list[str]:
    """Return the example lines of a command's help."""
    text = re.sub(r"^Examples?: ", "", (command.epilog or "").strip())
    return [line.strip() for line in text.split(" · ") if line.strip()]


def cli_page() -> str:
    """Return the page."""
    listed = list(commands())
    lines = [note("the commands themselves"), "", _HEAD]
    tops = [(path, command) for path, command in listed if path.count(" ") == 1]
    lines += table(
        ("command", ""),
        ((f"[`{path}`](#{path.replace(' ', '-')})", _first_sentence(command)) for path, command in tops),
    )
    lines += ["Options of `evidence` itself:", "", *_options(listed[0][1])]
    for path, command in listed[1:]:
        lines += _section(path, command)
    return "\n".join(lines).rstrip() + "\n"


def _first_sentence(command: Any) -> str:
    first = " ".join((command.help or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.]) (?=[A-Z])", first)[0]


def _section(path: str, command: Any) -> list[str]:
    level = "##" if path.count(" ") == 1 else "###"
    lines = [f"{level} {path}", "", *_help(command), "```", _usage(path, command), "```", ""]
    lines += _arguments(command)
    lines += _options(command)
    if shown := examples(command):
        lines += ["```sh", *shown, "```", ""]
    if codes := EXIT_CODES.get(path):
        lines += ["Exit codes: " + "; ".join(f"{code}: {why}" for code, why in codes) + ".", ""]
    return lines


def _help(command: Any) -> list[str]:
    lines: list[str] = []
    for part in (command.help or "").split("\n\n"):
        listed = any(line.lstrip().startswith(("- ", "* ")) for line in part.splitlines())
        lines += [markdown(part if listed else " ".join(part.split())), ""]
    return lines


def _usage(path: str, command: Any) -> str:
    words = [path]
    if any(parameter.param_type_name == "option" for parameter in command.params):
        words.append("[OPTIONS]")
    words += [_argument_name(parameter) for parameter in command.params if parameter.param_type_name == "argument"]
    if getattr(command, "commands", None):
        words.append("COMMAND" if command.no_args_is_help else "[COMMAND]")
    return " ".join(words)


def _argument_name(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name).upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _arguments(command: Any) -> list[str]:
    rows = [
        (f"`{_argument_name(parameter)}`", markdown(parameter.help or ""))
        for parameter in command.params
        if parameter.param_type_name == "argument" and not parameter.hidden
    ]
    return table(("argument", "meaning"), rows) if rows else []


def _options(command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.hidden:
            names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
            rows.append((names, markdown(parameter.help or ""), _default(parameter)))
    return table(("option", "meaning", "default"), rows) if rows else []


def _default(parameter: Any) -> str:
    if parameter.required:
        return "needed"
    value = parameter.default
    if parameter.is_flag or value is None or value == "" or callable(value) or value == ():
        return ""
    return f"`{value}`"
