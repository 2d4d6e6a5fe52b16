"""The raw archive: what a database sent, byte for byte, named by its hash, never rewritten."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..errors import InputError, ProjectError
from .durable import make_folder, write_durably
from .manifest import HASH, Entry, append_entry, read_entries, software

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from .answer import Answer
    from .record import Record

__all__ = ["Archive"]

_FEW = 20
_KINDS = ("xml", "json", "txt")
_PATIENCE_SECONDS = 60
_SECRET = ("api_key", "email", "tool")
_HINT = "restore it from a backup, or run `evidence refresh --full`"


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of raw answers and its manifest.

    Answers lie in ``batches/``, compressed, each in a file named by the SHA-256 of its bytes;
    ``manifest.jsonl`` says of each when it was asked for, how, and by what. Both only grow. A process that is killed
    at any moment leaves the archive as it was before the answer, or with it. Several processes may store at once.

    Parameters
    ----------
    folder : Path
        The project's ``data/raw``; it is made when the first answer is stored.
    """

    folder: Path

    @property
    def manifest(self) -> Path:
        """The manifest's file."""
        return self.folder / "manifest.jsonl"

    @property
    def batches(self) -> Path:
        """The folder of the answers."""
        return self.folder / "batches"

    def store(self, answer: Answer, *, run: str, purpose: str, ids: Iterable[str] = ()) -> Entry:
        """Store an answer: its bytes once, however often they come, and a line in the manifest each time.

        Parameters
        ----------
        answer : Answer
            Whole and of the right kind.
        run, purpose : str
            Which run asked, and what for.
        ids : iterable of str
            The PMIDs that were asked for.

        Raises
        ------
        ProjectError
            If it cannot be written.
        """
        entry = Entry(
            run=run,
            purpose=purpose,
            tool=answer.tool,
            request=MappingProxyType({k: v for k, v in answer.request.items() if k.casefold() not in _SECRET}),
            asked_at=answer.asked_at,
            answered_at=answer.answered_at,
            tries=answer.tries,
            content_type=answer.content_type,
            sha256=answer.sha256,
            size=len(answer.body),
            ids=tuple(ids),
            software=software(),
        )
        with self._writing():
            path = self._path(entry.sha256, _kind(answer.body))
            if self._fault(path, entry.sha256):
                write_durably(path, _compressed(answer.body))
            append_entry(self.manifest, entry)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """Return what the manifest says, in the order of storing.

        Raises
        ------
        ProjectError
            If a line is damaged; names it.
        """
        return read_entries(self.manifest)

    def read(self, sha256: str) -> bytes:
        """Return the bytes of an answer.

        Raises
        ------
        InputError
            If `sha256` is no SHA-256 in hexadecimal.
        ProjectError
            If they are not there, or are not what was stored.
        """
        path = self._find(sha256)
        if path is None:
            raise ProjectError(f"{self.batches} has no answer {sha256}; {_HINT}")
        body = _unpacked(path)
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise ProjectError(f"{path} is damaged: not the bytes that were stored; {_HINT}")
        return body

    def record(self, pmid: str) -> Record | None:
        """Return a record as it was stored last, or None if it never was. Needs no network."""
        return next(self.records([pmid]), None)

    def records(self, pmids: Iterable[str] | None = None) -> Iterator[Record]:
        """Yield records as they were stored last, each PMID once, those of the latest answers first.

        Parameters
        ----------
        pmids : iterable of str, optional
            Which; all by default. Those that were never stored are left out.

        Raises
        ------
        ProjectError
            If the manifest or an answer is damaged.
        AnswerError
            If an answer is no set of records.
        """
        from .parse import parse_set

        wanted = None if pmids is None else set(pmids)
        seen: set[str] = set()
        read: set[str] = set()
        for entry in reversed(self.entries()):
            if wanted is not None and not wanted - seen:
                return
            if entry.tool != "efetch" or entry.sha256 in read:
                continue
            read.add(entry.sha256)
            body = self.read(entry.sha256)
            if _kind(body) != "xml" or not _may_have(body, None if wanted is None else wanted - seen):
                continue
            for pmid, record in parse_set(body).latest.items():
                if pmid not in seen and (wanted is None or pmid in wanted):
                    seen.add(pmid)
                    yield record

    def verify(self) -> tuple[str, ...]:
        """Return every fault: damaged lines, answers that are missing, damaged or in no line, parts of files.

        `recover` mends what a killed process can leave.
        """
        faults = []
        try:
            entries = self.entries()
        except ProjectError as error:
            return (str(error),)
        listed = {entry.sha256: entry for entry in entries}
        for sha256, entry in listed.items():
            path = self._find(sha256)
            fault = "is missing" if path is None else self._fault(path, sha256, entry.size)
            if fault:
                faults.append(f"answer {sha256} ({entry.purpose or entry.tool}, {entry.answered_at}) {fault}")
        for path in self._files():
            name = path.relative_to(self.folder).as_posix()
            if path.name.endswith(".part"):
                faults.append(f"{name} is the part of an answer that was never stored")
            elif (found := self._hash_of(path)) is None:
                faults.append(f"{name} is no file of the archive")
            elif found not in listed:
                faults.append(f"{name} is in no line of the manifest")
        return tuple(faults)

    def recover(self) -> tuple[str, ...]:
        """Mend what killed processes left, and return what was done.

        Parts of files go: their answers were never stored. An answer that is whole but was killed before its line
        gets one, with the purpose ``recovered`` and no request: no bytes are ever thrown away.
        """
        if not self.batches.is_dir():
            return ()
        done = []
        with self._writing():
            listed = {entry.sha256 for entry in self.entries()}
            for path in self._files():
                found = self._hash_of(path)
                if path.name.endswith(".part"):
                    path.unlink()
                    done.append("removed the part of an answer that was never stored")
                elif found is not None and found not in listed and not self._fault(path, found):
                    size = len(self.read(found))
                    line = Entry(run="", purpose="recovered", tool="", sha256=found, size=size, software=software())
                    append_entry(self.manifest, line)
                    done.append(f"entered answer {found}, whose line was missing")
        return tuple(done)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep other processes from writing; says in the project's words why nothing could be written."""
        from filelock import FileLock

        try:
            make_folder(self.folder)
            with FileLock(self.folder / ".archive.lock", timeout=_PATIENCE_SECONDS):
                yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise ProjectError(f"the answer could not be stored in {self.folder}: {reason}") from error

    def _path(self, sha256: str, kind: str) -> Path:
        return self.batches / sha256[:2] / f"{sha256}.{kind}.gz"

    def _find(self, sha256: str) -> Path | None:
        if not HASH.fullmatch(sha256):
            raise InputError(f"{sha256!r} is no SHA-256: 64 digits 0-9 and a-f are expected")
        return next((path for kind in _KINDS if (path := self._path(sha256, kind)).is_file()), None)

    def _files(self) -> list[Path]:
        return sorted(path for path in self.batches.rglob("*") if not path.is_dir())

    def _hash_of(self, path: Path) -> str | None:
        """Return the hash that a file's name gives, or None if no answer of the archive is called so."""
        sha256 = path.name[:64]
        if not HASH.fullmatch(sha256) or path not in {self._path(sha256, kind) for kind in _KINDS}:
            return None
        return sha256

    def _fault(self, path: Path, sha256: str, size: int | None = None) -> str:
        """Return what is wrong with a stored answer; empty if nothing is."""
        body = _unpacked(path)
        if body is None:
            return "cannot be read"
        if hashlib.sha256(body).hexdigest() != sha256:
            return "has other bytes than were stored"
        return "" if size in (None, len(body)) else f"has {len(body)} bytes, but the manifest says {size}"


def _kind(body: bytes) -> str:
    """Return the kind of an answer by its first character, so that the same bytes always get the same name."""
    first = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "xml" if first == b"<" else "json" if first in (b"{", b"[") else "txt"


def _may_have(body: bytes, pmids: Collection[str] | None) -> bool:
    """Return whether an answer can have one of some records: for a few, looking is much quicker than reading."""
    return pmids is None or len(pmids) > _FEW or any(pmid.encode() in body for pmid in pmids)


def _compressed(body: bytes) -> bytes:
    """Return a gzip file without time and name: the same bytes for the same answer."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=6, mtime=0) as file:
        file.write(body)
    return buffer.getvalue()


def _unpacked(path: Path) -> bytes | None:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
