"""Another review: its files as they will stand, checked, and written whole or not at all."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, ProjectError
from ..project import Project
from ..protocol import load_protocol
from ..tables import check_tables, format_table, template
from ..tables.datapackage import datapackage_bytes
from ..tables.dictionary import data_dictionary
from ..tables.io import read_raw
from .examples import example_project
from .place import put_in_place, resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Protocol
    from ..tables import Table

__all__ = ["NewReview", "new_review"]

_HERE = Path(__file__).resolve().parent
_TITLE = "Exercise for a painful knee (replace this title)"
_CAVEAT = "The question is a placeholder, and the tables are empty."
_INVENTED_CAVEAT = "The trials in these tables are invented, to show how they are filled. Delete them before you begin."
_INTRODUCTION = "A living review: a protocol, tidy tables, and everything that follows from them."
_INVENTED = (
    "The trials in the tables are **invented**, to show how tables are filled. Before you begin, delete the rows whose "
    "`study_id` begins with `Invented`, and the page `S1` in `sources.csv`."
)


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


def new_review(folder: Path | str, *, title: str = "", with_example: bool = False, based_on: str = "") -> NewReview:
    """Make a folder with a protocol that explains itself and every table, which can be built at once.

    Parameters
    ----------
    folder : Path or str
        Where; it must not exist, or be empty. Folders above it are made.
    title : str
        The review's title.
    with_example : bool
        Whether the tables hold three invented trials that show how they are filled; else they are empty.
    based_on : str
        The name of an example (`example_names`) to start from a copy of, instead of a blank review.

    Raises
    ------
    InputError
        If the title cannot be written on one line, or both kinds of example are asked for.
    ProjectError
        If the folder holds anything, is a file, or cannot be written; then nothing is changed.
    UnknownIdError
        If there is no such example.
    """
    if with_example and based_on:
        raise InputError("with_example and based_on exclude each other: one fills a blank review, one copies another")
    title = _clean(title)
    root = resolved(folder)
    with put_in_place(root) as draft:
        content = _copied(based_on, title) if based_on else _blank(root.name, title, with_example=with_example)
        _write(draft, content)
        protocol = load_protocol(Project(root=draft).protocol)
        _fill_tables(draft, protocol, invented=with_example, based_on=based_on)
        _check(draft, protocol)
        files = tuple(sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file()))
    return NewReview(root=root, title=protocol.review.title, based_on=based_on, files=files)


def _clean(title: str) -> str:
    """Return the title without blanks around it."""
    title = title.strip()
    if any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in title):
        raise InputError(f"the title {title!r} holds a line break or another control character; give it on one line")
    return title


def _quoted(text: str) -> str:
    """Return text as a TOML string; without control characters JSON's and TOML's are alike."""
    return json.dumps(text, ensure_ascii=False)


def _slug(text: str) -> str:
    """Return a short name made of small letters, digits and hyphens; empty where no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _text(name: str) -> str:
    return (_HERE / "template" / name).read_text(encoding="utf-8")


def _common(title: str, introduction: str) -> dict[str, str]:
    readme = _text("README.md").replace("@TITLE@", title).replace("@INTRODUCTION@", introduction)
    return {"README.md": readme, ".gitignore": _text("gitignore"), "data/raw/README.md": _text("raw.md")}


def _blank(name: str, title: str, *, with_example: bool) -> dict[str, str]:
    """Return the files of a blank review but for its tables."""
    values = {
        "@ID@": _quoted(_slug(name) or _slug(title) or "review"),
        "@TITLE@": _quoted(title or _TITLE),
        "@CAVEAT@": _quoted(_INVENTED_CAVEAT if with_example else _CAVEAT),
    }
    protocol = re.sub("|".join(values), lambda found: values[found.group()], _text("protocol.toml"))
    return {"protocol.toml": protocol} | _common(title or _TITLE, _INVENTED if with_example else _INTRODUCTION)


def _copied(name: str, title: str) -> dict[str, str]:
    """Return the files of a copy of an example but for its tables."""
    project = example_project(name)
    protocol = project.protocol.read_text(encoding="utf-8")
    if title:
        protocol = re.sub(r"(?m)^title = .*$", lambda _: f"title = {_quoted(title)}", protocol, count=1)
    shown = title or load_protocol(project.protocol).review.title
    return {"protocol.toml": protocol} | _common(shown, f"{_INTRODUCTION} Started from the example `{name}`.")


def _write(folder: Path, content: Mapping[str, str]) -> None:
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _fill_tables(folder: Path, protocol: Protocol, *, invented: bool, based_on: str) -> None:
    """Write every table of the review, its descriptor and its dictionary."""
    processed = Project(root=folder).processed
    processed.mkdir(parents=True)
    for name, table in protocol.tables.items():
        if based_on:
            content = (example_project(based_on).processed / f"{name}.csv").read_bytes()
        else:
            content = _rows(table) if invented else template(table).encode()
        (processed / f"{name}.csv").write_bytes(content)
    review = protocol.review
    described = {"name": review.id, "title": review.title, "description": review.question, "licence": review.licence}
    (processed / "datapackage.json").write_bytes(datapackage_bytes(**described, tables=protocol.tables))
    _write(folder, {"docs/data-dictionary.md": data_dictionary(protocol.tables, protocol.words)})


def _rows(table: Table) -> bytes:
    """Return a table with its invented rows; columns that they do not name are empty."""
    path = _HERE / "invented" / f"{table.name}.csv"
    if not path.is_file():
        return template(table).encode()
    raw = read_raw(path)
    return format_table(raw.reindex(columns=list(table.names), fill_value=""), table)


def _check(folder: Path, protocol: Protocol) -> None:
    problems = check_tables(Project(root=folder).processed, vocabularies=protocol.vocabularies)
    if problems:
        raise ProjectError(f"the new review would be damaged: {problems[0]}")
