"""The pages of the site, in the order of the navigation.

A page is a module here with a `Page` called ``PAGE``, a template ``<name>.html.j2``, and its place in ``PAGES``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import bias, changes, checks, claims, dictionary, evidence_map, flow, index, methods, reviews, trials

if TYPE_CHECKING:
    from ..page import Page

__all__ = ["PAGES"]

PAGES: tuple[Page, ...] = (
    index.PAGE,
    claims.PAGE,
    reviews.PAGE,
    trials.PAGE,
    bias.PAGE,
    checks.PAGE,
    evidence_map.PAGE,
    flow.PAGE,
    changes.PAGE,
    methods.PAGE,
    dictionary.PAGE,
)
