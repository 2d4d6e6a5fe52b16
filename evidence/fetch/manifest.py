"""The manifest of the raw archive: one line of JSON per stored answer, only ever appended to."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import ProjectError
from .durable import append_bytes, sync_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["HASH", "Entry", "append_entry", "read_entries", "software"]

HASH = re.compile(r"[0-9a-f]{64}")
_TORN = b" #torn"
_STEP = 65536
_TYPES = {
    "run": str,
    "purpose": str,
    "tool": str,
    "request": dict,
    "asked_at": str,
    "answered_at": str,
    "tries": int,
    "content_type": str,
    "sha256": str,
    "size": int,
    "ids": list,
    "software": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the manifest says of a stored answer.

    Attributes
    ----------
    run : str
        The run that stored it; empty where that is not known.
    purpose : str
        What it was asked for: ``search``, ``records``, …
    tool, request, asked_at, answered_at, tries, content_type
        As in `Answer`; a request has no key, email or tool name.
    sha256 : str
        Of the answer's bytes; it also names the file.
    size : int
        How many bytes.
    ids : tuple of str
        The PMIDs it was asked for.
    software : str
        What asked.
    """

    run: str
    purpose: str
    tool: str
    request: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    asked_at: str = ""
    answered_at: str = ""
    tries: int = 1
    content_type: str = ""
    sha256: str
    size: int
    ids: tuple[str, ...] = ()
    software: str = ""


@cache
def software() -> str:
    """Return what runs: ``evidence 0.1.0, Biopython 1.88, Python 3.11``; parts that are not installed are left out."""
    from importlib.metadata import PackageNotFoundError, version

    parts = []
    for name, distribution in (("evidence", "microneedling-evidence"), ("Biopython", "biopython")):
        try:
            parts.append(f"{name} {version(distribution)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*parts, f"Python {platform.python_version()}"])


def append_entry(path: Path, entry: Entry) -> None:
    """Append an entry as one line, in a single write that is brought to the disk.

    A line that an earlier write left without its end is ended first: marked as torn, unless nothing but the line
    break was missing. What stands in the file is never changed.
    """
    facts = {name: getattr(entry, name) for name in _TYPES} | {"request": dict(entry.request), "ids": list(entry.ids)}
    line = json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    is_new = not path.exists()
    tail = _open_end(path)
    if tail:
        line = (b"\n" if _read(tail, {}) is not None else _TORN + b"\n") + line
    append_bytes(path, line)
    if is_new:
        sync_folder(path.parent)


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a manifest, in their order; without a file there are none.

    Lines torn by a kill or a full disk count as never written.

    Raises
    ------
    ProjectError
        If another line is damaged; names it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}; mend that first") from None
    *lines, last = content.split(b"\n")
    known: dict[str, str] = {}  # the same PMIDs come again and again: each is kept once
    entries = []
    for number, line in enumerate(lines, start=1):
        if line.endswith(_TORN):
            continue
        entry = _read(line, known)
        if entry is None:
            raise ProjectError(
                f"line {number} of {path} is damaged: {_start(line)}; restore the file from a backup, or move data/raw "
                "away and run `evidence refresh --full`"
            )
        entries.append(entry)
    if last and (entry := _read(last, known)) is not None:
        entries.append(entry)
    return tuple(entries)


def _open_end(path: Path) -> bytes:
    """Return what stands behind the last line break of a file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return b""
    with file:
        position = file.seek(0, os.SEEK_END)
        tail = b""
        while position and b"\n" not in tail:
            step = min(_STEP, position)
            position = file.seek(position - step)
            tail = file.read(step) + tail
    return tail.rpartition(b"\n")[2]


def _read(line: bytes, seen: dict[str, str]) -> Entry | None:
    """Return the entry of a line, or None if it is none; PMIDs seen before are not kept again."""
    try:
        facts: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(facts, dict) or any(type(facts.get(name)) is not kind for name, kind in _TYPES.items()):
        return None
    texts = [*facts["ids"], *facts["request"].values()]
    if not HASH.fullmatch(facts["sha256"]) or not all(isinstance(text, str) for text in texts):
        return None
    known = {name: facts[name] for name in _TYPES}
    return Entry(
        **{
            **known,
            "request": MappingProxyType(known["request"]),
            "ids": tuple(seen.setdefault(pmid, pmid) for pmid in known["ids"]),
        }
    )


def _start(line: bytes) -> str:
    text = line[:60].decode("utf-8", "replace")
    return repr(text + "…" if len(line) > 60 else text)
