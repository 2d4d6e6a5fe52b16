"""What a build depends on and what it made, as hashes, so that a second build does only what is needed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .project import Project

__all__ = ["STATE_FILE", "State", "bytes_hash", "code_hash", "inputs_hash", "read_state", "write_state"]

STATE_FILE = ".state.json"  # in the folder of the results
_SOURCES = (".py", ".j2", ".css", ".js", ".toml", ".csl", ".xml")
_LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib", "seaborn", "jinja2", "citeproc-py")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the last build left behind.

    Attributes
    ----------
    inputs : str
        The hash of everything that it read.
    outputs : dict
        File → hash of everything that it wrote, relative to the project.
    figures : dict
        Synthesis → hash of what its figure shows.
    summary : list of dict
        The rows of the printed table.
    notices : list of str
        Notices on trials on which nobody has decided.
    """

    inputs: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    summary: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def outputs_stand(self, root: Path) -> bool:
        """Whether every file is still as it was written."""
        return bool(self.outputs) and all(
            (root / name).is_file() and bytes_hash((root / name).read_bytes()) == expected
            for name, expected in self.outputs.items()
        )


def bytes_hash(content: bytes) -> str:
    """Return the SHA-256 of `content` as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def code_hash(parts: Iterable[str] = ("",)) -> str:
    """Return the hash of the package's own source: all of it, or the folders named."""
    package = Path(__file__).resolve().parent
    files = sorted(
        path
        for part in parts
        for path in (package / part).rglob("*")
        if path.is_file() and path.suffix in _SOURCES and "shipped" not in path.parts
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()


def inputs_hash(project: Project) -> str:
    """Return the hash of everything that a build reads: protocol, tables, the package, the numerical libraries."""
    digest = hashlib.sha256(code_hash().encode())
    for path in (project.protocol, *sorted(project.processed.glob("*.csv"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_state(path: Path) -> State:
    """Return what the last build left behind; an empty state if there is none, or none that can be read."""
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return State()


def write_state(
    path: Path,
    *,
    inputs: str,
    outputs: dict[str, str],
    figures: dict[str, str],
    summary: Iterable[Any],
    notices: Iterable[str] = (),
) -> None:
    """Remember a build: what it read, what it wrote, what it printed."""
    from .tables.io import write_bytes

    rows = [asdict(row) for row in summary]
    state = State(inputs=inputs, outputs=outputs, figures=figures, summary=rows, notices=list(notices))
    write_bytes(path, (json.dumps(asdict(state), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
