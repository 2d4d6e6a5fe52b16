"""What a database sent, byte for byte, with what was asked and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of an E-utility.

    Attributes
    ----------
    tool : str
        The utility: ``esearch``, ``efetch``, …
    request : mapping of str to str
        Its parameters without API key, email and tool name.
    body : bytes
        What came back, after the transfer encoding and before any reading.
    content_type : str
        As the server names it.
    asked_at, answered_at : str
        Begin and end in UTC, as ``2026-11-22T10:15:00Z``.
    tries : int
        How many requests it took.
    """

    tool: str
    request: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes
    content_type: str = ""
    asked_at: str = ""
    answered_at: str = ""
    tries: int = 1

    @property
    def sha256(self) -> str:
        """The SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
