"""Rules for risk of bias: answers fit their form, and judgements follow from answers unless a reason is given."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ...instruments import FORMS, TOOLS
from .rule import Rule, base_rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import Problem
    from ...instruments import Form
    from ..rows import Base, Row

__all__ = ["BIAS_RULES"]

_KEY = ("study_id", "outcome", "tool", "variant", "assessor")
Group = tuple[str, ...]


def _form(row: Row) -> Form | None:
    return FORMS.get((row.text("tool"), row.text("variant")))


def _group(row: Row) -> Group:
    return tuple(row.text(name) for name in _KEY)


@row_rule("risk_of_bias", "bias_answers", needs=("tool", "variant"))
def variant_of_tool(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the variant is one of the tool's. No exception."""
    variants = TOOLS.get(row.text("tool"), ())
    if variants and row.text("variant") and row.text("variant") not in variants:
        yield row.problem("variant", f"{row.text('tool')} has no such variant", allowed=", ".join(variants))


@row_rule("risk_of_bias", needs=("tool", "variant", "domain", "judgement", "proposed"))
def judgement_of_tool(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the domain and the judgements are among those of the tool and its variant. No exception."""
    form = _form(row)
    if form is None:
        return
    for name, allowed in (
        ("domain", (*form.domain_ids, "overall")),
        ("judgement", form.judgements),
        ("proposed", form.judgements),
    ):
        if row.text(name) and row.text(name) not in allowed:
            message = f"{form.tool} ({form.variant}) has no such {name.replace('proposed', 'judgement')}"
            yield row.problem(name, message, allowed=", ".join(allowed))


@row_rule("bias_answers", needs=("tool", "variant", "domain", "question", "answer"))
def answer_of_question(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the form has the question, in that domain, and that the question allows the answer.

    No exception.
    """
    form = _form(row)
    if form is None or not row.text("question"):
        return
    question = form.by_id.get(row.text("question"))
    if question is None:
        listed = ", ".join(form.by_id)
        yield row.problem("question", f"{form.tool} ({form.variant}) has no such question", allowed=listed)
        return
    if row.text("domain") and row.text("domain") != question.domain:
        yield row.problem("domain", f"question {question.id} is one of {question.domain}", allowed=question.domain)
    if row.text("answer") and row.text("answer") not in question.allowed:
        allowed = ", ".join(question.allowed)
        yield row.problem("answer", f"question {question.id} has no such answer", allowed=allowed)


@base_rule(*(f"bias_answers.{name}" for name in (*_KEY, "question", "answer")))
def answer_where_asked(base: Base) -> Iterator[Problem]:
    """Require that a question is answered `NA` where the answers before it leave it out, and only there.

    Questions that a review may leave out can be `NA` anyway.
    """
    groups = _cells(base, "bias_answers", "question", "answer")
    rows: dict[Group, list[Row]] = defaultdict(list)
    for row in base.rows("bias_answers"):
        rows[_group(row)].append(row)
    for group, found in rows.items():
        form = FORMS.get((group[2], group[3]))
        given = _of_outcome(groups, group)
        if form is None or not _in_order(form, given):
            continue
        for row in found:
            question, answer = form.by_id[row.text("question")], row.text("answer")
            asked = form.asked(question.id, given)
            if answer == "NA" and asked and not question.optional:
                message = f"question {question.id} is asked after the answers before it, and cannot be NA"
                yield row.problem("answer", message, allowed=", ".join(question.answers))
            elif answer != "NA" and asked is False:
                message = f"question {question.id} is asked only {question.asked_if}"
                yield row.problem("answer", message, allowed="NA, or no row")


@base_rule(
    *(f"risk_of_bias.{name}" for name in (*_KEY, "domain", "judgement", "proposed", "override_reason")),
    *(f"bias_answers.{name}" for name in (*_KEY, "question", "answer")),
)
def judgement_follows_answers(base: Base) -> Iterator[Problem]:
    """Require that `proposed` is what the form gives after the answers, and the judgement too unless it has a reason.

    A domain's proposal follows from the same assessor's answers for the outcome, or else for `all`; the overall one
    from the judgements of the domains. Without a proposal the judgement is `no-information`, unless a reason is given.
    """
    answers = _cells(base, "bias_answers", "question", "answer")
    judged = _cells(base, "risk_of_bias", "domain", "judgement")
    for row in base.rows("risk_of_bias"):
        form = _form(row)
        if form is None or row.text("domain") not in (*form.domain_ids, "overall"):
            continue
        if not {row.text("judgement"), row.text("proposed")} <= {*form.judgements, ""}:
            continue
        group = _group(row)
        given = _of_outcome(answers, group)
        if not _in_order(form, given) or _contradictory(form, given):
            continue
        walk = form.propose(row.text("domain"), given, _of_outcome(judged, group))
        yield from _row_problems(row, walk.judgement or "", walk.missing)


def _row_problems(row: Row, proposal: str, missing: tuple[str, ...]) -> Iterator[Problem]:
    judgement, proposed, reason = (row.text(name) for name in ("judgement", "proposed", "override_reason"))
    if proposed != proposal:
        told = f"the answers give {proposal!r}" if proposal else f"the answers give none: missing {', '.join(missing)}"
        yield row.problem("proposed", f"not what follows: {told}", allowed=proposal or "an empty cell")
    elif judgement == (proposal or "no-information"):
        if reason:
            yield row.problem("override_reason", "a reason, but nothing is overridden", allowed="an empty cell")
    elif judgement and not reason:
        why = f"the answers give {proposal!r}" if proposal else f"answers are missing ({', '.join(missing)})"
        message = f"{judgement!r} without a reason, though {why}"
        yield row.problem("override_reason", message, allowed="a reason, or the judgement that follows")


def _cells(base: Base, table: str, name: str, value: str) -> Mapping[Group, dict[str, str]]:
    """Return one column by another, for each result that an assessor judged with a form."""
    groups: dict[Group, dict[str, str]] = defaultdict(dict)
    for row in base.rows(table):
        groups[_group(row)][row.text(name)] = row.text(value)
    return groups


def _of_outcome(groups: Mapping[Group, dict[str, str]], group: Group) -> dict[str, str]:
    """Return what stands for a result: its own, and what stands for all outcomes where it has none."""
    study, _, *rest = group
    return {**groups.get((study, "all", *rest), {}), **groups.get(group, {})}


def _in_order(form: Form, given: Mapping[str, str]) -> bool:
    """Return whether every answer is one of its question's; others are reported where they stand."""
    return all(name in form.by_id and answer in form.by_id[name].allowed for name, answer in given.items())


def _contradictory(form: Form, given: Mapping[str, str]) -> bool:
    """Return whether an answer stands where it is not asked, or is NA where it is; reported where it stands."""
    for name, answer in given.items():
        asked = form.asked(name, given)
        if (answer == "NA" and asked and not form.by_id[name].optional) or (answer != "NA" and asked is False):
            return True
    return False


BIAS_RULES: tuple[Rule, ...] = (
    variant_of_tool,
    judgement_of_tool,
    answer_of_question,
    answer_where_asked,
    judgement_follows_answers,
)
