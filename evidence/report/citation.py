"""Everything that a writer takes away from one or more answers: sentences, methods, references, release."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from ..number_style import number_style
from ..vocabulary import check_option
from .methods import MethodsParagraph, methods_paragraph
from .references import (
    REFERENCE_STYLES,
    Reference,
    csl_items,
    formatted,
    in_order,
    missing_parts,
    own_references,
    references,
    review_references,
)
from .release import Release, release_of
from .sentences import SentenceForm, cite_synthesis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..base import EvidenceBase
    from ..synthesis import SynthesisResult

__all__ = ["Citation", "CitationPart", "CitedAnswer", "citation_of", "reference_style"]

_PARTED = re.compile(r"(?<=\d)\u202f(?=\d)")  # thousands, as numbers stand elsewhere in the text
CitationPart = Literal["sentence", "references", "methods", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedAnswer:
    """One answer as it is cited.

    Attributes
    ----------
    synthesis, analysis : str
        Their ids in the protocol.
    sentence : str
        The sentence.
    notices : tuple of str
        Retractions, concerns and corrections of its reports.
    """

    synthesis: str
    analysis: str
    sentence: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a writer takes away.

    Attributes
    ----------
    release : Release
        The state of the evidence base.
    style : str
        The style of numbers and references.
    part : {"sentence", "references", "methods", "all"}
        What was asked for; `all` is everything.
    answers : tuple of CitedAnswer
        The answers with their sentences.
    methods : MethodsParagraph
        How they came about; empty where it was not asked for.
    trials, reviews, own : tuple of Reference
        References of the trials, of published reviews, and of the base and the program.
    """

    release: Release
    style: str
    part: str
    answers: tuple[CitedAnswer, ...]
    methods: MethodsParagraph
    trials: tuple[Reference, ...]
    reviews: tuple[Reference, ...]
    own: tuple[Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """All references, each once: of trials, reviews, methods, the base and the program."""
        found = (*self.trials, *self.reviews, *self.methods.references, *self.own)
        return tuple({reference.key: reference for reference in found}.values())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; references as CSL-JSON items beside their formatted text."""
        one = asdict(self.answers[0]) if len(self.answers) == 1 else {}
        data: dict[str, Any] = {**one, "release": asdict(self.release), "style": self.style}
        if not one:
            data["answers"] = [asdict(answer) for answer in self.answers]
        if self.part in ("methods", "all"):
            data["methods"] = self.methods.text
        if self.part != "sentence":
            found = self.references
            style = reference_style(self.style)
            data["references"] = csl_items(in_order(found, style))
            data["formatted"] = list(formatted(found, style))
            data["missing"] = missing_parts(found)
        return data


def reference_style(style: str) -> str:
    """Return the style of references that goes with a style of numbers; Vancouver where it has none of its own.

    Examples
    --------
    >>> reference_style("apa"), reference_style("house")
    ('apa', 'vancouver')
    """
    return style if style in REFERENCE_STYLES else "vancouver"


def citation_of(
    base: EvidenceBase,
    results: Iterable[SynthesisResult],
    *,
    part: str = "all",
    style: str = "house",
    form: SentenceForm = "short",
    all_reports: bool = False,
    left_out: bool = False,
    reviews: bool = False,
    versions: Mapping[str, str] | None = None,
) -> Citation:
    """Return what a writer takes away from some answers.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    results : iterable of SynthesisResult
        Its answers, under any analysis.
    part : {"sentence", "references", "methods", "all"}
        What is asked for.
    style, form : str
        As for `cite_synthesis`.
    all_reports, left_out : bool
        As for `references`.
    reviews : bool
        Whether the published reviews that the base knows are among the references.
    versions : mapping of str to str, optional
        As for `methods_paragraph`.

    Raises
    ------
    OptionError
        If there is no such part, style or form.
    """
    check_option("what", part, CitationPart)
    cited = tuple(results)
    release = release_of(base)
    answers = tuple(
        CitedAnswer(
            synthesis=result.id,
            analysis=result.analysis.id,
            sentence=cite_synthesis(result, style=style, form=form),
            notices=tuple(str(notice) for notice in result.notices),
        )
        for result in cited
    )
    methods = MethodsParagraph(sentences=(), references=())
    if part in ("methods", "all"):
        others = {result.id: base.sensitivity(result.id) for result in cited}
        methods = methods_paragraph(cited, sensitivity=others, versions=versions, release=release)
        between = number_style(style).thousands
        methods = replace(methods, sentences=tuple(_PARTED.sub(between, text) for text in methods.sentences))
    wanted = part in ("references", "all")
    return Citation(
        release=release,
        style=style,
        part=part,
        answers=answers,
        methods=methods,
        trials=references(base, cited, all_reports=all_reports, left_out=left_out) if wanted else (),
        reviews=review_references(base) if wanted and reviews else (),
        own=_own(base, release, versions) if part == "all" else (),
    )


def _own(base: EvidenceBase, release: Release, versions: Mapping[str, str] | None) -> tuple[Reference, ...]:
    from .. import __version__

    return own_references(base, version=release.version, program=(versions or {}).get("evidence", __version__))
