"""The delta method: what uncertainty becomes when estimates go through a function."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded, show_number
from ..errors import EvidenceError, InputError
from .derivatives import gradient_of, hessian_of
from .elementwise import check_level, to_floats

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from .arrays import FloatArray

__all__ = ["DeltaResult", "delta_method"]

_NEGATIVE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class DeltaResult(Carded):
    """Functions of estimates, with their standard errors.

    Attributes
    ----------
    names : tuple of str
        What each function is called.
    estimate, se : ndarray of shape (q,)
        The functions at the estimates, and their standard errors.
    statistic, pvalue : ndarray of shape (q,)
        Test of the estimate against `null`, on the normal distribution, two-sided.
    ci_low, ci_high : ndarray of shape (q,)
        The interval of the level.
    vcov : ndarray of shape (q, q)
        Covariance matrix of the functions.
    gradient : ndarray of shape (q, p)
        Derivatives of each function by each estimate.
    level : float
        Level of the intervals.
    null : float
        What is tested against.
    order : int
        1: the functions are taken as linear; 2: as quadratic, for normal estimates.
    derivatives : str
        ``"numerical"`` or ``"given"``.
    """

    names: tuple[str, ...]
    estimate: FloatArray
    se: FloatArray
    statistic: FloatArray
    pvalue: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    vcov: FloatArray
    gradient: FloatArray
    level: float
    null: float
    order: int
    derivatives: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row per function."""
        columns = ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high")
        return pd.DataFrame({name: getattr(self, name) for name in columns}, index=pd.Index(self.names))

    def _card(self) -> Card:
        facts = [("Functions", f"{len(self.names)}"), ("Derivatives", self.derivatives), ("Order", f"{self.order}")]
        if len(self.names) == 1:
            interval = f"{show_number(float(self.ci_low[0]))} to {show_number(float(self.ci_high[0]))}"
            facts.insert(0, ("Estimate", f"{show_number(float(self.estimate[0]))} ({interval})"))
        notes = (f"{100 * self.level:g}% intervals and tests against {show_number(self.null)} are normal.",)
        title = "Delta method" if self.order == 1 else "Delta method, second order"
        return Card(title=title, facts=tuple(facts), table=self.to_frame(), notes=notes, cautions=self.cautions)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What must be known before quoting the result."""
        flat = [name for name, se in zip(self.names, self.se, strict=True) if se == 0]
        if not flat:
            return ()
        more = "" if self.order == 2 else "; where it only turns round there, order=2 finds its variance"
        return (
            f"the standard error of {', '.join(flat)} is 0, and there is no test: the function does not change with "
            f"the estimates, or they have no variance{more}",
        )


def delta_method(
    function: Callable[..., npt.ArrayLike],
    estimates: npt.ArrayLike,
    vcov: npt.ArrayLike,
    *,
    gradient: Callable[..., npt.ArrayLike] | None = None,
    order: int = 1,
    level: float = 0.95,
    null: float = 0.0,
    names: Sequence[str] | None = None,
) -> DeltaResult:
    r"""Return functions of estimates with standard errors by the delta method.

    With the gradients `G` of the functions, :math:`\mathrm{Var}\{f(\hat\theta)\} \approx G V G^\top`. The second order
    adds :math:`\tfrac12 \mathrm{tr}(H_i V H_j V)` with the matrices of second derivatives. The estimates are those of
    the functions themselves: the bias that curvature brings is not taken off.

    Parameters
    ----------
    function : callable
        Takes the p estimates, one argument each, or all in one array if it has a single argument and p is above 1;
        returns a number or q numbers. It must be smooth where the estimates lie.
    estimates : array_like of shape (p,)
        The estimates.
    vcov : array_like of shape (p, p)
        Their covariance matrix; a number or p variances stand for a diagonal one.
    gradient : callable, optional
        Takes the estimates likewise and returns the derivatives, of shape (p,) or (q, p). Otherwise they are found
        numerically, by central differences whose error is extrapolated away.
    order : {1, 2}
        Whether functions count as linear or as quadratic.
    level : float
        Level of the intervals.
    null : float
        What the functions are tested against.
    names : sequence of str, optional
        What to call each function.

    Returns
    -------
    DeltaResult

    Raises
    ------
    InputError
        If shapes do not fit, a number is missing or infinite, `vcov` is no covariance matrix, the function fails or is
        not finite at the estimates, or an option is out of range.
    ConvergenceError
        If a numerical derivative does not settle, as at a corner; give the gradient then.

    References
    ----------
    Oehlert GW (1992). A note on the delta method. doi:10.1080/00031305.1992.10475842

    Examples
    --------
    The ratio of two means, 12 and 10, with standard errors 0.6 and 0.5:

    >>> found = delta_method(lambda a, b: a / b, [12.0, 10.0], [0.36, 0.25])
    >>> found.estimate, found.se.round(4)
    (array([1.2]), array([0.0849]))
    """
    point, covariance = _checked(estimates, vcov)
    _check_options(order, level, null)
    scale = np.sqrt(np.diag(covariance))

    def values(x: FloatArray) -> FloatArray:
        return _values(function, x)

    estimate = values(point)
    given = gradient is not None
    slopes = (
        _shaped(gradient, point, estimate.size) if gradient is not None else gradient_of(values, point, scale=scale)
    )
    with np.errstate(all="ignore"):
        found = slopes @ covariance @ slopes.T
        if order == 2:
            curved = hessian_of(values, point, scale=scale) @ covariance
            found = found + 0.5 * np.einsum("iab,jba->ij", curved, curved)
    if not np.isfinite(found).all():
        raise InputError("the variances are too large to compute with; give the estimates in another unit")
    return _inference(
        estimate,
        (found + found.T) / 2,
        slopes,
        level=level,
        null=null,
        order=order,
        derivatives="given" if given else "numerical",
        names=_named(names, estimate.size),
    )


def _inference(
    estimate: FloatArray,
    vcov: FloatArray,
    gradient: FloatArray,
    *,
    level: float,
    null: float,
    order: int,
    derivatives: str,
    names: tuple[str, ...],
) -> DeltaResult:
    from scipy.special import ndtr, ndtri

    se = np.sqrt(np.maximum(np.diag(vcov), 0))
    sure = se > 0
    statistic = np.where(sure, (estimate - null) / np.where(sure, se, 1.0), np.nan)
    half = float(ndtri((1 + level) / 2)) * se
    return DeltaResult(
        names=names,
        estimate=estimate,
        se=se,
        statistic=statistic,
        pvalue=2 * ndtr(-np.abs(statistic)),
        ci_low=estimate - half,
        ci_high=estimate + half,
        vcov=vcov,
        gradient=gradient,
        level=level,
        null=null,
        order=order,
        derivatives=derivatives,
    )


def _checked(estimates: npt.ArrayLike, vcov: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    point = np.atleast_1d(to_floats(estimates, "estimates"))
    covariance = to_floats(vcov, "vcov")
    if point.ndim != 1 or point.size == 0:
        raise InputError(f"estimates have shape {point.shape}: give one or more numbers in a row")
    if covariance.ndim < 2:
        if covariance.size not in {1, point.size} or (covariance.size == 1 and point.size > 1):
            raise InputError(f"vcov has {covariance.size} variances for {point.size} estimates")
        covariance = np.diag(np.atleast_1d(covariance))
    if covariance.shape != (point.size, point.size):
        raise InputError(f"vcov has shape {covariance.shape}; {point.size} estimates need {(point.size,) * 2}")
    if not (np.all(np.isfinite(point)) and np.all(np.isfinite(covariance))):
        raise InputError("estimates and vcov must be finite: take out what is missing first")
    if np.any(np.diag(covariance) < 0):
        raise InputError("vcov has a negative variance on its diagonal")
    if not np.allclose(covariance, covariance.T, rtol=1e-8, atol=1e-12 * float(np.abs(covariance).max())):
        raise InputError("vcov is not symmetric")
    _refuse_impossible(covariance)
    return point, covariance


def _refuse_impossible(covariance: FloatArray) -> None:
    """Refuse a matrix that gives some combination of the estimates a variance below 0."""
    sd = np.sqrt(np.diag(covariance))
    # on the scale of correlations, so that units do not matter
    unit = np.where(sd > 0, sd, 1.0)
    if float(np.linalg.eigvalsh(covariance / np.outer(unit, unit))[0]) < -_NEGATIVE * len(sd):
        raise InputError(
            "vcov is no covariance matrix: it gives some combination of the estimates a variance below 0, as where a "
            "correlation is beyond ±1"
        )


def _check_options(order: int, level: float, null: float) -> None:
    if isinstance(order, bool) or order not in (1, 2):
        raise InputError(f"order={order!r} must be 1 or 2")
    check_level(level)
    if np.ndim(null) or not np.isfinite(to_floats(null, "null")):
        raise InputError(f"null={null!r} must be a finite number")


def _values(function: Callable[..., npt.ArrayLike], x: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        found = np.atleast_1d(to_floats(_call(function, x, "the function"), "what the function returns"))
    if found.ndim != 1:
        raise InputError(f"the function returned an array of shape {found.shape}; it must return numbers in a row")
    if not np.all(np.isfinite(found)):
        raise InputError(f"the function is not finite at {', '.join(f'{value:g}' for value in x)}")
    return found


def _call(function: Callable[..., npt.ArrayLike], x: FloatArray, what: str) -> npt.ArrayLike:
    """Call a function with its arguments one by one, or with the array if it takes but one."""
    arguments = (x,) if x.size > 1 and _arguments(function) == 1 else tuple(x)
    try:
        return function(*arguments)
    except EvidenceError:
        raise
    except Exception as error:
        taken = "one array" if len(arguments) < x.size else f"{x.size} number{'s' if x.size > 1 else ''}"
        raise InputError(f"{what} failed when it was called with {taken}: {error}") from error


def _arguments(function: Callable[..., npt.ArrayLike]) -> int | None:
    """Return how many arguments a function takes by position; None where that is open or not known."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return None
    return sum(one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) for one in parameters)


def _shaped(gradient: Callable[..., npt.ArrayLike], point: FloatArray, functions: int) -> FloatArray:
    found = to_floats(_call(gradient, point, "the gradient"), "the gradient")
    if found.size != functions * point.size or (found.ndim == 2 and found.shape != (functions, point.size)):
        raise InputError(
            f"the gradient has shape {found.shape}; {functions} functions of {point.size} estimates need "
            f"{(functions, point.size)}"
        )
    if not np.all(np.isfinite(found)):
        raise InputError("the gradient is not finite at the estimates")
    return found.reshape(functions, point.size)


def _named(names: Sequence[str] | None, functions: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"f{position + 1}" for position in range(functions))
    if isinstance(names, str) or not isinstance(names, Sequence) or len(names) != functions:
        raise InputError(f"names must be {functions}, one for each number that the function returns")
    return tuple(str(name) for name in names)
