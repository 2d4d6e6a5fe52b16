"""The change log: appended to, never rewritten, and shown as a page that a reader can follow."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError, ProjectError
from ..tables.definitions.changes import CHANGES
from ..tables.io import csv_bytes, write_bytes
from .version import last_of, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..project import Project
    from .diff import BaseDiff

__all__ = ["LogVersion", "append_entry", "log_entries", "log_page", "page_path", "write_log_page"]

_TITLES = {
    "trigger": "Occasion",
    "search": "Searches",
    "screening": "Screening",
    "study": "Trials",
    "notice": "Retractions, concerns, corrections of records",
    "conclusion": "Conclusions that moved",
    "result": "Results with other numbers",
    "method": "Methods",
    "correction": "Corrections",
    "finding": "Integrity findings",
    "other": "Besides",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVersion:
    """One version in the change log.

    Attributes
    ----------
    version, date : str
        Its number and its day.
    after : str
        The version before; empty for the first.
    summary, reason : str
        What was compared, and why the version is called so.
    groups : tuple of (str, tuple of str)
        Titles, each with its lines.
    """

    version: str
    date: str
    after: str
    summary: str
    reason: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]


def log_entries(rows: Iterable[Mapping[str, str]]) -> tuple[LogVersion, ...]:
    """Return the versions of a change log, the newest first.

    Parameters
    ----------
    rows : iterable of mapping
        The rows of the table ``changes``.
    """
    by_version: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_version.setdefault(row["version"], []).append(row)
    found = []
    for version in sorted(by_version, key=parse_version, reverse=True):
        entries = by_version[version]
        head = next((row for row in entries if row["kind"] == "version"), {})
        groups = (
            (title, tuple(_line(row) for row in entries if row["kind"] == kind)) for kind, title in _TITLES.items()
        )
        found.append(
            LogVersion(
                version=version,
                date=entries[0]["released_on"],
                after=head.get("before", ""),
                summary=head.get("what", ""),
                reason=head.get("reason", ""),
                groups=tuple((title, lines) for title, lines in groups if lines),
            )
        )
    return tuple(found)


def _line(row: Mapping[str, str]) -> str:
    """Return a change as one line: what, old → new where `what` does not say it, why."""
    values = ""
    if row["kind"] in ("conclusion", "result") and (row["before"] or row["after"]):
        values = f": {row['before'] or '–'} → {row['after'] or '–'}"
    elif row["kind"] == "finding" and row["after"]:
        values = f": {row['before'] or 'no answer'} → {row['after']}"
    mark = "; " if values else ": "
    reason = f"{mark}{row['reason']}" if row["reason"] else ""
    return f"{row['what']}{values}{reason}"


def append_entry(
    project: Project, diff: BaseDiff, *, version: str, date: str, trigger: str = ""
) -> list[dict[str, str]]:
    """Append a version to the change log of a project and write its page anew; return the rows appended.

    What stands in the log stays as it is, byte for byte.

    Parameters
    ----------
    project : Project
        The project whose working tree was compared.
    diff : BaseDiff
        What changed since the preceding version.
    version : str
        Its number, higher than every one in the log.
    date : str
        Its day, as ``2026-12-01``, not before that of the last entry.
    trigger : str
        What occasioned it.

    Raises
    ------
    InputError
        If the version is in the log already or not higher than the last one, the date is none or too early, nothing
        changed, or the comparison is not of this working tree.
    ProjectError
        If the log cannot be read.
    """
    from .log_rows import log_rows

    path = project.processed / "changes.csv"
    old, rows = _read(path)
    _check(rows, diff, version=version, date=date)
    new = log_rows(diff, version=version, date=date, trigger=trigger)
    lines = csv_bytes(CHANGES.names, [[row[name] for name in CHANGES.names] for row in new]).split(b"\n", 1)[1]
    if path.read_bytes() != old:
        raise ProjectError(f"{path} changed while the entry was made; nothing was written, run it again")
    write_bytes(path, old + (b"" if old.endswith(b"\n") else b"\n") + lines)
    write_log_page(project)
    return new


def _read(path: Path) -> tuple[bytes, list[dict[str, str]]]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ProjectError(f"there is no table {path}; an empty log has its header only") from None
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""), restval="")
    if tuple(rows.fieldnames or ()) != CHANGES.names:
        raise ProjectError(f"{path} is not a change log; its header should be {','.join(CHANGES.names)}")
    return content, list(rows)


def _check(rows: list[dict[str, str]], diff: BaseDiff, *, version: str, date: str) -> None:
    number = parse_version(version)
    last = last_of([row["version"] for row in rows])
    if any(row["version"] == version for row in rows):
        raise InputError(f"version {version} is in the change log already; entries are never rewritten")
    if last and number <= parse_version(last):
        raise InputError(f"version {version} does not come after {last}, the last one in the change log")
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise InputError(f"{date!r} is not a day; write it as 2026-12-01") from None
    days = [row["released_on"] for row in rows]
    if days and day.isoformat() < max(days):
        raise InputError(f"{date} is before {max(days)}, the day of the last entry")
    if diff.after.kind != "working-tree":
        raise InputError("an entry tells of the working tree; compare with it (leave the second base out)")
    if diff.empty:
        raise InputError(f"nothing changed since {diff.before.label}: there is nothing to log")


def page_path(project: Project) -> Path:
    """Return where the page of the change log lies: beside the data, apart from the software's own change log."""
    return project.root / "data" / "CHANGES.md"


def write_log_page(project: Project) -> Path:
    """Write the page of a project's change log and return its path; the same log gives the same bytes."""
    from ..protocol import load_protocol

    title = load_protocol(project.protocol).review.title
    path = page_path(project)
    content = log_page(_read(project.processed / "changes.csv")[1], title).encode()
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)
    return path


def log_page(rows: Iterable[Mapping[str, str]], title: str) -> str:
    """Return the change log as Markdown, the newest version first."""
    from .markdown import escaped

    lines = [
        f"# Changes of the evidence: {escaped(title)}",
        "",
        "What each version of the evidence base searched, took in, corrected and concluded otherwise. The first number",
        "of a version rises when a conclusion or a method changed, the second when trials came in or went out, the",
        "third for corrections that leave every conclusion; before 1.0.0 the second stands for the first two. This",
        "page is made from `data/processed/changes.csv`.",
    ]
    versions = log_entries(rows)
    if not versions:
        lines += ["", "No version has been logged yet."]
    for entry in versions:
        since = f", after {entry.after}" if entry.after else ""
        lines += ["", f"## {entry.version} ({entry.date}){since}", ""]
        lines.append(f"{escaped(entry.summary[:1].upper() + entry.summary[1:])}.")
        if entry.reason:
            lines += ["", f"Why this number: {escaped(entry.reason)}."]
        for name, texts in entry.groups:
            lines += ["", f"### {name}", "", *(f"- {escaped(text)}" for text in texts)]
    return "\n".join(lines) + "\n"
