"""Writing that survives a power cut: folders are synced too, and a line is appended whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..tables.io import write_bytes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["append_bytes", "make_folder", "sync_folder", "write_durably"]


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, so that a rename in it lasts.

    Does nothing where the system cannot open folders (Windows), which keeps names by itself.
    """
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return
    descriptor = os.open(folder, os.O_RDONLY | flag)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, and bring their names to the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and its name with it: part file, fsync, rename, fsync of the folder.

    Raises
    ------
    OSError
        If it cannot be written; what stood there stands as before, and no part of the new is left.
    """
    make_folder(path.parent)
    try:
        write_bytes(path, content)
    except OSError:
        path.with_name(f".{path.name}.part").unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_bytes(path: Path, content: bytes) -> None:
    """Append to a file in a single write, and bring it to the disk.

    The system puts the bytes at the end in one step (``O_APPEND``), so that two processes never mix theirs.

    Raises
    ------
    OSError
        If not all of it could be written; a torn end may then be left.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        written = os.write(descriptor, content)
        if written != len(content):
            raise OSError(f"only {written} of {len(content)} bytes could be appended to {path.name}: is the disk full?")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
