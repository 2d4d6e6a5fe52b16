"""Reading a base of any age: strictly where it can be mended, and with everything said that does not fit otherwise."""

from __future__ import annotations

import csv
import io
import tempfile
import tomllib
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ProjectError, ProtocolError, TableError
from ..fingerprint import bytes_hash, inputs_hash, read_state
from ..project import Project
from ..protocol import Protocol, load_protocol
from ..tables.topic import review_tables
from .old_tables import Reading, ordered, read_tables, usable_tables
from .snapshot import FEEDING, Parts, Snapshot, Usable, protocol_parts
from .version import version_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..base import EvidenceBase
    from .sources import Source

__all__ = ["read_source", "snapshot_of"]

RESULTS = ("pooled", "not_pooled", "effects", "exclusions")
# Keys of these parts say what the review is and where it searched; no number depends on one that is not known.
_ABOUT = ("search", "claims")
_WANTED = (
    "protocol.toml",
    "data/processed",
    *(f"results/{name}.csv" for name in RESULTS),
    "CITATION.cff",
    "pyproject.toml",
)


def read_source(source: Source) -> Snapshot:
    """Return the base that a source holds.

    Raises
    ------
    ProjectError
        If there is no base.
    ProtocolError, TableError
        If it is damaged: of the working tree, by any fault; of another folder or a revision, only by what keeps it from
        being read, as a row with too many cells. Other faults there are told in `Snapshot.obstacles`.
    """
    if source.kind == "nothing":
        return Snapshot(kind="nothing", label=source.label)
    if source.folder is not None:
        return _read(source.folder, source)
    if source.repository is None or source.commit is None:
        raise ProjectError(f"{source.label} names no revision")
    found = source.repository.files(source.commit, _WANTED)
    if "protocol.toml" not in found or not any(name.startswith("data/processed/") for name in found):
        first = source.repository.first_with("protocol.toml")
        since = f"; the first with a protocol here is {first.sha[:10]} ({first.date})" if first else ""
        place = source.repository.prefix or "its top folder"
        raise ProjectError(f"{source.label} has no evidence base (protocol.toml, data/processed/) in {place}{since}")
    with tempfile.TemporaryDirectory(prefix="evidence-") as scratch:
        for name, content in found.items():
            path = Path(scratch) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return _read(Path(scratch), source)


def snapshot_of(base: EvidenceBase, label: str = "a base in memory") -> Snapshot:
    """Return a base that was loaded already, or made in memory, as a snapshot; it has no published results."""
    from ..tables import format_table

    tables = review_tables(base.protocol.vocabularies)
    with tempfile.TemporaryDirectory(prefix="evidence-") as scratch:
        folder = Path(scratch)
        for name, frame in base.tables.items():
            (folder / f"{name}.csv").write_bytes(format_table(frame, tables[name]))
        reading = read_tables(folder, tables)
        fingerprint = _fingerprint(folder, repr(base.protocol).encode())
    return Snapshot(
        kind="memory",
        label=label,
        parts=protocol_parts(base.protocol),
        defaults=_defaults(base.protocol),
        tables=reading.tables,
        usable=_of_base(base),
        fingerprint=fingerprint,
    )


def _read(root: Path, source: Source) -> Snapshot:
    project = Project(root=root)
    strict = source.kind == "working-tree"
    try:
        return _snapshot(project, source, strict=strict)
    except (ProtocolError, TableError) as error:
        where = "the working tree is not sound; `evidence check` lists its faults" if strict else source.label
        raise type(error)(f"{where}: {error.summary}", error.problems) from None


def _snapshot(project: Project, source: Source, *, strict: bool) -> Snapshot:
    protocol, parts, obstacles = _protocol(project.protocol, strict=strict)
    tables = review_tables(protocol.vocabularies if protocol is not None else None)
    reading = read_tables(project.processed, tables)
    usable, trouble = _usable(project, protocol, reading, strict=strict)
    published = _published(project)
    return Snapshot(
        kind=source.kind,
        label=source.label,
        commit=source.commit.sha if source.commit else "",
        date=source.commit.date if source.commit else "",
        version=version_in(project, named=source.name),
        parts=parts,
        defaults=_defaults(protocol) if protocol is not None else {},
        tables=reading.tables,
        usable=usable,
        obstacles=(*obstacles, *trouble),
        notes=reading.notes,
        unkeyed=reading.unkeyed,
        published=published,
        stale=bool(published) and _stale(project, strict=strict),
        fingerprint=_fingerprint(project.processed, project.protocol.read_bytes()),
    )


def _protocol(path: Path, *, strict: bool) -> tuple[Protocol | None, Parts, tuple[str, ...]]:
    """Return the protocol as today's code has it (None if it cannot), as plain data, and what stands in the way."""
    try:
        protocol = load_protocol(path)
    except ProtocolError as error:
        if strict or not error.problems:
            raise
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        known = [problem for problem in error.problems if problem.table not in _ABOUT]
        shown = str(replace((known or error.problems)[0], allowed=""))
        more = f", and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        return None, _parts(data), (f"its protocol has rules that today's code does not read ({shown}{more})",)
    return protocol, protocol_parts(protocol), ()


def _parts(data: Mapping[str, Any]) -> Parts:
    """Return a parsed protocol as plain data, whatever its parts and keys are."""
    found: Parts = {}
    for part, value in data.items():
        if isinstance(value, dict):
            found[part] = {"": {key: _frozen(entry) for key, entry in value.items()}}
        elif isinstance(value, list):
            items = [item for item in value if isinstance(item, dict)]
            found[part] = {
                str(item.get("id", f"number {position}")): {
                    key: _frozen(entry) for key, entry in item.items() if key != "id"
                }
                for position, item in enumerate(items, start=1)
            }
    return found


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _defaults(protocol: Protocol) -> dict[str, dict[str, Any]]:
    """Return what holds where a protocol does not say: part → key → value."""
    found: dict[str, dict[str, Any]] = {}
    for part in fields(protocol):
        value = getattr(protocol, part.name)
        sample = value if is_dataclass(value) else next(iter(value.values()), None)
        if sample is not None:
            found[part.name] = {entry.name: entry.default for entry in fields(sample) if entry.default is not MISSING}
    return found


def _usable(
    project: Project, protocol: Protocol | None, reading: Reading, *, strict: bool
) -> tuple[Usable | None, tuple[str, ...]]:
    """Return what today's code computes with, or why it cannot."""
    from ..base import load
    from ..curate import make_index

    if strict:
        return _of_base(load(project.root)), ()
    if protocol is None:
        return None, ()
    frames, obstacles = usable_tables(reading, protocol.vocabularies)
    if obstacles:
        return None, obstacles
    return Usable(protocol=protocol, tables=frames, index=make_index(frames)), ()


def _of_base(base: EvidenceBase) -> Usable:
    """Return what a loaded base is computed with; its rows in the order of the files, whatever order they had."""
    from ..curate import make_index

    tables = review_tables(base.protocol.vocabularies)
    frames = {name: ordered(base.tables[name], tables[name]) for name in FEEDING}
    return Usable(protocol=base.protocol, tables=frames, index=make_index(frames))


def _published(project: Project) -> dict[str, list[dict[str, str]]]:
    found = {}
    for name in RESULTS:
        path = project.results / f"{name}.csv"
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found[name] = list(csv.DictReader(io.StringIO(text, newline=""), restval="", restkey="(beyond)"))
    return found


def _stale(project: Project, *, strict: bool) -> bool:
    """Whether the last build is known to have read something else; of the past nothing is known."""
    state = read_state(project.results / ".state.json")
    return strict and bool(state.inputs) and state.inputs != inputs_hash(project)


def _fingerprint(folder: Path, protocol: bytes) -> str:
    files = sorted(folder.glob("*.csv"))
    return bytes_hash(b"\0".join([protocol, *(path.name.encode() + b"\0" + path.read_bytes() for path in files)]))
