"""A request as it came, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

__all__ = ["PATH", "Asked", "Seen", "read_request"]

PATH = "/entrez/eutils/"
"""Under which the utilities stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, read.

    Attributes
    ----------
    method : str
        ``GET`` or ``POST``.
    path : str
        The address without its host, as it came.
    tool : str
        The utility: ``esearch``, ``efetch``, …
    params : dict of str to str
        The parameters of address and body; one that stands there more than once is joined by commas.
    id_groups : tuple of str
        The value of each ``id``.
    """

    method: str
    path: str
    tool: str
    params: dict[str, str]
    id_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request that was answered, for those who want to know what a client does.

    Attributes
    ----------
    at : float
        When it came, in seconds that only ever grow (`time.monotonic`).
    method, tool : str
        ``GET`` or ``POST``, and the utility.
    params : dict of str to str
        Its parameters.
    headers : dict of str to str
        Its headers; none within a process.
    status : int
        That of the answer; 0 where none was sent.
    fault : str
        The fault that it met; empty if none.
    """

    at: float
    method: str
    tool: str
    params: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    status: int
    fault: str = ""

    @property
    def described(self) -> str:
        """The request and its answer in a few words.

        Examples
        --------
        >>> Seen(at=0.0, method="GET", tool="efetch", params={"id": "90000001,90000002"}, status=200).described
        'efetch (2 PMIDs): 200'
        """
        ids = self.params.get("id", "")
        number = ids.count(",") + 1 if ids else 0
        asked = f"{self.tool} ({number} PMID{'' if number == 1 else 's'})" if number else self.tool
        answer = str(self.status) if self.status else "no answer"
        return f"{asked}: {answer}, {self.fault}" if self.fault else f"{asked}: {answer}"


def read_request(method: str, target: str, form: str) -> Asked:
    """Return the parts of a request.

    Parameters
    ----------
    method : str
        ``GET`` or ``POST``.
    target : str
        The address without its host.
    form : str
        The body; empty for a GET.

    Examples
    --------
    >>> read_request("GET", "/entrez/eutils/esearch.fcgi?db=pubmed&term=comb", "").tool
    'esearch'
    """
    parts = urlsplit(target)
    values = parse_qs(parts.query, keep_blank_values=True)
    for name, found in parse_qs(form, keep_blank_values=True).items():
        values.setdefault(name, []).extend(found)
    return Asked(
        method=method,
        path=target,
        tool=parts.path.removeprefix(PATH).removesuffix(".fcgi"),
        params={name: ",".join(found) for name, found in values.items()},
        id_groups=tuple(values.get("id", ())),
    )
