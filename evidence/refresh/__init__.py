"""The refresh: plan, fetch, verify, commit all or nothing; then the watermark moves."""

from __future__ import annotations

__all__: list[str] = []
