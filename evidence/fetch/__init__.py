"""PubMed by Biopython: complete or not at all. The only part that opens a socket."""

from __future__ import annotations

__all__: list[str] = []
