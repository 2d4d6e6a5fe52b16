"""Another review: blank, with invented trials, or a copy of an example."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from ..errors import InputError
from ..protocol import load_protocol
from ..tables import template
from .examples import example_project
from .make import HERE, common_files, make_review, rows_in

if TYPE_CHECKING:
    from pathlib import Path

    from ..tables import Table
    from .make import NewReview

__all__ = ["new_review"]

_TITLE = "Exercise for a painful knee (replace this title)"
_CAVEAT = "The question is a placeholder, and the tables are empty."
_INVENTED_CAVEAT = "The trials in these tables are invented, to show how they are filled. Delete them before you begin."
_INTRODUCTION = "A living review: a protocol, tidy tables, and everything that follows from them."
_INVENTED = (
    "The trials in the tables are **invented**, to show how tables are filled. Before you begin, delete the rows whose "
    "`study_id` begins with `Invented`, and the page `S1` in `sources.csv`."
)


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

    def content(root: Path) -> dict[str, str]:
        return _copied(based_on, title) if based_on else _blank(root.name, title, with_example=with_example)

    def rows(table: Table) -> bytes:
        if based_on:
            return (example_project(based_on).processed / f"{table.name}.csv").read_bytes()
        return rows_in(HERE / "invented", table) if with_example else template(table).encode()

    return make_review(folder, content, rows, based_on=based_on)


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


def _blank(name: str, title: str, *, with_example: bool) -> dict[str, str]:
    """Return the files of a blank review but for its tables."""
    values = {
        "@ID@": _quoted(_slug(name) or _slug(title) or "review"),
        "@TITLE@": _quoted(title or _TITLE),
        "@CAVEAT@": _quoted(_INVENTED_CAVEAT if with_example else _CAVEAT),
    }
    protocol = re.sub(
        "|".join(values),
        lambda found: values[found.group()],
        (HERE / "template" / "protocol.toml").read_text(encoding="utf-8"),
    )
    return {"protocol.toml": protocol} | common_files(title or _TITLE, _INVENTED if with_example else _INTRODUCTION)


def _copied(name: str, title: str) -> dict[str, str]:
    """Return the files of a copy of an example but for its tables."""
    project = example_project(name)
    protocol = project.protocol.read_text(encoding="utf-8")
    if title:
        protocol = re.sub(r"(?m)^title = .*$", lambda _: f"title = {_quoted(title)}", protocol, count=1)
    shown = title or load_protocol(project.protocol).review.title
    return {"protocol.toml": protocol} | common_files(shown, f"{_INTRODUCTION} Started from the example `{name}`.")
