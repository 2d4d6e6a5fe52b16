"""A form: one variant of a tool, with its domains, its questions and the way from answers to judgements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from .chart import Walk
from .question import Question, is_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .chart import Chart

__all__ = ["Basis", "Domain", "Form", "worst"]

Basis = Literal["published", "partly-published", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain of a form.

    Attributes
    ----------
    id : str
        Its short name (``D2``).
    title : str
        What it is about.
    parts : tuple of Chart
        Its charts; the domain is judged by the worst of them.
    appeal : Chart, optional
        Asked after the parts came out at `appeal_at`: its end takes the place of theirs.
    appeal_at : str
        The judgement after which the appeal is asked.
    basis : {"published", "partly-published", "own"}
        Whether the charts are the published ones, follow them but for branches that sources could not confirm, or are
        our reading of criteria that were published without a chart.
    note : str
        What a reader must know of the charts.
    """

    id: str
    title: str
    parts: tuple[Chart, ...]
    appeal: Chart | None = None
    appeal_at: str = ""
    basis: Basis = "published"
    note: str = ""


@dataclass(frozen=True)
class Form:
    """One variant of a tool.

    Attributes
    ----------
    tool, variant : str
        The tool, and which of its forms this is.
    title : str
        The form in words.
    effect : str
        The effect that the judgement is about: of assignment, or of adherence.
    scale : tuple of str
        The judgements from best to worst.
    domains : tuple of Domain
        In the tool's order.
    questions : tuple of Question
        In the tool's order.
    gate : Domain, optional
        Questions before all others, which may end the assessment at the worst judgement.
    no_information : bool
        Whether the tool itself has the judgement ``no-information``.
    source : str
        Where the tool was published.
    note : str
        What a reader must know of the form.
    """

    tool: str
    variant: str
    title: str
    effect: str
    scale: tuple[str, ...]
    domains: tuple[Domain, ...]
    questions: tuple[Question, ...]
    source: str
    gate: Domain | None = None
    no_information: bool = False
    note: str = ""

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """The questions by their number."""
        return {question.id: question for question in self.questions}

    @cached_property
    def domain_of(self) -> dict[str, Domain]:
        """The domains by their short name, the gate among them."""
        gate = (self.gate,) if self.gate else ()
        return {domain.id: domain for domain in (*gate, *self.domains)}

    @property
    def domain_ids(self) -> tuple[str, ...]:
        """The short names of the domains that are judged."""
        return tuple(domain.id for domain in self.domains)

    @property
    def judgements(self) -> tuple[str, ...]:
        """Every judgement that a person may give: the scale, and that there is no information to judge by."""
        return (*self.scale, "no-information")

    def questions_of(self, domain: str) -> tuple[Question, ...]:
        """Return the questions of a domain, in order."""
        return tuple(question for question in self.questions if question.domain == domain)

    def asked(self, question: str, answers: Mapping[str, str]) -> bool | None:
        """Return whether a question is asked after these answers; None where that waits for an answer."""
        return is_asked(self.by_id[question], self.by_id, answers)

    def counted(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers that count: those to questions that are asked."""
        return {name: value for name, value in answers.items() if name in self.by_id and self.asked(name, answers)}

    def judge_domain(self, domain: str, answers: Mapping[str, str]) -> Walk:
        """Return what the charts of a domain say after these answers.

        Parameters
        ----------
        domain : str
            Its short name.
        answers : mapping of str to str
            Question to answer; an unanswered question is left out and is never taken for `NI`.

        Returns
        -------
        Walk
            Judgement, the questions that led to it, and what is missing where there is none.
        """
        found = self.domain_of[domain]
        counted = self.counted(answers)
        walks = [part.walk(counted) for part in found.parts]
        path = tuple(step for walk in walks for step in walk.path)
        missing = tuple(name for walk in walks for name in walk.missing)
        known = [walk.judgement for walk in walks if walk.judgement is not None]
        if missing:
            certain = found.appeal is None and self.scale[-1] in known
            return Walk(judgement=self.scale[-1] if certain else None, path=path, missing=() if certain else missing)
        judgement = worst(known, self.scale)
        if found.appeal is None or judgement != found.appeal_at:
            return Walk(judgement=judgement, path=path)
        last = found.appeal.walk(counted)
        return Walk(judgement=last.judgement, path=(*path, *last.path), missing=last.missing)

    def propose(self, domain: str, answers: Mapping[str, str], judgements: Mapping[str, str]) -> Walk:
        """Return what is proposed for a domain after these answers, or for `overall` after these judgements.

        Parameters
        ----------
        domain : str
            A domain's short name, or ``overall``.
        answers : mapping of str to str
            Question to answer.
        judgements : mapping of str to str
            Domain to judgement, for `overall`.
        """
        if domain != "overall":
            return self.judge_domain(domain, answers)
        gate = self.judge_domain(self.gate.id, answers) if self.gate else Walk(judgement=self.scale[0])
        if gate.judgement == self.scale[-1]:
            return gate
        found = self.judge_overall(judgements)
        path = tuple((name, judgements[name]) for name in self.domain_ids if name in judgements)
        if found is None or (gate.judgement is None and found != self.scale[-1]):
            open_ones = tuple(name for name in self.domain_ids if judgements.get(name) not in self.scale)
            return Walk(judgement=None, path=path, missing=(*gate.missing, *open_ones))
        deciding = tuple((name, value) for name, value in path if value == found)
        return Walk(judgement=found, path=deciding)

    def judge_overall(self, judgements: Mapping[str, str]) -> str | None:
        """Return the overall judgement from those of the domains; None where too few are there.

        The worst domain decides. Where a domain has not been judged only the worst judgement of the scale is certain,
        since nothing can be worse. A domain with `no-information` counts as not judged, but for tools that have that
        judgement: there, the overall one is `no-information` unless a domain is in the two worst classes.
        """
        found = [judgements.get(name) for name in self.domain_ids]
        known = [judgement for judgement in found if judgement in self.scale]
        top = worst([name for name in known if name is not None], self.scale) if known else None
        if top == self.scale[-1] or (top is not None and len(known) == len(found)):
            return top
        if not self.no_information or any(judgement is None for judgement in found):
            return None
        return top if top == self.scale[-2] else "no-information"


def worst(judgements: list[str], scale: tuple[str, ...]) -> str:
    """Return the worst judgement; one that is not on the scale gives way to the two worst ones only.

    Examples
    --------
    >>> worst(["low", "high", "some-concerns"], ("low", "some-concerns", "high"))
    'high'
    """
    on_scale = [name for name in judgements if name in scale]
    top = max(on_scale, key=scale.index) if on_scale else ""
    off_scale = [name for name in judgements if name not in scale]
    if not off_scale:
        return top
    return top if top in scale[-2:] else off_scale[0]
