"""Every synthesis under every analysis, and which of them to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .curate import Index, make_index
from .sensitivity import Automatic, Sensitivity, automatic_analyses, judge
from .synthesis import SynthesisResult, synthesise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from .protocol import Analysis, Protocol, Synthesis

__all__ = ["Answer", "answer_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One synthesis under every analysis of the protocol, and under those that run without being declared.

    Attributes
    ----------
    synthesis : Synthesis
        What was asked.
    results : dict
        Analysis id → result, in the order of the protocol; the primary analysis comes first, automatic ones last.
    same_as : dict
        Analysis id → the earlier analysis that lets in the very same numbers; analyses that add something are absent.
    automatic : dict
        Analysis id → how it was built, for those that the protocol does not declare.
    """

    synthesis: Synthesis
    results: dict[str, SynthesisResult]
    same_as: dict[str, str]
    automatic: dict[str, Automatic] = field(default_factory=dict)

    @property
    def primary(self) -> SynthesisResult:
        """The result of the primary analysis."""
        return next(result for result in self.results.values() if result.analysis.primary)

    @property
    def shown(self) -> SynthesisResult:
        """The result to show: the primary one if it has at least two trials.

        Otherwise the narrowest analysis of randomised trials that pools, then the narrowest that has one trial, then
        the primary one with its reason. Whatever is shown names its analysis. Automatic analyses are not shown as the
        result: nobody declared that they may be.
        """
        return _shown({name: result for name, result in self.results.items() if name not in self.automatic})

    @property
    def distinct(self) -> dict[str, SynthesisResult]:
        """The analyses that differ from every earlier one."""
        return {name: result for name, result in self.results.items() if name not in self.same_as}

    @property
    def sensitivity(self) -> Sensitivity:
        """Every analysis beside the one shown, with the verdict on whether the conclusion moves."""
        return judge(self.results, reference=self.shown.analysis.id, same_as=self.same_as, automatic=self.automatic)

    def summary(self) -> str:
        """Return the result shown as text of 78 columns, with its sensitivity analyses and their verdicts below."""
        return f"{self.shown.summary()}\n\n{self.sensitivity.summary()}"


def answer_all(
    tables: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    *,
    names: Iterable[str] | None = None,
    index: Index | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Answer]:
    """Return every synthesis (or those named) under every analysis.

    Parameters
    ----------
    tables, protocol
        The evidence base.
    names : iterable of str, optional
        Which syntheses; all by default.
    index : Index, optional
        The tables by trial, where they were indexed already.
    progress : callable, optional
        Called with each synthesis's id before its turn.
    """
    index = index or make_index(tables)
    answers: dict[str, Answer] = {}
    for name in protocol.syntheses if names is None else names:
        if progress is not None:
            progress(name)
        answers[name] = _answer(tables, protocol, protocol.synthesis(name), index)
    return answers


def _answer(tables: Mapping[str, pd.DataFrame], protocol: Protocol, synthesis: Synthesis, index: Index) -> Answer:
    """Return a synthesis under the declared analyses, then under those that follow from them."""
    results: dict[str, SynthesisResult] = {}
    same_as: dict[str, str] = {}

    def run(question: Synthesis, analysis: Analysis) -> None:
        earlier = [result for other, result in results.items() if other not in same_as]
        latest = earlier[-1] if earlier else None
        result = synthesise(tables, protocol, question, analysis=analysis, index=index, like=latest)
        twin = next((seen for seen in earlier if repr(seen.selected) == repr(result.selected)), None)
        if twin is not None:
            same_as[analysis.id] = twin.analysis.id
        results[analysis.id] = result

    for analysis in sorted(protocol.analyses.values(), key=lambda entry: not entry.primary):
        run(synthesis, analysis)
    shown = _shown(results)
    automatic = automatic_analyses(index, protocol, synthesis, results, reference=shown.analysis.id)
    for built in automatic:
        run(built.synthesis, built.analysis)
    return Answer(
        synthesis=synthesis,
        results=results,
        same_as=same_as,
        automatic={built.analysis.id: built for built in automatic},
    )


def _shown(results: Mapping[str, SynthesisResult]) -> SynthesisResult:
    """Return the result to show among those of declared analyses."""
    primary = next(result for result in results.values() if result.analysis.primary)
    if primary.pooled:
        return primary
    wider = [result for result in results.values() if "no" not in result.analysis.randomised]
    pooled = next((result for result in wider if result.pooled), None)
    if pooled is not None:
        return pooled
    return primary if primary.k else next((result for result in wider if result.k), primary)
