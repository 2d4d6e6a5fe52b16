"""What a bubble plot shows of a meta-regression: the studies on one moderator, and what the model predicts along it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ...numbers import format_number
from ...pool.design import INTERCEPT

if TYPE_CHECKING:
    from ...pool import PooledResult
    from ...pool.core import Array

__all__ = ["BubbleData", "bubble_data"]

_STEPS = 81


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BubbleData:
    """A meta-regression along one moderator, on the scale of the fit.

    Attributes
    ----------
    moderator : str
        The moderator.
    levels : tuple of str
        The levels of a categorical moderator; empty for a number.
    labels : tuple of str
        Names of the studies.
    x : array, shape (k,)
        The studies' values of the moderator; the places of their levels where it is categorical.
    yi : array, shape (k,)
        Effects.
    weights : array, shape (k,)
        Weights in percent.
    grid : array, shape (m,)
        Values of the moderator at which the model predicts: from the lowest to the highest, or each level.
    estimate, ci_low, ci_high, pi_low, pi_high : array, shape (m,)
        Predictions as `PooledResult.predict` returns them; NaN where there are none.
    held : tuple of (str, float)
        The other columns of the model and the means at which they are held.
    slope : tuple of float
        The coefficient with its interval and p-value; empty where the moderator has more than one.
    """

    moderator: str
    levels: tuple[str, ...]
    labels: tuple[str, ...]
    x: Array
    yi: Array
    weights: Array
    grid: Array
    estimate: Array
    ci_low: Array
    ci_high: Array
    pi_low: Array
    pi_high: Array
    held: tuple[tuple[str, float], ...]
    slope: tuple[float, ...] = ()

    def held_words(self) -> str:
        """Return the means at which other columns are held, in words; empty where there are none."""
        return ", ".join(f"{name} at {_short(value)}" for name, value in self.held)


def _short(value: float) -> str:
    """Return a mean with about three figures."""
    size = abs(value)
    return format_number(value, 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3)


def bubble_data(fit: PooledResult, moderator: str | None = None) -> BubbleData:
    """Return what a bubble plot shows.

    Other moderators are held at their means over the studies, each study counting once; a factor's columns too, which
    is the mix of its levels among the studies.

    Parameters
    ----------
    fit : PooledResult
        A meta-regression.
    moderator : str, optional
        A column of the model, or a factor; not needed where there is only one.

    Raises
    ------
    InputError
        If the model has no moderators, or several and none is named; if there is none of that name; or if it also
        enters through another column, as in an interaction, so that others cannot be held still.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03], mods=[1, 2, 4, 3])
    >>> found = bubble_data(fit)
    >>> found.moderator, round(float(found.estimate[-1]), 2), found.held
    ('x1', 0.94, ())
    """
    if not fit.has_moderators:
        raise InputError("the fit has no moderators; a bubble plot shows a meta-regression, as pool(..., mods=...)")
    terms = _terms(fit)
    name = _chosen(terms, moderator)
    columns = terms[name]
    levels = _levels(fit, name, columns)
    x: Array
    if levels:
        codes = np.array(list(levels.values()))
        distances = np.abs(fit.design.matrix[:, None, columns] - codes[None]).max(axis=2)
        x = distances.argmin(axis=1).astype(float)
        grid = np.arange(float(len(levels)))
    else:
        x = fit.design.matrix[:, columns[0]]
        codes = np.linspace(x.min(), x.max(), _STEPS)[:, None]
        grid = codes[:, 0]
    alone = _powers(fit, name)
    table = fit.predict({name: grid.tolist()}) if alone else _plain(fit).predict(_rows(fit, columns, codes))
    coefficient = fit.coefficients.iloc[columns[0]]
    single = not levels and len(columns) == 1 and not alone
    others = [place for place in range(fit.p) if place not in columns and place != fit.design.intercept]
    means = fit.design.matrix.mean(axis=0)
    return BubbleData(
        moderator=name,
        levels=tuple(levels),
        labels=tuple(map(str, fit.labels)),
        x=x,
        yi=fit.yi,
        weights=np.asarray(fit.weights, dtype=np.float64),
        grid=grid,
        **{column: table[column].to_numpy(dtype=float) for column in _PREDICTED},
        held=() if alone else tuple((fit.design.names[place], float(means[place])) for place in others),
        slope=tuple(float(coefficient[part]) for part in _SLOPE) if single else (),
    )


_PREDICTED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
_SLOPE = ("estimate", "ci_low", "ci_high", "pvalue")


def _terms(fit: PooledResult) -> dict[str, list[int]]:
    """Return what can be chosen, with its columns of the design; interactions are left out."""
    design = fit.design
    if design.spec is None:
        return {name: [place] for place, name in enumerate(design.names) if place != design.intercept}
    found = {}
    for term, places in design.spec.term_indices.items():
        if len(term.factors) == 1 and places and list(places) != [design.intercept]:
            found[str(term)] = list(places)
    return found


def _chosen(terms: dict[str, list[int]], moderator: str | None) -> str:
    listed = ", ".join(terms)
    if moderator is None:
        if len(terms) == 1:
            return next(iter(terms))
        raise InputError(f"the model has several moderators; say which one to draw: {listed}")
    for name in terms:
        if moderator in (name, name.removeprefix("C(").removesuffix(")")):
            return name
    raise InputError(f"moderator={moderator!r} is not in the model; there are {listed}")


def _powers(fit: PooledResult, name: str) -> bool:
    """Return whether the model is a curve in the one moderator; refuse where it mixes with others.

    The line of a curve comes from the formula itself.
    """
    spec = fit.design.spec
    if spec is None:
        return False
    variables = {str(term): {str(one) for one in found} for term, found in spec.term_variables.items()}
    own = variables[name] & set(fit.design.columns)
    elsewhere = [term for term, found in variables.items() if term != name and found & own]
    if not elsewhere:
        return False
    if fit.design.columns == (name,):
        return True
    raise InputError(
        f"{name} also enters through {', '.join(elsewhere)}: with the others at their means there is no one line; "
        "draw a model without that"
    )


def _levels(fit: PooledResult, name: str, columns: list[int]) -> dict[str, list[float]]:
    """Return the levels of a factor with their codes in its columns; empty for a number."""
    spec = fit.design.spec
    factors = {} if spec is None else {str(factor): found for factor, found in spec.factor_contrasts.items()}
    if name not in factors:
        return {}
    table: dict[str, Any] = dict.fromkeys(fit.design.columns, 1.0)
    for factor, contrasts in factors.items():
        for variable in _variables(fit, factor):
            table[variable] = contrasts.levels[0]
    wanted = list(factors[name].levels)
    rows = {column: [value] * len(wanted) for column, value in table.items()}
    for variable in _variables(fit, name):
        rows[variable] = wanted
    codes = fit.design.rows_for(rows)[0][:, columns]
    return {str(level): code.tolist() for level, code in zip(wanted, codes, strict=True)}


def _variables(fit: PooledResult, factor: str) -> list[str]:
    """Return the columns of the table that a factor is made of."""
    spec = fit.design.spec
    found = [variables for term, variables in spec.term_variables.items() if str(term) == factor]
    return [str(name) for variables in found for name in variables if str(name) in fit.design.columns]


def _rows(fit: PooledResult, columns: list[int], codes: Array) -> Array:
    """Return design rows with the columns of the moderator as given and all others at their means."""
    rows = np.tile(fit.design.matrix.mean(axis=0), (len(codes), 1))
    rows[:, columns] = codes
    return np.delete(rows, fit.design.intercept, axis=1) if fit.design.intercept >= 0 else rows


def _plain(fit: PooledResult) -> PooledResult:
    """Return the same fit with its design as plain columns, so that it predicts for means of a factor's columns."""
    names = tuple(
        INTERCEPT if place == fit.design.intercept else f"column {place}" for place in range(len(fit.design.names))
    )
    return replace(fit, design=replace(fit.design, spec=None, formula="", columns=(), names=names))
