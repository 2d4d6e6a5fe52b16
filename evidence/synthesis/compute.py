"""From a declared synthesis to its answer: select → effect sizes → pool, or the reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..curate import Contrast, Exclusion, Index, make_index, select
from .effects_table import effects_table
from .reason import can_pool, why_not
from .result import SynthesisResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..pool import PooledResult, SubgroupResult
    from ..protocol import Analysis, Protocol, Synthesis

__all__ = ["synthesise"]


def synthesise(
    tables: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    name: str | Synthesis,
    *,
    analysis: str | Analysis | None = None,
    index: Index | None = None,
    like: SynthesisResult | None = None,
) -> SynthesisResult:
    """Return the answer to a declared synthesis.

    Parameters
    ----------
    tables : mapping
        The evidence base, validated.
    protocol : Protocol
        The review.
    name : str or Synthesis
        The synthesis's id, or a synthesis that the protocol does not declare.
    analysis : str or Analysis, optional
        The analysis's id, or rules that the protocol does not declare; the primary analysis by default.
    index : Index, optional
        The tables by trial, where they were indexed already.
    like : SynthesisResult, optional
        A result of the same synthesis. If the very same numbers enter, its fit is taken over instead of computed again.

    Raises
    ------
    UnknownIdError
        If the protocol has no such synthesis or analysis.
    """
    synthesis = protocol.synthesis(name) if isinstance(name, str) else name
    rules = protocol.analysis(analysis) if isinstance(analysis, str) else analysis or protocol.primary
    index = index or make_index(tables)
    selection = select(index, protocol, synthesis, rules)
    if like is not None and repr(like.selected) == repr(selection.contrasts):
        return _taken_over(like, rules, selection.exclusions)
    effects = effects_table(selection.contrasts, synthesis)
    usable = effects["yi"].notna().to_numpy()
    lost = tuple(
        _not_estimable(contrast, note)
        for contrast, note, fine in zip(selection.contrasts, effects["effect_note"], usable, strict=True)
        if not fine
    )
    contrasts = tuple(contrast for contrast, fine in zip(selection.contrasts, usable, strict=True) if fine)
    effects = effects[usable].reset_index(drop=True)
    fit = _pool(effects, synthesis) if can_pool(effects, synthesis) else None
    if fit is not None:
        effects["weight"] = fit.weights.to_numpy(dtype=float)
    exclusions = (*selection.exclusions, *lost)
    return SynthesisResult(
        synthesis=synthesis,
        analysis=rules,
        protocol=protocol,
        tables=tables,
        selected=selection.contrasts,
        contrasts=contrasts,
        exclusions=exclusions,
        effects=effects,
        fit=fit,
        reason=why_not(effects, exclusions, synthesis, protocol.comparisons[synthesis.comparison]),
        subgroups=_subgroups(effects, synthesis) if fit is not None else None,
        notices=tuple(notice for name in effects["study_id"].unique() for notice in index.notices.get(name, ())),
    )


def _not_estimable(contrast: Contrast, note: str) -> Exclusion:
    return Exclusion(
        study_id=contrast.study_id,
        study_label=contrast.study_label,
        reason=str(note),
        compared=True,
        rows=contrast.rows,
    )


def _taken_over(like: SynthesisResult, rules: Analysis, exclusions: tuple[Exclusion, ...]) -> SynthesisResult:
    """Return `like` under other rules that let in the same numbers; the trials left out may be so for other reasons."""
    kept = {contrast.study_id for contrast in like.contrasts}
    lost = tuple(
        entry
        for entry in like.exclusions
        if any(contrast.study_id == entry.study_id for contrast in like.selected) and entry.study_id not in kept
    )
    everyone = (*exclusions, *lost)
    reason = why_not(like.effects, everyone, like.synthesis, like.protocol.comparisons[like.synthesis.comparison])
    return replace(like, analysis=rules, exclusions=everyone, reason=reason)


def _pool(effects: pd.DataFrame, synthesis: Synthesis) -> PooledResult:
    from ..pool import pool

    return pool(
        effects["yi"].to_numpy(dtype=float),
        effects["vi"].to_numpy(dtype=float),
        labels=effects["study"].tolist(),
        tau2=synthesis.tau2,
        test=synthesis.test,
        level=synthesis.level,
        measure=synthesis.measure,
    )


def _subgroups(effects: pd.DataFrame, synthesis: Synthesis) -> SubgroupResult | None:
    if not synthesis.subgroup or effects["subgroup"].nunique() < 2:
        return None
    from ..pool import subgroups

    table = effects[["study", "yi", "vi", "subgroup"]]
    return subgroups(
        table,
        "subgroup",
        tau2=synthesis.tau2,
        test=synthesis.test,
        level=synthesis.level,
        measure=synthesis.measure,
    )
