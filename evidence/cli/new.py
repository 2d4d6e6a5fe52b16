"""``evidence new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, console, print_json
from .values import one_of

if TYPE_CHECKING:
    from ..starter import NewReview

__all__ = ["register"]


_Folder = Annotated[Path, typer.Argument(help="A folder that does not exist yet, or an empty one.", metavar="DIR")]
_Title = Annotated[str, typer.Option("--title", "-t", help="The review's title.", show_default=False)]
_WithExample = Annotated[
    bool, typer.Option("--with-example", help="Fill the tables with three invented trials, to be deleted.")
]
_From = Annotated[
    str,
    typer.Option(
        "--from",
        help="Start from a copy of a complete example: bcg-vaccine.",
        show_default=False,
        autocompletion=one_of("bcg-vaccine"),
    ),
]
_EXAMPLES = 'evidence new knee-pain --title "Exercise for a painful knee" · evidence new try-it --from bcg-vaccine'


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog=f"Examples: {_EXAMPLES}")
    def new(
        folder: _Folder,
        title: _Title = "",
        with_example: _WithExample = False,
        based_on: _From = "",
        as_json: JsonOption = False,
    ) -> None:
        """Start another review: a protocol that explains itself and every table, empty, ready to be built."""
        from ..starter import new_review

        made = new_review(folder, title=title, with_example=with_example, based_on=based_on)
        if as_json:
            print_json({"project": str(made.root), "title": made.title, "from": made.based_on, "files": made.files})
        else:
            _print(made)


def _print(made: NewReview) -> None:
    import shlex

    from rich.text import Text

    out = console()
    tables = sum(name.startswith("data/processed/") and name.endswith(".csv") for name in made.files)
    out.print(Text(f"{made.title}", style="bold"))
    out.print(Text(f"{made.root}: a protocol and {tables} tables", style="green"), soft_wrap=True)
    out.print("Next:")
    for step in (f"cd {shlex.quote(str(made.root))}", "evidence check", "evidence build"):
        out.print(Text(f"    {step}"), soft_wrap=True)
    out.print("protocol.toml says by its comments what to write where.")
