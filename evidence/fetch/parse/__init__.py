"""PubMed's XML as records: a fast reading in constant memory, and one by Biopython that must give the same."""

from __future__ import annotations

from .biopython import read_with_biopython
from .sets import RecordSet, newest, parse_records, parse_set

__all__ = ["RecordSet", "newest", "parse_records", "parse_set", "read_with_biopython"]
