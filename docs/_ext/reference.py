"""The pages of the Python interface: written before the build, completed from the classes, linked from every page."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from evidence import errors

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _generate.api import PAGES, home_of, members, write_pages
from _generate.page import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["setup"]

_EXCEPTIONS = "reference/exceptions"
_NAME = re.compile(r"(ev|evidence)\.([A-Za-z_][\w.]*\w)(?:\(.*\))?")


def _write(app: Sphinx, config: Config) -> None:
    write_pages(Path(app.srcdir) / "reference" / "api")


def _complete(app: Sphinx, kind: str, name: str, shape: Any, options: Any, lines: list[str]) -> None:
    """Add the fields of a dataclass that its docstring does not describe, for they are public too."""
    if kind != "class" or not is_dataclass(shape):
        return
    described = attributes_of(shape)
    missing = [entry for entry in fields(shape) if entry.name not in described and not entry.name.startswith("_")]
    if not missing:
        return
    added = [f"{entry.name} : {entry.type}" for entry in missing]
    heads = [place for place, line in enumerate(lines) if line == "Attributes"]
    if heads:
        lines[heads[0] + 2 : heads[0] + 2] = added
        return
    following = [place for place, line in enumerate(lines[1:]) if re.fullmatch(r"-{3,}", line)]
    place = following[0] if following else len(lines)
    lines[place:place] = ["", "Attributes", "----------", *added, ""]


def _shorten(
    app: Sphinx, kind: str, name: str, value: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str, None] | None:
    """Leave out how a result is made: nobody makes one by hand, and its attributes say what it holds."""
    if kind != "class" or signature is None:
        return None
    if is_dataclass(value) and {"summary", "to_dict", "to_frame"} & set(members(value)):
        return "", None
    if inspect.isclass(value) and issubclass(value, BaseException):
        return "", None
    return None


class _Names(SphinxPostTransform):
    """Make ``ev.pool`` a link to where it is described, wherever it stands as code in a sentence; exceptions too."""

    default_priority = 20

    def run(self, **kwargs: Any) -> None:
        known = self.env.domains.python_domain.objects
        for node in list(self.document.findall(nodes.literal)):
            text = node.astext()
            if isinstance(node.parent, nodes.reference):
                continue
            entry = next((known[name] for name in self._meant(text) if name in known), None)
            if entry is not None and entry.docname.startswith("reference/api/"):
                self._link(node, entry.docname, entry.node_id)
            elif text.removeprefix("ev.") in errors.__all__ and self.env.docname != _EXCEPTIONS:
                self._link(node, _EXCEPTIONS, text.removeprefix("ev.").lower())

    def _link(self, node: nodes.literal, page: str, anchor: str) -> None:
        uri = self.app.builder.get_relative_uri(self.env.docname, page) + f"#{anchor}"
        link = nodes.reference("", "", internal=True, refuri=uri)
        node.replace_self(link)
        link += node

    def _meant(self, text: str) -> Iterator[str]:
        """Yield the full names that a piece of code may mean; on the pages of the interface a bare name is one too."""
        homes = home_of()
        folder, _, page = self.env.docname.rpartition("/")
        if found := _NAME.fullmatch(text):
            first = found[2].partition(".")[0]
            yield (
                f"evidence.{homes[first]}.{found[2]}" if found[1] == "ev" and first in homes else f"evidence.{found[2]}"
            )
        elif folder == "reference/api" and text.isidentifier():
            yield from (f"evidence.{module}.{text}" for module in PAGES[page])
            if text in homes:
                yield f"evidence.{homes[text]}.{text}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what writes, completes and links the pages."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("config-inited", _write)
    app.connect("autodoc-process-docstring", _complete, priority=400)
    app.connect("autodoc-process-signature", _shorten)
    app.add_post_transform(_Names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
