"""Analyses in the layout of RevMan 5's analysis data, which ``read.rm5`` of the R package meta reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..numbers import file_number
from ..plot.page.scale import pooled_values, scale_of, trial_values
from ..tables.io import csv_bytes, records
from ..vocabulary import NO_RANDOM_EFFECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..synthesis import SynthesisResult

__all__ = ["REVMAN_COLUMNS", "fits_revman", "revman_csv"]

_ON_LOG_SCALE = "Entered data are on log scale (Generic Inverse Variance only)"
REVMAN_COLUMNS = (
    *("Comparison Number", "Outcome Number", "Subgroup Number", "Name"),
    *("Data Type", "Statistical Method", "Effect Measure", "Analysis Model", _ON_LOG_SCALE),
    *("Events 1", "Mean 1", "SD 1", "Total 1", "Events 2", "Mean 2", "SD 2", "Total 2"),
    *("Effect Estimate", "SE", "CI Start", "CI End", "Weight"),
    *("Q", "P(Q)", "I²(Q)", "Tau²", "Z", "P(Z)", "Qint", "P(Qint)", "I²(Qint)", "df"),
    *("Group Label 1", "Group Label 2", "Left Graph Label", "Right Graph Label", "Year of study", "User defined order"),
)
_MEASURES = {"OR": "DIC", "RR": "DIC", "RD": "DIC", "MD": "CON", "SMD": "CON"}
_INVERSE = "IV"


def revman_csv(results: Iterable[SynthesisResult]) -> bytes:
    """Return syntheses as rows of RevMan's analysis data: comparison, outcome, subgroup, then one row per study.

    Comparisons and outcomes are numbered in the order given. Counts and means stand where RevMan can compute the same
    effect from them; elsewhere (paired trials, effects as printed, measures that RevMan lacks) the data type is ``IV``:
    the estimate with its standard error, as RevMan's generic inverse variance takes it. Ratios are on their natural
    scale, their standard errors on the logarithmic one; for ratios by ``IV`` the field *Entered data are on log scale*
    says so, without which ``metacr`` takes the ratios for logarithms. Syntheses in which nothing entered are left out,
    and so are those of one arm, which RevMan's analyses of interventions do not know.

    Parameters
    ----------
    results : iterable of SynthesisResult
        The answers, each under its analysis.

    Notes
    -----
    The row of a subgroup carries the data type, as RevMan writes it: ``read.rm5`` takes a row without one for a study.
    The layout is that of *File › Export › Data and analyses* of RevMan 5, without its risk-of-bias field. RevMan's own
    total differs wherever its model does: it offers the normal interval and the DerSimonian–Laird or REML variance.
    The row of an outcome carries our numbers, and its name the analysis.

    Examples
    --------
    >>> import evidence as ev
    >>> text = revman_csv([ev.load().synthesis("addon-minoxidil-response", analysis="secondary")]).decode()
    >>> text.splitlines()[0][:55]
    'Comparison Number,Outcome Number,Subgroup Number,Name,D'
    """
    rows: list[dict[str, str]] = []
    numbers: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for result in results:
        if not fits_revman(result):
            continue
        comparison = result.synthesis.comparison
        if comparison not in numbers:
            numbers[comparison] = len(numbers) + 1
            words = result.protocol.comparisons[comparison].label
            rows.append(_place(numbers[comparison], 0, 0) | {"Name": _line(words)})
        outcomes[comparison] = outcomes.get(comparison, 0) + 1
        rows += _analysis(result, numbers[comparison], outcomes[comparison])
    ordered = sorted(rows, key=lambda row: (int(row["Comparison Number"]), int(row["Outcome Number"])))
    return csv_bytes(REVMAN_COLUMNS, [[row.get(name, "") for name in REVMAN_COLUMNS] for row in ordered])


def fits_revman(result: SynthesisResult) -> bool:
    """Whether a synthesis can stand in RevMan: two groups, and something that entered."""
    return bool(result.k) and result.protocol.comparisons[result.synthesis.comparison].kind != "single-arm"


def _place(comparison: int, outcome: int, subgroup: int) -> dict[str, str]:
    return {
        "Comparison Number": str(comparison),
        "Outcome Number": str(outcome),
        "Subgroup Number": str(subgroup),
    }


def _analysis(result: SynthesisResult, comparison: int, outcome: int) -> Iterator[dict[str, str]]:
    """Yield the row of the outcome, then each subgroup's with its studies; ``read.rm5`` tells them by the data type."""
    raw = _from_arms(result)
    whole = _outcome(result, raw=raw)
    yield _place(comparison, outcome, 0) | whole
    grouped = result.subgroups is not None
    names = list(dict.fromkeys(contrast.subgroup for contrast in result.contrasts)) if grouped else [""]
    order = 0
    for number, name in enumerate(names, start=int(grouped)):
        if grouped:
            kind = {field: whole[field] for field in ("Data Type", "Statistical Method", "Effect Measure")}
            yield _place(comparison, outcome, number) | kind | {"Name": _line(name.replace("-", " "))}
        for position, contrast in enumerate(result.contrasts):
            if not grouped or contrast.subgroup == name:
                order += 1
                yield (
                    _place(comparison, outcome, number)
                    | _study(result, position, raw=raw)
                    | {"User defined order": str(order)}
                )


def _from_arms(result: SynthesisResult) -> bool:
    """Whether RevMan can compute every effect of the synthesis from the groups' numbers."""
    kind = _MEASURES.get(result.synthesis.measure)
    needed = ("events", "n") if kind == "DIC" else ("mean", "sd", "n")
    return kind is not None and all(
        not contrast.paired
        and not contrast.direct
        and contrast.arm_2 is not None
        and all(math.isfinite(getattr(arm, name)) for arm in (contrast.arm_1, contrast.arm_2) for name in needed)
        for contrast in result.contrasts
    )


def _outcome(result: SynthesisResult, *, raw: bool) -> dict[str, str]:
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    row = {
        "Name": _line(f"{result.label} ({result.analysis_label})"),
        "Data Type": _MEASURES[result.synthesis.measure] if raw else _INVERSE,
        "Statistical Method": "IV",
        "Effect Measure": result.synthesis.measure,
        _ON_LOG_SCALE: "YES" if not raw and scale_of(result).ratio else "",
        "Group Label 1": comparison.arm_1,
        "Group Label 2": comparison.arm_2,
    }
    fit = result.fit
    if fit is None:
        return row
    shown = pooled_values(result)
    random = fit.tau2_method not in NO_RANDOM_EFFECT
    return row | {
        "Analysis Model": "Random" if random else "Fixed",
        "Effect Estimate": _text(shown.estimate),
        "CI Start": _text(shown.ci_low),
        "CI End": _text(shown.ci_high),
        "Weight": "100",
        "Q": _text(fit.q),
        "P(Q)": _text(fit.q_pvalue),
        "I²(Q)": _text(fit.i2),
        "Tau²": _text(fit.tau2) if random else "",
        # RevMan's Z is a normal deviate; a statistic with degrees of freedom is none.
        "Z": _text(abs(fit.statistic)) if fit.test == "z" else "",
        "P(Z)": _text(fit.pvalue),
        "df": _text(fit.q_df),
    }


def _study(result: SynthesisResult, position: int, *, raw: bool) -> dict[str, str]:
    row: Mapping[str, Any] = records(result.effects)[position]
    shown = trial_values(result)[position]
    found = {
        "Name": _line(str(row["study"])),
        "Total 1": _text(row["n1"]),
        "Total 2": _text(row["n2"]),
        "Effect Estimate": _text(shown.estimate),
        "SE": _text(math.sqrt(float(row["vi"]))),
        "CI Start": _text(shown.ci_low),
        "CI End": _text(shown.ci_high),
        "Weight": _text(row["weight"]),
    }
    if raw:
        for revman, ours in (("Events", "events"), ("Mean", "mean"), ("SD", "sd")):
            found |= {f"{revman} {side}": _text(row[f"{ours}{side}"]) for side in (1, 2)}
    return found


def _line(text: str) -> str:
    """Return a name in one line: ``read.rm5`` counts the fields of each line."""
    return " ".join(text.split())


def _text(value: Any) -> str:
    return "" if value is None else file_number(float(value))
