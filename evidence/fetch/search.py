"""A complete search: every PMID that a query finds, however many, or an error."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import AnswerError, FetchError, InputError, UnavailableError
from .search_answer import SearchAnswer, read_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .answer import Answer
    from .client import Client

__all__ = ["Found", "find_ids", "hash_ids"]

_LAST_PMID = 999_999_999
_READINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a query finds.

    Attributes
    ----------
    term : str
        The query as sent.
    translation : str
        The query as the database understood it.
    count : int
        How many records it finds: as many as there are `ids`.
    ids : tuple of str
        Their PMIDs, each once, sorted as numbers.
    ids_hash : str
        `hash_ids` of them.
    warnings : tuple of str
        What the database remarked on the query.
    answers : tuple of Answer
        Every answer that was received. The first is the one to the whole query that gave `count` and `translation`;
        then those to its parts, then those of readings that were given up.
    """

    term: str
    translation: str
    count: int
    ids: tuple[str, ...]
    ids_hash: str
    warnings: tuple[str, ...]
    answers: tuple[Answer, ...]


def hash_ids(ids: Iterable[str]) -> str:
    r"""Return the SHA-256 of PMIDs sorted as numbers, one a line, each line ended: what ``sort -n | sha256sum`` gives.

    Examples
    --------
    >>> hash_ids(["10", "9"]) == hashlib.sha256(b"9\n10\n").hexdigest()
    True
    """
    return hashlib.sha256("".join(f"{pmid}\n" for pmid in sorted(set(ids), key=int)).encode()).hexdigest()


def find_ids(
    client: Client, term: str, *, cap: int = 9999, progress: Callable[[str, int, int], None] | None = None
) -> Found:
    """Return every PMID that a query finds.

    A query that finds more than `cap` records is split into ranges of PMIDs until each part can be read whole, as
    NCBI's EDirect does. What was read is compared with the count that the database gives for the whole query. If they
    differ, because records come and go while they are read, all of it is read again, at most three times in all.

    Parameters
    ----------
    client : Client
        Whom to ask.
    term : str
        The query; runs of blanks and line breaks are joined.
    cap : int
        How many records the database lists at most for one query.
    progress : callable, optional
        Called with ``"search"``, how many PMIDs are known, and how many there are.

    Returns
    -------
    Found
        A query that finds nothing has no `ids`; whether that can be is for the caller to judge.

    Raises
    ------
    InputError
        If the query is empty, its parentheses, brackets or quotation marks are not closed, or `cap` is not positive.
    FetchError
        If the search could not be read completely.
    """
    joined = _checked(term)
    if cap < 1:
        raise InputError(f"cap={cap} is not a number of records; PubMed lists 9999 at most")
    given_up: list[Answer] = []
    troubles: list[FetchError] = []
    while len(troubles) < _READINGS:
        reading = _Reading(client=client, term=joined, cap=cap, progress=progress)
        try:
            whole, ids = reading.read()
        except _Moved as moved:
            given_up += reading.answers
            troubles.append(moved.trouble)
            continue
        return Found(
            term=joined,
            translation=whole.translation,
            count=len(ids),
            ids=tuple(sorted(ids, key=int)),
            ids_hash=hash_ids(ids),
            warnings=whole.warnings,
            answers=(*reading.answers, *given_up),
        )
    raise troubles[-1]


def _checked(term: str) -> str:
    """Return a query on one line; raises if a restriction added to it would change its meaning."""
    joined = " ".join(term.split())
    if not joined:
        raise InputError("the query is empty; write it under [search] in protocol.toml")
    if joined.count('"') % 2:
        raise InputError("the query has a quotation mark that is not closed; mend it in protocol.toml")
    unquoted = re.sub(r'"[^"]*"', "", joined)
    for name, (opening, closing) in (("parenthesis", "()"), ("bracket", "[]")):
        depth = 0
        for character in unquoted:
            depth += (character == opening) - (character == closing)
            if depth < 0:
                break
        if depth:
            raise InputError(f"the query has a {name} that is not closed or not opened; mend it in protocol.toml")
    return joined


class _Moved(Exception):  # noqa: N818 - no failure yet: the reason to read again
    """What was read does not fit together; carries the error if it never does."""

    def __init__(self, trouble: FetchError) -> None:
        self.trouble = trouble
        super().__init__(str(trouble))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One reading of the whole query."""

    client: Client
    term: str
    cap: int
    progress: Callable[[str, int, int], None] | None
    answers: list[Answer] = field(default_factory=list)

    def read(self) -> tuple[SearchAnswer, set[str]]:
        """Return the answer to the whole query, and every PMID."""
        whole = self._ask(self.term, 0)
        if whole.count <= self.cap:
            return whole, self._pages(self.term, whole)
        ids: set[str] = set()
        waiting = self._split(1, _LAST_PMID, whole)
        while waiting:
            low, high = waiting.pop()
            term = f"({self.term}) AND {low}:{high}[uid]"
            page = self._ask(term, 0)
            if outside := [pmid for pmid in page.ids if not low <= int(pmid) <= high]:
                raise AnswerError(
                    f"asked for PMIDs from {low} to {high} only, the database answered with {outside[0]} as well; "
                    "a search of this size cannot be read from it"
                )
            if page.count > self.cap and low < high:
                if not page.ids:
                    raise _Moved(_incomplete(f"counts {page.count} records in a part and lists none"))
                waiting += self._split(low, high, page)
            else:
                ids |= self._pages(term, page)
                self._tell(len(ids), whole.count)
        if len(ids) != whole.count:
            raise _Moved(_incomplete(f"counts {whole.count} records and lists {len(ids)} in parts"))
        return whole, ids

    def _split(self, low: int, high: int, page: SearchAnswer) -> list[tuple[int, int]]:
        """Return two ranges that make up one, the lower last.

        Split in the middle of the PMIDs that are known of it, if the server lists as many as it may: both halves are
        then surely smaller by much. In the middle of the range else.
        """
        known = sorted(int(pmid) for pmid in page.ids)
        middle = known[(len(known) - 1) // 2] if len(known) >= self.cap else (low + high) // 2
        middle = min(max(middle, low), high - 1)
        return [(middle + 1, high), (low, middle)]

    def _pages(self, term: str, page: SearchAnswer) -> set[str]:
        """Return every PMID of a query that the database lists whole, given its first page."""
        count, ids = page.count, list(page.ids)
        # Pages overlap by one: if one record goes and another comes meanwhile, the count stays, but all behind move up.
        while len(ids) < count and len(page.ids) > 1:
            self._tell(len(ids), count)
            page = self._ask(term, len(ids) - 1)
            if page.count != count:
                raise _Moved(_incomplete(f"first counted {count} records, then {page.count}"))
            if page.ids and page.ids[0] != ids[-1]:
                raise _Moved(_incomplete("moves records from page to page"))
            ids += page.ids[1:]
        if len(set(ids)) != len(ids):
            raise _Moved(
                AnswerError("the search lists a PMID more than once, so that another may be missing; try again later")
            )
        if len(ids) != count:
            raise _Moved(_incomplete(f"counts {count} records and lists {len(ids)}"))
        self._tell(len(ids), count)
        return set(ids)

    def _ask(self, term: str, start: int) -> SearchAnswer:
        answer = self.client.search(term, retstart=start, retmax=self.cap)
        self.answers.append(answer)
        page = read_search(answer)
        if page.start != start:
            raise AnswerError(
                f"asked for the search's results from {start} on, the database gave those from {page.start} on"
            )
        return page

    def _tell(self, known: int, count: int) -> None:
        if self.progress is not None:
            self.progress("search", known, count)


def _incomplete(what: str) -> UnavailableError:
    return UnavailableError(
        f"the search could not be read completely: the database {what}, in each of {_READINGS} readings; "
        "records may be arriving just now: try again in some minutes"
    )
