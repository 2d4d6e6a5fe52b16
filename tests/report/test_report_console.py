"""The terminal's summary: everything that is shown, in 80 columns."""

from __future__ import annotations

import io
import json
from dataclasses import asdict

from rich.cells import cell_len
from rich.console import Console

from evidence.report import SummaryRow, summary_rows, summary_table


def _printed(*parts, width: int = 80) -> str:
    out = Console(file=io.StringIO(), width=width, force_terminal=False)
    for part in parts:
        out.print(part)
    return out.file.getvalue()


def test_nothing_is_wider_than_80_columns(real_answers) -> None:
    text = _printed(*summary_table(summary_rows(real_answers)))
    assert max(cell_len(line) for line in text.splitlines()) <= 80


def test_each_kind_has_its_table(answers) -> None:
    text = _printed(*summary_table(summary_rows(answers)), width=160)
    assert (
        "6 questions: 2 pooled (2 in the primary analysis), 1 without any event, 2 with one trial, 1 with none" in text
    )
    pooled, rest = text.split("No event in any trial")
    assert "Needling added: response" in pooled
    counted, rest = rest.split("One trial: not a synthesis")
    assert "0 of 60 (upper 95% limit 4.9%)" in counted
    single, nothing = rest.split("No trial that can be used")
    assert "MD 5.00 hairs/cm² (2.81 to 7.19)" in single
    assert "no trial makes this comparison" in nothing


def test_a_result_of_a_wider_analysis_says_so(make_base) -> None:
    implied = {name: ("men", 8 + step, 10, 4, 10, "implied") for step, name in enumerate(("Ada", "Bose"))}
    rows = summary_rows(make_base(implied).answers())
    row = next(row for row in rows if row.synthesis == "response")
    assert (row.analysis, row.primary, row.pooled, row.trials, row.people) == ("wide", False, True, 2, 40)
    text = _printed(*summary_table(rows), width=160)
    assert "analysis: wide" in text
    assert "6 questions: 2 pooled (1 in the primary analysis)" in text


def test_rows_survive_json(answers) -> None:
    rows = summary_rows(answers)
    again = [SummaryRow(**row) for row in json.loads(json.dumps([asdict(row) for row in rows]))]
    assert again == rows
    assert _printed(*summary_table(again)) == _printed(*summary_table(summary_rows(answers)))


def test_square_brackets_are_text(make_base, small) -> None:
    from dataclasses import replace

    odd = replace(small.protocol.syntheses["density"], label="Needling [bold]: density [1]")
    base = make_base(syntheses={"density": odd})
    assert "Needling [bold]: density [1]" in " ".join(
        _printed(*summary_table(summary_rows(base.answers())), width=200).split()
    )
