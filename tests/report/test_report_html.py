"""The report: one page that stands alone, says everything, and can be read by anyone."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import evidence.report
from evidence.report import cite_synthesis, judge_claims, report_html
from evidence.report.links import linked
from evidence.report.short import in_ten_seconds

VOID = {"meta", "img", "br", "input", "link", "hr"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Page(HTMLParser):
    """Collects the elements of a page and whether they close as they open."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self.feed(content)
        self.faults += [f"<{tag}> is not closed" for tag in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def _html(base, answers) -> str:
    figures = {name: f"../figures/{name}.svg" for name in answers}
    return report_html(base, answers, judge_claims(base, answers), figures)


@pytest.fixture(scope="module")
def content(small, answers) -> str:
    return _html(small, answers)


@pytest.fixture(scope="module")
def page(content: str) -> Page:
    return Page(content)


@pytest.fixture(scope="module")
def real_page(real, real_answers) -> Page:
    return Page(_html(real, real_answers))


@pytest.fixture(params=["page", "real_page"])
def any_page(request) -> Page:
    return request.getfixturevalue(request.param)


def test_the_markup_closes_as_it_opens(any_page: Page) -> None:
    assert any_page.faults == []


def test_nothing_is_loaded_from_outside(any_page: Page) -> None:
    assert any_page.all("link", "iframe", "object") == []
    assert [script for script in any_page.all("script") if "src" in script] == []
    for image in any_page.all("img"):
        assert not re.match(r"(https?:)?//", image["src"])
    style = (Path(evidence.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_ids_are_unique_and_inner_links_arrive(any_page: Page) -> None:
    ids = [attributes["id"] for _, attributes in any_page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {link["href"][1:] for link in any_page.all("a") if link["href"].startswith("#")}
    assert targets <= set(ids)


def test_headings_are_in_order(any_page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in any_page.elements if tag in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_scoped_headers_and_pictures_have_words(any_page: Page) -> None:
    assert all(cell.get("scope") in {"col", "row", "rowgroup"} for cell in any_page.all("th"))
    images = any_page.all("img")
    assert images
    assert all(image["alt"].startswith("Forest plot of") for image in images)


def test_every_wide_table_can_be_scrolled_with_the_keyboard(any_page: Page) -> None:
    boxes = [attributes for _, attributes in any_page.elements if attributes.get("class") == "scroll"]
    assert boxes
    assert all(box.get("tabindex") == "0" and box.get("aria-label") for box in boxes)
    assert len(boxes) >= len(any_page.all("table"))


def test_colours_can_be_read() -> None:
    style = (Path(evidence.report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    names = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style))
    pairs = [(names["ink"], "#ffffff"), (names["muted"], names["ground"]), (names["link"], names["ground"])]
    pairs += [(names["warn"], names["warn-ground"])]
    for rule in re.findall(r"\{([^}]*)\}", style):
        colour, ground = re.search(r"(?<!-)\bcolor: (#\w+)", rule), re.search(r"background: (#\w+)", rule)
        if colour and ground:
            pairs.append((colour[1], ground[1]))
    assert len(pairs) >= 10
    for ink, paper in pairs:
        assert _contrast(ink, paper) >= 4.5, (ink, paper)


def _contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_of_the_base_are_text_and_not_markup(content: str, page: Page) -> None:
    assert "Needles & <hair>" in page.words
    assert "<hair>" not in content
    assert "it <works>: two trials" in page.words


def test_the_page_says_what_there_is(page: Page, answers) -> None:
    for answer in answers.values():
        assert " ".join(cite_synthesis(answer.shown).split()) in page.words
    for text in (
        "All of this is made up.",
        "Certainty was judged for 1 of 6 questions.",
        "1 of 3 risk-of-bias judgements had to say: no information.",
        "4 popular claims: 0 supported, 0 contradicted, 2 uncertain and 2 untested.",
        "1 of 6 questions have no trial that can be used, 2 have one trial only, and 0 can be pooled only",
        "1 of 4 comparisons are pooled and leave the direction open.",
        "20 kept",
        "SMD −1.3",
        "A note on the comparison.",
        "no SD, SE or interval",
        "outcomes M1 A: mean 12.5 SD 4 hairs/cm2 (change); n 20 [verified]",
    ):
        assert text in page.words, text


def test_what_depends_on_the_analysis_is_not_called_known_without_saying_so(make_base) -> None:
    firm = {name: ("men", 900 + step, 1000, 100, 1000, "verified") for step, name in enumerate(("Ada", "Bose", "Cori"))}
    shaky = {"Ada": ("men", 40, 100, 20, 100, "verified"), "Bose": ("men", 40, 100, 20, 101, "verified")}
    shaky["Cori"] = ("men", 1, 100, 40, 100, "implied")
    for trials, depends in ((firm, False), (shaky, True)):
        base = make_base(trials)
        answers = base.answers()
        known = in_ten_seconds(base, answers, []).known
        line = next(text for text in known if text.startswith("Needling added: response"))
        assert line.endswith("; depends on the analysis.") == depends
        assert (answers["response"].sensitivity.verdict == "depends") == depends


def test_what_only_wider_rules_allow_is_not_called_known(make_base) -> None:
    implied = {name: ("men", 8 + step, 10, 4, 10, "implied") for step, name in enumerate(("Ada", "Bose"))}
    base = make_base(implied)
    words = Page(_html(base, base.answers())).words
    assert "None of the 4 comparisons can be pooled by the primary rules (verified rows)." in words
    assert (
        "1 of 6 questions have no trial that can be used, 2 have one trial only, and 1 can be pooled only by" in words
    )
    assert "Sensitivity analysis: with implied counts" in words


def test_analyses_that_add_nothing_are_folded_under_their_twin(content: str) -> None:
    start, end = (content.index(f'<article id="synthesis-{name}"') for name in ("response", "density"))
    section = content[start:end]
    table = section[section.index('class="analyses"') :]
    rows = re.findall(r"<tr.*?</tr>", table[: table.index('class="variations"')], flags=re.DOTALL)[1:]
    assert len(rows) == 2
    primary, wide = rows
    assert "verified rows" in primary
    assert "<details" not in primary
    assert "with implied counts" in wide
    assert "same numbers: 1 more" in wide
    assert "<li>with everything</li>" in wide


def test_each_analysis_has_its_verdict_and_each_question_its_sentence(small, answers, content: str) -> None:
    start, end = (content.index(f'<article id="synthesis-{name}"') for name in ("response", "density"))
    section = content[start:end]
    sensitivity = answers["response"].sensitivity
    assert f'<p class="robust"><strong>Sensitivity.</strong> {sensitivity.sentence}</p>' in section
    variations = section[section.index('class="variations"') :]
    for label in ("τ² by PM instead of REML", "τ² by DL instead of REML", "Normal interval instead of one"):
        assert label in variations
    assert variations.count("Same conclusion") + variations.count("interval comes to") == 3
    wide = next(entry for entry in sensitivity.variations if entry.id == "wide")
    assert sensitivity.words(wide).capitalize() in section


def test_sources_are_links(page: Page) -> None:
    addresses = {link["href"] for link in page.all("a")}
    assert {
        "https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "https://doi.org/10.1000/made.up",
        "https://doi.org/10.1000/dahl",
        "https://example.org/page",
        "https://pubmed.ncbi.nlm.nih.gov/22222222/",
    } <= addresses


def test_marks_in_the_base_stay_text_and_only_web_addresses_become_links(make_base, small) -> None:
    hostile = "<img src=x onerror=alert(1)>'\"></script><script>alert(2)</script>"
    odd = replace(small.protocol.syntheses["density"], id='results"odd&%20', label=f"Odd {hostile}: {hostile}")
    conflict = {
        "conflict_id": "X2",
        "study_id": "Ada",
        "what": hostile,
        "version_1": "javascript:alert(3) data:text/html,x HTTPS://example.org/a?b='c'&d=\"onclick=alert(4)",
        "version_2": f"https://example.org/{hostile}",
        "handling": hostile,
    }
    base = make_base(more={"conflicts": [conflict]}, syntheses={odd.id: odd}, claims={})
    page = Page(_html(base, base.answers()))
    assert page.faults == []
    assert len(page.all("script")) == 1
    assert all(image["src"].startswith("../figures/") for image in page.all("img"))
    assert not [attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)]
    assert all(re.match(r"#|https?://", link["href"], re.IGNORECASE) for link in page.all("a"))
    assert hostile in page.words


def test_a_synthesis_may_be_called_as_a_section_is(make_base, small) -> None:
    named = {name: replace(small.protocol.syntheses["density"], id=name) for name in ("results", "claims", "main")}
    page = Page(_html(base := make_base(syntheses=named, claims={}), base.answers()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("doi:10.1016/s0033-0620(85)80003-7.", "https://doi.org/10.1016/s0033-0620(85)80003-7"),
        ("(10.1002/sim.1206)", "https://doi.org/10.1002/sim.1206"),
        ("see https://doi.org/10.1016/s0033-0620(85)80003-7, p. 3", "https://doi.org/10.1016/s0033-0620(85)80003-7"),
        ("(PMID: 12345678)", "https://pubmed.ncbi.nlm.nih.gov/12345678/"),
        ("nct01234567", "https://clinicaltrials.gov/study/NCT01234567"),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_ends_where_it_ends(text: str, address: str) -> None:
    links = [link["href"] for link in Page(str(linked(text))).all("a")]
    assert links == ([address] if address else [])


def test_no_information_and_not_judged_are_told_apart(content: str) -> None:
    table = content[content.index('id="bias"') : content.index('id="published"')]
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', table, flags=re.DOTALL)
    assert len(rows) == 2
    ada, dahl = rows
    assert 'class="rob low"' in ada
    assert "no information" in ada
    blank = '<td class="mid"><span class="hidden">not assessed</span></td>'
    assert ada.count(blank) == 4, "D1 and the whole were judged"
    assert dahl.count(blank) == 4, "D4 was judged, and nothing can be worse than high"
    assert "not assessed: no information" in ada
    assert "proposed: not assessed; judged otherwise: judged without the form" in ada
    assert "severity score" in dahl


def test_the_same_base_gives_the_same_page(small, content: str) -> None:
    assert _html(small, small.answers()) == content


def test_a_synthesis_without_a_figure_has_no_picture(small, answers) -> None:
    content = report_html(small, answers, judge_claims(small, answers), {"density": "density.svg"})
    assert [image["src"] for image in Page(content).all("img")] == ["density.svg"]


def test_an_empty_base_is_a_page_too(make_base) -> None:
    base = make_base(syntheses={}, claims={})
    content = report_html(base, {}, [], {})
    assert Page(content).faults == []
