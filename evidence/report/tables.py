"""The results as tables for files: what was pooled, what was not, every trial's numbers, every trial left out.

Values on the scale of the analysis (logarithms for ratios, double arcsines for proportions) stand in ``estimate``,
``yi`` and their limits; the columns that begin with ``display_`` hold the natural scale: ratios, differences in the
outcome's unit, and proportions as fractions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..numbers import file_number
from ..plot.page.scale import pooled_values, trial_values
from ..tables.io import csv_bytes, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from ..answers import Answer
    from ..curate import Exclusion
    from ..pool import PooledResult
    from ..synthesis import SynthesisResult

__all__ = [
    "EFFECT_COLUMNS",
    "EXCLUSION_COLUMNS",
    "NOT_POOLED_COLUMNS",
    "POOLED_COLUMNS",
    "SENSITIVITY_COLUMNS",
    "effects_frame",
    "exclusions_frame",
    "format_frame",
    "not_pooled_frame",
    "pooled_frame",
    "sensitivity_frame",
]

_WHAT = (
    "synthesis",
    "analysis",
    "origin",
    "same_as",
    "label",
    "comparison",
    "outcome",
    "population",
    "window",
    "measure",
)
POOLED_COLUMNS = (
    *_WHAT,
    *("k", "n", "estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "pvalue"),
    *("tau2", "tau2_low", "tau2_high", "i2", "q", "q_df", "q_pvalue", "tau2_method", "test", "level", "scale"),
    *("display_estimate", "display_ci_low", "display_ci_high", "display_pi_low", "display_pi_high"),
    *("studies", "cautions", "notices"),
)
NOT_POOLED_COLUMNS = (
    *_WHAT,
    *("k", "n", "reason", "study_id", "yi", "vi", "display_estimate", "display_ci_low", "display_ci_high"),
    "notices",
)
EFFECT_COLUMNS = (
    *("synthesis", "analysis", "study_id", "study", "arm_1", "arm_2"),
    *("events1", "n1", "mean1", "sd1", "events2", "n2", "mean2", "sd2"),
    *("unit", "value_type", "threshold", "time_weeks", "design", "status", "paired", "r", "subgroup"),
    *("measure", "yi", "vi", "ci_low", "ci_high", "display_estimate", "display_ci_low", "display_ci_high", "weight"),
    *("derived", "rows", "steps", "note"),
)
_SENSITIVITY_NUMBERS = (
    *("trials", "k", "n", "estimate", "ci_low", "ci_high"),
    *("display_estimate", "display_ci_low", "display_ci_high"),
)
SENSITIVITY_COLUMNS = (
    *("synthesis", "reference", "analysis", "kind", "based_on", "same_as"),
    *_SENSITIVITY_NUMBERS,
    *("direction", "interval", "size", "verdict", "moved", "what"),
)
EXCLUSION_COLUMNS = ("synthesis", "analysis", "compared", "reason", "k", "studies", "rows")


def pooled_frame(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return one row per synthesis and analysis with a pooled number; columns as in ``POOLED_COLUMNS``.

    ``k`` counts comparisons, one per trial unless a trial has pairs without an arm in common; ``studies`` names each
    trial once. ``origin`` tells whether the analysis is declared in the protocol or automatic. ``same_as`` names the
    earlier analysis that lets in the very same numbers. ``scale`` is how ``estimate`` relates to what people read:
    ``none``, ``exp`` (a natural logarithm) or the name of a proportion's transform.
    """
    found = (_pooled(answer, result, result.fit) for answer, result in _all(answers) if result.fit is not None)
    return _frame(found, POOLED_COLUMNS, ("synthesis", "analysis"))


def not_pooled_frame(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return one row per synthesis and analysis without a pooled number, with the reason.

    Columns as in ``NOT_POOLED_COLUMNS``; where one trial entered, its id stands in the row, and its
    effect if it has one comparison; several are in `effects_frame`.
    """
    found = (_not_pooled(answer, result) for answer, result in _all(answers) if not result.pooled)
    return _frame(found, NOT_POOLED_COLUMNS, ("synthesis", "analysis"))


def effects_frame(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return one row per synthesis, distinct analysis and trial that entered; columns as in ``EFFECT_COLUMNS``.

    ``ci_low`` and ``ci_high`` are the trial's normal limits on the scale of the analysis. The ``display_`` limits of a
    proportion are exact ones, so they are not the former turned back.
    """
    found = (row for _, result in _distinct(answers) for row in _effects(result))
    return _frame(found, EFFECT_COLUMNS, ("synthesis", "analysis", "study_id", "rows"))


def exclusions_frame(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return one row per synthesis, distinct analysis and reason, with the trials left out for it.

    Columns as in ``EXCLUSION_COLUMNS``. ``compared`` tells whether the trials make the comparison at all in the
    population asked for; ``studies`` and ``rows`` are ids parted by semicolons.
    """
    found: list[dict[str, Any]] = []
    for _, result in _distinct(answers):
        reasons: dict[tuple[bool, str], list[Exclusion]] = {}
        for entry in result.exclusions:
            reasons.setdefault((entry.compared, entry.reason), []).append(entry)
        found += [
            {
                "synthesis": result.id,
                "analysis": result.analysis.id,
                "compared": compared,
                "reason": reason,
                "k": len(entries),
                "studies": ";".join(sorted(entry.study_id for entry in entries)),
                "rows": ";".join(row for entry in entries for row in entry.rows),
            }
            for (compared, reason), entries in reasons.items()
        ]
    return _frame(iter(found), EXCLUSION_COLUMNS, ("synthesis", "analysis", "compared", "studies"))


def sensitivity_frame(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return one row per synthesis and analysis, model or trial left out, with the verdict on whether it moves.

    Columns as in ``SENSITIVITY_COLUMNS``; the rule is that of `evidence.sensitivity.judge`. The first row of each
    synthesis, of kind ``summary``, has the verdict on the whole in ``verdict`` and its sentence in ``what``. A
    synthesis for which no analysis lets a trial in has that row only.
    """
    return _frame(_verdicts(answers), SENSITIVITY_COLUMNS, ())


def _verdicts(answers: Mapping[str, Answer]) -> Iterator[dict[str, Any]]:
    for name, answer in sorted(answers.items()):
        found = answer.sensitivity
        empty: dict[str, Any] = {
            column: math.nan if column in _SENSITIVITY_NUMBERS else "" for column in SENSITIVITY_COLUMNS
        }
        head = empty | {"synthesis": name, "reference": found.reference}
        yield head | {"kind": "summary", "verdict": found.verdict, "what": found.sentence}
        if any(entry.numbers.k for entry in found.variations):
            for row in records(found.to_frame()):
                yield head | {column: value for column, value in row.items() if column in head}


def format_frame(frame: pd.DataFrame) -> bytes:
    """Return a table of results as the bytes of a file: CSV, UTF-8, LF, floats with ten significant digits.

    The same table gives the same bytes. Rows keep their order; the index is not written; a missing value is empty.
    """
    rows = ([_cell(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return csv_bytes(frame.columns, rows)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return file_number(float(value))
    return "" if value is None else str(value)


def _frame(rows: Iterator[dict[str, Any]], columns: tuple[str, ...], keys: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
    return pd.DataFrame(ordered, columns=list(columns))


def _all(answers: Mapping[str, Answer]) -> Iterator[tuple[Answer, SynthesisResult]]:
    for answer in answers.values():
        for result in answer.results.values():
            yield answer, result


def _distinct(answers: Mapping[str, Answer]) -> Iterator[tuple[Answer, SynthesisResult]]:
    for answer in answers.values():
        for result in answer.distinct.values():
            yield answer, result


def _what(answer: Answer, result: SynthesisResult) -> dict[str, Any]:
    spec = result.synthesis
    return {
        "synthesis": spec.id,
        "analysis": result.analysis.id,
        "origin": "automatic" if result.analysis.id in answer.automatic else "declared",
        "same_as": answer.same_as.get(result.analysis.id, ""),
        "label": spec.label,
        "comparison": spec.comparison,
        "outcome": spec.outcome,
        "population": spec.population,
        "window": spec.window,
        "measure": spec.measure,
        "k": result.k,
        "n": result.n,
    }


def _pooled(answer: Answer, result: SynthesisResult, fit: PooledResult) -> dict[str, Any]:
    from ..effects import effect_scale, null_value

    shown = pooled_values(result)
    return {
        **_what(answer, result),
        "estimate": fit.estimate,
        "se": fit.se,
        "ci_low": fit.ci_low,
        "ci_high": fit.ci_high,
        "pi_low": fit.pi_low,
        "pi_high": fit.pi_high,
        "pvalue": math.nan if null_value(result.synthesis.measure) is None else fit.pvalue,
        "tau2": fit.tau2,
        "tau2_low": fit.tau2_ci[0],
        "tau2_high": fit.tau2_ci[1],
        "i2": fit.i2,
        "q": fit.q,
        "q_df": fit.q_df,
        "q_pvalue": fit.q_pvalue,
        "tau2_method": fit.tau2_method,
        "test": fit.test,
        "level": fit.level,
        "scale": effect_scale(result.synthesis.measure),
        "display_estimate": shown.estimate,
        "display_ci_low": shown.ci_low,
        "display_ci_high": shown.ci_high,
        "display_pi_low": shown.pi_low,
        "display_pi_high": shown.pi_high,
        "studies": ";".join(dict.fromkeys(result.effects["study_id"])),
        "cautions": " ".join(result.cautions),
        "notices": _notices(result),
    }


def _not_pooled(answer: Answer, result: SynthesisResult) -> dict[str, Any]:
    row = {**_what(answer, result), "reason": result.reason, "study_id": ""}
    numbers = dict.fromkeys(NOT_POOLED_COLUMNS[len(row) :], math.nan)
    if result.trials == 1:
        row["study_id"] = result.contrasts[0].study_id
    if result.k == 1:
        trial, shown = records(result.effects)[0], trial_values(result)[0]
        numbers = {
            "yi": trial["yi"],
            "vi": trial["vi"],
            "display_estimate": shown.estimate,
            "display_ci_low": shown.ci_low,
            "display_ci_high": shown.ci_high,
        }
    return row | numbers | {"notices": _notices(result)}


def _notices(result: SynthesisResult) -> str:
    return "; ".join(notice.short for notice in result.notices)


def _effects(result: SynthesisResult) -> Iterator[dict[str, Any]]:
    for trial, shown in zip(records(result.effects), trial_values(result), strict=True):
        yield {
            **{name: trial[name] for name in EFFECT_COLUMNS if name in trial},
            "synthesis": result.id,
            "analysis": result.analysis.id,
            "measure": result.synthesis.measure,
            "display_estimate": shown.estimate,
            "display_ci_low": shown.ci_low,
            "display_ci_high": shown.ci_high,
            "note": trial["effect_note"],
        }
