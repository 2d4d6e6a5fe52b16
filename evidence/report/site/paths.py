"""Where the files of the site are, and the addresses that lead from one page to another."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from ...errors import InputError

__all__ = ["FOLDER", "Paths", "anchor", "file_name"]

FOLDER = "syntheses"
_PLAIN = re.compile(r"\w[\w.+-]{0,99}")
# Names that another synthesis could take: its narrow figure, or what an id that is no file name becomes; and names that
# are no files on some systems.
_TAKEN = re.compile(r".*-(?:narrow|[0-9a-f]{12})|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_LONGEST = 60
_BLANK = re.compile(r"\s")


def file_name(synthesis: str) -> str:
    """Return what the files of a synthesis are called: its id, or a safe name for an id that is none of a file.

    Two ids never share a file, not even where capitals do not count, as on Windows and macOS.

    Examples
    --------
    >>> file_name("drug-response")
    'drug-response'
    >>> file_name("../x")
    'x-d6b96a97d147'
    """
    usual = unicodedata.normalize("NFC", synthesis.casefold())
    if synthesis == usual and _PLAIN.fullmatch(synthesis) and not _TAKEN.fullmatch(synthesis):
        return synthesis
    digest = hashlib.sha256(synthesis.encode()).hexdigest()[:12]
    kept = re.sub(r"[^\w+-]+", "-", synthesis)[:_LONGEST].strip("-")
    return f"{kept}-{digest}" if kept else digest


def anchor(kind: str, name: str) -> str:
    """Return the id of an element, for which a link of `Paths` asks; an id holds no blanks.

    Examples
    --------
    >>> anchor("study", "Ada 2020")
    'study-Ada_2020'
    """
    return f"{kind}-{_BLANK.sub('_', name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Addresses as one page writes them.

    Attributes
    ----------
    root : str
        What leads from the page to the site's own folder: empty, or ``../``.
    pages : frozenset of str
        The pages that there are; a link to another one is a fault of a template, not of the data.

    Examples
    --------
    >>> to = Paths(root="../", pages=frozenset({"trials"}))
    >>> to.page("trials"), to.synthesis("drug"), to.trial("Ada")
    ('../trials.html', '../syntheses/drug.html', '../trials.html#study-Ada')
    """

    root: str
    pages: frozenset[str]

    def page(self, name: str, kind: str = "", item: str = "") -> str:
        """Return the address of a page of the site, or of the element for `item` of a `kind` on it.

        Raises
        ------
        InputError
            If there is no such page.
        """
        if name not in self.pages:
            raise InputError(f"the report has no page {name!r}; it has {', '.join(sorted(self.pages))}")
        return f"{self.root}{name}.html{'#' + quote(anchor(kind, item)) if kind else ''}"

    def asset(self, name: str) -> str:
        """Return the address of a style sheet or a script."""
        return f"{self.root}assets/{name}"

    def synthesis(self, name: str) -> str:
        """Return the address of the page of a synthesis."""
        return self.file(name, ".html")

    def file(self, name: str, suffix: str) -> str:
        """Return the address of a file that belongs to a synthesis."""
        return f"{self.root}{FOLDER}/{quote(file_name(name))}{suffix}"

    def beside(self, path: str) -> str:
        """Return the address of a file that a page brings, by its path from the site's folder."""
        return f"{self.root}{quote(path)}"

    def comparison(self, name: str) -> str:
        """Return the address of the results of a comparison."""
        return self.page("index", "comparison", name)

    def trial(self, name: str) -> str:
        """Return the address of a trial's row."""
        return self.page("trials", "study", name)

    def claim(self, name: str) -> str:
        """Return the address of a popular claim."""
        return self.page("claims", "claim", name)
