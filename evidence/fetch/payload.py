"""Is a body what was asked for? Decided before anybody parses it into records.

A block page, an empty body, a JSON error, an XML error or half an answer all come with HTTP 200 now and then.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import AnswerError, OptionError, RequestError
from .failures import TOO_MUCH, of_status
from .redact import holds, redact
from .retry import Trouble
from .wellformed import examine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .redact import Secret
    from .transport import Reply

__all__ = ["Expected", "expect", "find_trouble", "quoted"]

_ROOTS = {
    "esearch": ("eSearchResult",),
    "efetch": ("PubmedArticleSet", "PubmedBookArticleSet"),
    "epost": ("ePostResult",),
    "esummary": ("eSummaryResult",),
    "elink": ("eLinkResult",),
    "einfo": ("eInfoResult",),
}
_PARTS = {"esearch": ("Count", "IdList"), "epost": ("QueryKey", "WebEnv"), "einfo": ("DbInfo",)}
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# What the server says when the request is at fault; everything else it says may pass.
_OWN_FAULT = re.compile(
    r"api key (invalid|not valid)|retstart|out of acceptable range|\b9,?999\b|invalid (uid|id|db name)|"
    r"empty (term|id list)|id list is empty|unable to obtain query|wrong (uid|parameter)|cannot get document|"
    r"cannot process id|FieldNotFound|unknown field",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The kind of body that a request calls for: ``xml`` with one of some roots, ``medline`` or ``uilist``."""

    tool: str
    form: str = "xml"
    roots: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def expect(tool: str, rettype: str | None = None, retmode: str = "xml") -> Expected:
    """Return the kind of body that a utility sends.

    Raises
    ------
    OptionError
        If this kind of answer cannot be checked, and so is not asked for.

    Examples
    --------
    >>> expect("efetch").roots
    ('PubmedArticleSet', 'PubmedBookArticleSet')
    >>> expect("efetch", "medline", "text").form
    'medline'
    """
    if rettype is None:
        if retmode != "xml":
            raise OptionError("retmode", retmode, ["xml"])
        return Expected(tool=tool, roots=_ROOTS[tool], parts=_PARTS.get(tool, ()))
    if rettype not in ("medline", "uilist"):
        raise OptionError("rettype", rettype, ["medline", "uilist"])
    if retmode != "text":
        raise OptionError("retmode", retmode, ["text"])
    return Expected(tool=tool, form=rettype)


def find_trouble(reply: Reply, expected: Expected, secrets: Sequence[Secret]) -> Trouble | None:
    """Return what is wrong with an answer; None if it is whole and of the kind expected.

    Parameters
    ----------
    reply : Reply
        The answer.
    expected : Expected
        What it should be.
    secrets : sequence of Secret
        API key first; kept out of whatever is quoted.
    """
    words = "" if reply.status == 200 else _json_error(reply.body) or _xml_error(reply.body)
    trouble = of_status(reply.status, quoted(words, secrets), retry_after=reply.retry_after, date=reply.date)
    if trouble is None:
        trouble = _of_bytes(reply.body, secrets)
    if trouble is None:
        trouble = _of_xml(reply.body, expected, secrets) if expected.form == "xml" else _of_text(reply.body, expected)
    if trouble is None and secrets and holds(reply.body, secrets[0]):
        return Trouble(
            what="the answer repeats the API key, and must not be stored",
            advice="Something between here and NCBI adds it; check the proxy or EVIDENCE_EUTILS_URL",
            retryable=False,
        )
    return trouble


def quoted(words: str, secrets: Sequence[Secret]) -> str:
    r"""Return a server's words fit for a message: one line, without secrets and addresses, not long.

    Examples
    --------
    >>> quoted("Search  Backend failed:\n see https://example.org/x?y", [])
    'Search Backend failed: see [address]'
    """
    text = _ADDRESS.sub("[address]", redact(" ".join(words.split()), secrets))
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= 160 else f"{text[:159]}…"


def _said(words: str, secrets: Sequence[Secret]) -> Trouble:
    """Return what an error in the server's own words means."""
    what = f"the server says “{quoted(words, secrets)}”"
    if _OWN_FAULT.search(words):
        advice = "The request itself is at fault; check the query, the PMIDs and NCBI_API_KEY"
        return Trouble(what=what, advice=advice, retryable=False, error=RequestError)
    if "rate limit" in words.lower():
        return Trouble(what=what, advice=TOO_MUCH, slow_down=True)
    return Trouble(what=what)


def _of_bytes(body: bytes, secrets: Sequence[Secret]) -> Trouble | None:
    """Return what is wrong with a body of any kind: empty, HTML, JSON, or no UTF-8 text."""
    if not body.strip():
        return Trouble(what="the answer is empty")
    if b"\0" in body:
        return _damaged(f"a NUL byte at position {body.index(0)}")
    if body.lstrip()[:1] in (b"{", b"["):
        words = _json_error(body)
        return _said(words, secrets) if words else Trouble(what="the answer is JSON, which was not asked")
    if _HTML.match(body[:4096]):
        return Trouble(what="the answer is a web page, not data")
    encoding = _ENCODING.match(body.removeprefix(b"\xef\xbb\xbf")[:200])
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        return _damaged("another encoding than UTF-8")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return Trouble(what="the answer broke off inside a character")
        return _damaged(f"bytes that are no UTF-8 at position {error.start}")
    return None


def _damaged(found: str) -> Trouble:
    return Trouble(
        what=f"the answer holds {found}",
        advice="It cannot be read without guessing. Try again; if it stays so, ask NCBI about these records",
        retryable=False,
        error=AnswerError,
    )


def _json_error(body: bytes) -> str:
    """Return the error that a JSON body tells of; empty if it is no JSON or tells of none."""
    if body.lstrip()[:1] != b"{" or len(body) > 1_000_000:
        return ""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    words = data.get("error") or data.get("ERROR") or data.get("esearchresult", {})
    words = words.get("ERROR", "") if isinstance(words, dict) else words
    return words if isinstance(words, str) else ""


def _xml_error(body: bytes) -> str:
    """Return the error that the XML body of a refusal tells of; empty if it is none."""
    short = body[:100_000]
    return "" if b"\0" in short or _HTML.match(short[:4096]) else "; ".join(examine(short).errors)


def _of_xml(body: bytes, expected: Expected, secrets: Sequence[Secret]) -> Trouble | None:
    """Return what is wrong with a body that should be XML."""
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"<":
        return Trouble(what="the answer is plain text, not XML")
    seen = examine(body)
    if seen.forbidden:
        return _damaged(seen.forbidden)
    if seen.errors:
        return _said("; ".join(seen.errors), secrets)
    if seen.fault:
        return Trouble(what=seen.fault)
    if seen.root not in expected.roots:
        wanted = " or ".join(expected.roots)
        return Trouble(what=f"the answer is {quoted(seen.root, secrets)!r}, not {wanted}")
    missing = [part for part in expected.parts if part not in seen.parts]
    if missing:
        return Trouble(what=f"the answer lacks {', '.join(missing)}")
    return None


def _of_text(body: bytes, expected: Expected) -> Trouble | None:
    """Return what is wrong with a body that should be MEDLINE text or a list of PMIDs."""
    text = body.decode("utf-8").replace("\r\n", "\n")
    if not text.endswith("\n"):
        return Trouble(what="the answer broke off in the middle of a line")
    if expected.form == "uilist":
        if all(re.fullmatch(r"[1-9][0-9]{0,8}", line) for line in text.split()):
            return None
        return Trouble(what="the answer is not a list of PMIDs")
    records = re.split(r"^PMID- ", text, flags=re.MULTILINE)
    if records[0].strip() or len(records) == 1:
        return Trouble(what="the answer is not MEDLINE text")
    # The source line is the last of each record: without it the record, and maybe others after it, is cut.
    if not all(re.search(r"^SO  - ", record, re.MULTILINE) for record in records[1:]):
        return Trouble(what="the answer broke off inside a record")
    return None
