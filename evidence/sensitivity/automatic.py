"""Sensitivity analyses that nobody has to declare: derivations that the primary rules do not admit, and other r."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..curate import select
from ..vocabulary import Derivation, allowed
from .narrowing import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..curate import Index, Selection
    from ..protocol import Analysis, Protocol, Synthesis
    from ..synthesis import SynthesisResult

__all__ = ["RIVALS", "Automatic", "automatic_analyses", "derivation_title"]

# Readings of one printed value that exclude each other: admitting the first takes the others away.
RIVALS: dict[str, tuple[str, ...]] = {
    "plus-minus-as-sd": ("plus-minus-as-se",),
    "plus-minus-as-se": ("plus-minus-as-sd",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """A sensitivity analysis that was built, not declared.

    Attributes
    ----------
    analysis : Analysis
        Its rules, with an id such as ``with-p-to-sd`` or ``r-0.3``, and the label of those that it widens in its own.
    synthesis : Synthesis
        The question; its own derivations, where it has some, stand among those of `analysis`.
    based_on : str
        The declared analysis from which it differs in one thing.
    kind : {"derivation", "correlation"}
        What that thing is.
    value : str
        The derivation admitted, or r.
    """

    analysis: Analysis
    synthesis: Synthesis
    based_on: str
    kind: str
    value: str


def derivation_title(derivation: str) -> str:
    """Return what a derivation is called in a sentence.

    Examples
    --------
    >>> derivation_title("p-to-sd")
    'SD from a p-value'
    """
    from ..curate.derive import DERIVATIONS

    return DERIVATIONS[derivation].title


def automatic_analyses(
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    results: Mapping[str, SynthesisResult],
    *,
    reference: str,
) -> tuple[Automatic, ...]:
    """Return the sensitivity analyses of a synthesis that run without being declared.

    For each derivation that the primary rules do not admit: the narrowest declared analysis under which admitting it
    changes what enters, with it. For each correlation of the protocol other than the one used: the reference, or, where
    nothing in it depends on r, the narrowest declared analysis in which something does, with that correlation. What
    changes nothing is not returned, and neither is what has the id of a declared analysis.

    Parameters
    ----------
    index : Index
        The evidence base by trial.
    protocol : Protocol
        The review.
    synthesis : Synthesis
        The question.
    results : mapping of str to SynthesisResult
        The question under every declared analysis, the primary first and the others in the order of the protocol.
    reference : str
        The declared analysis whose number is shown.

    Notes
    -----
    "Narrowest" is first in the order of the protocol, which goes from the strictest rules to the widest. Where a
    printed value has two readings that exclude each other, as ± without a label, admitting one takes the other away.
    """
    results = {name: result for name, result in results.items() if result.exclusions or result.selected}
    if not results:
        return ()
    bases = list(results)
    any_result = results[bases[0]]
    near = narrowed(index, any_result.selected, any_result.exclusions)
    if not near.studies:
        return ()
    found = [
        *_derivations(near, protocol, synthesis, results),
        *_correlations(near, protocol, synthesis, results, [reference, *bases]),
    ]
    return tuple(entry for entry in found if entry.analysis.id not in protocol.analyses)


def _trial(
    index: Index, protocol: Protocol, synthesis: Synthesis, analysis: Analysis, derivations: Iterable[str]
) -> tuple[Selection, Synthesis, Analysis]:
    """Select under the rules of an analysis with exactly these derivations; return the rules as well."""
    rules = replace(analysis, primary=False, derivations=tuple(derivations))
    question = replace(synthesis, derivations=())
    return select(index, protocol, question, rules), question, rules


def _admitting(admitted: tuple[str, ...], derivation: str) -> tuple[str, ...]:
    rivals = RIVALS.get(derivation, ())
    return (*(name for name in admitted if name not in rivals), derivation)


def _derivations(
    index: Index, protocol: Protocol, synthesis: Synthesis, results: Mapping[str, SynthesisResult]
) -> Iterator[Automatic]:
    usual = synthesis.admitted(protocol.primary)
    wanted = [name for name in allowed(Derivation) if name not in usual]
    found: dict[str, Automatic] = {}
    for base, result in results.items():
        admitted = synthesis.admitted(result.analysis)
        left = [name for name in wanted if name not in found and name not in admitted]
        if not _any_changes(index, protocol, synthesis, result, left):
            continue
        for name in left:
            derivations = _admitting(admitted, name)
            selection, question, rules = _trial(index, protocol, synthesis, result.analysis, derivations)
            if repr(selection.contrasts) == repr(result.selected):
                continue
            found[name] = Automatic(
                analysis=_named(rules, f"with-{name}", _admission(name, admitted)),
                synthesis=question,
                based_on=base,
                kind="derivation",
                value=name,
            )
    yield from (found[name] for name in wanted if name in found)


def _any_changes(
    index: Index, protocol: Protocol, synthesis: Synthesis, result: SynthesisResult, names: Sequence[str]
) -> bool:
    """Whether admitting all of some derivations changes what enters; if not, none of them does alone.

    More derivations only make more rows usable, so a row that one of them lets in stands among those that all let in.
    Readings that exclude each other are tried in turn.
    """
    admitted = synthesis.admitted(result.analysis)
    apart = [name for name in names if name in RIVALS]
    together = [name for name in names if name not in RIVALS]
    for extra in [[*together, name] for name in apart] or [together]:
        derivations = admitted
        for name in extra:
            derivations = _admitting(derivations, name)
        selection, _, _ = _trial(index, protocol, synthesis, result.analysis, derivations)
        if repr(selection.contrasts) != repr(result.selected):
            return True
    return False


def _correlations(
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    results: Mapping[str, SynthesisResult],
    order: Iterable[str],
) -> Iterator[Automatic]:
    for base in dict.fromkeys(name for name in order if name in results):
        result = results[base]
        if not result.selected:
            continue
        found = []
        for r in protocol.review.correlations:
            if r == result.analysis.correlation:
                continue
            changed = replace(result.analysis, correlation=r)
            selection, question, rules = _trial(
                index, protocol, synthesis, changed, synthesis.admitted(result.analysis)
            )
            if repr(selection.contrasts) == repr(result.selected):
                continue
            found.append(
                Automatic(
                    analysis=_named(rules, f"r-{r:g}", f"values of the same people correlating by {r:g}"),
                    synthesis=question,
                    based_on=base,
                    kind="correlation",
                    value=f"{r:g}",
                )
            )
        if found:
            yield from found
            return


def _admission(name: str, admitted: Sequence[str]) -> str:
    """Return in words what is admitted, and that it takes the place of another reading where it does."""
    if any(rival in admitted for rival in RIVALS.get(name, ())):
        return f"but with {derivation_title(name)} instead"
    return f"also with {derivation_title(name)}"


def _named(rules: Analysis, name: str, what: str) -> Analysis:
    single = f"{rules.single_arm_label}, {what}" if rules.single_arm_label else ""
    return replace(rules, id=name, label=f"{rules.label}, {what}", single_arm_label=single)
