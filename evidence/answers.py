"""Every synthesis under every analysis, and which of them to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .curate import Index, make_index
from .synthesis import SynthesisResult, synthesise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from .protocol import Protocol, Synthesis

__all__ = ["Answer", "answer_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One synthesis under every analysis of the protocol.

    Attributes
    ----------
    synthesis : Synthesis
        What was asked.
    results : dict
        Analysis id → result, in the order of the protocol; the primary analysis comes first.
    same_as : dict
        Analysis id → the earlier analysis that lets in the very same numbers; analyses that add something are absent.
    """

    synthesis: Synthesis
    results: dict[str, SynthesisResult]
    same_as: dict[str, str]

    @property
    def primary(self) -> SynthesisResult:
        """The result of the primary analysis."""
        return next(result for result in self.results.values() if result.analysis.primary)

    @property
    def shown(self) -> SynthesisResult:
        """The result to show: the primary one if it has at least two trials.

        Otherwise the narrowest analysis of randomised trials that pools, then the narrowest that has one trial, then
        the primary one with its reason. Whatever is shown names its analysis.
        """
        primary = self.primary
        if primary.pooled:
            return primary
        wider = [
            result
            for name, result in self.results.items()
            if name not in self.same_as and "no" not in result.analysis.randomised
        ]
        pooled = next((result for result in wider if result.pooled), None)
        if pooled is not None:
            return pooled
        return primary if primary.k else next((result for result in wider if result.k), primary)

    @property
    def distinct(self) -> dict[str, SynthesisResult]:
        """The analyses that differ from every earlier one."""
        return {name: result for name, result in self.results.items() if name not in self.same_as}


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
    analyses = sorted(protocol.analyses.values(), key=lambda analysis: not analysis.primary)
    answers: dict[str, Answer] = {}
    for name in protocol.syntheses if names is None else names:
        if progress is not None:
            progress(name)
        results: dict[str, SynthesisResult] = {}
        same_as: dict[str, str] = {}
        for analysis in analyses:
            distinct = [result for other, result in results.items() if other not in same_as]
            result, twin = _result(tables, protocol, name, analysis.id, index, distinct)
            if twin is not None:
                same_as[analysis.id] = twin
            results[analysis.id] = result
        answers[name] = Answer(synthesis=protocol.synthesis(name), results=results, same_as=same_as)
    return answers


def _result(
    tables: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    name: str,
    analysis: str,
    index: Index,
    earlier: list[SynthesisResult],
) -> tuple[SynthesisResult, str | None]:
    """Return the result under one analysis, and the earlier analysis with the very same numbers if there is one."""
    latest = earlier[-1] if earlier else None
    result = synthesise(tables, protocol, name, analysis=analysis, index=index, like=latest)
    twin = next((seen for seen in earlier if repr(seen.selected) == repr(result.selected)), None)
    return result, twin.analysis.id if twin is not None else None
