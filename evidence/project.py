"""A project folder, and where things are in it: protocol, tables, raw data, results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import ProjectError

__all__ = ["Project", "find_project", "shipped_project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with a protocol and an evidence base."""

    root: Path

    @property
    def protocol(self) -> Path:
        """The review as data."""
        return self.root / "protocol.toml"

    @property
    def processed(self) -> Path:
        """The curated tables."""
        return self.root / "data" / "processed"

    @property
    def raw(self) -> Path:
        """What databases sent, byte for byte."""
        return self.root / "data" / "raw"

    @property
    def results(self) -> Path:
        """Everything computed."""
        return self.root / "results"

    @property
    def exists(self) -> bool:
        """Whether protocol and tables are there."""
        return self.protocol.is_file() and self.processed.is_dir()


def find_project(start: Path | str | None = None) -> Project:
    """Return the project around a folder: the nearest one upwards that holds ``protocol.toml`` and ``data/processed``.

    Parameters
    ----------
    start : Path or str, optional
        Where to begin; the current folder by default.

    Raises
    ------
    ProjectError
        If there is none.
    """
    origin = Path(start or ".").resolve()
    for folder in (origin, *origin.parents):
        project = Project(root=folder)
        if project.exists:
            return project
    raise ProjectError(
        f"no project around {origin}: neither it nor a folder above it holds protocol.toml and data/processed/; "
        "go into a project or name it with --project"
    )


def shipped_project() -> Project:
    """Return the evidence base that came with the package.

    Raises
    ------
    ProjectError
        If the installation carries none.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "shipped", package.parent):
        project = Project(root=root)
        if project.exists:
            return project
    raise ProjectError("this installation carries no evidence base; reinstall the package")
