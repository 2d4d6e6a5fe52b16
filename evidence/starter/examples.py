"""The complete example reviews that come with the package."""

from __future__ import annotations

from pathlib import Path

from ..errors import UnknownIdError
from ..project import Project

__all__ = ["example_names", "example_project"]


def _found() -> dict[str, Project]:
    package = Path(__file__).resolve().parent.parent
    for root in (package / "shipped" / "examples", package.parent / "examples"):
        projects = [Project(root=folder) for folder in sorted(root.glob("*")) if Project(root=folder).exists]
        if projects:
            return {project.root.name: project for project in projects}
    return {}


def example_names() -> tuple[str, ...]:
    """Return the names of the examples from which a review can be started.

    Examples
    --------
    >>> example_names()
    ('bcg-vaccine',)
    """
    return tuple(_found())


def example_project(name: str) -> Project:
    """Return an example; raises UnknownIdError with near names."""
    found = _found()
    if name not in found:
        raise UnknownIdError("example", name, found)
    return found[name]
