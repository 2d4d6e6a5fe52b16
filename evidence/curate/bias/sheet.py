"""A form as a spreadsheet: one line per question, one per judgement, with what stands in the base already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UnknownIdError
from ...instruments import find_form
from ...tables.io import csv_bytes, records
from ...tables.topic import PAIRED_DESIGNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import pandas as pd

    from ...instruments import Form

__all__ = ["COLUMNS", "JUDGEMENT", "form_bytes"]

JUDGEMENT = "judgement"
_RESULT = ("study_id", "outcome", "tool", "variant", "assessor")
COLUMNS = (
    *_RESULT,
    "domain",
    "question",
    "asks",
    "asked_if",
    "allowed",
    "answer",
    "override_reason",
    "support",
    "seen_at",
    "notes",
)
_ASKS = "The judgement: leave the answer empty to take what the answers propose; another one needs override_reason"


def form_bytes(
    tables: Mapping[str, pd.DataFrame],
    study: str,
    *,
    outcome: str = "all",
    tool: str = "",
    variant: str = "",
    assessor: str = "",
    paired_designs: Collection[str] = PAIRED_DESIGNS,
) -> bytes:
    """Return a form to fill in, as CSV; what the assessor has answered already stands in it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables of a base; ``studies``, ``bias_answers`` and ``risk_of_bias`` are used.
    study : str
        The trial.
    outcome : str
        The outcome to judge; ``all`` for those without a form of their own.
    tool, variant : str
        The form; by default the one that the base has used for the trial, else RoB 2 for randomised trials (its form
        for matched designs where people are compared with themselves) and ROBINS-I for others.
    assessor : str
        Who will judge; may be filled in later.
    paired_designs : collection of str
        Designs in which people are compared with themselves (`Protocol.paired_designs`).

    Raises
    ------
    UnknownIdError
        If there is no such trial.
    OptionError
        If there is no such form.
    """
    studies = {row["study_id"]: row for row in records(tables["studies"])}
    if study not in studies:
        raise UnknownIdError("study", study, studies)
    usual = _usual_form(tables, studies[study], paired_designs)
    form = find_form(tool or usual[0], variant or (usual[1] if not tool or find_form(tool).tool == usual[0] else ""))
    key = (study, outcome, form.tool, form.variant, assessor)
    return csv_bytes(COLUMNS, ([line[name] for name in COLUMNS] for line in _lines(tables, form, key)))


def _usual_form(
    tables: Mapping[str, pd.DataFrame], study: Mapping[str, Any], paired_designs: Collection[str]
) -> tuple[str, str]:
    for row in records(tables["risk_of_bias"]):
        if row["study_id"] == study["study_id"]:
            return str(row["tool"]), str(row["variant"])
    if study["randomised"] == "no":
        return "ROBINS-I", "2016"
    matched = str(study["design"]) in ("crossover", *paired_designs)
    return "RoB2", "crossover" if matched else "parallel"


def _lines(tables: Mapping[str, pd.DataFrame], form: Form, key: tuple[str, ...]) -> Iterator[dict[str, str]]:
    answered = _own(tables["bias_answers"], key, "question")
    judged = _own(tables["risk_of_bias"], key, "domain")
    blank = dict.fromkeys(COLUMNS, "") | dict(zip(_RESULT, key, strict=True))
    ids = ((form.gate.id,) if form.gate else ()) + form.domain_ids
    for domain in ids:
        for question in form.questions_of(domain):
            row = answered.get(question.id, {})
            yield blank | {
                "domain": domain,
                "question": question.id,
                "asks": question.text,
                "asked_if": question.asked_if,
                "allowed": " ".join(question.allowed),
                **{name: str(row.get(name, "")) for name in ("answer", "support", "seen_at", "notes")},
            }
        if domain in form.domain_ids:
            yield blank | _judgement_line(form, domain, judged.get(domain, {}))
    yield blank | _judgement_line(form, "overall", judged.get("overall", {}))


def _judgement_line(form: Form, domain: str, row: Mapping[str, Any]) -> dict[str, str]:
    reason = str(row.get("override_reason", ""))
    return {
        "domain": domain,
        "question": JUDGEMENT,
        "asks": _ASKS,
        "allowed": " ".join(form.judgements),
        "answer": str(row.get("judgement", "")) if reason else "",
        "override_reason": reason,
        **{name: str(row.get(name, "")) for name in ("support", "seen_at", "notes")},
    }


def _own(table: pd.DataFrame, key: tuple[str, ...], name: str) -> dict[str, dict[str, Any]]:
    return {row[name]: row for row in records(table) if tuple(str(row[part]) for part in _RESULT) == key}
