"""More than everybody: events above people, shares above 100%, more people analysed than allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped, in_order
from .ranges import show
from .sizes import other_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "beyond"]

# Which number may not be above which, in each table, and what the pair is called.
_PAIRS = {
    "outcomes": (("events", "total"), ("events", "n"), ("events_implied", "total_implied"), ("total", "n")),
    "harms": (("events", "n"), ("events_implied", "n")),
    "baselines": (("events", "total"), ("events", "n"), ("total", "n")),
}
_NAMES = {
    "events": "people with the event",
    "events_implied": "people with the event, implied",
    "total": "the denominator",
    "total_implied": "the denominator implied",
    "n": "the people behind the value",
    "n_analysed": "people analysed",
    "n_randomised": "people allocated",
}
_EVERYBODY = 100.0


def beyond(part: float | None, whole: float | None) -> bool:
    """Whether a part is larger than its whole; unknown numbers say nothing.

    Examples
    --------
    >>> beyond(21, 20), beyond(20, 20), beyond(None, 20)
    (True, False, False)
    """
    return part is not None and whole is not None and part > whole


def _counts(tables: EvidenceTables) -> Iterator[Finding]:
    for table, pairs in _PAIRS.items():
        for row in tables.rows(table):
            # events may exceed people where events are counted, and a size in conflict is told as one
            if row.get("counting") == "events":
                continue
            for part, whole in pairs:
                if beyond(row[part], row[whole]) and not (whole == "n" and row["n_status"] == "conflict"):
                    yield _finding(tables, table, row, part, whole)
                    break


def _finding(tables: EvidenceTables, table: str, row: Row, part: str, whole: str) -> Finding:
    printed = part in ("events", "total") and whole in ("total", "n")
    return Finding(
        check="count-beyond-people",
        severity="impossible" if printed and part == "events" else "inconsistent",
        study=row["study_id"],
        rows=(tables.key(table, row),),
        value=f"{row[part]} of {row[whole]}",
        recomputed=f"at most {row[whole]}",
        arithmetic=f"{row[part]} > {row[whole]}",
        text=f"{row[part]} ({_NAMES[part]}) is more than {row[whole]} ({_NAMES[whole]}).",
    )


def _shares(tables: EvidenceTables) -> Iterator[Finding]:
    for table in ("outcomes", "harms", "baselines"):
        for row in tables.rows(table):
            if beyond(row["percent"], _EVERYBODY):
                yield Finding(
                    check="percent-beyond-100",
                    severity="impossible",
                    study=row["study_id"],
                    rows=(tables.key(table, row),),
                    value=f"{show(row['percent'], 6)}%",
                    recomputed="at most 100%",
                    arithmetic=f"{show(row['percent'], 6)} > 100",
                    text=f"A share of {show(row['percent'], 6)}% is more than everybody.",
                )


def _analysed(tables: EvidenceTables) -> Iterator[Finding]:
    for arm in tables.rows("arms"):
        if beyond(arm["n_analysed"], arm["n_randomised"]):
            yield _too_many(tables, arm["study_id"], [("arms", arm)], arm["n_analysed"], arm["n_randomised"], "the arm")
    studies = {row["study_id"]: row for row in tables.rows("studies")}
    arm_sizes = {(arm["study_id"], arm["arm_id"]): arm["n_randomised"] for arm in tables.rows("arms")}
    for table in ("outcomes", "contrasts", "harms", "baselines"):
        sized: list[Row] = []
        for row in in_order(tables.rows(table)):
            study = studies.get(row["study_id"])
            if study is None or row["n"] is None or row.get("n_status") == "conflict":
                continue
            # where the arms are the same people, another check tells sides and patches from people
            if not other_people(tables, study):
                continue
            whole, of = arm_sizes.get((row["study_id"], row.get("arm_id"))), "the arm"
            if whole is None:
                whole, of = study["n_randomised"], "the trial"
            if beyond(row["n"], whole):
                yield _too_many(tables, row["study_id"], [(table, row)], row["n"], whole, of)
            elif row.get("arm_id") and table == "outcomes":
                sized.append(row)
        for rows in grouped(sized, ("study_id", "outcome", "threshold", "value_type", "unit", "time_weeks", "source")):
            total = studies[rows[0]["study_id"]]["n_randomised"]
            people = {row["arm_id"]: row["n"] for row in rows}
            if len(people) == len(rows) > 1 and beyond(sum(people.values()), total):
                placed = [(table, row) for row in rows]
                yield _too_many(tables, rows[0]["study_id"], placed, sum(people.values()), total, "the trial")


def _too_many(
    tables: EvidenceTables, study: str, rows: list[tuple[str, Row]], part: int, whole: int, of: str
) -> Finding:
    return Finding(
        check="analysed-beyond-allocated",
        severity="impossible",
        study=study,
        rows=tuple(sorted(tables.key(table, row) for table, row in rows)),
        value=f"{part} analysed",
        recomputed=f"at most {whole}",
        arithmetic=f"{part} > {whole}",
        text=f"{part} people stand behind the result, but {whole} were allocated to {of}.",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="analysed-beyond-allocated",
        group="within-trial",
        title="Are more people analysed than were allocated?",
        method="n(analysed) ≤ n(allocated), for each arm, each result, and all arms of a result together. Left out: "
        "designs in which the arms are the same people, and sizes on which sources disagree.",
        source="",
        needs=("arms.n_randomised", "studies.n_randomised"),
        run=_analysed,
    ),
    Check(
        id="count-beyond-people",
        group="within-trial",
        title="Are there more events than people, or a denominator above the people behind the value?",
        method="events ≤ total ≤ n. Left out: harms of which events and not people are counted.",
        source="",
        needs=("outcomes.events", "harms.events"),
        run=_counts,
    ),
    Check(
        id="percent-beyond-100",
        group="within-trial",
        title="Is a share above 100%?",
        method="percent ≤ 100.",
        source="",
        needs=("outcomes.percent",),
        run=_shares,
    ),
)
