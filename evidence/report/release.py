"""Which state of an evidence base was cited: its version, and a hash of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..fingerprint import bytes_hash
from ..living.version import version_in

if TYPE_CHECKING:
    from ..base import EvidenceBase

__all__ = ["Release", "release_of"]

_SHOWN = 12  # digits of the hash that a reader compares


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A state of an evidence base.

    Attributes
    ----------
    review : str
        The review's id.
    version : str
        The version; empty if the base has none.
    fingerprint : str
        The SHA-256 of its protocol and tables.
    """

    review: str
    version: str
    fingerprint: str

    def __str__(self) -> str:
        """Return the release in words.

        Examples
        --------
        >>> print(Release(review="knee", version="1.2.0", fingerprint="0123456789abcdef"))
        knee 1.2.0 (0123456789ab)
        """
        return " ".join(part for part in (self.review, self.version, f"({self.fingerprint[:_SHOWN]})") if part)


def release_of(base: EvidenceBase) -> Release:
    """Return the state of a base: the same tables and protocol have the same fingerprint, wherever they are."""
    from ..tables import format_table

    tables = base.protocol.tables
    path = base.project.protocol
    protocol = path.read_bytes() if path.is_file() else repr(base.protocol).encode()
    files = (
        f"{name}.csv".encode() + b"\0" + format_table(base.tables[name], tables[name]) for name in sorted(base.tables)
    )
    return Release(
        review=base.protocol.review.id,
        version=version_in(base.project),
        fingerprint=bytes_hash(b"\0".join([protocol, *files])),
    )
