"""Bringing a filled-in form into the base: checked as the base would then stand, written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import ColumnError, InputError, Problem, RowError
from ...instruments import FORMS, TOOLS
from ...tables.definitions import TABLES
from ...tables.io import format_table, read_raw
from ...tables.record import write_checked
from .counting import CONSENSUS
from .sheet import COLUMNS, JUDGEMENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from ...instruments import Form

__all__ = ["Recorded", "record_form"]

_RESULT = ("study_id", "outcome", "tool", "variant", "assessor")
_NEEDED = tuple(name for name in COLUMNS if name not in ("asks", "asked_if", "allowed"))
_TABLES = ("bias_answers", "risk_of_bias")
Row = dict[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded.

    Attributes
    ----------
    results : tuple of tuple of str
        The results judged: study, outcome, tool, variant, assessor.
    answers, judgements : int
        How many rows now stand for them in ``bias_answers`` and in ``risk_of_bias``.
    """

    results: tuple[tuple[str, ...], ...]
    answers: int
    judgements: int


def record_form(path: Path, folder: Path, *, vocabularies: Mapping[str, Collection[str]]) -> Recorded:
    """Bring a form that people filled in into ``bias_answers`` and ``risk_of_bias``.

    What the same assessor said of the same result with the same form before gives way. Proposals are computed, and the
    judgement is the proposal unless the form gives another one with a reason.

    Parameters
    ----------
    path : Path
        The form, as `form_bytes` makes it; several forms may stand below each other.
    folder : Path
        The project's ``data/processed``.
    vocabularies : mapping
        The protocol's ids.

    Raises
    ------
    ProjectError
        If the file cannot be read.
    ColumnError, RowError, InputError
        If it is not a form, or nothing is filled in.
    TableError
        With every fault that the base would then have; nothing is written.
    """
    lines = _read(path)
    tables = {name: _rows(folder / f"{name}.csv") for name in _TABLES}
    results = tuple(dict.fromkeys(_key(line) for line in lines))
    for key in results:
        own = [line for line in lines if _key(line) == key]
        answers = [_cut(line, "bias_answers") for line in own if line["question"] != JUDGEMENT and line["answer"]]
        tables["bias_answers"] = [*_without(tables["bias_answers"], key), *answers]
    for key in results:
        before = {row["domain"] for row in tables["risk_of_bias"] if _key(row) == key}
        own = [line for line in lines if _key(line) == key and line["question"] == JUDGEMENT]
        judged = [_judgement(line) for line in own if line["domain"] in before or _says_something(line, tables, key)]
        tables["risk_of_bias"] = [*_without(tables["risk_of_bias"], key), *judged]
    for key in results:
        _refresh(tables, key)
    _write(folder, tables, vocabularies)
    return Recorded(
        results=results,
        answers=sum(_key(row) in results for row in tables["bias_answers"]),
        judgements=sum(_key(row) in results for row in tables["risk_of_bias"]),
    )


def _key(row: Row) -> Key:
    return tuple(row[name] for name in _RESULT)


def _rows(path: Path) -> list[Row]:
    raw = read_raw(path)
    return [{str(name): str(cell) for name, cell in row.items()} for row in raw.to_dict("records")]


def _without(rows: Iterable[Row], key: Key) -> list[Row]:
    return [row for row in rows if _key(row) != key]


def _read(path: Path) -> list[Row]:
    raw = read_raw(path)
    twice = sorted({str(name) for name in raw.columns[raw.columns.duplicated()]})
    if twice:
        raise ColumnError(f"{path} has the columns {', '.join(twice)} twice; leave one of each")
    missing = [name for name in _NEEDED if name not in raw.columns]
    if missing:
        raise ColumnError(f"{path} is no form: it lacks {', '.join(missing)}; `evidence bias form` writes one")
    cells = [{name: str(row[name]).strip() for name in _NEEDED} for row in raw.to_dict("records")]
    numbered = [(number, line) for number, line in zip(raw.index, cells, strict=True) if any(line.values())]
    lines = [line for _, line in numbered]  # spreadsheets leave lines of nothing but commas
    problems = [problem for number, line in numbered for problem in _faults(line, number)]
    if problems:
        raise RowError(f"{path} cannot be recorded; nothing was written", problems)
    if not any(line["answer"] or line["support"] for line in lines):
        raise InputError(f"{path} holds no answer; fill in the column answer")
    return lines


def _faults(line: Row, number: int) -> Iterable[Problem]:
    """Yield what is wrong with a line of the form, as far as the form alone can tell."""
    where = {"table": "form", "row": f"line {number}", "study": line["study_id"]}
    for name in _RESULT:
        if not line[name]:
            yield Problem(message="the cell must not be empty", column=name, **where)
    if line["assessor"].casefold() == CONSENSUS != line["assessor"]:
        message = "the agreed judgement has its own name, which is written small"
        yield Problem(message=message, column="assessor", value=line["assessor"], allowed=CONSENSUS, **where)
    if line["override_reason"] and line["question"] != JUDGEMENT:
        message = f"a reason for another judgement belongs in the line {JUDGEMENT!r} of the domain"
        value = line["override_reason"]
        yield Problem(message=message, column="override_reason", value=value, allowed="an empty cell", **where)
    form = FORMS.get((line["tool"], line["variant"]))
    if form is None and line["tool"] and line["variant"]:
        listed = "; ".join(f"{tool}: {', '.join(variants)}" for tool, variants in TOOLS.items())
        value = f"{line['tool']} {line['variant']}"
        yield Problem(message="no such form", column="variant", value=value, allowed=listed, **where)
    if form is not None and line["question"] == JUDGEMENT:
        allowed = form.judgements
        if line["domain"] not in (*form.domain_ids, "overall"):
            listed = ", ".join((*form.domain_ids, "overall"))
            yield Problem(message="no such domain", column="domain", value=line["domain"], allowed=listed, **where)
    elif form is not None:
        question = form.by_id.get(line["question"])
        allowed = question.allowed if question else ()
        if question is None:
            listed = ", ".join((*form.by_id, JUDGEMENT))
            value = line["question"]
            yield Problem(
                message="the form has no such question", column="question", value=value, allowed=listed, **where
            )
    else:
        return
    if line["answer"] and allowed and line["answer"] not in allowed:
        listed = ", ".join(allowed)
        yield Problem(message="no such answer", column="answer", value=line["answer"], allowed=listed, **where)


def _cut(line: Row, table: str) -> Row:
    return {name: line.get(name, "") for name in TABLES[table].names}


def _judgement(line: Row) -> Row:
    return _cut(line, "risk_of_bias") | {"judgement": line["answer"], "typed": line["answer"]}


def _says_something(line: Row, tables: Mapping[str, list[Row]], key: Key) -> bool:
    """Return whether a judgement's line is filled in, or its domain has answers, or it is the whole of such domains."""
    if line["answer"] or line["support"] or line["notes"]:
        return True
    domains = {row["domain"] for row in tables["bias_answers"] if _key(row) == key}
    return bool(domains) if line["domain"] == "overall" else line["domain"] in domains


def _refresh(tables: Mapping[str, list[Row]], key: Key) -> None:
    """Compute the proposals of an assessor for a trial again: answers for all outcomes count for each of them."""
    study, _, tool, variant, assessor = key
    form = FORMS[tool, variant]
    wanted = (study, tool, variant, assessor)
    rows = [row for row in tables["risk_of_bias"] if _person(row) == wanted]
    answers = _by_outcome((row for row in tables["bias_answers"] if _person(row) == wanted), "question", "answer")
    for overall in (False, True):
        judged = _by_outcome(rows, "domain", "judgement")
        for row in rows:
            if (row["domain"] == "overall") == overall:
                _propose(form, row, answers, judged)


def _person(row: Row) -> Key:
    return row["study_id"], row["tool"], row["variant"], row["assessor"]


def _by_outcome(rows: Iterable[Row], name: str, value: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["outcome"], {})[row[name]] = row[value]
    return found


def _propose(form: Form, row: Row, answers: Mapping[str, Row], judged: Mapping[str, Row]) -> None:
    given, judgements = ({**groups.get("all", {}), **groups.get(row["outcome"], {})} for groups in (answers, judged))
    row["proposed"] = form.propose(row["domain"], given, judgements).judgement or ""
    # What stands in the form counts as it stands, and a reason keeps what a person judged; all else follows.
    if not row.get("typed") and not row["override_reason"]:
        row["judgement"] = row["proposed"] or "no-information"


def _write(folder: Path, tables: Mapping[str, list[Row]], vocabularies: Mapping[str, Collection[str]]) -> None:
    import pandas as pd

    contents = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows, columns=list(TABLES[name].names), dtype=object)
        contents[name] = format_table(frame, name)
    write_checked(folder, contents, vocabularies=vocabularies)
