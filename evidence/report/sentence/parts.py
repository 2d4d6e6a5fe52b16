"""What sentences on any answer share: who took part, what was derived, what guards against misreading."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...plot.forest_plot.heterogeneity import model_words
from ...plot.forest_plot.trials import mixed, noun, row_labels
from ...plot.page.scale import steps_in_words
from ..wording import analysis_words, capital
from .searched import searched_words

if TYPE_CHECKING:
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult
    from .writer import Writer

__all__ = [
    "TWO",
    "caution",
    "certainty_of",
    "derived",
    "details",
    "guards",
    "model",
    "narrow",
    "others",
    "who",
]

_FROM_ADDED = "the value comes from what was added"
_ONLY_ADDED = ("no events in either arm", "everyone had the event in both arms")
_NARROW = "The Hartung–Knapp interval is narrower than the normal one"
TWO = "Two trials say next to nothing about the variance between trials"


def certainty_of(result: SynthesisResult) -> str:
    """Return the certainty that people gave this number, or that nobody assessed it, or that it is out of date."""
    from ...certainty import certainty_text, last_judged

    return certainty_text(last_judged(result))


def who(result: SynthesisResult, writer: Writer) -> str:
    """Return how many trials and people, and how far was searched."""
    apart = "" if result.trials == result.k else f"{writer.plural(result.k, 'comparison')} without an arm in common, "
    people = writer.plural(result.n, "participant")
    searched = searched_words(result.tables, writer.style)
    return f"{writer.plural(result.trials, noun(result))} ({apart}{people}; {searched})"


def guards(result: SynthesisResult) -> list[str]:
    """Return what no short form may leave out: that an analysis is not the primary one, and the certainty."""
    analysis = [] if result.analysis.primary else [analysis_words(result)]
    return [*analysis, f"certainty: {certainty_of(result)}"]


def derived(result: SynthesisResult) -> list[str]:
    """Return each row that did not enter as it is printed, with what was done to it."""
    rows = zip(row_labels(result), result.contrasts, result.effects["effect_note"], strict=True)
    named = ((label, steps_in_words(contrast, str(note))) for label, contrast, note in rows)
    return [f"{label} not entered as printed: {', '.join(steps)}" for label, steps in named if steps]


def model(fit: PooledResult) -> str:
    """Return the model of a fit in words that go on in a sentence."""
    words = model_words(fit)
    return words[:1].lower() + words[1:]


def caution(result: SynthesisResult) -> str:
    """Return what two trials cannot tell, and what is mixed, as sentences of their own."""
    told = ""
    if result.trials == 2 and result.fit is not None:
        rests = result.k == 2 and result.fit.test != "z" and math.isfinite(result.fit.ci_low)
        told = f" {TWO}{', and the interval rests on one degree of freedom' if rests else ''}."
    told += _added(result) + narrow(result.fit)
    unlike = mixed(result)
    return f"{told} Note that {unlike}." if unlike else told


def narrow(fit: PooledResult | None) -> str:
    """Return the caution that an interval of Hartung and Knapp is narrower than the normal one; else nothing."""
    found = fit is not None and any(text.startswith(_NARROW) for text in fit.cautions)
    return f" {_NARROW}." if found else ""


def _added(result: SynthesisResult) -> str:
    """Return how many rows of a pooled number hold nothing but what was added to empty cells."""
    notes = [str(note) for note in result.effects["effect_note"]]
    what = noun(result) if result.k == result.trials else "comparison"
    counts = {words: sum(f"{words}: {_FROM_ADDED}" in note for note in notes) for words in _ONLY_ADDED}
    told = (
        f" {capital(words)} in {count} of {result.k} {what}s: {_FROM_ADDED}."
        for words, count in counts.items()
        if count
    )
    return "".join(told)


def others(result: SynthesisResult, writer: Writer) -> str:
    """Return how many more trials make the comparison and cannot enter; empty where there are none."""
    left = sum(entry.compared for entry in result.exclusions)
    makes = "makes" if left == 1 else "make"
    return f"; {writer.plural(left, 'more trial')} {makes} this comparison but cannot enter" if left else ""


def details(parts: list[str]) -> str:
    """Return what a methods section tells, as a sentence behind the one that is cited."""
    return f" Details: {'; '.join(parts)}." if parts else ""
