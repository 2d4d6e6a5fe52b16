"""What stands in and under a forest plot in journals' words, from the numbers themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...number_style import number_style
from ...numbers import format_i2, format_number
from ..page.large import readable
from .heterogeneity import variance_text
from .text import level_text

if TYPE_CHECKING:
    from .data import ForestData, ForestFacts, ForestSummary

__all__ = [
    "Model",
    "house_difference",
    "house_words",
    "measure_words",
    "model_heading",
    "model_of",
    "no_footnotes",
    "plain_label",
    "plot_heading",
    "revman_difference",
    "revman_effect_test",
    "study_heading",
    "summary_with_level",
    "variance_texts",
]

_ESTIMATORS = {
    "DL": "DerSimonian and Laird",
    "EB": "empirical Bayes",
    "HE": "Hedges",
    "HS": "Hunter and Schmidt",
    "ML": "maximum likelihood",
    "PM": "Paule and Mandel",
    "REML": "restricted maximum likelihood",
    "SJ": "Sidik and Jonkman",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as journals name it.

    Attributes
    ----------
    weighting : str
        ``IV``; empty where studies are not weighted by inverse variances, or nobody said how.
    kind : str
        ``Random``, ``Fixed``, or empty where it is not known.
    estimator : str
        The estimator of τ², as ``REML``; ``given`` where τ² was not estimated, empty where there is none.
    interval : str
        The kind of interval in words.
    """

    weighting: str = ""
    kind: str = ""
    estimator: str = ""
    interval: str = ""

    @property
    def estimator_words(self) -> str:
        """The estimator in full, where it has a fuller name."""
        full = _ESTIMATORS.get(self.estimator)
        return f"{full} ({self.estimator})" if full else self.estimator


def model_of(facts: ForestFacts | None) -> Model:
    """Return the model that facts name.

    Examples
    --------
    >>> from evidence.plot.forest_plot.data import ForestFacts
    >>> model = model_of(ForestFacts(q=1.0, df=2.0, p=0.6, method="Random effects: REML, normal interval"))
    >>> model.weighting, model.kind, model.estimator, model.interval
    ('IV', 'Random', 'REML', 'normal interval')
    """
    kind, found, rest = (facts.method if facts else "").partition(" effects")
    kind = {"Random": "Random", "Equal": "Fixed", "Fixed": "Fixed"}.get(kind, "")
    if not found or not kind:
        return Model()
    parts = rest.strip(":, ").split(", ")
    weighting = "" if any(part.endswith(" weights") for part in parts) else "IV"
    estimator = parts.pop(0).removeprefix("τ² ") if kind == "Random" else ""
    return Model(weighting=weighting, kind=kind, estimator=estimator, interval=", ".join(parts))


def measure_words(data: ForestData) -> str:
    """Return the measure with its unit; of a figure whose rows are all pooled themselves, it says so."""
    pooled = [row.summarises for row in data.rows if row.estimate is not None]
    unit = f", {data.unit}" if data.unit else ""
    if not pooled or not all(pooled):
        return f"{data.measure}{unit}"
    named = not data.measure[1:2].islower() or "'" in data.measure
    return f"Pooled {data.measure if named else data.measure[:1].lower() + data.measure[1:]}{unit}"


def model_heading(data: ForestData) -> str:
    """Return measure, model and level as Cochrane's programs head them; the unit stands over the plot alone."""
    return _headed(measure_words(replace(data, unit="")), data)


def plot_heading(data: ForestData) -> str:
    """Return measure with its unit, model and level, as Cochrane's programs head the plot."""
    return _headed(measure_words(data), data)


def _headed(measure: str, data: ForestData) -> str:
    model = model_of(data.overall.facts if data.overall else None)
    parts = [part for part in (model.weighting, model.kind, f"{level_text(data.level)} CI") if part]
    return f"{measure}\n{', '.join(parts)}"


def study_heading(data: ForestData) -> str:
    """Return the heading of the studies, or of what else the rows are of, as Cochrane's programs have it."""
    return f"{data.of.capitalize()} or subgroup" if any(row.subgroup for row in data.rows) else data.of.capitalize()


def plain_label(summary: ForestSummary) -> str:
    """Return a summary's own label."""
    return summary.label


def summary_with_level(summary: ForestSummary) -> str:
    """Return a summary's label with the level of its interval, as ``Total (95% CI)``."""
    return f"{summary.label} ({level_text(summary.level)} CI)"


def house_words(summary: ForestSummary) -> tuple[str, ...]:
    """Return the line that the data bring along."""
    return (summary.heterogeneity,) if summary.heterogeneity else ()


def house_difference(data: ForestData) -> str:
    """Return the line on the test between subgroups that the data bring along."""
    return data.subgroup_difference


def no_footnotes(_data: ForestData) -> tuple[str, ...]:
    """Return no footnotes."""
    return ()


def revman_effect_test(facts: ForestFacts) -> tuple[str, ...]:
    """Return the test of no effect: Z, or t with its degrees of freedom; nothing where it was not done."""
    if facts.statistic is None or facts.statistic_p is None:
        return ()
    letter, df = ("Z", "") if facts.statistic_df is None else ("t", f", df = {facts.statistic_df:g}")
    p = number_style("revman").p(facts.statistic_p)
    return (f"Test for overall effect: {letter} = {readable(facts.statistic)}{df} ({p})",)


def revman_difference(data: ForestData) -> str:
    """Return the test between subgroups as Cochrane's programs word it."""
    facts = data.difference
    if facts is None:
        return data.subgroup_difference
    i2 = "" if facts.i2 is None else f", I² = {format_i2(facts.i2)}"
    p = number_style("revman").p(facts.p)
    return f"Test for subgroup differences: χ² = {readable(facts.q)}, df = {facts.df:g} ({p}){i2}"


def variance_texts(tau2: float, low: float, high: float) -> tuple[str, str, str]:
    """Return τ² and its limits with the same decimals, as many as its estimate and its upper limit need.

    Examples
    --------
    >>> variance_texts(0.12, 0.004, 0.61), variance_texts(0.0, 0.0, 0.0041)
    (('0.12', '0.00', '0.61'), ('0.0000', '0.0000', '0.0041'))
    """
    decimals = (len(variance_text(value).partition(".")[2]) for value in (tau2, high) if value < 1000)
    digits = max(decimals, default=0)
    texts = [variance_text(value) if value >= 1000 else format_number(value, digits) for value in (tau2, low, high)]
    return texts[0], texts[1], texts[2]
