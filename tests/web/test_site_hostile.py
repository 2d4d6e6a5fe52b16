"""Texts that would be something else stay text, and if one did not, the policy of the page would hold it."""

from __future__ import annotations

import re

from hostile_words import HOSTILE
from html_pages import Page, faults_of_site

from evidence.report.site.pages import PAGES

FIGURES = ("response", "density", "pain")


def _files(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_text_becomes_an_element_an_attribute_or_an_address(hostile_report) -> None:
    files = _files(hostile_report)
    assert faults_of_site(files) == []
    pages = {name: Page(content.decode()) for name, content in files.items() if name.endswith(".html")}
    assert len(pages) == len(PAGES) + 6
    for name, page in pages.items():
        assert len(page.all("script")) == 1, name
        assert [tag for tag, _ in page.elements if tag in ("iframe", "i", "b", "textarea", "style")] == [], name
        assert all(image["src"].endswith(".svg") for image in page.all("img")), name
        assert len(page.all("svg")) == (name == "index.html"), name
        assert "{{ 7 * 7 }}" in page.words or name == "methods.html" or "alert" not in page.words, name
    for name in (
        "index.html",
        "claims.html",
        "trials.html",
        "checks.html",
        "reviews.html",
        "changes.html",
        "bias.html",
    ):
        for text in (
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(2)>',
            "{{ 7 * 7 }}{% raw %}",
            "=cmd|' /C calc'!A0",
        ):
            assert text in pages[name].words, (name, text)
    assert all(" ".join(text.split()) in pages["syntheses/density.html"].words for text in HOSTILE)


def test_the_browser_sees_nothing_but_text(open_page, hostile_report) -> None:
    watched = open_page(hostile_report / "index.html")
    for path in sorted(hostile_report.rglob("*.html")):
        watched.page.goto(path.as_uri())
        watched.page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        assert watched.page.evaluate("document.scripts.length") == 1, path.name
        assert watched.page.evaluate("document.querySelectorAll('iframe, object, embed, textarea, i, b').length") == 0
        addresses = watched.page.evaluate("[...document.links].map((link) => link.protocol)")
        assert set(addresses) <= {"file:", "https:"}
    assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_name_that_turns_the_writing_round_leaves_the_number_after_it_as_it_is(open_page, example_report) -> None:
    watched = open_page(example_report / "index.html")
    places = watched.page.evaluate(
        """() => {
          const link = document.querySelector(".short li a"), told = link.nextSibling;
          link.textContent = "Trial \u202e of 2020";
          told.data = ": 12 of 34";
          return [2, 3, 8, 9].map((at) => {
            const range = document.createRange();
            range.setStart(told, at);
            range.setEnd(told, at + 1);
            return range.getBoundingClientRect().left;
          });
        }"""
    )
    assert places == sorted(places)


def test_search_and_copy_keep_attacks_as_text(open_page, hostile_report) -> None:
    watched = open_page(hostile_report / "index.html", permissions=["clipboard-read", "clipboard-write"])
    watched.page.get_by_label("Search", exact=True).fill("onerror")
    hits = watched.page.locator("#search-found a")
    hits.first.wait_for()
    assert hits.count() > 5
    assert "<script>alert(1)</script>" in hits.first.inner_text()
    assert watched.page.locator("#search-found :is(img, script:not([src]), svg, iframe)").count() == 0
    protocols = hits.evaluate_all("all => all.map((link) => link.protocol)")
    assert set(protocols) == {"file:"}
    hits.first.click()
    watched.page.wait_for_url(re.compile(r"/syntheses/"))
    watched.page.get_by_role("button", name="Copy sentence").click()
    watched.page.get_by_role("button", name="Copied").wait_for()
    assert "<script>alert(1)</script>" in watched.page.evaluate("navigator.clipboard.readText()")


def test_figures_carry_attacks_as_text_even_when_they_are_opened_by_themselves(open_page, hostile_report) -> None:
    figures = sorted((hostile_report / "syntheses").glob("*.svg"))
    assert {path.name for path in figures} >= {f"{name}{end}" for name in FIGURES for end in (".svg", "-narrow.svg")}
    watched = open_page(figures[0])
    for path in figures:
        watched.page.goto(path.as_uri())
        assert watched.page.evaluate("document.documentElement.localName") == "svg", "it is well formed"
        assert watched.page.evaluate("document.querySelectorAll('script, image, iframe, foreignObject').length") == 0
        assert "alert(1)" in watched.page.evaluate("document.documentElement.textContent")


def test_if_an_attack_became_markup_the_policy_would_hold_it(open_page, example_report, tmp_path) -> None:
    attack = (
        "<script>document.title = 'taken'</script>"
        "<img src=x onerror=\"document.title = 'taken'\">"
        "<script src=\"https://example.org/x.js\"></script>"
        "<iframe srcdoc=\"<script>parent.document.title = 'taken'</script>\"></iframe>"
        "<a id=bad href=\"javascript:document.title = 'taken'\">x</a>"
        "<form id=send action=\"https://example.org/\"><button id=press>x</button></form>"
        "<base href=\"https://example.org/\">"
    )  # fmt: skip
    content = (example_report / "index.html").read_text(encoding="utf-8")
    folder = tmp_path / "report"
    (folder / "assets").mkdir(parents=True)
    for name in ("style.css", "report.js"):
        (folder / "assets" / name).write_bytes((example_report / "assets" / name).read_bytes())
    page = folder / "index.html"
    page.write_text(re.sub(r"(<main.*?>)", lambda match: match[1] + attack, content, count=1), encoding="utf-8")
    watched = open_page(page, allowed="the policy complains")
    title = watched.page.title()
    assert title.startswith("Evidence report")
    watched.page.evaluate("document.getElementById('bad').click()")
    assert watched.page.title() == title
    watched.page.evaluate("document.getElementById('press').click()")
    watched.page.wait_for_timeout(200)
    assert "example.org" not in watched.page.url
    told = " ".join(watched.faults)
    for directive in ("script-src", "base-uri", "form-action"):
        assert directive in told
    assert "dialog" not in told
    free = open_page(_without_policy(page), allowed="what the policy held")
    assert free.page.title() == "taken", "without the policy the attack works"


def _without_policy(page):
    content = page.read_text(encoding="utf-8")
    free = page.with_name("free.html")
    free.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", content), encoding="utf-8")
    return free
