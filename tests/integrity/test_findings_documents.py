"""The pages on checks and findings are complete and say what the program says."""

from __future__ import annotations

import re

import pytest

from evidence.curate.integrity import SEVERITIES, all_checks
from evidence.tables.definitions.findings import RESPONSES
from evidence.tables.io import read_table


@pytest.fixture(scope="module")
def page(root) -> str:
    """Return the page on the checks."""
    return (root / "docs" / "integrity.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(root) -> str:
    """Return the page on the findings of this base."""
    return (root / "docs" / "findings.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def findings(root) -> list[dict]:
    """Return the findings of this base that stand."""
    table = read_table(root / "data" / "processed" / "findings.csv", "findings")
    return [row for row in table.to_dict("records") if row["state"] != "gone"]


def test_every_check_is_described_as_it_describes_itself(page) -> None:
    for name, check in all_checks().items():
        assert f"**`{name}`** {check.title}\n\n{check.method} *Source: {check.source or 'plain arithmetic'}" in page
    assert sorted(re.findall(r"^\*\*`([a-z0-9-]+)`\*\*", page, flags=re.MULTILINE)) == list(all_checks())


def test_every_check_has_its_measured_power_and_false_alarms(page) -> None:
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| [^|]+ \| ([\d,]+) \| ([\d.]+)% \| ([\d,]+) \w+ \| ([\d,]+) \| ([\d.]+)% \|$",
        page,
        flags=re.MULTILINE,
    )
    assert [row[0] for row in rows] == list(all_checks())
    for _, planted, power, clean, _, alarms in rows:
        assert int(planted.replace(",", "")) >= 200
        assert int(clean.replace(",", "")) >= 200
        assert float(power) >= 95
        assert float(alarms) <= 1
    (total,) = re.findall(r"^\| \*\*all checks together\*\* \|.*\| ([\d.]+)% \|$", page, flags=re.MULTILINE)
    assert float(total) <= 1


def test_severities_and_answers_are_explained(page) -> None:
    for name, meaning in SEVERITIES.items():
        assert f"| {name} | {meaning} |" in page
    answers = page.split("## Findings last")[1].split("<!-- table")[0]
    assert re.findall(r"^\| ([a-z-]+) \| [A-Z]", answers, flags=re.MULTILINE) == list(RESPONSES)


def test_every_finding_of_the_base_has_its_paragraph(told, findings) -> None:
    parts = {re.search(r"\(`([0-9a-f]{10})`\)", part)[1]: part for part in told.split("\n### ")[1:]}
    assert sorted(parts) == sorted(row["finding_id"] for row in findings)
    for row in findings:
        part = parts[row["finding_id"]]
        title, numbers, paragraph, answer = part.strip().split("\n\n")[:4]
        assert row["text"] in numbers
        assert row["arithmetic"].rstrip(".") in numbers
        assert f"Check `{row['check']}`" in numbers
        assert all_checks()[row["check"]].title in title
        assert len(paragraph) > 60
        expected = f"*Answered: {row['response']}. {row['response_note']}*" if row["response"] else "*Open.*"
        assert answer == expected


def test_answers_are_those_of_people_who_looked(findings) -> None:
    for row in findings:
        assert (row["state"] == "answered") == bool(row["response"])
        if row["response"]:
            assert row["responded_by"] == "curators"
            assert row["response"] not in ("author-confirmed", "author-corrected"), "no author was asked"
    contradictions = [row for row in findings if row["severity"] in ("impossible", "inconsistent")]
    assert all(row["state"] == "answered" for row in contradictions)


def test_nothing_that_is_kept_out_of_primary_analyses_is_in_one(findings, root) -> None:
    import evidence as ev

    kept_out = {
        name.partition(":")[2]
        for row in findings
        if row["response"] == "kept-out-of-primary"
        for name in row["rows"].split(";")
        if name.startswith(("outcomes:", "contrasts:", "harms:"))
    }
    assert kept_out
    base = ev.load(root)
    for name in base.protocol.syntheses:
        entered = {row for contrast in base.synthesis(name).contrasts for row in contrast.rows}
        assert not entered & kept_out, name


def test_links_lead_somewhere(root) -> None:
    for name in ("integrity.md", "findings.md"):
        text = (root / "docs" / name).read_text(encoding="utf-8")
        targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
        assert [target for target in targets if not (root / "docs" / target).exists()] == []


def test_the_example_of_the_page_runs(page) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    space: dict = {}
    exec(code.replace("print(", "shown = ("), space)
    assert "impossible · this-table · percent-count" in space["shown"]
