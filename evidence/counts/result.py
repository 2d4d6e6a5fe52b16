"""What a Mantel–Haenszel, Cochran or Peto analysis returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..card import Carded, json_ready
from ..errors import InputError
from ..pool.choices import check_level
from ..pool.prediction import critical_value
from .engine import Fits, fit_selections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..card import Card
    from ..effects.arrays import BoolArray, FloatArray
    from ..pool.likelihood import FitStatistics
    from .association import ChiSquaredTest
    from .choices import CountChoices
    from .tables import Counts, Rates

__all__ = ["CountsResult"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CountsResult(Carded):
    """An equal-effects analysis of the counts themselves, with every choice that made it.

    Ratios are on the natural-log scale, as everywhere; `summary`, `back_transformed` and
    ``predict(back_transform=True)`` show them as ratios. Numbers that cannot be estimated are NaN. The table has n
    rows, of which k are pooled.

    Attributes
    ----------
    table : Counts or Rates
        The counts.
    choices : CountChoices
        Method, measure, zero-cell policies, level and the rest, as asked for.
    included : ndarray of bool of shape (n,)
        Which rows are pooled.
    reasons : dict of int to str
        For each row that is left out, its position and why.
    remarks : dict of int to str
        What else is to be said about rows: no weight, corrected cells, no effect of their own.
    estimate, se, statistic, pvalue, ci_low, ci_high : float
        The pooled effect, its standard error, z test and confidence interval.
    q, q_df, q_pvalue : float
        Cochran's Q around the pooled effect (by inverse variance; Peto's by O − E), its df and p-value.
    i2, h2 : float
        100·(Q − df)/Q in percent, not below 0, and Q/df.
    k, k_effects : int
        Rows pooled, and those among them that have an effect of their own and so a part in Q.
    yi, vi : ndarray of shape (k,)
        Effects of the pooled rows and their variances, NaN where a row has none.
    row_weights : ndarray of shape (k,)
        Weights in the pooled estimate, in their own unit.
    ml, reml : FitStatistics
        Normal log-likelihoods of the effects at the pooled estimate, and criteria made from them.
    cmh : ChiSquaredTest or None
        Test of association: Cochran–Mantel–Haenszel for odds ratios, its kin for rate ratios.
    breslow_day, tarone : ChiSquaredTest or None
        Tests of homogeneity, for odds ratios by Mantel–Haenszel.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    table: Counts | Rates
    choices: CountChoices
    included: BoolArray
    reasons: dict[int, str]
    remarks: dict[int, str]
    estimate: float
    se: float
    statistic: float
    pvalue: float
    ci_low: float
    ci_high: float
    q: float
    q_df: float
    q_pvalue: float
    i2: float
    h2: float
    k: int
    k_effects: int
    yi: FloatArray
    vi: FloatArray
    row_weights: FloatArray
    ml: FitStatistics
    reml: FitStatistics
    cmh: ChiSquaredTest | None
    breslow_day: ChiSquaredTest | None
    tarone: ChiSquaredTest | None
    cautions: tuple[str, ...]

    @property
    def method(self) -> str:
        """The estimator: "MH", "Cochran" or "Peto"."""
        return self.choices.method

    @property
    def measure(self) -> str:
        """The effect measure."""
        return self.choices.measure

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.choices.level

    @property
    def ci(self) -> tuple[float, float]:
        """Confidence interval of the pooled effect."""
        return self.ci_low, self.ci_high

    @property
    def tau2(self) -> float:
        """Between-study variance: 0, as all three methods assume one effect."""
        return 0.0

    @property
    def is_ratio(self) -> bool:
        """Whether the effect is a ratio, so that `estimate` is its logarithm."""
        return self.measure not in ("RD", "IRD")

    @property
    def back_transformed(self) -> tuple[float, float, float]:
        """The pooled effect and its limits as people read them: ratios as ratios."""
        if not self.is_ratio:
            return self.estimate, *self.ci
        low, middle, high = np.exp(np.minimum([self.ci_low, self.estimate, self.ci_high], 700.0))
        return float(middle), float(low), float(high)

    @property
    def labels(self) -> pd.Index:
        """Names of the pooled rows."""
        names: pd.Index = self.table.all_labels[self.included]
        return names

    @property
    def weights(self) -> pd.Series[float]:
        """Weight of each pooled row in percent, by label; they sum to 100."""
        total = self.row_weights.sum()
        share = 100 * self.row_weights / total if total > 0 else np.full(self.k, np.nan)
        return pd.Series(share, index=self.labels, name="weight")

    @property
    def loglik(self) -> float:
        """The normal log-likelihood of the effects at the pooled estimate."""
        return self.ml.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion from `loglik`."""
        return self.ml.aic

    @property
    def bic(self) -> float:
        """The Bayesian criterion from `loglik`."""
        return self.ml.bic

    def predict(self, *, level: float | None = None, back_transform: bool = False) -> pd.DataFrame:
        """Return the pooled effect as one row; there is no prediction interval, as one effect is assumed.

        Parameters
        ----------
        level : float, optional
            Level of the interval; that of the analysis by default.
        back_transform : bool
            Whether to show a ratio as a ratio; it then has no standard error.

        Returns
        -------
        DataFrame
            Columns estimate, se, ci_low, ci_high.

        Examples
        --------
        >>> from evidence.counts import mantel_haenszel
        >>> found = mantel_haenszel(events1=[4, 6], n1=[123, 306], events2=[11, 29], n2=[139, 303])
        >>> found.predict(back_transform=True).round(3)
           estimate  se  ci_low  ci_high
        0     0.241 NaN   0.119    0.488
        """
        chosen = self.level if level is None else check_level(level)
        half = critical_value(math.inf, chosen) * self.se
        row = np.array([self.estimate, self.se, self.estimate - half, self.estimate + half])
        if back_transform and self.is_ratio:
            row = np.exp(np.minimum(row, 700.0))
            row[1] = np.nan
        return pd.DataFrame([row], columns=["estimate", "se", "ci_low", "ci_high"])

    def leave_one_out(self) -> pd.DataFrame:
        """Return the analysis without each pooled row in turn, zero cells treated anew in what remains.

        Returns
        -------
        DataFrame of k rows
            By label of the row left out: estimate, se, statistic, pvalue, ci_low, ci_high, q, q_df, q_pvalue, i2, h2.

        Raises
        ------
        InputError
            If there is one row only.

        Examples
        --------
        >>> from evidence.counts import mantel_haenszel
        >>> found = mantel_haenszel(events1=[4, 6, 3], n1=[123, 306, 231], events2=[11, 29, 11], n2=[139, 303, 220])
        >>> found.leave_one_out()["estimate"].round(3).tolist()
        [-1.58, -1.15, -1.422]
        """
        if self.k < 2:
            raise InputError("one study is all there is: none can be left out")
        chosen = ~np.eye(self.k, dtype=bool)
        return _frame(fit_selections(self._numbers, chosen, self.choices), self.labels)

    def cumulative(self, order: Sequence[object] | None = None) -> pd.DataFrame:
        """Return the analysis of the first row, the first two, and so on.

        Parameters
        ----------
        order : sequence of length n or k, optional
            What to sort the rows by, such as years; ties keep the order of the table, which is the default.

        Returns
        -------
        DataFrame of k rows
            By label of the row added: k, estimate, se, statistic, pvalue, ci_low, ci_high, q, q_df, q_pvalue, i2, h2.

        Raises
        ------
        InputError
            If `order` has another length or a missing value.

        Examples
        --------
        >>> from evidence.counts import peto
        >>> found = peto(events1=[4, 6, 3], n1=[123, 306, 231], events2=[11, 29, 11], n2=[139, 303, 220])
        >>> found.cumulative([1950, 1949, 1960])[["k", "estimate"]].round(3)
           k  estimate
        1  1    -1.403
        0  2    -1.240
        2  3    -1.237
        """
        position = _sorted_positions(order, self.included)
        chosen = np.tri(self.k, dtype=bool)
        found = _frame(fit_selections(self._numbers[:, position], chosen, self.choices), self.labels[position])
        found.insert(0, "k", np.arange(1, self.k + 1))
        return found

    def rstudent(self) -> pd.DataFrame:
        """Return deleted residuals: each effect less the pooled one without it, by its standard error.

        Returns
        -------
        DataFrame of k rows
            Columns residual, se, z; NaN for rows without an effect.
        """
        if self.k < 2:
            raise InputError("one study is all there is: it cannot be compared with others")
        without = fit_selections(self._numbers, ~np.eye(self.k, dtype=bool), self.choices)
        return self._residuals(without.estimate, self.vi + without.se**2)

    def rstandard(self) -> pd.DataFrame:
        """Return residuals by the standard error of the effect: columns residual, se, z."""
        return self._residuals(self.estimate, self.vi)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per row of the table, in its order: counts, effect, interval, weight, whether it is in, why.

        The intervals are normal ones at the level of the analysis.
        """
        n = len(self.included)
        names = ("events1", "time1", "events2", "time2")
        if not self.choices.rates:
            names = ("events1", "nonevents1", "events2", "nonevents2")
        yi, vi, weight = (np.full(n, np.nan) for _ in range(3))
        yi[self.included], vi[self.included], weight[self.included] = self.yi, self.vi, self.weights.to_numpy()
        half = critical_value(math.inf, self.level) * np.sqrt(vi)
        return pd.DataFrame(
            {
                "study": self.table.all_labels,
                **dict(zip(names, self.table.numbers, strict=True)),
                "yi": yi,
                "vi": vi,
                "sei": np.sqrt(vi),
                "ci_low": yi - half,
                "ci_high": yi + half,
                "weight": weight,
                "included": self.included,
                "reason": [self.reasons.get(row) or self.remarks.get(row, "") for row in range(n)],
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        shown = ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high", "q", "q_df", "q_pvalue", "i2", "h2")
        more = ("k", "k_effects", "cmh", "breslow_day", "tarone", "ml", "reml", "cautions")
        choices = json_ready(self.choices)
        for place in ("effects", "pooled"):
            choices[place] = json_ready(getattr(self.choices, place)._asdict())
        return {
            **choices,
            **{name: json_ready(getattr(self, name)) for name in (*shown, *more)},
            "back_transformed": json_ready(self.back_transformed),
            "dropped": len(self.reasons),
            "studies": json_ready(self.to_frame()),
        }

    @property
    def _numbers(self) -> FloatArray:
        return self.table.numbers[:, self.included]

    def _residuals(self, centre: FloatArray | float, variance: FloatArray) -> pd.DataFrame:
        residual, se = self.yi - centre, np.sqrt(variance)
        return pd.DataFrame({"residual": residual, "se": se, "z": residual / se}, index=self.labels)

    def _card(self) -> Card:
        from .display import as_card

        return as_card(self)


def _frame(fits: Fits, labels: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(fits._asdict(), index=labels)


def _sorted_positions(order: Sequence[object] | None, included: BoolArray) -> Any:
    k = int(included.sum())
    if order is None:
        return np.arange(k)
    keys = pd.Series(list(order))
    if len(keys) == len(included):
        keys = keys[included].reset_index(drop=True)
    if len(keys) != k:
        raise InputError(f"order has length {len(keys)}; the table has {len(included)} rows, {k} of them pooled")
    if keys.isna().any():
        raise InputError(f"order lacks a value at position {int(keys.isna().to_numpy().argmax())} of the pooled rows")
    try:
        return keys.sort_values(kind="stable").index.to_numpy()
    except TypeError as error:
        raise InputError("order mixes values that cannot be compared, such as text and numbers") from error
