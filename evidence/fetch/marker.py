"""The marker of a commit: written when every new file lies ready, taken away when all of them are in place."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..errors import InputError, ProjectError
from .manifest import HASH

if TYPE_CHECKING:
    from ..project import Project

__all__ = [
    "Marker",
    "Move",
    "check_run",
    "check_target",
    "hash_file",
    "marker_path",
    "read_marker",
    "refuse_half_moved",
    "staging_folder",
]

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One file of a commit.

    Attributes
    ----------
    path : str
        Where it goes, from the project's root, with forward slashes.
    staged : str
        Its name in the staging folder.
    sha256 : str
        Of its new content.
    before : str
        SHA-256 of what stood there when the commit began; empty if there was no file.
    """

    path: str
    staged: str
    sha256: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A commit that holds: its run and its files."""

    run: str
    moves: tuple[Move, ...]

    def to_bytes(self) -> bytes:
        """Return the marker as a file."""
        return (json.dumps(asdict(self), indent=1) + "\n").encode()


def staging_folder(project: Project) -> Path:
    """Return the folder in which commits are made ready."""
    return project.raw / ".pending"


def marker_path(project: Project) -> Path:
    """Return the file whose existence is the commit."""
    return staging_folder(project) / "commit.json"


def read_marker(project: Project) -> Marker | None:
    """Return the commit that waits to be completed, or None.

    Raises
    ------
    ProjectError
        If there is a marker that cannot be understood, or that names a place outside the project.
    """
    path = marker_path(project)
    try:
        facts: Any = json.loads(path.read_bytes())
        moves = tuple(Move(**move) for move in facts["moves"])
        check_run(facts["run"])
        for move in moves:
            check_target(project, move.path)
            if not (
                move.staged.isdecimal() and HASH.fullmatch(move.sha256) and HASH.fullmatch(move.before or move.sha256)
            ):
                raise InputError(f"{move.path} is not described as it should be")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}; mend that first") from None
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise ProjectError(
            f"{path} is damaged ({error}); it was written when a refresh had its results ready. Put data/processed "
            f"back to its last good state (for example with git), delete {path.parent}, and run `evidence refresh`"
        ) from None
    return Marker(run=facts["run"], moves=moves)


def refuse_half_moved(project: Project) -> None:
    """Raise if the results of a refresh are not all in place: tables would then contradict each other.

    Raises
    ------
    ProjectError
        Naming the run, and what to do.
    """
    marker = read_marker(project)
    if marker is not None:
        raise ProjectError(
            f"the results of refresh {marker.run} are being moved into place, or it was stopped while they were; if no "
            "refresh is running, run `evidence refresh`, which completes it first"
        )


def check_run(run: str) -> None:
    """Raise InputError if a run's name could not name a folder."""
    if not isinstance(run, str) or not _RUN.fullmatch(run):
        raise InputError(f"{run!r} cannot name a run; letters, digits, '.', '-' and '_' can")


def check_target(project: Project, path: str) -> Path:
    """Return where a file of a commit goes.

    Raises
    ------
    InputError
        If that is not a place in the project, or is among the raw data.
    """
    parts = PurePosixPath(path).parts
    target = project.root.joinpath(*parts)
    plain = bool(parts) and path == "/".join(parts) and not {"..", "/", "."} & set(parts) and "\\" not in path
    if not plain or ":" in path or target.is_relative_to(project.raw):
        raise InputError(f"{path!r} is no place in the project that a commit could write to")
    return target


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file; empty if there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
