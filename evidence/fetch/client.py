"""The client: every question that PubMed is asked goes through here, and comes back whole or as an error."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from random import SystemRandom
from typing import TYPE_CHECKING, Literal

from ..errors import InputError, OptionError
from .asking import Asker
from .payload import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from .answer import Answer
    from .settings import Settings
    from .transport import Exchange

__all__ = ["MOST_IDS", "Client"]

MOST_IDS = 9999  # more than PubMed hands out for one search, or takes back in one request
_PMID = re.compile(r"[1-9][0-9]{0,8}")
_LINKNAME = re.compile(r"pubmed_[a-z]+(_[a-z]+)*")
_DATES = ("datetype", "mindate", "maxdate", "reldate")


class Client:
    """Asks PubMed through Biopython's Entrez, politely and to the end.

    Every method returns an `Answer` that is whole and of the kind that was asked for, or raises: `RequestError` if the
    request itself was refused, `UnavailableError` if no good answer came within the tries of a request or the budget
    of the run, `AnswerError` if what came cannot be used and asking again would not help, `InputError` if nothing was
    asked because the arguments make no sense. No error shows the key, the email or an address.

    One client may serve many threads: they share its rate limit and its budget.

    Parameters
    ----------
    settings : Settings
        Who asks, where, how often, how long.
    clock, sleep : callable
        Seconds that only ever grow, and a pause of so many seconds.
    rng : random.Random, optional
        Spreads the waits after failures.
    now : callable
        The time of day in UTC, for `Answer.asked_at` and `Answer.answered_at`.
    on_wait : callable, optional
        Told the reason and the seconds before each wait after a failure.
    exchange : Exchange, optional
        What answers a request: the network by default, or the invented PubMed of `evidence.practice` in this process.

    Examples
    --------
    >>> from evidence.fetch.settings import read_settings
    >>> client = Client(read_settings(environ={}, config="/dev/null"))
    >>> client.fetch([])
    Traceback (most recent call last):
    evidence.errors.InputError: no PMIDs were given; PubMed is asked for one or more
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        rng: Random | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_wait: Callable[[str, float], object] | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        self._settings = settings
        self._asker = Asker(
            settings, clock=clock, sleep=sleep, rng=rng or SystemRandom(), now=now, on_wait=on_wait, exchange=exchange
        )

    @property
    def hints(self) -> tuple[str, ...]:
        """What the user should be told once: a missing email, a key that others can read."""
        return self._settings.notes

    @property
    def requests(self) -> int:
        """How many requests have been sent so far, repeated ones among them."""
        return self._asker.requests

    def search(self, term: str, retstart: int = 0, retmax: int = MOST_IDS, **dates: str | int) -> Answer:
        """Return PMIDs that match a query, as eSearch XML.

        Parameters
        ----------
        term : str
            The query in PubMed's language.
        retstart, retmax : int
            The first position, from 0, and how many at most; up to 9,999.
        **dates
            ``datetype``, ``mindate``, ``maxdate``, ``reldate``.
        """
        if not term.strip():
            message = "the query is empty; PubMed would be asked for nothing"
            raise InputError(message)
        if retstart < 0 or not 0 <= retmax <= MOST_IDS:
            message = (
                f"retstart={retstart}, retmax={retmax}: the first must be 0 or more, the second from 0 to {MOST_IDS}"
            )
            raise InputError(message)
        for name in dates:
            if name not in _DATES:
                raise OptionError("dates", name, _DATES)
        texts = {name: str(value) for name, value in dates.items()}
        parameters = {"db": "pubmed", "term": term, "retstart": str(retstart), "retmax": str(retmax), **texts}
        return self._asker.ask("esearch", {**parameters, "retmode": "xml"}, expect("esearch"))

    def fetch(
        self,
        ids: Sequence[str],
        rettype: Literal["medline", "uilist"] | None = None,
        retmode: Literal["xml", "text"] = "xml",
    ) -> Answer:
        """Return records: XML, or as text in MEDLINE form or as a list of PMIDs.

        PubMed leaves out what it does not have, and answers for a merged record with the other one: compare.
        """
        expected = expect("efetch", rettype, retmode)
        parameters = {"db": "pubmed", "id": _joined(ids), "retmode": retmode}
        return self._asker.ask("efetch", parameters | ({"rettype": rettype} if rettype else {}), expected)

    def post(self, ids: Sequence[str]) -> Answer:
        """Return the ticket (WebEnv and query key) under which PubMed remembers a list for a while."""
        return self._asker.ask("epost", {"db": "pubmed", "id": _joined(ids)}, expect("epost"))

    def summary(self, ids: Sequence[str]) -> Answer:
        """Return short descriptions of records, as eSummary XML."""
        return self._asker.ask("esummary", {"db": "pubmed", "id": _joined(ids), "retmode": "xml"}, expect("esummary"))

    def link(self, ids: Sequence[str], linkname: str = "pubmed_pubmed_refs") -> Answer:
        """Return what records are linked to, one link set a record, as eLink XML.

        Parameters
        ----------
        ids : sequence of str
            PMIDs.
        linkname : str
            ``pubmed_pubmed_refs`` (references), ``pubmed_pubmed_citedin``, ``pubmed_pmc``, ….
        """
        if not _LINKNAME.fullmatch(linkname):
            message = f"linkname={linkname!r} is not a name of links from PubMed, such as 'pubmed_pubmed_refs'"
            raise InputError(message)
        parameters = {"dbfrom": "pubmed", "db": linkname.split("_")[1], "id": _joined(ids), "linkname": linkname}
        return self._asker.ask("elink", {**parameters, "retmode": "xml"}, expect("elink"))

    def info(self) -> Answer:
        """Return what PubMed says of itself: fields, links, time of the last update; as eInfo XML."""
        return self._asker.ask("einfo", {"db": "pubmed", "retmode": "xml"}, expect("einfo"))


def _joined(ids: Sequence[str]) -> str:
    """Return PMIDs joined by commas, each once, in their order."""
    if isinstance(ids, str):
        message = "PMIDs are given as a list of texts, not as one text"
        raise InputError(message)
    listed = list(dict.fromkeys(ids))
    if not listed:
        message = "no PMIDs were given; PubMed is asked for one or more"
        raise InputError(message)
    wrong = [entry for entry in listed if not (isinstance(entry, str) and _PMID.fullmatch(entry))]
    if wrong:
        message = f"not a PMID (a text of 1 to 9 digits without a leading 0): {', '.join(map(repr, wrong[:5]))}"
        raise InputError(message)
    if len(listed) > MOST_IDS:
        message = f"{len(listed)} PMIDs in one request are too many; ask for {MOST_IDS} or fewer at a time"
        raise InputError(message)
    return ",".join(listed)
