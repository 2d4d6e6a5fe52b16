"""Decisions out of another tool's file: each row matched to its record, what is new told from what went out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ...errors import InputError, OptionError, Problem, ProjectError, TableError
from ..duplicates.reading import table_rows
from ..standing import FULL_TEXT, STAGES, TITLE_ABSTRACT, Decision, current
from . import asreview, covidence, rayyan, zotero
from .citation import one_line
from .match import Records
from .ris import read_rows_of_ris
from .spreadsheet import read_rows_of_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ..duplicates.reading import Tables
    from .foreign import Row, Said

__all__ = ["TOOLS", "Tool", "read_decisions", "recognise"]

Tool = Literal["asreview", "rayyan", "covidence", "zotero"]

TOOLS: tuple[Tool, ...] = ("asreview", "rayyan", "covidence", "zotero")
_NAMES: dict[Tool, str] = {
    "asreview": asreview.NAME,
    "rayyan": rayyan.NAME,
    "covidence": covidence.NAME,
    "zotero": zotero.NAME,
}
_RIS = (".ris", ".txt", ".refman")
_OUTCOMES = {"include": "included", "exclude": "excluded", "maybe": "maybe"}


def read_decisions(
    path: Path,
    *,
    tables: Tables,
    now: str,
    tool: str | None = None,
    reviewer: str = "",
    stage: str = TITLE_ABSTRACT,
    known: Iterable[Decision] = (),
) -> tuple[Decision, ...]:
    """Return the decisions in a file that ASReview, Rayyan, Covidence or Zotero wrote, or that was written for them.

    Each row is matched to its record by PMID, then DOI, then title with year and first author. Decisions that
    travelled with a record come back word for word; what the tool says beyond them is a decision of its own, at the
    time that the tool tells, else `now`. What the reviewer holds already is not repeated. A row that says nothing
    gives nothing.

    Parameters
    ----------
    path : Path
        A CSV or RIS file.
    tables : mapping of str to DataFrame or to rows
        Holds the table ``records``.
    now : str
        The time of decisions whose time the file does not tell, in UTC, as ``2026-11-22T10:15:00Z``.
    tool : {"asreview", "rayyan", "covidence", "zotero"}, optional
        Who wrote the file; recognised from it where not given.
    reviewer : str
        Who decided, where the file does not tell.
    stage : {"title-abstract", "full-text"}
        What the decisions are about.
    known : iterable of Decision
        The ledger as it is.

    Returns
    -------
    tuple of Decision
        By PMID and time, each once.

    Raises
    ------
    OptionError
        If tool or stage is not one of those allowed.
    InputError
        If it cannot be told which tool wrote the file.
    ProjectError
        If it cannot be read.
    TableError
        With every row that is no record, may be several, or cannot be understood; nothing is returned then.
    """
    if stage not in STAGES:
        raise OptionError("stage", stage, STAGES)
    if tool is not None and tool not in TOOLS:
        raise OptionError("tool", tool, TOOLS)
    rows = _rows(path)
    chosen = tool if tool is not None else recognise(path, rows)
    reader = _Reader(
        path, chosen, Records.of(table_rows(tables, "records")), stage, reviewer.strip(), now, tuple(known)
    )
    decisions = [decision for row in rows for decision in reader.decisions(row)]
    problems = [*reader.problems, *_contradictions(path, reader.places)]
    if problems:
        raise TableError(f"nothing was read from {path.name}, taken for a file of {_NAMES[chosen]}:", problems)
    unique = dict.fromkeys(decisions)
    return tuple(sorted(unique, key=lambda one: (int(one.pmid), one.decided_at, one.reviewer)))


def _rows(path: Path) -> list[Row]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ProjectError(f"there is no file {path}") from None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}") from None
    try:
        # what spreadsheets call Unicode text begins with a mark that nothing else begins with
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and try again") from None
    if path.suffix.casefold() in _RIS:
        rows = read_rows_of_ris(text)
        if not rows:
            raise ProjectError(f"{path} holds no entry: no line begins with TY  -")
        return rows
    if path.suffix.casefold() not in (".csv", ".tsv", ".tab"):
        raise InputError(f"{path.name} is neither a RIS nor a CSV file by its name; call it .ris or .csv")
    return read_rows_of_csv(text, path.name)


def recognise(path: Path, rows: Sequence[Row]) -> Tool:
    """Return which tool wrote a file, by its columns, notes and tags.

    Raises
    ------
    InputError
        If that cannot be told.
    """
    listed = list(rows)
    # the most telling marks first: a file for one tool may have passed through another
    if covidence.is_mine(listed):
        return "covidence"
    if asreview.is_labelled(listed):
        return "asreview"
    if rayyan.is_mine(listed):
        return "rayyan"
    if asreview.is_mine(listed):
        return "asreview"
    if zotero.is_mine(listed):
        return "zotero"
    if covidence.list_of(path) and not any(row.columns for row in listed):
        return "covidence"
    raise InputError(f"it cannot be told which tool wrote {path.name}; name it with --tool: {', '.join(TOOLS)}")


class _Reader:
    """Reads one file row by row, and keeps what is wrong with it."""

    def __init__(
        self,
        path: Path,
        tool: Tool,
        records: Records,
        stage: str,
        reviewer: str,
        now: str,
        known: tuple[Decision, ...],
    ) -> None:
        self.path, self.tool, self.records, self.stage = path, tool, records, stage
        self.reviewer, self.now = reviewer, now
        self.problems: list[Problem] = []
        self.places: dict[tuple[str, str, str], list[tuple[Row, Decision]]] = {}
        self._held = current(known).standings

    def decisions(self, row: Row) -> Iterator[Decision]:
        """Yield the decisions of a row; what is wrong with it goes to `problems`."""
        said, fault = self._said(row)
        carried = row.carried
        for text in (row.fault, fault, carried.fault if carried is not None else ""):
            if text:
                self._problem(row, text)
        if row.fault or fault or (carried is not None and carried.fault):
            return
        if not said and not (carried is not None and carried.decisions):
            return
        match = self.records.match(row)
        if match.fault:
            self._problem(row, match.fault, match.allowed)
            return
        went_out = carried.decisions if carried is not None else ()
        yield from went_out
        for one in said:
            decision = self._new(row, match.pmid, one, went_out)
            if decision is not None:
                self.places.setdefault((match.pmid, self.stage, decision.reviewer), []).append((row, decision))
                yield decision

    def _said(self, row: Row) -> tuple[tuple[Said, ...], str]:
        if self.tool == "covidence":
            return covidence.read(row, self.path, self.stage)
        if self.tool == "rayyan":
            return rayyan.read(row, self.path)
        if self.tool == "asreview":
            return asreview.read(row, self.path)
        return zotero.read(row, self.path)

    def _new(self, row: Row, pmid: str, said: Said, went_out: tuple[Decision, ...]) -> Decision | None:
        """Return what the tool says as a decision, if it is not what went out or what the reviewer holds already."""
        standing = current([replace(one, pmid=pmid) for one in went_out]).standings.get((pmid, self.stage))
        if standing is not None and self._is_as_it_went(said, standing.own, standing.outcome, standing.reason):
            return None
        by_file = said.reviewer if said.surely or not self.reviewer else ""
        reviewer = one_line(by_file or self.reviewer)
        if not reviewer:
            self._problem(row, "the file does not tell who decided", "name the reviewer with --reviewer")
            return None
        held = self._held.get((pmid, self.stage))
        own = held.own.get(reviewer) if held is not None else None
        # a time to come would outlive every later decision
        moment = said.decided_at if said.decided_at <= self.now else ""
        if own is not None and _same(said, own) and not moment:
            return None
        reason = one_line(said.reason)
        if said.decision == "exclude" and self.stage == FULL_TEXT and not reason:
            self._problem(row, "an exclusion at full text without a reason", "a reason, as the tool has room for it")
            return None
        return Decision(
            pmid=pmid,
            stage=self.stage,
            reviewer=reviewer,
            decision=said.decision,
            reason=reason if said.decision == "exclude" else "",
            decided_at=moment or self.now,
            tool=_NAMES[self.tool],
            notes=one_line(said.notes),
        )

    @staticmethod
    def _is_as_it_went(said: Said, own: Mapping[str, Decision], outcome: str, reason: str) -> bool:
        if said.reviewer and said.reviewer in own and said.surely:
            return _same(said, own[said.reviewer])
        if said.reviewer and said.surely:
            return False
        given = _given(said)
        return outcome == _OUTCOMES[said.decision] and (not given or not reason or _reasons(reason) <= given)

    def _problem(self, row: Row, message: str, allowed: str = "") -> None:
        self.problems.append(
            Problem(message=message, table=self.path.name, row=f"line {row.line}", value=row.shown, allowed=allowed)
        )


def _reasons(text: str) -> set[str]:
    return {" ".join(part.split()) for part in text.replace("|", "/").replace(";", ",").split(",") if part.strip()}


def _given(said: Said) -> set[str]:
    return {part for reason in said.reasons or (said.reason,) for part in _reasons(reason)}


def _same(said: Said, own: Decision) -> bool:
    """Return whether a reviewer holds a decision already; where a file mixes the reasons of all, theirs is one."""
    if said.decision != own.decision:
        return False
    given = _given(said)
    return said.decision != "exclude" or not given or not own.reason or _reasons(own.reason) <= given


def _contradictions(path: Path, places: Mapping[tuple[str, str, str], list[tuple[Row, Decision]]]) -> Iterator[Problem]:
    """Yield every record on which a file has two different decisions of one reviewer."""
    for (pmid, _, reviewer), found in places.items():
        if len({(decision.decision, decision.reason) for _, decision in found}) > 1:
            lines = ", ".join(str(row.line) for row, _ in found)
            words = " and ".join(dict.fromkeys(decision.decision for _, decision in found))
            yield Problem(
                message=f"PMID {pmid} stands in lines {lines} with different decisions of {reviewer}: {words}",
                table=path.name,
                row=f"line {found[0][0].line}",
                allowed="one decision",
            )
