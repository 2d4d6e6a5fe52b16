"""Rules for findings: an answer is whole, and a state says the truth about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rule import Rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["FINDING_RULES"]

_ANSWER = ("response", "response_note", "responded_by", "responded_on")


@row_rule("findings", needs=("state", *_ANSWER))
def answer_is_whole(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a finding with an answer has all of it (what, why, who, when), and an open one nothing of it.

    No exception: an answer without a reason or a name could not be asked about later.
    """
    is_open = row.text("state") == "open"
    for name in _ANSWER:
        if is_open and row.text(name):
            yield row.problem(name, "an open finding has no answer yet", allowed="nothing, or the state answered")
        if row.text("state") in ("answered", "gone") and not row.text(name):
            yield row.problem(
                name, f"the finding is {row.text('state')}, but its answer is not whole", allowed="a value"
            )


FINDING_RULES: tuple[Rule, ...] = (answer_is_whole,)
