"""The numbers of a forest plot as text, the same in its table, in its footnotes and in its alternative text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ...number_style import NumberStyle, number_style
from ...numbers import format_effect, format_number, format_percent
from ..page.scale import digits_for

if TYPE_CHECKING:
    from .data import ForestData

__all__ = ["at_point", "effect_digits", "effect_parts", "effect_text", "level_text", "separator_for"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WHOLE_PART = re.compile(r"[(\[<−]*[\d\u202f]+")
_LARGE = 1e6
_MOST_DIGITS, _SMALL = 8, 1e-5  # with eight decimals, smaller numbers have three figures or fewer


def level_text(level: float) -> str:
    """Return a confidence level as people write it.

    Examples
    --------
    >>> level_text(0.95), level_text(0.999)
    ('95%', '99.9%')
    """
    return format_percent(
        100 * level, next(d for d in range(5) if abs(round(100 * level, d) / 100 - level) < 1e-9 or d == 4)
    )


def at_point(text: str) -> tuple[str, str]:
    """Split a number, with what stands around it, at its decimal point.

    Examples
    --------
    >>> at_point("(−4.64 to"), at_point("100.0"), at_point("∞)")
    (('(−4', '.64 to'), ('100', '.0'), ('', '∞)'))
    """
    match = _WHOLE_PART.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def effect_digits(data: ForestData) -> int:
    """Return the decimals of the effects: two, or as many more as the typical interval's width demands."""
    if data.digits is not None:
        return data.digits
    limits = [(row.ci_low, row.ci_high) for row in data.rows if row.ci_low is not None and row.ci_high is not None]
    if data.ratio:
        return digits_for((math.log(high) - math.log(low) for low, high in limits if low > 0), ratio=True)
    return digits_for(high - low for low, high in limits)


def effect_text(value: float, digits: int, *, ratio: bool) -> str:
    """Return an effect as the table shows it: as in sentences, with a power of ten where digits would be too many.

    Powers of ten are for differences from a million on, and for those that eight decimals do not show to three figures.

    Examples
    --------
    >>> effect_text(0.004, 2, ratio=True), effect_text(-0.004, 2, ratio=False), effect_text(1.234e9, 2, ratio=False)
    ('<0.01', '0.00', '1.23×10⁹')
    >>> effect_text(-3.2e-9, 8, ratio=False)
    '−3.20×10⁻⁹'
    """
    if ratio or not math.isfinite(value):
        return format_effect(value, digits, ratio=ratio)
    if abs(value) >= _LARGE or (digits >= _MOST_DIGITS and 0 < abs(value) < _SMALL):
        mantissa, power = f"{value:.2e}".split("e")
        return f"{format_number(float(mantissa), 2)}×10{str(int(power)).translate(_SUPERSCRIPT)}"
    return format_effect(value, digits if value else min(digits, 4), ratio=ratio)


def separator_for(data: ForestData, style: NumberStyle) -> str:
    """Return what stands between the limits of all intervals of a figure.

    A hyphen between limits is kept only where no limit begins with a sign, since ``−0.6-2.4`` and ``0.5->1000``
    mislead; one figure has one separator.
    """
    limits = [limit for row in data.rows for limit in (row.ci_low, row.ci_high) if limit is not None]
    for summary in data.summaries:
        limits += [summary.ci_low, summary.ci_high]
        limits += [limit for limit in (summary.pi_low, summary.pi_high) if limit is not None]
    digits = effect_digits(data)
    texts = (effect_text(limit, digits, ratio=data.ratio) for limit in limits)
    plain = all(text[:1].isdigit() and "×" not in text for text in texts)
    return style.separator if plain else style.separator_if_negative


def effect_parts(
    estimate: float | None, low: float | None, high: float | None, data: ForestData, numbers: str
) -> tuple[str, str, str]:
    """Return an estimate and the two halves of its interval, as ``0.52``, ``(0.31 to`` and ``0.87)``.

    An interval with a hyphen, as ``(0.31-0.87)``, is not halved: the last part is then empty.

    Parameters
    ----------
    estimate, low, high : float or None
        The values; None where there are none.
    data : ForestData
        The figure that they stand in.
    numbers : str
        The style of numbers.
    """
    if estimate is None or low is None or high is None:
        return "", "", ""
    style, digits = number_style(numbers), effect_digits(data)
    texts = [effect_text(value, digits, ratio=data.ratio) for value in (estimate, low, high)]
    separator = separator_for(data, style)
    left, right = f"{style.opening}{texts[1]}{separator.rstrip()}", f"{texts[2]}{style.closing}"
    return (texts[0], left, right) if separator.endswith(" ") else (texts[0], left + right, "")
