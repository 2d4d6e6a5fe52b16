"""Printed p-values of baseline tables against the characteristics that they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comparisons import baseline_comparisons
from .finding import Check, Finding
from .p_values import count_p_ranges, counts_in_words, disagreement, mean_p_ranges, means_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables

__all__ = ["CHECKS"]


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    for comparison in baseline_comparisons(tables):
        counts = count_p_ranges(comparison)
        found = counts or mean_p_ranges(comparison)
        if found:
            words = counts_in_words(comparison) if counts else means_in_words(comparison)
            finding = disagreement("baseline-p", comparison, found, words, fixed=bool(counts))
            if finding:
                yield finding


CHECKS: tuple[Check, ...] = (
    Check(
        id="baseline-p",
        group="within-trial",
        title="Does the printed p of a baseline characteristic follow from its values?",
        method="As for outcomes: t-tests or analysis of variance over all that rounding allows, and every test of "
        "proportions in use. A finding only if none gives the printed p; `unusual` where a one-sided or an "
        "unconditional test gives it, or a rank test of the same people could make the difference.",
        source="Campbell I (2007). doi:10.1002/sim.2832",
        needs=("baselines.p_operator", "baselines.characteristic"),
        run=_run,
    ),
)
