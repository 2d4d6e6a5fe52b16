"""What the documentation takes from the repository around it: the notebooks, and links to files that are no pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["bring_notebooks", "setup"]


def bring_notebooks(source: Path, target: Path) -> None:
    """Copy the notebooks beside the pages, for Sphinx reads only what lies below its own folder.

    A link of theirs to ``../docs/claims.md`` becomes ``../claims.md``. What did not change is not written again, so
    that it is not read again; what is gone from `source` goes from `target`.
    """
    target.mkdir(exist_ok=True)
    brought = {path.name: path for path in (*source.glob("[0-9]*.ipynb"), *source.glob("README.md"))}
    for path in target.iterdir():
        if path.is_file() and path.name not in brought:
            path.unlink()
    for name, path in brought.items():
        text = re.sub(r"(\]\(|\]: )\.\./docs/", r"\1../", path.read_text(encoding="utf-8"))
        if path.suffix == ".ipynb":
            text = _with_words(text)
        copy = target / name
        if not copy.is_file() or copy.read_text(encoding="utf-8") != text:
            copy.write_text(text, encoding="utf-8")


def _with_words(notebook: str) -> str:
    """Tell the page the alternative text of each picture, which it takes from the cell and not from what is shown."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            if words := output.get("metadata", {}).get("image/png", {}).get("alt"):
                cell["metadata"].setdefault("mystnb", {})["image"] = {"alt": words}
    return json.dumps(content, ensure_ascii=False, indent=1)


def _nearer(app: Sphinx, page: str, source: list[str]) -> None:
    """Make links to the notebooks lead to the copies, which are one folder nearer than the notebooks themselves."""
    if not page.startswith("notebooks/"):
        source[0] = re.sub(r"(\]\(|\]: )\.\./((?:\.\./)*notebooks/)", r"\1\2", source[0])


def _bring(app: Sphinx, config: Config) -> None:
    docs = Path(app.srcdir)
    bring_notebooks(docs.parent / "notebooks", docs / "notebooks")


class _LinksOutside(SphinxPostTransform):
    """Show a link to a folder or page of the repository outside the site as its words.

    Files that are no pages become downloads by themselves. A target that does not exist stays a warning.
    """

    default_priority = 8  # just before the resolver of the Markdown parser, which would warn

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(pending_xref)):
            if node.get("reftype") == "myst" and self._is_outside(node):
                node.replace_self(nodes.inline("", "", *node[0].deepcopy().children))

    def _is_outside(self, node: pending_xref) -> bool:
        docs = Path(self.app.srcdir)
        target = node["reftarget"].split("#")[0]
        if node.get("refdomain") == "doc":
            return target not in self.env.found_docs and (docs / f"{target}.md").is_file()
        # The notebooks are copies: what stands around them is seen from where they come from.
        page = node["refdoc"]
        home = (docs.parent if page.startswith("notebooks/") else docs) / Path(page).parent
        found = (home / target).resolve()
        return bool(target) and found.exists() and found.is_relative_to(docs.parent) and not found.is_relative_to(docs)


def setup(app: Sphinx) -> dict[str, Any]:
    """Bring the notebooks before the pages are looked for, and answer for links that lead out of the site."""
    app.connect("config-inited", _bring)
    app.connect("source-read", _nearer)
    app.add_post_transform(_LinksOutside)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
