"""What the command line answers to a slip: the nearest word, or where the word belongs."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import typer

from .legible import LegibleGroup, examples_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["OTHER_WORDS", "UsageError", "WorkGroup"]

# The class that typer raises where it was called wrongly: click's, or that of the click inside typer.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

OTHER_WORDS = {
    "analyse": "evidence pool FILE.csv --measure OR",
    "analyze": "evidence pool FILE.csv --measure OR",
    "bibliography": "evidence cite ID --format bibtex",
    "bibtex": "evidence cite ID --format bibtex",
    "compare": "evidence diff BEFORE AFTER",
    "create": "evidence new FOLDER",
    "draw": "evidence plot KIND ID",
    "fetch": "evidence refresh",
    "figure": "evidence plot KIND ID",
    "init": "evidence new FOLDER",
    "ls": "evidence list",
    "make": "evidence build",
    "meta": "evidence pool FILE.csv --measure OR",
    "open": "evidence report --open",
    "prisma": "evidence export prisma --show",
    "retract": "evidence refresh",
    "ris": "evidence cite ID --format ris",
    "rob": "evidence bias",
    "run": "evidence build",
    "search": "evidence refresh",
    "show": "evidence explain ID",
    "start": "evidence new FOLDER",
    "status": "evidence doctor",
    "syntheses": "evidence list",
    "update": "evidence refresh",
    "validate": "evidence check",
    "verify": "evidence check",
}
"""What people type who do not know the commands, and what they mean."""


class WorkGroup(LegibleGroup):
    """The root of the commands: it lists them by the work, and says what was probably meant."""

    panels: Sequence[tuple[str, tuple[str, ...]]] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order of the work; one that stands in no panel comes last."""
        order = [name for _, names in self.panels for name in names]
        return sorted(super().list_commands(ctx), key=lambda name: order.index(name) if name in order else len(order))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what stands before the command; an option of commands that stands there is told its place."""
        try:
            return super().parse_args(ctx, list(args))
        except UsageError as error:
            option = getattr(error, "option_name", "")
            owners = list(_owners(self, option))
            if option and owners:
                shown = next((word for word in args if word in self.commands), "COMMAND")
                raise _usage(f"{option} stands after the command: evidence {shown} {option} …", ctx) from None
            raise

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is named; `help` and `version` are understood, other words are answered."""
        word = args[0]
        if word == "help" and word not in self.commands:
            args = [*args[1:2], "--help"] if len(args) > 1 else args
            if len(args) == 1:
                typer.echo(ctx.get_help(), color=ctx.color)
                raise typer.Exit
        elif word == "version":
            from .. import __version__

            typer.echo(f"evidence {__version__}")
            raise typer.Exit
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise _usage(_unknown_command(args[0], list(self.commands)), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an option that it does not have is looked for among the others."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            option, near = getattr(error, "option_name", ""), getattr(error, "possibilities", None)
            asked = getattr(error, "ctx", None)
            if type(error).__name__ == "MissingParameter" and asked is not None:
                raise _usage(_missing(error, asked), asked) from None
            if option and not near and asked is not None:
                owners = [name for name in _owners(self, option) if f"evidence {name}" != asked.command_path]
                if owners:
                    where = ", ".join(f"evidence {name}" for name in owners)
                    message = f"{asked.command_path} has no option {option}; it is one of {where}."
                    raise _usage(message, asked) from None
            raise


def _usage(message: str, ctx: Any) -> Exception:
    return UsageError(message, ctx)


def _missing(error: Any, ctx: Any) -> str:
    """Return what is missing, what it is, and the first example of the command."""
    lacking = error.param
    if lacking is None:
        return str(error.message)
    name = " / ".join(lacking.opts) if lacking.param_type_name == "option" else lacking.metavar or lacking.name.upper()
    help_text = (getattr(lacking, "help", None) or "").replace("`", "")
    examples = examples_of(ctx.command.epilog)
    return f"{name} is missing: {help_text}" + (f"\nExample: {examples[0]}" if examples else "")


def _owners(group: Any, option: str) -> Iterator[str]:
    """Yield the commands that have an option, those of groups with the group's name before theirs."""
    for name in group.list_commands(None):
        command = group.commands[name]
        if option and any(option in parameter.opts for parameter in command.params):
            yield name
        if hasattr(command, "commands"):
            yield from (
                f"{name} {inner}"
                for inner, member in command.commands.items()
                if any(option in parameter.opts for parameter in member.params)
            )


def _unknown_command(word: str, commands: Sequence[str]) -> str:
    """Return what to say to a word that is no command: what was meant, if that can be told."""
    said = f"No such command {word!r}."
    if word.lower() in OTHER_WORDS:
        return f"{said} You may want: {OTHER_WORDS[word.lower()]}"
    near = difflib.get_close_matches(word.lower(), commands, n=2, cutoff=0.7)
    if near:
        return f"{said} Did you mean {' or '.join(repr(name) for name in near)}?"
    from .values import figure_kinds, synthesis_ids

    if word in figure_kinds(""):
        return f"{said} It is a kind of figure: evidence plot {word}"
    if word in synthesis_ids(""):
        return f"{said} It is a synthesis: evidence cite {word}, evidence explain {word}, evidence plot forest {word}"
    if word.lower().endswith((".csv", ".tsv", ".xlsx")):
        return f"{said} To pool a table of your own: evidence pool {word} --measure OR"
    near = difflib.get_close_matches(word.lower(), commands, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{said}{hint} evidence --help lists the commands."
