r"""Coverage and power of meta-analysis methods, by simulation on the batched engine.

Each replication is one meta-analysis: true effects :math:`θ_i \sim N(μ, τ²)`, then estimates around them with their
sampling variances, either drawn from the normal model or computed from simulated 2×2 tables. Every method sees the same
data. Replications are made in chunks, each with its own random stream, so that the numbers do not depend on how many
processes share the work.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit

from .card import Card, Carded
from .errors import InputError
from .numbers import format_number
from .pool.checks import is_finite
from .pool.choices import check_choices, check_level
from .pool.many import pool_many
from .vocabulary import Engine, SimulatedData, check_flag, check_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike

    from .pool.core import Array

__all__ = ["Scenario", "SimulationResult", "simulate"]

_CHUNK = 5000
_SUMS = ("error", "squared_error", "covered", "rejected", "width", "interval", "tau2", "tau2_zero", "se")
_LONG = 200_000
# larger effects have errors that cannot be squared and summed
_EFFECT_MOST, _TAU2_MOST = 1e30, 1e60
_NUMBERS_AT_ONCE = 100_000_000
_REPLICATIONS_MOST = _PEOPLE_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One set of truths: k studies, their mean effect and the between-study variance."""

    k: int
    effect: float
    tau2: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SimulationResult(Carded):
    """How methods perform where the truth is known.

    Attributes
    ----------
    table : DataFrame
        One row for each scenario and method: ``k``, ``effect``, ``true_tau2``, ``tau2_method``, ``test``,
        ``replications``; ``bias`` and ``rmse`` of the estimate; ``coverage`` of the confidence interval and
        ``rejected``, the share of p-values below 1 − level (type I error where the effect is 0, else power), each with
        its Monte Carlo standard error (``coverage_mcse``, ``rejected_mcse``), fits without an interval or a p-value
        counting as not covering and not rejecting; ``width``, the mean of the intervals there are; ``se``, the mean
        standard error; ``tau2`` and ``tau2_zero``, the mean estimate of τ² and the share of zeros.
    data : str
        The model of the data, or the name of the function that made them.
    level : float
        Confidence level.
    seed : int
        The seed; it makes the numbers again.
    engine : str
        What computed the fits.
    """

    table: pd.DataFrame
    data: str
    level: float
    seed: int
    engine: str

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _card(self) -> Card:
        methods = self.table["tau2_method"].astype(str) + ", " + self.table["test"]
        shown = self.table[["k", "effect", "true_tau2", "bias", "coverage", "rejected", "tau2", "width"]]
        shown = shown.set_index(pd.Index(methods, name="method"))
        worst = float(self.table["coverage_mcse"].max())
        return Card(
            title="Simulated meta-analyses",
            facts=(
                ("Replications", f"{int(self.table['replications'].max()):,} for each scenario".replace(",", "\u202f")),
                ("Data", self.data),
                ("Level", f"{100 * self.level:g}%"),
                ("Seed", str(self.seed)),
            ),
            table=shown,
            notes=(
                f"Monte Carlo standard error of the coverage: at most {format_number(worst, 4)}.",
                "rejected is the type I error where the effect is 0, and the power elsewhere.",
            ),
        )


def simulate(
    k: int | Sequence[int],
    *,
    effect: float | Sequence[float] = 0.0,
    tau2: float | Sequence[float] = 0.0,
    data: str | Callable[[np.random.Generator, int, Scenario], tuple[ArrayLike, ArrayLike]] = "normal",
    vi: ArrayLike | None = None,
    n: int | tuple[int, int] = (20, 100),
    risk: float = 0.2,
    estimators: str | Sequence[str] = ("REML", "DL"),
    tests: str | Sequence[str] = ("hksj", "z"),
    level: float = 0.95,
    replications: int = 10_000,
    seed: int = 20_260,
    jobs: int | None = None,
    engine: str = "numpy",
    progress: bool | None = None,
) -> SimulationResult:
    r"""Simulate meta-analyses and report bias, coverage, power and more, for every combination of what is given.

    Parameters
    ----------
    k : int or sequence of int
        Studies in each meta-analysis, at least 2.
    effect : float or sequence of float
        True mean effects μ; of ``data="binary"`` log odds ratios.
    tau2 : float or sequence of float
        True between-study variances τ².
    data : {"normal", "binary"} or callable
        ``"normal"``: :math:`y_i \sim N(θ_i, v_i)` with `vi` known. ``"binary"``: two arms of equal size, events
        binomial with the given `risk` in the control arm, log odds ratios with 0.5 added where a cell is zero. Or a
        function of a random generator, a number B and a `Scenario` that returns effects and variances of shape (B, k).
    vi : array-like, shape (k,), optional
        Sampling variances of ``"normal"``. By default each is drawn as :math:`χ²_1/4` between 0.009 and 0.6, the
        distribution of Brockwell and Gordon 2001 (doi:10.1002/sim.650).
    n : int or (int, int)
        People in each arm of ``"binary"``, or the range from which each study's size is drawn.
    risk : float
        Risk in the control arm of ``"binary"``.
    estimators, tests : str or sequence of str
        Estimators of τ² and tests, as for `evidence.pool.pool`; all their combinations are run.
    level : float
        Confidence level.
    replications : int
        Meta-analyses for each scenario.
    seed : int
        Seed of the random streams.
    jobs : int, optional
        Processes; −1 for all cores. By default what joblib's surrounding ``parallel_config`` says, which is one. With a
        Dask client, ``with joblib.parallel_config(backend="dask"):`` sends the same call to a cluster.
    engine : {"numpy", "numba"}
        As for `evidence.pool.pool_many`.
    progress : bool, optional
        Whether to show a progress bar; by default where the work is long and stderr is a terminal.

    Returns
    -------
    SimulationResult
        The same numbers for the same seed, whatever `jobs` is.

    Raises
    ------
    InputError, OptionError
        Where an argument has no such value.

    References
    ----------
    Morris TP, White IR, Crowther MJ (2019). Using simulation studies to evaluate statistical methods.
    doi:10.1002/sim.8086.

    Examples
    --------
    >>> found = simulate(5, tau2=0.1, vi=[0.1] * 5, estimators="REML", replications=4000, seed=1)
    >>> found.table[["test", "coverage"]].round(2)
       test  coverage
    0  hksj      0.95
    1     z      0.92
    """
    scenarios = _scenarios(k, effect, tau2, vi)
    methods = [(method, _test(method, test, level)) for method in _listed(estimators) for test in _listed(tests)]
    if not (scenarios and methods):
        raise InputError("there is nothing to simulate: give at least one k, effect, tau2, estimator and test")
    check_option("engine", engine, Engine)
    _check_counts(replications, seed, risk)
    _check_work(scenarios, replications, jobs)
    progress = progress if progress is None else check_flag("progress", progress)
    generator = _generator(data, vi, n, risk)
    chunks = [min(_CHUNK, replications - done) for done in range(0, replications, _CHUNK)]
    streams = np.random.SeedSequence(seed).spawn(len(scenarios) * len(chunks))
    tasks = [
        (scenario, size, stream) for (scenario, size), stream in zip(product(scenarios, chunks), streams, strict=True)
    ]
    totals = np.zeros((len(scenarios), len(methods), len(_SUMS)))
    for number, sums in enumerate(_run(tasks, generator, methods, level, engine, jobs=jobs, progress=progress)):
        totals[number // len(chunks)] += sums
    rows = [
        _performance(scenario, method, total, replications)
        for scenario, of_scenario in zip(scenarios, totals, strict=True)
        for method, total in zip(methods, of_scenario, strict=True)
    ]
    name = data if isinstance(data, str) else getattr(data, "__name__", "a function")
    return SimulationResult(table=pd.DataFrame(rows), data=name, level=check_level(level), seed=seed, engine=engine)


def _test(method: Any, test: str, level: float) -> str:
    """Check the choices of one method, and return its test by the name it has here."""
    return check_choices(tau2=method, test=test, level=level, prediction=None, measure=None, missing="raise").test


def _listed(values: Any) -> list[Any]:
    return [values] if np.ndim(values) == 0 else list(values)


def _scenarios(k: Any, effect: Any, tau2: Any, vi: ArrayLike | None) -> list[Scenario]:
    found = []
    for size, mean, between in product(_listed(k), _listed(effect), _listed(tau2)):
        if not isinstance(size, (int, np.integer)) or size < 2:
            raise InputError(f"k={size!r} must be a whole number of at least 2 studies")
        if not (is_finite(mean) and abs(mean) <= _EFFECT_MOST):
            raise InputError(f"effect={mean!r} must be a finite number, at most {_EFFECT_MOST:g} in size")
        if not (is_finite(between) and 0 <= between <= _TAU2_MOST):
            raise InputError(f"tau2={between!r} must be a finite number of at least 0, and at most {_TAU2_MOST:g}")
        found.append(Scenario(k=int(size), effect=float(mean), tau2=float(between)))
    if vi is not None:
        try:
            given = np.asarray(vi, float)
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"vi={vi!r} must be a list of numbers, one variance for each of the k studies") from error
        if given.ndim != 1 or any(scenario.k != len(given) for scenario in found):
            raise InputError(f"vi holds {given.size} variance(s); it must hold one for each of the k studies")
        if not (np.isfinite(given) & (given > 0)).all():
            raise InputError("every variance in vi must be positive and finite")
    return found


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(value >= least)


def _check_counts(replications: int, seed: int, risk: float) -> None:
    if not _is_count(replications, 2) or replications > _REPLICATIONS_MOST:
        most = f"{_REPLICATIONS_MOST:g}"
        raise InputError(f"replications={replications!r} must be a whole number of at least 2, and at most {most}")
    if not _is_count(seed, 0):
        raise InputError(f"seed={seed!r} must be a whole number of at least 0")
    if not (is_finite(risk) and 0 < risk < 1):
        raise InputError(f"risk={risk!r} must lie between 0 and 1")


def _check_work(scenarios: Sequence[Scenario], replications: int, jobs: object) -> None:
    """Refuse what does not fit into memory, and numbers of processes that are none."""
    most, at_once = max(scenario.k for scenario in scenarios), min(_CHUNK, replications)
    if most * at_once > _NUMBERS_AT_ONCE:
        raise InputError(
            f"k={most} is too many studies for {at_once} replications at once; give at most "
            f"{_NUMBERS_AT_ONCE // at_once} studies, or fewer replications"
        )
    if jobs is not None and jobs != -1 and not _is_count(jobs, 1):
        raise InputError(f"jobs={jobs!r} must be a whole number of at least 1, −1 for all cores, or None")


def _sizes(n: int | tuple[int, int]) -> tuple[int, int]:
    """Return the range of the number of people in an arm."""
    given = _listed(n)
    if len(given) not in (1, 2) or not all(_is_count(size, 1) and size <= _PEOPLE_MOST for size in given):
        raise InputError(f"n={n!r} must be a number of people up to {_PEOPLE_MOST:g}, or a range such as (20, 100)")
    if given[0] > given[-1]:
        raise InputError(f"n={n!r} must be a number of people, or a range such as (20, 100)")
    return int(given[0]), int(given[-1])


def _generator(data: Any, vi: ArrayLike | None, n: int | tuple[int, int], risk: float) -> Any:
    sizes = _sizes(n)
    if not callable(data) and check_option("data", data, SimulatedData) == "normal":
        return _Normal(vi=None if vi is None else np.asarray(vi, float))
    if vi is not None:
        raise InputError("vi goes with data='normal'; the variances of other data are made with them")
    return data if callable(data) else _Binary(sizes=sizes, risk=risk)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Normal:
    """Effects from the normal–normal model."""

    vi: Array | None

    def __call__(self, rng: np.random.Generator, size: int, scenario: Scenario) -> tuple[Array, Array]:
        shape = (size, scenario.k)
        v = np.broadcast_to(self.vi, shape) if self.vi is not None else _brockwell_gordon(rng, shape)
        return rng.normal(scenario.effect, np.sqrt(scenario.tau2 + v)), v


def _brockwell_gordon(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draw χ²₁/4 between 0.009 and 0.6, by drawing again what falls outside."""
    v = rng.chisquare(1, shape) / 4
    while (outside := (v < 0.009) | (v > 0.6)).any():
        v[outside] = rng.chisquare(1, int(outside.sum())) / 4
    return np.asarray(v)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Binary:
    """Log odds ratios of simulated 2×2 tables."""

    sizes: tuple[int, int]
    risk: float

    def __call__(self, rng: np.random.Generator, size: int, scenario: Scenario) -> tuple[Array, Array]:
        shape = (size, scenario.k)
        people = rng.integers(self.sizes[0], self.sizes[1], shape, endpoint=True)
        control = math.log(self.risk / (1 - self.risk))
        log_odds = control + rng.normal(scenario.effect, math.sqrt(scenario.tau2), shape)
        cells = np.empty((4, *shape))
        cells[0] = rng.binomial(people, expit(log_odds))
        cells[2] = rng.binomial(people, self.risk)
        cells[1], cells[3] = people - cells[0], people - cells[2]
        cells += 0.5 * (cells == 0).any(axis=0)
        a, b, c, d = cells
        return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _run(
    tasks: Sequence[tuple[Scenario, int, np.random.SeedSequence]],
    generator: Any,
    methods: Sequence[tuple[str, str]],
    level: float,
    engine: str,
    *,
    jobs: int | None,
    progress: bool | None,
) -> Iterator[Array]:
    """Yield the sums of each chunk, in order."""
    from joblib import Parallel, delayed

    work = (delayed(_chunk)(*task, generator, methods, level, engine) for task in tasks)
    found = Parallel(n_jobs=jobs, return_as="generator")(work)
    yield from _tracked(found, len(tasks), sum(size for _, size, _ in tasks), progress)


def _tracked(found: Iterable[Array], tasks: int, fits: int, progress: bool | None) -> Iterable[Array]:
    import sys

    if not (fits >= _LONG and sys.stderr.isatty() if progress is None else progress):
        return found
    from rich.console import Console
    from rich.progress import track

    return track(found, description="Simulating", total=tasks, console=Console(stderr=True))


def _made(generator: Any, rng: np.random.Generator, size: int, scenario: Scenario) -> tuple[Any, Any]:
    """Return the data of one chunk; what a function of the caller does wrong is said to be its fault."""
    name = getattr(generator, "__name__", type(generator).__name__)
    try:
        found = generator(rng, size, scenario)
    except Exception as error:
        raise InputError(f"data: {name}() failed for {scenario}: {type(error).__name__}: {error}") from error
    shape = (size, scenario.k)
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise InputError(f"data: {name}() must return effects and variances, two arrays of shape {shape}")
    for part, what in zip(found, ("effects", "variances"), strict=True):
        if np.shape(part) != shape:
            raise InputError(f"data: {name}() must return {what} of shape {shape}; their shape is {np.shape(part)}")
    return found[0], found[1]


def _chunk(
    scenario: Scenario,
    size: int,
    stream: np.random.SeedSequence,
    generator: Any,
    methods: Sequence[tuple[str, str]],
    level: float,
    engine: str,
) -> Array:
    """Return, for each method, the sums over one chunk of what its performance is made of."""
    y, v = _made(generator, np.random.default_rng(stream), size, scenario)
    sums = np.empty((len(methods), len(_SUMS)))
    for row, (method, test) in enumerate(methods):
        try:
            fits = pool_many(y, v, tau2=method, test=test, level=level, engine=engine)
        except InputError as error:
            raise InputError(f"the data made for {scenario} cannot be pooled: {error}") from error
        low, high = fits.ci_low[:, 0], fits.ci_high[:, 0]
        interval = ~np.isnan(low)
        missed = fits.estimate - scenario.effect
        sums[row] = [
            missed.sum(),
            (missed * missed).sum(),
            ((low <= scenario.effect) & (scenario.effect <= high)).sum(),
            (fits.pvalue[:, 0] < 1 - level).sum(),
            (high - low)[interval].sum(),
            interval.sum(),
            fits.tau2.sum(),
            (fits.tau2 == 0).sum(),
            fits.se[:, 0].sum(),
        ]
    return sums


def _performance(scenario: Scenario, method: tuple[str, str], total: Array, replications: int) -> dict[str, Any]:
    sums = dict(zip(_SUMS, (total / replications).tolist(), strict=True))
    return {
        "k": scenario.k,
        "effect": scenario.effect,
        "true_tau2": scenario.tau2,
        "tau2_method": method[0],
        "test": method[1],
        "replications": replications,
        "bias": sums["error"],
        "bias_mcse": math.sqrt(max(0.0, sums["squared_error"] - sums["error"] ** 2) / (replications - 1)),
        "rmse": math.sqrt(sums["squared_error"]),
        "coverage": sums["covered"],
        "coverage_mcse": _mcse(sums["covered"], replications),
        "rejected": sums["rejected"],
        "rejected_mcse": _mcse(sums["rejected"], replications),
        "width": sums["width"] / sums["interval"] if sums["interval"] else math.nan,
        "se": sums["se"],
        "tau2": sums["tau2"],
        "tau2_zero": sums["tau2_zero"],
    }


def _mcse(share: float, replications: int) -> float:
    return math.sqrt(share * (1 - share) / replications)
