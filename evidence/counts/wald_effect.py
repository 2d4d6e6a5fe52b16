"""What every count model says of its effect by Wald tests: one effect, or the coefficients of a regression."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from ..card import Carded
from ..effects import back_transform
from ..errors import NotPooledError

if TYPE_CHECKING:
    from .glmm_data import CountStudies
    from .glmm_inference import WaldInference

__all__ = ["WaldEffect", "shown_coefficients"]


class WaldEffect(Carded):
    """The effect of a result that has `inference`, `studies` and `measure`; with moderators there is no single one."""

    __slots__ = ()

    # where to look for what a regression says instead
    _instead: ClassVar[str] = "see .coefficients"

    if TYPE_CHECKING:

        @property
        def inference(self) -> WaldInference:
            """Coefficients, their covariance, tests and intervals."""
            raise NotImplementedError

        @property
        def studies(self) -> CountStudies:
            """Counts, labels and design."""
            raise NotImplementedError

        @property
        def measure(self) -> str:
            """The effect measure."""
            raise NotImplementedError

    @property
    def k(self) -> int:
        """Number of studies in the model."""
        return int(self.studies.included.sum())

    @property
    def labels(self) -> pd.Index:
        """Their names."""
        return self.studies.labels

    @property
    def has_moderators(self) -> bool:
        """Whether this is a regression on moderators."""
        return self.studies.design.has_moderators

    @property
    def estimate(self) -> float:
        """The effect, on the scale of the model: a logarithm for ratios and rates, a logit for PLO."""
        return float(self._single().coef[0])

    @property
    def se(self) -> float:
        """Its standard error."""
        return float(self._single().se[0])

    @property
    def statistic(self) -> float:
        """Its z or t statistic."""
        return float(self._single().statistic[0])

    @property
    def pvalue(self) -> float:
        """Its two-sided p-value."""
        return float(self._single().pvalue[0])

    @property
    def ci_low(self) -> float:
        """Lower confidence limit."""
        return float(self._single().ci_low[0])

    @property
    def ci_high(self) -> float:
        """Upper confidence limit."""
        return float(self._single().ci_high[0])

    @property
    def ci(self) -> tuple[float, float]:
        """Confidence interval of the effect."""
        return self.ci_low, self.ci_high

    @property
    def df(self) -> float:
        """Degrees of freedom of the tests; infinite for the normal distribution."""
        return self.inference.df

    @property
    def qm(self) -> float:
        """Joint test of all moderators: chi-squared, or F where the test uses t."""
        return self.inference.qm

    @property
    def qm_df(self) -> tuple[float, float]:
        """Its degrees of freedom; the second is infinite for chi-squared."""
        return self.inference.qm_df, self.inference.qm_df2

    @property
    def qm_pvalue(self) -> float:
        """Its p-value."""
        return self.inference.qm_pvalue

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row per coefficient: estimate, se, statistic, df, pvalue, ci_low, ci_high."""
        found = self.inference
        columns = ("coef", "se", "statistic", "df", "pvalue", "ci_low", "ci_high")
        frame = pd.DataFrame({name: getattr(found, name) for name in columns}, index=pd.Index(self._names, name="term"))
        return frame.rename(columns={"coef": "estimate"})

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients."""
        names = list(self._names)
        return pd.DataFrame(self.inference.vcov.copy(), index=names, columns=names)

    @property
    def back_transformed(self) -> tuple[float, float, float]:
        """The effect and its limits as people read them: ratios, rates and proportions as such."""
        middle, low, high = np.asarray(back_transform(np.array([self.estimate, *self.ci]), self.measure), float)
        return float(middle), float(low), float(high)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per row given: its counts, whether it is in the model, and why not."""
        return self.studies.to_frame()

    @property
    def _names(self) -> tuple[str, ...]:
        return self.studies.design.names

    def _single(self) -> WaldInference:
        if self.has_moderators:
            raise NotPooledError(
                f"a model with {', '.join(self.studies.design.names)} has no single effect; {self._instead}"
            )
        return self.inference


def shown_coefficients(result: WaldEffect) -> pd.DataFrame:
    """Return the coefficients for display: without degrees of freedom where the test is normal."""
    table = result.coefficients
    return table if math.isfinite(result.df) else table.drop(columns="df")
