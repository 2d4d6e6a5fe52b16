"""What people and programs are given: JSON by its schema, Markdown and terminal whatever the cells hold, one order."""

from __future__ import annotations

import io
import json
import re
from shutil import copytree

import pytest
from rich.console import Console

from evidence.living import compare_bases, find_sources, read_source
from evidence.living.frames import FRAME_COLUMNS
from evidence.living.markdown import escaped
from evidence.living.sections import clean, sections
from evidence.living.terminal import terminal_parts

HOSTILE = "<img src=x onerror=alert(1)>|[a](javascript:b) `c` [red]d[/red] & *g* _h_ ~~i~~ @j"
STEERING = f"{HOSTILE} \x1b[31me\u202ef\u0007"


@pytest.fixture(scope="module")
def schema(root) -> dict:
    """Return the published schema of the JSON output."""
    import jsonschema  # takes seconds, which nobody who collects these tests has to wait for

    found = json.loads((root / "docs" / "evidence-diff.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def everything(review) -> None:
    """Change something of every kind."""
    review.add_study("Di2024")
    review.add_counts("Di2024", 2, 40, 20, 40)
    review.row("studies", study_id="Cy2003").update(eligibility="excluded-confounded", eligibility_reason="a drug")
    review.row("outcomes", row_id="R007").update(mean="31.5", locator="table 2")
    review.row("outcomes", row_id="R008").update(status="secondary")
    review.row("outcomes", row_id="R007").update(status="secondary")
    review.tables["findings"].append(
        {
            "finding_id": "F1",
            "check": "grim",
            "severity": "unusual",
            "study": "Ada2001",
            "rows": "outcomes:R001",
            "value": "1",
            "text": "A text.",
            "state": "open",
        }
    )
    review.tables["records"].append({"pmid": "1", "title": "T", "retraction_links": "Retraction in: J"})
    review.protocol = review.protocol.replace('query = "treatment"', 'query = "treatment OR cure"')
    review.protocol += '\n[[populations]]\nid = "some"\nlabel = "some people"\n'


def terminal(diff, width: int = 80) -> str:
    buffer = io.StringIO()
    Console(file=buffer, width=width, force_terminal=True, color_system="truecolor").print(
        *terminal_parts(diff), sep="\n"
    )
    return buffer.getvalue()


@pytest.mark.parametrize("change", [lambda review: None, everything], ids=["nothing", "everything"])
def test_json_follows_its_schema(changed, schema, change) -> None:
    import jsonschema

    data = json.loads(json.dumps(changed(change).to_dict(), allow_nan=False))
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)
    assert data["empty"] is (change is not everything)
    parts = ("studies", "rows", "cells", "findings", "notices", "protocol", "syntheses")
    assert all(bool(data[part]) is (change is everything) for part in parts)


def test_every_change_has_its_row_in_the_frame(changed) -> None:
    diff = changed(everything)
    frame = diff.to_frame()
    parts = ("studies", "rows", "cells", "findings", "notices", "protocol", "syntheses")
    assert tuple(frame.columns) == FRAME_COLUMNS
    assert len(frame) == sum(len(getattr(diff, part)) for part in parts)


def test_every_section_is_in_markdown_and_terminal(changed) -> None:
    diff = changed(everything)
    titles = [section.title for section in sections(diff)]
    assert set(titles) == {
        "Conclusions that moved",
        "Trials",
        "Retractions, concerns, corrections",
        "Numbers",
        "Facts",
        "Texts",
        "Rows",
        "Findings of the integrity checks",
        "Protocol",
    }
    markdown, screen = diff.to_markdown(), terminal(diff)
    assert all(f"## {title}\n" in markdown and title in screen for title in titles)


def test_the_same_comparison_gives_the_same_text(changed) -> None:
    first, second = changed(everything), changed(everything)
    for text in (lambda diff: diff.to_markdown(), terminal, lambda diff: json.dumps(diff.to_dict())):
        assert text(first) == text(second)


@pytest.mark.parametrize("width", [80, 100])
def test_the_terminal_is_not_wider_than_it_is(changed, width) -> None:
    screen = re.sub(r"\x1b\[[0-9;]*m", "", terminal(changed(everything), width))
    assert max(map(len, screen.split("\n"))) <= width
    assert "Di 2024" in screen


def assert_safe(diff) -> None:
    """Assert that nothing in the cells becomes markup, or steers a terminal."""
    markdown, screen = diff.to_markdown(), terminal(diff)
    assert re.search(r"(?<!\\)(<img|\[a\]|`c`|\*g\*|@j)", markdown) is None
    assert "\x1b[31me" not in screen
    assert all(sign not in text for text in (markdown, screen) for sign in ("\u202e", "\u0007"))


def test_hostile_cells_stay_text(changed) -> None:
    def change(review) -> None:
        review.row("outcomes", row_id="R001").update(events="22", notes=HOSTILE)
        review.row("studies", study_id="Ada2001")["label"] = f"Ada {HOSTILE}"
        review.tables["reports"].append(
            {"report_id": "Ada2001-2", "study_id": "Ada2001", "role": "secondary", "title": HOSTILE, "seen_at": "S01"}
        )

    diff = changed(change)
    assert_safe(diff)
    assert "[red]d[/red]" in re.sub(r"\x1b\[[0-9;]*m|\s", "", terminal(diff, width=400))
    rows = [line for line in diff.to_markdown().split("\n") if line.startswith("| outcomes R001 events")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5]
    assert next(cell for cell in diff.cells if cell.column == "notes").after == HOSTILE


def test_cells_of_the_past_cannot_steer_a_terminal(review, tmp_path) -> None:
    """The working tree may not hold such characters; what stands in a folder or a revision may."""
    old = copytree(review.root, tmp_path / "older")
    for name in ("studies", "outcomes", "sources"):
        path = old / "data" / "processed" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("Ada2001,", f"Ada2001,{STEERING} "), encoding="utf-8")
    sources = find_sources([str(old), "."], review.project)
    diff = compare_bases(*(read_source(source) for source in sources))
    assert STEERING in next(cell for cell in diff.cells if cell.column == "label").before
    assert_safe(diff)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\tb", "a\u2028b", "a\x0bb"])
def test_line_breaks_become_blanks(text) -> None:
    assert clean(text) == "a b"


def test_marks_of_markdown_are_escaped() -> None:
    assert escaped("R1_a*b|c<d>#e") == r"R1\_a\*b\|c\<d\>\#e"


def test_long_tables_are_cut_and_say_so(changed) -> None:
    def change(review) -> None:
        for row in review.tables["outcomes"]:
            row["time_weeks"] = "10"

    diff = changed(change)
    assert len(diff.cells) == 10

    def text(most: int) -> str:
        buffer = io.StringIO()
        Console(file=buffer, width=100).print(*terminal_parts(diff, most=most), sep="\n")
        return buffer.getvalue()

    assert "4 more; --all" in text(6)
    assert "more; --all" not in text(0)
    assert text(0).count("time_weeks") == 10


def test_the_summary_is_80_columns_wide(changed) -> None:
    diff = changed(everything)
    assert max(map(len, diff.summary().split("\n"))) <= 80
    assert repr(diff).startswith("<BaseDiff: ")
