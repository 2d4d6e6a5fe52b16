"""The pooled effects of many subsets of studies, and what they say of each study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..card import Card, Carded, json_ready
from ..errors import InputError
from .checks import json_count, show_count
from .subsets import unpack

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["Gosh"]

_QUANTILES = {"min": 0.0, "q25": 0.25, "median": 0.5, "q75": 0.75, "max": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Gosh(Carded):
    """Fits to N subsets of the studies (Olkin, Dahabreh and Trikalinos 2012).

    Attributes
    ----------
    labels : Index, length k
        Names of the studies.
    terms : tuple of str
        Names of the coefficients.
    coef : array, shape (N, p)
        Coefficients; NaN where a subset does not determine them.
    tau2, q, i2, h2 : array, shape (N,)
        Between-study variance, Cochran's Q, I² in percent and H². Subsets of one study have Q = 0, and NaN for what
        takes two. H² is Q/(k − p) for equal-effects models and for means by DerSimonian and Laird, which may be
        below 1, and 1 + τ²/v for others.
    k : array of int, shape (N,)
        Studies in the subset.
    packed : array of uint8, shape (N, ceil(k/8))
        The studies of each subset, as bits; `members` unpacks them.
    exact : bool
        Whether these are all subsets; else a sample without repetition.
    possible : int
        How many subsets there are.
    seed : int or None
        Seed of the sample; None where all subsets were taken.
    tau2_method, measure : str
        Estimator and effect measure.
    """

    labels: pd.Index
    terms: tuple[str, ...]
    coef: Array
    tau2: Array
    q: Array
    i2: Array
    h2: Array
    k: NDArray[np.uint8] | NDArray[np.intp]
    packed: NDArray[np.uint8]
    exact: bool
    possible: int
    seed: int | None
    tau2_method: str
    measure: str

    @property
    def estimate(self) -> Array:
        """The pooled effect of each subset, shape (N,); with moderators see `coef`."""
        if len(self.terms) > 1:
            raise InputError(f"with moderators there is no single estimate; see .coef, of {', '.join(self.terms)}")
        return self.coef[:, 0]

    def members(self, study: object = None) -> NDArray[np.bool_]:
        """Return which subsets have a study, shape (N,); without an argument all studies, shape (N, k).

        Raises
        ------
        InputError
            Where no study has this name.
        """
        if study is None:
            return unpack(self.packed, len(self.labels))
        places = np.flatnonzero(self.labels == study)
        if not len(places):
            raise InputError(f"no study is called {study!r}; there are {', '.join(map(str, self.labels[:20]))}")
        return self._has(int(places[0]))

    def quantiles(self) -> pd.DataFrame:
        """Return n, mean, sd, min, q25, median, q75, max of every coefficient, of τ², I², H², Q and k."""
        columns = (
            dict(zip(self.terms, self.coef.T, strict=True)) if len(self.terms) > 1 else {"estimate": self.coef[:, 0]}
        )
        columns |= {"tau2": self.tau2, "i2": self.i2, "h2": self.h2, "q": self.q, "k": self.k.astype(float)}
        return pd.DataFrame({name: _describe(values) for name, values in columns.items()}).T

    def by_study(self, term: str | None = None) -> pd.DataFrame:
        """Return what each study does to the distribution: medians over the subsets with and without it.

        Parameters
        ----------
        term : str, optional
            The coefficient; by default the first.

        Returns
        -------
        DataFrame
            By study: estimate_with, estimate_without, shift (their difference), i2_with, i2_without.

        Raises
        ------
        InputError
            Where no coefficient has this name.
        """
        if term is not None and term not in self.terms:
            raise InputError(f"term={term!r} is not a coefficient; there are {', '.join(self.terms)}")
        values = self.coef[:, 0 if term is None else self.terms.index(term)]
        rows = []
        for study in range(len(self.labels)):
            inside = self._has(study)
            pair = [_median(values[part]) for part in (inside, ~inside)]
            rows.append((*pair, pair[0] - pair[1], *(_median(self.i2[part]) for part in (inside, ~inside))))
        names = ["estimate_with", "estimate_without", "shift", "i2_with", "i2_without"]
        return pd.DataFrame(rows, columns=names, index=pd.Index(self.labels, name="study"))

    def plot(self, **options: Any) -> Figure:
        """Draw the GOSH plot; options are those of `evidence.plot.fit_plots.gosh`."""
        from ..plot.fit_plots.gosh import gosh_plot

        figure: Figure = gosh_plot(self, **options)
        return figure

    def to_frame(self) -> pd.DataFrame:
        """Return one row per subset: k, the coefficients, tau2, i2, h2, q."""
        names = self.terms if len(self.terms) > 1 else ("estimate",)
        table = pd.DataFrame({"k": self.k, **dict(zip(names, self.coef.T, strict=True))})
        return table.assign(tau2=self.tau2, i2=self.i2, h2=self.h2, q=self.q)

    def to_dict(self) -> dict[str, Any]:
        """Return choices, quantiles and medians by study, ready for JSON; the subsets themselves are left out."""
        found = {
            "studies": list(map(str, self.labels)),
            "subsets": len(self.k),
            "possible": json_count(self.possible),
            "exact": self.exact,
            "seed": self.seed,
            "tau2_method": self.tau2_method,
            "measure": self.measure or None,
            "quantiles": self.quantiles().to_dict(orient="index"),
            "by_study": self.by_study().reset_index().to_dict(orient="records"),
        }
        return {name: json_ready(value) for name, value in found.items()}

    def _has(self, study: int) -> NDArray[np.bool_]:
        return np.asarray(self.packed[:, study // 8] >> (study % 8) & 1, dtype=bool)

    def _card(self) -> Card:
        taken = f"{show_count(len(self.k))} of {show_count(self.possible)}"
        facts = [
            ("studies", str(len(self.labels))),
            ("subsets", f"all {show_count(self.possible)}" if self.exact else f"{taken}, seed {self.seed}"),
            ("τ²", self.tau2_method),
        ]
        notes = ["Subsets overlap: their spread shows which studies matter, and is not an interval."]
        lost = int(np.isnan(self.coef).any(axis=1).sum())
        if lost:
            few = "1 subset does" if lost == 1 else f"{show_count(lost)} subsets do"
            notes.append(f"{few} not determine every coefficient: left out above, NaN in to_frame().")
        return Card(
            title="Pooled effects of subsets of the studies (GOSH)",
            facts=tuple(facts),
            table=self.quantiles()[["mean", "sd", "min", "median", "max"]],
            notes=tuple(notes),
        )


def _describe(values: Array) -> dict[str, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return {"n": 0.0, "mean": np.nan, "sd": np.nan, **dict.fromkeys(_QUANTILES, np.nan)}
    # by a power of two, which loses nothing, so that the squares of large effects stay within range
    exponent = int(np.frexp(np.abs(known).max())[1])
    sd = float(np.ldexp(np.ldexp(known, -exponent).std(ddof=1), exponent)) if len(known) > 1 else np.nan
    cut = np.quantile(known, list(_QUANTILES.values()))
    return {
        "n": float(len(known)),
        "mean": float(known.mean()),
        "sd": sd,
        **dict(zip(_QUANTILES, cut.tolist(), strict=True)),
    }


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan
