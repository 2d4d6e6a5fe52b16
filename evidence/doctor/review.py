"""The review: where it is, whether protocol and tables are whole, and whether its results are those of its tables."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .observation import Observation, Step

if TYPE_CHECKING:
    from ..project import Project

__all__ = ["see_disk", "see_folder", "see_marker", "see_project", "see_protocol", "see_results", "see_tables"]

_GROUP = "review"
_LITTLE_ROOM = 100 * 1024 * 1024
_MEND, _BUILD, _LOOK = 0, 70, 80
_SHOWN = 5


def see_project(project: Project, how: str) -> Observation:
    """Return which review is meant, and how it was found.

    Parameters
    ----------
    project : Project
        The review.
    how : {"named", "around", "shipped"}
        Named with --project, around the current folder, or come with the package.
    """
    words = {
        "named": "named with --project",
        "around": "around this folder",
        "shipped": "came with the package; there is no project around this folder",
    }
    facts = {"root": str(project.root), "how": how}
    steps: tuple[Step, ...] = ()
    if how == "shipped":
        steps = (
            Step(command="evidence list", why="the questions that the shipped review answers", rank=_LOOK),
            Step(command="evidence new FOLDER", why="begin a review of your own", rank=_LOOK + 1),
        )
    return Observation(
        id="project",
        group=_GROUP,
        title="project",
        state="ok",
        text=f"{project.root} ({words[how]})",
        facts=facts,
        steps=steps,
    )


def see_folder(start: Path | None, message: str) -> Observation:
    """Return that there is no project where one was named, or that one here is not whole.

    Parameters
    ----------
    start : Path or None
        The folder that was named; None for the current one.
    message : str
        What was said when a project was looked for.
    """
    folder = (start or Path()).resolve()
    parts = {
        "protocol.toml": (folder / "protocol.toml").is_file(),
        "data/processed": (folder / "data/processed").is_dir(),
    }
    there = [name for name, is_there in parts.items() if is_there]
    text = message
    if there:
        lacking = next((name for name, is_there in parts.items() if not is_there), "")
        text = f"{folder} has {there[0]} but no {lacking}: it is not a whole project"
    step = Step(command="evidence new FOLDER", why="a whole project, to copy what is missing from", rank=_MEND)
    facts = {"root": str(folder), "how": "none"}
    return Observation(
        id="project", group=_GROUP, title="project", state="broken", text=text, facts=facts, steps=(step,)
    )


def see_marker(project: Project) -> Observation:
    """Return whether a refresh was stopped while it moved its results into place.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..fetch.marker import read_marker

    marker = read_marker(project)
    facts = {"pending": marker.run if marker else None}
    if marker is None:
        return Observation(
            id="commit", group=_GROUP, title="refresh", state="ok", text="none is half done", facts=facts
        )
    step = Step(
        command="evidence refresh", why=f"completes refresh {marker.run}; needs no network for that", rank=_MEND
    )
    text = f"refresh {marker.run} was stopped while its results were moved into place, or is doing so now"
    return Observation(
        id="commit", group=_GROUP, title="refresh", state="broken", text=text, facts=facts, steps=(step,)
    )


def see_protocol(project: Project) -> Observation:
    """Return whether the protocol is whole, and what it declares.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..errors import ProtocolError
    from ..protocol import load_protocol

    try:
        protocol = load_protocol(project.protocol)
    except ProtocolError as error:
        return _faults("protocol", "protocol", error.summary, [str(problem) for problem in error.problems])
    syntheses, analyses = len(protocol.syntheses), len(protocol.analyses)
    facts = {"id": protocol.review.id, "title": protocol.review.title, "syntheses": syntheses, "analyses": analyses}
    questions = "1 question" if syntheses == 1 else f"{syntheses} questions"
    text = f"{protocol.review.title}: {questions}"
    return Observation(id="protocol", group=_GROUP, title="protocol", state="ok", text=text, facts=facts)


def see_tables(project: Project) -> Observation:
    """Return whether the tables are whole, and how many rows each has.

    Parameters
    ----------
    project : Project
        The review; its protocol must be whole.
    """
    from ..fetch.marker import hash_file
    from ..fingerprint import bytes_hash
    from ..protocol import load_protocol
    from ..screen.rows import read_rows
    from ..tables.validate import check_tables

    protocol = load_protocol(project.protocol)
    problems = check_tables(project.processed, vocabularies=protocol.vocabularies)
    if problems:
        tables = len({problem.table for problem in problems})
        faults = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
        where = "1 table" if tables == 1 else f"{tables} tables"
        return _faults("tables", "tables", f"{faults} in {where}", [str(problem) for problem in problems])
    rows = {name: len(read_rows(project, name)) for name in protocol.tables}
    hashes = "".join(hash_file(project.processed / f"{name}.csv") for name in rows)
    state = bytes_hash((hash_file(project.protocol) + hashes).encode())[:12]
    named = ("studies", "arms", "outcomes", "records")
    counts = ", ".join(f"{rows[name]} {name}" for name in named)
    text = f"no fault in {len(rows)} tables; {counts}"
    return Observation(
        id="tables", group=_GROUP, title="tables", state="ok", text=text, facts={"rows": rows, "state": state}
    )


def see_results(project: Project) -> Observation:
    """Return whether the results are those of the tables, the protocol and the code as they are now.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..fingerprint import STATE_FILE, inputs_hash, read_state
    from ..screen.rows import read_column

    path = project.results / STATE_FILE
    build = Step(command="evidence build", why="results of the tables as they are", rank=_BUILD)
    if not path.is_file() and not read_column(project, "studies", "study_id"):
        facts = {"built": False}
        text = "none: there is no trial yet"
        return Observation(id="results", group=_GROUP, title="results", state="ok", text=text, facts=facts)
    if not path.is_file():
        kept = (project.results / "pooled.csv").is_file()
        text = "kept from elsewhere; this copy was never built" if kept else "never built"
        return Observation(
            id="results", group=_GROUP, title="results", state="todo", text=text, facts={"built": False}, steps=(build,)
        )
    state = read_state(path)
    same, whole = state.inputs == inputs_hash(project), state.outputs_stand(project.root)
    facts = {"built": True, "of_these_tables": same, "untouched": whole}
    if same and whole:
        return Observation(
            id="results",
            group=_GROUP,
            title="results",
            state="ok",
            text=f"up to date; {len(state.outputs)} files",
            facts=facts,
            steps=(Step(command="evidence report --open", why="the report", rank=_LOOK),),
        )
    text = "some files were changed or deleted" if same else "older than the tables, the protocol or the package"
    return Observation(
        id="results", group=_GROUP, title="results", state="todo", text=text, facts=facts, steps=(build,)
    )


def see_disk(project: Project) -> Observation:
    """Return whether the project's folders can be written to, and whether there is room.

    Parameters
    ----------
    project : Project
        The review.
    """
    folders = (project.root, project.processed, project.raw, project.results)
    locked = [
        folder.relative_to(project.root).as_posix() for folder in folders if folder.is_dir() and not _open(folder)
    ]
    free = shutil.disk_usage(project.root).free
    facts = {"locked": locked, "free_bytes": free}
    if locked:
        names = ", ".join("the project's folder" if name == "." else name for name in locked)
        text = f"{names} cannot be written: build, refresh, screen and extract will fail; list, cite and explain work"
        return Observation(id="disk", group="surroundings", title="disk", state="note", text=text, facts=facts)
    room = f"{free / 1e9:.1f} GB free"
    if free < _LITTLE_ROOM:
        return Observation(
            id="disk", group="surroundings", title="disk", state="note", text=f"only {room}", facts=facts
        )
    return Observation(
        id="disk", group="surroundings", title="disk", state="ok", text=f"can be written; {room}", facts=facts
    )


def _open(folder: Path) -> bool:
    """Whether a file can be made in a folder; it has no name and is gone at once."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _faults(name: str, title: str, summary: str, faults: list[str]) -> Observation:
    more = len(faults) - _SHOWN
    details = [*faults[:_SHOWN], *([f"… and {more} more"] if more > 0 else [])]
    step = Step(command="evidence check", why="every fault, with its table, row and column", rank=_MEND)
    return Observation(
        id=name,
        group=_GROUP,
        title=title,
        state="broken",
        text=summary.rstrip(":"),
        details=tuple(details),
        facts={"faults": len(faults)},
        steps=(step,),
    )
