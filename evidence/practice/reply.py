"""What a utility answers, before it is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .documents import error_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .synthetic import Synthetic

__all__ = ["JSON", "Reply", "error_reply", "json_reply", "text_reply", "xml_reply"]

JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status, headers and a body; of efetch also the records in it and the PMIDs asked for."""

    status: int = 200
    content_type: str = "text/xml; charset=UTF-8"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    records: tuple[Synthetic, ...] = ()
    asked: tuple[str, ...] = ()

    def but(self, **fields: Any) -> Reply:
        """Return a copy with some fields changed."""
        return replace(self, **fields)


def xml_reply(body: bytes, status: int = 200) -> Reply:
    """Return an XML answer."""
    return Reply(body=body, status=status)


def error_reply(tool: str, message: str, status: int = 200) -> Reply:
    """Return an ``<ERROR>`` of a utility."""
    return xml_reply(error_document(tool, message), status)


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    """Return a JSON answer."""
    body = json.dumps(value, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=body, content_type=JSON, status=status, headers=named)


def text_reply(text: str) -> Reply:
    """Return a plain text answer."""
    return Reply(body=text.encode(), content_type="text/plain; charset=UTF-8")
