"""Running the checks: over an evidence base, or over any single table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...card import Card, Carded
from ...errors import CheckError, ColumnError, InputError, Problem, RowError, UnknownIdError
from ...tables.definitions import TABLES
from ..index import present
from .catalogue import checks_named
from .evidence_tables import EvidenceTables, Scale
from .finding import SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    from ...tables.schema import Column
    from .finding import Check

__all__ = ["IntegrityReport", "check_integrity", "check_table"]

_ORDER = list(SEVERITIES)
_COLUMNS = ("finding_id", "check", "severity", "study", "rows", "value", "recomputed", "arithmetic", "text")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class IntegrityReport(Carded):
    """What the checks found.

    Attributes
    ----------
    findings : tuple of Finding
        The gravest first; within a severity by study and check.
    ran : tuple of str
        The checks that ran, by id.
    skipped : tuple of (str, str)
        The checks that had nothing to look at, each with the columns that are missing.
    """

    findings: tuple[Finding, ...]
    ran: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()

    def of(self, *, severity: str = "", study: str = "", check: str = "") -> tuple[Finding, ...]:
        """Return the findings of a severity, a study, a check, or any of these together."""
        return tuple(
            finding
            for finding in self.findings
            if severity in ("", finding.severity) and study in ("", finding.study) and check in ("", finding.check)
        )

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity, the gravest first."""
        return {severity: len(self.of(severity=severity)) for severity in SEVERITIES}

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding, with the columns of the table ``findings`` that checks fill."""
        import pandas as pd

        rows = [
            [";".join(value) if isinstance(value := getattr(finding, name), tuple) else value for name in _COLUMNS]
            for finding in self.findings
        ]
        return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)

    def _card(self) -> Card:
        counts = self.counts()
        facts = [("checks", f"{len(self.ran)} ran, {len(self.skipped)} had nothing to look at")]
        facts += [(severity, str(count)) for severity, count in counts.items()]
        notes = tuple(
            f"{finding.severity} · {finding.study} · {finding.check}: {finding.text}" for finding in self.findings
        )
        caution = "A finding is arithmetic on what is printed; the full report may explain it."
        return Card(title="Integrity checks", facts=tuple(facts), notes=notes, cautions=(caution,) if notes else ())


def check_integrity(
    tables: Mapping[str, pd.DataFrame] | EvidenceTables,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> IntegrityReport:
    """Compute again what is printed, and say what does not follow from what.

    Parameters
    ----------
    tables : mapping of str to DataFrame, or EvidenceTables
        The tables of an evidence base by name (``base.tables``), or whichever of them there are.
    only : iterable of str, optional
        The checks to run; all of them by default.
    progress : callable, optional
        Called with the id of each check before it runs.

    Raises
    ------
    UnknownIdError
        If there is no such check; with the nearest names.
    CheckError
        If a check stops on these tables; it names the check.

    Examples
    --------
    >>> import evidence as ev
    >>> report = check_integrity(ev.load().tables, only=["arms-sum"])
    >>> report.ran
    ('arms-sum',)
    """
    given = tables if isinstance(tables, EvidenceTables) else EvidenceTables(dict(tables))
    ran, skipped, found = [], [], []
    for check in checks_named(only):
        missing = _missing(check, given)
        if missing:
            skipped.append((check.id, missing))
            continue
        if progress is not None:
            progress(check.id)
        ran.append(check.id)
        found += _run(check, given)
    found.sort(key=lambda finding: (_ORDER.index(finding.severity), finding.study, finding.check, finding.rows))
    return IntegrityReport(findings=tuple(found), ran=tuple(ran), skipped=tuple(skipped))


def check_table(
    frame: pd.DataFrame,
    like: str = "outcomes",
    *,
    columns: Mapping[str, str] | None = None,
    scales: Scale | Mapping[str, Scale] | None = None,
    only: Iterable[str] | None = None,
) -> IntegrityReport:
    """Run the checks on any single table.

    Parameters
    ----------
    frame : DataFrame
        One row per thing that the declared table has rows of; it is not changed. Columns that are missing count as
        empty, but: rows without a name are numbered from 1, rows without a trial count as one trial, sizes as sure,
        and counts and percentages, where nothing says of what, as people who responded.
    like : str
        The declared table that it is like: ``outcomes``, ``baselines``, ``reviews``, ….
    columns : mapping of str to str, optional
        Declared column → column of `frame`, where they are called otherwise.
    scales : Scale or mapping of str to Scale, optional
        The values that one person can have: of every row, or by outcome. Means and SDs are asked whether whole numbers
        can have them (GRIM, GRIMMER) only where this is told.
    only : iterable of str, optional
        The checks to run; by default all that find their columns.

    Raises
    ------
    UnknownIdError
        If no table is declared under the name `like`, or no check under one in `only`.
    ColumnError
        If `columns` names a column that the frame, or the declared table, does not have; or nothing can be checked.
    RowError
        If cells of columns of numbers are no numbers; each of them is listed.

    Examples
    --------
    No whole number of 40 people is 28.57% of them:

    >>> import pandas as pd
    >>> table = pd.DataFrame({"who": ["men"], "share": [28.57], "people": [40]})
    >>> report = check_table(table, columns={"percent": "share", "n": "people"}, only=["percent-count"])
    >>> [finding.severity for finding in report.findings]
    ['impossible']

    No 20 whole numbers have a mean of 3.47:

    >>> scores = pd.DataFrame({"mean": [3.47], "n": [20]})
    >>> whole = Scale(minimum=0, maximum=10, step=1)
    >>> [finding.check for finding in check_table(scores, scales=whole).findings]
    ['grim']
    """
    if like not in TABLES:
        raise UnknownIdError("table", like, TABLES)
    if not hasattr(frame, "columns"):
        raise InputError(
            f"check_table takes a DataFrame, not {type(frame).__name__}; pandas.read_csv makes one of a file"
        )
    named = _named(frame, like, dict(columns or {}))
    if isinstance(scales, Scale):
        scales = dict.fromkeys(named["outcome"], scales) if "outcome" in named else {}
    report = check_integrity(EvidenceTables({like: named}, scales=dict(scales or {})), only=only)
    if not report.ran:
        wanted = "; ".join(f"{name} needs {missing}" for name, missing in report.skipped[:8])
        raise ColumnError(
            f"no check finds its columns in this table, taken as {like}: {wanted}. Name yours with `columns`, as in "
            "columns={'mean': 'm_trt'}."
        )
    return report


def _named(frame: pd.DataFrame, like: str, columns: dict[str, str]) -> pd.DataFrame:
    """Return the frame under the declared names, with a name for each row and one trial where none is named."""
    table = TABLES[like]
    for declared, own in columns.items():
        if declared not in table.names:
            raise ColumnError(f"{like} has no column {declared!r}; it has {', '.join(table.names)}")
        if own not in frame.columns:
            raise ColumnError(f"the table has no column {own!r}; it has {', '.join(map(str, frame.columns))}")
    taken = set(columns.values())
    kept = [name for name in frame.columns if name in table.names and name not in columns and name not in taken]
    if not (kept or columns):
        raise ColumnError(
            f"no column of the table is one of {like}: it has {', '.join(map(str, frame.columns)) or 'none'}; "
            f"{like} has {', '.join(table.names)}; say which is which with `columns` (--column DECLARED=YOURS)"
        )
    out = frame[[*kept, *columns.values()]].copy()
    out.columns = [*kept, *columns]
    for name in table.key:
        if name not in out.columns:
            out[name] = [str(position) for position in range(1, len(out) + 1)]
    for name, assumed in (("study_id", "this-table"), ("review_id", "this-table"), ("n_status", "verified")):
        if name in table.names and name not in out.columns:
            out[name] = assumed
    if like == "outcomes" and "outcome" not in out.columns:
        out["outcome"] = "value"
    shares = _shares(out)
    for name, assumed in (("value_type", "responder"), ("unit", "percent-of-patients")):
        if like == "outcomes" and name not in out.columns:
            out[name] = [assumed if share else None for share in shares]
    for name in (column.name for column in table.columns if column.type == "id" and column.name in out):
        out[name] = [_one_word(value) for value in out[name]]
    problems = [problem for column in table.columns if column.name in out for problem in _unreadable(out, like, column)]
    if problems:
        raise RowError("the table has cells that are no numbers; nothing was checked", problems)
    return out


def _one_word(value: Any) -> Any:
    """Return an id as one word: findings name rows in lists that blanks and ``;`` would break."""
    return "-".join(str(value).replace(";", " ").split()) or None if isinstance(value, str) else value


def _shares(frame: pd.DataFrame) -> list[bool]:
    """Return which rows have a count or a percentage."""
    columns = [frame[name] for name in ("events", "percent") if name in frame.columns]
    return [any(present(column.iloc[row]) for column in columns) for row in range(len(frame))]


def _unreadable(frame: pd.DataFrame, like: str, column: Column) -> Iterator[Problem]:
    """Yield every cell of a column of numbers that is not one."""
    if column.type not in ("number", "integer"):
        return
    for position, value in enumerate(frame[column.name], start=1):
        if not present(value):
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number) or (column.type == "integer" and number != int(number)):
            kind = "a whole number" if column.type == "integer" else "a number"
            yield Problem(
                message=f"not {kind}", table=like, row=str(position), column=column.name, value=str(value), allowed=kind
            )


def _missing(check: Check, tables: EvidenceTables) -> str:
    """Return the columns that a check lacks; nothing if at least one of its tables has all that it needs of it."""
    needs: dict[str, list[str]] = {}
    for need in check.needs:
        table, _, column = need.partition(".")
        needs.setdefault(table, []).append(column)
    lacking = {
        table: [
            column for column in columns if table not in tables.frames or column not in tables.frames[table].columns
        ]
        for table, columns in needs.items()
    }
    if not lacking or not all(lacking.values()):
        return ""
    return ", ".join(f"{table}.{column}" for table, columns in lacking.items() for column in columns)


def _run(check: Check, tables: EvidenceTables) -> list[Finding]:
    """Return a check's findings, each once; whatever stops it is an error that names it."""
    found: dict[str, Finding] = {}
    try:
        for finding in check.run(tables):
            if found.setdefault(finding.finding_id, finding) != finding:
                raise CheckError(f"two findings on {', '.join(finding.rows)} have one name: {finding.value!r} twice")
            if finding.check != check.id:
                raise CheckError(f"a finding is said to be of {finding.check!r}")
    except Exception as error:
        told = str(error) if isinstance(error, CheckError) else f"{type(error).__name__}: {error}"
        raise CheckError(f"the integrity check {check.id!r} stopped: {told}; nothing was concluded") from error
    return list(found.values())
