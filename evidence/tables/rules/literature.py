"""Rules for reports and their identifiers, and for screening."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .rule import Rule, base_rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["LITERATURE_RULES"]

_FORMATS = {
    "pmid": (re.compile(r"[1-9]\d{0,8}"), "digits only, such as 23960389"),
    "pmcid": (re.compile(r"PMC\d+"), "PMC and digits, such as PMC3746236"),
    "doi": (re.compile(r"10\.\d{4,9}/\S+"), "10., digits, a slash and more, such as 10.4103/0974-7753.114700"),
}
_NCT = re.compile(r"NCT\d+", re.IGNORECASE)


def _identifier_problems(row: Row) -> Iterator[Problem]:
    for name, (pattern, allowed) in _FORMATS.items():
        if row.text(name) and not pattern.fullmatch(row.text(name)):
            yield row.problem(name, f"not a {name.upper()}", allowed=allowed)


@row_rule("reports", "records", "review_reports", "screening", "duplicates", "extractions", needs=())
def identifier_format(row: Row, base: Base) -> Iterator[Problem]:
    """Require that PMID, PMCID and DOI have their own form, without a resolver or a prefix. No exception."""
    yield from _identifier_problems(row)


@row_rule("studies", "reports", "records", "review_reports", needs=())
def registration_format(row: Row, base: Base) -> Iterator[Problem]:
    """Require that an NCT number has eight digits.

    Numbers of other registries are not checked.
    """
    for name in ("registration", "registrations"):
        for found in _NCT.findall(row.text(name)):
            if not re.fullmatch(r"NCT\d{8}", found):
                yield row.problem(name, f"{found!r} is not a ClinicalTrials.gov number", allowed="NCT and eight digits")


@row_rule("reports", needs=("role", "related_study", "notes", "study_id"))
def overlap_is_told(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a duplicate or suspected overlap says of what, in `related_study` or the notes.

    No exception; and a study does not overlap with itself.
    """
    role, related = row.text("role"), row.text("related_study")
    if role in ("duplicate", "suspected-overlap") and not related and not row.text("notes"):
        yield row.problem("related_study", f"a {role} of what is not said", allowed="a study, or a note")
    if related and role == "suspected-overlap" and related == row.text("study_id"):
        yield row.problem("related_study", "the study is said to overlap with itself", allowed="another study")


@base_rule("reports.report_id", "reports.study_id", "reports.role", "reports.pmid", "reports.doi")
def report_of_one_study(base: Base) -> Iterator[Problem]:
    """Require that one publication is the primary report of one trial only.

    No exception: otherwise people would count twice.
    """
    first: dict[tuple[str, str], Row] = {}
    for row in base.rows("reports"):
        for name in ("pmid", "doi"):
            if not row.text(name) or row.text("role") != "primary":
                continue
            other = first.setdefault((name, row.text(name).lower()), row)
            if other.text("study_id") != row.text("study_id"):
                message = f"also the primary report of {other.text('study_id')} ({other.text('report_id')})"
                yield row.problem(name, message, allowed="one study; another role for the second")


@row_rule("screening", needs=("stage", "decision", "reason"))
def exclusion_has_reason(row: Row, base: Base) -> Iterator[Problem]:
    """Require that an exclusion at full text has a reason. No exception."""
    if (row.text("stage"), row.text("decision")) == ("full-text", "exclude") and not row.text("reason"):
        yield row.problem("reason", "an exclusion at full text without a reason", allowed="a reason")


@base_rule("duplicates.pmid", "duplicates.other", "records.pmid", "reports.report_id")
def other_of_a_pair(base: Base) -> Iterator[Problem]:
    """Require that a pair's other member is a record, as PMID:…, or a report. No exception."""
    known = {f"PMID:{row.text('pmid')}" for row in base.rows("records")}
    known |= {row.text("report_id") for row in base.rows("reports")}
    for row in base.rows("duplicates"):
        other = row.text("other")
        if other == f"PMID:{row.text('pmid')}":
            yield row.problem("other", "a record is compared with itself", allowed="another record")
        elif other and other not in known:
            message = f"{other!r} is neither a record nor a report"
            yield row.problem("other", message, allowed="PMID: and the number of a record, or a report_id")


@row_rule("extractions", needs=("status", "extractor", "saved_at", "verified_by"))
def extraction_says_when_and_who(row: Row, base: Base) -> Iterator[Problem]:
    """Require the time of what was saved, and another person's name on what was verified. No exception."""
    status = row.text("status")
    if status in ("saved", "verified") and not row.text("saved_at"):
        yield row.problem("saved_at", "saved at no time", allowed="the time in UTC")
    if status == "verified" and row.text("verified_by") in ("", row.text("extractor")):
        yield row.problem("verified_by", "verified by nobody else", allowed="another person's name")


LITERATURE_RULES: tuple[Rule, ...] = (
    identifier_format,
    registration_format,
    overlap_is_told,
    report_of_one_study,
    exclusion_has_reason,
    other_of_a_pair,
    extraction_says_when_and_who,
)
