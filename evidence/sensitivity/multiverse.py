"""A synthesis under every admissible combination of choices."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..vocabulary import SynthesisTau2, TestName, check_option
from .choices import Choices, Question, derivation_sets, model_obstacle, relevant_derivations, rule_ladder
from .grid import EVERYTHING, Combination, Entered, Fit, fit_all, what_enters
from .multiverse_result import COLUMNS, Multiverse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..base import EvidenceBase
    from ..protocol import Analysis, Protocol, Synthesis

__all__ = ["multiverse"]

_MOST_SPECIFICATIONS = 200_000


def multiverse(
    base: EvidenceBase,
    name: str,
    *,
    tau2: Iterable[str] = ("REML", "PM", "DL", "EE"),
    test: Iterable[str] = ("hksj", "z"),
    most_sets: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> Multiverse:
    """Return a synthesis under every admissible combination of choices.

    Combined are: the rules of the declared analyses (which sources, allocations, grades and times they let in); every
    set of the derivations that the primary analysis does not admit; the correlations of the protocol; several arms
    combined or split; all backgrounds together or one at a time; estimators of τ²; and tests. A choice that changes
    nothing is not varied, and the result says so.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base, as `evidence.load` returns it.
    name : str
        The synthesis's id in the protocol.
    tau2, test : iterable of str
        Estimators and tests to combine; the synthesis's own are always among them.
    most_sets : int
        The most sets of derivations to try in full. Beyond it: none, each alone, all, all but each, and those of the
        declared analyses; the result says how many were left out.
    progress : callable, optional
        Called with how many selections are done, of how many.

    Returns
    -------
    Multiverse
        Every specification with its estimate and interval, or why it has none; summary, shares and figure.

    Raises
    ------
    UnknownIdError
        If the protocol has no such synthesis.
    OptionError
        If an estimator or a test is not known.
    InputError
        If there are more than 200 000 specifications.

    Notes
    -----
    What enters is selected and turned into effect sizes once for each distinct set of numbers; fits are made together
    by `evidence.pool.pool_many`. Estimates are not independent: all come from the same few trials, so the share of
    intervals that exclude the null is a description and not a test.

    References
    ----------
    Steegen S, Tuerlinckx F, Gelman A, Vanpaemel W (2016). Increasing transparency through a multiverse analysis.
    doi:10.1177/1745691616658637
    Simonsohn U, Simmons JP, Nelson LD (2020). Specification curve analysis. doi:10.1038/s41562-020-0912-z
    Voracek M, Kossmeier M, Tran US (2019). Which data to meta-analyze, and how? doi:10.1027/2151-2604/a000357

    Examples
    --------
    >>> import evidence as ev
    >>> result = multiverse(ev.load(), "addon-minoxidil-response", tau2=["REML"], test=["hksj"])
    >>> result.primary is None  # the primary rules let in no trial
    True
    """
    synthesis = base.protocol.synthesis(name)
    question = Question.of(base.index, base.protocol, synthesis)
    ladder, apart = rule_ladder(base.protocol)
    estimators = [check_option("tau2", value, SynthesisTau2) for value in (synthesis.tau2, *tau2)]
    tests = [check_option("test", value, TestName) for value in (synthesis.test, *test)]
    derivations = relevant_derivations(question, ladder)
    declared = {rules.id: _declared(synthesis, rules, derivations) for rules in ladder}
    sets, possible = derivation_sets(derivations, declared.values(), most=most_sets)
    choices = Choices(
        rules=ladder,
        derivations=derivations,
        sets=sets,
        limited=possible > most_sets,
        correlations=tuple(
            dict.fromkeys((*(rules.correlation for rules in ladder), *base.protocol.review.correlations))
        ),
        multi_arm=tuple(dict.fromkeys((synthesis.multi_arm, "combine", "split"))),
        tau2=tuple(dict.fromkeys(estimators)),
        test=tuple(dict.fromkeys(tests)),
    )
    combinations, entered = what_enters(base.tables, question, choices, progress)
    kept, fixed = _without_idle(combinations, choices, base.protocol, synthesis)
    total = len(kept) * len(choices.tau2) * len(choices.test)
    if total > _MOST_SPECIFICATIONS:
        raise InputError(
            f"{name} has {total} specifications, more than {_MOST_SPECIFICATIONS}; give fewer estimators or tests, or "
            "a smaller most_sets"
        )
    fits = fit_all(entered, choices, synthesis.level)
    rows = _rows(kept, entered, fits, choices, declared, base.protocol, synthesis)
    return Multiverse(
        synthesis=synthesis,
        protocol=base.protocol,
        choices=choices,
        fixed=fixed,
        apart=apart,
        sets_possible=possible,
        specifications=_frame(rows, synthesis),
        unit=_unit(entered),
    )


def _declared(synthesis: Synthesis, rules: Analysis, relevant: Sequence[str]) -> tuple[str, ...]:
    """Return which of the relevant derivations a declared analysis admits."""
    admitted = synthesis.admitted(rules)
    return tuple(name for name in relevant if name in admitted)


def _without_idle(
    combinations: Mapping[Combination, int], choices: Choices, protocol: Protocol, synthesis: Synthesis
) -> tuple[dict[Combination, int], tuple[str, ...]]:
    """Return the combinations without choices that change nothing at all, and the names of these."""
    usual: dict[str, Any] = {"r": protocol.primary.correlation, "multi_arm": synthesis.multi_arm}
    kept, fixed = dict(combinations), []
    for field, level in usual.items():
        if all(found == kept[_at(entry, field, level)] for entry, found in kept.items()):
            fixed.append(field)
            kept = {entry: found for entry, found in kept.items() if getattr(entry, field) == level}
    return kept, tuple(fixed)


def _at(entry: Combination, field: str, level: Any) -> Combination:
    return replace(entry, **{field: level})


def _rows(
    combinations: Mapping[Combination, int],
    entered: Sequence[Entered],
    fits: Mapping[tuple[int, str, str], Fit],
    choices: Choices,
    declared: Mapping[str, Sequence[str]],
    protocol: Protocol,
    synthesis: Synthesis,
) -> Iterator[dict[str, Any]]:
    """Yield one specification at a time, the primary one first among equals."""
    correlations = {rules.id: rules.correlation for rules in choices.rules}
    varied_r = len({entry.r for entry in combinations}) > 1
    for (entry, position), tau2, test in product(combinations.items(), choices.tau2, choices.test):
        found = entered[position]
        obstacle = model_obstacle(tau2, test)
        fit = fits.get((position, tau2, test), Fit(reason=found.reason or obstacle))
        usual = (
            set(entry.derivations) == set(declared[entry.rules])
            and (not varied_r or entry.r == correlations[entry.rules])
            and (entry.multi_arm, entry.background) == (synthesis.multi_arm, EVERYTHING)
            and (tau2, test) == (synthesis.tau2, synthesis.test)
        )
        yield {
            "rules": entry.rules,
            "derivations": ";".join(entry.derivations),
            "r": entry.r,
            "multi_arm": entry.multi_arm,
            "background": entry.background,
            "tau2": tau2,
            "test": test,
            "declared": entry.rules if usual else "",
            "primary": usual and entry.rules == protocol.primary.id,
            "admissible": not obstacle,
            "reason": obstacle or fit.reason,
            "data": position + 1,
            "trials": found.result.trials,
            "k": found.result.k,
            "n": found.result.n,
            "studies": ";".join(dict.fromkeys(found.result.effects["study_id"])),
            "estimate": fit.estimate,
            "ci_low": fit.ci_low,
            "ci_high": fit.ci_high,
            **dict(zip(("display_estimate", "display_ci_low", "display_ci_high"), fit.shown, strict=True)),
        }


def _frame(rows: Iterable[dict[str, Any]], synthesis: Synthesis) -> Any:
    import pandas as pd

    from ..effects import null_value
    from .conclusion import conclude

    frame = pd.DataFrame(list(rows), columns=[name for name in COLUMNS if name != "interval"])
    null = null_value(synthesis.measure, back_transformed=False)
    frame["interval"] = [
        "" if null is None or math.isnan(row[0]) else conclude(*row, null=null).interval
        for row in frame[["estimate", "ci_low", "ci_high"]].itertuples(index=False, name=None)
    ]
    # The numbers of what entered follow the order of the specifications, not that of the computation.
    frame["data"] = pd.factorize(frame["data"])[0] + 1
    return frame[list(COLUMNS)]


def _unit(entered: Sequence[Entered]) -> str:
    units = sorted({str(unit) for entry in entered for unit in entry.result.effects["unit"] if unit})
    return units[0] if len(units) == 1 else ""
