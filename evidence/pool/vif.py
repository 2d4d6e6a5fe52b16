r"""Variance inflation: how much less is known of a coefficient because its moderator goes along with the others.

With R the correlation matrix of the coefficients, the intercept left out, and a group g of m coefficients,

.. math:: \mathrm{GVIF} = \frac{|R_{gg}| \, |R_{\bar g \bar g}|}{|R|}

For one coefficient it is the variance inflation factor; :math:`\mathrm{GVIF}^{1/(2m)}` is on the scale of standard
errors whatever m is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded
from ..errors import InputError
from ..vocabulary import VifGrouping, check_option
from .linear_hypotheses import find_coefficients, read_coefficients

if TYPE_CHECKING:
    from .core import Array
    from .design import Design
    from .location_scale import LocationScaleResult
    from .result import PooledResult

__all__ = ["VarianceInflation", "vif"]

_HIGH = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class VarianceInflation(Carded):
    r"""Variance inflation factors.

    Attributes
    ----------
    groups : tuple of str
        The coefficient, or the coefficients, that each row is about.
    coefficients : tuple of tuple of str
        Their names.
    vif : array, shape (g,)
        Variance inflation factors, generalised where a group has several coefficients.
    sif : array, shape (g,)
        The factors on the scale of standard errors, :math:`\mathrm{GVIF}^{1/(2m)}`.
    part : {"location", "scale"}
        Of what the coefficients are.
    cautions : tuple of str
        What a reader must know.
    """

    groups: tuple[str, ...]
    coefficients: tuple[tuple[str, ...], ...]
    vif: Array
    sif: Array
    part: str
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group: the number of coefficients m, vif, sif."""
        sizes = [len(names) for names in self.coefficients]
        return pd.DataFrame(
            {"m": sizes, "vif": self.vif, "sif": self.sif}, index=pd.Index(self.groups, name="coefficients")
        )

    def _card(self) -> Card:
        largest = self.groups[int(np.argmax(self.vif))]
        return Card(
            title=f"Variance inflation factors of {self.part} coefficients",
            facts=(("largest", f"{self.vif.max():.4g} ({largest})"),),
            table=self.to_frame(),
            notes=("sif is vif to the power 1/(2m): the factor on the standard error.",),
            cautions=self.cautions,
        )


def vif(
    fit: PooledResult | LocationScaleResult,
    terms: Sequence[object] | str | int | None = None,
    *,
    by: str = "coefficient",
    intercept: bool = False,
    part: str = "location",
) -> VarianceInflation:
    """Compute variance inflation factors.

    Parameters
    ----------
    fit : PooledResult or LocationScaleResult
        A meta-regression.
    terms : sequence of groups, str or int, optional
        Groups of coefficients, each as `terms` of `evidence.pool.contrasts.wald_test`: names, beginnings of names,
        positions from 0, or a list of them for one group. It is metafor's ``btt=list(…)``, which counts from 1.
    by : {"coefficient", "term"}
        Without `terms`: whether each coefficient stands alone, or all columns of a term of the formula together, such
        as those of a factor.
    intercept : bool
        Whether the intercept is one of the coefficients.
    part : {"location", "scale"}
        Which coefficients of a location–scale model.

    Returns
    -------
    VarianceInflation

    Raises
    ------
    InputError, ColumnError, OptionError
        Where there is no moderator, coefficients are unknown or have no covariance, or an option is not allowed.

    References
    ----------
    Fox J, Monette G (1992). Generalized collinearity diagnostics. Journal of the American Statistical Association
    87:178–183. doi:10.1080/01621459.1992.10475190.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> yi, vi = [0.1, 0.4, 0.9, 0.7, 0.2, 0.5], [0.04, 0.09, 0.05, 0.03, 0.02, 0.06]
    >>> fit = pool(yi, vi, mods=[[1, 0], [2, 1], [4, 1], [3, 0], [1, 1], [2, 0]])
    >>> vif(fit).to_frame().round(3)
                  m    vif    sif
    coefficients
    x1            1  1.012  1.006
    x2            1  1.012  1.006
    """
    check_option("by", by, VifGrouping)
    found = read_coefficients(fit, part)
    design = found.design
    used = [place for place in range(len(design.names)) if intercept or place != design.intercept]
    if not design.has_moderators or not used:
        raise InputError("variance inflation is about moderators; this model has none")
    size = np.sqrt(np.diag(found.vcov))
    if not (np.isfinite(found.vcov).all() and (size > 0).all()):
        raise InputError("the coefficients have no covariance matrix; the cautions of the fit say why")
    chosen = _groups(design, used, terms, by=by)
    correlation = (found.vcov / np.outer(size, size))[np.ix_(used, used)]
    factors = np.array([_inflation(correlation, [used.index(place) for place in places]) for _, places in chosen])
    sizes = np.array([len(places) for _, places in chosen])
    high = [name for (name, _), factor, m in zip(chosen, factors, sizes, strict=True) if factor ** (1 / m) > _HIGH]
    cautions = (f"Variance inflation above {_HIGH:.0f}: {', '.join(high)}.",) if high else ()
    return VarianceInflation(
        groups=tuple(name for name, _ in chosen),
        coefficients=tuple(tuple(design.names[place] for place in places) for _, places in chosen),
        vif=factors,
        sif=factors ** (1 / (2 * sizes)),
        part=part,
        cautions=cautions,
    )


def _inflation(correlation: Array, group: list[int]) -> float:
    """Return the generalised variance inflation factor of a group."""
    rest = [place for place in range(len(correlation)) if place not in group]
    parts = [np.linalg.slogdet(correlation[np.ix_(places, places)])[1] for places in (group, rest) if places]
    return float(np.exp(max(0.0, sum(parts) - np.linalg.slogdet(correlation)[1])))


def _groups(design: Design, used: list[int], terms: object, *, by: str) -> list[tuple[str, list[int]]]:
    """Return names and places of the coefficients of each group."""
    if terms is None:
        return _terms(design, used) if by == "term" else [(design.names[place], [place]) for place in used]
    if isinstance(terms, (str, int)) or not isinstance(terms, Sequence):
        terms = [terms]
    groups = []
    for term in terms:
        places = [place for place in find_coefficients(design, term) if place in used]
        if not places:
            raise InputError("the intercept has no variance inflation of its own; intercept=True counts it in")
        name = term if isinstance(term, str) else " + ".join(design.names[place] for place in places)
        groups.append((name, places))
    if not groups:
        raise InputError("no coefficient is named")
    return groups


def _terms(design: Design, used: list[int]) -> list[tuple[str, list[int]]]:
    """Return the columns of each term of the formula; of a matrix each column is a term."""
    if design.spec is None:
        return [(design.names[place], [place]) for place in used]
    groups = []
    for term, columns in design.spec.term_indices.items():
        places = [int(place) for place in columns if place in used]
        if places:
            groups.append((str(term) if str(term) != "1" else design.names[places[0]], places))
    return groups
