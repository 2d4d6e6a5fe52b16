"""How the results came about, how to cite them, and what this base cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...methods import methods_paragraph, used_versions
from ...references import formatted, own_references
from ...release import release_of
from ..page import Page

if TYPE_CHECKING:
    from ..site import Site

__all__ = ["PAGE"]


def _view(site: Site) -> dict[str, Any]:
    versions, release = used_versions(), release_of(site.base)
    headline = site.answers.get(site.protocol.review.headline)
    paragraph = methods_paragraph(headline, versions=versions, release=release) if headline else None
    own = own_references(site.base, version=release.version, program=versions["evidence"])
    return {
        "analyses": list(site.protocol.analyses.values()),
        "comparisons": list(site.protocol.comparisons.values()),
        "search": site.protocol.search,
        "headline": headline.shown if headline else None,
        "paragraph": paragraph,
        "sources": formatted(paragraph.references, "vancouver") if paragraph else (),
        "versions": list(versions.items()),
        "release": release,
        "cite": [(reference.label, text) for reference, text in zip(own, formatted(own, "vancouver"), strict=True)],
    }


PAGE = Page(name="methods", label="Methods", title="Methods and limits", view=_view)
