"""The answers of a service in trouble: pages of HTML, JSON of a limit, XML of an error."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

from .reply import Reply, error_reply, json_reply

__all__ = ["html_reply", "limit_reply", "trouble"]


def html_reply(status: int, title: str, text: str) -> Reply:
    """Return a page of HTML."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
    return Reply(status=status, content_type="text/html; charset=UTF-8", body=page.encode())


def limit_reply(key: str, count: int, limit: int, *, retry_after: str = "", status: int = 429) -> Reply:
    """Return the answer to one request too many. Like PubMed's own, it repeats the caller's key."""
    value = {"error": "API rate limit exceeded", "api-key": key or "127.0.0.1", "count": str(count)}
    reply = json_reply(value | {"limit": str(limit)}, status)
    return reply.but(headers={"Retry-After": retry_after}) if retry_after else reply


def trouble(name: str, tool: str, key: str, seconds: float) -> Reply | None:
    """Return the answer of a fault that does not look at the request, or None where the fault is another one."""
    if name in _PAGES:
        return html_reply(*_PAGES[name])
    if name.startswith("status-429"):
        when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        after = {"status-429-seconds": f"{seconds:g}", "status-429-date": format_datetime(when, usegmt=True)}
        return limit_reply(key, 4, 3, retry_after=after.get(name, ""))
    if name == "json-error":
        return limit_reply(key, 4, 3, status=200)
    if name == "status-400":
        return error_reply(tool, "The request is not understood", 400)
    if name == "error-xml":
        return error_reply(tool, "Search Backend failed: the backend is away")
    if name == "database-not-supported":
        return error_reply(tool, "Database is not supported: pubmed")
    if name == "expired-history":
        return error_reply(tool, "Unable to obtain query #1")
    return Reply() if name == "empty" else None


_PAGES = {
    "status-403": (403, "Access denied", "Your address was blocked because it sent too many requests."),
    "status-414": (414, "Request-URI Too Long", "The address is longer than this server reads."),
    "status-500": (500, "Internal Server Error", "Something broke."),
    "status-502": (502, "Bad Gateway", "The server behind this one does not answer."),
    "status-503": (503, "Service Unavailable", "The service is being looked after. Come back later."),
    "html": (200, "PubMed", "We are moving. This page is not what you asked for."),
}
