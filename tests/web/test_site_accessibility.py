"""The report for everybody: axe-core finds nothing serious, in light and dark, on a telephone and a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe import grave_faults

if TYPE_CHECKING:
    from pathlib import Path

DATA = ("map.html", "reviews.html", "flow.html", "methods.html", "trials.html")
POOLED = "syntheses/addon-minoxidil-response.html"


def _kinds(folder: Path) -> list[str]:
    """Return every page of its own, and a synthesis that is pooled, one of a single trial and one of none."""
    return [path.name for path in sorted(folder.glob("*.html"))] + [
        POOLED,
        "syntheses/addon-minoxidil-rf-density.html",
        "syntheses/harm-any.html",
        "syntheses/harm-itching.html",
    ]


@pytest.mark.parametrize(
    ("scheme", "width", "names"),
    [
        ("light", 360, ()),
        ("dark", 1280, ("index.html", "bias.html", "checks.html", "claims.html", *DATA, POOLED)),
        ("light", 1280, ("index.html", "trials.html", POOLED)),
        ("dark", 360, ("index.html", POOLED)),
    ],
)
def test_axe_finds_nothing_serious_on_any_kind_of_page(open_page, shipped_report, scheme, width, names) -> None:
    watched = open_page(shipped_report / "index.html", width=width, color_scheme=scheme)
    for name in names or _kinds(shipped_report):
        watched.page.goto((shipped_report / name).as_uri())
        # What is not seen is the same in both schemes.
        assert grave_faults(watched, ("color-contrast",) if scheme == "dark" else ()) == [], name


def test_axe_finds_nothing_serious_in_the_search(open_page, shipped_report) -> None:
    watched = open_page(shipped_report / "index.html")
    watched.page.get_by_label("Search", exact=True).fill("density")
    watched.page.locator("#search-found a").first.wait_for()
    assert grave_faults(watched) == []


def test_axe_would_find_what_is_wrong(open_page, tmp_path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<!doctype html><title>x</title><img src='data:,'><input>", encoding="utf-8")
    found = " ".join(grave_faults(open_page(page)))
    assert "image-alt" in found
    assert "label" in found
    assert "html-has-lang" in found


def test_what_repeats_is_looked_at_once_and_what_is_odd_in_it_always(open_page, tmp_path) -> None:
    alike = "<tr><td><a href='#x'>x</a></td></tr>"
    odd = "<tr><td><a href='#x'></a></td></tr>"
    page = tmp_path / "rows.html"
    page.write_text(f"<!doctype html><main><table>{alike * 50}{odd}{alike * 50}</table></main>", encoding="utf-8")
    watched = open_page(page)
    assert any(fault.startswith("link-name") for fault in grave_faults(watched))
    assert watched.page.locator("tr").count() == 2


def test_every_control_can_be_reached_and_seen_by_keyboard(open_page, shipped_report) -> None:
    watched = open_page(shipped_report / POOLED)
    seen = []
    for _ in range(60):
        watched.page.keyboard.press("Tab")
        told = watched.page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            "return [e.className || e.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        seen.append(told[0])
        assert told[0] == "BODY" or (told[1] != "none" and told[2] >= 2), (
            f"{told[0]} has the focus and does not show it"
        )
    assert {"skip", "copy", "scroll", "unfold", "SUMMARY"} <= set(seen)
