"""What a person may name as a base to compare: a revision, a folder, the project as it stands, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import ProjectError
from ..project import Project
from .git import Commit, Repository, find_repository

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NOTHING", "Source", "find_sources"]

NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a base is read from.

    Attributes
    ----------
    kind : {"working-tree", "folder", "revision", "nothing"}
        What it is. The working tree must be free of faults; what is past cannot be mended and may have some.
    label : str
        How it is called in tables and sentences.
    folder : Path or None
        The folder of the project; None for a revision and for nothing.
    repository : Repository or None
        Where a revision is kept.
    commit : Commit or None
        The revision.
    name : str
        The tag, branch or commit by which the revision was asked for.
    """

    kind: Literal["working-tree", "folder", "revision", "nothing"]
    label: str
    folder: Path | None = None
    repository: Repository | None = None
    commit: Commit | None = None
    name: str = ""


def find_sources(names: Sequence[str], project: Project) -> tuple[Source, Source]:
    """Return the two bases that are named.

    Parameters
    ----------
    names : sequence of str
        One name, to be compared with the project as it stands, or two. A name is ``.`` (the project as it stands), a
        folder that holds a project, a tag, branch or commit, or ``nothing`` (before there was a base). A single
        ``A..B`` stands for both, and ``A...B`` for what B did since it parted from A, as in git.
    project : Project
        The project whose repository knows the revisions.

    Raises
    ------
    ProjectError
        If a name is neither, or both, a folder and a revision; or the project is in no repository.
    """
    if len(names) == 1 and ".." in names[0] and not _is_path(names[0]):
        return _range(names[0], project)
    first, second = (*names, ".")[:2]
    return _find(first, project), _find(second, project)


def _is_path(name: str) -> bool:
    return name in (".", "..") or name.startswith(("./", "../", "/", "~")) or Path(name).is_dir()


def _range(text: str, project: Project) -> tuple[Source, Source]:
    """Return the two ends of ``A..B`` or ``A...B``; an empty end is HEAD."""
    mark = "..." if "..." in text else ".."
    one, _, two = text.partition(mark)
    one, two = one or "HEAD", two or "HEAD"
    repository = find_repository(project.root)
    if mark == "..":
        return _revision(one, repository), _revision(two, repository)
    base = repository.merge_base(one, two)
    label = f"where {two} parted from {one} ({base.sha[:10]}, {base.date})"
    start = Source(kind="revision", label=label, repository=repository, commit=base)
    return start, _revision(two, repository)


def _find(name: str, project: Project) -> Source:
    if name == NOTHING:
        return Source(kind="nothing", label="nothing")
    if name == ".":
        return Source(kind="working-tree", label="the working tree", folder=project.root)
    folder = Path(name).expanduser()
    here = bool(name) and Project(root=folder.resolve()).exists
    if _is_path(name) and name.startswith((".", "/", "~")):
        if not here:
            raise ProjectError(f"{folder} holds no project: protocol.toml or data/processed/ is missing")
        return _folder(name, project)
    try:
        repository = find_repository(project.root)
    except ProjectError:
        if here:
            return _folder(name, project)
        raise
    if here and repository.has(name):
        raise ProjectError(f"{name!r} is both a folder and a revision; write ./{name} for the folder, or its commit")
    return _folder(name, project) if here else _revision(name, repository)


def _folder(name: str, project: Project) -> Source:
    root = Path(name).expanduser().resolve()
    if root == project.root.resolve():
        return Source(kind="working-tree", label="the working tree", folder=project.root)
    return Source(kind="folder", label=f"the folder {root.name}", folder=root)


def _revision(name: str, repository: Repository) -> Source:
    commit = repository.commit(name)
    short = commit.sha[:10]
    label = f"{short} ({commit.date})" if commit.sha.startswith(name) else f"{name} ({short}, {commit.date})"
    return Source(kind="revision", label=label, repository=repository, commit=commit, name=name)
