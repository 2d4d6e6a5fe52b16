"""Claims beside the evidence as text, Markdown, HTML, CSV, plain values, and from the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from snapshots import assert_snapshot

from evidence.cli.main import main
from evidence.report.claims import DOUBTS, REASONS, VERDICTS, claims_data, claims_view, judge_claims
from evidence.report.claims.figure import most_behind
from evidence.report.claims.forms import CSV_COLUMNS
from evidence.report.claims.shown import ClaimTest

HOSTILE = "<script>alert(1)</script> \"q\" 'q' | *b* `c` [x](javascript:alert(1)) \u202e=1+1"


@pytest.fixture(scope="module")
def view(small, answers):
    return claims_view(small, judge_claims(small, answers))


@pytest.fixture(scope="module")
def real_view(real, real_answers):
    return claims_view(real, judge_claims(real, real_answers))


def test_the_text_of_the_made_up_claims(view) -> None:
    assert_snapshot(view.to_text(80), "claims.txt")
    assert_snapshot(view.to_markdown(), "claims.md")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_of_text_is_too_long(real_view, width: int) -> None:
    lines = real_view.to_text(width).splitlines()
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []
    whole = " ".join(" ".join(lines).split())
    for row in real_view.rows:
        assert f"{row.sign} {row.verdict.upper()} · {row.claim}" in whole
        assert row.basis in whole


def test_the_numbers_of_a_claim_are_those_of_its_results(real_view, real_answers) -> None:
    from evidence.report.wording import effect_cell

    seen = 0
    for row in real_view.rows:
        for test in row.tests:
            shown = real_answers[test.synthesis].shown
            assert test.trials == shown.trials
            assert (test.kind == "none") == (shown.k == 0)
            if shown.k:
                assert test.effect == effect_cell(shown)
                assert test.certainty == "not assessed"
                seen += 1
            else:
                assert test.effect.startswith(("no trial found", "no report found", "no usable number; "))
                assert test.certainty == ""
    assert seen > 20


def test_a_single_trial_is_called_one(view) -> None:
    (response,) = [row for row in view.rows if row.id == "works"]
    assert response.tests[0].rests_on == "2 trials, 100 people"
    for row in view.rows:
        for test in row.tests:
            assert (test.kind == "one trial") == test.rests_on.startswith("a single ")


def test_whose_claim_it_is_stands_with_it(real_view) -> None:
    text = real_view.to_text(100)
    assert text.count("Claim that the review began with.") == 17
    assert text.count("Taken up later.") == 3
    assert real_view.to_markdown().count("(claim that the review began with)") == 17


def test_html_and_markdown_are_inert(small, answers) -> None:
    verdicts = judge_claims(small, answers)
    bad = replace(verdicts[0].claim, claim=HOSTILE, note=HOSTILE)
    met = tuple(
        replace(entry, as_met=HOSTILE, popular_sources=(HOSTILE, "https://example.org/a")) for entry in verdicts[0].met
    )
    view = claims_view(small, [replace(verdicts[0], claim=bad, met=met, basis=HOSTILE, needed=(HOSTILE,))])
    page = view.to_html()
    assert "<script" not in page
    tree = ET.fromstring(page)  # well-formed, whatever stands in the cells
    assert {link.get("href") for link in tree.iter("a")} == {"https://example.org/a"}
    assert HOSTILE.split("\u202e")[0].split('"')[0] in "".join(tree.itertext())
    (row,) = [line for line in view.to_markdown().splitlines() if "script" in line]
    assert "<script" not in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert re.search(r"(?<!\\)\]\(", row) is None


def test_html_has_a_row_a_claim_with_the_word_of_its_verdict(real_view) -> None:
    tree = ET.fromstring(real_view.to_html())
    rows = tree.findall("./tbody/tr")
    assert [row.get("id") for row in rows] == [f"claim-{row.id}" for row in real_view.rows]
    for html_row, row in zip(rows, real_view.rows, strict=True):
        told = "".join(html_row.find("./td/span").itertext())
        assert told.split() == [row.sign, row.verdict]
        assert row.basis in "".join(html_row.itertext())


def test_csv_has_a_row_for_each_claim_and_synthesis(real_view) -> None:
    rows = list(csv.DictReader(io.StringIO(real_view.to_csv())))
    assert tuple(rows[0]) == CSV_COLUMNS
    pairs = [(row.id, test.synthesis) for row in real_view.rows for test in row.tests]
    alone = [(row.id, "") for row in real_view.rows if not row.tests]
    assert sorted((row["claim"], row["synthesis"]) for row in rows) == sorted([*pairs, *alone])
    assert {row["verdict"] for row in rows} <= set(VERDICTS)


def _test(**cells) -> ClaimTest:
    base = {
        "synthesis": "a", "label": "A", "role": "compares", "outcome": "pain", "analysis": "primary", "rules": "r",
        "kind": "pooled", "trials": 2, "people": 50, "known": 0, "effect": "RR 1",
    }  # fmt: skip
    return ClaimTest(**{**base, **cells})


def test_the_result_drawn_has_the_most_behind_it_whatever_it_says() -> None:
    best = _test(side="lies against it")
    more = _test(trials=3, primary=False)
    count = _test(role="how-often", trials=9)
    single = _test(kind="one trial", trials=1, people=5000)
    nothing = _test(kind="none", trials=0, people=0)
    beside = _test(role="beside", trials=50)
    assert most_behind([nothing, count, single, more, best, beside]) == 4
    assert most_behind([nothing, count, single, more, beside]) == 3
    assert most_behind([nothing, count, single, beside]) == 2
    assert most_behind([nothing, count]) == 1
    assert most_behind([nothing, beside]) is None
    assert most_behind([_test(people=49), _test(people=50), _test(people=50)]) == 1


def test_nothing_is_drawn_where_nothing_could_decide(real, real_answers) -> None:
    verdicts = judge_claims(real, real_answers)
    lines = dict(zip([entry.claim.id for entry in verdicts], claims_data(real, verdicts).lines, strict=True))
    assert lines["revolution"].interval is None
    (revolution,) = [entry for entry in verdicts if entry.claim.id == "revolution"]
    assert {test.side for test in revolution.tests} == {"", "cannot decide it"}, "nothing lies for it"
    assert lines["revolution"].said == "No measurement could decide it"
    assert lines["targets-areas-and-patterns"].said == "No synthesis tests it"
    assert lines["well-tolerated"].interval is None, "how often is no comparison"
    assert "upper 95% limit" in lines["well-tolerated"].said


def test_the_page_on_claims_tells_the_rule_as_it_is(root) -> None:
    page = (root / "docs" / "claims.md").read_text(encoding="utf-8")
    for table in (VERDICTS, REASONS, {name: doubt.rule for name, doubt in DOUBTS.items()}):
        rows = "\n".join(f"| `{name}` | {text} |" for name, text in table.items())
        assert rows in page
    listed = re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE)
    roles = ["compares", "instead", "how-often", "no-side", "beside"]
    assert sorted(listed) == sorted([*VERDICTS, *REASONS, *DOUBTS, *roles])


@pytest.fixture
def typed(monkeypatch, capfd, root):
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(sys, "argv", ["evidence", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_the_command_shows_what_was_asked_for(typed, tmp_path) -> None:
    code, out, _ = typed("claims", "prp-adds", "contraindications", "--json")
    assert code == 0
    data = json.loads(out)
    assert [claim["id"] for claim in data["claims"]] == ["contraindications", "prp-adds"]
    assert data["counts"] == {"supported": 0, "contradicted": 0, "uncertain": 1, "untested": 1}
    code, out, _ = typed("claims", "prp-adds", "contraindications", "--verdict", "untested")
    assert (code, out.count("UNTESTED"), out.count("UNCERTAIN")) == (0, 1, 0)
    assert max(map(len, out.splitlines())) <= 80
    target = tmp_path / "claims.html"
    code, out, err = typed("claims", "prp-adds", "--format", "html", "--out", str(target))
    assert (code, out) == (0, "")
    assert "written" in err
    assert target.read_text(encoding="utf-8").startswith('<table class="claims">')
    target = tmp_path / "claims.json"
    code, out, err = typed("claims", "prp-adds", "contraindications", "--json", "--out", str(target))
    assert (code, out, "written" in err) == (0, "", True)
    assert json.loads(target.read_text(encoding="utf-8")) == data


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("claims", "prp-ads"), "did you mean 'prp-adds'"),
        (("claims", "--verdict", "proven"), "supported"),
        (("claims", "--format", "pdf"), "markdown"),
    ],
)
def test_what_the_command_cannot_do_it_says(typed, arguments, told) -> None:
    code, out, err = typed(*arguments)
    assert (code, out) == (1, "")
    assert told in " ".join(err.split())
