"""EPost: keeping PMIDs on the history server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import document
from .markup import element, wrapped
from .reply import Reply, error_reply, xml_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .history import History

__all__ = ["epost"]


def epost(params: Mapping[str, str], history: History) -> Reply:
    """Keep the PMIDs of a request, and answer with the WebEnv and key under which they are found."""
    given = [text.strip() for text in params.get("id", "").split(",") if text.strip()]
    pmids = tuple(dict.fromkeys(text for text in given if text.isdecimal()))
    if not pmids:
        return error_reply("epost", "ID list is empty! Possibly it has no correct IDs.", 400)
    web_env, key = history.keep(pmids, params.get("WebEnv", ""))
    invalid = wrapped("InvalidIdList", [element("Id", text) for text in given if not text.isdecimal()])
    return xml_reply(document("ePostResult", invalid + element("QueryKey", key) + element("WebEnv", web_env)))
