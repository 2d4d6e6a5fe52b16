"""The explanation of a synthesis: from its number down to the page on which each value was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..curate.derive.catalogue import DERIVATIONS
from ..numbers import format_effect, format_interval, format_number
from ..provenance import Node, reported_node
from ..tables.io import records
from .reason import asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..curate import Contrast, Step
    from .result import SynthesisResult

__all__ = ["explain_synthesis"]


def explain_synthesis(result: SynthesisResult) -> Node:
    """Return the tree of a synthesis: choices, contrasts with their steps and reported values, trials left out."""
    children = [_choices(result), *(Node(text=f"caution: {text}", kind="note") for text in result.cautions)]
    reported = _reported(result)
    for position, contrast in enumerate(result.contrasts):
        children.append(_contrast(result, contrast, position, reported))
    left = [entry for entry in result.exclusions if entry.compared]
    asks = asking(len(left), result.protocol.comparisons[result.synthesis.comparison])
    if left:
        entries = tuple(
            Node(
                text=f"{entry.study_label}: {entry.reason}",
                kind="left-out",
                data={"study": entry.study_id, "reason": entry.reason, "rows": list(entry.rows)},
            )
            for entry in left
        )
        children.append(
            Node(
                text=f"{len(left)} more that {asks} do{'es' if len(left) == 1 else ''} not enter",
                kind="left-out",
                children=entries,
            )
        )
    return Node(text=_headline(result), kind="result", data=_numbers(result), children=tuple(children))


def _numbers(result: SynthesisResult) -> dict[str, Any]:
    data: dict[str, Any] = {
        "synthesis": result.id,
        "analysis": result.analysis.id,
        "measure": result.synthesis.measure,
        "k": result.k,
        "n": result.n,
        "pooled": result.pooled,
    }
    if result.fit is None:
        return data | {"reason": result.reason}
    return data | {"estimate": result.estimate, "ci": list(result.ci), "pi": list(result.pi), "tau2": result.tau2}


def _headline(result: SynthesisResult) -> str:
    start = f"{result.label} [{result.id}, {result.analysis_label}]"
    if result.fit is None:
        return f"{start}: not pooled; {result.reason}"
    estimate, low, high = result.display(result.estimate, *result.ci)
    from ..effects import measure_label

    name = measure_label(result.synthesis.measure)
    single = result.protocol.comparisons[result.synthesis.comparison].kind == "single-arm"
    noun = "reports" if single else "trials"
    return f"{start}: {name} {_shown(result, estimate, low, high)}, {result.trials} {noun}, {result.n} participants"


def _shown(result: SynthesisResult, value: float, low: float, high: float) -> str:
    """Return an effect on the natural scale with its interval."""
    from ..effects import is_ratio

    ratio = is_ratio(result.synthesis.measure)
    interval = format_interval(low, high, ratio=ratio)
    return f"{format_effect(value, ratio=ratio)} ({result.ci_level} CI {interval})"


def _choices(result: SynthesisResult) -> Node:
    spec, rules = result.synthesis, result.analysis
    parts = [
        f"measure {spec.measure}",
        f"τ² by {spec.tau2}",
        f"interval {spec.test}",
        f"statuses {', '.join(rules.statuses)}",
        f"randomised {', '.join(rules.randomised)}",
        f"derivations {', '.join(spec.admitted(rules))}",
    ]
    return Node(
        text="choices: " + "; ".join(parts),
        kind="choice",
        data={"measure": spec.measure, "tau2": spec.tau2, "test": spec.test, "level": spec.level, "add": spec.add},
    )


def _contrast(result: SynthesisResult, contrast: Contrast, position: int, reported: dict[str, Node]) -> Node:
    effect = result.effects.iloc[position].to_dict()
    value, low, high = result.trial_display(position)
    weight = "" if effect["weight"] != effect["weight"] else f", weight {format_number(effect['weight'], 1)}%"
    arms = contrast.arm_1.label + (f" against {contrast.arm_2.label}" if contrast.arm_2 else "")
    children: list[Node] = _steps(contrast.steps)
    # the correlation of two sides has a step of its own
    notes = [part for part in str(effect["effect_note"]).split("; ") if part and not part.startswith("r = ")]
    if notes:
        children.append(Node(text=f"step effect: {'; '.join(notes)}", kind="step"))
    children += [Node(text=f"caution: {text}", kind="note") for text in contrast.missing]
    children += [reported[name] for name in dict.fromkeys(contrast.rows)]
    return Node(
        text=f"{contrast.study_label}: {arms}; {_shown(result, value, low, high)}{weight}",
        kind="contrast",
        data={"study": contrast.study_id, "yi": effect["yi"], "vi": effect["vi"], "rows": list(contrast.rows)},
        children=tuple(children),
    )


def _steps(steps: Sequence[Step]) -> list[Node]:
    """Return the nodes of the steps; formula and source stand below the first step of each method."""
    first = {step.method: position for position, step in reversed(list(enumerate(steps)))}
    return [_step(step, with_formula=first[step.method] == position) for position, step in enumerate(steps)]


def _step(step: Step, *, with_formula: bool) -> Node:
    """Return the node of a step: what was done, with its formula and source, and what must be known of the number."""
    method = DERIVATIONS[step.method]
    children = [Node(text=f"{method.formula} ({method.source})", kind="note")] if with_formula else []
    if step.caution:
        children.append(Node(text=f"caution: {step.caution}", kind="note"))
    return Node(
        text=f"step {step.method}: {step.text}" + (f" (assumes that {step.assumption})" if step.assumption else ""),
        kind="step",
        data={
            "method": step.method,
            "assumption": step.assumption,
            "formula": method.formula,
            "source": method.source,
            "caution": step.caution,
        },
        children=tuple(children),
    )


def _reported(result: SynthesisResult) -> dict[str, Node]:
    """Return the node of every reported row that entered, by its id."""
    wanted = {name for contrast in result.contrasts for name in contrast.rows}
    if not wanted:
        return {}
    pages = {row["source_id"]: row["url"] for row in records(result.tables["sources"])}
    return {
        row[key]: reported_node(row, key=row[key], table=table, pages=pages)
        for table, key in (("outcomes", "row_id"), ("harms", "harm_id"), ("contrasts", "contrast_id"))
        for row in records(result.tables[table])
        if row[key] in wanted
    }
