"""A declared synthesis, answered: contrasts → effect sizes → one pooled number, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .curate import Contrast, Exclusion, Index, make_index, select
from .errors import NotPooledError
from .explain import explain_synthesis
from .numbers import format_effect, format_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .plot import ForestData
    from .pool import PooledResult, SubgroupResult
    from .protocol import Analysis, Protocol, Synthesis
    from .provenance import Node

__all__ = ["SynthesisResult", "synthesise"]

_PAIRED = {"MD": "MC", "SMD": "SMCRP", "ROM": "ROMC"}
_PROPORTIONS = ("PR", "PLO", "PAS", "PFT")
_EFFECT_COLUMNS = (
    "study_id",
    "study",
    "arm_1",
    "arm_2",
    "events1",
    "n1",
    "events2",
    "n2",
    "mean1",
    "sd1",
    "mean2",
    "sd2",
    "unit",
    "value_type",
    "threshold",
    "time_weeks",
    "design",
    "status",
    "paired",
    "r",
    "subgroup",
    "derived",
    "rows",
    "steps",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisResult:
    """The answer to one synthesis under one analysis: a fit that knows its trials, its protocol and its sources.

    Attributes
    ----------
    synthesis : Synthesis
        What was asked.
    analysis : Analysis
        The rules under which rows entered.
    effects : DataFrame
        One row per trial that entered: its numbers, ``yi`` and ``vi``, its interval, its weight in percent.
    fit : PooledResult or None
        The pooled result; None where fewer than two trials entered.
    reason : str
        Why nothing was pooled; empty if something was.
    exclusions : tuple of Exclusion
        Every trial that did not enter, with the reason.
    selected : tuple of Contrast
        What the rules let in, before effect sizes: a trial without events in either arm is lost only then.
    contrasts : tuple of Contrast
        The trials that entered, with the steps from report to number.
    subgroups : SubgroupResult or None
        The result by subgroup, where the protocol asks for it and at least two subgroups have a trial.

    Notes
    -----
    ``estimate``, ``ci`` and the rest are those of `fit`, on the scale of the analysis (logarithms for ratios), and
    raise `NotPooledError` where nothing was pooled. ``display`` turns them into the natural scale.
    """

    synthesis: Synthesis
    analysis: Analysis
    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    selected: tuple[Contrast, ...]
    contrasts: tuple[Contrast, ...]
    exclusions: tuple[Exclusion, ...]
    effects: pd.DataFrame
    fit: PooledResult | None
    reason: str
    subgroups: SubgroupResult | None

    @property
    def id(self) -> str:
        """The synthesis's id in the protocol."""
        return self.synthesis.id

    @property
    def label(self) -> str:
        """The synthesis's label in the protocol."""
        return self.synthesis.label

    @property
    def pooled(self) -> bool:
        """Whether there is a pooled number."""
        return self.fit is not None

    @property
    def k(self) -> int:
        """The number of trials that entered; a trial whose control was split between its arms is one trial."""
        return int(self.effects["study_id"].nunique())

    @property
    def n(self) -> int:
        """The number of people in them, each counted once."""
        frame = self.effects
        if frame.empty:
            return 0
        control = frame["n2"].fillna(0).where(~frame["paired"].astype(bool), 0)
        return round(float((frame["n1"] + control).sum()))

    def _fit(self) -> PooledResult:
        if self.fit is None:
            raise NotPooledError(f"{self.id} ({self.analysis.id}) was not pooled: {self.reason}")
        return self.fit

    @property
    def estimate(self) -> float:
        """The pooled estimate on the scale of the analysis."""
        return self._fit().estimate

    @property
    def se(self) -> float:
        """Its standard error."""
        return self._fit().se

    @property
    def ci(self) -> tuple[float, float]:
        """Its confidence interval."""
        return self._fit().ci

    @property
    def pi(self) -> tuple[float, float]:
        """The prediction interval."""
        return self._fit().pi

    @property
    def pvalue(self) -> float:
        """The p-value of no effect."""
        return self._fit().pvalue

    @property
    def tau2(self) -> float:
        """The variance between trials."""
        return self._fit().tau2

    @property
    def i2(self) -> float:
        """I² in percent."""
        return self._fit().i2

    @property
    def ci_level(self) -> str:
        """The level of the intervals, as ``95%``."""
        return f"{100 * self.synthesis.level:g}%"

    def display(self, *values: float) -> tuple[float, ...]:
        """Return values on the natural scale: ratios instead of their logarithms, proportions instead of transforms."""
        from .effects import back_transform

        n = self.effects["n1"].to_numpy(dtype=float) if self.synthesis.measure == "PFT" else None
        return tuple(
            float(back_transform(value, self.synthesis.measure, n=_harmonic(n))) if math.isfinite(value) else value
            for value in values
        )

    def trial_display(self, position: int) -> tuple[float, float, float]:
        """Return one trial's estimate and interval on the natural scale.

        A proportion is turned back with the trial's own n, and its interval is the exact one of Clopper and Pearson:
        that of the transform is too narrow for few events.
        """
        from .effects import back_transform
        from .effects.exact import exact_interval

        row = self.effects.iloc[position]
        n = float(row["n1"]) if self.synthesis.measure == "PFT" else None
        values = (float(row["yi"]), float(row["ci_low"]), float(row["ci_high"]))
        first, low, high = (float(back_transform(value, self.synthesis.measure, n=n)) for value in values)
        if self.synthesis.measure in _PROPORTIONS:
            low, high = exact_interval(float(row["events1"]), float(row["n1"]), level=self.synthesis.level)
        return first, low, high

    def explain(self) -> Node:
        """Return the tree from the pooled number down to the source and place of each reported value."""
        return explain_synthesis(self)

    def forest_data(self) -> ForestData:
        """Return what the forest plot shows, as plain data."""
        from .plot.from_synthesis import from_synthesis

        return from_synthesis(self)

    def forest(self, **options: Any) -> Any:
        """Return the forest plot, a matplotlib Figure. Options as in `evidence.forest`."""
        from .plot import forest

        return forest(self.forest_data(), **options)

    def cite(self) -> str:
        """Return one sentence that may be cited: the numbers, or that there are none."""
        from .report.sentences import cite_synthesis

        return cite_synthesis(self)

    def summary(self) -> str:
        """Return the result as text: the sentence, then the pooled model or the trials."""
        lines = [self.label, f"{self.id} · {self.analysis.label}", "", self.cite(), ""]
        if self.fit is not None:
            lines += [self.fit.summary(), ""]
        left = [entry for entry in self.exclusions if entry.compared]
        if left:
            lines += ["Trials that make this comparison and do not enter:"]
            lines += [f"  {entry.study_label}: {entry.reason}" for entry in left]
        return "\n".join(lines).rstrip()

    def __repr__(self) -> str:
        """Return the result in one line."""
        if self.fit is None:
            return f"<{self.id} ({self.analysis.id}): not pooled, {self.reason}>"
        estimate, low, high = self.display(self.estimate, *self.ci)
        from .effects import is_ratio

        ratio = is_ratio(self.synthesis.measure)
        interval = f"{format_effect(estimate, ratio=ratio)} ({format_interval(low, high, ratio=ratio)})"
        return f"<{self.id} ({self.analysis.id}): {self.synthesis.measure} {interval}, k = {self.k}>"


def _harmonic(n: Any) -> float | None:
    from .effects import harmonic_mean_n

    return None if n is None or len(n) == 0 else harmonic_mean_n(n)


def synthesise(
    tables: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    name: str,
    *,
    analysis: str | None = None,
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
    name : str
        The synthesis's id.
    analysis : str, optional
        The analysis's id; the primary analysis by default.
    index : Index, optional
        The tables by trial, where they were indexed already.
    like : SynthesisResult, optional
        A result of the same synthesis. If the very same numbers enter, its fit is taken over instead of computed again.

    Raises
    ------
    UnknownIdError
        If the protocol has no such synthesis or analysis.
    """
    synthesis = protocol.synthesis(name)
    rules = protocol.analysis(analysis) if analysis else protocol.primary
    selection = select(index or make_index(tables), protocol, synthesis, rules)
    if like is not None and repr(like.selected) == repr(selection.contrasts):
        return _taken_over(like, rules, selection.exclusions)
    effects = _effects(selection.contrasts, synthesis)
    usable = effects["yi"].notna().to_numpy()
    lost = tuple(
        _not_estimable(contrast, note)
        for contrast, note, fine in zip(selection.contrasts, effects["effect_note"], usable, strict=True)
        if not fine
    )
    contrasts = tuple(contrast for contrast, fine in zip(selection.contrasts, usable, strict=True) if fine)
    effects = effects[usable].reset_index(drop=True)
    fit = _pool(effects, synthesis) if _can_pool(effects, synthesis) else None
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
        reason=_reason(effects, exclusions, synthesis),
        subgroups=_subgroups(effects, synthesis) if fit is not None else None,
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
    return replace(like, analysis=rules, exclusions=everyone, reason=_reason(like.effects, everyone, like.synthesis))


def _effects(contrasts: tuple[Contrast, ...], synthesis: Synthesis) -> pd.DataFrame:
    """Return one row per contrast with ``yi``, ``vi`` and the trial's own (normal) interval."""
    import numpy as np
    import pandas as pd
    from scipy.special import ndtri

    from .effects import effect_sizes

    frame = pd.DataFrame([_cells(contrast) for contrast in contrasts], columns=list(_EFFECT_COLUMNS))
    for name in ("yi", "vi"):
        frame[name] = np.nan
    frame["effect_note"] = ""
    for paired in (False, True):
        chosen = frame["paired"].astype(bool) == paired
        if not chosen.any():
            continue
        measure = _PAIRED[synthesis.measure] if paired else synthesis.measure
        part = frame.loc[chosen].drop(columns=["yi", "vi", "effect_note"])
        columns = _columns(measure)
        sized = effect_sizes(part, measure, add=synthesis.add, **columns)
        frame.loc[chosen, ["yi", "vi", "effect_note"]] = sized[["yi", "vi", "effect_note"]]
    half = float(ndtri((1 + synthesis.level) / 2)) * np.sqrt(frame["vi"].astype(float))
    frame["ci_low"], frame["ci_high"] = frame["yi"] - half, frame["yi"] + half
    frame["weight"] = np.nan
    return frame


def _columns(measure: str) -> dict[str, Any]:
    """Return which of our columns a measure takes, where its defaults are others."""
    if measure in _PAIRED.values():
        return {"n": "n1"}
    if measure in _PROPORTIONS:
        return {"events": "events1", "n": "n1"}
    return {}


def _cells(contrast: Contrast) -> dict[str, Any]:
    one, two = contrast.arm_1, contrast.arm_2
    return {
        "study_id": contrast.study_id,
        "study": contrast.study_label,
        "arm_1": one.label,
        "arm_2": two.label if two else "",
        "events1": one.events,
        "n1": one.n,
        "events2": two.events if two else math.nan,
        "n2": two.n if two else math.nan,
        "mean1": one.mean,
        "sd1": one.sd,
        "mean2": two.mean if two else math.nan,
        "sd2": two.sd if two else math.nan,
        "unit": one.unit,
        "value_type": contrast.value_type,
        "threshold": contrast.threshold,
        "time_weeks": contrast.time_weeks,
        "design": contrast.design,
        "status": contrast.status,
        "paired": contrast.paired,
        "r": contrast.correlation,
        "subgroup": contrast.subgroup,
        "derived": contrast.derived,
        "rows": ";".join(contrast.rows),
        "steps": ";".join(dict.fromkeys(step.method for step in contrast.steps)),
    }


def _pool(effects: pd.DataFrame, synthesis: Synthesis) -> PooledResult:
    from .pool import pool

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
    from .pool import subgroups

    table = effects[["study", "yi", "vi", "subgroup"]]
    return subgroups(
        table,
        "subgroup",
        tau2=synthesis.tau2,
        test=synthesis.test,
        level=synthesis.level,
        measure=synthesis.measure,
    )


def _no_event(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    """Whether a synthesis of proportions has no event at all: transforms of zeros have no spread to pool."""
    return synthesis.measure in _PROPORTIONS and float(effects["events1"].sum()) == 0


def _can_pool(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    return effects["study_id"].nunique() >= 2 and not _no_event(effects, synthesis)


def _reason(effects: pd.DataFrame, exclusions: tuple[Exclusion, ...], synthesis: Synthesis) -> str:
    if _can_pool(effects, synthesis):
        return ""
    tried = sum(entry.compared for entry in exclusions)
    trials = effects["study_id"].nunique()
    if trials >= 2:
        people = float(effects["n1"].sum())
        upper = 100 * (1 - (1 - synthesis.level) ** (1 / people))
        return (
            f"no event in {people:g} people of {trials} trials: zeros are not pooled; the upper "
            f"{100 * synthesis.level:g}% limit, if they were one sample, is {upper:.2g}%"
        )
    others = f"; {tried} more ask{'s' if tried == 1 else ''} this question but cannot enter" if tried else ""
    if trials == 1:
        return f"one trial ({effects['study'].iloc[0]}): a trial is not a synthesis{others}"
    return (
        f"no trial can enter; {tried} ask{'s' if tried == 1 else ''} this question" if tried else "no trial asks this"
    )
