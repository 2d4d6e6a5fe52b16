"""Text that people read, kept as files: a test fails, with a unified diff, when it is no longer the same.

A snapshot says that nothing changed unseen, never that it was right: it stands beside assertions against an
independent truth. ``EVIDENCE_WRITE_SNAPSHOTS=1`` writes what differs anew; the diff is then read by a person.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

__all__ = ["FOLDER", "WRITE", "assert_snapshot"]

FOLDER = Path(__file__).resolve().parent.parent / "snapshots"
WRITE = "EVIDENCE_WRITE_SNAPSHOTS"
SHOWN = 200  # lines of a diff that are shown


def assert_snapshot(text: str, name: str, *, folder: Path = FOLDER) -> None:
    """Fail unless ``text`` is, to the byte, what the snapshot holds.

    Parameters
    ----------
    text : str
        What the code under test wrote. Nothing that changes from run to run (a date, a folder) belongs in it.
    name : str
        The snapshot's name with its suffix, such as ``"sof/judged.md"``; unique over all tests.
    folder : Path, optional
        Where snapshots are kept; ``tests/snapshots`` unless a test of this function says otherwise.
    """
    __tracebackhide__ = True
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.suffix:
        message = f"a snapshot's name is a file inside {folder.name}, with a suffix; got {name!r}"
        raise ValueError(message)
    if os.environ.get(WRITE) == "1":
        _write(path, text)
        return
    if not path.is_file():
        pytest.fail(f"no snapshot {name}; read the text, then write it with {WRITE}=1:\n\n{text}", pytrace=False)
    kept = path.read_bytes().decode("utf-8")
    if kept != text:
        pytest.fail(f"not as in snapshot {name} ({WRITE}=1 writes it anew):\n{_diff(kept, text)}", pytrace=False)


def _write(path: Path, text: str) -> None:
    raw = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def _diff(kept: str, text: str) -> str:
    """Return the unified diff; texts that differ in line ends or the last one alone are shown by `repr`."""
    before, after = kept.splitlines(), text.splitlines()
    if before == after:
        before, after = ([repr(line) for line in each.splitlines(keepends=True)] for each in (kept, text))
    lines = list(difflib.unified_diff(before, after, "kept", "now", lineterm=""))
    rest = [f"… and {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *rest])
