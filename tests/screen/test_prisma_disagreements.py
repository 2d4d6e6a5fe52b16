"""Where ledgers and base disagree, nothing is lost, nothing counts twice, and the flow says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from screened_records import decided, record_row, search_row

import evidence as ev
from evidence.screen.duplicates import stands_for
from evidence.screen.prisma import flow_counts
from evidence.screen.queue import screened_records

if TYPE_CHECKING:
    from evidence.protocol import Protocol
    from evidence.screen.prisma import Flow

FULL = "full-text"
ELIGIBLE = {"study_id": "A", "eligibility": "included"}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return ev.load().protocol


def pmid(number: int) -> str:
    return str(90_000_000 + number)


def said(number: int, decision: str, **fields: Any) -> dict[str, str]:
    return dataclasses.asdict(decided(pmid(number), decision, **fields))


def pair(one: int, other: int | str, relation: str = "same-publication") -> dict[str, str]:
    name = other if isinstance(other, str) else f"PMID:{pmid(other)}"
    return {"pmid": pmid(one), "other": name, "relation": relation, "decided_at": "2026-11-03T09:00:00Z"}


def flow(protocol: Protocol, records: list[dict[str, str]], **tables: Any) -> Flow:
    return flow_counts({"searches": [search_row()], "records": records, **tables}, protocol)


@pytest.mark.parametrize(
    ("lost", "decisions"),
    [
        ({"presence": "gone", "merged_into": pmid(2)}, []),
        ({"presence": "gone"}, [pair(1, 2)]),
        ({"presence": "not-in-query"}, [pair(1, 2)]),
    ],
)
def test_a_live_record_is_never_led_away_to_one_that_nobody_is_shown(
    lost: dict[str, str], decisions: list[dict[str, str]], protocol: Protocol
) -> None:
    rows = [record_row(1, **lost), record_row(2)]
    standing = stands_for({"records": rows, "duplicates": decisions})
    assert standing == {pmid(1): pmid(2)}
    assert screened_records({row["pmid"]: row for row in rows}, standing) == (pmid(2),)
    counted = flow(protocol, rows, duplicates=decisions)
    assert (counted.waiting, counted.removed_other) == (1, 0)
    # what was decided under the old number holds for the new one
    assert flow(protocol, rows, duplicates=decisions, screening=[said(1, "exclude")]).excluded == 1


def test_a_report_decided_to_be_a_record_counts_once(protocol: Protocol) -> None:
    base = {"studies": [ELIGIBLE], "reports": [{"report_id": "A-1", "study_id": "A"}]}
    included = [said(1, "include", stage=FULL)]
    apart = flow(protocol, [record_row(1)], screening=included, **base)
    assert (apart.other_sought, apart.included_without_trial) == (1, 1)
    counted = flow(protocol, [record_row(1)], screening=included, duplicates=[pair(1, "A-1")], **base)
    assert (counted.other_sought, counted.included_without_trial) == (0, 0)
    assert (counted.new_studies, counted.new_reports, counted.complete) == (1, 1, True)


def test_a_record_decided_to_be_of_a_trial_is_another_report_of_it(protocol: Protocol) -> None:
    base = {"studies": [ELIGIBLE], "reports": [{"report_id": "A-1", "study_id": "A"}]}
    included = [said(1, "include", stage=FULL)]
    counted = flow(protocol, [record_row(1)], screening=included, duplicates=[pair(1, "A-1", "same-trial")], **base)
    assert (counted.other_sought, counted.new_studies, counted.new_reports) == (1, 1, 2)


def test_a_record_included_of_a_trial_that_the_base_excludes_is_no_included_study(protocol: Protocol) -> None:
    counted = flow(
        protocol,
        [record_row(1)],
        screening=[said(1, "include", stage=FULL)],
        studies=[{"study_id": "A", "eligibility": "excluded-confounded"}],
        reports=[{"report_id": "A-1", "study_id": "A", "pmid": pmid(1)}],
    )
    assert (counted.included_reports, counted.included_against_base) == (1, 1)
    assert (counted.new_studies, counted.new_reports, counted.complete) == (0, 0, False)
    assert any("does not count their trials as eligible" in note for note in counted.notes)


def test_a_trial_of_the_base_whose_only_report_is_excluded_keeps_the_flow_open(protocol: Protocol) -> None:
    base = {
        "studies": [ELIGIBLE],
        "reports": [{"report_id": f"A-{n}", "study_id": "A", "pmid": pmid(n)} for n in (1, 2)],
    }
    out = [said(n, "exclude", stage=FULL, reason="one arm") for n in (1, 2)]
    counted = flow(protocol, [record_row(1), record_row(2)], screening=out, **base)
    assert (counted.new_studies, counted.studies_against_screening, counted.complete) == (0, 1, False)
    assert "not among the studies included: A." in " ".join(counted.notes)
    one_stays = flow(
        protocol, [record_row(1), record_row(2)], screening=[out[0], said(2, "include", stage=FULL)], **base
    )
    assert (one_stays.new_studies, one_stays.new_reports, one_stays.complete) == (1, 1, True)
    assert flow(protocol, [], studies=[ELIGIBLE]).studies_against_screening == 1


def test_pairs_that_wait_for_a_curator_keep_the_flow_open(protocol: Protocol) -> None:
    same = {"title": "Exercise for knees of growers in Norway", "authors": "Alder AB", "year": "2020", "doi": ""}
    rows = [record_row(1, **same), record_row(2, **same)]
    both = [said(1, "exclude"), said(2, "exclude")]
    counted = flow(protocol, rows, screening=both)
    assert (counted.screened, counted.undecided_duplicates, counted.complete) == (2, 1, False)
    decided_on = flow(protocol, rows, screening=both, duplicates=[pair(1, 2, "different")])
    assert (decided_on.screened, decided_on.undecided_duplicates, decided_on.complete) == (2, 0, True)


def test_a_chain_that_contradicts_itself_is_told(protocol: Protocol) -> None:
    rows = [record_row(number) for number in (1, 2, 3)]
    chain = [pair(1, 2), pair(2, 3), pair(1, 3, "different")]
    counted = flow(protocol, rows, duplicates=chain)
    assert counted.duplicates == 2
    assert any(note.startswith(f"PMID {pmid(1)} and {pmid(3)} are decided to be different") for note in counted.notes)


def test_what_an_earlier_version_had_settled_otherwise_flows_again(protocol: Protocol) -> None:
    base = {
        "searches": [search_row()],
        "records": [record_row(1), record_row(2)],
        "studies": [ELIGIBLE],
        "reports": [{"report_id": f"A-{n}", "study_id": "A", "pmid": pmid(n)} for n in (1, 2)],
    }
    include, exclude = said(1, "include", stage=FULL), said(2, "exclude", stage=FULL, reason="one arm")
    again = said(2, "include", stage=FULL, decided_at="2026-11-20T09:00:00Z")
    now = {**base, "screening": [include, exclude, again]}
    counted = flow_counts(now, protocol, previous={**base, "screening": [include, exclude]})
    assert (counted.previous_studies, counted.previous_reports) == (1, 1)
    assert (counted.new_studies, counted.new_reports, counted.later_reports) == (0, 1, 1)
    assert (counted.total_studies, counted.total_reports) == (1, 2)


def test_the_central_register_of_trials_is_a_database(protocol: Protocol) -> None:
    central = search_row(search_id="c", database="Cochrane Central Register of Controlled Trials (CENTRAL)")
    registry = search_row(search_id="r", database="WHO ICTRP")
    rows = [record_row(1, search_id="c"), record_row(2, search_id="r")]
    counted = flow_counts({"searches": [central, registry], "records": rows}, protocol)
    assert (counted.identified, counted.identified_registers) == (1, 1)


def test_comparisons_that_admit_excluded_trials_are_named() -> None:
    base = ev.load()
    admitting = [one for one in base.protocol.comparisons.values() if "excluded-not-controlled" in one.admits]
    notes = " ".join(flow_counts(base.tables, base.protocol).notes)
    assert admitting
    assert all(f"“{one.label}”, which admits them" in notes for one in admitting)
