"""References: which reports are cited, what of them is known, and that nothing is lost or let loose on the way out."""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from dataclasses import fields, replace

import jsonschema
import pytest
import rispy

from evidence.errors import OptionError
from evidence.report.references import (
    REFERENCE_STYLES,
    Author,
    Reference,
    as_bibtex,
    as_csl_json,
    as_ris,
    base_reference,
    formatted,
    missing_parts,
    missing_words,
    references,
    review_references,
    software_reference,
)
from evidence.report.references.keys import key_of, keys_of
from evidence.report.references.names import parse_authors
from evidence.report.references.places import parse_place, year_of

SMITH, VAN = Author(family="Smith", given="A. B."), Author(family="van den Berg", given="C.-D.")
KNOWN = Reference(
    key="Smith2013-1", kind="article", label="Smith 2013", authors=(SMITH, VAN), title="Does walking help the knee?",
    journal="J Ex Med", year=2013, volume="5", issue="2", pages="618-622", doi="10.1000/xyz_1", pmid="12345678",
)  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>",
    "</li><b>bold</b>",
    "a \"quoted\" 'title' & more",
    "50% of $5_000 ~ #1 ^2 {un}balanced} \\input{/etc/passwd}",
    "first\nER  - \nTY  - JOUR\nTI  - second",
    "} @article{evil, title = {x",
    "=cmd|' /C calc'!A0",
    "مرحبا بالعالم \u202eabc",
    "针灸与毛发 — étude ﬁn",
    "\ue000\ue001\ue100key\ue101",
    "Trailing stop.",
    "What? And why!",
    '<span class="nocase">x</span>',
    "A" * 400,
)


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "names", "others"),
    [
        ("Smith A; Jones BC", ["Smith A", "Jones BC"], False),
        (
            "Fatemi Naeini F; El Rewiny EM; Abd El-Maged WM",
            ["Fatemi Naeini F", "El Rewiny EM", "Abd El-Maged WM"],
            False,
        ),
        ("de Macedo NV; Orizaga-y-Quiroga TL", ["de Macedo NV", "Orizaga-y-Quiroga TL"], False),
        ("Smith AB Jr; Jones C 3rd", ["Smith AB Jr", "Jones C 3rd"], False),
        ("Comstock et al", ["Comstock"], True),
        ("Smith A; et al.", ["Smith A"], True),
        ("Coetzee & Berjak", ["Coetzee", "Berjak"], False),
        ("Hart and Sutherland", ["Hart", "Sutherland"], False),
        ("Ro (correspondence, Some Hospital)", ["Ro"], False),
        ("TPT Madras", ["TPT Madras"], False),
        ("Example Study Group", ["Example Study Group"], False),
        ("Department of Health and Social Care", ["Department of Health and Social Care"], False),
        ("The ABC Trial Investigators AB", ["The ABC Trial Investigators AB"], False),
        ("Smith, A. B.", ["Smith AB"], False),
        ("Kim S-B; Li Ö", ["Kim S-B", "Li Ö"], False),
        ("Иванов ИИ; 王伟; 王 伟", ["Иванов ИИ", "王伟", "王 伟"], False),
        ("", [], False),
        (" ; ;", [], False),
    ],
)
def test_authors_are_parted_as_far_as_it_is_certain(cell: str, names: list[str], others: bool) -> None:
    authors, more = parse_authors(cell)
    assert [author.name for author in authors] == names
    assert more == others


def test_family_names_and_initials_come_apart() -> None:
    (author,), _ = parse_authors("van den Berg CDE Jr")
    assert (author.family, author.given, author.suffix) == ("van den Berg", "C. D. E.", "Jr")
    assert author.inverted == "van den Berg, Jr, C. D. E."
    (group,), _ = parse_authors("Some Collaborative Group")
    assert (group.group, group.family) == ("Some Collaborative Group", "")


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("5(1):6-11", ("5", "1", "6-11")),
        ("36(5):618-22", ("36", "5", "618-622")),
        ("17(3):WC01-WC05", ("17", "3", "WC01-WC05")),
        ("24(9):e70408", ("24", "9", "e70408")),
        ("9:905140", ("9", "", "905140")),
        ("e15913", ("", "", "e15913")),
        ("article 9945", ("", "", "9945")),
        ("4(2) art 37", ("4", "2", "37")),
        ("11(2) article 8023", ("11", "2", "8023")),
        ("3(6)", ("3", "6", "")),
        ("12 Suppl 1:S3-9", ("12 Suppl 1", "", "S3-9")),
        ("7(2–3):10–19", ("7", "2–3", "10-19")),
        ("100:99-103", ("100", "", "99-103")),
    ],
)
def test_places_in_journals(cell: str, parts: tuple[str, str, str]) -> None:
    place = parse_place(cell)
    assert (place.volume, place.issue, place.pages) == parts
    assert place.printed == ""


@pytest.mark.parametrize("cell", ["online 2017", "rs-6262561/v1", "in press", "forthcoming; see 5(1):6"])
def test_a_place_that_is_not_understood_is_kept_whole(cell: str) -> None:
    place = parse_place(cell)
    assert (place.volume, place.issue, place.pages, place.printed) == ("", "", "", cell)
    reference = replace(KNOWN, volume="", issue="", pages="", place_printed=cell)
    assert f"Volume and pages as printed: {cell}." in reference.notes


@pytest.mark.parametrize(
    ("year", "printed", "expected"),
    [
        (2013, "", 2013),
        (None, "2022 (Epub 27 Jul 2020)", 2022),
        (None, "2020 (online 2017)", 2020),
        (None, "2021 (as usually cited; not seen)", None),
        (None, "after 2015", None),
        (None, "2025 (from DOI)", None),
        (None, "2024 or before", None),
        (float("nan"), "", None),
    ],
)
def test_years_are_taken_where_they_are_certain(year: object, printed: str, expected: int | None) -> None:
    assert year_of(year, printed) == expected


def test_keys_are_stable_ascii_and_unique() -> None:
    assert key_of("Smith2013-1") == "Smith2013-1"
    names = ["Li-1", "LI-1", "Müller 2013", "Muller 2013", "毛", "发", "a,b", "a b", "Smith2013-1"]
    keys = keys_of(names)
    assert len({key.casefold() for key in keys.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9:.\-_]+", key) for key in keys.values())
    assert keys_of(["Müller 2013"])["Müller 2013"] == keys["Müller 2013"]


# ---------------------------------------------------------------- which reports


def _report(report: str, study: str = "Ada", role: str = "primary", **cells: str) -> dict[str, str]:
    return {"report_id": report, "study_id": study, "role": role, "seen_at": "S1", **cells}


@pytest.fixture
def cite_from(make_base):
    def make(*reports: dict[str, str], more=None, **options):
        base = make_base(more={"reports": list(reports), **(more or {})})
        return references(base, base.synthesis("response"), **options)

    return make


def test_one_report_stands_for_a_trial_and_it_is_the_primary_one(cite_from) -> None:
    reports = (
        _report("Ada-0", role="thesis", title="Thesis", journal="Some University"),
        _report("Ada-1", role="registration", registration="NCT1"),
        _report("Ada-2", role="primary", title="The paper"),
        _report("Ada-3", role="duplicate", title="The paper again"),
        _report("Ada-4", role="suspected-overlap", related_study="Dahl", title="Another trial"),
    )
    first, second = cite_from(*reports)
    assert (first.key, first.title) == ("Ada-2", "The paper")
    assert (second.key, second.study_id, second.title) == ("Bose", "Bose", "")
    every = cite_from(*reports, all_reports=True)
    assert [(r.key, r.kind) for r in every] == [
        ("Ada-2", "article"), ("Ada-0", "thesis"), ("Ada-1", "registration"), ("Bose", "article"),
    ]  # fmt: skip
    assert every[1].publisher == "Some University"
    assert every[1].journal == ""


def test_trials_left_out_come_last_and_only_on_request(make_base) -> None:
    base = make_base()
    result = base.synthesis("response")
    assert [r.study_id for r in references(base, result)] == ["Ada", "Bose"]
    assert [r.study_id for r in references(base, result, left_out=True)] == ["Ada", "Bose", "Cori", "Dahl"]
    assert [r.study_id for r in references(base, base.answer("response"))] == ["Ada", "Bose"]
    several = references(base, [result, base.synthesis("density")])
    assert [r.study_id for r in several] == ["Ada", "Bose", "Dahl"]
    assert references(base, base.synthesis("depth")) == ()


def test_a_record_goes_before_what_was_typed_and_fills_what_was_not(cite_from) -> None:
    record = {
        "pmid": "111", "title": "The <i>whole</i> title &amp; more.", "authors": "Smith AB; Jones C; Example Group",
        "journal": "BMJ", "volume_pages": "5(1):6-11", "year": "2013", "doi": "10.1000/record", "presence": "in-query",
        "search_id": "a",
    }  # fmt: skip
    search = {"search_id": "a", "database": "PubMed", "query": "x", "run_at": "2026-01-01T00:00:00Z", "raw_hash": "0"}
    typed = _report("Ada-1", title="The hole title", authors="Smith A", year="2014", pmid="111", registration="NCT7")
    found = cite_from(typed, more={"records": [record], "searches": [{**search, "count": "1"}]})[0]
    assert found.title == "The whole title & more"
    assert [author.name for author in found.authors] == ["Smith AB", "Jones C", "Example Group"]
    assert (found.journal, found.year, found.volume, found.pages) == ("BMJ", 2013, "5", "6-11")
    assert (found.doi, found.registration, found.missing) == ("10.1000/record", "NCT7", ())
    merged = {**record, "pmid": "100", "merged_into": "111", "title": "Old", "presence": "gone", "doi": ""}
    found = cite_from({**typed, "pmid": "100"}, more={"records": [record, merged]})[0]
    assert (found.title, found.pmid) == ("The whole title & more", "111")
    found = cite_from(_report("Ada-1", doi="10.1000/RECORD"), more={"records": [record]})[0]
    assert (found.title, found.pmid) == ("The whole title & more", "111")
    found = cite_from(_report("Ada-1", doi="10.1000/other"), more={"records": [record]})[0]
    assert found.title == ""


def test_a_retracted_report_is_never_cited_without_saying_so(cite_from) -> None:
    record = {
        "pmid": "111",
        "title": "T",
        "notice": "retracted",
        "retraction_links": "RetractionIn 9",
        "search_id": "a",
    }
    search = {"search_id": "a", "database": "PubMed", "query": "x", "run_at": "2026-01-01T00:00:00Z", "raw_hash": "0"}
    found = cite_from(_report("Ada-1", pmid="111"), more={"records": [record], "searches": [{**search, "count": "1"}]})
    assert found[0].notice == "retracted"
    for style in REFERENCE_STYLES:
        assert formatted(found[:1], style)[0].endswith("[Retracted]")
    for text in (as_bibtex(found), as_ris(found), as_csl_json(found)):
        assert "Retracted." in text


def test_a_list_of_authors_that_was_cut_off_is_not_passed_off_as_whole(cite_from) -> None:
    found = cite_from(
        _report("Ada-1", authors="Bao L; Gong L", notes="Further authors not seen.", title="T", year="2020")
    )[0]
    assert found.others
    assert "further authors" in found.missing
    assert "Bao L, Gong L, et al" in formatted([found], "vancouver")[0]
    assert "Bao, L. and Gong, L. and others" in as_bibtex([found])


def test_every_report_of_the_shipped_base_makes_a_reference(real, real_answers) -> None:
    found = references(real, real_answers, all_reports=True, left_out=True)
    assert len({r.key.casefold() for r in found}) == len(found) > 60
    reports = real["reports"].set_index("report_id")
    for reference in found:
        row = reports.loc[reference.key]
        assert reference.doi == row["doi"]
        assert reference.pmid == row["pmid"]
        assert reference.title.rstrip(".") == row["title"].rstrip(".")
        shown = [author.name for author in reference.authors]
        assert all(name.split(" (")[0] in shown for name in row["authors"].split("; ") if name)
        place = " ".join((reference.volume, reference.issue, reference.pages, reference.place_printed))
        assert set(re.findall(r"\d{3,}", row["volume_pages"])) <= set(re.findall(r"\d+", place))


# ---------------------------------------------------------------- what is missing


def test_what_is_missing_is_told_and_not_made_up() -> None:
    bare = Reference(key="a", kind="article", label="Smith 2013")
    assert bare.missing == ("authors", "title", "journal", "year", "volume or pages")
    told = missing_words([KNOWN, bare, replace(bare, key="b", label="Li 2014", year=2014)])
    assert "2 of 3 references lack authors: Smith 2013, Li 2014" in told
    assert "1 of 3 references lacks year: Smith 2013" in told
    assert missing_parts([KNOWN]) == {}
    many = [replace(bare, key=str(n), label=f"T{n}") for n in range(5)]
    assert "5 of 5 references lack title: T0, T1, T2, and 2 more" in missing_words(many)
    (item,) = json.loads(as_csl_json([bare]))
    assert set(item) == {"id", "type", "note"}
    for style in REFERENCE_STYLES:
        text = formatted([bare], style)[0]
        assert text.startswith("[Smith 2013; title not recorded]")
        assert ("(n.d.)" in text) == (style == "apa")


# ---------------------------------------------------------------- formatted, against the styles' own manuals


EXPECTED = {
    "ama": "Smith AB, van den Berg CD. Does walking help the knee? J Ex Med. 2013;5(2):618-622. doi:10.1000/xyz_1",
    "apa": "Smith, A. B., & van den Berg, C.-D. (2013). Does walking help the knee? J Ex Med, 5(2), 618–622. "
    "https://doi.org/10.1000/xyz_1",
    "bmj": "Smith AB, van den Berg C-D. Does walking help the knee? J Ex Med. 2013;5:618–22. doi: 10.1000/xyz_1",
    "vancouver": "Smith AB, van den Berg CD. Does walking help the knee? J Ex Med. 2013;5(2):618–22. doi:10.1000/xyz_1 "
    "PubMed PMID: 12345678.",
}


@pytest.mark.parametrize("style", list(EXPECTED))
def test_an_article_as_the_manual_of_the_style_prints_it(style: str) -> None:
    assert formatted([KNOWN], style) == (EXPECTED[style],)


def _authors(count: int) -> tuple[Author, ...]:
    return tuple(Author(family=f"Name{chr(65 + n)}", given="A.") for n in range(count))


@pytest.mark.parametrize(
    ("style", "count", "start"),
    [
        ("ama", 6, "NameA A, NameB A, NameC A, NameD A, NameE A, NameF A. "),
        ("ama", 7, "NameA A, NameB A, NameC A, et al. "),
        ("bmj", 3, "NameA A, NameB A, NameC A. "),
        ("bmj", 4, "NameA A, NameB A, NameC A, et al. "),
        ("vancouver", 6, "NameA A, NameB A, NameC A, NameD A, NameE A, NameF A. "),
        ("vancouver", 7, "NameA A, NameB A, NameC A, NameD A, NameE A, NameF A, et al. "),
        ("apa", 3, "NameA, A., NameB, A., & NameC, A. (2013). "),
    ],
)
def test_how_many_authors_a_style_names(style: str, count: int, start: str) -> None:
    assert formatted([replace(KNOWN, authors=_authors(count))], style)[0].startswith(start + "Does")


def test_apa_names_twenty_authors_and_the_last() -> None:
    assert "NameT, A. (2013)" in formatted([replace(KNOWN, authors=_authors(20))], "apa")[0]
    text = formatted([replace(KNOWN, authors=_authors(22))], "apa")[0]
    assert "NameS, A., … NameV, A. (2013)" in text.replace(". . .", "…").replace("… NameV", "… NameV")


@pytest.mark.parametrize("style", list(REFERENCE_STYLES))
@pytest.mark.parametrize(
    "lacking", ["authors", "year", "volume", "issue", "pages", "journal", "doi", "title", "volume issue pages"]
)
def test_no_part_is_printed_twice_or_made_up_when_another_is_missing(style: str, lacking: str) -> None:
    empty = {"authors": (), "year": None}
    known = replace(KNOWN, **{name: empty.get(name, "") for name in lacking.split()})
    text = formatted([known], style)[0]
    for part in (known.title, known.journal, known.doi):
        assert not part or text.count(part) == 1, text
    assert "ublished" not in text
    assert "Online First" not in text
    assert not re.search(r"\.\.|,,|;;|\. ?[;,:](?! )|\(\)|  |\?\.|, [;.]", text.replace("et al.,", "")), text
    assert not text.endswith((" ", ";", ",", ":"))
    if style == "apa":
        assert ("(n.d.)" in text) == (known.year is None)
    assert ("2013" in text) == (known.year is not None)


def test_authors_who_are_not_named_are_et_al_in_every_style() -> None:
    lone = replace(KNOWN, authors=(Author(family="Comstock"),), others=True)
    expected = {
        "ama": "Comstock, et al. ",
        "apa": "Comstock, et al. (2013)",
        "bmj": "Comstock, et al. ",
        "vancouver": "Comstock, et al. ",
    }
    for style, start in expected.items():
        assert formatted([lone], style)[0].startswith(start)
    pair = replace(KNOWN, authors=(Author(family="Hart"), Author(family="Sutherland")))
    assert formatted([pair], "apa")[0].startswith("Hart & Sutherland. (2013).")


@pytest.mark.parametrize("style", list(REFERENCE_STYLES))
def test_other_kinds_of_work_keep_where_they_are(style: str) -> None:
    thesis = Reference(
        key="t", kind="thesis", label="L", authors=(SMITH,), title="On knees", publisher="Some University", year=2017
    )
    preprint = replace(thesis, kind="preprint", publisher="Preprint Square", doi="10.1/p")
    meeting = replace(thesis, kind="conference", publisher="", journal="Meeting 2025")
    registered = replace(
        thesis, kind="registration", authors=(), publisher="A Registry", year=None, registration="NCT123"
    )
    for reference, parts in (
        (thesis, ["On knees", "Some University", "2017"]),
        (preprint, ["On knees", "Preprint Square", "10.1/p", "2017"]),
        (meeting, ["On knees", "Meeting 2025", "2017"]),
        (registered, ["On knees", "A Registry", "NCT123"]),
    ):
        text = formatted([reference], style)[0]
        assert all(text.count(part) >= 1 for part in parts), text
        assert text.count("On knees") == 1
        assert "(Publication)" not in text
    alone = Reference(key="r", kind="registration", label="NCT9", registration="NCT9")
    assert "Registration: NCT9." in formatted([alone], style)[0]


def test_apa_has_the_order_of_the_alphabet_and_the_others_that_of_the_text() -> None:
    names = ["Zabel", "Ångström", "van Dam", "Abel"]
    several = [replace(KNOWN, key=n, authors=(Author(family=n, given="A."),)) for n in names]
    assert [text.split(",")[0] for text in formatted(several, "apa")] == ["Abel", "Ångström", "van Dam", "Zabel"]
    assert [text.split(" A.")[0] for text in formatted(several, "ama")] == names


def test_titles_stay_as_they_are_printed_letter_by_letter() -> None:
    title = "PRP and mRNA of the KNEE in iPhone users: a Bayesian look"
    for style in REFERENCE_STYLES:
        for kind in ("article", "thesis", "preprint"):
            assert title in formatted([replace(KNOWN, title=title, kind=kind)], style)[0]


def test_formatting_is_the_same_every_time_and_warns_of_nothing() -> None:
    several = [KNOWN, replace(KNOWN, key="b", authors=(), year=None), Reference(key="c", kind="thesis", label="x")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for style in REFERENCE_STYLES:
            assert formatted(several, style) == formatted(several, style)


def test_unknown_styles_and_markups_are_refused() -> None:
    with pytest.raises(OptionError, match="style"):
        formatted([KNOWN], "nature")
    with pytest.raises(OptionError, match="markup"):
        formatted([KNOWN], "ama", markup="latex")


# ---------------------------------------------------------------- hostile text


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\ue000-\uf8ff]+", " ", text).split())


def _hostile(text: str) -> Reference:
    group = Author(group=text)
    return Reference(
        key="hostile", kind="article", label="Label", authors=(SMITH, group), title=text, journal=text, year=2013,
        volume=text, issue=text, pages=text, doi=text, pmid=text, registration=text, place_printed=text,
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("style", list(REFERENCE_STYLES))
def test_hostile_text_is_inert_in_html_and_whole_in_text(style: str, text: str) -> None:
    from html.parser import HTMLParser

    tags: list[str] = []
    words: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert not attrs
            tags.append(tag)

        def handle_data(self, data: str) -> None:
            words.append(data)

    Reader(convert_charrefs=True).feed(formatted([_hostile(text)], style, markup="html")[0])
    assert set(tags) <= {"i"}
    plain = formatted([_hostile(text)], style)[0]
    assert "\n" not in plain
    bare = _one_line(text).rstrip(".?!")
    assert bare in " ".join(plain.split())
    assert bare in " ".join("".join(words).split())
    markdown = formatted([_hostile(text)], style, markup="markdown")[0]
    assert not re.search(r"(?<!\\)[<\[`_]", markdown)


def bibtex_entries(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Read BibTeX as BibTeX does: by counting braces; returns kind, key and the raw fields of every entry."""
    found, place = [], 0
    while (at := text.find("@", place)) >= 0:
        kind, rest = text[at + 1 :].split("{", 1)
        depth, end = 1, -1
        while depth:
            end += 1
            assert end < len(rest), "braces are not balanced"
            depth += {"{": 1, "}": -1}.get(rest[end], 0)  # behind a backslash as well: so do BibTeX and biber
        body = rest[:end]
        key, _, fields_text = body.partition(",")
        values = {}
        for match in re.finditer(r"\n  (\w+) = \{(.*)\}(?:,|\n?$)", fields_text):
            assert match[1] not in values
            values[match[1]] = match[2]
        found.append((kind, key, values))
        place = at + 1 + len(kind) + 1 + end
    return found


def unescaped(value: str) -> str:
    """Turn LaTeX back into the text that it prints."""
    value = (
        value.replace(r"\textbackslash{}", "\x01")
        .replace(r"\textbraceleft{}", "\x02")
        .replace(r"\textbraceright{}", "\x03")
        .replace(r"\textasciitilde{}", "~")
        .replace(r"\textasciicircum{}", "^")
    )
    value = re.sub(r"(?<!\\)[{}]", "", value)
    value = re.sub(r"\\([&%$#_])", r"\1", value)
    return value.replace("\x01", "\\").replace("\x02", "{").replace("\x03", "}")


@pytest.mark.parametrize("text", HOSTILE)
def test_bibtex_reads_back(text: str) -> None:
    (entry,) = bibtex_entries(as_bibtex([_hostile(text)]))
    kind, key, values = entry
    assert (kind, key) == ("article", "hostile")
    clean = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e]+", " ", text).split())
    for name in ("title", "journal", "volume", "number"):
        assert " ".join(unescaped(values[name]).split()) == clean, name
    assert values["author"].startswith("Smith, A. B. and {")
    doi = values.pop("doi").replace("%5C", "\\").replace("%7B", "{").replace("%7D", "}")
    assert doi == clean.replace(" ", "")
    assert not any(re.search(r"(?<!\\)[%$#&]", value) for value in values.values())


@pytest.mark.parametrize("text", HOSTILE)
def test_ris_reads_back(text: str) -> None:
    (entry,) = rispy.loads(as_ris([_hostile(text)]))
    clean = " ".join(text.replace("\u202e", "").split())
    assert entry["type_of_reference"] == "JOUR"
    assert " ".join(entry["title"].split()) == clean
    assert " ".join(entry["secondary_title"].split()) == clean
    assert entry["authors"][0] == "Smith, A. B."
    assert " ".join(entry["authors"][1].split()) == clean
    assert entry["year"] == "2013"


# Key facts of CSL-JSON 1.0: what an item must have, and of which form its variables are.
TYPES = ["article-journal", "article", "thesis", "paper-conference", "document", "dataset", "software"]
TEXTS = ["title", "container-title", "publisher", "volume", "issue", "page", "version", "DOI", "PMID", "PMCID", "URL"]
NAME = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {name: {"type": "string"} for name in ("family", "given", "suffix", "literal")},
}
DATE = {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}}
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "type": {"enum": TYPES},
            "author": {"type": "array", "minItems": 1, "items": NAME},
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"date-parts": {"type": "array", "minItems": 1, "maxItems": 2, "items": DATE}},
            },
            **{name: {"type": "string", "minLength": 1} for name in (*TEXTS, "note")},
        },
    },
}


@pytest.mark.parametrize("text", HOSTILE)
def test_csl_json_reads_back(text: str) -> None:
    data = json.loads(as_csl_json([_hostile(text)]))
    jsonschema.validate(data, CSL)
    assert data[0]["title"] == text
    assert data[0]["author"] == [{"family": "Smith", "given": "A. B."}, {"literal": text}]


def test_all_of_the_shipped_base_goes_out_and_comes_back(real, real_answers) -> None:
    found = (
        *references(real, real_answers, all_reports=True, left_out=True),
        *review_references(real),
        base_reference(real, version="0.1.0"),
        software_reference("0.1.0"),
    )
    data = json.loads(as_csl_json(found))
    jsonschema.validate(data, CSL)
    entries = rispy.loads(as_ris(found))
    read = bibtex_entries(as_bibtex(found))
    assert len(data) == len(entries) == len(read) == len(found)
    assert [key for _, key, _ in read] == [entry["id"] for entry in entries] == [r.key for r in found]
    assert len({key.casefold() for _, key, _ in read}) == len(read)
    for reference, item, entry, (_, _, values) in zip(found, data, entries, read, strict=True):
        assert item.get("title", "") == entry.get("title", "") == unescaped(values.get("title", "")) == reference.title
        assert item.get("DOI", "") == entry.get("doi", "") == values.get("doi", "") == reference.doi
        first, _, last = reference.pages.partition("-")
        assert (entry.get("start_page", ""), entry.get("end_page", "")) == (first, last)
        assert values.get("pages", "").replace("--", "-") == reference.pages
        year = "" if reference.year is None else str(reference.year)
        assert entry.get("year", "") == values.get("year", "") == year
        names = [author.inverted for author in reference.authors] + ["et al."] * bool(reference.others)
        assert entry.get("authors", []) == names
        assert values.get("author", "").count(" and ") + bool(values.get("author")) == len(names)
    for style in REFERENCE_STYLES:
        for text in formatted(found, style):
            assert text
            assert not unicodedata.category(text[-1]).startswith("C")
            assert not re.search("[\ue000-\uf8ff]", text)


def test_capitals_of_a_title_are_kept_from_styles_that_lower_them() -> None:
    text = as_bibtex([replace(KNOWN, title='The role of "DNA" in Paris (PRP-based): a pH study')])
    assert r'title = {The role of "{DNA}" in {Paris} ({PRP-based}): a {pH} study}' in text


def test_the_base_and_the_program_are_cited_as_they_say(real, tmp_path) -> None:
    own = base_reference(real, version="0.1.0")
    assert own.version == "0.1.0"
    assert own.authors[0].group
    cff = (
        "cff-version: 1.2.0\ntitle: 'A base: of knees'\nversion: 2.0.0\ndate-released: 2026-11-22\ndoi: 10.5281/z.1\n"
        "authors:\n  - family-names: van Dam\n    given-names: Anna Bea\n  - name: The Group\nlicense: MIT\n"
    )
    (tmp_path / "CITATION.cff").write_text(cff, encoding="utf-8")
    moved = replace(real, project=replace(real.project, root=tmp_path))
    found = base_reference(moved, version="2.0.0")
    assert [author.name for author in found.authors] == ["van Dam AB", "The Group"]
    assert (found.title, found.year, found.doi) == ("A base: of knees", 2026, "10.5281/z.1")
    assert formatted([found], "apa")[0].startswith(
        "van Dam, A. B., & The Group. (2026). A base: of knees (Version 2.0.0)"
    )
    bare = base_reference(replace(real, project=replace(real.project, root=tmp_path / "none")))
    assert (bare.title, bare.authors) == (real.protocol.review.title, ())


def test_no_field_of_a_reference_is_lost_by_every_format() -> None:
    values = {field.name: f"x{number}x" for number, field in enumerate(fields(Reference)) if field.type == "str"} | {
        "notice": ""
    }
    reference = Reference(**{**values, "kind": "article", "year": None})
    texts = (as_bibtex([reference]), as_ris([reference]), as_csl_json([reference]))
    for name in (
        "title",
        "journal",
        "publisher",
        "volume",
        "issue",
        "pages",
        "doi",
        "pmid",
        "pmcid",
        "registration",
        "url",
    ):
        assert all(values[name] in text for text in texts), name
