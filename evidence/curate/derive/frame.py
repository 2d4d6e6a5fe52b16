"""Arms as reported, in any table, turned into one tidy row each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...errors import ColumnError, InputError, OptionError, ProtocolError
from ...numbers import MINUS
from ..units import conversion_factor
from .catalogue import DERIVATIONS
from .cells import printed, word
from .reading import ReadingRules, read_arm

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    import pandas as pd

    from .reading import Reading

__all__ = ["ADMITTED", "derive_arms"]

# What is admitted unless said otherwise: arithmetic, and what can be tested; no unlabelled figure is read as something.
ADMITTED = ("unit", "n-from-elsewhere", "se-to-sd", "ci-to-sd", "five-numbers", "percent-to-events")
_NUMBERS = (
    *("n", "mean", "sd", "se", "plus_minus", "ci_low", "ci_high", "ci_level"),
    *("minimum", "q1", "median", "q3", "maximum", "baseline_mean", "baseline_sd", "baseline_plus_minus"),
    *("events", "total", "percent", "events_implied", "total_implied"),
)
_TEXTS = (
    *("row_id", "arm_id", "value_type", "unit", "baseline_unit", "n_status", "n_basis"),
    *("percent_as_printed", "implied_basis"),
)
_COUNTS = ("events", "percent", "events_implied")
_DERIVED = (
    "mean",
    "sd",
    "events",
    "n",
    "unit",
    "value_type",
    "method",
    "steps",
    "assumptions",
    "cautions",
    "obstacles",
)


def derive_arms(
    table: pd.DataFrame,
    *,
    admit: Collection[str] = ADMITTED,
    unit: str = "",
    units: Mapping[str, str] | None = None,
    value_type: str = "",
    r: float = 0.5,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return what can be derived of each arm of a table: mean, SD and n, or events and n, with every step.

    Parameters
    ----------
    table : DataFrame
        One row for each arm as reported, with the columns of the outcomes table; those that are absent are not
        reported. A row with ``events``, ``percent`` or ``events_implied`` is of people counted.
    admit : collection of str
        The derivations admitted; see `DERIVATIONS`. What is not admitted is an obstacle, and leaves no number.
    unit : str
        The unit that means are brought to; by default each keeps its own.
    units : mapping of str to str, optional
        Unit → what it is in terms that pint knows, as ``{"cells/mm3": "1 / mm ** 3"}``. By default a unit is what
        pint takes it for, and converts into nothing where pint does not know it.
    value_type : {"", "change", "final", "percent-change"}
        The kind of value asked for; by default each as reported. With ``"change"``, final values with a baseline and
        percent changes become changes where that is admitted.
    r : float
        The correlation of baseline and final values: rarely printed, so state and vary it.
    columns : mapping of str to str, optional
        Our column → the table's column, where they differ.

    Returns
    -------
    DataFrame
        With the index of `table`: ``mean``, ``sd``, ``events``, ``n`` (NaN where there are none), ``unit``,
        ``value_type``, ``method`` (the derivations used, joined by ``;``), and as text ``steps``, ``assumptions``,
        ``cautions`` and ``obstacles``. A row with an obstacle has no numbers.

    Raises
    ------
    InputError, ColumnError, OptionError
        Where there is no such derivation, value type or column, a number is text, or r is no correlation.

    Examples
    --------
    >>> import pandas as pd
    >>> arms = pd.DataFrame({"n": [25, 20, 20], "mean": [31.0, 28.0, None], "se": [0.9, None, None],
    ...                      "plus_minus": [None, 4.0, None], "percent": [None, None, 85]})
    >>> derived = derive_arms(arms)
    >>> derived["sd"].tolist(), derived["events"].tolist()
    ([4.5, nan, nan], [nan, nan, 17.0])
    >>> derived["steps"][0], derived["obstacles"][1]
    ('SD = SE × √n = 0.9 × √25 = 4.5', '± is not labelled: SD or SE unknown')
    """
    import pandas as pd

    _check(table, admit=admit, value_type=value_type, r=r)
    renamed = {ours: theirs for ours, theirs in (columns or {}).items() if ours != theirs}
    _check_columns(table, columns or {})
    texts = table[(columns or {}).get("unit", "unit")] if "unit" in {*table.columns, *(columns or {})} else ()
    defined = units if units is not None else _known_to_pint({unit, *map(str, texts)}) if unit else {}
    rules = ReadingRules(admitted=frozenset(admit), unit=unit, defined=defined, r=r)
    rows = []
    for label, cells in zip(table.index, table.to_dict("records"), strict=True):
        row = {str(name): value for name, value in cells.items()} | {
            ours: cells[theirs] for ours, theirs in renamed.items()
        }
        rows.append(_derived(_clean(row, label), rules, value_type))
    frame = pd.DataFrame(rows, columns=list(_DERIVED), index=table.index)
    return frame.astype(dict.fromkeys(("mean", "sd", "events", "n"), float))


def _known_to_pint(names: Collection[str]) -> dict[str, str]:
    """Return the names that pint knows as units, each as its own definition."""
    known = {}
    for name in sorted(names):
        try:
            conversion_factor(name, "one of itself", {name: name, "one of itself": name})
        except ProtocolError:
            continue
        known[name] = name
    return known


def _check(table: Any, *, admit: Collection[str], value_type: str, r: float) -> None:
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise InputError(f"a DataFrame of arms is needed, not {type(table).__name__}")
    if isinstance(admit, str):
        raise InputError(f"admit={admit!r} must be a list of derivations, such as [{admit!r}]")
    for name in admit:
        if name not in DERIVATIONS:
            raise OptionError("admit", name, tuple(DERIVATIONS))
    kinds = ("", "change", "final", "percent-change")
    if value_type not in kinds:
        raise OptionError("value_type", value_type, kinds)
    if isinstance(r, bool) or not isinstance(r, (int, float)) or not -1 < r < 1:
        raise InputError(f"r={r!r} must be a number between −1 and 1")


def _check_columns(table: pd.DataFrame, columns: Mapping[str, str]) -> None:
    known = (*_NUMBERS, *_TEXTS)
    twice = sorted({str(name) for name in table.columns[table.columns.duplicated()]})
    if twice:
        raise ColumnError(f"the table has more than one column called {', '.join(twice)}; each must have its own name")
    for ours, theirs in columns.items():
        if ours not in known:
            raise OptionError("columns", ours, known)
        if theirs not in table.columns:
            raise ColumnError(f"columns says that {ours} is in {theirs!r}, which is not a column of the table")
    if not set(known) & ({str(name) for name in table.columns} | set(columns)):
        raise ColumnError(f"the table has none of the columns that describe an arm: {', '.join(_NUMBERS)}")


def _clean(row: dict[str, Any], label: Hashable) -> dict[str, Any]:
    """Return a row whose numbers are numbers and whose texts are texts."""
    from numbers import Real

    kept: dict[str, Any] = {name: str(row[name]) for name in _TEXTS if word(row, name)}
    for name in _NUMBERS:
        if not word(row, name):
            continue
        value = row[name]
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(float(value)):
            raise InputError(
                f"row {label}, column {name}: {str(value).replace('-', MINUS)} is not a finite number; text such as "
                "'12 ± 3' must be taken apart first"
            )
        kept[name] = value
    return {"row_id": str(label), "arm_id": str(label)} | kept


def _derived(row: Mapping[str, Any], rules: ReadingRules, value_type: str) -> dict[str, Any]:
    binary = any(printed(row, name) for name in _COUNTS)
    readings = read_arm(row, binary=binary, rules=rules)
    reading = _asked(readings, value_type, binary=binary)
    obstacles = list(reading.obstacles)
    if value_type and not binary and reading.value_type != value_type:
        obstacles.append(f"reported as {reading.value_type or 'a kind of value that is not stated'}")
    arm = reading.arm if not obstacles else None
    steps = reading.arm.steps if reading.arm else ()
    return {
        "mean": arm.mean if arm else math.nan,
        "sd": arm.sd if arm else math.nan,
        "events": arm.events if arm else math.nan,
        "n": arm.n if arm else math.nan,
        "unit": reading.arm.unit if reading.arm else word(row, "unit"),
        "value_type": reading.value_type,
        "method": ";".join(dict.fromkeys(step.method for step in steps)),
        "steps": "; ".join(step.text for step in steps),
        "assumptions": "; ".join(dict.fromkeys(step.assumption for step in steps if step.assumption)),
        "cautions": "; ".join(step.caution for step in steps if step.caution),
        "obstacles": "; ".join(dict.fromkeys(obstacles)),
    }


def _asked(readings: list[Reading], value_type: str, *, binary: bool) -> Reading:
    """Return the reading of the kind asked for with the fewest obstacles, else the one as reported."""
    wanted = [reading for reading in readings if reading.value_type == value_type and not binary]
    return min(wanted, key=lambda reading: len(reading.obstacles)) if wanted else readings[0]
