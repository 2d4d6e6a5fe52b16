"""The points of a fit: what a figure of effects against their errors shows, whichever kind of fit it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...effects import is_ratio, measure_label, null_value
from ...errors import InputError
from ...number_style import NumberStyle, number_style
from ...numbers import format_effect
from ...pool.digits import decimals, show
from ...vocabulary import Measure, allowed
from .answer_words import NO_ANSWER, AnswerWords, answer_words

if TYPE_CHECKING:
    from ..page.style import Style

__all__ = [
    "FEWEST_STUDIES",
    "FitPoints",
    "as_ratio",
    "fit_points",
    "in_brackets",
    "left_out_text",
    "plain_fit",
    "reading",
    "studies",
]

FEWEST_STUDIES = 10
_LARGEST_LOG = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPoints:
    """Effects and standard errors of the studies of a fit, and what was pooled, on the scale of the fit.

    Attributes
    ----------
    labels : tuple of str
        Names of the studies.
    effects, errors : tuple of float
        Their effects and standard errors.
    weights : tuple of float
        Their weights in percent; NaN where a study has none.
    measure : str
        The effect measure; empty if not said.
    ratio : bool
        Whether effects are shown as ratios: they are then logarithms here.
    null : float or None
        No effect; None for what describes one group.
    estimate, ci_low, ci_high : float
        The pooled effect and its interval.
    level : float
        Confidence level.
    tau2 : float
        Variance between studies; 0 where there is none.
    left_out : int
        Studies that the fit holds but that have no effect of their own.
    answer : AnswerWords
        Question, analysis and cautions, where the fit is that of a synthesis.
    """

    labels: tuple[str, ...]
    effects: tuple[float, ...]
    errors: tuple[float, ...]
    weights: tuple[float, ...]
    measure: str
    ratio: bool
    null: float | None
    estimate: float
    ci_low: float
    ci_high: float
    level: float
    tau2: float
    left_out: int = 0
    answer: AnswerWords = NO_ANSWER

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.effects)

    @property
    def name(self) -> str:
        """The measure in words, as it stands within a sentence."""
        if self.measure not in allowed(Measure):
            return self.measure or "effect"
        return measure_label(self.measure, back_transformed=self.ratio)

    @property
    def axis_title(self) -> str:
        """The measure in words, as the title of an axis."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def count(self) -> str:
        """The number of studies in words."""
        return studies(self.k)

    @property
    def level_text(self) -> str:
        """The confidence level, as ``95%``."""
        return f"{100 * self.level:g}%"

    @property
    def null_text(self) -> str:
        """No effect, as an axis shows it; empty where there is none."""
        if self.null is None:
            return ""
        return f"{math.exp(self.null) if self.ratio else self.null:g}"

    def text(self, value: float) -> str:
        """Return an effect as people read it: a ratio as a ratio, with the decimals that it can bear."""
        if self.ratio:
            return format_effect(as_ratio(value), ratio=True)
        return show(value, self._digits())

    def error_text(self, value: float) -> str:
        """Return a standard error."""
        return show(value, decimals([value], usual=3))

    def estimate_text(self, style: Style | None = None) -> str:
        """Return the pooled effect with its interval, in the number style of a preset."""
        numbers = number_style(style.numbers if style else "house")
        limits = (self.ci_low, self.ci_high)
        if self.ratio:
            between = numbers.interval(as_ratio(limits[0]), as_ratio(limits[1]), ratio=True)
        elif self._digits() <= 7 and max(abs(limit) for limit in limits) < 1e7:
            between = numbers.interval(*limits, self._digits())
        else:
            between = " to ".join(self.text(limit) for limit in limits)
        return f"{self.text(self.estimate)} {in_brackets(between, self.level, numbers)}"

    def _digits(self) -> int:
        return decimals([error for error in self.errors if error > 0], usual=2)


def as_ratio(value: float) -> float:
    """Return a ratio from its logarithm; one that no number could hold becomes a huge one, which is shown as a bound.

    Examples
    --------
    >>> as_ratio(0.0), as_ratio(1e6) > 1e300
    (1.0, True)
    """
    return math.exp(min(value, 700.0))


def studies(count: int) -> str:
    """Return a number of studies in words.

    Examples
    --------
    >>> studies(1), studies(12)
    ('1 study', '12 studies')
    """
    return f"{count} {'study' if count == 1 else 'studies'}"


def in_brackets(between: str, level: float, numbers: NumberStyle) -> str:
    """Return an interval with its level in brackets, as a number style writes it.

    Examples
    --------
    >>> in_brackets("0.33 to 0.73", 0.95, number_style("house")), in_brackets("0.33, 0.73", 0.9, number_style("apa"))
    ('(95% CI 0.33 to 0.73)', '(90% CI [0.33, 0.73])')
    """
    limits = between if numbers.opening == "(" else f"{numbers.opening}{between}{numbers.closing}"
    return f"({100 * level:g}% {numbers.interval_words}{numbers.after_words}{limits})"


def left_out_text(count: int) -> str:
    """Say how many studies have no effect to draw.

    Examples
    --------
    >>> left_out_text(1)
    '1 study without an effect of its own is not drawn.'
    """
    own, verb = ("its", "is") if count == 1 else ("their", "are")
    return f"{studies(count)} without an effect of {own} own {verb} not drawn."


def reading(measure: object, largest: float) -> tuple[str, bool, float | None]:
    """Return how effects are read: the measure in words, whether as ratios, and no effect on the scale of the fit.

    Parameters
    ----------
    measure : object
        The measure of a fit, known or not.
    largest : float
        The largest size of what is shown: a logarithm beyond 300 is no ratio that could be written down.

    Examples
    --------
    >>> reading("OR", 2.0), reading("OR", 800.0)[:2], reading(None, 2.0)
    (('odds ratio', True, 0.0), ('log odds ratio', False), ('effect', False, 0.0))
    """
    if measure not in allowed(Measure):
        return str(measure or "effect"), False, 0.0
    ratio = is_ratio(str(measure)) and largest < _LARGEST_LOG
    return measure_label(str(measure), back_transformed=ratio), ratio, null_value(str(measure), back_transformed=False)


def plain_fit(subject: Any, *, what: str) -> Any:
    """Return the fit behind a result: that of a synthesis, the overall one of subgroups, or the fit itself.

    Raises
    ------
    NotPooledError
        If nothing was pooled, or the fit has moderators and so no single effect.
    InputError
        If it holds no studies with effects and variances.
    """
    if hasattr(subject, "synthesis") and hasattr(subject, "fit"):
        if subject.fit is None:
            # Raises with the reason why nothing was pooled.
            subject.estimate  # noqa: B018
        return subject.fit
    fit = subject.overall if hasattr(subject, "overall") and hasattr(subject, "groups") else subject
    if not all(hasattr(fit, name) for name in ("yi", "vi", "labels", "level")):
        raise InputError(
            f"{what} takes a fit of studies with effects and variances, such as pool(yi, vi); "
            f"it was given {type(subject).__name__}"
        )
    return fit


def fit_points(subject: Any, *, what: str) -> FitPoints:
    """Return the points of a fit.

    Parameters
    ----------
    subject : PooledResult, SubgroupResult, SynthesisResult or CountsResult
        A fit without moderators.
    what : str
        The figure, for messages.

    Raises
    ------
    NotPooledError, InputError
        As `plain_fit`; also where no study has an effect of its own.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> points = fit_points(pool([0.1, 0.4], [0.04, 0.09], measure="RR"), what="funnel()")
    >>> points.name, points.text(0.4), points.null
    ('risk ratio', '1.49', 0.0)
    """
    fit = plain_fit(subject, what=what)
    estimate = float(fit.estimate)
    rows = [
        (str(label), float(y), math.sqrt(float(v)), float(weight))
        for label, y, v, weight in zip(fit.labels, fit.yi, fit.vi, fit.weights, strict=True)
    ]
    own = [row for row in rows if math.isfinite(row[1]) and math.isfinite(row[2])]
    if not own:
        raise InputError(f"{what} needs effects and variances; no study of this fit has them")
    measure = str(fit.measure or "")
    _, ratio, null = reading(measure, max(abs(effect) + 4 * error for _, effect, error, _ in own))
    labels, effects, errors, weights = zip(*own, strict=True)
    tau2 = float(getattr(fit, "tau2", 0.0))
    return FitPoints(
        labels=labels,
        effects=effects,
        errors=errors,
        weights=weights,
        measure=measure,
        ratio=ratio,
        null=null,
        estimate=estimate,
        ci_low=float(fit.ci[0]),
        ci_high=float(fit.ci[1]),
        level=float(fit.level),
        tau2=0.0 if math.isnan(tau2) else tau2,
        left_out=len(rows) - len(own),
        answer=answer_words(subject),
    )
