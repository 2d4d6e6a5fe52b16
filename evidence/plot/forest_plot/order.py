"""The order in which the studies of a forest plot stand; the same rows always come out in the same order."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

from ...vocabulary import allowed, check_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .data import ForestRow

__all__ = ["SORTS", "Sort", "label_key", "order_of", "sorted_rows"]

Sort = Literal["given", "year", "label", "estimate", "weight", "precision"]
SORTS = allowed(Sort)
_DIGITS = re.compile(r"(\d+)")


def sorted_rows(
    rows: Sequence[ForestRow],
    sort: str | None,
    *,
    errors: Sequence[float | None] = (),
    years: Sequence[int | None] = (),
) -> tuple[ForestRow, ...]:
    """Return rows in order, within their subgroups.

    Studies with a result come before those without one. Ties, and rows that lack what they are sorted by, stand by
    label, the latter last.

    Parameters
    ----------
    rows : sequence of ForestRow
        The rows, in the order given.
    sort : {"given", "year", "label", "estimate", "weight", "precision"} or None
        By what: oldest, smallest effect, heaviest, most precise first. None leaves the order as it is given.
    errors, years : sequence
        Standard error and year of publication of each row, for the orders that need them; None where not known.

    Examples
    --------
    >>> from evidence.plot import ForestRow
    >>> rows = [ForestRow(label=name, reason="no SD reported") for name in ("Trial 10", "Éve 2001", "trial 9")]
    >>> [row.label for row in sorted_rows(rows, "label")]
    ['Éve 2001', 'trial 9', 'Trial 10']
    """
    if sort is None or check_option("sort", sort, SORTS) == "given":
        return tuple(rows)
    places = order_of(
        sort,
        labels=[row.label for row in rows],
        estimates=[row.estimate for row in rows],
        weights=[row.weight for row in rows],
        errors=errors,
        years=years,
    )
    groups = list(dict.fromkeys(row.subgroup for row in rows))
    places.sort(key=lambda place: (groups.index(rows[place].subgroup), rows[place].estimate is None))
    return tuple(rows[place] for place in places)


def order_of(
    sort: str,
    *,
    labels: Sequence[str],
    estimates: Sequence[float | None] = (),
    weights: Sequence[float | None] = (),
    errors: Sequence[float | None] = (),
    years: Sequence[int | None] = (),
) -> list[int]:
    """Return the positions of studies in order.

    Parameters
    ----------
    sort : {"year", "label", "estimate", "weight", "precision"}
        By what.
    labels : sequence of str
        Their names, which break ties; studies of one name stay as given.
    estimates, weights, errors, years : sequence
        What `sort` needs, one for each study; None where it is not known.
    """
    values, sign = {
        "year": (years, 1),
        "label": ([0] * len(labels), 1),
        "estimate": (estimates, 1),
        "weight": (weights, -1),
        "precision": (errors, 1),
    }[sort]

    def place(position: int) -> tuple[Any, ...]:
        value = values[position]
        return value is None, 0 if value is None else sign * value, label_key(labels[position]), position

    return sorted(range(len(labels)), key=place)


def label_key(label: str) -> tuple[Any, ...]:
    """Return what a name is sorted by: letters without case and accents, numbers by their size; then the name itself.

    Examples
    --------
    >>> sorted(["b 2", "B 10", "Á", "a"], key=label_key)
    ['a', 'Á', 'b 2', 'B 10']
    """
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", label) if not unicodedata.combining(mark))
    parts = _DIGITS.split(plain.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), label
