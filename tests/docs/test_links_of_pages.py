"""Every link within the repository leads somewhere, and every page can be reached."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from doc_pages import DOCS, ROOT, anchors, links, pages

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = [*pages(), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "notebooks" / "README.md"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
INDEX = (DOCS / "index.md").read_text(encoding="utf-8")


def words_of(path: Path) -> str:
    """Return the Markdown of a page or of a notebook's cells."""
    if not path.is_file():
        return ""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def dead(path: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for target in links(words_of(path)):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        read = place.suffix in (".md", ".ipynb")
        # The site has copies of the notebooks below its own folder; the repository has not.
        missing = DOCS / "notebooks" in place.parents or not place.exists()
        if missing or (anchor and read and anchor not in anchors(words_of(place))):
            found.append(target)
    return found


@pytest.mark.parametrize("path", [*WRITTEN, *NOTEBOOKS], ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path) -> None:
    assert dead(path) == []


def test_a_dead_link_is_seen(tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n\n[a](#one) [b](#two) [c](none.md) ![d](none.svg) `[e](code.md)` [f](https://example.org)\n", "utf-8"
    )
    assert dead(page) == ["#two", "none.md", "none.svg"]


def toctree(path: Path) -> list[str]:
    """Return the entries of the lists of contents of a page."""
    entries = re.findall(r"^```{toctree}\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = [line.strip() for entry in entries for line in entry.splitlines()]
    return [line for line in lines if line and not line.startswith(":")]


def test_every_page_is_in_the_contents_once() -> None:
    there = [path for path in pages() if DOCS in path.parents]
    listed = [
        str(path.parent.relative_to(DOCS) / entry)
        for path in there
        for entry in toctree(path)
        if not entry.startswith("api/") and "*" not in entry
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == {str(path.relative_to(DOCS).with_suffix("")) for path in there} - {"index"}


def test_every_page_is_introduced_on_the_first_page() -> None:
    introduced = set(links(INDEX))
    named = {str(path.relative_to(DOCS)) for path in DOCS.glob("*.md")} - {"index.md"}
    named |= {str(path.relative_to(DOCS)) for path in (DOCS / "reference").glob("*.md")}
    assert sorted(named - introduced) == []


def test_works_are_cited_and_can_be_found() -> None:
    text = (DOCS / "references.bib").read_text(encoding="utf-8")
    entries = {
        found[1]: found[2] for found in re.finditer(r"^@\w+\{([\w-]+),(.*?)^\}", text, flags=re.DOTALL | re.MULTILINE)
    }
    assert len(entries) == len(re.findall(r"^@", text, flags=re.MULTILINE)), "a key stands twice, or an entry is broken"
    text_of_all = "\n".join(words_of(path) for path in [*pages(), *NOTEBOOKS])
    named = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text_of_all)
    cited = {key.strip() for keys in named for key in keys.split(",")}
    assert cited == set(entries)
    found_by = re.compile(r"^\s*(doi|isbn|url)\s*=", re.MULTILINE | re.IGNORECASE)
    assert [key for key, said in entries.items() if not found_by.search(said)] == []
