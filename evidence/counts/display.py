"""How an analysis of counts is shown: names, numbers, and a sentence for every choice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..card import Card
from ..numbers import format_effect, format_i2, format_interval, format_number, format_p
from ..pool.digits import decimals, show, show_interval

if TYPE_CHECKING:
    from .result import CountsResult
    from .zero_policy import ZeroCells

__all__ = ["as_card", "readable"]

_NAMES = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "IRR": "rate ratio",
    "IRD": "rate difference",
    "PETO": "Peto odds ratio",
}
_METHODS = {"MH": "Mantel–Haenszel", "Cochran": "Cochran's", "Peto": "Peto's"}


def readable(value: float, low: float, high: float, *, ratio: bool, se: float, usual: int) -> tuple[str, str]:
    """Return an effect and its interval as text, back on the scale of people.

    Parameters
    ----------
    value, low, high : float
        The effect and its limits.
    ratio : bool
        Whether it is a ratio, for which two decimals do unless its logarithm's standard error `se` asks for more.
        Others get as many decimals as it takes to tell value and limits apart.
    se : float
        Standard error on the scale of the model.
    usual : int
        Decimals where sizes are ordinary.

    Examples
    --------
    >>> readable(0.2345, 0.1234, 0.5, ratio=True, se=0.3, usual=2)
    ('0.23', '0.12 to 0.50')
    >>> readable(3.1e-6, 1.9e-6, 5.1e-6, ratio=False, se=0.25, usual=4)
    ('3.10e−06', '1.90e−06 to 5.10e−06')
    """
    if ratio:
        digits = decimals(se, usual=usual)
        return format_effect(value, digits, ratio=True), format_interval(low, high, digits, ratio=True)
    digits = decimals([0.5 * (value - low), 0.5 * (high - value)], usual=usual)
    return show(value, digits), show_interval(low, high, digits)


def as_card(result: CountsResult) -> Card:
    """Return what there is to show; ratios as ratios."""
    title = f"{_METHODS[result.method]} {_NAMES[result.measure]}".replace("Peto's Peto", "Peto's")
    return Card(
        title=f"{title}, {'one study, not a synthesis' if result.k == 1 else 'equal effects'}",
        facts=_facts(result),
        notes=_notes(result),
        cautions=result.cautions,
    )


def _facts(result: CountsResult) -> tuple[tuple[str, str], ...]:
    value, low, high = result.back_transformed
    if result.is_ratio:
        shown, interval = format_effect(value, ratio=True), format_interval(low, high, ratio=True)
    else:
        digits = decimals(result.se, usual=4) if math.isfinite(result.se) else 4
        shown, interval = show(value, digits), show_interval(low, high, digits)
    name = _NAMES[result.measure].capitalize()
    facts = [
        (name, f"{shown} ({100 * result.level:g}% CI {interval})"),
        ("Test", f"z = {format_number(result.statistic)}, {format_p(result.pvalue)}"),
        ("Studies (k)", f"{result.k}, {result.k_effects} with an effect of their own"),
        ("Heterogeneity", _heterogeneity(result)),
    ]
    if result.is_ratio:
        digits = decimals(result.se, usual=4) if math.isfinite(result.se) else 4
        facts.insert(1, ("On the log scale", f"{show(result.estimate, digits)} (SE {show(result.se, digits)})"))
    tests = (
        ("Association (CMH)", result.cmh),
        ("Breslow–Day", result.breslow_day),
        ("Tarone", result.tarone),
    )
    for title, test in tests:
        if test is not None and not math.isnan(test.statistic):
            facts.append((title, f"χ²({test.df:g}) = {format_number(test.statistic)}, {format_p(test.pvalue)}"))
    return tuple(facts)


def _heterogeneity(result: CountsResult) -> str:
    if result.k_effects < 2:
        return "none to measure: fewer than two effects"
    q = f"Q = {format_number(result.q)} on {result.q_df:g} df, {format_p(result.q_pvalue)}"
    return f"{q}; I² = {format_i2(result.i2, 1)}"


def _notes(result: CountsResult) -> tuple[str, ...]:
    choices = result.choices
    notes = [_policy("pooled estimate", choices.pooled), _policy("effects of the studies (Q)", choices.effects)]
    if result.cmh is not None:
        notes.append(f"Association test {'with' if choices.correct else 'without'} correction for continuity.")
    if choices.measure == "RD":
        authors = "Sato, Greenland and Robins" if choices.rd_variance == "sato" else "Greenland and Robins"
        notes.append(f"Variance of {authors}.")
    if choices.q_around == "iv":
        notes.append("Q is taken around the inverse-variance estimate.")
    return tuple(notes)


def _policy(what: str, policy: ZeroCells) -> str:
    rows = {"only0": "rows with a zero cell", "all": "all rows", "if0all": "all rows if any has a zero cell"}
    amount = policy.add if isinstance(policy.add, str) else f"{policy.add:g}"
    added = f"{amount} added to {rows[policy.to]}" if policy.to != "none" and policy.add != 0 else "nothing added"
    dropped = "; rows where nobody or everybody has the event left out" if policy.drop00 else ""
    return f"Zero cells, {what}: {added}{dropped}."
