"""The report: pages that stand alone, say everything, and can be read by anyone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from html_pages import Page, faults_of_site, pages_of

import evidence.report.site
from evidence.report import cite_synthesis, judge_claims, write_site
from evidence.report.site.paths import file_name
from evidence.report.site.short import in_ten_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIXES = (".svg", "-narrow.svg")
ASSETS = Path(evidence.report.site.__file__).parent / "assets"


def _files(base, answers, figures: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, bytes]:
    """Return the site with its figures, as empty files."""
    figures = dict.fromkeys(answers, SUFFIXES) if figures is None else figures
    drawn = {f"syntheses/{file_name(name)}{suffix}": b"" for name, found in figures.items() for suffix in found}
    return write_site(base, answers, judge_claims(base, answers), figures) | drawn


@pytest.fixture(scope="module")
def files(small, answers) -> dict[str, bytes]:
    return _files(small, answers)


@pytest.fixture(scope="module")
def pages(files) -> dict[str, Page]:
    return pages_of(files)


@pytest.fixture(scope="module")
def real_files(real, real_answers) -> dict[str, bytes]:
    return _files(real, real_answers)


def test_every_link_arrives_and_every_page_is_sound(files, real_files) -> None:
    assert faults_of_site(files) == []
    assert faults_of_site(real_files) == []
    assert len(pages_of(real_files)) > 90
    assert sum(len(page.all("a")) for page in pages_of(real_files).values()) > 2000


def test_what_is_wrong_with_a_site_is_found() -> None:
    page = (
        '<h1>A</h1><h3 id="x">B</h3><p id="x"><a href="b.html">1</a><a href="javascript:1">2</a><a href="#y">3</a>'
        '<img src="https://example.org/a.png"><th>4</th><script>1</script><b onclick="1">5</b><i>'
    )
    faults = " ".join(faults_of_site({"a.html": page.encode()}))
    for told in ("stands twice", "h3 follows h1", "leads nowhere", "'javascript:1'", "no element", "without scope",
                 "without words", "not of the site", "<script>", "onclick", "<i> is not closed"):  # fmt: skip
        assert told in faults


def test_nothing_is_loaded_from_outside() -> None:
    for asset in ASSETS.iterdir():
        text = asset.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|https?://|fetch\(|eval\(|innerHTML|Function\(", text), asset.name


def test_the_policy_allows_nothing_but_the_files_beside_the_page(pages) -> None:
    for page in pages.values():
        (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == "'self' file:"
        assert (rules["base-uri"], rules["form-action"]) == ("'none'", "'none'")
        order = [tag for tag, attributes in page.elements if tag in ("script", "link") or "http-equiv" in attributes]
        assert order[0] == "meta", "the policy comes before what it rules"


def test_colours_can_be_read_in_light_and_dark() -> None:
    style = (ASSETS / "style.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in _schemes(style))
    assert set(dark) == set(light)
    for names in (light, dark):
        pairs = [
            (names[ink], names[ground]) for ink in ("ink", "muted", "link", "accent") for ground in ("paper", "raised")
        ]
        pairs += [(names[kind], names[f"{kind}-ground"]) for kind in ("warn", "good", "bad", "open")]
        for ink, ground in pairs:
            assert _contrast(ink, ground) >= 4.5, (ink, ground)
        assert _contrast(names["field"], names["paper"]) >= 3, "the edges of fields and buttons"


def _schemes(style: str) -> tuple[str, str]:
    light, _, rest = style.partition("@media (prefers-color-scheme: dark)")
    return light, rest.partition("*, *::before")[0]


def _contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_of_the_base_are_text_and_not_markup(files, pages) -> None:
    assert "Needles & <hair>" in pages["index.html"].words
    assert all(b"<hair>" not in content for name, content in files.items() if name.endswith(".html"))
    assert "it <works>: two trials" in pages["claims.html"].words


def test_each_synthesis_has_a_page_that_says_what_there_is(pages, answers) -> None:
    for name, answer in answers.items():
        page = pages[f"syntheses/{name}.html"]
        assert " ".join(cite_synthesis(answer.shown).split()) in page.words
        assert answer.shown.label in page.words
        assert page.all("img")[0]["alt"].startswith("Forest plot of")
        assert [source["srcset"] for source in page.all("source")] == [f"../syntheses/{name}-narrow.svg"]
        if answer.sensitivity.numbers.known:
            assert answer.sensitivity.sentence in page.words


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("index.html", "Certainty was judged for 1 of 6 questions."),
        ("index.html", "1 of 3 risk-of-bias judgements had to say: no information."),
        ("index.html", "4 popular claims: 0 supported, 0 contradicted, 2 uncertain and 2 untested."),
        ("index.html", "1 of 6 questions have no trial that can be used, 2 have one trial only, and 0 can be pooled"),
        ("index.html", "1 of 4 comparisons are pooled and leave the direction open."),
        ("methods.html", "All of this is made up."),
        ("checks.html", "20 kept"),
        ("reviews.html", "SMD −1.3"),
        ("syntheses/response.html", "A note on the comparison."),
        ("syntheses/density.html", "no SD, SE or interval"),
        ("syntheses/density.html", "outcomes M1 A: mean 12.5 SD 4 hairs/cm2 (change); n 20 [verified]"),
        ("syntheses/density.html", "Very low"),
    ],
)
def test_the_pages_say_what_there_is(pages, page, text) -> None:
    assert text in pages[page].words


def test_the_bar_counts_each_question_once(small, answers, pages) -> None:
    counts = [int(re.search(r"<strong>(\d+)", line)[1]) for line in _key(small, answers)]
    assert sum(counts) == len(answers) == 6
    assert counts == [2, 0, 1, 2, 1], "response and pain are pooled, nobody scarred, density and score are one trial's"
    (bar,) = [
        attributes
        for tag, attributes in pages["index.html"].elements
        if attributes.get("class") == "bar" and tag == "svg"
    ]
    assert bar["aria-label"].startswith("6 questions: 2 pooled by the primary rules, ")
    widths = [float(rect["width"]) for rect in pages["index.html"].all("rect")]
    assert widths == pytest.approx([2000 / 6, 1000 / 6, 2000 / 6, 1000 / 6], abs=0.1)


def _key(base, answers) -> list[str]:
    content = _files(base, answers)["index.html"].decode()
    return re.findall(r"<li class=\"(?:primary|wider|counted|single|none)\">.*?</li>", content, flags=re.DOTALL)


def test_the_figure_stands_there_as_a_table_too(pages, answers) -> None:
    page, shown = pages["syntheses/response.html"], answers["response"].shown
    data = shown.forest_data()
    for row in data.rows:
        if row.estimate is not None:
            assert row.label in page.words
            assert all(cell in page.words for cell in row.cells)
    assert "100.0" in page.words
    targets = {link["href"] for link in page.all("a")}
    assert {f"../trials.html#study-{contrast.study_id}" for contrast in shown.contrasts} <= targets


def test_no_heading_of_that_table_stands_over_nothing(real_files) -> None:
    pages = [
        content.decode() for name, content in real_files.items() if name.startswith("syntheses/") and name.endswith("l")
    ]
    tables = [
        part for page in pages for part in re.findall(r'<table class="trials">.*?</table>', page, flags=re.DOTALL)
    ]
    assert sum('class="group"' in table for table in tables) >= 2, "some have subgroups"
    for table in tables:
        kinds = re.findall(r'<tr class="(\w+)">', table)
        assert not [pair for pair in pairwise(kinds) if pair in (("group", "group"), ("group", "total"))]
        assert kinds[-1] != "group"


def test_downloads_are_the_numbers_and_the_references_of_the_trials(files, pages, answers) -> None:
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(files["syntheses/response.csv"].decode())))
    assert {row["synthesis"] for row in rows} == {"response"}
    shown = answers["response"].shown
    own = {row["study_id"]: float(row["yi"]) for row in rows if row["analysis"] == shown.analysis.id}
    expected = dict(zip((c.study_id for c in shown.contrasts), shown.effects["yi"], strict=True))
    assert own == pytest.approx(expected, rel=1e-8)
    assert "syntheses/depth.csv" not in files, "there is no number"
    assert b"10.1000/dahl" in files["syntheses/density.bib"]
    assert b"10.1000/dahl" in files["syntheses/density.ris"]
    links = {link["href"] for link in pages["syntheses/density.html"].all("a") if "download" in link}
    assert links == {f"../syntheses/density{suffix}" for suffix in (".svg", ".csv", ".bib", ".ris")}
    assert not any("download" in link for link in pages["syntheses/depth.html"].all("a") if ".csv" in link["href"])


def test_the_way_back_unfolds_to_the_source(pages) -> None:
    page = pages["syntheses/density.html"]
    start = next(place for place, (_, attributes) in enumerate(page.elements) if attributes.get("id") == "tree")
    inside = [tag for tag, _ in page.elements[start:]]
    assert inside.count("details") == inside.count("summary") >= 3
    addresses = {link["href"] for link in page.all("a")}
    assert {"https://pubmed.ncbi.nlm.nih.gov/12345678/", "https://example.org/page"} <= addresses
    assert not [link for link in page.all("a") if link["href"].startswith("https://doi.org/10.1000/made")]


def test_where_nothing_entered_the_reasons_come_first_and_the_rules_are_words(real_files, real_answers) -> None:
    empty = {name: answer.shown for name, answer in real_answers.items() if not answer.shown.k}
    assert len(empty) > 50
    for name, shown in empty.items():
        content = real_files[f"syntheses/{name}.html"].decode()
        page = Page(content)
        out = [entry.study_label for entry in shown.exclusions if entry.compared]
        assert re.search(rf"<dt>(?:Trial|Report)s in question</dt><dd>{len(out)}</dd>", content)
        parts = ["sentence", *(["left-out"] if out else []), "sensitivity", "sources"]
        places = [content.find(f'id="{part}"') for part in parts]
        assert places == sorted(places)
        assert places[0] > 0
        assert all(label in page.words for label in out)
        assert f"Primary analysis: {shown.analysis_label}" in page.words
        assert not any(word in page.words for word in ("choices:", "hksj", "statuses", "n-from-elsewhere"))


def test_a_way_down_is_where_there_is_a_number(pages) -> None:
    assert "tree" in pages["syntheses/density.html"].ids
    assert "tree" not in pages["syntheses/depth.html"].ids


def test_sources_are_links(pages) -> None:
    addresses = {link["href"] for page in pages.values() for link in page.all("a")}
    assert {
        "https://pubmed.ncbi.nlm.nih.gov/12345678/",
        "https://doi.org/10.1000/made.up",
        "https://doi.org/10.1000/dahl",
        "https://example.org/page",
        "https://pubmed.ncbi.nlm.nih.gov/22222222/",
    } <= addresses


def test_the_search_finds_syntheses_trials_claims_and_pages(files, small, answers) -> None:
    text = files["assets/search.js"].decode("ascii")
    entries = json.loads(text.removeprefix("window.evidenceIndex = ").rstrip().removesuffix(";"))
    kinds = {kind for kind, *_ in entries}
    assert {"Question", "Trial", "Claim", "Page"} <= kinds
    assert [title for kind, title, *_ in entries if kind == "Question"] == [a.shown.label for a in answers.values()]
    assert {title for kind, title, *_ in entries if kind == "Trial"} == set(small["studies"]["label"])
    known = pages_of(files)
    for _, _, _, address in entries:
        path, _, fragment = address.partition("#")
        assert path in known
        assert not fragment or fragment in known[path].ids


def test_what_depends_on_the_analysis_is_not_called_known_without_saying_so(make_base) -> None:
    firm = {name: ("men", 900 + step, 1000, 100, 1000, "verified") for step, name in enumerate(("Ada", "Bose", "Cori"))}
    shaky = {"Ada": ("men", 40, 100, 20, 100, "verified"), "Bose": ("men", 40, 100, 20, 101, "verified")}
    shaky["Cori"] = ("men", 1, 100, 40, 100, "implied")
    for trials, depends in ((firm, False), (shaky, True)):
        base = make_base(trials)
        answers = base.answers()
        known = in_ten_seconds(base, answers, []).known
        line = next(line for line in known if line.synthesis == "response")
        assert str(line).startswith("Needling added: response: RR ")
        assert line.text.endswith("; depends on the analysis.") == depends
        assert (answers["response"].sensitivity.verdict == "depends") == depends


def test_what_only_wider_rules_allow_is_not_called_known(make_base) -> None:
    implied = {name: ("men", 8 + step, 10, 4, 10, "implied") for step, name in enumerate(("Ada", "Bose"))}
    base = make_base(implied)
    words = pages_of(_files(base, base.answers()))["index.html"].words
    assert "None of the 4 comparisons can be pooled by the primary rules (verified rows)." in words
    assert (
        "1 of 6 questions have no trial that can be used, 2 have one trial only, and 1 can be pooled only by" in words
    )
    assert "Sensitivity analysis: with implied counts" in words
    assert "1 pooled by wider rules only" in words


def test_analyses_that_add_nothing_are_folded_under_their_twin(files) -> None:
    content = files["syntheses/response.html"].decode()
    table = content[content.index('class="analyses stack"') :]
    rows = re.findall(r"<tr.*?</tr>", table[: table.index('class="variations"')], flags=re.DOTALL)[1:]
    assert len(rows) == 2
    primary, wide = rows
    assert "verified rows" in primary
    assert "<details" not in primary
    assert "with implied counts" in wide
    assert "same numbers: 1 more" in wide
    assert "<li>with everything</li>" in wide


def test_each_analysis_has_its_verdict(files, answers) -> None:
    content = files["syntheses/response.html"].decode()
    sensitivity = answers["response"].sensitivity
    variations = content[content.index('class="variations"') :]
    for label in ("τ² by PM instead of REML", "τ² by DL instead of REML", "Normal interval instead of one"):
        assert label in variations
    assert variations.count("Same conclusion") + variations.count("interval comes to") == 3
    wide = next(entry for entry in sensitivity.variations if entry.id == "wide")
    assert sensitivity.words(wide).capitalize() in content


def test_odd_ids_are_safe_file_names_and_links_still_arrive(make_base, small) -> None:
    odd = {
        name: replace(small.protocol.syntheses["density"], id=name)
        for name in ("../../up", 'a"b&%20<i>', "Ünïcode", "index")
    }
    claims = {"c d": replace(small.protocol.claims["works"], id="c d", syntheses=("../../up",))}
    base = make_base(syntheses=odd, claims=claims)
    files = _files(base, base.answers())
    assert faults_of_site(files) == []
    assert (
        "evidence plot forest 'a\"b&%20<i>'" in pages_of(files)["syntheses/" + file_name('a"b&%20<i>') + ".html"].words
    )
    assert sum(name.startswith("syntheses/") and name.endswith(".html") for name in files) == 4
    assert all(".." not in name and name.count("/") <= 1 and not set(name) & set('<>"&% ') for name in files)
    assert "claim-c_d" in pages_of(files)["claims.html"].ids


def test_no_information_and_not_judged_are_told_apart(files) -> None:
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', files["bias.html"].decode(), flags=re.DOTALL)
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


def test_the_same_base_gives_the_same_bytes(small, files) -> None:
    assert _files(small, small.answers()) == files


def test_a_synthesis_without_a_figure_has_no_picture(small, answers) -> None:
    pages = pages_of(_files(small, answers, {"density": (".svg",)}))
    drawn = [image["src"] for name, page in pages.items() if "/" in name for image in page.all("img")]
    assert drawn == ["../syntheses/density.svg"]
    assert pages["syntheses/density.html"].all("source") == []


def test_an_empty_base_is_a_site_too(make_base) -> None:
    base = make_base(syntheses={}, claims={})
    files = _files(base, {})
    assert faults_of_site(files) == []
    assert "index.html" in files
