"""One fit for each group of studies, and the test of whether the groups differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from ..errors import InputError, Problem, RowError
from ..vocabulary import check_flag
from .api import pool
from .inputs import check_ordered, find_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from .result import PooledResult

__all__ = ["ALL_STUDIES", "SubgroupResult", "subgroups"]

ALL_STUDIES = "all studies"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupResult:
    """Fits by group, the fit of all studies, and the test between groups.

    Attributes
    ----------
    by : str
        What the groups are.
    groups : dict
        A `PooledResult` for each group, in the order of the groups.
    overall : PooledResult
        All studies together.
    tau2_common : bool
        Whether the groups share one τ².
    q_between : float
        The test statistic: chi-squared, or F where τ² is common and the test uses t. NaN where it cannot be had.
    q_df, q_df2 : float
        Its degrees of freedom; the second is infinite for chi-squared.
    q_pvalue : float
        Its p-value.
    cautions : tuple of str
        What a reader must know before quoting the comparison.
    """

    by: str
    groups: Mapping[str, PooledResult]
    overall: PooledResult
    tau2_common: bool
    q_between: float
    q_df: float
    q_df2: float
    q_pvalue: float
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group and one for all studies: k, estimate, intervals, τ², I²."""
        rows = {**self.groups, ALL_STUDIES: self.overall}
        return pd.DataFrame(
            [
                {
                    "k": fit.k,
                    "estimate": fit.estimate,
                    "se": fit.se,
                    "ci_low": fit.ci_low,
                    "ci_high": fit.ci_high,
                    "pvalue": fit.pvalue,
                    "pi_low": fit.pi_low,
                    "pi_high": fit.pi_high,
                    "tau2": fit.tau2,
                    "i2": fit.i2,
                }
                for fit in rows.values()
            ],
            index=pd.Index(list(rows), name=self.by),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON."""
        from .record import finite

        return {
            "by": self.by,
            "tau2_common": self.tau2_common,
            "q_between": finite(self.q_between),
            "q_df": finite(self.q_df),
            "q_df2": finite(self.q_df2),
            "q_pvalue": finite(self.q_pvalue),
            "cautions": list(self.cautions),
            "groups": {name: fit.to_dict() for name, fit in self.groups.items()},
            "overall": self.overall.to_dict(),
        }

    def summary(self) -> str:
        """Return the result as text, at most 80 columns wide."""
        from .summary import subgroups_as_text

        return subgroups_as_text(self)

    def __repr__(self) -> str:
        """Return one line."""
        from .summary import between_line

        return f"<SubgroupResult by {self.by}: {len(self.groups)} groups, {between_line(self)}>"

    def _repr_html_(self) -> str:
        from .summary import subgroups_as_html

        return subgroups_as_html(self)


def subgroups(
    table: pd.DataFrame,
    by: str | ArrayLike | pd.Series[Any],
    *,
    tau2_common: bool = False,
    **options: Any,
) -> SubgroupResult:
    r"""Pool each group of studies and test whether the groups differ.

    With a τ² of its own for each group, the test is :math:`Q_b = \sum_g (\hat{μ}_g - \bar{μ})^2 / se_g^2` on
    G − 1 degrees of freedom, from the groups' estimates and standard errors as reported, :math:`\bar{μ}` their
    inverse-variance mean. With a common τ², estimated within groups, it is the test of the groups in the
    meta-regression on them; with ``test`` other than ``"z"`` that is an F test.

    Parameters
    ----------
    table : DataFrame
        One row per study, with effects and variances as for `evidence.pool.pool`.
    by : str or array-like
        A column, or one value per study; a Series must have the table's index. Groups stand in the order of their
        first study, or of their categories.
    tau2_common : bool
        Whether the groups share one τ².
    **options
        Those of `evidence.pool.pool`, but for `mods`, `data` and `intercept`.

    Returns
    -------
    SubgroupResult

    Raises
    ------
    RowError
        Where a study has no group (``missing="drop"`` leaves it out, with a caution), or its numbers cannot be used.
    ColumnError
        Where there is no such column.
    InputError
        With fewer than two groups, groups that are written alike (1 and "1") or like the row of all studies, a
        Series with another index than the table's, or options that have no place here.

    References
    ----------
    Borenstein M, Higgins JPT (2013). Meta-analysis and subgroups. doi:10.1007/s11121-013-0377-7.

    Examples
    --------
    >>> table = pd.DataFrame({"yi": [0.1, 0.2, 0.6, 0.8], "vi": 0.02, "arm": ["a", "a", "b", "b"]})
    >>> found = subgroups(table, "arm", test="z")
    >>> round(found.q_between, 1), round(found.q_pvalue, 4)
    (15.1, 0.0001)
    """
    misplaced = sorted({"mods", "data", "intercept"} & set(options))
    if misplaced:
        raise InputError(f"subgroups() takes no {', '.join(misplaced)}; use pool() for a meta-regression")
    tau2_common = check_flag("tau2_common", tau2_common)
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"subgroups() takes a table with one row per study, such as DataFrame({{'yi': …, 'vi': …, 'group': …}}); "
            f"it was given {type(table).__name__}"
        )
    name, membership = _membership(table, by)
    options = _options_by_row(options, table)
    absent = membership.isna().to_numpy()
    if absent.any():
        _check_absent(absent, name, missing=options.get("missing"))
        options = {key: value[~absent] if isinstance(value, pd.Series) else value for key, value in options.items()}
        table, membership = table[~absent], membership[~absent].reset_index(drop=True)
    overall = pool(table, **options)
    included = membership[overall.studies.included]
    names = [group for group in _order(membership) if (included == group).any()]
    if len(names) < 2:
        raise InputError(f"a comparison needs two groups; {name!r} has {len(names)} with a study to pool")
    if len(set(map(str, names))) < len(names):
        raise InputError(f"{name!r} has different groups that are written alike: {', '.join(map(repr, names))}")
    if ALL_STUDIES in map(str, names):
        raise InputError(f"a group of {name!r} is called {ALL_STUDIES!r}, like the row of all studies; rename it")
    common = _common(overall, included, names, name) if tau2_common else None
    groups = {str(group): _one_group(table, (membership == group).to_numpy(), options, common) for group in names}
    test = (common.qm, *common.qm_df, common.qm_pvalue) if common is not None else _between(list(groups.values()))
    return SubgroupResult(
        by=name,
        groups=groups,
        overall=overall,
        tau2_common=tau2_common,
        q_between=test[0],
        q_df=test[1],
        q_df2=test[2],
        q_pvalue=test[3],
        cautions=(*_without_group(absent), *_cautions(groups, tau2_common=tau2_common)),
    )


def _membership(table: pd.DataFrame, by: str | ArrayLike | pd.Series[Any]) -> tuple[str, pd.Series[Any]]:
    """Return the grouping's name and the group of each row."""
    if isinstance(by, str):
        name, values = by, find_column(table, by)
    else:
        check_ordered("by", by)
        if np.ndim(by) != 1:
            raise InputError(f"by must name a column, or hold one value per study; it is {by!r}")
        values = by if isinstance(by, pd.Series) else pd.Series(by)
        name = str(values.name) if values.name is not None else "group"
        if len(values) != len(table):
            raise InputError(f"by has {len(values)} value(s) for {len(table)} studies; there must be one for each")
        if isinstance(by, pd.Series) and not by.index.equals(table.index):
            raise InputError("by and the table have different indexes; align them, or give an array to go by position")
    return name, values.reset_index(drop=True)


def _check_absent(absent: Any, name: str, *, missing: object) -> None:
    """Refuse studies without a group, unless they are to be dropped."""
    if missing == "drop":
        return
    rows = np.flatnonzero(absent)
    raise RowError(
        f"{len(rows)} of {len(absent)} studies belong to no group (positions count from 0). Name their groups; "
        "missing='drop' leaves them out.",
        [Problem(message="the group is missing", row=str(row), column=name) for row in rows],
    )


def _without_group(absent: Any) -> list[str]:
    rows = np.flatnonzero(absent)
    if not len(rows):
        return []
    one, left = ("1 row belongs", "was") if len(rows) == 1 else (f"{len(rows)} rows belong", "were")
    return [f"{one} to no group and {left} left out: {', '.join(map(str, rows))} (positions count from 0)."]


def _order(membership: pd.Series[Any]) -> list[Any]:
    if isinstance(membership.dtype, pd.CategoricalDtype):
        return list(membership.cat.categories)
    return list(pd.unique(membership))


def _options_by_row(options: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Turn options that have one value per study into columns, so that a group takes its own."""
    return {
        name: pd.Series(np.asarray(value), index=table.index)
        if name in ("vi", "sei", "labels", "weights") and value is not None and not isinstance(value, str)
        else value
        for name, value in options.items()
    }


def _one_group(table: pd.DataFrame, rows: Any, options: dict[str, Any], common: PooledResult | None) -> PooledResult:
    mine = {name: value[rows] if isinstance(value, pd.Series) else value for name, value in options.items()}
    if common is not None:
        # what was estimated from all groups has no interval in one
        mine.update(tau2=common.tau2, tau2_ci_method=None)
    return pool(table[rows], **mine)


def _common(overall: PooledResult, included: pd.Series[Any], names: Sequence[Any], by: str) -> PooledResult:
    """Return the meta-regression on the groups."""
    choices = overall.choices
    indicators = pd.DataFrame({f"{by}: {group}": (included == group).to_numpy(float) for group in names[1:]})
    return pool(
        overall.yi,
        overall.vi,
        mods=indicators,
        tau2=choices.tau2_given if choices.tau2_method == "fixed" else choices.tau2_method,
        test=choices.test,
        level=choices.level,
        weights="equal" if choices.weights == "equal" else overall.studies.weights,
    )


def _between(fits: Sequence[PooledResult]) -> tuple[float, float, float, float]:
    """Return the chi-squared test of the groups' estimates, its degrees of freedom and its p-value."""
    estimate = np.array([fit.estimate for fit in fits])
    se = np.array([fit.se for fit in fits])
    df = len(fits) - 1.0
    if not (se > 0).all():
        return math.nan, df, math.inf, math.nan
    weight = 1 / se**2
    q = float((weight * (estimate - (weight * estimate).sum() / weight.sum()) ** 2).sum())
    return q, df, math.inf, float(chdtrc(df, q))


def _cautions(groups: Mapping[str, PooledResult], *, tau2_common: bool) -> tuple[str, ...]:
    found = []
    small = [name for name, fit in groups.items() if fit.k < 3]
    if small:
        found.append(f"Groups with fewer than three studies: {', '.join(small)}.")
    exact = [name for name, fit in groups.items() if fit.se == 0]
    if exact and not tau2_common:
        found.append(f"There is no test between groups: the standard error is 0 in {', '.join(exact)}.")
    return tuple(found)
