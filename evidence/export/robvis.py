"""Judgements of bias for robvis: one row per trial, its domains in robvis's order, the overall judgement, a weight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..curate.bias.counting import of_outcome
from ..curate.bias.words import NOT_AGREED, NOT_ASSESSED, told
from ..errors import InputError, OptionError
from ..instruments import FORMS
from ..numbers import file_number
from ..tables.io import csv_bytes

if TYPE_CHECKING:
    from ..base import EvidenceBase
    from ..synthesis import SynthesisResult

__all__ = ["robvis_csv"]

_MISSING = "NA"


def robvis_csv(
    base: EvidenceBase,
    *,
    tool: str = "RoB2",
    variant: str = "",
    outcome: str = "",
    result: SynthesisResult | None = None,
) -> bytes:
    """Return the judgements that count, as ``robvis::rob_traffic_light(read.csv(…), tool = …)`` reads them.

    Columns are ``Study``, the domains in their order (``D1`` …), ``Overall`` and ``Weight``. Judgements are in robvis's
    words. A domain that nobody judged, or on which assessors do not agree, is ``NA``: not assessed, never low. RoB 2
    knows no judgement `no information`; where the table says so, nobody could judge. A trial without any judgement is
    left out.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    tool : {"RoB2", "ROBINS-I"}
        Which instrument.
    variant : str
        Which form of it, as ``parallel`` or ``crossover``; by default the one with the most trials.
    outcome : str
        Judgements of this outcome, and those for all outcomes where there are none of its own; by default that of
        `result`, or those for all outcomes.
    result : SynthesisResult, optional
        Only the trials that entered it, each with its weight in the pooled estimate; without it every trial, weight 1.

    Raises
    ------
    OptionError
        If there is no such tool or form.
    InputError
        If no trial has a judgement.

    References
    ----------
    McGuinness LA, Higgins JPT (2021). Risk-of-bias VISualization (robvis). doi:10.1002/jrsm.1411

    Examples
    --------
    >>> import evidence as ev
    >>> text = robvis_csv(ev.load(), tool="ROBINS-I").decode()
    >>> text.splitlines()[0]
    'Study,D1,D2,D3,D4,D5,D6,D7,Overall,Weight'
    """
    tools = tuple(dict.fromkeys(name for name, _ in FORMS))
    if tool not in tools:
        raise OptionError("tool", tool, tools)
    forms = [form for name, form in FORMS if name == tool]
    if variant and variant not in forms:
        raise OptionError("variant", variant, forms)
    about = outcome or (result.synthesis.outcome if result else "all")
    found = {key: judged for key, judged in of_outcome(base.tables["risk_of_bias"], about).items() if key[1] == tool}
    weights = _weights(result)
    if weights is not None:
        found = {key: judged for key, judged in found.items() if key[0] in weights}
    if not found:
        raise InputError(f"no trial here has a judgement by {tool}; the table risk_of_bias holds them")
    counts = {name: sum(key[2] == name for key in found) for name in forms}
    chosen = variant or max(forms, key=lambda name: counts[name])
    labels = dict(zip(base.tables["studies"]["study_id"], base.tables["studies"]["label"], strict=True))
    domains = (*FORMS[tool, chosen].domain_ids, "overall")
    rows = []
    for (study, _, form), judged in found.items():
        words = [_word(judged.get(name), tool) for name in domains]
        if form == chosen and set(words) != {_MISSING}:
            rows.append([str(labels[study]), *words, "1" if weights is None else _plain(weights[study])])
    if not rows:
        raise InputError(f"no trial here has a judgement by the form {chosen} of {tool}; all are without information")
    return csv_bytes(("Study", *domains[:-1], "Overall", "Weight"), rows)


def _weights(result: SynthesisResult | None) -> dict[str, float] | None:
    """Return trial → weight in percent; a trial's rows add up, and what was not pooled weighs 1."""
    if result is None:
        return None
    weights: dict[str, float] = {}
    for study, weight in zip(result.effects["study_id"], result.effects["weight"], strict=True):
        weights[str(study)] = weights.get(str(study), 0.0) + float(weight)
    return {study: weight if math.isfinite(weight) else 1.0 for study, weight in weights.items()}


def _plain(weight: float) -> str:
    """Return a weight without an exponent: robvis takes a column that has one for text."""
    text = file_number(weight)
    return f"{weight:.12f}".rstrip("0").rstrip(".") if "e" in text else text


def _word(judgement: str | None, tool: str) -> str:
    if judgement == NOT_AGREED or told(judgement, tool) == NOT_ASSESSED:
        return _MISSING
    return told(judgement, tool).capitalize()
