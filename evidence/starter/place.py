"""A folder that appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["put_in_place", "resolved"]


def resolved(folder: Path | str) -> Path:
    """Return the whole path of a folder; raises ProjectError where no folder can have the name."""
    try:
        return Path(folder).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ProjectError(f"{str(folder)!r} is not a name for a folder: {error}") from None


@contextmanager
def put_in_place(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to write into, which becomes `folder` at the end; where anything fails, nothing is left.

    Parameters
    ----------
    folder : Path
        Where it shall stand, resolved. It must not exist, or be an empty folder.

    Raises
    ------
    ProjectError
        If something is there, or the place cannot be written.
    """
    _refuse(folder)
    near = next(parent for parent in folder.parents if parent.exists())
    try:
        work = Path(tempfile.mkdtemp(prefix=".evidence-new-", dir=folder if folder.exists() else near))
    except OSError as error:
        raise ProjectError(f"{near} cannot be written: {error.strerror}") from None
    made: list[Path] = []
    try:
        draft = work / "draft"
        draft.mkdir()
        yield draft
        if folder.exists():
            _move_into(draft, folder, made)
        else:
            _make_parents(folder, made)
            draft.rename(folder)
    except BaseException as error:
        for path in reversed(made):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ProjectError(f"{folder} cannot be written: {error.strerror or error}; nothing was changed") from None
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refuse(folder: Path) -> None:
    """Raise if the folder cannot become a new review."""
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise ProjectError(f"{folder} is a file; name a folder that does not exist yet")
        held = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise ProjectError(f"{folder} cannot be used: {error.strerror}") from None
    if held:
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        raise ProjectError(
            f"{folder} is not empty: it holds {', '.join(held[:3])}{more}; nothing was changed. "
            "Name a folder that does not exist yet, or an empty one"
        )


def _make_parents(folder: Path, made: list[Path]) -> None:
    for parent in reversed([parent for parent in folder.parents if not parent.exists()]):
        parent.mkdir()
        made.append(parent)


def _move_into(draft: Path, folder: Path, made: list[Path]) -> None:
    """Move what was written into a folder that stands already; the protocol, which makes it a project, comes last."""
    for path in sorted(draft.iterdir(), key=lambda path: (path.name == "protocol.toml", path.name)):
        made.append(folder / path.name)
        path.rename(folder / path.name)
