"""Everything that a base holds on the risk of bias of one trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...instruments import find_form
from ...tables.io import records
from .judgement import BiasJudgement, assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["judge_study", "results_of"]


def results_of(tables: Mapping[str, pd.DataFrame], study: str) -> list[tuple[str, str, str, str]]:
    """Return what was judged of a trial, as (outcome, tool, variant, assessor), in the order of the tables."""
    names = ("outcome", "tool", "variant", "assessor")
    found: dict[tuple[str, str, str, str], None] = {}
    for table in ("risk_of_bias", "bias_answers"):
        for row in records(tables[table]):
            if row["study_id"] == study:
                outcome, tool, variant, assessor = (str(row[name]) for name in names)
                found[outcome, tool, variant, assessor] = None
    return list(found)


def judge_study(
    tables: Mapping[str, pd.DataFrame], study: str, outcome: str, tool: str, variant: str, assessor: str
) -> BiasJudgement:
    """Return what one assessor judged of one result, from the answers and judgements of a base.

    What stands for `all` outcomes stands for this one too where it has no row of its own.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables of a base; ``bias_answers`` and ``risk_of_bias`` are used.
    study, outcome, tool, variant, assessor : str
        The result, the form, and who judged.
    """
    answers: dict[str, str] = {}
    rows: dict[str, dict[str, Any]] = {}
    wanted = (study, tool, variant, assessor)
    for part in dict.fromkeys(("all", outcome)):
        answers |= {row["question"]: row["answer"] for row in _own(tables["bias_answers"], wanted, part)}
        rows |= {row["domain"]: row for row in _own(tables["risk_of_bias"], wanted, part)}
    form = find_form(tool, variant)
    told = {
        name: (str(row["judgement"]), str(row["override_reason"]))
        for name, row in rows.items()
        if row["override_reason"] or (form.no_information and row["judgement"] == "no-information")
    }
    return assess(form, answers, told, study=study, outcome=outcome, assessor=assessor)


def _own(table: pd.DataFrame, wanted: tuple[str, ...], outcome: str) -> Iterable[dict[str, Any]]:
    for row in records(table):
        own = tuple(str(row[name]) for name in ("study_id", "tool", "variant", "assessor"))
        if own == wanted and str(row["outcome"]) == outcome:
            yield row
