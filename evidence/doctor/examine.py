"""Looking at everything, each thing by itself, so that nothing hides another."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ProjectError
from ..project import find_project, shipped_project
from . import machine, review, work
from .diagnosis import Diagnosis
from .observation import Observation, looked_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..project import Project

__all__ = ["examine"]

_Look = tuple[str, str, "Callable[[], Observation]"]


def examine(
    start: Path | str | None = None,
    *,
    now: dt.datetime | None = None,
    environ: Mapping[str, str] | None = None,
    terminal: Mapping[str, Any] | None = None,
) -> Diagnosis:
    """Look at the installation, its surroundings, the review and the work on it. Nothing is written.

    Parameters
    ----------
    start : Path or str, optional
        A folder in a project; by default the project around the current folder, and if there is none the shipped base.
    now : datetime, optional
        With its zone; by default the present.
    environ : mapping of str to str, optional
        The environment; by default that of this process.
    terminal : mapping, optional
        ``is_terminal``, ``width``, ``encoding`` and ``colour`` of the output; without it the terminal is not looked at.

    Returns
    -------
    Diagnosis
        It is never an error that is raised: a look that fails is an observation.

    Examples
    --------
    >>> from evidence.doctor import examine
    >>> [seen.group for seen in examine().observations][0]
    'installation'
    """
    environ = os.environ if environ is None else environ
    now = now or dt.datetime.now(dt.UTC)
    seen = [looked_at(name, "installation", title, look) for name, title, look in _of_installation()]
    if terminal is not None:
        seen.append(
            looked_at("terminal", "surroundings", "terminal", lambda: machine.see_terminal(environ, **terminal))
        )
    settings = looked_at("settings", "surroundings", "settings", lambda: machine.see_settings(environ))
    seen.append(settings)
    project, how, message = _found(start)
    if project is None:
        folder = None if start is None else Path(start)
        seen.append(looked_at("project", "review", "project", lambda: review.see_folder(folder, message)))
        return Diagnosis(observations=tuple(seen))
    seen.extend(_of_review(project, how, now, has_email=bool(settings.facts.get("email"))))
    return Diagnosis(observations=tuple(seen))


def _found(start: Path | str | None) -> tuple[Project | None, str, str]:
    """Return the project, how it was found, and what was said where there is none."""
    try:
        return find_project(start), "around" if start is None else "named", ""
    except (ProjectError, OSError) as error:
        whole = not ((Path() / "protocol.toml").is_file() or (Path() / "data" / "processed").is_dir())
        if start is not None or not whole:
            return None, "", str(error)
    try:
        return shipped_project(), "shipped", ""
    except ProjectError as error:
        return None, "", str(error)


def _of_installation() -> Iterator[_Look]:
    from .. import __version__

    package = Path(__file__).resolve().parent.parent
    yield "python", "versions", lambda: machine.see_python(__version__)
    yield "libraries", "libraries", lambda: machine.see_libraries(machine.pins_beside(package))
    yield "extras", "optional", machine.see_extras
    yield "fonts", "fonts", machine.see_fonts


def _of_review(project: Project, how: str, now: dt.datetime, *, has_email: bool) -> Iterator[Observation]:
    """Yield what is seen of a review; what rests on something broken is not looked at."""
    if how != "shipped":
        yield looked_at("disk", "surroundings", "disk", lambda: review.see_disk(project))
    yield looked_at("project", "review", "project", lambda: review.see_project(project, how))
    marker = looked_at("commit", "review", "refresh", lambda: review.see_marker(project))
    if how != "shipped":
        yield marker
    protocol = looked_at("protocol", "review", "protocol", lambda: review.see_protocol(project))
    yield protocol
    if "broken" in (protocol.state, marker.state):
        return
    tables = looked_at("tables", "review", "tables", lambda: review.see_tables(project))
    yield tables
    if tables.state == "broken" or how == "shipped":
        return
    yield looked_at("results", "review", "results", lambda: review.see_results(project))
    yield looked_at("notices", "work", "notices", lambda: work.see_notices(project))
    yield looked_at("search", "work", "search", lambda: work.see_search(project, now, has_email=has_email))
    yield looked_at("screening", "work", "screening", lambda: work.see_screening(project))
    yield looked_at("extraction", "work", "extraction", lambda: work.see_extraction(project))
    yield looked_at("findings", "work", "findings", lambda: work.see_findings(project))
