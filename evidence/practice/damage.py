"""Answers that arrive whole and are wrong: other records, other document types, bytes that do not belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .documents import DTD_NAME, RECORD_SET, record_set
from .synthetic import Synthetic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .reply import Reply

__all__ = ["EXTRA", "MERGED_INTO", "damaged"]

EXTRA = Synthetic(pmid="99999999", title="A record that nobody asked for.")
"""The record that the fault ``extra-record`` adds, unless it is told another one."""

MERGED_INTO = Synthetic(pmid="99999998", title="The record into which another one was merged.")
"""The record with which the fault ``merged`` answers, unless it is told another one."""

_DOCTYPE = re.compile(rb"<!DOCTYPE\s+(\S+)[^>]*>")
_COUNT = re.compile(rb'(<Count>|"count": ")(\d+)')


def damaged(name: str, reply: Reply, options: Mapping[str, Any], strike: int) -> Reply:
    """Return a reply as a fault makes it; one that the fault cannot touch is returned as it is.

    Parameters
    ----------
    name : str
        The fault.
    reply : Reply
        The right answer.
    options : mapping
        The options of the fault.
    strike : int
        How often it struck, this time included.
    """
    if reply.status != 200:
        return reply
    if name == "count-changes":
        return reply.but(body=_COUNT.sub(lambda m: m[1] + b"%d" % (int(m[2]) + strike), reply.body, count=1))
    if name in _RECORDS:
        return reply.but(body=_RECORDS[name](reply.records, reply.asked, options))
    if name in _BYTES:
        return reply.but(body=_BYTES[name](reply.body, options))
    return reply


Records = tuple[Synthetic, ...]


def _picked(records: Records, options: Mapping[str, Any]) -> Synthetic | None:
    """Return the record that an option names, where the answer has it; without the option the last."""
    if "pmid" in options:
        return next((record for record in records if record.pmid == options["pmid"]), None)
    return records[-1] if records else None


def _half(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    return record_set(records[: len(records) // 2])


def _half_unclosed(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    return _half(records, asked, options).removesuffix(b"</PubmedArticleSet>\n")


def _first_twice(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    return record_set((*records, *records[:1]))


def _one_less(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    missing = _picked(records, options)
    return record_set(record for record in records if record is not missing)


def _one_more(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    return record_set((options.get("record", EXTRA), *records))


def _two_versions(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    picked = _picked(records, options)
    if picked is None:
        return record_set(records)
    older = picked.but(title="An older version of this title.", title_markup="")
    newer = picked.but(version=picked.version + 1)
    return record_set((newer, *(record for record in records if record is not picked), older))


def _merged(records: Records, asked: tuple[str, ...], options: Mapping[str, Any]) -> bytes:
    picked = _picked(records, options)
    if picked is None:
        return record_set(records)
    return record_set((*(record for record in records if record is not picked), options.get("into", MERGED_INTO)))


_RECORDS: dict[str, Callable[[Records, tuple[str, ...], Mapping[str, Any]], bytes]] = {
    "truncated-at-record": _half_unclosed,
    "fewer-records": _half,
    "duplicate-records": _first_twice,
    "missing-record": _one_less,
    "extra-record": _one_more,
    "version-2": _two_versions,
    "merged": _merged,
}


def _with_doctype(new: str) -> Callable[[bytes, Mapping[str, Any]], bytes]:
    return lambda body, options: body.replace(RECORD_SET.encode(), new.encode())


def _inside(body: bytes, text: bytes) -> bytes:
    """Return a body with bytes put into a text: the first title, else before the last closing tag."""
    title = body.find(b"</ArticleTitle>")
    at = title if title >= 0 else max(body.rfind(b"</"), body.rfind(b"}"), 0)
    return body[:at] + text + body[at:]


def _with_entities(body: bytes, declarations: bytes, reference: bytes) -> bytes:
    return _inside(
        _DOCTYPE.sub(lambda m: b"<!DOCTYPE " + m[1] + b" [" + declarations + b"]>", body, count=1), reference
    )


def _bomb(body: bytes, options: Mapping[str, Any]) -> bytes:
    lines = [b'<!ENTITY e0 "combcombcomb">']
    lines += [b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10)]
    return _with_entities(body, b"\n".join(lines), b"&e9;")


def _external(body: bytes, options: Mapping[str, Any]) -> bytes:
    system = str(options.get("system", "file:///etc/hostname")).encode()
    return _with_entities(body, b'<!ENTITY outside SYSTEM "' + system + b'">', b"&outside;")


def _unknown_tags(body: bytes, options: Mapping[str, Any]) -> bytes:
    new = b'<FutureFinding Kind="unheard"><Detail>of</Detail></FutureFinding></MedlineCitation>'
    return body.replace(b"</MedlineCitation>", new).replace(b"<Article ", b'<Article FutureMark="Y" ')


_BYTES: dict[str, Callable[[bytes, Mapping[str, Any]], bytes]] = {
    "new-dtd": _with_doctype(RECORD_SET.replace("2025", "2027").replace(DTD_NAME, "pubmed_270101")),
    "http-dtd": _with_doctype(RECORD_SET.replace("https://", "http://")),
    "no-doctype": _with_doctype(""),
    "unknown-tag": _unknown_tags,
    "entity-bomb": _bomb,
    "external-entity": _external,
    "nul": lambda body, options: _inside(body, b"\x00"),
    "latin-1": lambda body, options: _inside(body, b" caf\xe9"),
    "oversized": lambda body, options: _inside(body, b" " * int(options.get("size", 1 << 26))),
}
