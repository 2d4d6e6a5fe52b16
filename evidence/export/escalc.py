"""Effect sizes for R metafor: ``yi`` and ``vi`` beside the numbers that they came from, under metafor's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..errors import NotPooledError
from ..numbers import file_number
from ..tables.io import csv_bytes, records
from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..synthesis import SynthesisResult

__all__ = ["escalc_csv"]

_ARMS = {
    "ai": "events1",
    "n1i": "n1",
    "ci": "events2",
    "n2i": "n2",
    "m1i": "mean1",
    "sd1i": "sd1",
    "m2i": "mean2",
    "sd2i": "sd2",
}
_ONE_ARM = {"xi": "events1", "ni": "n1"}
_ABOUT = ("unit", "value_type", "threshold", "time_weeks", "design", "paired", "derived", "steps")


def escalc_csv(result: SynthesisResult) -> bytes:
    """Return one row per comparison that entered, as ``metafor::rma(yi, vi, data = read.csv(…))`` reads it.

    ``slab`` is the study's label and ``measure`` the effect measure; ``yi`` and ``vi`` are on the scale of the analysis
    (logarithms for ratios). The groups' numbers stand under metafor's names (``ai n1i ci n2i``, ``m1i sd1i n1i m2i sd2i
    n2i``, or ``xi ni`` for a proportion); a column without a single number is left out. ``weight`` is the weight in
    percent in the pooled estimate.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.

    Raises
    ------
    NotPooledError
        If no trial entered, so that there is no row to write.

    Notes
    -----
    Where `paired` is true or `steps` names a derivation, ``yi`` and ``vi`` were not computed from the groups' numbers
    alone, and calling ``escalc`` again on those would give something else.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03

    Examples
    --------
    >>> import evidence as ev
    >>> text = escalc_csv(ev.load().synthesis("harm-serious")).decode()
    >>> text.partition(",measure")[0]
    'study_id,slab'
    """
    if not result.k:
        raise NotPooledError(f"{result.id} ({result.analysis.id}) has no trial to export: {result.reason}")
    rows = records(result.effects)
    numbers = _ONE_ARM if result.synthesis.measure in allowed(ProportionMeasure) else _ARMS
    used = {name: column for name, column in numbers.items() if any(_known(row[column]) for row in rows)}
    about = [name for name in (*_ABOUT, "subgroup") if any(_cell(row[name]) for row in rows)]
    header = ("study_id", "slab", "measure", *used, "yi", "vi", "weight", *about)
    return csv_bytes(header, [_row(row, result.synthesis.measure, used, about) for row in rows])


def _row(row: Mapping[str, Any], measure: str, used: Mapping[str, str], about: Sequence[str]) -> list[str]:
    numbers = [_cell(row[column]) for column in used.values()]
    effect = [_cell(row[name]) for name in ("yi", "vi", "weight")]
    return [str(row["study_id"]), str(row["study"]), measure, *numbers, *effect, *(_cell(row[name]) for name in about)]


def _known(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _cell(value: Any) -> str:
    """Return a cell as R reads it: TRUE and FALSE, numbers with ten digits, nothing where unknown."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return file_number(float(value))
    return "" if value is None else str(value)
