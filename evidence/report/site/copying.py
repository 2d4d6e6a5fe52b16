"""A site copied over an older copy of itself: pages that are no more go, what others put there stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...fingerprint import bytes_hash
from ...tables.io import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["COPIED", "copy_site"]

COPIED = ".evidence-report.json"  # in the folder of the copy: its files, with the hash of each


def copy_site(source: Path, target: Path) -> tuple[str, ...]:
    """Copy the files of a site to a folder, and remove what an earlier copy wrote there and this one does not.

    Only files that the earlier copy listed, and that are as it wrote them, are removed. Folders that are then empty go
    too.

    Parameters
    ----------
    source : Path
        The site.
    target : Path
        The folder; it is made if it is not there.

    Returns
    -------
    tuple of str
        The files that were removed, relative to the folder.

    Raises
    ------
    OSError
        If a file cannot be read or written; nothing is removed then.
    """
    earlier = _listed(target)
    hashes: dict[str, str] = {}
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and name != COPIED:
            content = path.read_bytes()
            hashes[name] = bytes_hash(content)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)
    removed = tuple(name for name in sorted(set(earlier) - set(hashes)) if _remove(target, name, earlier[name]))
    write_bytes(target / COPIED, (json.dumps(hashes, indent=1, sort_keys=True) + "\n").encode())
    return removed


def _listed(target: Path) -> Mapping[str, str]:
    """Return what an earlier copy wrote, with the hashes; nothing where there is no list that can be read."""
    try:
        found = json.loads((target / COPIED).read_bytes())
    except (OSError, ValueError):
        return {}
    return {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}


def _remove(target: Path, name: str, expected: str) -> bool:
    """Remove a file if it lies in the folder and is as it was written, with the folders that it leaves empty."""
    root, path = target.resolve(), target / name
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(root):
        return False
    if bytes_hash(path.read_bytes()) != expected:
        return False
    path = path.resolve()
    path.unlink()
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            break
        folder.rmdir()
    return True
