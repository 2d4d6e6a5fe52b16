"""Every format holds the same cells, and no record's text becomes markup, a command, a formula or a turned line."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import docx
import pytest
from judged_review import judged_review

import evidence as ev
from evidence.errors import InputError, OptionError
from evidence.report import summary_of_findings
from evidence.report.sof.layout import circles
from evidence.report.sof.markdown import escaped as markdown_escaped
from evidence.report.sof.row import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase
    from evidence.report.sof import SummaryOfFindings

HOSTILE = "a|b \\input{x} <script>alert(1)</script> $1 100% _u_ ^h ~t #1 @c & [l](m) `c` {{z}} *e* \"q\" 'p'"
FORMULA = "=HYPERLINK(1)"
HEBREW = "\u202eאבג\u202c 1999"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> EvidenceBase:
    return ev.load(judged_review(tmp_path_factory.mktemp("formats") / "review").root)


@pytest.fixture(scope="module")
def table(base: EvidenceBase) -> SummaryOfFindings:
    return summary_of_findings(base)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> SummaryOfFindings:
    project = judged_review(tmp_path_factory.mktemp("hostile") / "review", reason=HOSTILE, by=FORMULA)
    found = ev.load(project.root)
    protocol = found.protocol
    comparison = replace(
        protocol.comparisons["exercise-added"], label=HOSTILE, arm_1=f"+{HOSTILE}", arm_2=f"-{HOSTILE}\n\x1b[31m"
    )
    outcomes = {
        **protocol.outcomes,
        "pain": replace(protocol.outcomes["pain"], label=FORMULA),
        "response": replace(protocol.outcomes["response"], label=HEBREW),
        "function": replace(protocol.outcomes["function"], label=HOSTILE),
    }
    changed = replace(protocol, comparisons={"exercise-added": comparison}, outcomes=outcomes)
    return summary_of_findings(replace(found, protocol=changed))


def texts(table: SummaryOfFindings) -> list[list[str]]:
    """Return the cells as a reader sees them, without letters; what spans lines stands in the first."""
    return [
        [circles(line[column].certainty) + line[column].text if column in line else "" for column in COLUMNS]
        for row in table.rows
        for line in table.lines(row)
    ]


def letters(table: SummaryOfFindings) -> list[list[str]]:
    return [
        [", ".join(line[column].marks) if column in line else "" for column in COLUMNS]
        for row in table.rows
        for line in table.lines(row)
    ]


# ---------------------------------------------------------------- Markdown


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def pipe_cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize("name", ["table", "hostile"])
def test_markdown_cells_come_back(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name)
    rows = [line for line in table.to_markdown().splitlines() if line.startswith("|")]
    assert {len(pipe_cells(row)) for row in rows} == {len(COLUMNS)}
    assert [unescaped(cell) for cell in pipe_cells(rows[0])] == list(table.header.values())
    assert set(rows[1]) == {"|", "-"}
    expected = [
        [f"{text} [{marks}]" if marks else text for text, marks in zip(*pair, strict=True)]
        for pair in zip(texts(table), letters(table), strict=True)
    ]
    assert [[unescaped(cell) for cell in pipe_cells(row)] for row in rows[2:]] == expected


def test_markdown_has_no_markup_but_its_own(hostile: SummaryOfFindings) -> None:
    text = hostile.to_markdown()
    bare = re.sub(r"\\.", "", text)
    assert not set("<>`$@^~#{}_[]") & set(bare)
    assert bare.count("**") == 2
    assert markdown_escaped("- item") == "\\- item"
    assert markdown_escaped("12. July") == "12\\. July"


# ---------------------------------------------------------------- HTML


class Reader(HTMLParser):
    """What stands in a table: cells with tag, attributes and text; ids, links and the tags that were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, dict[str, str | None], str]] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        assert not [name for name in known if name.startswith("on") or name == "style"]
        self.ids += [known["id"] or ""] if "id" in known else []
        self.targets += [known["href"] or ""] if tag == "a" else []
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append((tag, known, ""))
        self.skip += tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.skip -= tag == "sup"

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open) and not self.skip:
            tag, known, text = self.cells[-1]
            self.cells[-1] = (tag, known, text + data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", ["table", "hostile"])
def test_html_cells_come_back_and_only_they(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name)
    reader = read(table.to_html())
    body = [text.strip() for tag, _, text in reader.cells if tag == "td" or text in {row[0] for row in texts(table)}]
    assert body == [text for row in texts(table) for text in row if text]
    assert "script" not in reader.tags
    assert set(reader.tags) <= {"div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td", "sup", "a", "p"}


def test_html_headings_have_a_scope_and_letters_lead_to_their_notes(table: SummaryOfFindings) -> None:
    reader = read(table.to_html(prefix="one"))
    assert all(known.get("scope") for tag, known, _ in reader.cells if tag == "th")
    assert reader.tags.count("caption") == 1
    assert [f"#{name}" for name in reader.ids] == [f"#one-{note.mark}" for note in table.footnotes]
    assert set(reader.targets) == {f"#{name}" for name in reader.ids}
    spans = sum(int(known.get("rowspan") or 1) * int(known.get("colspan") or 1) for _, known, _ in reader.cells)
    assert spans == len(COLUMNS) * (2 + len(texts(table)))


def test_html_symbols_have_the_word_beside_them(table: SummaryOfFindings) -> None:
    text = table.to_html()
    assert '<span class="sof-grade" aria-hidden="true">⊕⊕◯◯ </span><span dir="auto">low</span>' in text
    assert text.count("sof-grade") == 2


def test_a_standalone_page_fetches_nothing_and_a_fragment_has_no_style(table: SummaryOfFindings) -> None:
    page = table.to_html(standalone=True)
    assert page.startswith("<!doctype html>")
    assert table.to_html() in page
    assert not re.search(r"\b(src|url\(|@import|https?:)", page)
    assert "<style" not in table.to_html()
    with pytest.raises(InputError, match="is no id"):
        table.to_html(prefix='x" onclick="')


# ---------------------------------------------------------------- LaTeX


def test_latex_is_balanced_and_has_a_cell_for_each_column(hostile: SummaryOfFindings) -> None:
    text = "\n".join(line for line in hostile.to_latex().splitlines() if not line.startswith("%"))
    bare = re.sub(r"\\[\\{}$&#%_]", "", text)
    depth = 0
    for mark in bare:
        depth += (mark == "{") - (mark == "}")
        assert depth >= 0
    assert depth == 0
    assert bare.count("$") % 2 == 0
    body = bare[bare.index("\\caption") :]
    assert not set('#%^_~|<>"`') & set(body)
    assert "\\input" not in text
    assert "\\textbackslash{}input\\{x\\}" in text
    assert text.count("\\begin{") == text.count("\\end{") == 1
    lines = [line for line in text.splitlines() if line.endswith("\\\\") and "\\caption" not in line]
    cells = [
        len(re.findall(r"(?<!\\)&", line)) + 1 + sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d)\}", line))
        for line in lines
    ]
    assert set(cells) == {len(COLUMNS)}
    assert len(lines) == 4 + len(texts(hostile))  # two lines of heading, twice


def test_latex_draws_the_symbols(table: SummaryOfFindings) -> None:
    assert "$\\oplus\\oplus\\bigcirc\\bigcirc$ low" in table.to_latex()
    outside = re.sub(r"[\x20-\x7e\n–]", "", table.to_latex())
    assert outside == ""


# ---------------------------------------------------------------- Word


@pytest.mark.parametrize("name", ["table", "hostile"])
def test_word_reads_back_the_cells_and_the_notes(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    table = request.getfixturevalue(name)
    path = tmp_path / "table.docx"
    table.to_docx(path)
    document = docx.Document(str(path))
    (grid,) = document.tables
    found = [[_plain(cell) for cell in row.cells] for row in grid.rows]
    expected = texts(table)
    for place, row in enumerate(expected):  # a merged cell reads the same on each of its lines
        expected[place] = [text or expected[place - 1][column] for column, text in enumerate(row)]
    assert found[2:] == expected
    assert found[1] == list(table.header.values())
    assert found[0][3:6] == ["Anticipated absolute effects"] * 3
    below = [paragraph.text for paragraph in document.paragraphs]
    assert [f"{note.mark} {note.text}" for note in table.footnotes] == below[2 : 2 + len(table.footnotes)]


def _plain(cell: object) -> str:
    runs = [run for paragraph in cell.paragraphs for run in paragraph.runs]
    return "".join(run.text for run in runs if not run.font.superscript)


def test_word_repeats_the_heading_and_lies_across_the_page(table: SummaryOfFindings) -> None:
    document = docx.Document(io.BytesIO(table.to_docx()))
    section = document.sections[0]
    assert section.page_width > section.page_height
    (grid,) = document.tables
    repeated = ["w:tblHeader" in row._tr.xml for row in grid.rows]
    assert repeated == [True, True] + [False] * (len(repeated) - 2)
    room = section.page_width - section.left_margin - section.right_margin
    first = grid.rows[2].cells
    assert sum(cell.width for cell in first) == pytest.approx(room, rel=0.001)


def test_word_has_the_same_bytes_each_time_and_no_date_of_today(table: SummaryOfFindings) -> None:
    content = table.to_docx()
    assert content == table.to_docx()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        facts = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", facts)) == {"2000-01-01"}
    assert "python-docx" not in facts


# ---------------------------------------------------------------- data, terminal, great-tables


def test_csv_has_numbers_in_full_and_no_formula(table: SummaryOfFindings, hostile: SummaryOfFindings) -> None:
    rows = list(csv.DictReader(io.StringIO(table.to_csv().decode())))
    pain, response, *_ = rows
    assert float(pain["difference"]) == pytest.approx(table.rows[0].absolutes[0].difference.estimate, rel=1e-9)
    assert float(pain["difference"]) < 0
    assert [row["basis"] for row in rows if row["synthesis"] == "exercise-response"] == ["pooled", "lowest", "highest"]
    assert float(response["comparison"]) == pytest.approx(27 / 95, rel=1e-9)
    assert {row["synthesis"]: row["certainty"] for row in rows} == {
        "exercise-pain": "low",
        "exercise-response": "moderate",
        "exercise-function": "",
        "exercise-harm": "",
        "exercise-quality": "",
    }
    for row in csv.reader(io.StringIO(hostile.to_csv().decode())):
        assert not [cell for cell in row if cell[:1] in "=+@\t\r" and cell]
        assert not [cell for cell in row if cell.startswith("-") and not re.fullmatch(r"-[\d.e-]+", cell)]
    assert f"'{FORMULA}" in hostile.to_csv().decode()


def test_json_holds_every_number_and_cell(table: SummaryOfFindings) -> None:
    data = json.loads(table.render("json"))
    assert [row["synthesis"] for row in data["rows"]] == [row.synthesis for row in table.rows]
    assert data["rows"][0]["symbols"] == "⊕⊕◯◯"
    assert data["rows"][2]["certainty"] is None
    assert data["rows"][4]["anticipated"] == []
    shown = data["rows"][1]["anticipated"][0]
    assert shown["intervention"]["estimate"] == table.rows[1].absolutes[0].intervention.estimate
    assert data["footnotes"] == {note.mark: note.text for note in table.footnotes}


@pytest.mark.parametrize("width", [60, 80, 100])
def test_text_fits_the_terminal_and_lacks_nothing(table: SummaryOfFindings, width: int) -> None:
    text = table.to_text(width=width)
    assert max(map(len, text.splitlines())) <= width
    flat = " ".join(text.split())
    for row in texts(table):
        assert [cell for cell in row if cell != "–" and " ".join(cell.split()) not in flat] == []


def test_text_has_no_control_character(hostile: SummaryOfFindings) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", hostile.to_text())


def test_text_from_right_to_left_stays_in_its_place(hostile: SummaryOfFindings) -> None:
    assert hostile.rows[1].outcome == "\u2068אבג 1999\u2069"
    for text in (hostile.to_markdown(), hostile.to_html(), hostile.to_text()):
        assert text.count("\u2068") == text.count("\u2069") > 0
        assert "\u202e" not in text


def test_a_great_table_shows_the_cells_and_escapes_them(table: SummaryOfFindings, hostile: SummaryOfFindings) -> None:
    page = table.to_great_table().as_raw_html()
    for cell in ("284 per 1000", "⊕⊕◯◯ low", "Anticipated absolute effects"):
        assert cell in page
    raw = hostile.to_great_table().as_raw_html()
    assert "<script>" not in raw
    assert raw.count("&lt;script&gt;") >= 6  # title, two headings, an outcome, a meaning, notes
    assert "&amp;lt;" not in raw
    assert "{{z}}" in raw


def test_without_great_tables_the_error_names_the_extra(
    table: SummaryOfFindings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "great_tables", None)
    with pytest.raises(InputError, match="extra `tables`"):
        table.to_great_table()


def test_several_comparisons_are_groups_with_their_arms(real: EvidenceBase) -> None:
    told = summary_of_findings(real, ids=["addon-prp-pull-test", "harm-pain", "addon-minoxidil-harm"])
    assert [group.comparison for group in told.groups] == [row.comparison for row in told.rows]
    reader = read(told.to_html())
    headings = [text for _, known, text in reader.cells if known.get("scope") == "rowgroup" and "colspan" in known]
    assert [heading.split(":")[0].lower() for heading in headings] == [group.label.lower() for group in told.groups]
    assert told.header["comparison"] == "Comparison"
    assert told.to_latex().count("\\multicolumn{8}") == 3
    with pytest.raises(OptionError, match="format='pdf'"):
        told.render("pdf")
