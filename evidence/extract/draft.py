"""Drafts on disk: one folder for each record and extractor, never committed, never overwritten."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, ProjectError
from ..tables.io import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..project import Project

__all__ = [
    "Draft",
    "Opening",
    "check_pmid",
    "drafts_of",
    "drafts_root",
    "extraction_lock",
    "find_draft",
    "make_draft",
    "move_away",
    "same_person",
    "write_opening",
]

_PMID = re.compile(r"[1-9]\d{0,8}")
_OPENING = "extraction.json"
_AWAY = "discarded"
_WAIT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a draft was begun.

    Attributes
    ----------
    pmid, extractor, study_id : str
        Which record, who extracts it, and into which trial it was proposed to go.
    begun_at : str
        When, in UTC.
    record_hash : str
        The hash of the record that was opened.
    saved : tuple of str
        The rows that were saved from the draft, as ``table:key``.
    """

    pmid: str
    extractor: str
    study_id: str
    begun_at: str
    record_hash: str = ""
    saved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A folder with a draft, and how it was begun."""

    folder: Path
    opening: Opening


def check_pmid(pmid: str) -> str:
    """Return a PMID as digits; raises InputError if it is none.

    Examples
    --------
    >>> check_pmid(" PMID:90000001")
    '90000001'
    """
    digits = pmid.strip().removeprefix("PMID:").strip()
    if not _PMID.fullmatch(digits):
        raise InputError(f"{pmid!r} is not a PMID: one to nine digits, the first of them not 0")
    return digits


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for letter case, points and blanks.

    Examples
    --------
    >>> same_person("A. Reader", "a reader"), same_person("A. Reader", "B. Reader")
    (True, False)
    """
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def drafts_root(project: Project) -> Path:
    """Return the folder of all drafts."""
    return project.root / "data" / "extraction"


def drafts_of(project: Project, pmid: str | None = None) -> tuple[Draft, ...]:
    """Return the drafts of a record, or of all records, by record and extractor.

    Raises
    ------
    ProjectError
        If the note of a draft is damaged.
    """
    root = drafts_root(project)
    found = [_read(path) for path in sorted(root.glob(f"{pmid or '*'}/*/{_OPENING}")) if path.parts[-3] != _AWAY]
    return tuple(sorted(found, key=lambda draft: (int(draft.opening.pmid), draft.opening.extractor.casefold())))


def find_draft(project: Project, pmid: str, by: str = "") -> Draft:
    """Return the draft of a record, by a person where there are several.

    Raises
    ------
    InputError
        If there is none, or more than one and nobody is named.
    """
    drafts = drafts_of(project, pmid)
    found = [draft for draft in drafts if not by or same_person(draft.opening.extractor, by)]
    if len(found) == 1:
        return found[0]
    if not found:
        who = f" by {by}" if by else ""
        others = ", ".join(draft.opening.extractor for draft in drafts)
        hint = f"; there is one by {others}" if others else f"; begin with: evidence extract {pmid} --by NAME"
        raise InputError(f"there is no draft of PMID {pmid}{who}{hint}")
    names = ", ".join(repr(draft.opening.extractor) for draft in found)
    raise InputError(f"PMID {pmid} has drafts by {names}; say whose with --by")


def make_draft(project: Project, opening: Opening, contents: Mapping[str, bytes]) -> Draft:
    """Make the folder of a draft, whole or not at all.

    Raises
    ------
    ProjectError
        If it cannot be written.
    """
    root = drafts_root(project)
    place = root / opening.pmid
    try:
        place.mkdir(parents=True, exist_ok=True)
        # Abstracts may be under copyright: no draft is ever committed, whatever the project's own list says.
        if not (root / ".gitignore").exists():
            write_bytes(root / ".gitignore", b"*\n")
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
        try:
            for name, content in contents.items():
                write_bytes(fresh / name, content)
            write_bytes(fresh / _OPENING, _bytes(opening))
            fresh.chmod(0o755)
            folder = _free(place, _slug(opening.extractor))
            fresh.rename(folder)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise ProjectError(f"the draft could not be written to {place}: {error.strerror or error}") from error
    return Draft(folder=folder, opening=opening)


def write_opening(draft: Draft, opening: Opening) -> None:
    """Write how a draft was begun, and what was saved from it, anew."""
    write_bytes(draft.folder / _OPENING, _bytes(opening))


def move_away(project: Project, draft: Draft) -> Path:
    """Move a draft out of the way; nothing of it is deleted. Return where it lies now."""
    place = drafts_root(project) / _AWAY / draft.opening.pmid
    place.mkdir(parents=True, exist_ok=True)
    target = _free(place, draft.folder.name)
    draft.folder.rename(target)
    return target


@contextmanager
def extraction_lock(project: Project, *, timeout: float = _WAIT) -> Iterator[None]:
    """Let one process at a time bring rows into the tables; raises ProjectError if another one keeps at it."""
    from filelock import FileLock, Timeout

    lock = project.raw / ".extraction.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=timeout):
            yield
    except Timeout:
        raise ProjectError(
            f"another extraction has been writing to the tables for {timeout:g} s; nothing was done; try again"
        ) from None


def _read(path: Path) -> Draft:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        facts["saved"] = tuple(facts.get("saved", ()))
        opening = Opening(**facts)
        check_pmid(opening.pmid)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ProjectError(f"{path} is damaged ({error}); move the folder away and open the record again") from None
    return Draft(folder=path.parent, opening=opening)


def _bytes(opening: Opening) -> bytes:
    return (json.dumps(asdict(opening), ensure_ascii=False, indent=2) + "\n").encode()


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "extractor"


def _free(place: Path, name: str) -> Path:
    """Return a folder of this name that does not exist yet, with a number behind it if need be."""
    number = 1
    target = place / name
    while target.exists():
        number += 1
        target = place / f"{name}-{number}"
    return target
