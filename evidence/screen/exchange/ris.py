"""RIS files: written so that no text can end an entry, read only if no entry is torn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .citation import one_line
from .foreign import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .citation import Citation

__all__ = ["read_rows_of_ris", "ris_entry", "write_ris"]

_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: |$)(.*)")
_BEGIN = re.compile(r"(\s*)TY {1,3}-")
_END = re.compile(r"ER {1,3}-(.*)")
_LIKE_A_TAG = re.compile(r"\s*[A-Za-z][A-Za-z0-9] {1,3}-")
# Only these end a line; other separators may stand inside an abstract.
_LINE = re.compile(r"\r\n|\r|\n")
_NO_BEGIN = "fields outside of any entry: the line TY  - is missing before them"


def ris_entry(citation: Citation, *, notes: Sequence[str] = (), keywords: Sequence[str] = ()) -> dict[str, Any]:
    """Return a citation by the names that rispy uses; notes and keywords of the tool come before the record's own.

    AN holds the PMID, M2 the same in words (Zotero's field Extra), C2 the PMCID.
    """
    first, _, last = citation.pages.partition("-")
    entry: dict[str, Any] = {
        "type_of_reference": "JOUR",
        "title": citation.title,
        "authors": list(citation.authors),
        "year": citation.year,
        "secondary_title": citation.journal,
        "volume": citation.volume,
        "number": citation.issue,
        "start_page": first,
        "end_page": last,
        "abstract": citation.abstract,
        "doi": citation.doi,
        "accession_number": citation.pmid,
        "custom2": citation.pmcid,
        "name_of_database": "PubMed",
        "language": citation.language,
        "urls": [citation.url],
        "keywords": [*keywords, *citation.keywords],
        "notes": [*notes, *(f"Registration: {name}" for name in citation.registrations)],
        "unknown_tag": {"M2": [f"PMID: {citation.pmid}"]},
    }
    return {name: value for name, value in entry.items() if value}


def write_ris(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the bytes of a RIS file in UTF-8. Every text stands in one line, so that none can look like a tag."""
    import rispy
    from rispy.writer import RisWriter

    class Plain(RisWriter):  # type: ignore[misc]  # rispy is not typed
        """Without the number that rispy writes before each entry, which strict readers refuse."""

        def set_header(self, count: int) -> str:
            return ""

    cleaned = [{name: _clean(value) for name, value in entry.items()} for entry in entries]
    text: str = rispy.dumps(cleaned, implementation=Plain)
    return text.encode()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    return [one_line(part) for part in value]


def read_rows_of_ris(text: str) -> list[Row]:
    """Return the entries of a RIS file of any tool, each with the line on which it begins.

    A reader that only looks for tags loses an entry without an end, and melts it into the next one. Here it is kept as
    far as it goes, with its fault; so are fields that belong to no entry.
    """
    lines = _LINE.split(text.lstrip("\ufeff"))
    begins = [number for number, line in enumerate(lines) if _BEGIN.match(line)]
    before = lines[: begins[0]] if begins else []
    stray = [number for number, line in enumerate(before, start=1) if _LIKE_A_TAG.match(line)]
    rows = [Row(line=number, fault=_NO_BEGIN) for number in stray[:1]]
    ends = [*begins[1:], len(lines)]
    return rows + [_entry(lines[begin:end], begin + 1) for begin, end in zip(begins, ends, strict=False)]


def _entry(lines: Sequence[str], number: int) -> Row:
    indent = (_BEGIN.match(lines[0]) or [""])[0].partition("TY")[0]
    lines = [line.removeprefix(indent) for line in lines]
    ends = [position for position, line in enumerate(lines) if _END.match(line)]
    fault = _torn(lines, ends[0]) if ends else "the entry has no end (ER  -); the file may have been cut off"
    body = lines[1 : ends[0]] if ends else lines[1:]
    return Row(line=number, cells=_cells(body), fault=fault)


def _torn(lines: Sequence[str], end: int) -> str:
    """Return what is wrong with what stands behind the end of an entry, where another one may have been torn."""
    after = _END.match(lines[end])
    if after is not None and after[1].strip():
        return "something stands behind the end of the entry (ER  -) in its line; the next entry may be torn"
    return _NO_BEGIN if any(_LIKE_A_TAG.match(line) for line in lines[end + 1 :]) else ""


def _cells(body: Sequence[str]) -> dict[str, tuple[str, ...]]:
    import rispy

    tags: dict[str, list[str]] = {}
    mapping = {tag: tag for tag in rispy.TAG_KEY_MAPPING} | {"UK": "unknown"}
    (entry,) = rispy.loads(
        "\n".join(["TY  - JOUR", *_whole(body), "ER  - "]),
        mapping=mapping,
        list_tags=list(mapping),
        delimiter_tags_mapping={},
    )
    unknown = entry.pop("unknown", {})
    for tag, values in (*entry.items(), *unknown.items()):
        if isinstance(values, list):
            tags[tag] = [value for value in values if value]
    return {tag: tuple(values) for tag, values in tags.items() if values}


def _whole(lines: Iterable[str]) -> list[str]:
    """Return one line for each tag: wrapped text joined, and two blanks before the hyphen, as rispy wants them."""
    whole: list[str] = []
    for line in lines:
        if found := _TAG.match(line):
            whole.append(f"{found[1]}  - {found[2].strip()}")
        elif whole and line.strip():
            whole[-1] += f" {line.strip()}"
    return whole
