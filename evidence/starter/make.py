"""The files of a review: put together, checked, and written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ProjectError
from ..project import Project
from ..protocol import load_protocol
from ..tables import check_tables, format_table, template
from ..tables.datapackage import datapackage_bytes
from ..tables.dictionary import data_dictionary
from ..tables.io import read_raw
from .place import put_in_place, resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..protocol import Protocol
    from ..tables import Table

__all__ = ["HERE", "NewReview", "common_files", "make_review", "rows_in"]

HERE = Path(__file__).resolve().parent
"""Where the texts and rows are that reviews are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """What was made.

    Attributes
    ----------
    root : Path
        The project's folder.
    title : str
        The review's title, as the protocol has it.
    based_on : str
        The example that it is a copy of; empty for a blank review.
    files : tuple of str
        Every file, relative to the folder, sorted.
    """

    root: Path
    title: str
    based_on: str
    files: tuple[str, ...]


def make_review(
    folder: Path | str,
    content: Callable[[Path], Mapping[str, str]],
    rows: Callable[[Table], bytes],
    *,
    based_on: str = "",
) -> NewReview:
    """Make a review of its texts and the rows of its tables.

    Parameters
    ----------
    folder : Path or str
        Where; it must not exist, or be empty. Folders above it are made.
    content : callable
        Told the whole path of the folder; returns text by file, but for the tables.
    rows : callable
        Told a table; returns its file.
    based_on : str
        The example that it is a copy of.

    Raises
    ------
    ProjectError
        If the folder holds anything, is a file, or cannot be written; then nothing is changed.
    """
    root = resolved(folder)
    with put_in_place(root) as draft:
        _write(draft, content(root))
        protocol = load_protocol(Project(root=draft).protocol)
        _fill_tables(draft, protocol, rows)
        _check(draft, protocol)
        files = tuple(sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file()))
    return NewReview(root=root, title=protocol.review.title, based_on=based_on, files=files)


def common_files(title: str, introduction: str) -> dict[str, str]:
    """Return what every review has: the page that explains it, and what is not committed."""
    readme = _text("README.md").replace("@TITLE@", title).replace("@INTRODUCTION@", introduction)
    return {"README.md": readme, ".gitignore": _text("gitignore"), "data/raw/README.md": _text("raw.md")}


def rows_in(folder: Path, table: Table) -> bytes:
    """Return a table with the rows that stand in a folder; columns that they do not name are empty."""
    path = folder / f"{table.name}.csv"
    if not path.is_file():
        return template(table).encode()
    raw = read_raw(path)
    return format_table(raw.reindex(columns=list(table.names), fill_value=""), table)


def _text(name: str) -> str:
    return (HERE / "template" / name).read_text(encoding="utf-8")


def _write(folder: Path, content: Mapping[str, str]) -> None:
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _fill_tables(folder: Path, protocol: Protocol, rows: Callable[[Table], bytes]) -> None:
    """Write every table of the review, its descriptor and its dictionary."""
    processed = Project(root=folder).processed
    processed.mkdir(parents=True)
    for name, table in protocol.tables.items():
        (processed / f"{name}.csv").write_bytes(rows(table))
    review = protocol.review
    described = {"name": review.id, "title": review.title, "description": review.question, "licence": review.licence}
    (processed / "datapackage.json").write_bytes(datapackage_bytes(**described, tables=protocol.tables))
    _write(folder, {"docs/data-dictionary.md": data_dictionary(protocol.tables, protocol.words)})


def _check(folder: Path, protocol: Protocol) -> None:
    problems = check_tables(Project(root=folder).processed, vocabularies=protocol.vocabularies)
    if problems:
        raise ProjectError(f"the new review would be damaged: {problems[0]}")
