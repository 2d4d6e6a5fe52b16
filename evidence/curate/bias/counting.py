"""Which judgement counts where several people judged."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ...errors import ColumnError
from ...instruments import FORMS
from ...tables.io import records
from .words import NOT_AGREED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...instruments import Form

__all__ = ["CONSENSUS", "of_outcome", "settled", "whole_of"]

CONSENSUS = "consensus"
_RESULT = ("study_id", "outcome", "tool", "variant")
_NEEDED = ("study_id", "outcome", "tool", "domain", "judgement")


def settled(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per study, outcome, form and domain: the judgement that counts.

    The row of `consensus` counts; without one, the row of the only assessor, or of several who agree. Where they do
    not, the judgement is ``not-agreed``, which no one should take for any other.

    Parameters
    ----------
    table : DataFrame
        Rows as in the table ``risk_of_bias``; `variant` and `assessor` may be missing.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"study_id": "A", "outcome": "all", "tool": "RoB2", "variant": "parallel", "domain": "D1"}
    >>> table = pd.DataFrame([{**row, "assessor": "AB", "judgement": "low"},
    ...                       {**row, "assessor": "CD", "judgement": "high"}])
    >>> settled(table)["judgement"].tolist()
    ['not-agreed']
    """
    import pandas as pd

    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise ColumnError(f"the table lacks {', '.join(missing)}; needed: {', '.join(_NEEDED)}")
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in records(table):
        groups[tuple(str(row.get(name, "")) for name in (*_RESULT, "domain"))].append(row)
    return pd.DataFrame([_counting(rows) for rows in groups.values()], columns=list(table.columns))


def of_outcome(table: pd.DataFrame, outcome: str) -> dict[tuple[str, str, str], dict[str, str]]:
    """Return what counts for an outcome: study, tool and variant to domain to judgement.

    What stands for ``all`` outcomes stands for this one too where it has no row of its own. An overall judgement for
    all outcomes does not: where a domain was judged for this outcome and the whole was not, the whole is left out,
    unless a domain has the worst judgement there is, since nothing can then be worse.

    Parameters
    ----------
    table : DataFrame
        Rows as in the table ``risk_of_bias``; `variant` and `assessor` may be missing.
    outcome : str
        The outcome.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"study_id": "A", "tool": "RoB2", "variant": "parallel", "assessor": "AB"}
    >>> table = pd.DataFrame([{**row, "outcome": "all", "domain": "overall", "judgement": "low"},
    ...                       {**row, "outcome": "pain", "domain": "D4", "judgement": "high"}])
    >>> of_outcome(table, "pain")
    {('A', 'RoB2', 'parallel'): {'D4': 'high', 'overall': 'high'}}
    >>> of_outcome(table, "death")
    {('A', 'RoB2', 'parallel'): {'overall': 'low'}}
    """
    found: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    own: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    rows = records(settled(table))
    for part in dict.fromkeys(("all", outcome)):
        for row in rows:
            if row["outcome"] == part:
                key = (str(row["study_id"]), str(row["tool"]), str(row.get("variant", "")))
                found[key][str(row["domain"])] = str(row["judgement"])
                if part == outcome:
                    own[key].add(str(row["domain"]))
    for key, judged in found.items():
        if own[key] - {"overall"} and "overall" not in own[key]:
            judged.pop("overall", None)
        whole = whole_of(judged, FORMS.get(key[1:]))
        if whole:
            judged["overall"] = whole
    return dict(found)


def whole_of(judged: Mapping[str, str], form: Form | None) -> str:
    """Return the overall judgement: the one given, or the worst of all if a domain has it; empty if it is not known.

    Nothing can be worse than the worst, whatever the domains that nobody judged are.

    Parameters
    ----------
    judged : mapping of str to str
        Domain to judgement.
    form : Form, optional
        Whose scale it is.

    Examples
    --------
    >>> from evidence.instruments import FORMS
    >>> whole_of({"D4": "high"}, FORMS["RoB2", "parallel"]), whole_of({"D4": "low"}, FORMS["RoB2", "parallel"])
    ('high', '')
    """
    if "overall" in judged or form is None:
        return judged.get("overall", "")
    worst = form.scale[-1]
    return worst if worst in [judged.get(name) for name in form.domain_ids] else ""


def _counting(rows: list[dict[str, Any]]) -> dict[str, Any]:
    agreed = [row for row in rows if row.get("assessor") == CONSENSUS]
    if agreed or len(rows) == 1:
        return (agreed or rows)[0]
    names = ", ".join(str(row.get("assessor", "")) for row in rows)
    if len({row["judgement"] for row in rows}) == 1:
        return {**rows[0], "assessor": names}
    told = "; ".join(f"{row.get('assessor', '')}: {row['judgement']}" for row in rows)
    return {**rows[0], "assessor": names, "judgement": NOT_AGREED, "proposed": "", "support": told}
