"""``evidence refresh``."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from .refresh_progress import watched
from .shared import JsonOption, ProjectOption, console, error_console, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..project import Project
    from ..refresh.result import RefreshResult
    from .refresh_progress import Watcher

__all__ = ["register"]

_STOPPED = 130
_WIDEST = 100


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence refresh · evidence refresh --dry-run · evidence refresh --since 2026-01-01 · "
        "evidence refresh --full"
    )
    def refresh(
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Search only, and say what would be fetched; nothing is written.")
        ] = False,
        since: Annotated[
            str,
            typer.Option(
                "--since",
                metavar="DATE",
                help="First day of the window, if earlier than 7 days before the last complete run.",
            ),
        ] = "",
        full: Annotated[bool, typer.Option("--full", help="Fetch every record that the query finds.")] = False,
        rebuild: Annotated[
            bool,
            typer.Option(
                "--rebuild", help="Without the network: read the stored answers again into the table of records."
            ),
        ] = False,
        allow_drop: Annotated[
            int | None,
            typer.Option(
                "--allow-drop",
                metavar="COUNT",
                min=0,
                help="Accept that the query finds just so many records, though nothing or far less than last time.",
                show_default=False,
            ),
        ] = None,
        batch_size: Annotated[int, typer.Option("--batch-size", min=1, max=500, help="Records a request.")] = 200,
        email: Annotated[
            str | None,
            typer.Option("--email", help="Where NCBI can write to; also NCBI_EMAIL.", show_default=False),
        ] = None,
        api_key: Annotated[
            str | None,
            typer.Option(
                "--api-key",
                help="Your NCBI key, for 10 requests a second instead of 3. Others on this machine can see it in the "
                "list of processes; NCBI_API_KEY is better.",
                show_default=False,
            ),
        ] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Fetch from PubMed what is new, changed or retracted: completely, or nothing is changed.

        Stop it whenever you like: the next run goes on from there.
        """
        from ..project import find_project

        found = find_project(project)
        _check(dry_run=dry_run, since=since, full=full, rebuild=rebuild)
        if rebuild:
            _rebuild(found, as_json=as_json)
            return
        if api_key:
            _say("Others on this machine can see the key in the list of processes; NCBI_API_KEY is better.")
        with _stoppable(found), watched() as watcher:
            result = _run(
                found,
                watcher,
                since=_day(since),
                full=full,
                dry_run=dry_run,
                allow_drop=allow_drop,
                batch_size=batch_size,
                email=email,
                api_key=api_key,
            )
        _print(result, as_json=as_json)


def _check(*, dry_run: bool, since: str, full: bool, rebuild: bool) -> None:
    from ..errors import InputError

    given = [name for name, on in (("--dry-run", dry_run), ("--since", since), ("--full", full)) if on]
    if rebuild and given:
        raise InputError(f"--rebuild asks PubMed for nothing, so that {', '.join(given)} has no meaning with it")


def _day(text: str) -> dt.date | None:
    from ..errors import InputError

    if not text:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise InputError(f"--since {text!r} is not a date; write it as 2026-11-22") from None


def _run(
    project: Project,
    watcher: Watcher,
    *,
    email: str | None,
    api_key: str | None,
    since: dt.date | None,
    full: bool,
    dry_run: bool,
    allow_drop: int | None,
    batch_size: int,
) -> RefreshResult:
    from ..fetch.client import Client
    from ..fetch.settings import read_settings
    from ..refresh.run import refresh

    client = Client(read_settings(email=email, api_key=api_key), on_wait=watcher.wait)
    for hint in client.hints:
        _say(hint)
    return refresh(
        project,
        client,
        since=since,
        full=full,
        dry_run=dry_run,
        allow_drop=allow_drop,
        batch_size=batch_size,
        progress=watcher.tell,
    )


def _rebuild(project: Project, *, as_json: bool) -> None:
    from ..refresh.rebuild import rebuild

    with _stoppable(project), watched() as watcher:
        result = rebuild(project, progress=watcher.tell)
    if as_json:
        print_json(result.to_dict())
    else:
        _print_lines(result.lines())


def _print(result: RefreshResult, *, as_json: bool) -> None:
    for warning in result.warnings:
        _say(warning)
    if as_json:
        print_json(result.to_dict())
    else:
        _print_lines(result.lines(width=min(console().width, _WIDEST)))


def _print_lines(lines: Sequence[str]) -> None:
    out = console()
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _say(text: str) -> None:
    """Print a message to standard error."""
    error_console().print(text, markup=False, soft_wrap=True, style="yellow")


@contextmanager
def _stoppable(project: Project) -> Iterator[None]:
    """Turn Ctrl-C into a message and exit code 130."""
    from ..refresh.commit import pending

    try:
        yield
    except KeyboardInterrupt:
        if pending(project):
            _say("Stopped while the results were moved into place; `evidence refresh` completes that first.")
        else:
            _say(
                "Stopped. The tables are as before; what was fetched is stored, and `evidence refresh` goes on from it."
            )
        raise typer.Exit(_STOPPED) from None
