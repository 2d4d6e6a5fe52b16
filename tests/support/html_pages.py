"""Pages of HTML taken apart, and what is wrong with a site of them."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Element", "Page", "faults_of_site", "pages_of"]

VOID = {"meta", "img", "br", "input", "link", "hr", "source", "rect"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
Element = tuple[str, dict[str, str | None]]


class Page(HTMLParser):
    """Collects the elements of a page, its text, and whether elements close as they open."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self.feed(content)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.stack or self.stack.pop() != tag):
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element with one of these tags."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]

    @property
    def words(self) -> str:
        """The text with single blanks."""
        return " ".join("".join(self.text).split())


def pages_of(files: Mapping[str, bytes]) -> dict[str, Page]:
    """Return the pages of a site by their paths."""
    return {name: Page(content.decode()) for name, content in files.items() if name.endswith(".html")}


def faults_of_site(files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong with a site: markup, links and anchors, headings, tables, what is loaded from elsewhere."""
    pages = pages_of(files)
    found = []
    for name, page in pages.items():
        faults = [
            *page.faults,
            *_structure(page),
            *_links(name, page, files, pages),
            *_loaded(name, page, files),
        ]
        found += [f"{name}: {fault}" for fault in faults]
    return found


def _structure(page: Page) -> Iterator[str]:
    doubled = {name for name in page.ids if page.ids.count(name) > 1}
    yield from (f"the id {name!r} stands twice" for name in sorted(doubled))
    yield from (f"the id {name!r} has a blank" for name in page.ids if re.search(r"\s", name) or not name)
    levels = [int(tag[1]) for tag, _ in page.elements if tag in HEADINGS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    yield from (f"h{after} follows h{before}" for before, after in pairwise(levels) if after - before > 1)
    scopes = {"col", "row", "rowgroup", "colgroup"}
    yield from ("a <th> without scope" for cell in page.all("th") if cell.get("scope") not in scopes)
    yield from ("a picture without words" for picture in page.all("img") if not picture.get("alt"))
    ids = set(page.ids)
    for _, attributes in page.elements:
        for key in ("aria-labelledby", "aria-controls", "for"):
            yield from (f"{key} names {name!r}" for name in (attributes.get(key) or "").split() if name not in ids)
        if attributes.get("class") == "scroll" and (attributes.get("tabindex") != "0" or not attributes["aria-label"]):
            yield "a table that scrolls cannot be reached"
        yield from (f"an attribute {key}" for key in attributes if key.startswith("on") or key == "style")


def _links(name: str, page: Page, files: Mapping[str, bytes], pages: Mapping[str, Page]) -> Iterator[str]:
    for link in page.all("a"):
        address = link.get("href") or ""
        if re.match(r"https?://[^\s\"<>]+$", address):
            continue
        if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE) or address.startswith("/") or not address:
            yield f"a link leads to {address!r}"
            continue
        path, fragment = urldefrag(urljoin(name, address))
        target = posixpath.normpath(unquote(path))
        if target not in files:
            yield f"{address!r} leads nowhere"
        elif fragment and target in pages and unquote(fragment) not in pages[target].ids:
            yield f"{address!r} leads to no element"


def _loaded(name: str, page: Page, files: Mapping[str, bytes]) -> Iterator[str]:
    for tag, attributes in page.elements:
        key = {"script": "src", "img": "src", "link": "href", "source": "srcset"}.get(tag)
        if tag in ("style", "iframe", "object", "embed", "base", "textarea") or (
            tag == "script" and "src" not in attributes
        ):
            yield f"an element <{tag}>"
        if key is None or attributes.get(key) == "data:,":
            continue
        target = posixpath.normpath(unquote(urljoin(name, attributes.get(key) or "")))
        if target not in files:
            yield f"<{tag}> loads {attributes.get(key)!r}, which is not of the site"
