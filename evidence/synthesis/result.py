"""The answer to one synthesis under one analysis: a fit that knows its trials, its protocol and its sources."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import NotPooledError
from ..numbers import format_effect, format_interval
from ..vocabulary import ProportionMeasure, allowed
from .explain import explain_synthesis
from .methods import methods_text
from .mixtures import doubtful, mixtures
from .reason import asking

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..curate import Contrast, Exclusion, Notice
    from ..plot import ForestData
    from ..pool import PooledResult, SubgroupResult
    from ..protocol import Analysis, Protocol, Synthesis
    from ..provenance import Node

__all__ = ["SynthesisResult"]


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
    notices : tuple of Notice
        Retractions, concerns and corrections of reports of the trials that entered.

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
    notices: tuple[Notice, ...] = ()

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
        """The number of contrasts that entered: one per trial, unless a trial has pairs without an arm in common."""
        return len(self.effects)

    @property
    def trials(self) -> int:
        """The number of trials that they come from."""
        return int(self.effects["study_id"].nunique())

    @property
    def n(self) -> int:
        """The number of people in them, each counted once, as far as it is known."""
        return round(float(self.effects["people"].sum()))

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
    def analysis_label(self) -> str:
        """Which rows entered, in words."""
        single = self.protocol.comparisons[self.synthesis.comparison].kind == "single-arm"
        return (self.analysis.single_arm_label if single else "") or self.analysis.label

    @property
    def cautions(self) -> tuple[str, ...]:
        """Notices on its reports, what is mixed, which derived numbers are doubtful, and what its model warns of."""
        return (
            *(str(notice) for notice in self.notices),
            *mixtures(self.effects),
            *doubtful(self.contrasts),
            *(self.fit.cautions if self.fit is not None else ()),
        )

    def methods(self) -> str:
        """Return how the numbers came about, as text for a methods section: model, rules, and every derivation used."""
        return methods_text(self)

    @property
    def ci_level(self) -> str:
        """The level of the intervals, as ``95%``."""
        return f"{100 * self.synthesis.level:g}%"

    def display(self, *values: float) -> tuple[float, ...]:
        """Return values on the natural scale: ratios instead of their logarithms, proportions instead of transforms."""
        from ..effects import back_transform

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
        from ..effects import back_transform
        from ..effects.exact import exact_interval

        row = self.effects.iloc[position]
        n = float(row["n1"]) if self.synthesis.measure == "PFT" else None
        values = (float(row["yi"]), float(row["ci_low"]), float(row["ci_high"]))
        first, low, high = (float(back_transform(value, self.synthesis.measure, n=n)) for value in values)
        if self.synthesis.measure in allowed(ProportionMeasure):
            low, high = exact_interval(float(row["events1"]), float(row["n1"]), level=self.synthesis.level)
        return first, low, high

    def explain(self) -> Node:
        """Return the tree from the pooled number down to the source and place of each reported value."""
        return explain_synthesis(self)

    def forest_data(self) -> ForestData:
        """Return what the forest plot shows, as plain data."""
        from ..plot.forest_plot.from_synthesis import from_synthesis

        return from_synthesis(self)

    def forest(self, **options: Any) -> Any:
        """Return the forest plot, a matplotlib Figure. Options as in `evidence.forest`."""
        from ..plot import forest

        return forest(self.forest_data(), **options)

    def funnel(self, **options: Any) -> Any:
        """Return the funnel plot of the pooled result, a matplotlib Figure. Options as in `evidence.funnel`."""
        from ..plot import funnel

        return funnel(self, **options)

    def plot(self, kind: str = "forest", **options: Any) -> Any:
        """Return any figure of an answer. Kinds and options as in `evidence.plot.kinds.draw_figure`."""
        from ..plot.kinds import draw_figure

        return draw_figure(kind, self, **options)

    def cite(self, **options: Any) -> str:
        """Return one sentence that may be cited: the numbers, or that there are none.

        Options as in `evidence.report.cite_synthesis`: the style of the numbers, and the form, short or full.
        """
        from ..report.sentences import cite_synthesis

        return cite_synthesis(self, **options)

    def summary(self) -> str:
        """Return the result as text of 78 columns: the sentence, the pooled model, the trials left out."""

        def fill(text: str, hanging: str = "") -> list[str]:
            return textwrap.wrap(text, width=78, subsequent_indent=hanging, break_long_words=False)

        lines = [*fill(self.label), *fill(f"{self.id} · {self.analysis_label}"), "", *fill(self.cite(form="full")), ""]
        if self.fit is not None:
            lines += [self.fit.summary(), ""]
        left = [entry for entry in self.exclusions if entry.compared]
        if left:
            asks = asking(len(left), self.protocol.comparisons[self.synthesis.comparison])
            lines += [f"{len(left)} more that {asks} and do{'es' if len(left) == 1 else ''} not enter:"]
            lines += [line for entry in left for line in fill(f"- {entry.study_label}: {entry.reason}", hanging="  ")]
        return "\n".join(lines).rstrip()

    def __repr__(self) -> str:
        """Return the result in one line."""
        if self.fit is None:
            return f"<{self.id} ({self.analysis.id}): not pooled, {self.reason}>"
        estimate, low, high = self.display(self.estimate, *self.ci)
        from ..effects import is_ratio

        ratio = is_ratio(self.synthesis.measure)
        interval = f"{format_effect(estimate, ratio=ratio)} ({format_interval(low, high, ratio=ratio)})"
        return f"<{self.id} ({self.analysis.id}): {self.synthesis.measure} {interval}, k = {self.k}>"


def _harmonic(n: Any) -> float | None:
    from ..effects import harmonic_mean_n

    return None if n is None or len(n) == 0 else harmonic_mean_n(n)
