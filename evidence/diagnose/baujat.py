"""Where heterogeneity and influence come from: the two coordinates of a Baujat plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..card import Card, Carded
from ..vocabulary import NO_RANDOM_EFFECT
from .checks import check_fit
from .deletions import delete_each
from .refit import model_data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["Baujat", "baujat"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Baujat(Carded):
    r"""One point per study.

    Attributes
    ----------
    labels : Index, length k
        Names of the studies.
    x : array, shape (k,)
        Contribution to heterogeneity: the squared Pearson residual :math:`(y_i - x_i'β)^2/(v_i + τ²)`, which in an
        equal-effects model are the terms of Q.
    y : array, shape (k,)
        Influence: :math:`(x_i'β_{(i)} - x_i'β)^2` over the variance of the former.
    reasons : tuple of str
        Why `y` is NaN; empty where it is not.
    terms_of_q : bool
        Whether `x` are the terms of Q: an equal-effects model by inverse variances.
    moderators : bool
        Whether the fit has moderators, so that `y` is about the fitted value of the study.
    """

    labels: pd.Index
    x: Array
    y: Array
    reasons: tuple[str, ...]
    terms_of_q: bool = False
    moderators: bool = False

    def plot(self, **options: Any) -> Figure:
        """Draw the Baujat plot; options are those of `evidence.plot.fit_plots.baujat`."""
        from ..plot.fit_plots.baujat import baujat_plot

        figure: Figure = baujat_plot(self, **options)
        return figure

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: study, x, y, reason."""
        return pd.DataFrame({"study": self.labels, "x": self.x, "y": self.y, "reason": list(self.reasons)})

    def _card(self) -> Card:
        table = pd.DataFrame({"x": self.x, "y": self.y}, index=pd.Index(self.labels, name="study"))
        facts = [("studies", str(len(self.x))), ("most heterogeneity", str(self.labels[int(self.x.argmax())]))]
        if np.isfinite(self.y).any():
            facts.append(("most influence", str(self.labels[int(np.nanargmax(self.y))])))
        notes = ("x: squared Pearson residual; y: influence on the fitted value.",)
        return Card(title="Coordinates of a Baujat plot", facts=tuple(facts), table=table, notes=notes)


def baujat(fit: PooledResult) -> Baujat:
    """Return the coordinates of a Baujat plot.

    The plot was made for equal-effects models; for others x is the squared Pearson residual under the model.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies, with or without moderators.

    Returns
    -------
    Baujat

    References
    ----------
    Baujat B, Mahé C, Pignon J-P, Hill C (2002). A graphical method for exploring heterogeneity in meta-analyses.
    doi:10.1002/sim.1221.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> points = baujat(pool([0.1, 0.3, 0.2, 1.9], [0.02, 0.03, 0.02, 0.03], tau2="EE", test="z"))
    >>> points.x.round(2).tolist(), int(points.y.argmax())
    ([9.24, 1.76, 5.44, 62.56], 3)
    """
    check_fit(fit, what="baujat()")
    data = model_data(fit)
    found = delete_each(data)
    x = data.design
    full, part, which = found.full, found.without, found.which
    resid = data.y - x @ full.coef[0]
    influence = np.full(data.k, np.nan)
    moved = (x[which] * (part.coef - full.coef)).sum(axis=1)
    lean = (x[which][:, None, :] @ part.inverse())[:, 0, :]
    variance = part.scale * (lean * lean).sum(axis=1)
    influence[which] = np.divide(moved * moved, variance, out=np.full_like(moved, np.nan), where=variance > 0)
    return Baujat(
        labels=fit.labels,
        x=resid**2 / (data.v + fit.tau2),
        y=influence,
        reasons=found.reasons,
        terms_of_q=fit.tau2_method in NO_RANDOM_EFFECT and fit.choices.weights == "inverse-variance",
        moderators=fit.has_moderators,
    )
