"""axe-core on an open page, on one of each kind of thing that repeats: a hundred rows built alike are one row."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chromium import Watched

__all__ = ["grave_faults"]

# Two rows are alike if they hold the same kinds of elements, by tag, attributes, class and state, each with words or
# without. What is like what stands before it goes; what stays is looked at in full.
_THIN = """
() => {
  const kind = (node) => node.tagName + [...node.attributes].map(({ name, value }) =>
    ["class", "role", "type", "scope", "rel", "hidden", "open"].includes(name) ? name + "=" + value : name
  ).sort().join(" ") + (node.textContent.trim() ? "+" : "-");
  const gather = (node, above, found) => {
    const path = above + ">" + kind(node);
    found.add(path);
    for (const child of node.children) gather(child, path, found);
    return found;
  };
  for (const tag of ["article", "tbody", "tr", "li"]) {
    const seen = new Map();
    for (const node of [...document.querySelectorAll("main " + tag)]) {
      if (!node.isConnected) continue;
      const known = seen.get(node.parentNode) || new Set();
      seen.set(node.parentNode, known);
      const found = [...gather(node, "", new Set())];
      if (known.size && found.every((part) => known.has(part))) node.remove();
      else found.forEach((part) => known.add(part));
    }
  }
}
"""


@cache
def _script() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def grave_faults(watched: Watched, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe calls serious or critical on a page with everything unfolded, by all its rules or by some."""
    page = watched.page
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.evaluate(_THIN)
    page.evaluate(_script())
    options = {"preload": False, "resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("options => axe.run(options)", options)
    assert found["passes"], "axe looked at the page"
    return [
        f"{entry['id']}: {node['html'][:160]}"
        for entry in found["violations"]
        if entry["impact"] in ("serious", "critical")
        for node in entry["nodes"]
    ]
