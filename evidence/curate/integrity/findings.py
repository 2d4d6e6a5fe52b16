"""Findings that last: the table ``findings``, in which an answer stays as long as what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import InputError, UnknownIdError
from ...tables.definitions import TABLES
from ...tables.io import natural_key, records, split_list
from ..index import present

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    import pandas as pd

    from .finding import Finding
    from .runner import IntegrityReport

__all__ = ["answer_finding", "contradictions", "merge_findings", "new_findings", "open_findings"]

_ANSWER = ("response", "response_note", "responded_by", "responded_on")
_CONTRADICTIONS = ("impossible", "inconsistent")
_Row = dict[str, Any]


def merge_findings(old: pd.DataFrame, report: IntegrityReport) -> pd.DataFrame:
    """Return the table of findings after a run of the checks.

    A finding keeps its answer as long as it keeps its id, which is that of its check, study, rows and printed value.
    One that is found for the first time is open. One that is no longer found leaves the table if nobody had answered
    it; its answer, if there was one, stays with the state ``gone``. Findings of checks that did not run stay as they
    are.

    Parameters
    ----------
    old : DataFrame
        The table ``findings`` as it stands.
    report : IntegrityReport
        What the checks found now.

    Returns
    -------
    DataFrame
        The table as it should be written; `old` is not changed.

    Examples
    --------
    >>> import pandas as pd
    >>> from evidence.curate.integrity import Finding, IntegrityReport
    >>> finding = Finding(
    ...     check="arms-sum", severity="inconsistent", study="Trial1", rows=("studies:Trial1",), value="60",
    ...     recomputed="100", arithmetic="40 + 30 + 30 = 100", text="60 does not follow from 40, 30 and 30.",
    ... )
    >>> empty = pd.DataFrame(columns=list(TABLES["findings"].names))
    >>> table = merge_findings(empty, IntegrityReport(findings=(finding,), ran=("arms-sum",)))
    >>> table["state"].tolist()
    ['open']
    """
    import pandas as pd

    before = {row["finding_id"]: row for row in _rows(old)}
    now = {finding.finding_id: _found(finding, before.get(finding.finding_id)) for finding in report.findings}
    for name, row in before.items():
        if name in now:
            continue
        if row["check"] not in report.ran:
            now[name] = row
        elif row["response"]:
            now[name] = {**row, "state": "gone"}
    names = list(TABLES["findings"].names)
    rows = [[row[name] for name in names] for _, row in sorted(now.items())]
    return pd.DataFrame(rows, columns=names, dtype=object)


def new_findings(old: pd.DataFrame, report: IntegrityReport) -> tuple[Finding, ...]:
    """Return the findings that the table does not have yet, or has as gone."""
    known = {row["finding_id"] for row in _rows(old) if row["state"] != "gone"}
    return tuple(finding for finding in report.findings if finding.finding_id not in known)


def answer_finding(
    table: pd.DataFrame, finding_id: str, *, response: str, note: str, by: str, on: date
) -> pd.DataFrame:
    """Return the table of findings with an answer to one of them.

    Parameters
    ----------
    table : DataFrame
        The table ``findings``; it is not changed.
    finding_id : str
        The finding, or the beginning of its name if no other begins so.
    response : str
        One of the categories that the column ``response`` allows.
    note, by : str
        Why, and who says so; neither may be empty.
    on : date
        When.

    Raises
    ------
    UnknownIdError
        If no finding, or more than one, begins so.
    InputError
        If the category is not one, or note or name are empty or have more than one line.
    """
    import pandas as pd

    rows = _rows(table)
    known = [row["finding_id"] for row in rows]
    fits = [name for name in known if name == finding_id] or [name for name in known if name.startswith(finding_id)]
    if len(fits) != 1 or not finding_id:
        raise UnknownIdError("finding", finding_id, fits or known)
    allowed = TABLES["findings"].column("response").allowed
    if response not in allowed:
        raise InputError(f"{response!r} is not an answer; allowed: {', '.join(allowed)}")
    for name, value in (("note", note), ("name of who answers", by)):
        if not value.strip() or not value.strip().isprintable():
            raise InputError(f"the {name} must be one line of text and not empty; found {value!r}")
    answer = {"response": response, "response_note": note.strip(), "responded_by": by.strip()}
    done = [
        {**row, **answer, "responded_on": on.isoformat(), "state": "gone" if row["state"] == "gone" else "answered"}
        if row["finding_id"] == fits[0]
        else row
        for row in rows
    ]
    names = list(TABLES["findings"].names)
    return pd.DataFrame([[row[name] for name in names] for row in done], columns=names, dtype=object)


def open_findings(
    tables: Mapping[str, pd.DataFrame], *, study: str = "", severities: Collection[str] = _CONTRADICTIONS
) -> list[_Row]:
    """Return the open findings of a study, or of all, that are of some severities; ``rows`` as tuples."""
    return [
        row
        for row in _stored(tables)
        if row["state"] == "open" and row["severity"] in severities and study in ("", row["study"])
    ]


def contradictions(tables: Mapping[str, pd.DataFrame], rows: Iterable[str], *, primary: bool = True) -> tuple[str, ...]:
    """Return, in sentences, what stands against the rows that enter a synthesis.

    These are findings of an impossible or inconsistent number on at least one of the rows that nobody has answered, or
    that were answered by keeping the number out of primary analyses. Any other answer ends the caution.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables of a base.
    rows : iterable of str
        Rows of outcomes, contrasts or harms, by key (``R038``).
    primary : bool
        Whether the analysis is a primary one, in which a number that was kept out must not be.

    Examples
    --------
    >>> import evidence as ev
    >>> contradictions(ev.load().tables, ["R000"])
    ()
    """
    entered = {f"{table}:{name}" for name in rows for table in ("outcomes", "contrasts", "harms")}
    against = [row for row in _stored(tables) if row["severity"] in _CONTRADICTIONS and entered & set(row["rows"])]
    told = (f"{start}: {row['text']}" for row in against if (start := _standing(row, primary=primary)))
    return tuple(dict.fromkeys(told))


def _standing(row: _Row, *, primary: bool) -> str:
    """Return how a finding stands against numbers that enter; nothing if its answer settled it."""
    if row["state"] == "open":
        return f"An open finding ({row['severity']}) stands against numbers of {row['study']} that enter here"
    if (row["state"], row["response"]) != ("answered", "kept-out-of-primary"):
        return ""
    if primary:
        return f"Numbers of {row['study']} enter here although a finding was answered by keeping them out"
    return f"Numbers of {row['study']} that primary analyses leave out enter here, for a finding ({row['severity']})"


def _stored(tables: Mapping[str, pd.DataFrame]) -> list[_Row]:
    """Return the rows of the table, ``rows`` as tuples; none where there is no table."""
    if "findings" not in tables:
        return []
    return [{**row, "rows": split_list(row["rows"])} for row in _rows(tables["findings"])]


def _rows(table: pd.DataFrame) -> list[_Row]:
    """Return the rows of the table as text."""
    names = TABLES["findings"].names
    return [{name: str(raw[name]) if present(raw.get(name)) else "" for name in names} for raw in records(table)]


def _found(finding: Finding, before: _Row | None) -> _Row:
    """Return the row of a finding: what was computed is new, what was answered stays."""
    answer = {name: before[name] if before else "" for name in _ANSWER}
    return {
        "finding_id": finding.finding_id,
        "check": finding.check,
        "severity": finding.severity,
        "study": finding.study,
        "rows": ";".join(sorted(dict.fromkeys(finding.rows), key=natural_key)),
        "value": finding.value,
        "recomputed": finding.recomputed,
        "arithmetic": finding.arithmetic,
        "text": finding.text,
        "state": "answered" if answer["response"] else "open",
        **answer,
    }
