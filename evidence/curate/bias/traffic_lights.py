"""Judgements in the columns and words that robvis draws its traffic lights from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InputError
from ...instruments import find_form
from .counting import of_outcome
from .words import NOT_AGREED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["robvis"]

_WORDS = {
    "low": "Low",
    "some-concerns": "Some concerns",
    "moderate": "Moderate",
    "high": "High",
    "serious": "Serious",
    "critical": "Critical",
    "no-information": "No information",
    NOT_AGREED: "No information",
}


def robvis(
    table: pd.DataFrame,
    *,
    tool: str = "RoB2",
    variant: str = "",
    outcome: str = "all",
    labels: Mapping[str, str] | None = None,
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the table that robvis expects: `Study`, a column for each domain, `Overall`, and `Weight` if given.

    A domain that nobody judged is ``No information``, the only word that robvis has for it; so is one on which
    assessors do not agree. A judgement for the outcome goes before one for all outcomes; see `of_outcome`.

    Parameters
    ----------
    table : DataFrame
        Rows as in the table ``risk_of_bias``.
    tool, variant : str
        The form; robvis has templates for RoB 2 (parallel and cluster) and ROBINS-I of 2016. Its `Generic` draws RoB 2
        for crossover trials, but it has no place for the words of ROBINS-I V2.
    outcome : str
        The outcome whose judgements are wanted.
    labels : mapping of str to str, optional
        Study id to the name to print.
    weights : mapping of str to float, optional
        Study id to its weight in a synthesis; only these studies are returned then.

    Raises
    ------
    InputError
        If nothing was judged with this form, or a weight belongs to a study that was not.

    References
    ----------
    McGuinness LA, Higgins JPT. Risk-of-bias VISualization (robvis). Res Synth Methods 2021;12:55-61.
    https://doi.org/10.1002/jrsm.1411

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame([{"study_id": "A", "outcome": "all", "tool": "RoB2", "variant": "parallel", "domain": "D1",
    ...                        "assessor": "AB", "judgement": "some-concerns"}])
    >>> robvis(table).iloc[0].tolist()
    ['A', 'Some concerns', 'No information', 'No information', 'No information', 'No information', 'No information']
    """
    import pandas as pd

    form = find_form(tool, variant)
    whole = table if "variant" in table.columns else table.assign(variant=form.variant)
    found = {
        study: judged
        for (study, *form_of), judged in of_outcome(whole, outcome).items()
        if form_of == [form.tool, form.variant]
    }
    if not found:
        raise InputError(f"nothing was judged with {form.title}, for {outcome!r}; `evidence bias` lists what was")
    strangers = sorted(set(weights or {}) - set(found))
    if strangers:
        raise InputError(f"weights for studies that were not judged with this form: {', '.join(strangers)}")
    names = (*form.domain_ids, "overall")
    rows = []
    for study, judged in found.items():
        if weights is not None and study not in weights:
            continue
        cells = [_WORDS[judged.get(name, "no-information")] for name in names]
        rows.append([(labels or {}).get(study, study), *cells, *([weights[study]] if weights is not None else [])])
    columns = ["Study", *form.domain_ids, "Overall", *(["Weight"] if weights is not None else [])]
    return pd.DataFrame(rows, columns=columns)
