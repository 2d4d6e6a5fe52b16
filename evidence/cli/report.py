"""``evidence report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, ProjectOption, error_console, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..build import BuildResult

__all__ = ["open_page", "register"]

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="A folder to copy the report to; pages of an older copy that are no more go.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Examples: evidence report --open · evidence report --out report-to-send")
    def report(
        project: ProjectOption = None,
        show: Annotated[bool, typer.Option("--open", help="Open the first page in a browser.")] = False,
        out: OutOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Bring the report up to date, and print the path of its first page.

        The report is a folder of pages that need no server: open it, send it, or put it on the web as it is.
        """
        from ..build import build
        from ..project import find_project

        result = build(find_project(project))
        page = _copied(result, out) if out else result.report
        if as_json:
            files = sorted(path for path in page.parent.rglob("*") if path.is_file() and not path.name.startswith("."))
            print_json({"report": str(page), "unchanged": result.unchanged, "files": len(files)})
        else:
            typer.echo(str(page))
        if show:
            open_page(page)


def _copied(result: BuildResult, folder: Path) -> Path:
    """Copy the files of the report to a folder; what else stands there stays. Return its first page."""
    from ..errors import InputError
    from ..report.site.copying import copy_site

    source, target = result.report.parent.resolve(), folder.resolve()
    if target.is_relative_to(source):
        raise InputError(f"{folder} is the report itself, or inside it; take a folder beside it")
    try:
        copy_site(source, target)
    except OSError as error:  # the errors of several files come as one
        raise InputError(f"the report cannot be copied to {folder}: {error.strerror or 'not every file'}") from error
    return target / result.report.name


def open_page(page: Path, opener: Callable[[str], bool] | None = None) -> None:
    """Open a page in the browser, and say so where there is none.

    Parameters
    ----------
    page : Path
        The page.
    opener : callable, optional
        Takes an address and tells whether it could be opened; the system's browser by default.
    """
    import webbrowser

    if not (opener or webbrowser.open)(page.resolve().as_uri()):
        error_console().print(f"no browser could be started; open {page}", soft_wrap=True, markup=False)
