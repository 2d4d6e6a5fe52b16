"""Answers in, proposed judgements out, with the questions that decided; a person may overrule them with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...card import Card, Carded
from ...errors import Problem, RowError
from ...instruments import FORMS, find_form
from .words import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...instruments import Form, Question, Walk
    from ...instruments.form import Basis

__all__ = ["QUESTIONS", "BiasJudgement", "DomainJudgement", "assess", "judge"]

QUESTIONS: dict[tuple[str, str], tuple[Question, ...]] = {key: form.questions for key, form in FORMS.items()}
_BASIS = {
    "published": "",
    "partly-published": "follows the published chart but for branches that sources could not confirm",
    "own": "is our own cautious reading, since no published chart could be used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainJudgement:
    """One domain, or the whole.

    Attributes
    ----------
    domain, title : str
        Its short name and what it is about.
    proposed : str or None
        What the tool proposes; None where an answer is missing.
    judgement : str or None
        What counts: the proposal, or what a person put in its place. None means not assessed.
    override_reason : str
        Why a person judged otherwise.
    path : tuple of (str, str)
        The questions that decided, with their answers; for the whole the domains that decided.
    missing : tuple of str
        What has to be answered (or judged) before there is a proposal.
    basis : {"published", "partly-published", "own"}
        Whether the chart behind the proposal is the published one.
    note : str
        What to know of that chart.
    """

    domain: str
    title: str
    proposed: str | None
    judgement: str | None
    override_reason: str = ""
    path: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    basis: Basis = "published"
    note: str = ""

    @property
    def shown(self) -> str:
        """The judgement in words; ``not assessed`` where there is none."""
        return shown(self.judgement)

    @property
    def because(self) -> str:
        """The way to the proposal, or what is missing for one: ``1.2 Y → 1.1 NI → 1.3 N``, ``high: D4``."""
        if self.domain == "overall":
            values = dict.fromkeys(value for _, value in self.path)
            told = "; ".join(f"{shown(one)}: {', '.join(n for n, v in self.path if v == one)}" for one in values)
        else:
            told = " → ".join(f"{name} {answer}" for name, answer in self.path)
        wanted = f"missing: {', '.join(self.missing)}" if self.missing else ""
        return "; ".join(part for part in (told, wanted, self.override_reason) if part)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BiasJudgement(Carded):
    """The risk of bias of one result by one form.

    Attributes
    ----------
    tool, variant, title, effect : str
        The form, and the effect it is about.
    study, outcome, assessor : str
        What was judged, and by whom; empty where that was not said.
    domains : tuple of DomainJudgement
        In the form's order.
    overall : DomainJudgement
        The whole.
    answers : mapping of str to str
        The answers as given.
    not_counted : tuple of str
        Answered questions that the form does not ask after the answers before them.
    open_questions : tuple of str
        Questions that the form asks and that have no answer, whether they could change a judgement or not.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    tool: str
    variant: str
    title: str
    effect: str
    study: str
    outcome: str
    assessor: str
    domains: tuple[DomainJudgement, ...]
    overall: DomainJudgement
    answers: Mapping[str, str]
    not_counted: tuple[str, ...]
    open_questions: tuple[str, ...]
    cautions: tuple[str, ...]

    def domain(self, name: str) -> DomainJudgement:
        """Return a domain by its short name, or ``overall``."""
        return next(entry for entry in (*self.domains, self.overall) if entry.domain == name)

    @property
    def judgement(self) -> str | None:
        """The overall judgement; None means not assessed."""
        return self.overall.judgement

    @property
    def proposed(self) -> str | None:
        """The overall judgement that the tool proposes."""
        return self.overall.proposed

    @property
    def shown(self) -> str:
        """The overall judgement in words; ``not assessed`` where there is none."""
        return self.overall.shown

    def _card(self) -> Card:
        import pandas as pd

        judged = sum(entry.judgement is not None for entry in self.domains)
        facts = [
            ("overall", self.shown),
            ("domains", f"{judged} of {len(self.domains)} assessed"),
            ("result", " · ".join(part for part in (self.study, self.outcome, self.assessor) if part)),
            ("not answered", ", ".join(self.open_questions)),
        ]
        rows = [
            {
                "domain": entry.domain,
                "judgement": entry.shown,
                "proposed": "as judged" if entry.proposed == entry.judgement else shown(entry.proposed),
                "because": entry.because,
            }
            for entry in (*self.domains, self.overall)
        ]
        return Card(
            title=f"Risk of bias: {self.title}",
            facts=tuple((name, value) for name, value in facts if value),
            table=pd.DataFrame(rows),
            cautions=self.cautions,
        )


def judge(
    tool: str,
    variant: str,
    answers: Mapping[str, str],
    *,
    overrides: Mapping[str, tuple[str, str]] | None = None,
    study: str = "",
    outcome: str = "",
    assessor: str = "",
) -> BiasJudgement:
    """Return the judgements that a form proposes after these answers.

    Parameters
    ----------
    tool : str
        ``RoB2`` or ``ROBINS-I``.
    variant : str
        ``parallel``, ``crossover``, ``cluster`` for RoB 2, ``2016`` or ``v2`` for ROBINS-I, each also with
        ``-adherence``; an empty string is the first of the tool.
    answers : mapping of str to str
        Question to answer (``{"1.1": "Y"}``). A question that was not answered is left out: that is not `NI`.
    overrides : mapping of str to (str, str), optional
        Domain (or ``overall``) to the judgement of a person and its reason.
    study, outcome, assessor : str
        What is judged, and by whom; kept in the result.

    Returns
    -------
    BiasJudgement
        Every domain and the whole. What cannot be proposed is None and shown as not assessed.

    Raises
    ------
    OptionError
        If there is no such tool or variant.
    RowError
        If an answer is not one that its question allows, a question is not in the form, or an override has no reason.

    References
    ----------
    Sterne et al. 2019, https://doi.org/10.1136/bmj.l4898; Sterne et al. 2016, https://doi.org/10.1136/bmj.i4919.

    Examples
    --------
    >>> found = judge("RoB2", "parallel", {"4.1": "N", "4.2": "N", "4.3": "Y", "4.4": "PY", "4.5": "NI"})
    >>> found.domain("D4").judgement, found.domain("D4").because
    ('high', '4.1 N → 4.2 N → 4.3 Y → 4.4 PY → 4.5 NI')
    >>> found.domain("D3").shown, found.domain("D3").because
    ('not assessed', 'missing: 3.1')
    """
    form = find_form(tool, variant)
    given = {str(name): str(answer) for name, answer in answers.items()}
    told = dict(overrides or {})
    _check(form, given, told)
    return assess(form, given, told, study=study, outcome=outcome, assessor=assessor)


def assess(
    form: Form,
    given: Mapping[str, str],
    told: Mapping[str, tuple[str, str]],
    *,
    study: str = "",
    outcome: str = "",
    assessor: str = "",
) -> BiasJudgement:
    """Return what `judge` returns, for answers and overrides that are known to be in order."""
    domains = [_domain(form, entry.id, form.judge_domain(entry.id, given), told) for entry in form.domains]
    judgements = {entry.domain: entry.judgement for entry in domains if entry.judgement}
    overall = _domain(form, "overall", form.propose("overall", given, judgements), told)
    return BiasJudgement(
        tool=form.tool,
        variant=form.variant,
        title=form.title,
        effect=form.effect,
        study=study,
        outcome=outcome,
        assessor=assessor,
        domains=tuple(domains),
        overall=overall,
        answers=given,
        not_counted=tuple(name for name in given if form.asked(name, given) is False and given[name] != "NA"),
        open_questions=tuple(
            question.id
            for question in form.questions
            if form.asked(question.id, given) and _unanswered(question, given)
        ),
        cautions=_cautions(form, domains, overall),
    )


def _unanswered(question: Question, given: Mapping[str, str]) -> bool:
    """Return whether an asked question lacks an answer; NA is none unless the review may leave the question out."""
    return question.id not in given or (given[question.id] == "NA" and not question.optional)


def _domain(form: Form, name: str, walk: Walk, overrides: Mapping[str, tuple[str, str]]) -> DomainJudgement:
    judgement, reason = overrides.get(name, (walk.judgement, ""))
    about = form.domain_of.get(name)
    return DomainJudgement(
        domain=name,
        title=about.title if about else "overall",
        proposed=walk.judgement,
        judgement=judgement,
        override_reason=reason if judgement != walk.judgement else "",
        path=walk.path,
        missing=walk.missing,
        basis=about.basis if about else "published",
        note=about.note if about else "",
    )


def _cautions(form: Form, domains: list[DomainJudgement], overall: DomainJudgement) -> tuple[str, ...]:
    concerns = sum(entry.judgement == "some-concerns" for entry in domains)
    matters = concerns > 1 if form.tool == "RoB2" else overall.judgement or any(entry.proposed for entry in domains)
    told = [form.note] if form.note and matters else []
    for entry in domains:
        if entry.proposed is None or not (entry.note or entry.basis != "published"):
            continue
        basis = "" if form.no_information else _BASIS[entry.basis]
        about = f"the chart {basis}. {entry.note}" if basis else entry.note
        told += [f"{entry.domain}: {about}".strip()] if about else []
    return tuple(told)


def _check(form: Form, answers: Mapping[str, str], overrides: Mapping[str, tuple[str, str]]) -> None:
    problems = []
    for name, answer in answers.items():
        question = form.by_id.get(name)
        if question is None:
            allowed = ", ".join(form.by_id)
            message = f"{form.tool} ({form.variant}) has no such question"
            problems.append(Problem(message=message, row=name, column="question", value=name, allowed=allowed))
        elif answer not in question.allowed:
            allowed = ", ".join(question.allowed)
            message = f"question {name} has no such answer; an unanswered question is left out"
            problems.append(Problem(message=message, row=name, column="answer", value=answer, allowed=allowed))
    for name, (judgement, reason) in overrides.items():
        if name not in (*form.domain_ids, "overall"):
            listed = ", ".join((*form.domain_ids, "overall"))
            problems.append(Problem(message="no such domain", row=name, column="domain", value=name, allowed=listed))
        elif judgement not in form.judgements:
            listed = ", ".join(form.judgements)
            message = f"{form.tool} has no such judgement"
            problems.append(Problem(message=message, row=name, column="judgement", value=judgement, allowed=listed))
        elif not reason.strip():
            message = "a judgement in place of the proposed one needs a reason"
            problems.append(Problem(message=message, row=name, column="override_reason", allowed="a reason"))
    if problems:
        raise RowError(f"{len(problems)} of the answers and judgements cannot be used", problems)
