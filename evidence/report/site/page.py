"""A page of the site, and what the search finds on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .paths import Paths
    from .site import Site

__all__ = ["Entry", "Page", "always"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that the search finds.

    Attributes
    ----------
    kind : str
        What it is, as ``Question``.
    title, text : str
        What is shown of it in bold, and below.
    address : str
        Where it is, from the site's own folder.
    """

    kind: Literal["Question", "Trial", "Claim", "Review", "Page"]
    title: str
    text: str
    address: str


def always(site: Site) -> bool:
    """Whether a page is there: it is."""
    return True


def _nothing(site: Site, to: Paths) -> Iterable[Entry]:
    return ()


def _no_files(site: Site) -> Mapping[str, bytes]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the site, beside those of the syntheses.

    Attributes
    ----------
    name : str
        Its file without ``.html``; its template is ``<name>.html.j2``.
    label : str
        What it is called in the navigation.
    title : str
        Its heading.
    view : callable
        Site → what its template reads, by name. Texts and numbers as text: a template computes nothing.
    there : callable
        Site → whether the page is made at all.
    entries : callable
        Site and addresses → what the search finds on it.
    files : callable
        Site → the files that it brings, as figures and tables, by their paths from the site's folder.
    """

    name: str
    label: str
    title: str
    view: Callable[[Site], Mapping[str, Any]]
    there: Callable[[Site], bool] = always
    entries: Callable[[Site, Paths], Iterable[Entry]] = _nothing
    files: Callable[[Site], Mapping[str, bytes]] = _no_files
