"""How effects were measured and derived, and by which model they were pooled."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ...curate.derive import DERIVATIONS
from ...plot.forest_plot.trials import noun
from ...plot.page.scale import step_label
from ...vocabulary import NO_RANDOM_EFFECT, ProportionMeasure, allowed
from ..wording import no_event, plural
from .literature import cited, derivation_sources

if TYPE_CHECKING:
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult

__all__ = ["derived", "measured", "modelled", "subgrouped"]

_ADDED = " added to "
_ESTIMATORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "DL": ("the method of DerSimonian and Laird", ("DerSimonianLaird1986",)),
    "HE": ("the method of Hedges", ("Viechtbauer2005",)),
    "HS": ("the method of Hunter and Schmidt", ("Viechtbauer2005",)),
    "HSk": ("the method of Hunter and Schmidt, corrected for few trials", ("Viechtbauer2005",)),
    "SJ": ("the method of Sidik and Jonkman", ("SidikJonkman2005",)),
    "ML": ("maximum likelihood", ("Viechtbauer2005",)),
    "REML": ("restricted maximum likelihood (REML)", ("Viechtbauer2005",)),
    "EB": ("the empirical Bayes method", ("Viechtbauer2005",)),
    "PM": ("the method of Paule and Mandel", ("PauleMandel1982",)),
    "PMM": ("the method of Paule and Mandel, unbiased in the median", ("PauleMandel1982",)),
    "DLIT": ("the iterated method of DerSimonian and Laird", ("DerSimonianLaird1986",)),
    "SJIT": ("the iterated method of Sidik and Jonkman", ("SidikJonkman2005",)),
}
_INTERVALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "z": ("are based on the normal distribution", ()),
    "t": ("are based on Student's t with k − 1 degrees of freedom", ()),
    "hksj": (
        "are those of Hartung, Knapp, Sidik and Jonkman, with k − 1 degrees of freedom",
        ("HartungKnapp2001", "SidikJonkman2002"),
    ),
    "adhoc": (
        "are those of Hartung, Knapp, Sidik and Jonkman, with k − 1 degrees of freedom and a scale not below 1",
        ("HartungKnapp2001", "SidikJonkman2002"),
    ),
}
_PREDICTION = {
    "k-p": "on Student's t with k − 1 degrees of freedom",
    "k-p-1": "on Student's t with k − 2 degrees of freedom",
    "normal": "on the normal distribution",
    "tau": "on the normal distribution and τ² alone",
}
_MEASURES: dict[str, str] = {
    "SMD": (
        ", Hedges' g: the difference between two means over their pooled SD, times the exact factor for small samples"
        + cited("Hedges1981")
    ),
    "PETO": " by Peto's method" + cited("Yusuf1985"),
    "PFT": (
        ", pooled after the double arcsine transformation of Freeman and Tukey"
        f"{cited('FreemanTukey1950')} and turned back with the harmonic mean of the group sizes{cited('Miller1978')}"
    ),
    "PLO": ", pooled as its logit and turned back",
    "PAS": ", pooled after the arcsine transformation and turned back",
}


def measured(result: SynthesisResult) -> str:
    """Return the effect measure, how it was computed where that is not plain, and what was added to zero cells."""
    from ...effects import is_ratio, measure_label

    measure = result.synthesis.measure
    how = "" if measure in allowed(ProportionMeasure) and result.fit is None else _MEASURES.get(measure, "")
    if is_ratio(measure):
        how += ", analysed on the logarithmic scale"
    text = f"The effect measure was the {measure_label(measure)}{how}."
    notes = [part for note in result.effects["effect_note"] for part in str(note).split("; ") if _ADDED in part]
    for note, count in Counter(notes).items():
        text += f" In {plural(count, 'comparison')}: {note}."
    return text


def derived(result: SynthesisResult) -> str:
    """Return every derivation that was used, with the number of trials and its source; empty where nothing entered."""
    if not result.contrasts:
        return ""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for contrast in result.contrasts:
        for step in contrast.steps:
            used[step.method, step_label(step.method, contrast)].add(contrast.study_id)
    if not used:
        return "Every printed value was taken as it is."
    order = list(DERIVATIONS)
    ordered = sorted(used.items(), key=lambda entry: (order.index(entry[0][0]), entry[0][1]))
    parts = [
        f"{label} ({plural(len(trials), noun(result))}){cited(*derivation_sources(method))}"
        for (method, label), trials in ordered
    ]
    return f"Not every printed value was taken as it is: {'; '.join(parts)}."


def modelled(result: SynthesisResult) -> str:
    """Return the model with its estimator and intervals, or why nothing was pooled."""
    if result.fit is None:
        return _alone(result)
    fit = result.fit
    level = f"Intervals are at the level of {result.ci_level}."
    return f"{_model(fit)} {_intervals(fit)} {_heterogeneity(fit)} {level}"


def subgrouped(result: SynthesisResult) -> str:
    """Return by what subgroups were compared; empty where they were not."""
    if result.subgroups is None:
        return ""
    shared = "one τ² for all" if result.subgroups.tau2_common else "a τ² of their own"
    by = result.synthesis.subgroup.replace("_", " ")
    return f"Subgroups by {by} were fitted with {shared} and compared by a test between them."


def _alone(result: SynthesisResult) -> str:
    if not result.k:
        return f"Nothing was pooled: {result.reason}."
    if no_event(result):
        return (
            f"Nothing was pooled, since there was no event; the upper {result.ci_level} limit is exact and one-sided"
            f"{cited('Hanley1983')}."
        )
    if result.synthesis.measure in allowed(ProportionMeasure):
        return (
            f"Nothing was pooled: {result.reason}. {result.ci_level} intervals are exact, by Clopper and Pearson"
            f"{cited('ClopperPearson1934')}."
        )
    return f"Nothing was pooled: {result.reason}. The {result.ci_level} interval is the trial's own, by normal theory."


def _model(fit: PooledResult) -> str:
    if fit.tau2_method in NO_RANDOM_EFFECT:
        kind = "an equal-effects" if fit.tau2_method == "EE" else "a fixed-effects"
        return f"Results were pooled by inverse variance in {kind} model."
    if fit.tau2_method == "fixed":
        how = "was given"
    else:
        words, sources = _ESTIMATORS.get(fit.tau2_method, (fit.tau2_method, ()))
        how = f"was estimated by {words}{cited(*sources)}"
    return f"Results were pooled by inverse variance in a random-effects model; the variance between trials {how}."


def _intervals(fit: PooledResult) -> str:
    words, sources = _INTERVALS.get(fit.test, (f"are by the test “{fit.test}”", ()))
    text = f"Confidence intervals {words}{cited(*sources)}"
    if math.isfinite(fit.pi_low):
        method = fit.prediction.method
        text += (
            f"; prediction intervals rest {_PREDICTION.get(method, f'on the method “{method}”')}{cited('Higgins2009')}"
        )
    return f"{text}."


def _heterogeneity(fit: PooledResult) -> str:
    from ...pool.heterogeneity import I2_FROM_Q

    basis = "Cochran's Q" if fit.heterogeneity.i2_definition == I2_FROM_Q else "τ² and the typical sampling variance"
    return f"I² was computed from {basis}{cited('HigginsThompson2002')}."
