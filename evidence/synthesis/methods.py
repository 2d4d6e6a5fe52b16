"""How a result's numbers came about, as text for a methods section."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..curate.derive import DERIVATIONS, describe_derivations

if TYPE_CHECKING:
    from .result import SynthesisResult

__all__ = ["methods_text"]


def methods_text(result: SynthesisResult) -> str:
    """Return the methods of a result as text, a sentence a line: rules, model, and every derivation that was used.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    """
    return "\n".join([_rules(result), _model(result), *_derivations(result)])


def _rules(result: SynthesisResult) -> str:
    admitted = result.synthesis.admitted(result.analysis)
    titles = "; ".join(DERIVATIONS[name].title for name in admitted)
    return f"Rules: {result.analysis_label}. Derivations admitted: {titles or 'none'}."


def _model(result: SynthesisResult) -> str:
    from ..effects import measure_label

    name = measure_label(result.synthesis.measure)
    if result.fit is None:
        return f"Model: {name}; nothing was pooled: {result.reason}."
    from ..plot.forest_plot.heterogeneity import model_words

    words = model_words(result.fit)
    return f"Model: {name}; {words[:1].lower()}{words[1:]}; {result.ci_level} intervals."


def _derivations(result: SynthesisResult) -> list[str]:
    """Return a sentence for each derivation, with the trials in which it was used."""
    used: dict[str, dict[str, None]] = defaultdict(dict)
    for contrast in result.contrasts:
        for step in contrast.steps:
            used[step.method][contrast.study_label] = None
    if not used:
        return ["Every value entered as it is printed."] if result.contrasts else []
    ordered = [name for name in DERIVATIONS if name in used]
    return [
        f"{sentence} Used for {', '.join(used[name])}."
        for name, sentence in zip(ordered, describe_derivations(used), strict=True)
    ]
