"""Judgements of bias beside the trials of a synthesis: of one tool, since columns of two would not mean the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...curate.bias.counting import of_outcome
from ...curate.bias.words import NOT_ASSESSED, told
from ...instruments import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...synthesis import SynthesisResult

    _Form = tuple[str, str]  # tool and variant

__all__ = ["JudgedBias", "judged_bias"]

_OVERALL, _OVERALL_SIGN = "overall", "All"
_PLACES = {form: place for place, form in enumerate(FORMS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBias:
    """The judgements that count for the trials of one synthesis.

    Attributes
    ----------
    tool : str
        The tool, and which judgements are not shown; empty where no trial was judged.
    domains : tuple of (str, str)
        Sign and title of each domain, the overall judgement last.
    by_study : mapping of str to tuple of str
        Trial → judgements in the order of `domains`, empty text where nobody judged. Trials without any are absent.
    """

    tool: str
    domains: tuple[tuple[str, str], ...]
    by_study: Mapping[str, tuple[str, ...]]


def judged_bias(result: SynthesisResult) -> JudgedBias:
    """Return the judgements for the outcome of a synthesis, or for all outcomes, of the trials that entered.

    The columns are those of the tool with which most of the trials were judged, with the domains that only some of its
    forms have. Where a trial was judged by two forms of the tool, as for the effects of assignment and of adherence,
    that of assignment is shown. What is not shown is said in `tool`.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    """
    found = _judgements(result)
    counts = Counter(tool for forms in found.values() for tool in {_tool(form) for form in forms})
    if not counts:
        return JudgedBias(tool="", domains=(), by_study={})
    tool = min(counts, key=lambda name: (-counts[name], name != "RoB 2", name))
    shown = {
        study: min(own, key=_PLACES.__getitem__)
        for study, forms in found.items()
        if (own := [form for form in forms if _tool(form) == tool])
    }
    domains = _domains(shown.values())
    return JudgedBias(
        tool="; ".join([tool, *_not_shown(result, found, shown, tool)]),
        domains=(*domains, (_OVERALL_SIGN, "overall judgement")),
        by_study={
            study: tuple(found[study][form].get(sign, "") for sign in (*(sign for sign, _ in domains), _OVERALL))
            for study, form in shown.items()
        },
    )


def _judgements(result: SynthesisResult) -> dict[str, dict[_Form, dict[str, str]]]:
    """Return trial → form → domain → judgement, of the trials that entered, where anything was judged."""
    entered = {contrast.study_id for contrast in result.contrasts}
    found: dict[str, dict[_Form, dict[str, str]]] = {}
    for (study, tool, variant), judged in of_outcome(result.tables["risk_of_bias"], result.synthesis.outcome).items():
        said = {name: word for name, word in judged.items() if told(word, tool) != NOT_ASSESSED}
        if said and study in entered:
            found.setdefault(study, {})[tool, variant] = said
    return found


def _tool(form: _Form) -> str:
    """Return the tool of a form, such that domains of one sign mean the same in all its forms."""
    tool, variant = form
    return "RoB 2" if tool == "RoB2" else "ROBINS-I V2" if variant.startswith("v2") else "ROBINS-I"


def _domains(forms: Iterable[_Form]) -> list[tuple[str, str]]:
    """Return the domains of all forms, each after the one that it follows in its form."""
    used = sorted(set(forms), key=_PLACES.__getitem__)
    found: list[tuple[str, str]] = []
    for form in used:
        place = 0
        for domain in FORMS[form].domains:
            signs = [sign for sign, _ in found]
            if domain.id in signs:
                place = signs.index(domain.id) + 1
                continue
            everywhere = all(domain.id in FORMS[other].domain_ids for other in used)
            found.insert(place, (domain.id, domain.title if everywhere else f"{domain.title} (some designs only)"))
            place += 1
    return found


def _not_shown(
    result: SynthesisResult,
    found: Mapping[str, Mapping[_Form, Mapping[str, str]]],
    shown: Mapping[str, _Form],
    tool: str,
) -> list[str]:
    labels = {contrast.study_id: contrast.study_label for contrast in result.contrasts}
    others: dict[str, list[str]] = {}
    for study, forms in found.items():
        if study not in shown:
            others.setdefault(" and ".join(sorted({_tool(form) for form in forms})), []).append(labels[study])
    notes = [f"not shown: {', '.join(names)}, judged by {other}" for other, names in others.items()]
    both = [labels[study] for study in shown if sum(_tool(form) == tool for form in found[study]) > 1]
    return [*notes, f"effect of assignment shown for {', '.join(both)}"] if both else notes
