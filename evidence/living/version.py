"""Versions of an evidence base: which it has, and which its changes ask for.

MAJOR: a conclusion or a method changed. MINOR: studies came in or went out, or a question was added. PATCH: corrections
that leave every conclusion. While the version begins with 0, MAJOR and MINOR both raise the second number: nothing is
promised yet, and 1.0.0 is never proposed, for people decide when a review is first published.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import InputError

if TYPE_CHECKING:
    from ..project import Project

__all__ = ["Level", "VersionProposal", "last_of", "parse_version", "propose_version", "version_in"]

Level = Literal["major", "minor", "patch", "none"]
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_FIRST = "0.1.0"
_LEVELS: tuple[Level, ...] = ("major", "minor", "patch", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionProposal:
    """The version that a set of changes asks for.

    Attributes
    ----------
    current : str
        The version before; empty if the base has none yet.
    proposed : str
        The version after; that before if nothing changed.
    level : {"major", "minor", "patch", "none"}
        What kind of change decides.
    reasons : tuple of str
        The changes that made it so, in a few words each.
    """

    current: str
    proposed: str
    level: Level
    reasons: tuple[str, ...]

    def sentence(self) -> str:
        """Return the proposal as a sentence, with the first reasons.

        Examples
        --------
        >>> propose_version("1.4.2", major=["needling: the interval now excludes no effect"]).sentence()
        'proposes 2.0.0 after 1.4.2 (major): needling: the interval now excludes no effect'
        """
        if self.level == "none":
            return f"nothing changed; the version stays {self.current}" if self.current else "nothing changed"
        shown = "; ".join(self.reasons[:2]) + (f"; and {len(self.reasons) - 2} more" if len(self.reasons) > 2 else "")
        after = f" after {self.current}" if self.current else ", the first version"
        return f"proposes {self.proposed}{after} ({self.level}): {shown}"


def parse_version(text: str) -> tuple[int, int, int]:
    """Return a version as numbers that can be compared.

    Raises
    ------
    InputError
        If it is not three whole numbers parted by points.

    Examples
    --------
    >>> parse_version("1.10.2") > parse_version("1.9.9")
    True
    """
    if not _VERSION.fullmatch(text):
        raise InputError(f"{text!r} is not a version; it has three whole numbers parted by points, as 1.4.2")
    major, minor, patch = (int(part) for part in text.split("."))
    return major, minor, patch


def last_of(versions: list[str]) -> str:
    """Return the highest of some versions; empty if none of them is one."""
    return max((text for text in versions if _VERSION.fullmatch(text)), key=parse_version, default="")


def propose_version(
    current: str, *, major: list[str] | None = None, minor: list[str] | None = None, patch: list[str] | None = None
) -> VersionProposal:
    """Return the version that follows.

    Parameters
    ----------
    current : str
        The version before; anything that is not a version counts as none, and then 0.1.0 comes first.
    major, minor, patch : list of str, optional
        The changes of each kind in words; the gravest kind that has any decides.

    Examples
    --------
    >>> propose_version("1.4.2", minor=["Lee 2013 entered"]).proposed
    '1.5.0'
    >>> propose_version("0.3.1", major=["another estimator"]).proposed, propose_version("0.3.1", patch=["x"]).proposed
    ('0.4.0', '0.3.2')
    >>> propose_version("", minor=["20 studies"]).proposed
    '0.1.0'
    """
    by_level = dict(zip(_LEVELS, (major or [], minor or [], patch or [], []), strict=True))
    level: Level = next((name for name in _LEVELS if by_level[name]), "none")
    known = current if _VERSION.fullmatch(current) else ""
    if level == "none":
        return VersionProposal(current=known, proposed=known, level="none", reasons=())
    return VersionProposal(current=known, proposed=_next(known, level), level=level, reasons=tuple(by_level[level]))


def _next(current: str, level: Level) -> str:
    if not current:
        return _FIRST
    major, minor, patch = parse_version(current)
    if level == "patch":
        return f"{major}.{minor}.{patch + 1}"
    if level == "major" and major:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0"


def version_in(project: Project, *, named: str = "") -> str:
    """Return the version that a base says it has: the last of its change log, else that of ``CITATION.cff``.

    Where neither says one, the name by which the base was asked for counts if it is a version, as the tag ``v1.4.2``,
    and then ``pyproject.toml``; empty if none does.
    """
    log = project.processed / "changes.csv"
    if log.is_file():
        rows = csv.DictReader(io.StringIO(log.read_text(encoding="utf-8", errors="replace"), newline=""))
        last = last_of([row.get("version") or "" for row in rows])
        if last:
            return last
    citation = project.root / "CITATION.cff"
    if citation.is_file():
        found = re.search(
            r"^version: *[\"']?([^\"'\s#]+)", citation.read_text(encoding="utf-8", errors="replace"), re.M
        )
        if found and _VERSION.fullmatch(found.group(1)):
            return found.group(1)
    tagged = named.removeprefix("v")
    return tagged if _VERSION.fullmatch(tagged) else _python_version(project)


def _python_version(project: Project) -> str:
    try:
        data = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    version = data.get("project", {}).get("version", "")
    return version if isinstance(version, str) and _VERSION.fullmatch(version) else ""
