"""Bringing several files into place, all of them or none, whenever the process may be killed.

The new files are first made ready in ``data/raw/.pending``. Then one rename puts a marker beside them that lists
them with their hashes: that is the moment of the commit. Before it, nothing has happened. After it, each file is
moved to its place, and the marker is taken away; if the process is killed meanwhile, `roll_forward` does the rest.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..errors import InputError, ProjectError, RefreshError
from ..fetch.durable import sync_folder, write_durably
from ..fetch.marker import (
    Marker,
    Move,
    check_run,
    check_target,
    hash_file,
    marker_path,
    read_marker,
    staging_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..project import Project

__all__ = ["commit", "pending", "roll_forward"]


def commit(project: Project, run: str, contents: Mapping[str, bytes]) -> None:
    """Write files, all of them or none.

    Only one process may do so at a time: hold `refresh_lock`.

    Parameters
    ----------
    project : Project
        The project.
    run : str
        Names the commit.
    contents : mapping of str to bytes
        Place from the project's root, with forward slashes, to the whole new content.

    Raises
    ------
    InputError
        If there is nothing to write, or a place is not in the project.
    RefreshError
        If the files could not be written: the message says whether nothing was changed, or the commit holds and waits
        to be completed. Also if an earlier commit had to be completed first: what was to be written now may have been
        made from the state before it.
    ProjectError
        As `roll_forward`.
    """
    check_run(run)
    if not contents:
        raise InputError(f"commit {run} has nothing to write")
    targets = {path: check_target(project, path) for path in contents}
    earlier = read_marker(project)
    if earlier is not None:
        roll_forward(project)
        if _same(earlier, run, contents):
            return
        raise RefreshError(
            f"run {earlier.run} had been stopped before all its results were in place; they are now. Nothing of run "
            f"{run} was written, since it may have begun from the state before: start it again"
        )
    with _explained(project, run):
        moves = tuple(
            Move(
                path=path,
                staged=str(position),
                sha256=hashlib.sha256(content).hexdigest(),
                before=hash_file(targets[path]),
            )
            for position, (path, content) in enumerate(contents.items())
        )
        _clean(project)
        for move in moves:
            write_durably(_staged(project, run, move), contents[move.path])
        write_durably(marker_path(project), Marker(run=run, moves=moves).to_bytes())
    roll_forward(project)


def pending(project: Project) -> str | None:
    """Return the run whose commit holds but is not in place yet, or None.

    Raises
    ------
    ProjectError
        If its marker is damaged.
    """
    marker = read_marker(project)
    return None if marker is None else marker.run


def roll_forward(project: Project) -> bool:
    """Complete the commit that waits, and return whether there was one. Doing it again changes nothing.

    Raises
    ------
    ProjectError
        If a file that is ready has been damaged, or the place where it goes was changed by someone else since; nothing
        is overwritten then.
    RefreshError
        If a file cannot be written; the commit still waits.
    """
    marker = read_marker(project)
    if marker is None:
        return False
    with _explained(project, marker.run):
        ready = [(move, _ready(project, marker.run, move)) for move in marker.moves]
        waiting = [(move, content) for move, content in ready if content is not None]
        for move, content in waiting:
            write_durably(check_target(project, move.path), content)
        marker_path(project).unlink()
    with suppress(OSError):  # what is left over is thrown away by the next commit
        sync_folder(staging_folder(project))
        _clean(project)
    return True


def _ready(project: Project, run: str, move: Move) -> bytes | None:
    """Return the content that waits to be put into its place, or None if it is there already."""
    stands = hash_file(check_target(project, move.path))
    if stands == move.sha256:
        return None
    if stands != move.before:
        raise ProjectError(
            f"{move.path} was changed after run {run} had been stopped, before its own {move.path} was in place; put "
            f"it back as it was (for example with git), or to give up that run delete {staging_folder(project)}"
        )
    path = _staged(project, run, move)
    if hash_file(path) != move.sha256:
        raise ProjectError(
            f"{path} is missing or damaged, which run {run} had ready for {move.path}; put data/processed back to its "
            f"last good state (for example with git), delete {staging_folder(project)}, and run `evidence refresh`"
        )
    return path.read_bytes()


def _staged(project: Project, run: str, move: Move) -> Path:
    return staging_folder(project) / run / move.staged


def _same(marker: Marker, run: str, contents: Mapping[str, bytes]) -> bool:
    """Return whether a commit is the one that was asked for."""
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    return marker.run == run and {move.path: move.sha256 for move in marker.moves} == hashes


def _clean(project: Project) -> None:
    """Throw away what was made ready and is in place, or was never committed."""
    folder = staging_folder(project)
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def _explained(project: Project, run: str) -> Iterator[None]:
    """Turn an error of the file system into one that says what stands now, and what to do."""
    try:
        yield
    except OSError as error:
        holds = marker_path(project).exists()
        state = (
            f"the results of run {run} are complete, but not in place" if holds else f"nothing of run {run} was written"
        )
        place = f" {error.filename}" if error.filename else ""
        raise RefreshError(
            f"{state}: cannot read or write{place} ({error.strerror or error}); mend that and run `evidence refresh` "
            "again"
        ) from error
