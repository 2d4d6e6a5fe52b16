"""An answer lasts as long as what it answers; a new finding is open; nothing is lost; the file is byte-stable."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.curate.integrity import (
    SEVERITIES,
    Finding,
    IntegrityReport,
    answer_finding,
    contradictions,
    merge_findings,
    new_findings,
    open_findings,
)
from evidence.errors import InputError, UnknownIdError
from evidence.tables import TABLES
from evidence.tables.definitions.findings import FINDING_SEVERITIES, RESPONSES
from evidence.tables.io import format_table, read_table, write_table

EMPTY = pd.DataFrame(columns=list(TABLES["findings"].names))
DAY = dt.date(2026, 11, 22)
COMPUTED = ("check", "severity", "study", "rows", "value", "recomputed", "arithmetic", "text")
ANSWER = ("response", "response_note", "responded_by", "responded_on")


def finding(value: str = "60", check: str = "arms-sum", **changes) -> Finding:
    given_ = {
        "check": check,
        "severity": "inconsistent",
        "study": "Trial1",
        "rows": ("arms:Trial1/A1", "outcomes:R1"),
        "value": value,
        "recomputed": "100",
        "arithmetic": "40 + 30 + 30 = 100",
        "text": "60 does not follow from arms of 40, 30 and 30.",
    }
    return Finding(**(given_ | changes))


def report(*findings: Finding, ran: tuple[str, ...] = ("arms-sum", "percent-count")) -> IntegrityReport:
    return IntegrityReport(findings=findings, ran=ran)


def answered(table: pd.DataFrame, name: str, **changes) -> pd.DataFrame:
    given_ = {"response": "explained", "note": "counts sides", "by": "AB", "on": DAY} | changes
    return answer_finding(table, name, **given_)


def by_id(table: pd.DataFrame) -> dict[str, dict]:
    return {row["finding_id"]: row for row in table.to_dict("records")}


def test_a_new_finding_is_open_and_stands_out() -> None:
    one, other = finding("60"), finding("61")
    table = merge_findings(EMPTY, report(one))
    assert table[["state", "response"]].to_numpy().tolist() == [["open", ""]]
    assert new_findings(table, report(one, other)) == (other,)
    assert new_findings(EMPTY, report(one)) == (one,)


def test_an_answer_stays_while_the_arithmetic_changes() -> None:
    table = answered(merge_findings(EMPTY, report(finding())), finding().finding_id)
    again = merge_findings(table, report(finding(recomputed="101", severity="impossible", text="Other words.")))
    (row,) = again.to_dict("records")
    assert (row["state"], row["response"], row["responded_on"]) == ("answered", "explained", "2026-11-22")
    assert (row["recomputed"], row["severity"], row["text"]) == ("101", "impossible", "Other words.")


def test_another_printed_value_is_another_finding() -> None:
    table = answered(merge_findings(EMPTY, report(finding("60"))), finding("60").finding_id)
    again = by_id(merge_findings(table, report(finding("59"))))
    assert again[finding("60").finding_id]["state"] == "gone"
    assert again[finding("60").finding_id]["response"] == "explained"
    assert again[finding("59").finding_id]["state"] == "open"


def test_one_that_is_no_longer_found_leaves_unless_it_was_answered() -> None:
    kept, dropped = finding("60"), finding("61")
    table = answered(merge_findings(EMPTY, report(kept, dropped)), kept.finding_id)
    assert list(by_id(merge_findings(table, report()))) == [kept.finding_id]


def test_one_that_comes_back_has_its_answer_again() -> None:
    table = answered(merge_findings(EMPTY, report(finding())), finding().finding_id)
    gone = merge_findings(table, report())
    assert gone["state"].tolist() == ["gone"]
    assert new_findings(gone, report(finding())) == (finding(),)
    assert merge_findings(gone, report(finding()))["state"].tolist() == ["answered"]


def test_checks_that_did_not_run_lose_nothing() -> None:
    table = merge_findings(EMPTY, report(finding(), finding("28.57", check="percent-count")))
    partial = merge_findings(table, report(ran=("percent-count",)))
    assert partial["check"].tolist() == ["arms-sum"]
    assert partial["state"].tolist() == ["open"]


def test_the_order_of_rows_does_not_change_the_name() -> None:
    assert finding(rows=("a:1", "b:2")).finding_id == finding(rows=("b:2", "a:1")).finding_id
    assert finding(rows=("a:1",)).finding_id != finding(rows=("a:2",)).finding_id


VALUES = st.lists(st.sampled_from([str(number) for number in range(12)]), unique=True)
CHECKS = st.sampled_from(["arms-sum", "percent-count", "grim"])


@given(
    runs=st.lists(
        st.tuples(st.lists(st.tuples(VALUES, CHECKS), max_size=2), st.lists(CHECKS, unique=True), st.integers(0, 9)),
        max_size=6,
    )
)
def test_nothing_that_was_answered_is_ever_lost(runs) -> None:
    table, said = EMPTY, {}
    for found, also_ran, pick in runs:
        ran = tuple(dict.fromkeys([*(check for _, check in found), *also_ran]))
        unique = {f.finding_id: f for values, check in found for f in (finding(v, check=check) for v in values)}
        before = by_id(table)
        table = merge_findings(table, report(*unique.values(), ran=ran))
        after = by_id(table)
        assert set(unique) <= set(after)
        for name, row in before.items():
            if row["response"]:
                assert [after[name][column] for column in ANSWER] == [row[column] for column in ANSWER]
            elif row["check"] not in ran:
                assert after[name] == row
        for name, row in after.items():
            assert (row["state"] == "open") == (not row["response"])
            assert (row["state"] == "gone") <= (name not in unique)
        if len(table):
            name = list(after)[pick % len(after)]
            table = answered(table, name, response=RESPONSES[pick % len(RESPONSES)], note=f"note {pick}")
            said[name] = f"note {pick}"
        assert {name: row["response_note"] for name, row in by_id(table).items() if row["response"]} == said
        assert merge_findings(table, report(*unique.values(), ran=ran)).equals(
            merge_findings(merge_findings(table, report(*unique.values(), ran=ran)), report(*unique.values(), ran=ran))
        )


def test_writing_reading_and_merging_again_gives_the_same_bytes(tmp_path) -> None:
    found = report(finding("60"), finding("−3.5", rows=("outcomes:R10", "outcomes:R9")), finding("1; 2, “three”"))
    table = answered(merge_findings(EMPTY, found), finding("60").finding_id)
    path = tmp_path / "findings.csv"
    write_table(path, table, "findings")
    read = read_table(path, "findings")
    assert format_table(merge_findings(read, found), "findings") == path.read_bytes()
    assert "outcomes:R9;outcomes:R10" in path.read_text(encoding="utf-8")


def test_an_answer_needs_everything() -> None:
    table = merge_findings(EMPTY, report(finding("60"), finding("61")))
    name = finding("60").finding_id
    with pytest.raises(InputError, match="not an answer; allowed: author-confirmed"):
        answered(table, name, response="fine")
    for changes in ({"note": " "}, {"by": ""}, {"note": "two\nlines"}):
        with pytest.raises(InputError, match="one line of text and not empty"):
            answered(table, name, **changes)
    wrong = name[:-1] + ("0" if name[-1] != "0" else "1")
    with pytest.raises(UnknownIdError, match=f"did you mean '{name}'"):
        answered(table, wrong)
    with pytest.raises(UnknownIdError):
        answered(table, "")
    assert table["response"].tolist() == ["", ""], "what was given is not changed"


def test_the_beginning_of_a_name_is_enough_if_it_is_one() -> None:
    findings = [finding(str(number)) for number in range(40)]
    table = merge_findings(EMPTY, report(*findings))
    names = sorted(one.finding_id for one in findings)
    start = next(name[:2] for name in names if sum(other.startswith(name[:2]) for other in names) == 1)
    assert (answered(table, start)["state"] == "answered").sum() == 1
    shared = next(name[0] for name in names if sum(other.startswith(name[0]) for other in names) > 1)
    with pytest.raises(UnknownIdError):
        answered(table, shared)


def test_what_stands_against_rows_that_enter() -> None:
    grave = finding("60", severity="impossible", rows=("outcomes:R1", "studies:Trial1"))
    slight = finding("61", severity="unusual", rows=("outcomes:R1",))
    tables = {"findings": merge_findings(EMPTY, report(grave, slight))}
    (sentence,) = contradictions(tables, ["R1", "R2"])
    assert sentence.startswith("An open finding (impossible) stands against numbers of Trial1 that enter here: 60 does")
    assert contradictions(tables, ["R2", "Trial1"]) == ()
    assert [row["severity"] for row in open_findings(tables)] == ["impossible"]
    assert len(open_findings(tables, severities=SEVERITIES)) == 2
    assert open_findings(tables, study="Trial2") == []


@pytest.mark.parametrize("response", RESPONSES)
def test_an_answer_ends_the_caution_unless_the_row_was_to_stay_out(response) -> None:
    table = merge_findings(EMPTY, report(finding(rows=("outcomes:R1",))))
    tables = {"findings": answered(table, finding(rows=("outcomes:R1",)).finding_id, response=response)}
    said = contradictions(tables, ["R1"])
    wider = contradictions(tables, ["R1"], primary=False)
    assert len(said) == len(wider) == (response == "kept-out-of-primary")
    if said:
        assert said[0].startswith("Numbers of Trial1 enter here although a finding was answered by keeping them out: ")
        assert wider[0].startswith(
            "Numbers of Trial1 that primary analyses leave out enter here, for a finding (incons"
        )


def test_a_base_without_the_table_has_nothing_against_it() -> None:
    assert contradictions({}, ["R1"]) == ()


def test_the_table_knows_the_severities_of_the_checks() -> None:
    assert tuple(SEVERITIES) == FINDING_SEVERITIES


@pytest.mark.parametrize(
    "changes",
    [{"severity": "grave"}, {"rows": ()}, {"value": ""}, {"text": " "}, {"study": ""}, {"text": "two\nlines"}],
)
def test_a_finding_that_says_too_little_is_refused(changes) -> None:
    with pytest.raises(InputError):
        finding(**changes)


@pytest.mark.parametrize("column", COMPUTED)
def test_what_is_written_is_what_was_found(column) -> None:
    (row,) = merge_findings(EMPTY, report(finding())).to_dict("records")
    expected = getattr(finding(), column)
    assert row[column] == (";".join(expected) if column == "rows" else expected)
