"""SUCRAs of a network: they average one half."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .ordering import ordered_rows
from .ranges import Range, decimals_among, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "sucra_mean_range"]


def sucra_mean_range(values: Sequence[float]) -> Range:
    """Return what the mean of SUCRAs may have been before they were rounded.

    SUCRA is the share of the other treatments that a treatment beats, averaged over its ranks. Every comparison of
    two treatments gives 1 to one of them, or is shared, so that over all treatments the mean is ½, or 50%.

    References
    ----------
    Salanti G, Ades AE, Ioannidis JPA (2011) doi:10.1016/j.jclinepi.2010.03.016

    Examples
    --------
    >>> mean = sucra_mean_range([95.8, 64.7, 53.9, 34.9, 27.8, 22.9])
    >>> round(mean.low, 2), round(mean.high, 2)
    (49.95, 50.05)
    """
    half = 0.5 * 10.0 ** -decimals_among(values)
    mean = sum(values) / len(values)
    return Range(mean - half, mean + half)


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    networks: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "reviews"):
        if (row["measure"] or "").upper().startswith(("SUCRA", "P-SCORE")) and row["estimate"] is not None:
            networks[row["review_id"], row["plot"]].append(row)
    for rows in networks.values():
        values = [row["estimate"] for row in rows]
        whole = 1.0 if max(values) <= 1 else 100.0
        keys = tuple(sorted(tables.key("reviews", row) for row in rows))
        listed = " + ".join(show(value, 6) for value in values)
        outside = [value for value in values if not 0 <= value <= whole]
        mean = sucra_mean_range(values)
        if outside:
            text = f"A SUCRA of {show(outside[0], 6)} lies outside 0 to {whole:g}."
            yield _finding("impossible", rows, keys, listed, f"0 to {whole:g}", f"{show(outside[0], 6)}", text)
        elif len(rows) >= 3 and whole / 2 not in mean:
            average = sum(values) / len(values)
            text = (
                f"The SUCRAs average {show(average, 4)} and not {whole / 2:g}: "
                "one of them is not as it was computed, or a treatment is missing."
            )
            sums = f"({listed}) / {len(values)} = {show(average, 4)}"
            yield _finding("inconsistent", rows, keys, listed, f"a mean of {whole / 2:g}", sums, text)


def _finding(
    severity: str, rows: Sequence[Row], keys: tuple[str, ...], listed: str, recomputed: str, arithmetic: str, text: str
) -> Finding:
    return Finding(
        check="sucra-mean",
        severity="impossible" if severity == "impossible" else "inconsistent",
        study=rows[0]["review_id"],
        rows=keys,
        value=listed,
        recomputed=recomputed,
        arithmetic=arithmetic,
        text=text,
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="sucra-mean",
        group="published-synthesis",
        title="Do the SUCRAs of a network average one half?",
        method="Mean of all SUCRAs (or P-scores) printed in one place, three or more; ± half of the last printed "
        "digit.",
        source="Salanti G, Ades AE, Ioannidis JPA (2011). doi:10.1016/j.jclinepi.2010.03.016",
        needs=("reviews.measure", "reviews.estimate"),
        run=_run,
    ),
)
