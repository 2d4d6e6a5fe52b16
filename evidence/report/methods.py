"""A methods paragraph that follows from what was done: every clause is read off the results and their base."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .method_text.appraisal import bias_judged, certainty_judged, sensitivity_run
from .method_text.evidence_base import asked, screened, searched, selected
from .method_text.literature import LITERATURE, derivation_sources
from .method_text.numbers import derived, measured, modelled, subgrouped
from .references.collect import results_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..answers import Answer
    from ..sensitivity import Sensitivity
    from ..synthesis import SynthesisResult
    from .references.model import Reference
    from .release import Release

__all__ = ["MethodsParagraph", "methods_paragraph", "used_versions"]

_MARKER = re.compile("(?:\ue100([^\ue100\ue101]+)\ue101)+")
_ONE = re.compile("\ue100([^\ue100\ue101]+)\ue101")
_LIBRARIES = ("numpy", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsParagraph:
    """The text for a methods section, with its sources.

    Attributes
    ----------
    sentences : tuple of str
        The text, clause by clause; numbers in square brackets point into `references`.
    references : tuple of Reference
        The sources of the methods, in the order in which they are cited.
    """

    sentences: tuple[str, ...]
    references: tuple[Reference, ...]

    @property
    def text(self) -> str:
        """The paragraph."""
        return " ".join(self.sentences)

    def __str__(self) -> str:
        """Return the paragraph."""
        return self.text


def methods_paragraph(
    of: SynthesisResult | Answer | Iterable[SynthesisResult | Answer] | Mapping[str, Answer],
    *,
    sensitivity: Mapping[str, Sensitivity] | None = None,
    versions: Mapping[str, str] | None = None,
    release: Release | None = None,
) -> MethodsParagraph:
    """Return how numbers came about: question, search, rules, measure, derivations, model, appraisal, software.

    What is the same for all results is said once. Nothing is said that was not done: nobody judged where no row says
    who, and no search was run where none is recorded.

    Parameters
    ----------
    of : SynthesisResult, Answer, or several
        What is described; of an answer, the result that is shown, with its sensitivity analyses.
    sensitivity : mapping of str to Sensitivity, optional
        Sensitivity analyses by synthesis, where results were given and not answers.
    versions : mapping of str to str, optional
        Program → version; those that run by default.
    release : Release, optional
        The state of the base, from `evidence.report.release_of`.
    """
    results = results_of(of)
    found = {**_sensitivities(of), **(sensitivity or {})}
    if not results:
        return MethodsParagraph(sentences=(), references=())
    clauses: tuple[Callable[[SynthesisResult], str], ...] = (
        selected, measured, derived, modelled, subgrouped,
        lambda result: sensitivity_run(found.get(result.id)), bias_judged, certainty_judged,
    )  # fmt: skip
    tables = results[0].tables
    told = [*_told(results, asked), searched(tables), screened(tables)]
    for clause in clauses:
        told += _told(results, clause)
    told.append(_software(used_versions() if versions is None else versions, release))
    return _numbered([text for text in told if text], _sources(results))


def used_versions() -> dict[str, str]:
    """Return the versions of this program, of Python and of the numerical libraries."""
    import platform
    from importlib import metadata

    from .. import __version__

    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    return {"evidence": __version__, "Python": platform.python_version(), **libraries}


def _sensitivities(of: Any) -> dict[str, Sensitivity]:
    if hasattr(of, "shown"):
        return {of.synthesis.id: of.sensitivity}
    if hasattr(of, "contrasts"):
        return {}
    several = of.values() if hasattr(of, "values") else of
    return {name: found for entry in several for name, found in _sensitivities(entry).items()}


def _told(results: tuple[SynthesisResult, ...], clause: Callable[[SynthesisResult], str]) -> list[str]:
    """Return a clause once where it is the same for all results, else with the labels of those that it is true of."""
    groups: dict[str, list[str]] = {}
    for result in results:
        text = clause(result)
        if text:
            groups.setdefault(text, []).append(f"{result.id} ({result.analysis.id})")
    if len(groups) == 1 and len(next(iter(groups.values()))) == len(results):
        return list(groups)
    return [f"For {'; '.join(labels)}: {text}" for text, labels in groups.items()]


def _software(versions: Mapping[str, str], release: Release | None) -> str:
    programs = [f"{name} {version}" for name, version in versions.items()]
    listed = " and ".join([", ".join(programs[:-1]), programs[-1]] if len(programs) > 1 else programs)
    base = f" from the evidence base {release}" if release is not None else ""
    return f"Everything was computed{base} with {listed}."


def _sources(results: tuple[SynthesisResult, ...]) -> dict[str, Reference]:
    """Return every source that a clause may cite."""
    steps = {step.method for result in results for contrast in result.contrasts for step in contrast.steps}
    derivations = (derivation_sources(method) for method in sorted(steps))
    return {**LITERATURE, **{key: source for found in derivations for key, source in found.items()}}


def _numbered(told: list[str], sources: Mapping[str, Reference]) -> MethodsParagraph:
    """Return the clauses with numbers in place of markers, and the sources in the order of the numbers."""
    order: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        keys = _ONE.findall(found[0])
        for key in keys:
            order.setdefault(key, len(order) + 1)
        return f" [{', '.join(str(place) for place in sorted({order[key] for key in keys}))}]"

    sentences = tuple(_MARKER.sub(number, text) for text in told)
    return MethodsParagraph(sentences=sentences, references=tuple(sources[key] for key in order))
