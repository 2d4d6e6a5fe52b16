"""Numbers as people read them: one formatter for figures, tables, sentences and files.

Full precision is kept everywhere else; a number becomes text only here. Text for people has a true minus (U+2212)
and never a negative zero; text for files has ten significant digits, so that the last bits of another processor
change nothing.
"""

from __future__ import annotations

import math

__all__ = [
    "MINUS",
    "file_number",
    "format_effect",
    "format_i2",
    "format_interval",
    "format_number",
    "format_p",
    "format_percent",
]

MINUS = "−"
_NOT_ESTIMABLE = "n/e"
_ALL = 100 - 1e-9  # percent; what is nearer differs from all of it by rounding alone


def format_number(x: float, digits: int = 2) -> str:
    """Return `x` with a fixed number of decimals, a true minus and no negative zero.

    Parameters
    ----------
    x : float
        The number; NaN becomes ``n/e`` (not estimable), an infinity ``∞`` or ``−∞``.
    digits : int
        Decimals.

    Examples
    --------
    >>> format_number(-1.005, 1), format_number(-0.001), format_number(float("nan"))
    ('−1.0', '0.00', 'n/e')
    """
    if math.isnan(x):
        return _NOT_ESTIMABLE
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    text = f"{abs(x):,.{digits}f}".replace(",", "\u202f" if abs(x) >= 10_000 else "")
    is_zero = not any(digit in "123456789" for digit in text)
    return text if x >= 0 or is_zero else f"{MINUS}{text}"


def format_effect(x: float, digits: int = 2, *, ratio: bool = False) -> str:
    """Return an effect with as many decimals as it can bear.

    Differences have `digits` decimals. So have ratios between 0.01 and 100; larger ones lose decimals, and beyond
    1000 or below 0.01 only the bound is said, since a ratio of 74 083 433 484.01 pretends to know what it does not.

    Examples
    --------
    >>> format_effect(-0.6), format_effect(1.885, ratio=True), format_effect(413.6, ratio=True)
    ('−0.60', '1.89', '414')
    >>> format_effect(7.4e10, ratio=True), format_effect(3e-9, ratio=True)
    ('>1000', '<0.01')
    """
    if not ratio or math.isnan(x):
        return format_number(x, digits)
    if x > 1000:
        return ">1000"
    if x < 0.01:
        return "<0.01"
    return format_number(x, digits if x < 100 else 0)


def format_interval(low: float, high: float, digits: int = 2, *, separator: str = " to ", ratio: bool = False) -> str:
    """Return the two limits of an interval, as ``0.49 to 2.17``; `ratio` as in `format_effect`.

    Examples
    --------
    >>> format_interval(-0.6, 2.45)
    '−0.60 to 2.45'
    >>> format_interval(2e-10, 1129.1, ratio=True)
    '<0.01 to >1000'
    """
    return f"{format_effect(low, digits, ratio=ratio)}{separator}{format_effect(high, digits, ratio=ratio)}"


def format_p(p: float, *, digits: int = 3) -> str:
    """Return a p-value with its sign, as ``p = 0.012`` or ``p < 0.001``.

    Examples
    --------
    >>> format_p(0.0123), format_p(2e-8), format_p(0.99996)
    ('p = 0.012', 'p < 0.001', 'p > 0.999')
    """
    if math.isnan(p):
        return f"p {_NOT_ESTIMABLE}"
    smallest = 10.0**-digits
    if p < smallest:
        return f"p < {smallest:.{digits}f}"
    if p > 1 - smallest:
        return f"p > {1 - smallest:.{digits}f}"
    return f"p = {p:.{digits}f}"


def format_percent(x: float, digits: int = 0) -> str:
    """Return a percentage, given in percent, as ``72%``.

    Examples
    --------
    >>> format_percent(72.36), format_percent(4.54, 1)
    ('72%', '4.5%')
    """
    text = format_number(x, digits)
    return text if text == _NOT_ESTIMABLE else f"{text}%"


def format_i2(x: float, digits: int = 0) -> str:
    """Return I², given in percent; less than all is never ``100%``, but has the decimals that show it to be less.

    Examples
    --------
    >>> format_i2(84.4), format_i2(99.72), format_i2(99.962, 1), format_i2(100.0), format_i2(99.99999)
    ('84%', '99.7%', '99.96%', '100%', '99.99999%')
    """
    text = format_percent(x, digits)
    while text.startswith("100") and x < _ALL:
        digits += 1
        text = format_percent(x, digits)
    return text


def file_number(x: float) -> str:
    """Return `x` for a file: ten significant digits, shortest form, empty where missing.

    Integers within ±1e15 are written without a decimal point, so that a count stays a count.

    Examples
    --------
    >>> file_number(1 / 3), file_number(12.0), file_number(float("nan")), file_number(-0.0), file_number(2.5e-17)
    ('0.3333333333', '12', '', '0', '2.5e-17')
    """
    if math.isnan(x):
        return ""
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    rounded = float(f"{x:.10g}")
    if math.isinf(rounded):  # the very largest doubles round up beyond what a double holds
        return repr(x)
    if abs(rounded) < 1e15 and rounded == int(rounded):
        return str(int(rounded))
    return f"{rounded:.10g}"
