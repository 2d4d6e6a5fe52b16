"""``evidence build``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..build import BuildResult, Progress

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Examples: evidence build · evidence build --force")
    def build(
        project: ProjectOption = None,
        force: Annotated[bool, typer.Option("--force", help="Compute even if nothing changed.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Check the evidence base, pool every synthesis, and write results/ with figures and a report."""
        from ..build import build as run
        from ..project import find_project

        found = find_project(project)
        result = _with_progress(lambda tell: run(found, force=force, progress=tell))
        if as_json:
            print_json(_summary(result))
            return
        _print(result)


def _with_progress(job: Callable[[Progress], BuildResult]) -> BuildResult:
    from rich import progress as bars

    columns = (
        bars.TextColumn("{task.description:<52.52}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    console = error_console()
    # A bar moves in a thread of its own, which a browser cannot start, and nobody sees it but on a terminal.
    with bars.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting", total=None)
        return job(lambda what, done, total: progress.update(task, description=what, completed=done, total=total))


def _summary(result: BuildResult) -> dict[str, object]:
    from dataclasses import asdict

    root = result.project.root
    return {
        "project": str(root),
        "unchanged": result.unchanged,
        "written": [path.relative_to(root).as_posix() for path in result.written],
        "report": result.report.relative_to(root).as_posix(),
        "new_findings": result.new_findings,
        "notices": list(result.notices),
        "syntheses": [asdict(row) for row in result.summary],
    }


def _print(result: BuildResult) -> None:
    from ..report.console import summary_table

    out = console()
    for part in summary_table(result.summary):
        out.print(part)
    root = result.project.root
    written = counted(len(result.written), "file")
    state = "nothing changed; results are up to date" if result.unchanged else f"{written} written"
    out.print(f"{state} in {result.project.results.relative_to(root)}/", style="dim")
    if result.new_findings:
        count = counted(result.new_findings, "new finding")
        out.print(f"{count} of the integrity checks: `evidence check` shows them", style="bold magenta")
    for notice in result.notices:
        out.print(notice, style="bold red", markup=False)
    out.print(f"report: {result.report}", soft_wrap=True)
