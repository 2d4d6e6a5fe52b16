"""What every test of small-study effects needs first: effects, variances and choices, from a fit or from arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError, Problem, RowError
from ...pool import PooledResult
from ...pool.choices import FIXED, Choices, check_choices
from ...pool.design import Design, mean_design
from ...pool.inputs import read_studies
from ...pool.tau2 import WEIGHTED
from ...vocabulary import BatchTest, allowed, check_flag
from ..arguments import refuse_other_order

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from ...pool.core import Array

__all__ = [
    "ENOUGH_STUDIES",
    "StudyData",
    "check_enough",
    "check_refit",
    "numbers_per_study",
    "read_data",
    "tau2_option",
]

ENOUGH_STUDIES = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyData:
    """Checked effects and the choices that go with them.

    Attributes
    ----------
    yi, vi : array, shape (k,)
        Effects and sampling variances.
    labels : Index of length k
        Names of the studies.
    included : array of bool, shape (n,)
        Which of the rows that were given are among the k.
    design : Design
        The design of the fit; an intercept where arrays were given.
    choices : Choices
        Estimator of τ², test, level and measure.
    """

    yi: Array
    vi: Array
    labels: pd.Index
    included: NDArray[np.bool_]
    design: Design
    choices: Choices

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @property
    def sei(self) -> Array:
        """Standard errors, shape (k,)."""
        return np.asarray(np.sqrt(self.vi))


def read_data(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    what: str,
    tau2: str | float | None = None,
    test: str | None = None,
    level: float | None = None,
    moderators: bool = True,
) -> StudyData:
    """Return the studies of a fit, or those given as arrays.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    what : str
        The analysis, for messages.
    tau2, test, level
        As for `evidence.pool.pool`; None for those of the fit, or the defaults of `pool`.
    moderators : bool
        Whether the analysis exists for models with moderators.

    Raises
    ------
    InputError, RowError, OptionError
        Where values or options cannot be used.
    """
    if isinstance(fit, PooledResult):
        return _from_fit(fit, vi, what=what, tau2=tau2, test=test, level=level, moderators=moderators)
    if fit is None:
        raise InputError(f"{what} takes a fit, such as pool(yi, vi), or effects and their variances; it was given None")
    choices = check_choices(
        tau2="REML" if tau2 is None else tau2,
        test="hksj" if test is None else test,
        level=0.95 if level is None else level,
        prediction=None,
        measure=None,
        missing="raise",
    )
    studies = read_studies(fit, vi, sei=None, mods=None, data=None, labels=None, missing="raise")
    return StudyData(
        yi=studies.yi,
        vi=studies.vi,
        labels=studies.labels,
        included=studies.included,
        design=mean_design(len(studies.yi)),
        choices=choices,
    )


def _from_fit(
    fit: PooledResult,
    vi: object,
    *,
    what: str,
    tau2: str | float | None,
    test: str | None,
    level: float | None,
    moderators: bool,
) -> StudyData:
    if vi is not None:
        raise InputError(f"{what} was given a fit and variances; the fit has its own, so leave out vi")
    if fit.has_moderators and not moderators:
        raise InputError(
            f"{what} is made for a pooled mean; this fit has moderators ({', '.join(fit.design.names)}). "
            "Give a fit without them"
        )
    own = fit.choices
    asked = check_choices(
        tau2=tau2_option(own) if tau2 is None else tau2,
        test="z" if test is None else test,
        level=own.level if level is None else level,
        prediction=None,
        measure=own.measure,
        missing=own.missing,
    )
    choices = asked if test is not None else replace(asked, test=own.test)
    choices = replace(choices, weights=own.weights)
    return StudyData(
        yi=fit.yi,
        vi=fit.vi,
        labels=fit.labels,
        included=fit.studies.included,
        design=fit.design,
        choices=choices,
    )


def check_refit(choices: Choices, *, what: str, test: bool = True) -> None:
    """Refuse a model that cannot be fitted anew to other data.

    Parameters
    ----------
    choices : Choices
        The options of the model.
    what : str
        The analysis, for the message.
    test : bool
        Whether the test is needed as well.

    Raises
    ------
    InputError
        Where the fit has weights of its own, or a test that is not made for many fits.
    """
    if choices.weights != "inverse-variance" or choices.tau2_method in WEIGHTED:
        raise InputError(f"{what} fits the model anew, which it cannot do with given or equal weights")
    if test and choices.test not in allowed(BatchTest):
        names = ", ".join(repr(name) for name in allowed(BatchTest))
        raise InputError(
            f"{what} fits the model anew, which it cannot do with test={choices.test!r}; use one of {names}"
        )


def tau2_option(choices: Choices) -> str | float:
    """Return what `tau2` was asked to be: an estimator, or a value."""
    return choices.tau2_given if choices.tau2_method == FIXED else choices.tau2_method


def numbers_per_study(name: str, values: Any, data: StudyData) -> Array:
    """Return one finite number for each study.

    Parameters
    ----------
    name : str
        The argument, for messages.
    values : array-like
        One value for each of the k studies, or for each of the n rows that were given to the fit.
    data : StudyData
        The studies.

    Raises
    ------
    InputError
        Where the length is another, or a Series has the studies in another order.
    RowError
        Where values are not finite numbers.
    """
    refuse_other_order(name, values, data.labels)
    _refuse_words(name, values, data)
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} must be numbers, one for each study") from None
    rows = len(data.included)
    if numbers.shape == (rows,):
        numbers = numbers[data.included]
    if numbers.shape != (data.k,):
        raise InputError(f"{name} has shape {np.shape(values)}; it must have one value for each of {data.k} studies")
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        problems = [
            Problem(message="not a finite number", row=str(row), column=name, study=str(data.labels[int(row)]))
            for row in wrong
        ]
        raise RowError(f"{len(wrong)} of {data.k} studies lack {name}", problems)
    return numbers


def _refuse_words(name: str, values: Any, data: StudyData) -> None:
    """Refuse text, truth values and whatever else numpy would quietly make numbers of."""
    if np.ndim(values) != 1:
        return
    given = list(values)
    rows = len(data.included)
    if len(given) == rows:
        given = [value for value, used in zip(given, data.included, strict=True) if used]
    if len(given) != data.k:
        return
    wrong = {row: value for row, value in enumerate(given) if isinstance(value, (str, bytes, bool, np.bool_, complex))}
    if wrong:
        problems = [
            Problem(
                message=f"{'text' if isinstance(value, (str, bytes)) else type(value).__name__}, not a number",
                row=str(row),
                column=name,
                study=str(data.labels[row]),
                value=str(value),
                allowed="a number",
            )
            for row, value in wrong.items()
        ]
        raise RowError(f"{name} must be numbers, one for each study; {len(wrong)} of {data.k} are not", problems)


def check_enough(k: int, *, what: str, force: bool, least: int = 3) -> tuple[str, ...]:
    """Refuse a test of too few studies, or return the caution where it was forced.

    Raises
    ------
    InputError
        With fewer than `least` studies; with fewer than ten unless `force`.

    Examples
    --------
    >>> check_enough(12, what="Egger's test", force=False)
    ()
    >>> check_enough(4, what="Egger's test", force=False)
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: Egger's test of 4 studies has next to no power: at least 10 are advised
    (doi:10.1136/bmj.d4002). force=True makes it all the same
    """
    check_flag("force", force)
    if k < least:
        raise InputError(f"{what} needs at least {least} studies; there {'is' if k == 1 else 'are'} {k}")
    if k >= ENOUGH_STUDIES:
        return ()
    if not force:
        raise InputError(
            f"{what} of {k} studies has next to no power: at least {ENOUGH_STUDIES} are advised "
            "(doi:10.1136/bmj.d4002). force=True makes it all the same"
        )
    return (
        f"{k} studies: with fewer than {ENOUGH_STUDIES} the test cannot tell asymmetry from chance, and was forced.",
    )
