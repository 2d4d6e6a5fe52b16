"""Every file of the site, by its path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import make_environment
from .pages import PAGES
from .paths import FOLDER, Paths, file_name
from .search_index import search_script
from .site import make_site
from .synthesis_files import synthesis_files
from .synthesis_page import neighbours, view_synthesis

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jinja2 import Environment

    from ...answers import Answer
    from ...base import EvidenceBase
    from ..claims import ClaimVerdict
    from .page import Page
    from .site import Site

__all__ = ["write_site"]

_ASSETS = Path(__file__).resolve().parent / "assets"


def write_site(
    base: EvidenceBase,
    answers: Mapping[str, Answer],
    claims: Sequence[ClaimVerdict],
    figures: Mapping[str, Collection[str]] | None = None,
) -> dict[str, bytes]:
    """Return every file of the site but the figures, by its path from the site's folder.

    The same base gives the same bytes. Nothing is fetched when a page is opened; its links lead to PubMed, DOIs and
    the pages that were read.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis under every analysis.
    claims : sequence of ClaimVerdict
        What `judge_claims` returned.
    figures : mapping of str to collection of str, optional
        Synthesis id → suffixes of the files of its figure, which stand in the folder ``syntheses`` under the name that
        `file_name` gives; a synthesis without any is shown without a figure.
    """
    site = make_site(base, answers, claims, figures or {})
    pages = [page for page in PAGES if page.there(site)]
    files = _render(site, pages)
    files |= {f"assets/{path.name}": path.read_bytes() for path in sorted(_ASSETS.iterdir()) if path.is_file()}
    files |= {f"{FOLDER}/{name}": content for name, content in synthesis_files(site).items()}
    for page in pages:
        files |= page.files(site)
    return dict(sorted(files.items()))


def _render(site: Site, pages: Sequence[Page]) -> dict[str, bytes]:
    setter = _Setter(environment=make_environment(), site=site, pages=pages)
    home = setter.paths("")
    files = {f"{page.name}.html": setter.page(page.name, "", page=page, **page.view(site)) for page in pages}
    around = neighbours(site)
    for view in site.syntheses:
        files[f"{FOLDER}/{file_name(view.id)}.html"] = setter.page(
            "synthesis", "../", page=None, **view_synthesis(site, view), **around[view.id]
        )
    files["assets/search.js"] = search_script(site, pages, home)
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setter:
    """Fills templates with what every page needs besides what is its own."""

    environment: Environment
    site: Site
    pages: Sequence[Page]

    def paths(self, root: str) -> Paths:
        return Paths(root=root, pages=frozenset(page.name for page in self.pages))

    def page(self, template: str, root: str, **own: Any) -> bytes:
        text: str = self.environment.get_template(f"{template}.html.j2").render(
            {"review": self.site.protocol.review, "pages": self.pages, "to": self.paths(root), **own}
        )
        return text.encode()
