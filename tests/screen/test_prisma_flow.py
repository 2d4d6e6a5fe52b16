"""The flow closes, whatever was decided; each box is counted by hand here."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from screened_records import decided, make_project, record_row, run_command, search_row

import evidence as ev
from evidence.errors import EvidenceError
from evidence.screen.prisma import app_csv, check_sums, flow_counts

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from evidence.protocol import Protocol
    from evidence.screen.prisma import Flow

SEARCHES = [
    search_row(),
    search_row(search_id="ct-1", database="ClinicalTrials.gov", platform="website", run_at="2026-11-02T09:00:00Z"),
]
FULL = "full-text"


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return ev.load().protocol


def two_readers(protocol: Protocol) -> Protocol:
    return dataclasses.replace(protocol, search=dataclasses.replace(protocol.search, reviewers=2))


def pmid(number: int) -> str:
    return str(90_000_000 + number)


def said(number: int, decision: str, **fields: Any) -> dict[str, str]:
    return dataclasses.asdict(decided(pmid(number), decision, **fields))


def records(count: int, **changes: dict[str, str]) -> list[dict[str, str]]:
    return [record_row(number, **changes.get(f"r{number}", {})) for number in range(1, count + 1)]


def worked_example() -> dict[str, list[dict[str, str]]]:
    """Return 24 records found (2 of them in a register), 1 not found, and 6 reports that no search found."""
    screening = [
        *(said(number, "exclude", reason="not a trial") for number in range(1, 7)),
        said(7, "maybe"),
        said(8, "include"),
        said(8, "exclude", reviewer="B. Reader"),
        *(said(number, "include") for number in range(9, 18)),
        said(9, "exclude", stage=FULL, reason="Wrong comparison"),
        said(10, "exclude", stage=FULL, reason="wrong  comparison"),
        said(11, "exclude", stage=FULL, reason="single arm"),
        said(12, "exclude", stage=FULL, reason="Report not retrieved"),
        said(13, "include", stage=FULL),
        said(14, "include", stage=FULL),
        said(15, "maybe", stage=FULL),
        said(18, "include", stage=FULL),
        said(21, "exclude"),
    ]
    return {
        "searches": SEARCHES,
        "records": [
            *records(
                24,
                r3={"search_id": "ct-1"},
                r4={"search_id": "ct-1"},
                r22={"presence": "gone"},
                r23={"merged_into": pmid(2)},
            ),
            record_row(25, presence="not-in-query"),
        ],
        "screening": screening,
        "duplicates": [
            {"pmid": pmid(21), "other": f"PMID:{pmid(1)}", "relation": "same-publication", "decided_at": "1"},
            {"pmid": pmid(20), "other": f"PMID:{pmid(1)}", "relation": "same-trial", "decided_at": "1"},
        ],
        "studies": [
            {"study_id": "A", "eligibility": "included"},
            {"study_id": "B", "eligibility": "numbers-missing"},
            {"study_id": "C", "eligibility": "excluded-not-controlled"},
            {"study_id": "D", "eligibility": "not-identified"},
            {"study_id": "E", "eligibility": "not-assessable"},
        ],
        "reports": [
            {"report_id": "A-1", "study_id": "A", "role": "primary", "pmid": pmid(13), "seen_at": "S1"},
            {"report_id": "A-2", "study_id": "A", "role": "conference-abstract", "seen_at": "S1"},
            {"report_id": "A-3", "study_id": "A", "role": "duplicate", "seen_at": "S2"},
            {"report_id": "B-1", "study_id": "B", "role": "primary", "doi": "10.5555/KNEE.18", "seen_at": ""},
            {"report_id": "B-2", "study_id": "B", "role": "thesis", "seen_at": "S3", "pmid": pmid(25)},
            {"report_id": "C-1", "study_id": "C", "role": "primary", "seen_at": ""},
            {"report_id": "D-1", "study_id": "D", "role": "primary", "seen_at": "S2"},
            {"report_id": "E-1", "study_id": "E", "role": "primary", "seen_at": "S1;S2"},
        ],
        "sources": [
            {"source_id": "S1", "kind": "journal page"},
            {"source_id": "S2", "kind": "review_table"},
            {"source_id": "S3", "kind": "university repository"},
        ],
    }


def test_every_box_of_a_worked_example(protocol: Protocol) -> None:
    flow = flow_counts(worked_example(), protocol)
    assert [(source.name, source.n) for source in flow.sources] == [("ClinicalTrials.gov", 2), ("PubMed", 22)]
    assert (flow.identified, flow.identified_registers) == (22, 2)
    # 21 repeats 1, 23 was merged into 2, 22 is gone
    assert (flow.duplicates, flow.removed_by_automation, flow.removed_other) == (2, 0, 1)
    assert flow.waiting == 3  # 19, 20, 24
    assert (flow.screened, flow.excluded, flow.maybe, flow.conflicts) == (18, 6, 1, 1)
    assert (flow.sought, flow.not_retrieved, flow.full_text_waiting, flow.assessed) == (10, 1, 2, 7)
    assert [(reason.reason, reason.n) for reason in flow.excluded_reports] == [
        ("Wrong comparison", 2),
        ("single arm", 1),
    ]
    assert (flow.full_text_maybe, flow.full_text_conflicts) == (1, 0)
    assert (flow.included_reports, flow.included_without_trial) == (3, 1)
    assert (flow.websites, flow.organisations, flow.citations, flow.told_nowhere) == (2, 1, 2, 1)
    assert (flow.other_sought, flow.other_not_retrieved, flow.other_open) == (6, 1, 1)
    assert (flow.other_assessed, flow.other_excluded, flow.other_included_reports) == (4, 2, 2)
    assert (flow.new_studies, flow.new_reports) == (2, 4)
    assert (flow.total_studies, flow.total_reports) == (2, 4)
    assert flow.searched
    assert not flow.complete
    assert sum(flow.open.values()) == 3 + 1 + 1 + 2 + 1 + 1 + 1


def test_two_reviewers_ask_for_two_decisions(protocol: Protocol) -> None:
    tables = {
        "searches": SEARCHES,
        "records": records(3),
        "screening": [
            said(1, "include"),
            said(2, "include"),
            said(2, "include", reviewer="B. Reader"),
            said(3, "include"),
            said(3, "exclude", reviewer="B. Reader"),
        ],
    }
    flow = flow_counts(tables, two_readers(protocol))
    assert (flow.waiting, flow.screened, flow.sought, flow.conflicts) == (1, 2, 1, 1)


def test_a_finished_screening_is_complete(protocol: Protocol) -> None:
    tables = {
        "searches": SEARCHES,
        "records": records(2),
        "screening": [said(1, "exclude"), said(2, "include"), said(2, "exclude", stage=FULL, reason="one arm")],
    }
    flow = flow_counts(tables, protocol)
    assert flow.complete
    assert flow.open == {}
    assert "the flow is complete" in flow.lines()[-1]


@pytest.mark.parametrize("seed", range(12))
def test_the_flow_closes_for_any_ledger(seed: int, protocol: Protocol) -> None:
    rng = random.Random(seed)
    count = rng.randrange(1, 60)
    number = lambda: rng.randrange(1, count + 1)  # noqa: E731
    screening = [
        said(
            number(),
            rng.choice(["include", "exclude", "maybe", "undone"]),
            stage=rng.choice(["title-abstract", FULL]),
            reviewer=rng.choice(["A. Reader", "B. Reader"]),
            role=rng.choice(["reviewer", "reviewer", "consensus"]),
            reason=rng.choice(["not a trial", "full text not available", ""]),
            decided_at=f"2026-11-02T10:{rng.randrange(60):02}:{rng.randrange(60):02}Z",
        )
        for _ in range(rng.randrange(120))
    ]
    duplicates = [
        {"pmid": pmid(one), "other": f"PMID:{pmid(other)}", "relation": relation, "decided_at": str(turn)}
        for turn in range(rng.randrange(20))
        if (one := number()) != (other := number())
        for relation in [rng.choice(["same-publication", "different"])]
    ]
    reports = [
        {"report_id": f"S{turn % 7}-{turn}", "study_id": f"S{turn % 7}", "pmid": rng.choice(["", pmid(number())])}
        for turn in range(rng.randrange(30))
    ]
    eligible = ["included", "numbers-missing", "excluded-confounded", "not-identified", "not-assessable"]
    tables = {
        "searches": SEARCHES,
        "records": [
            record_row(one, presence=rng.choice(["in-query", "left-query", "gone", "not-in-query"]))
            for one in range(1, count + 1)
        ],
        "screening": screening,
        "duplicates": duplicates,
        "reports": reports,
        "studies": [{"study_id": f"S{one}", "eligibility": rng.choice(eligible)} for one in range(7)],
    }
    for reviewing in (protocol, two_readers(protocol)):
        flow = flow_counts(tables, reviewing)
        found = sum(row["presence"] != "not-in-query" for row in tables["records"])
        settled = flow.duplicates + flow.removed_other + flow.excluded + flow.not_retrieved
        settled += flow.full_text_excluded + flow.included_reports
        still = flow.waiting + flow.maybe + flow.conflicts + flow.full_text_waiting
        still += flow.full_text_maybe + flow.full_text_conflicts
        assert flow.identified + flow.identified_registers == found == settled + still
        assert max(map(len, flow.lines())) <= 80
        flow_counts(tables, reviewing, previous={**tables, "records": tables["records"][: count // 2]})


def test_an_earlier_version_takes_out_what_it_had_settled(protocol: Protocol) -> None:
    now = worked_example()
    earlier = {**now, "records": now["records"][:6] + now["records"][12:13]}
    earlier["reports"] = [row for row in now["reports"] if row["report_id"] in ("A-1", "A-2", "D-1")]
    flow = flow_counts(now, protocol, previous=earlier)
    assert (flow.previous_studies, flow.previous_reports) == (1, 2)
    assert (flow.new_studies, flow.total_studies) == (1, 2)
    assert flow.identified + flow.identified_registers == 24 - 7
    assert flow.excluded == 0
    assert flow.lines()[0].startswith("── Earlier version")


@pytest.mark.parametrize(
    ("field", "box"),
    [
        ("identified", "records from databases"),
        ("identified_registers", "records from registers"),
        ("duplicates", "records identified"),
        ("waiting", "records identified"),
        ("screened", "records screened"),
        ("sought", "reports sought"),
        ("assessed", "reports assessed"),
        ("included_reports", "reports assessed"),
        ("websites", r"reports sought \(other methods\)"),
        ("other_assessed", r"reports assessed \(other methods\)"),
        ("new_reports", "reports of new studies"),
        ("total_studies", "studies in total"),
        ("total_reports", "reports in total"),
    ],
)
def test_a_box_that_does_not_add_up_is_named(field: str, box: str, protocol: Protocol) -> None:
    flow = flow_counts(worked_example(), protocol)
    wrong = dataclasses.replace(flow, **{field: getattr(flow, field) + 1})
    with pytest.raises(EvidenceError, match=box):
        check_sums(wrong)


def test_a_negative_number_is_refused() -> None:
    from evidence.screen.prisma import Flow

    with pytest.raises(EvidenceError, match="maybe: -1 is negative"):
        check_sums(Flow(searched=True, complete=False, maybe=-1, excluded=1))


def test_reasons_that_only_sound_like_retrieval_are_exclusions(protocol: Protocol) -> None:
    reasons = [
        "separate data for women not found",
        "outcome not available",
        "full text unavailable",
        "No full text",
        "could not obtain the full text",
        "full-text article not accessible",
    ]
    tables = {
        "searches": SEARCHES,
        "records": records(6),
        "screening": [said(n, "exclude", stage=FULL, reason=reason) for n, reason in enumerate(reasons, start=1)],
    }
    flow = flow_counts(tables, protocol)
    assert flow.not_retrieved == 4
    assert [reason.reason for reason in flow.excluded_reports] == sorted(reasons[:2], reverse=True)[::-1]


def test_a_notice_after_a_decision_keeps_the_flow_open(protocol: Protocol) -> None:
    later = search_row(
        search_id="later", run_at="2026-11-20T09:00:00Z", ended_at="2026-11-20T09:01:00Z", scope="update"
    )
    event = {"search_id": "later", "pmid": pmid(1), "event": "retracted", "fields": "", "detail": "", "studies": ""}
    tables = {
        "searches": [search_row(), later],
        "records": records(1),
        "screening": [said(1, "exclude")],
        "record_events": [event],
    }
    flow = flow_counts(tables, protocol)
    assert (flow.reopened, flow.complete, flow.excluded) == (1, False, 1)


def test_what_the_base_has_and_screening_has_not_is_said(protocol: Protocol) -> None:
    tables = {
        "searches": SEARCHES,
        "records": records(2),
        "screening": [said(2, "exclude")],
        "studies": [{"study_id": "A", "eligibility": "included"}],
        "reports": [{"report_id": f"A-{n}", "study_id": "A", "pmid": pmid(n)} for n in (1, 2)],
    }
    notes = " ".join(flow_counts(tables, protocol).notes)
    assert f"screening has not decided on them yet: PMID {pmid(1)}" in notes
    assert f"Out by screening, and yet reports of trials that the base counts as eligible: PMID {pmid(2)}" in notes


def app_numbers(flow: Flow) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(app_csv(flow).decode())))
    assert list(rows[0]) == ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"]
    return {row["data"]: row["n"] for row in rows if row["data"] != "NA"}


# The keys of inst/extdata/PRISMA.csv of the R package PRISMA2020, in its order.
KEYS = [
    "previous_studies",
    "previous_reports",
    "database_results",
    "database_specific_results",
    "register_results",
    "register_specific_results",
    "website_results",
    "organisation_results",
    "citations_results",
    "duplicates",
    "excluded_automatic",
    "excluded_other",
    "records_screened",
    "records_excluded",
    "dbr_sought_reports",
    "dbr_notretrieved_reports",
    "other_sought_reports",
    "other_notretrieved_reports",
    "dbr_assessed",
    "dbr_excluded",
    "other_assessed",
    "other_excluded",
    "new_studies",
    "new_reports",
    "total_studies",
    "total_reports",
    "identification",
    "screening",
    "included",
]


def test_the_app_gets_its_keys_and_our_numbers(protocol: Protocol) -> None:
    numbers = app_numbers(flow_counts(worked_example(), protocol))
    assert list(numbers) == KEYS
    assert numbers["previous_studies"] == ""
    assert numbers["database_specific_results"] == "PubMed, 22"
    assert numbers["register_specific_results"] == "ClinicalTrials.gov, 2"
    assert numbers["dbr_excluded"] == "Wrong comparison, 2; single arm, 1"
    assert numbers["other_excluded"] == "duplicate of another report, 1; not controlled, 1"
    # the report whose source is not told is counted with the websites
    assert numbers["website_results"] == "3"
    plain = {
        "database_results": 22,
        "register_results": 2,
        "duplicates": 2,
        "excluded_automatic": 0,
        "excluded_other": 1,
        "records_screened": 18,
        "records_excluded": 6,
        "dbr_sought_reports": 10,
        "dbr_notretrieved_reports": 1,
        "dbr_assessed": 7,
        "other_sought_reports": 6,
        "other_notretrieved_reports": 1,
        "other_assessed": 4,
        "new_studies": 2,
        "new_reports": 4,
        "total_studies": 2,
        "total_reports": 4,
    }
    assert {key: int(numbers[key]) for key in plain} == plain


def test_reasons_cannot_break_the_apps_own_marks(protocol: Protocol) -> None:
    tables = {
        "searches": SEARCHES,
        "records": records(1),
        "screening": [said(1, "exclude", stage=FULL, reason="=dose 5, twice; no control")],
    }
    # nor can a spreadsheet take one for a formula
    assert app_numbers(flow_counts(tables, protocol))["dbr_excluded"] == "dose 5 / twice / no control, 1"


def test_without_a_search_nothing_is_said_of_databases(protocol: Protocol) -> None:
    base = {**worked_example(), "searches": [], "records": [], "screening": [], "duplicates": []}
    flow = flow_counts(base, protocol)
    assert (flow.searched, flow.complete, flow.identified) == (False, False, 0)
    assert "No search has been run yet" in flow.notes[0]
    numbers = app_numbers(flow)
    assert {numbers[key] for key in ("database_results", "duplicates", "records_screened", "dbr_excluded")} == {""}
    assert numbers["other_sought_reports"] == "8"


def test_the_shipped_base_closes() -> None:
    base = ev.load()
    flow = flow_counts(base.tables, base.protocol)
    included = base["studies"]["eligibility"].isin(["included", "sensitivity-only", "numbers-missing"])
    assert flow.total_studies == included.sum()
    if not flow.searched:
        assert flow.other_sought == len(base["reports"])


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command(folder, "export", *arguments)


def test_the_command_counts_draws_and_writes(tmp_path: Path, root: Path) -> None:
    screening = [said(1, "exclude"), said(2, "include")]
    project = make_project(tmp_path, root, searches=SEARCHES[:1], records=records(3), screening=screening)
    shown = run(project.root, "prisma", "--show")
    assert shown.returncode == 0
    assert "│ Records identified: 3 " in shown.stdout
    assert "… Waiting to be screened: 1" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    numbers = json.loads(run(project.root, "prisma", "--json").stdout)
    assert (numbers["screened"], numbers["waiting"], numbers["open"]["records not screened yet"]) == (2, 1, 1)
    written = run(project.root, "prisma", "--out", "PRISMA.csv")
    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "PRISMA.csv").read_text().splitlines()[5].endswith(",3")
    report = run(project.root, "prisma-s", "--format", "csv")
    assert report.returncode == 0
    assert len(list(csv.reader(io.StringIO(report.stdout)))) == 17
    assert len(json.loads(run(project.root, "prisma-s", "--json").stdout)) == 16


def test_the_command_writes_for_other_tools(tmp_path: Path, root: Path) -> None:
    project = make_project(tmp_path, root, searches=SEARCHES[:1], records=records(3), screening=[said(1, "exclude")])
    done = run(project.root, "screening", "--for", "rayyan", "--out", "rayyan.csv", "--only", "waiting")
    assert done.returncode == 0
    assert "2 records written to rayyan.csv" in done.stderr
    assert "no abstracts" in done.stderr
    assert len((tmp_path / "rayyan.csv").read_text().splitlines()) == 3
    inside = run(project.root, "screening", "--for", "rayyan", "--out", "data/processed/rayyan.csv")
    assert inside.returncode == 1
    assert "holds no abstracts" in " ".join(inside.stderr.split()) or "hold no abstracts" in inside.stderr
    assert run(project.root, "screening", "--for", "covidence", "--format", "csv", "--out", "c.csv").returncode == 1
    assert not (tmp_path / "c.csv").exists()
